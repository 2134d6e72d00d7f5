"""Escalations: the form and its preview, and what somebody who joined sees."""

from collections.abc import Iterable, Mapping

from bot.domain.escalation_commands import ConflictForm, Preview, case_of
from bot.domain.escalation_seen import Precedent, Seen
from bot.domain.escalations import PartyChoice, Side
from bot.domain.requests import Request
from bot.domain.sponsors import Considered, Step
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import labels
from bot.views.blocks import (
    TYPED,
    Block,
    Choice,
    View,
    actions,
    button,
    context,
    day,
    field,
    modal,
    person,
    quote,
    search,
    section,
    text_input,
)
from bot.views.labels import label

_ROW = 1500
"""Characters of names in a grey line."""
_PRECEDENT = 300
"""Characters of an earlier decision."""


def form(draft: ConflictForm, t: Translator) -> View:
    """Build the form: seven fields at first sight, nothing of the gate compulsory."""
    kept = {**_from_request(draft.declined, t), **draft.fields}
    account = draft.account
    return modal(
        "escalation",
        t("Escalate goal conflict"),
        _was_cut(kept, t),
        field(
            "account",
            t("Account"),
            search("account.find", t("Search an account"), (str(account.id), Typed(account.name)) if account else None),
            t("Leave this empty to create the account {name}.", name=Typed(draft.new_account))
            if draft.new_account
            else t("Not in the list? Cancel and type /kam-escalate, the new name, a colon and your goal."),
            optional=draft.new_account is not None,
        ),
        field(
            "other_party",
            t("Who holds the other goal?"),
            search(
                "escalation.party",
                t("Search a department or person"),
                party(draft.other_party) if draft.other_party else None,
            ),
        ),
        _text("our_goal", t("Our goal"), kept, t("Pilot line delivered by 12 December")),
        _text(
            "their_goal",
            t("Their goal, as we understand it"),
            kept,
            t("A stable production plan until the end of the year"),
        ),
        _text("tried", t("What was tried?"), kept, t("Talked twice with planning, a second shift was not possible")),
        _text(
            "decision_wanted",
            t("Which decision do you ask for?"),
            kept,
            t("One line for the pilot from 1 December, or a later date for the customer"),
        ),
        field("decide_by", t("By when?"), day(case_of(kept).decide_by), optional=True),
        *(_more(kept, t) if draft.more else [actions(button(t("More"), "escalation.more"))]),
        submit=t("Preview"),
        close=t("Cancel"),
        metadata={"draft": draft.draft_id},
    )


def party(choice: PartyChoice) -> Choice:
    """Offer a party; a member with the department, which tells namesakes apart."""
    named = joined([Typed(choice.name), Typed(choice.of_department or "")])
    return choice.party.key, Typed(named.plain)


def preview(proposed: Preview, t: Translator) -> View:
    """Tell beforehand who receives the conflict, which steps are skipped, who sees it and what is missing."""
    account = Typed(proposed.account_name)
    heading = t("{account}: {person} asks for backing", account=account, person=t.person(proposed.side_a.person))
    gate = t("Still missing: {missing}.", missing=t.all_of([t(labels.GATE[gate]) for gate in proposed.missing]))
    return modal(
        "escalation.preview",
        t("Before you send it"),
        section(bold(t("This changed since you looked at it. Please look again."))) if proposed.changed else None,
        _asked_twice(proposed, t),
        section(bold(heading)),
        section(t("{account} is new: it is created with this and has no KAM yet.", account=account))
        if proposed.is_new_account
        else None,
        section(_goes_to(proposed, t)),
        _paragraph([_passed_over(step, proposed, t) for step in proposed.route.skipped if _is_told(step, proposed)]),
        *(section(_junior(step, t)) for step in proposed.route.recipients if step.is_junior),
        section(
            t(
                "{side} is invited to state the other goal in their own words.",
                side=side_words(proposed.side_b, t),
            )
        ),
        section(t("{person} is informed as head of the department.", person=t.person(proposed.informed)))
        if proposed.informed
        else None,
        *_same(proposed, t),
        *earlier(proposed.precedents, t),
        *_who_will_see(proposed, t),
        section(
            joined([gate, t("A decision comes sooner with it: press Back to add it, or say why it goes without.")], " ")
        )
        if proposed.missing
        else None,
        field("anyway", t("Why do you send it anyway?"), text_input(most=500)) if proposed.missing else None,
        submit=t("Send"),
        close=t("Back"),
        metadata={"draft": proposed.draft_id, "digest": proposed.digest, **({"again": 1} if proposed.twice else {})},
    )


