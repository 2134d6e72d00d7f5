"""Briefings: the page before a meeting, whole or in eight lines, the question whose, and the form that asks for it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from bot.domain.account_flags import Flag, RedFlag
from bot.domain.briefings import Briefing, Offer, Part, Portrait, Shown, Suggestion, Wanted, WhichBriefing
from bot.domain.contacts import ContactOnMap
from bot.domain.delivery import Subject
from bot.domain.worklists import Scope, Worklist
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.i18n.words import Text
from bot.views import briefing_lines as lines
from bot.views import contact_labels, labels
from bot.views.blocks import (
    Block,
    Choice,
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
    radio,
    search,
    section,
)
from bot.views.labels import label

_NAME, _QUOTE = 80, 300
_OFFERED_CONTACT, _OFFERED_ACCOUNT = 40, 25
"""Characters that leave room for both on a button."""
_LISTS = 5200
"""Characters of all lists together, shared by those that have lines; with the rest they stay below Slack's limit."""
_FEW = 2
_Line = TypeVar("_Line")
_URGENT = frozenset({Flag.NO_KAM, Flag.UNCOVERED_DECIDER})
"""What an executive should know before anything else, beside a relationship at risk."""


def page(shown: Shown, t: Translator) -> Message:
    """Show the page before a meeting, whole or in eight lines."""
    found = shown.briefing
    body = _in_eight_lines(found, t) if shown.is_short else _whole(found, t)
    return message(_told(found, t), *body, _buttons(shown, t))


def page_in_modal(shown: Shown, t: Translator) -> View:
    """Show the page in place of the form that asked for it."""
    found = shown.briefing
    body = _in_eight_lines(found, t) if shown.is_short else _whole(found, t)
    return modal("briefing.read", t("Briefing"), *body, close=t("Close"))


def which(asked: WhichBriefing, t: Translator) -> Message:
    """Ask whose page is meant: the reader's latest accounts, or those and the contacts of a name like what was typed."""
    name = Typed(cut(asked.typed, _NAME))
    if not asked.typed and not asked.offers:
        sentence = t("There is no account yet. The first log creates one: type /kam-log, its name and what happened.")
    elif not asked.typed:
        sentence = t("A briefing on whom? Choose, or type /kam brief and the name of an account or contact.")
    elif asked.is_shared:
        sentence = t("Several are called {name}. Which one?", name=name)
    else:
        sentence = t("I don't know {name} exactly. Is it one of these?", name=name)
    picks = [
        button(offered(offer, t), f"briefing.pick{at}", Wanted(offer.about, asked.is_short).key)
        for at, offer in enumerate(asked.offers)
    ]
    return message(sentence, section(sentence), actions(*picks))


def offered(offer: Offer, t: Translator) -> Text:
    """Name an account, or a contact with theirs, on a button or in a search."""
    mark = " 🔒" if offer.account.restricted else ""
    if offer.contact is None:
        return Typed(f"{offer.account.name}{mark}")
    account = Typed(f"{cut(offer.account.name, _OFFERED_ACCOUNT)}{mark}")
    return t("{contact} at {account}", contact=Typed(cut(offer.contact.name, _OFFERED_CONTACT)), account=account)


def form(t: Translator) -> View:
    """Ask for an account or contact, and how much of it."""
    return modal(
        "briefing",
        t("Briefing"),
        field(
            "about",
            t("Whom do you meet?"),
            search("briefing.find", t("An account or a contact")),
            t("Only you see the page; nothing of it is posted anywhere."),
        ),
        field(
            "length",
            t("How much?"),
            radio([("whole", t("The whole page")), ("short", t("Eight lines, for executives"))], "whole"),
        ),
        submit=t("Show"),
        close=t("Cancel"),
    )


def _told(found: Briefing, t: Translator) -> Words:
    if found.account.ref.restricted:
        return t("A briefing on a restricted account")
    return t("Briefing on {name}", name=_name(found))


def _name(found: Briefing) -> Typed:
    return Typed(cut(found.portrait.contact.name if found.portrait else found.account.name, _NAME))


