"""Promises and next steps: the lists, one of them as a card, their forms, and what owner and KAM hear."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.access import Visibility
from bot.domain.commitments import (
    LONGEST,
    Commitment,
    CommitmentForm,
    Deed,
    Kind,
    Listed,
    News,
    Part,
    Pressed,
    Shown,
    State,
    may_hand_over,
)
from bot.domain.worklists import FILTERS, Filter, Scope, WhichAccount, Worklist
from bot.domain.worklists import Shown as Filtered
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import blocks, labels, worklists
from bot.views.blocks import (
    Block,
    Choice,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    cut,
    facts,
    field,
    message,
    modal,
    overflow,
    quote,
    search,
    section,
    select,
)
from bot.views.labels import N_, label, name_of

_TEXT = 100
"""Characters of a text in a line of a list."""
_NAME = 30
"""Characters of a name in a line of a list."""
_HEADLINE = 150
_KIND: Mapping[str, str] = {Kind.PROMISE: N_("Promise"), Kind.NEXT_STEP: N_("Next step")}
_FILTER: Mapping[Kind, Mapping[Filtered, str]] = {
    Kind.PROMISE: {
        Filter.UNDER_WAY: N_("Still open"),
        Filter.LATE: N_("⏳ Overdue"),
        Filter.CLOSED: N_("Kept or withdrawn"),
    },
    Kind.NEXT_STEP: {
        Filter.UNDER_WAY: N_("Still open"),
        Filter.LATE: N_("⏳ Overdue"),
        Filter.CLOSED: N_("Done or withdrawn"),
    },
}
_ACCOUNT = {Kind.PROMISE: "promises.account", Kind.NEXT_STEP: "todo.account"}
_WHY: Mapping[Part, str] = {
    Part.OWNER: N_("You see this because you look after it."),
    Part.KAM: N_("You see this because you are KAM or deputy of the account."),
    Part.AUTHOR: N_("You see this because you wrote it down."),
    Part.STAND_IN: N_("You see this because you stand in for {person}."),
    Part.KAM_LEAD: N_("You see this because you lead the KAMs."),
}


def listed(done: Listed | WhichAccount, t: Translator) -> Message:
    """Show a page of promises or next steps with its filters; or ask whose are meant."""
    if isinstance(done, WhichAccount):
        return worklists.listed(done, t)
    kind = Kind(done.asked.subject)
    headline, counts = _headline(done, kind, t), _counts(done, t)
    return message(
        joined([headline, counts], ": "),
        section(joined([bold(headline), counts], "\n")),
        _choices(done, kind, t),
        *(_line(one, done, t) for one in done.found.commitments),
        section(_nothing(done, kind, t)) if not done.found.commitments else None,
        _pages(done, t),
        context(
            t("Page {page} of {pages}", page=done.asked.page + 1, pages=done.pages) if done.pages > 1 else NO_WORDS,
            t("Only you see this."),
        ),
    )


def card(shown: Shown, t: Translator) -> Message:
    """Show one promise or next step: what, for whom, until when, and what its reader can do."""
    one = shown.commitment
    if one is None:
        return blocks.only(t("↩️ This was taken back, or is no longer yours to look after."))
    sign, state = _state(one, shown, t)
    kind = joined([Words(sign, sign), bold(t(_KIND[one.kind]))], " ")
    headline = joined([kind, Typed(cut(one.text, _HEADLINE))])
    return message(
        _notification(one, shown, t),
        section(headline),
        facts(
            [
                (t("Account"), _account(one)),
                (t("Responsible"), t.person(one.owner)),
                (t("Promised for") if one.kind is Kind.PROMISE else t("Due"), _due(one, t)),
                (t("Status"), state),
                (t("To"), Typed(one.contact.name) if one.contact else NO_WORDS),
                (t("Logged as"), Typed(one.short_id) if one.short_id else NO_WORDS),
            ]
        ),
        quote(Typed(one.text)) if len(one.text) > _HEADLINE else None,
        section(joined([bold(t.person(shown.given_by)), Typed(shown.given_words)], ": "))
        if shown.given_by and shown.given_words
        else None,
        _buttons(shown, one, t),
        context(_why(shown, one, t), _seen_by(one, t)),
    )


def news(told: News, t: Translator) -> Message:
    """Tell the owner or the KAM what somebody else did."""
    one = told.shown.commitment
    if one is None:
        return card(told.shown, t)
    return message(
        _said(told, one, _named(one, t), t),
        section(bold(_said(told, one, _account(one), t))),
        quote(Typed(one.text)),
        section(joined([bold(t("Reason")), Typed(told.words)], ": ")) if told.words else None,
        None if told.is_last else section(_by_now(told, one, t)),
        _buttons(told.shown, one, t),
        context(_why(told.shown, one, t), _seen_by(one, t)),
    )


def form(shown: CommitmentForm, t: Translator) -> View:
    """Ask for a new one, or for what a deed on one needs."""
    return _new(shown, t) if shown.commitment is None else _deed(shown, shown.commitment, t)


def _new(shown: CommitmentForm, t: Translator) -> View:
    is_promise = shown.kind is Kind.PROMISE
    contact = f"contact~{shown.account.id}" if shown.account else "contact"
    return modal(
        "commitment",
        t("New promise") if is_promise else t("New next step"),
        field(
            "account",
            t("Account"),
            search(
                "commitment.find",
                t("Choose an account"),
                (str(shown.account.id), Typed(shown.account.name)) if shown.account else None,
            ),
            asks_at_once=is_promise,
        ),
        field(
            "text",
            t("What was promised?") if is_promise else t("What is to be done?"),
            blocks.text_input(
                many_lines=True,
                example=t("e.g. Sample of the new seal") if is_promise else t("e.g. Send the offer for the pilot line"),
                most=LONGEST,
            ),
        ),
        field(
            "due_on",
            t("Promised for") if is_promise else t("Due"),
            blocks.day(),
            t("The customer counts on this day; the first date stays on record.") if is_promise else None,
            optional=not is_promise,
        ),
        field(
            "owner",
            t("Responsible"),
            blocks.person(shown.me, t("Choose a colleague")),
            t("Is reminded in their working time."),
        ),
        field(contact, t("To"), search("contact.find", t("Choose a contact")), optional=True)
        if is_promise and shown.account
        else None,
        field(
            "visibility",
            t("Who may see it"),
            select(labels.choices(t, labels.VISIBILITY), Visibility.COMPANY),
            t("Whoever looks after it sees it in any case."),
        ),
        submit=t("Save"),
        close=t("Cancel"),
        metadata={"draft": shown.draft_id, "account": shown.account.id if shown.account else None},
    )


def _deed(shown: CommitmentForm, one: Commitment, t: Translator) -> View:
    about = joined([_account(one), Typed(cut(one.text, _HEADLINE)), _due(one, t)])
    match shown.deed:
        case Deed.MOVE:
            title, submit = t("Move"), t("Move")
            fields = [
                field("due_on", t("New date"), blocks.day(one.due_on)),
                field(
                    "text",
                    t("Why?"),
                    blocks.text_input(many_lines=True, example=t("e.g. The seal arrives a week later"), most=LONGEST),
                    t("The KAM reads it; the first date stays on record.") if one.kind is Kind.PROMISE else None,
                ),
            ]
        case Deed.HAND_OVER:
            title, submit = t("Hand over"), t("Hand over")
            fields = [
                field(
                    "owner",
                    t("Who looks after it from now on?"),
                    blocks.person(placeholder=t("Choose a colleague")),
                    t("They hear of it at once."),
                ),
                field(
                    "text",
                    t("Anything they should know?"),
                    blocks.text_input(many_lines=True, most=LONGEST),
                    optional=True,
                ),
            ]
        case _:
            title, submit = t("Withdraw"), t("Withdraw")
            fields = [
                field(
                    "text",
                    t("Why?"),
                    blocks.text_input(many_lines=True, example=t("e.g. The customer no longer needs it"), most=LONGEST),
                    t("Whoever looks after it reads it, and of a promise the KAM."),
                    optional=True,
                ),
            ]
    return modal(
        "commitment.deed",
        title,
        section(about),
        *fields,
        submit=submit,
        close=t("Cancel"),
        metadata={"draft": shown.draft_id},
    )


def _headline(done: Listed, kind: Kind, t: Translator) -> Words:
    if done.account is None:
        return t("Your promises") if kind is Kind.PROMISE else t("Your next steps")
    account = Typed(cut(done.account.name, 120))
    if kind is Kind.PROMISE:
        return t("Promises to {account}", account=account)
    return t("Next steps for {account}", account=account)


def _counts(done: Listed, t: Translator) -> Words:
    found = done.found
    late = t.plural("⏳ {count} is overdue", "⏳ {count} are overdue", found.late) if found.late else NO_WORDS
    match done.asked.shown:
        case _ if not found.total:
            return NO_WORDS
        case Filter.LATE:
            return late
        case Filter.CLOSED:
            return t.plural("{count} is over", "{count} are over", found.total)
        case _:
            return joined([t.plural("{count} is open", "{count} are open", found.total), late])


def _choices(done: Listed, kind: Kind, t: Translator) -> Block | None:
    """Offer a new one, the own list, another account, and the filters."""
    asked = done.asked
    return actions(
        button(t("New"), "commitment.new", asked.key),
        button(t("Mine"), "worklist.mine", Worklist(asked.subject).key) if asked.scope is not Scope.MINE else None,
        search(_ACCOUNT[kind], t("An account's …")),
        select(
            [(asked.showing(shown).key, t(_FILTER[kind][shown])) for shown in FILTERS[asked.subject]],
            asked.showing(asked.shown).key,
            action_id="worklist.filter",
        ),
    )


def _pages(done: Listed, t: Translator) -> Block | None:
    asked = done.asked
    return actions(
        button(t("Back"), "worklist.back", asked.turned(-1).key) if asked.page else None,
        button(t("More"), "worklist.more", asked.turned(1).key) if asked.page + 1 < done.pages else None,
    )


def _nothing(done: Listed, kind: Kind, t: Translator) -> Words:
    match done.asked.shown, kind:
        case Filter.LATE, _:
            return t("Nothing is overdue here.")
        case Filter.CLOSED, _:
            return t("Nothing is over here yet.")
        case _, Kind.PROMISE:
            return t("No promise is open here. New writes one down; so does a log.")
        case _:
            return t("No next step is open here. New writes one down; so does a log.")


def _line(one: Commitment, done: Listed, t: Translator) -> Block:
    """Say sign and text; below it when it is due, for whom, and who looks after it."""
    sign, state = _state(one, Shown(one, done.today, None), t)
    is_own = done.asked.scope is Scope.MINE
    first = joined([Words(sign, sign), bold(Typed(cut(one.text, _TEXT)))], " ")
    second = joined(
        [
            state if one.state is not State.OPEN or one.overdue(done.today) else NO_WORDS,
            _due(one, t),
            _account(replace(one, account=replace(one.account, name=cut(one.account.name, _NAME)))),
            NO_WORDS if is_own else name_of(t, one.owner, _NAME),
            Typed(one.short_id) if one.short_id else NO_WORDS,
        ]
    )
    part = one.part_of(done.viewer, stands_in=one.owner.id in done.acts_for)
    return section(joined([first, second], "\n"), _menu(one, part, done.asked, t))


def _menu(one: Commitment, part: Part | None, asked: Worklist, t: Translator) -> Element | None:
    if part is None or one.state is not State.OPEN:
        return None
    return overflow("commitment.menu", _deeds(one, part, asked, t))


def _deeds(one: Commitment, part: Part, asked: Worklist | None, t: Translator, *, rare: bool = False) -> list[Choice]:
    """Name what can be done; ``rare`` without what has a button of its own."""
    named = {
        Deed.DONE: t("✅ Kept") if one.kind is Kind.PROMISE else t("✅ Done"),
        Deed.MOVE: t("Move"),
        Deed.HAND_OVER: t("Hand over"),
        Deed.WITHDRAW: t("Withdraw"),
    }
    left_out = {Deed.DONE, Deed.MOVE} if rare else set()
    if not may_hand_over(part):
        left_out.add(Deed.HAND_OVER)
    return [
        (Pressed(deed, one.kind, one.id, one.version, asked).key, words)
        for deed, words in named.items()
        if deed not in left_out
    ]


def _buttons(shown: Shown, one: Commitment, t: Translator) -> Block | None:
    if shown.part is None or one.state is not State.OPEN:
        return None
    done, move = (Pressed(deed, one.kind, one.id, one.version).key for deed in (Deed.DONE, Deed.MOVE))
    rare = _deeds(one, shown.part, None, t, rare=True)
    return actions(
        button(t("Kept") if one.kind is Kind.PROMISE else t("Done"), "commitment.done", done, style="primary"),
        button(t("Move"), "commitment.move", move),
        overflow("commitment.menu", rare)
        if len(rare) > 1
        else button(t("Withdraw"), "commitment.withdraw", rare[0][0]),
    )


def _state(one: Commitment, shown: Shown, t: Translator) -> tuple[str, Words]:
    """Return the sign and the word of what became of it."""
    day = NO_WORDS if one.closed_on is None else t.day(one.closed_on)
    match one.state:
        case State.DONE if one.kind is Kind.PROMISE:
            return "✅", t("kept on {day}", day=day) if day else t("kept")
        case State.DONE:
            return "✅", t("done on {day}", day=day) if day else t("done")
        case State.WITHDRAWN:
            return "↩️", t("withdrawn on {day}", day=day) if day else t("withdrawn")
        case _ if one.overdue(shown.today):
            return "⏳", t("overdue")
        case _ if one.due_on == shown.today:
            return "🟡", t("due today")
        case _:
            return "🟡", t("open")


def _due(one: Commitment, t: Translator) -> Words:
    if one.due_on is None:
        return t("no date")
    if one.was_moved and one.first_due_on is not None:
        return t("{day} (first {first})", day=t.day(one.due_on), first=t.day(one.first_due_on))
    return t.day(one.due_on)


def _account(one: Commitment) -> Words:
    lock = Words("🔒", "🔒") if one.account.restricted else NO_WORDS
    return joined([lock, Typed(one.account.name)], " ")


def _named(one: Commitment, t: Translator) -> Words:
    """Name the account where others may look over the reader's shoulder."""
    return t("a restricted account") if one.account.restricted else _account(one)


