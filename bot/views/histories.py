"""Histories: what happened to a request or a conflict, one line an entry, as people read it."""

from collections.abc import Mapping, Sequence

from bot.domain.delivery import Ref
from bot.domain.history import Entry, Past
from bot.i18n import Translator, Typed, Words, bold, joined
from bot.views.blocks import Block, View, button, cut, modal, section
from bot.views.labels import N_

SENTENCES: Mapping[str, str] = {
    "request.sent": N_("{person} asked"),
    "request.accepted": N_("{person} accepted"),
    "request.declined": N_("{person} said not this time"),
    "request.joined": N_("{person} joined"),
    "request.countered": N_("{person} offered something else"),
    "request.countered_again": N_("{person} suggested something else"),
    "request.offer_taken": N_("{person} took the offer"),
    "request.offer_turned_down": N_("{person} turned the offer down"),
    "request.questioned": N_("{person} asked back"),
    "request.answered": N_("{person} answered"),
    "request.passed_on": N_("{person} offered it to another department"),
    "request.taken_over": N_("{person} took it over"),
    "request.left": N_("{person} left it where it was"),
    "request.delivered": N_("{person} delivered"),
    "request.moved": N_("{person} moved the promised date"),
    "request.confirmed": N_("{person} confirmed"),
    "request.reopened": N_("{person} reopened it"),
    "request.withdrawn": N_("{person} withdrew it"),
    "request.lapsed": N_("Nobody confirmed the delivery, so it was closed"),
    "request.reminded": N_("The department was reminded"),
    "request.overdue": N_("The time for an answer was over, the coordinator was told"),
    "request.unanswered": N_("Still no answer; head, KAM and requester were told"),
    "request.due_soon": N_("Whoever took it on was reminded of the promised date"),
    "request.late": N_("The promised date was over, the KAM was told"),
    "escalation.raised": N_("{person} asked for backing"),
    "escalation.joined": N_("{person} joined"),
    "escalation.acknowledged": N_("{person} took it on"),
    "escalation.stated": N_("{person} stated their view"),
    "escalation.asked": N_("{person} asked back"),
    "escalation.answered": N_("{person} answered"),
    "escalation.offered": N_("{person} offered to hand it over"),
    "escalation.offer_withdrawn": N_("{person} took the offer back"),
    "escalation.taken_over": N_("{person} took it over"),
    "escalation.left": N_("{person} left it where it was"),
    "escalation.decided": N_("{person} decided"),
    "escalation.confirmed": N_("{person} confirmed the settlement"),
    "escalation.done": N_("{person} said this is done"),
    "escalation.kept": N_("{person} said the decision is kept"),
    "escalation.returned": N_("{person} returned it with guidance"),
    "escalation.withdrawn": N_("{person} withdrew it"),
    "escalation.reopened": N_("{person} reopened it"),
    "escalation.reminded": N_("Whoever has it was reminded"),
    "escalation.deputy_asked": N_("The deputy was asked as well"),
    "escalation.leads_asked": N_("The KAM leads were asked as well"),
    "escalation.unanswered": N_("Everybody was asked, nobody has taken it on yet"),
    "escalation.still_unanswered": N_("Still nobody has taken it on; they were reminded"),
    "escalation.expired": N_("Nothing had moved for three working days, so it was asked anew"),
    "escalation.readdressed": N_("It went to who can be reached"),
    "escalation.action_due": N_("Whoever is to do this was reminded"),
    "escalation.action_late": N_("The day for this is over"),
    "escalation.validity_over": N_("The time for which it was decided was over; decider and KAM were asked"),
}
"""What each recorded action says; a sentence without ``{person}`` is about something the clock did."""
_RECENT = 6
"""Lines on a card."""
_ROOM = 1500
"""Characters of them, so that they fit beside everything else in one message."""
_WORDS = 140
"""Characters of somebody's words in a line on a card."""
_ALL_WORDS = 2000
"""Characters of somebody's words where the whole history is shown."""
_SECTION = 2900
_SECTIONS = 30
"""Slack takes 250 kB in a modal, and a character may be three bytes."""


def lines(entries: Sequence[Entry], t: Translator, most: int = _WORDS) -> list[Words]:
    """Tell each entry in a line, in the order they come in; one that only a later release understands is left out."""
    return [_line(entry, t, most) for entry in entries if entry.action in SENTENCES]


def recent(about: Ref, entries: Sequence[Entry], t: Translator) -> Block | None:
    """Show what happened last, oldest first; where that is not all, a button opens the rest."""
    told: list[Words] = []
    known, room = [entry for entry in entries if entry.action in SENTENCES], _ROOM
    for line in reversed(lines(known[-_RECENT:], t)):
        room -= len(line.mrkdwn)
        if told and room < 0:
            break
        told.insert(0, line)
    if not told:
        return None
    rest = len(known) - len(told)
    more = button(t("See all"), f"{about.subject}.history", about.id) if rest else None
    earlier = [t.plural("… {count} earlier entry", "… {count} earlier entries", rest)] if rest else []
    return section(joined([bold(t("History")), *earlier, *told], "\n"), more)


def whole(past: Past, t: Translator) -> View:
    """Show all that happened, oldest first; of a history without end the newest part."""
    told = lines(past.entries, t, _ALL_WORDS)
    pages: list[list[Words]] = []
    shown, room = 0, 0
    for line in reversed(told):
        room -= len(line.mrkdwn) + 1
        if room < 0:
            if len(pages) == _SECTIONS:
                break
            pages.append([])
            room = _SECTION - len(line.mrkdwn)
        pages[-1].append(line)
        shown += 1
    rest = len(told) - shown
    return modal(
        f"{past.about.subject}.history",
        t("History of {id}", id=Typed(past.short_id)),
        section(t.plural("… {count} earlier entry", "… {count} earlier entries", rest)) if rest else None,
        *(section(joined(reversed(page), "\n")) for page in reversed(pages)),
        close=t("Close"),
    )


def _line(entry: Entry, t: Translator, most: int) -> Words:
    who = t.person(entry.actor) if entry.actor else t("Scharnier")
    happened = t(SENTENCES[entry.action], person=who)
    if entry.words:
        # A decision and its reason are two thoughts; a line break would begin a line that looks like ours.
        words = " · ".join(entry.words.split("\n\n"))
        happened = t("{what}: “{words}”", what=happened, words=Typed(cut(words, most)))
    return joined([t.moment(entry.at), happened])