def side_words(side: Side, t: Translator) -> Words:
    """Name who speaks for a side, and for which department."""
    name = t.person(side.person)
    return t("{person} ({department})", person=name, department=Typed(side.department)) if side.department else name


def _goes_to(proposed: Preview, t: Translator) -> Words:
    recipients = proposed.route.recipients
    if recipients and recipients[0].step is Step.KAM_LEADS:
        return t("It goes to the KAM leads: {people}. The first to act takes it.", people=_names(recipients, t))
    if recipients and recipients[0].of in proposed.unknown_above:
        return t("It goes to {people}.", people=_names(recipients, t))
    if recipients:
        return t(
            "It goes to {people}: {step}.",
            people=_names(recipients, t),
            step=label(t, labels.SPONSOR_STEP, recipients[0].step),
        )
    asked = proposed.route.asked_to_assign
    if not asked:
        return t("Nobody can receive it yet, and there is nobody to assign a sponsor. It is kept all the same.")
    return t(
        "Nobody can receive it yet. {people} will be asked to assign a sponsor and see its number and age only.",
        people=t.all_of([t.person(one) for one in asked]),
    )


def _names(steps: Iterable[Considered], t: Translator) -> Words:
    return t.all_of([t.person(step.person) for step in steps if step.person is not None])


def _is_told(step: Considered, proposed: Preview) -> bool:
    """Leave out that nobody is set for an account the raiser does not know."""
    return step.person is not None or step.of not in proposed.unknown_above


def _passed_over(step: Considered, proposed: Preview, t: Translator) -> Words:
    what, why = label(t, labels.SPONSOR_STEP, step.step), label(t, labels.SKIPPED, step.skipped)
    if step.person is None:
        return t("Skipped: {step} – {why}.", step=what, why=why)
    if step.of in proposed.unknown_above:
        return t("Skipped: {person} – {why}.", person=t.person(step.person), why=why)
    return t("Skipped: {step}, {person} – {why}.", step=what, person=t.person(step.person), why=why)


def _paragraph(lines: list[Words]) -> Block | None:
    return section(joined(lines, "\n")) if lines else None


def _junior(step: Considered, t: Translator) -> Words:
    who = t.person(step.person) if step.person else NO_WORDS
    return t("{person} is not in senior management. You can send it; the decision may need more reach.", person=who)


def _asked_twice(proposed: Preview, t: Translator) -> Block | None:
    if proposed.twice is None:
        return None
    short_id = Typed(proposed.twice)
    return section(
        bold(t("You raised the same a moment ago, as {id}. Send it only if you mean it twice.", id=short_id))
    )


def _who_will_see(proposed: Preview, t: Translator) -> list[Block | None]:
    """Name everybody who will see all of it; many of them below the sentence, so that nobody is cut."""
    rows = _in_rows([t.person(one) for one in proposed.who_sees])
    many = len(rows) > 1
    people = t("Those named below") if many else t.all_of(rows[0])
    if proposed.is_restricted:
        said = t(
            "🔒 Restricted account: {people} see all of this and the account's name. "
            "The account's own people see that it exists, nobody else does.",
            people=people,
        )
    else:
        said = t(
            "{people} see all of it. Everyone else in the company sees that it exists: account, departments, state, "
            "dates.",
            people=people,
        )
    return [context(said), *(context(joined(row, ", ")) for row in rows if many)]