# ---------------------------------------------------------------- the page
def _whole(found: Briefing, t: Translator) -> list[Block | None]:
    portrait = found.portrait
    listed = [
        _part(t("Whom you may meet"), found.people, lambda one: lines.person(found, one, t), t),
        _part(t("Planned"), found.planned, lambda one: lines.note(found, one, t), t, is_counted=False),
        _part(t("Last contacts"), found.heard, lambda one: lines.note(found, one, t), t, is_counted=False),
        _part(
            t("What they want, and what may come between us"),
            found.wishes,
            lambda one: lines.wish(found, one, t),
            t,
            is_counted=False,
        ),
        _part(t("Promises and next steps"), found.due, lambda one: lines.due(found, one, t), t),
        _part(t("Open requests and goal conflicts"), found.matters, lambda one: lines.matter(one, t), t),
        _part(t("Favours"), found.favours, lambda one: lines.favour(found, one, t), t, is_counted=False),
        _part(t("What may come, as colleagues think"), found.hypotheses, lambda one: lines.hypothesis(one, t), t),
    ]
    told = [one for one in listed if one is not None]
    room = _LISTS // max(len(told), 1)
    return [
        section(_headline(found, t)),
        _flags(found, t),
        *(_of_person(found, portrait, t) if portrait else _of_account(found, t)),
        *(section(one(room)) for one in told),
        section(_questions(found.suggestions, t)) if found.suggestions else None,
        context(joined([_who_sees(found, t), _who_judged(found, t)], " ")),
    ]


def _headline(found: Briefing, t: Translator) -> Words:
    account = found.account
    mark = t("🔒 restricted") if account.ref.restricted else NO_WORDS
    if found.portrait:
        contact = found.portrait.contact
        name = t("Briefing: {name}", name=bold(lines.short(contact.name)))
        return joined([name, lines.short(contact.title or ""), lines.short(contact.account.name), mark])
    kind = label(t, labels.TIER, account.tier) or label(t, labels.ACCOUNT_KIND, account.kind)
    return joined([t("Briefing: {name}", name=bold(lines.short(account.name))), kind, mark])


def _flags(found: Briefing, t: Translator) -> Block | None:
    raised = _raised(found, found.flags, t)
    return section(raised) if raised else None


def _raised(found: Briefing, flags: Iterable[RedFlag], t: Translator) -> Words:
    risk = [t("the relationship is at risk")] if found.account.is_at_risk else []
    said = joined([*risk, *(lines.flag(one, t) for one in flags)])
    return t("🚩 {flags}", flags=said) if said else NO_WORDS


def _of_account(found: Briefing, t: Translator) -> list[Block | None]:
    account = found.account
    return [
        facts(
            [
                (t("KAM"), lines.who(account.kam, t)),
                (t("Deputy"), lines.who(account.deputy, t)),
                (t("Relationship"), lines.stage(account, t)),
                (t("Shape"), lines.shape(found.carried, t)),
                (label(t, labels.SOURCE, "ours"), lines.picture(found.impressions, t)),
                (label(t, labels.SOURCE, "customer"), lines.picture(found.customer_words, t)),
            ]
        ),
        section(joined([bold(t("Judged by the account's circle")), lines.judged(found, None, t)], "\n"))
        if found.judgements(None)
        else None,
        section(bold(t("Mission"))) if account.mission else None,
        quote(Typed(account.mission), _QUOTE) if account.mission else None,
    ]


def _of_person(found: Briefing, portrait: Portrait, t: Translator) -> list[Block | None]:
    contact, around = portrait.contact, portrait.around
    ties = [
        (t("Reports to"), [around.reports_to] if around.reports_to else []),
        (t("Who reports to them"), around.reports),
    ]
    said = [joined([name, lines.several(found, people, t)], ": ") for name, people in ties if people]
    listens = [joined([t("Listens to"), lines.several(found, around.influenced_by, t)], ": ")]
    judged = joined([lines.judged_of(found, contact, t), *(listens if around.influenced_by else [])], "\n")
    return [
        facts(
            [
                (t("Level"), label(t, labels.LEVEL, contact.level)),
                (t("Decision role"), lines.roles(contact, t)),
                (t("Our side"), lines.ours(contact, t)),
                (t("Last contact"), lines.touch(contact, t)),
                (t("KAM"), lines.who(found.account.kam, t)),
                (t("Satisfaction of the account"), lines.both(found, t)),
            ]
        ),
        section(bold(t("What they aim at"))) if portrait.aims else None,
        quote(Typed(portrait.aims), _QUOTE) if portrait.aims else None,
        section(joined([bold(t("Judged by the account's circle")), judged], "\n")) if judged else None,
        section(joined([bold(t("Around them")), *said], "\n")) if said else None,
    ]


def _questions(suggestions: Sequence[Suggestion], t: Translator) -> Words:
    return joined([bold(t("Worth asking")), *(_point(lines.question(one, t)) for one in suggestions)], "\n")


def _who_sees(found: Briefing, t: Translator) -> Words:
    units = (
        t.plural("{count} unit counts as well.", "{count} units count as well.", found.units)
        if found.units
        else NO_WORDS
    )
    if found.because is None:
        seen = t("Only you see this page; notes count as far as you may read them.")
    else:
        seen = t(
            "🔒 Only KAM, deputy, account team, relationship owners, sponsor and KAM leads know of this account. You see it because {reason}.",
            reason=label(t, contact_labels.BECAUSE, found.because),
        )
    return joined([seen, units], " ")