def _notification(one: Commitment, shown: Shown, t: Translator) -> Words:
    """Say in one sentence what it is about; of a restricted account not even its name."""
    account, kind = _named(one, t), t(_KIND[one.kind])
    if one.state is not State.OPEN or one.due_on is None:
        return t("{kind}, {account}: {state}", kind=kind, account=account, state=_state(one, shown, t)[1])
    if one.overdue(shown.today):
        return t("{kind}, {account}: was due on {day}", kind=kind, account=account, day=t.day(one.due_on))
    if one.due_on == shown.today:
        return t("{kind}, {account}: due today", kind=kind, account=account)
    return t("{kind}, {account}: due on {day}", kind=kind, account=account, day=t.day(one.due_on))


def _by_now(told: News, one: Commitment, t: Translator) -> Words:
    """Say how it stands after what the note tells."""
    sign, state = _state(one, told.shown, t)
    ahead = [_due(one, t), name_of(t, one.owner, _NAME)] if one.state is State.OPEN else []
    return joined([joined([Words(sign, sign), state], " "), *ahead])


def _said(told: News, one: Commitment, account: Words, t: Translator) -> Words:
    person = t.person(told.by) if told.by else t("Somebody")
    day = t.day(one.due_on) if one.due_on else NO_WORDS
    known = _SAID if told.is_last else _SAID_EARLIER
    said = known[one.kind].get(told.action) or _SAID[one.kind].get(told.action, _CHANGED[one.kind])
    return t(said, person=person, account=account, day=day, owner=t.person(one.owner))


