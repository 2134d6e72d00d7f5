"""Contacts: the person card, the question who is meant, and what KAMs and owners hear."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from bot.domain.briefings import Wanted
from bot.domain.contact_assessments import Hypothesis, Judgement, Measure, Strength
from bot.domain.contact_commands import (
    Act,
    ContactArrived,
    ContactCard,
    ContactChoice,
    ContactGone,
    ContactQuestion,
    Deed,
    OwnerTold,
    Position,
)
from bot.domain.contact_touch import Lapse
from bot.domain.contacts import Contact, Lack
from bot.domain.delivery import Ref, Subject
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import labels
from bot.views.blocks import (
    Block,
    Confirm,
    Element,
    Message,
    actions,
    button,
    context,
    cut,
    facts,
    message,
    overflow,
    quote,
    section,
)
from bot.views.contact_labels import BECAUSE, STRENGTH, VALUES
from bot.views.labels import N_, label, name_of

_NAME = 60
_LINE = 100
_AIMS = 400
_PEOPLE = 4
_POSITIONS = 4
_STRENGTHS = 5
_HYPOTHESES = 2
_LAPSE = {
    Lapse.FRESH: N_("🟢 in touch"),
    Lapse.SOFT: N_("⏳ due for a contact"),
    Lapse.HARD: N_("⏳ lapsing"),
    Lapse.NEVER: N_("not met yet"),
}
_LACK = {
    Lack.DECIDER: N_("no decider is known there"),
    Lack.CHAMPION: N_("nobody known there speaks up for us"),
}


def card(found: ContactCard, t: Translator) -> Message:
    """Show everything about a contact that its reader may see."""
    contact = found.contact
    restricted = contact.account.restricted
    told = t("A contact of a restricted account") if restricted else _told(contact, t)
    return message(
        told,
        section(_headline(contact, t), button(_account(contact), "contact.account", contact.account.id)),
        section(_left(found, t)) if contact.left_on else None,
        facts(
            [
                (t("Level"), _level(contact, t)),
                (t("Decision role"), _roles(contact, t)),
                (t("Relationship owner"), name_of(t, contact.owner, _NAME) or t("nobody yet")),
                (t("Counterpart of ours"), _counterpart(found, t)),
                (t("Last contact"), _touch(found, t)),
                (t("Rhythm"), _rhythm(found, t)),
            ]
        ),
        section(bold(t("What this person aims at"))) if contact.aims else None,
        quote(Typed(contact.aims), _AIMS) if contact.aims else None,
        *_beside_the_briefing(found, t),
        _lines(t("Positions before"), [_position(one, t) for one in found.positions[:_POSITIONS]]),
        *_judged(found, t),
        context(_who_sees(found, t)),
        _actions(found, t) if found.may_edit else None,
    )


def question(asked: ContactQuestion, t: Translator) -> Message:
    """Ask which contact is meant, with the way to a new one; the name is kept."""
    name = Typed(asked.typed)
    if not asked.typed:
        sentence = t("Which contact? Choose one, or type /kam contact and a name.")
    elif asked.unknown_account:
        account = Typed(cut(asked.unknown_account, _NAME))
        sentence = (
            t("I don't know which account {account} is. Is {name} one of these?", account=account, name=name)
            if asked.matches
            else t("I don't know which account {account} is, nor a contact called {name}.", account=account, name=name)
        )
    elif asked.is_shared:
        sentence = t("Several contacts are called {name}. Which one?", name=name)
    elif asked.matches:
        sentence = t("I don't know a contact called {name}. Is it one of these?", name=name)
    else:
        sentence = t("I don't know a contact called {name} yet.", name=name)
    picks = [
        button(_choice(one), f"contact.pick{at}", f"{Act.SHOW}:{one.id}:0") for at, one in enumerate(asked.matches)
    ]
    new = t("New contact")
    return message(
        sentence,
        section(sentence),
        actions(*picks),
        actions(button(new, "contact.new", asked.draft_id, style=None if asked.matches else "primary")),
        _kept(asked, t),
    )


def _kept(asked: ContactQuestion, t: Translator) -> Block | None:
    if asked.unknown_account:
        account = Typed(cut(asked.unknown_account, _NAME))
        return context(
            t("What you typed is kept until you choose."),
            NO_WORDS
            if asked.is_shared_account
            else t("A new account comes with the first log: /kam-log {account}: and what happened.", account=account),
        )
    return context(t("The name is kept until you choose.")) if asked.typed else None


def gone(told: ContactGone, t: Translator) -> Message:
    """Tell a KAM that a contact left the account, and what it lacks now."""
    name, account = Typed(cut(told.contact.name, _NAME)), Typed(told.account.name)
    by, day = t.person(told.by), t.day(told.on) if told.on else NO_WORDS
    if told.moved_to is not None:
        sentence = t(
            "{name} moved from {account} to {other}.", name=name, account=account, other=Typed(told.moved_to.name)
        )
    elif told.has_moved or told.on is None:
        sentence = t("{name} is not at {account} any more.", name=name, account=account)
    elif told.on >= t.today:
        sentence = t("{name} leaves {account}; the last day is {day}.", name=name, account=account, day=day)
    else:
        sentence = t("{name} left {account}; the last day was {day}.", name=name, account=account, day=day)
    roles = t.all_of([label(t, labels.DECISION_ROLE, role) for role in told.roles])
    restricted = told.account.restricted
    return message(
        t("A contact of a restricted account left") if restricted else sentence,
        section(bold(sentence)),
        section(joined([Typed(told.title or ""), roles])) if told.title or roles else None,
        section(lacking(told.lacks, t)) if told.lacks else None,
        actions(
            button(t("Name successor"), "contact.succeed", f"{Deed.NEW}:{told.contact.id}:0"),
            button(t("Open"), "contact.show", f"{Act.SHOW}:{told.contact.id}:0"),
        )
        if not told.has_moved
        else None,
        context(t("You get this because you are the KAM; {person} wrote it down.", person=by)),
    )


def arrived(told: ContactArrived, t: Translator) -> Message:
    """Tell a KAM that a contact stands at their account now."""
    contact = told.contact
    name, account = Typed(cut(contact.name, _NAME)), Typed(contact.account.name)
    if told.came_from is not None:
        sentence = t(
            "{name} came to {account} from {other}.", name=name, account=account, other=Typed(told.came_from.name)
        )
    else:
        sentence = t("{name} is at {account} now.", name=name, account=account)
    position = joined([_short(contact.title or ""), label(t, labels.LEVEL, contact.level)])
    return message(
        t("A contact came to a restricted account") if contact.account.restricted else sentence,
        section(bold(sentence)),
        section(position) if position else None,
        actions(button(t("Open"), "contact.show", f"{Act.SHOW}:{contact.id}:0")),
        context(t("You get this because you are the KAM; {person} wrote it down.", person=t.person(told.by))),
    )


def owner(told: OwnerTold, t: Translator) -> Message:
    """Tell somebody that they look after a contact now, or need not any more."""
    contact, by = told.contact, t.person(told.by)
    name, account = Typed(cut(contact.name, _NAME)), Typed(contact.account.name)
    if told.is_mine:
        sentence = t("You look after {name} of {account} now.", name=name, account=account)
    else:
        sentence = t("You need not look after {name} of {account} any more.", name=name, account=account)
    return message(
        t("Who looks after a contact of a restricted account has changed") if contact.account.restricted else sentence,
        section(bold(sentence)),
        actions(button(t("Open"), "contact.show", f"{Act.SHOW}:{contact.id}:0")) if told.is_mine else None,
        context(t("You get this because {person} changed who looks after the contact.", person=by)),
    )


def _told(contact: Contact, t: Translator) -> Words:
    return t("{name} at {account}", name=Typed(cut(contact.name, _NAME)), account=Typed(contact.account.name))


def _headline(contact: Contact, t: Translator) -> Words:
    left = t("(left)") if contact.has_left(t.today) else NO_WORDS
    restricted = t("🔒 restricted") if contact.account.restricted else NO_WORDS
    name = joined([bold(_short(contact.name)), left], " ")
    return joined([joined([Words("👤", "👤"), name], " "), _short(contact.title or ""), restricted])


def _account(contact: Contact) -> Typed:
    return Typed(contact.account.name)


def _left(found: ContactCard, t: Translator) -> Words:
    contact = found.contact
    day = t.day(contact.left_on) if contact.left_on else NO_WORDS
    said = (
        t("The last day was {day}.", day=day)
        if contact.has_left(t.today)
        else t("Leaves; the last day is {day}.", day=day)
    )
    return joined([said, lacking(found.lacks, t)], " ")


def lacking(lacks: Sequence[Lack], t: Translator) -> Words:
    """Say what an account lacks without a contact; nothing where it lacks nothing."""
    if not lacks:
        return NO_WORDS
    return t("🚩 Without this person {lacks}.", lacks=t.all_of([t(_LACK[lack]) for lack in lacks]))


def _level(contact: Contact, t: Translator) -> Words:
    return label(t, labels.LEVEL, contact.level) or t("not known yet")


def _roles(contact: Contact, t: Translator) -> Words:
    roles = [label(t, labels.DECISION_ROLE, role) for role in contact.decision_roles]
    return t.all_of(roles) or t("not known yet")


def _counterpart(found: ContactCard, t: Translator) -> Words:
    """Name our person of the same level; who stands far off is a hint, and others of that level are suggested."""
    contact = found.contact
    counterpart = contact.counterpart
    level = label(t, labels.LEVEL, contact.counterpart_level)
    named = joined([name_of(t, counterpart, _NAME), level], ", ") if counterpart else NO_WORDS
    hint = t("hint: two levels or more apart") if contact.is_mismatched else NO_WORDS
    at_level = [t.person(one) for one in found.candidates]
    suggested = t("of the same level: {people}", people=joined(at_level, ", ")) if at_level else NO_WORDS
    return joined([named, hint, suggested], "\n") or t("nobody yet")


def _touch(found: ContactCard, t: Translator) -> Words:
    touch = found.touch
    if touch is None:
        return t("no contact yet")
    return joined([t.local_day(touch.at), name_of(t, touch.by, _NAME), Typed(f"I-{touch.number}")])


def _rhythm(found: ContactCard, t: Translator) -> Words:
    if found.contact.has_left(t.today):
        return NO_WORDS
    soft, hard = found.limits.soft_days, t.number(found.limits.hard_days)
    if found.contact.wished_days is not None:
        usual = t.plural("wishes to hear from us every day", "wishes to hear from us every {count} days", soft)
    else:
        usual = t.plural(
            "every {count} day, {hard} at the latest", "every {count} days, {hard} at the latest", soft, hard=hard
        )
    return joined([t(_LAPSE[found.lapse]), usual], "\n")


def _around(found: ContactCard, t: Translator) -> list[Words]:
    """Name who stands how to the contact, and how to reach them."""
    ties, contact = found.relations, found.contact
    since = t("In this position since {day}", day=t.day(found.since)) if found.since else NO_WORDS
    reached = joined([_short(contact.email or ""), _short(contact.phone or "")])
    named = (
        (t("Reports to"), (ties.reports_to,) if ties.reports_to else ()),
        (t("Reporting to them"), ties.reports),
    )
    return [
        one for one in (*_ties(named, t), since, t("Reached by: {ways}", ways=reached) if reached else NO_WORDS) if one
    ]


def _beside_the_briefing(found: ContactCard, t: Translator) -> list[Block | None]:
    """Show who stands around them with the way to the page before a meeting, which only those who are there have."""
    around, contact = _around(found, t), found.contact
    if contact.has_left(t.today):
        return [_lines(None, around)]
    briefing = button(t("Briefing"), "briefing.add", Wanted(Ref(Subject.CONTACT, contact.id)).key)
    return [_lines(None, around, briefing) if around else actions(briefing)]


def _position(position: Position, t: Translator) -> Words:
    since = t.day(position.from_on) if position.from_on else NO_WORDS
    until = t.day(position.until_on) if position.until_on else NO_WORDS
    time = t("{start} to {end}", start=since, end=until) if since else t("until {end}", end=until)
    what = joined([_short(position.title or ""), _short(position.account.name)], ", ")
    return joined([what, label(t, labels.LEVEL, position.level), time])


def _ties(named: Iterable[tuple[Words, Sequence[ContactChoice]]], t: Translator) -> list[Words]:
    return [t("{what}: {people}", what=what, people=_names(people, t)) for what, people in named if people]


def _judged(found: ContactCard, t: Translator) -> list[Block | None]:
    """Show what the circle judged, each with its date, who and why; what is old asks whether it is still right.

    Lines of influence may be for a reader of whom the rest is kept: they are judged where the other one stands.
    """
    ties = found.relations
    lines = _ties(
        ((t("Listens to"), ties.influenced_by), (t("Is listened to by"), ties.influences)),
        t,
    )
    if found.judged is None:
        accounts = dict.fromkeys(one.account.name for one in ties.influenced_by[:_PEOPLE])
        where = joined([_short(name) for name in accounts], ", ")
        return [_lines(t("Judged, for the circle of {accounts} only", accounts=where), lines)]
    title = t("Judged, for the account's circle only")
    contact, judged = found.contact, found.judged
    in_order = [judged.judgements[measure] for measure in Measure if measure in judged.judgements]
    said = [_judgements(tuple(alike), t) for _, alike in groupby(in_order, lambda one: (one.at, one.by, one.reason))]
    said += [_strength(one, t) for one in judged.strengths[:_STRENGTHS]]
    said += lines
    all_five = t("Everybody judged here speaks up for us. Is anybody reserved?") if judged.all_speak_up else NO_WORDS
    blocks: list[Block | None] = []
    if said:
        blocks += [_lines(title, said), context(all_five)]
        blocks.append(actions(_renew(contact, t)) if contact.left_on is None and judged.stale(t.now) else None)
    open_ones = [one for one in judged.hypotheses if one.came_true is None][:_HYPOTHESES]
    known = [one for one in judged.hypotheses if one.came_true][:1]
    blocks += [_hypothesis(contact, one, t) for one in (*open_ones, *known)]
    return blocks


def _judgements(alike: Sequence[Judgement], t: Translator) -> Words:
    """Show what was judged in one go: its date, who and why are said once."""
    what = [
        t(
            "{measure}: {value}",
            measure=label(t, labels.MEASURE, one.measure),
            value=bold(label(t, VALUES[one.measure], one.value)),
        )
        for one in alike
    ]
    first = alike[0]
    if first.at is None or first.by is None:
        return joined([*what, t("from the set-up data, without a date")])
    return joined([*what, _rated(first, t), _quoted(first.reason, t)])


def _strength(one: Strength, t: Translator) -> Words:
    value = label(t, STRENGTH, one.strength) or t("not known yet")
    claimed = t("(claimed)") if one.is_claimed else NO_WORDS
    desired = label(t, STRENGTH, one.desired)
    return joined(
        [
            joined(
                [t("{person} knows them: {value}", person=name_of(t, one.member, _NAME), value=bold(value)), claimed],
                " ",
            ),
            t("wished: {strength}", strength=desired) if desired and one.desired != one.strength else NO_WORDS,
            _rated(one, t),
        ]
    )


def _rated(one: Judgement | Strength | Hypothesis, t: Translator) -> Words:
    by = name_of(t, one.by, _NAME)
    day = t.local_day(one.at) if one.at else NO_WORDS
    return joined(
        [joined([day, by], ", "), t("⏳ more than half a year ago") if one.is_stale(t.now) else NO_WORDS], " "
    )


def _hypothesis(contact: Contact, one: Hypothesis, t: Translator) -> Block:
    what = t("✅ Came true") if one.came_true else t("Hypothesis")
    when = _rated(one, t) if one.came_true is None else joined([t.local_day(one.at), name_of(t, one.by, _NAME)], ", ")
    lines = joined(
        [
            joined([bold(what), when]),
            _quoted(one.text, t),
            t("Because: {basis}", basis=_quoted(one.basis, t)),
        ],
        "\n",
    )
    choices = [
        (f"{Act.CAME_TRUE}:{contact.id}:0:{one.id}", t("Came true")),
        (f"{Act.GIVE_UP}:{contact.id}:0:{one.id}", t("Give up")),
    ]
    return section(lines, None if one.came_true else overflow("contact.hypothesis", choices))


def _renew(contact: Contact, t: Translator) -> Element:
    asked = Confirm(
        t("Still right?"),
        t("What is older than half a year gets today's date and your name; the values stay."),
        t("Still right"),
        t("Cancel"),
    )
    return button(t("Still right?"), "contact.renew", f"{Act.RENEW}:{contact.id}:{contact.version}", confirm=asked)


def _actions(found: ContactCard, t: Translator) -> Block | None:
    """Offer what is possible now: the likely acts as buttons, the rare ones in the menu."""
    contact = found.contact
    value = f"{contact.id}:{contact.version}"
    if contact.left_on is not None:
        stays = t("Has not left") if contact.has_left(t.today) else t("Stays after all")
        return actions(
            button(t("Name successor"), "contact.succeed", f"{Deed.NEW}:{value}", style="primary"),
            button(stays, "contact.stay", f"{Act.STAY}:{value}"),
            overflow(
                "contact.menu", [(f"{Deed.MOVE}:{value}", t("New position")), (f"{Deed.EDIT}:{value}", t("Edit"))]
            ),
        )
    menu = [
        (f"{Deed.MOVE}:{value}", t("New position")),
        (f"{Deed.LEAVE}:{value}", t("Left the company")),
        (f"{Deed.INFLUENCE}:{value}", t("Who listens to them")),
    ]
    if not found.is_owner:
        menu.append((f"{Act.TAKE_OVER}:{value}", t("I look after them")))
    menu.append((f"merge:{contact.id}", t("Same as another one …")))
    return actions(
        button(t("Edit"), "contact.edit", f"{Deed.EDIT}:{value}", style="primary"),
        button(t("Assess"), "contact.assess", f"{Deed.ASSESS}:{value}"),
        button(t("Hypothesis"), "contact.suppose", f"{Deed.SUPPOSE}:{value}"),
        overflow("contact.menu", menu),
    )


def _who_sees(found: ContactCard, t: Translator) -> Words:
    if found.because is not None:
        return t(
            "🔒 Only KAM, deputy, account team, relationship owners, sponsor and KAM leads see this contact. You see it because {reason}.",
            reason=t(BECAUSE[found.because]),
        )
    if found.judged is not None:
        return t("Visible to everyone in the company; what is judged and supposed only to the account's circle.")
    to_add = t("Something to add? Ask the account's KAM, or log it with /kam-log.")
    if found.relations.influenced_by:
        return joined([t("Visible to everyone in the company; what is judged only to its circle."), to_add], " ")
    return joined([t("Visible to everyone in the company."), to_add], " ")


def _lines(title: Words | None, lines: Sequence[Words], beside: Element | None = None) -> Block | None:
    if not lines:
        return None
    points = [Words(f"• {line.plain}", f"• {line.mrkdwn}") for line in lines]
    return section(joined([bold(title) if title else NO_WORDS, *points], "\n"), beside)


def _names(people: Sequence[ContactChoice], t: Translator) -> Words:
    more = len(people) - _PEOPLE
    named = joined([_short(one.name) for one in people[:_PEOPLE]], ", ")
    return joined([named, t.plural("and {count} more", "and {count} more", more) if more > 0 else NO_WORDS], " ")


def _choice(one: ContactChoice) -> Typed:
    account = f"{cut(one.account.name, 24)} 🔒" if one.account.restricted else cut(one.account.name, 26)
    return Typed(" · ".join(part for part in (cut(one.name, 26), one.title and cut(one.title, 17), account) if part))


def _quoted(text: str, t: Translator) -> Words:
    """Show a person's words in a line of ours, so that they cannot be taken for ours."""
    return t("“{text}”", text=Typed(cut(text, _LINE))) if text.strip() else NO_WORDS


def _short(text: str) -> Typed:
    return Typed(cut(text, _NAME))