def _who_judged(found: Briefing, t: Translator) -> Words:
    return t("What is judged is for the account's circle only.") if found.tells_judgements else NO_WORDS


def _in_eight_lines(found: Briefing, t: Translator) -> list[Block | None]:
    """Say in eight lines what an executive needs; the last says who sees it."""
    portrait = found.portrait
    # What is told as the last contact need not be told again.
    wishes = [one for one in found.wishes.lines if one not in found.heard.lines[:1]]
    late = t.plural("⏳ {count} overdue", "⏳ {count} overdue", found.overdue) if found.overdue else NO_WORDS
    said = [
        joined([_headline(found, t), _raised(found, [one for one in found.flags if one.flag in _URGENT], t)]),
        _titled(t("Our side"), [lines.ours(portrait.contact, t), lines.touch(portrait.contact, t)], t)
        if portrait
        else _titled(t("You meet"), [_in_short(found, one, t) for one in found.people.lines[:_FEW]], t),
        _titled(t("Last contact"), [lines.note(found, one, t) for one in found.heard.lines[:1]], t),
        _titled(t("They want"), [lines.wish(found, one, t) for one in wishes[:1]], t),
        _titled(t("Open with us"), [late, *_open(found, t)], t),
        _titled(t("Satisfaction"), [lines.both(found, t)], t),
        _titled(t("Ask"), [lines.question(one, t) for one in found.suggestions[:1]], t),
    ]
    return [section(joined(said, "\n")), context(_who_sees(found, t))]


def _in_short(found: Briefing, contact: ContactOnMap, t: Translator) -> Words:
    role = lines.short(contact.title) if contact.title else lines.roles(contact, t)
    name = joined([bold(lines.short(contact.name)), role, lines.elsewhere(contact.account, found)], ", ")
    return joined([name, lines.ours(contact, t)], ", ")


def _open(found: Briefing, t: Translator) -> list[Words]:
    due = [
        joined([t.day(one.due_on) if one.due_on else NO_WORDS, lines.one_line(one.text)], " ")
        for one in found.due.lines[:1]
    ]
    matters = [
        joined([bold(Typed(one.short_id or "")), lines.one_line(one.headline or "")], " ")
        for one in found.matters.lines[:_FEW]
    ]
    rest = found.due.count + found.matters.count - len(due) - len(matters)
    return [*due, *matters, *([t.plural("{count} more", "{count} more", rest)] if rest else [])]


def _titled(title: Words, said: Iterable[Words], t: Translator) -> Words:
    line = joined(said)
    return t("{title}: {line}", title=bold(title), line=line) if line else NO_WORDS


def _buttons(shown: Shown, t: Translator) -> Block | None:
    """Offer the other length, the card, and the whole of what the page tells a part of; nothing here leads to others."""
    found, account_id = shown.briefing, shown.briefing.account.id
    other = Wanted(found.about, not shown.is_short).key
    wholes: list[Choice] = [
        (Worklist(subject, Scope.ACCOUNT, account_id).key, name)
        for subject, name in (
            (Subject.PROMISE, t("All promises")),
            (Subject.REQUEST, t("All requests")),
            (Subject.ESCALATION, t("All goal conflicts")),
        )
    ]
    wholes.append((f"favours:{account_id}", t("All favours")))
    wholes.append(
        (f"map:{account_id}", t("Map")) if found.portrait is None else (f"account:{account_id}", t("Account card"))
    )
    return actions(
        button(t("Whole page") if shown.is_short else t("Eight lines"), "briefing.turn", other),
        button(
            t("Account card") if found.portrait is None else t("Contact card"),
            "briefing.part",
            f"{found.about.subject}:{found.about.id}",
        ),
        button(t("Log"), "log.start", account_id),
        overflow("briefing.menu", wholes),
    )


def _part(
    title: Words, part: Part[_Line], line: Callable[[_Line], Words], t: Translator, *, is_counted: bool = True
) -> Callable[[int], Words] | None:
    """Return what shows as many lines as fit into so many characters, and how many do not; None for nothing."""
    if not part.lines:
        return None

    def shown(most: int) -> Words:
        points: list[Words] = []
        length = 0
        for point in map(line, part.lines):
            length += len(point.mrkdwn) + 3
            if length > most and points:
                break
            points.append(_point(point))
        hidden = part.count - len(points)
        more = NO_WORDS
        if hidden:
            more = t.plural("and {count} more", "and {count} more", hidden) if is_counted else t("and more")
        return joined([bold(title), *points, more], "\n")

    return shown


def _point(line: Words) -> Words:
    return Words(f"• {line.plain}", f"• {line.mrkdwn}")