_SAID: Mapping[Kind, Mapping[str, str]] = {
    Kind.PROMISE: {
        "moved": N_("Promise, {account}: {person} moved it to {day}"),
        "withdrawn": N_("Promise, {account}: {person} withdrew it"),
        "done": N_("Promise, {account}: {person} marked it as kept"),
        "handed_over": N_("Promise, {account}: {person} gave it to {owner}"),
    },
    Kind.NEXT_STEP: {
        "moved": N_("Next step, {account}: {person} moved it to {day}"),
        "withdrawn": N_("Next step, {account}: {person} withdrew it"),
        "done": N_("Next step, {account}: {person} marked it as done"),
        "handed_over": N_("Next step, {account}: {person} gave it to {owner}"),
    },
}
_SAID_EARLIER: Mapping[Kind, Mapping[str, str]] = {
    Kind.PROMISE: {
        "moved": N_("Promise, {account}: {person} moved it"),
        "handed_over": N_("Promise, {account}: {person} handed it over"),
    },
    Kind.NEXT_STEP: {
        "moved": N_("Next step, {account}: {person} moved it"),
        "handed_over": N_("Next step, {account}: {person} handed it over"),
    },
}
"""Of what was overtaken: day and owner are others by now."""
_CHANGED: Mapping[Kind, str] = {
    Kind.PROMISE: N_("Promise, {account}: {person} changed it"),
    Kind.NEXT_STEP: N_("Next step, {account}: {person} changed it"),
}


def _why(shown: Shown, one: Commitment, t: Translator) -> Words:
    if shown.part is None:
        return NO_WORDS
    if shown.part is Part.OWNER and shown.given_by is not None:
        return t(
            "You see this because {person} gave it to you to look after.", person=name_of(t, shown.given_by, _NAME)
        )
    return t(_WHY[shown.part], person=name_of(t, one.owner, _NAME))


def _seen_by(one: Commitment, t: Translator) -> Words:
    return t("Visible to: {who}", who=label(t, labels.VISIBILITY, one.visibility))