def _in_rows(people: list[Words]) -> list[list[Words]]:
    """Divide names so that each row fits into a grey line with a sentence."""
    rows: list[list[Words]] = [[]]
    for one in people:
        if rows[-1] and sum(len(name.mrkdwn) + 2 for name in rows[-1]) + len(one.mrkdwn) > _ROW:
            rows.append([])
        rows[-1].append(one)
    return rows


def _from_request(request: Request | None, t: Translator) -> dict[str, str]:
    """Fill the form from a request that was declined or not answered, in the raiser's language; every word may change."""
    if request is None:
        return {}
    goal = "\n".join(part for part in (request.what, request.why) if part)
    if request.answer is None:
        tried = t("We asked in {id}; there is no answer yet.", id=Typed(request.short_id))
        return {"our_goal": goal, "tried": tried.plain}
    reason = label(t, labels.DECLINE_REASON, request.answer.reason).plain
    why_not = ": ".join(part for part in (reason, request.answer.words) if part)
    tried = t("We asked in {id}; it was declined because: {reason}", id=Typed(request.short_id), reason=Typed(why_not))
    return {
        "our_goal": goal,
        "their_goal": why_not,
        "tried": tried.plain,
    }


def _was_cut(kept: Mapping[str, str], t: Translator) -> Block | None:
    if all(len(text) <= TYPED for text in kept.values()):
        return None
    return context(t("A field takes {count} characters; your text is longer and was cut.", count=t.number(TYPED)))


def _text(name: str, label: Words, kept: Mapping[str, str], example: Words | None = None) -> Block:
    element = text_input(kept.get(name, ""), many_lines=True, example=example)
    return field(name, label, element, optional=True)


def _more(kept: Mapping[str, str], t: Translator) -> list[Block]:
    return [
        _text("effect", t("Effect on the customer"), kept),
        _text("options", t("Options you see"), kept, t("Also: leave it as it is")),
        field(
            "urgent_reason",
            t("Urgent? Then say why"),
            text_input(kept.get("urgent_reason", ""), most=500),
            t("Leave it empty if it can wait for working hours."),
            optional=True,
        ),
        field(
            "on_behalf_of",
            t("On whose behalf?"),
            person(kept.get("on_behalf_of") or None),
            t("Only if you speak for somebody else."),
            optional=True,
        ),
    ]


def _same(proposed: Preview, t: Translator) -> list[Block | None]:
    """Offer to join an open conflict about the same instead of raising another; name those one is in already."""
    short_ids = [Typed(header.short_id) for header in proposed.part_of[:3]]
    mine = [
        section(t("{id} is about the same and still open; you are in it already. /kam {id} shows it.", id=short_id))
        for short_id in short_ids
    ]
    to_join = [
        section(
            t("{id} is about the same and still open.", id=Typed(header.short_id)),
            button(t("Join {id}", id=Typed(header.short_id)), "escalation.join", header.id),
            name=f"join{header.id}",
        )
        for header in proposed.same[:3]
    ]
    return [*mine, *to_join]


def earlier(precedents: Iterable[Precedent], t: Translator) -> list[Block | None]:
    """Show decisions on something similar; nothing where there are none."""
    shown: list[Block | None] = []
    for precedent in precedents:
        header, decision = precedent.header, precedent.decision
        said = t(
            "{id} · {account}: {kind} by {person}, {day}",
            id=Typed(header.short_id),
            account=Typed(header.account.name),
            kind=label(t, labels.DECISION_KIND, decision.kind),
            person=t.person(decision.by),
            day=t.local_day(decision.at),
        )
        shown += [section(said), quote(Typed(decision.text), _PRECEDENT)]
    return [section(bold(t("Decided earlier on something similar"))), *shown] if shown else []


def joined_conflict(seen: Seen, t: Translator) -> View:
    """Say that somebody stands beside the raiser now."""
    escalation = seen.escalation
    return modal(
        "escalation.joined",
        t("Joined"),
        section(
            t(
                "You joined {id}. You see all of it and hear how it goes on; {person} was told.",
                id=Typed(escalation.short_id),
                person=t.person(escalation.raiser),
            )
        ),
        context(t("/kam {id} shows it.", id=Typed(escalation.short_id))),
        close=t("Close"),
    )
