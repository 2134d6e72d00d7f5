"""Matters: the kinds of notes that words of a question ask for, such as promises or visits, in both languages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.analyser import STOP_WORDS
from bot.domain.asked_periods import word_set
from bot.domain.interactions import Category, Kind, Tag


class Matter(StrEnum):
    """What sort of notes is asked for."""

    PROMISES = "promises"
    OPEN_PROMISES = "open_promises"
    """Those that are still to be kept."""
    REQUESTS = "requests"
    OPEN_REQUESTS = "open_requests"
    """Those that wait for an answer."""
    CONFLICTS = "conflicts"
    OPEN_CONFLICTS = "open_conflicts"
    """Those that nobody has decided yet."""
    DECISIONS = "decisions"
    CONTACTS = "contacts"
    VISITS = "visits"
    MEETINGS = "meetings"
    """Face to face, on a screen as well."""
    TALKS = "talks"
    """Whatever was said rather than written."""
    CALLS = "calls"
    COMPLAINTS = "complaints"
    SATISFACTION = "satisfaction"
    RISKS = "risks"
    IDEAS = "ideas"


class Fact(StrEnum):
    """What of an account itself is asked for."""

    KAM = "kam"
    DEPUTY = "deputy"
    SPONSOR = "sponsor"
    TIER = "tier"
    MISSION = "mission"


@dataclass(frozen=True, slots=True)
class Sort:
    """Which notes belong to a matter."""

    marks: frozenset[str]
    """Subjects, kinds, categories and tags as they are stored with a note; any of them will do."""
    words: str = ""
    """Whoever logs in a line says it in words instead of choosing a kind."""

    @property
    def is_common(self) -> bool:
        """Tell whether every few interactions are of this sort."""
        return self.marks <= _USUAL


_USUAL = frozenset({*Kind, *Category, *Tag})
PROMISE = "promise"
"""The mark of a note with a promise."""
SORTS: Mapping[Matter, Sort] = {
    Matter.PROMISES: Sort(frozenset({PROMISE}), "Zusage zugesagt versprochen promise promised"),
    Matter.OPEN_PROMISES: Sort(frozenset({PROMISE})),
    Matter.REQUESTS: Sort(frozenset({"request"})),
    Matter.OPEN_REQUESTS: Sort(frozenset({"request"})),
    Matter.CONFLICTS: Sort(frozenset({"escalation"})),
    Matter.OPEN_CONFLICTS: Sort(frozenset({"escalation"})),
    Matter.DECISIONS: Sort(frozenset({"escalation"})),
    Matter.CONTACTS: Sort(frozenset({"contact"})),
    Matter.VISITS: Sort(frozenset({"visit"})),
    Matter.MEETINGS: Sort(frozenset({"visit", "video", "event"})),
    Matter.TALKS: Sort(frozenset({"visit", "call", "video", "event", "chat"})),
    Matter.CALLS: Sort(frozenset({"call", "video"})),
    Matter.COMPLAINTS: Sort(
        frozenset({"complaint"}), "Reklamation reklamiert Beschwerde beschwert complaint complained"
    ),
    Matter.SATISFACTION: Sort(
        frozenset({"satisfaction"}), "Zufriedenheit zufrieden unzufrieden satisfaction satisfied happy unhappy"
    ),
    Matter.RISKS: Sort(frozenset({"risk"}), "Risiko risk"),
    Matter.IDEAS: Sort(frozenset({"idea"}), "Idee idea"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A matter with the places of the words that name it."""

    matter: Matter
    places: frozenset[int]
    is_last: bool = False
    """Only the newest is asked for: who was there, and when."""


def find_matter(words: Sequence[str]) -> Found | None:
    """Find what sort of notes a question asks for.

    Only the plural or a question for the last time names a sort: "the visit to Ulm" is one visit, whose words are
    looked for.

    Args:
        words: casefolded, without punctuation at their ends.
    """
    return _asked_for_last(words) or _named(words) or _asked_how(words)


def _named(words: Sequence[str]) -> Found | None:
    for at, word in enumerate(words):
        matter = _PLURALS.get(word)
        if at and words[at - 1] in _LAST:
            matter = _ONE_OF.get(word, matter)
        if matter is None:
            continue
        # "Goal conflicts" is what we call them.
        noun = frozenset({at - 1, at} if matter is Matter.CONFLICTS and at and words[at - 1] == "goal" else {at})
        still_open = frozenset(place for place, other in enumerate(words) if other in _OPEN)
        if matter is Matter.CONFLICTS:
            still_open = frozenset(place for place in still_open if _is_said_of(words, noun, place))
        if matter in _STILL_OPEN and still_open:
            return Found(_STILL_OPEN[matter], still_open | noun)
        is_last = bool(at) and words[at - 1] in _LAST
        taken = {at - 1, at} if is_last or (at and words[at - 1] in _OPEN) else noun
        return Found(matter, frozenset(taken), is_last and matter in _MET)
    return None


def _is_said_of(words: Sequence[str], noun: Collection[int], place: int) -> bool:
    """Tell whether a word says how the noun is: "offene Konflikte", "which conflicts are still open".

    In front of it nothing but other words of its kind stand between, behind it nothing else is told.
    """
    if place < min(noun):
        return STOP_WORDS.isdisjoint(set(words[place + 1 : min(noun)]) - _AND)
    return _TELLS_NOTHING.issuperset(words[max(noun) + 1 :])


def _asked_for_last(words: Sequence[str]) -> Found | None:
    """Read "wer war zuletzt bei …" and "when did we last meet …": the newest of its sort is the answer."""
    asking = [at for at, word in enumerate(words) if word in _ASKING]
    last = [at for at, word in enumerate(words) if word in _LAST]
    if not asking or not last:
        return None
    for matter, verbs in _LAST_TIME.items():
        if did := [at for at, word in enumerate(words) if word in verbs]:
            return Found(matter, frozenset([asking[0], *last, *did]), is_last=True)
    return None


def _asked_how(words: Sequence[str]) -> Found | None:
    """Read "was haben wir … zugesagt?" and "how happy is …?"."""
    for askers, said, matter in _QUESTIONS:
        if words and words[0] in askers:
            places = frozenset(at for at, word in enumerate(words) if word in said)
            if places:
                return Found(matter, places | {0})
    return None


def find_facts(words: Sequence[str]) -> tuple[tuple[Fact, ...], frozenset[int]]:
    """Find what of an account itself a question asks for: "who is KAM of …", "wer betreut …", "tier …".

    Args:
        words: casefolded, without punctuation at their ends.

    Returns:
        What is asked for, and the places of the words that say so.
    """
    found: dict[Fact, None] = {}
    places = set()
    for at, word in enumerate(words):
        if (fact := _FACTS.get(word)) is not None or (fact := _CARES.get(word) if _asks_who(words) else None):
            found[fact] = None
            places.add(at)
    return tuple(found), frozenset(places)


def _asks_who(words: Sequence[str]) -> bool:
    return not _WHO.isdisjoint(words)


_LAST = word_set("zuletzt last letzte letzten letzter letztes letztem letztmals")
_OPEN = word_set(
    "offen offene offenen offener offenes open pending unanswered unbeantwortete unbeantworteten überfällige "
    "überfälligen ueberfaellige overdue ungelöste ungelösten ungeloeste unresolved unentschiedene unentschiedenen undecided"
)
_AND = word_set("und and")
_TELLS_NOTHING = STOP_WORDS | _OPEN | word_set("aktuell derzeit momentan currently remain remaining")
_ASKING = word_set("wer who wann when")
_PLURALS: Mapping[str, Matter] = {
    word: matter
    for matter, words in {
        Matter.PROMISES: "zusagen versprechen promises",
        Matter.REQUESTS: "anfragen requests",
        Matter.CONFLICTS: "zielkonflikt zielkonflikte zielkonflikten konflikte konflikten eskalation eskalationen "
        "conflict conflicts escalation escalations",
        Matter.DECISIONS: "entscheide entscheiden entscheidungen decisions",
        Matter.CONTACTS: "kontaktpersonen ansprechpartner ansprechpartnern ansprechpartnerinnen ansprechpersonen contacts",
        Matter.VISITS: "besuche besuchen visits",
        Matter.MEETINGS: "meetings",
        Matter.CALLS: "anrufe anrufen telefonate telefonaten calls",
        Matter.COMPLAINTS: "reklamationen beschwerden complaints",
        Matter.SATISFACTION: "zufriedenheit kundenzufriedenheit satisfaction",
        Matter.RISKS: "risiken risks",
        Matter.IDEAS: "ideen ideas",
    }.items()
    for word in words.split()
}
_ONE_OF: Mapping[str, Matter] = {
    **dict.fromkeys(("besuch", "besuche", "visit", "visits"), Matter.VISITS),
    **dict.fromkeys(("treffen", "meeting", "meetings"), Matter.MEETINGS),
    **dict.fromkeys(("gespräch", "gespraech", "gespräche", "talk", "conversation", "kontakt", "contact"), Matter.TALKS),
    **dict.fromkeys(("anruf", "telefonat", "call"), Matter.CALLS),
}
_STILL_OPEN: Mapping[Matter, Matter] = {
    Matter.REQUESTS: Matter.OPEN_REQUESTS,
    Matter.PROMISES: Matter.OPEN_PROMISES,
    Matter.CONFLICTS: Matter.OPEN_CONFLICTS,
}
STILL_OPEN = frozenset(_STILL_OPEN.values())
"""What is asked for only as far as it is open."""
_MET = frozenset({Matter.VISITS, Matter.MEETINGS, Matter.TALKS, Matter.CALLS})
_LAST_TIME: Mapping[Matter, frozenset[str]] = {
    Matter.CALLS: word_set("telefoniert angerufen called phoned rang"),
    Matter.TALKS: word_set("gesprochen geredet gehört gehoert talk talked speak spoke spoken hear heard contacted"),
    Matter.MEETINGS: word_set("getroffen traf trafen treffen met meet gesehen sah see seen saw"),
    Matter.VISITS: word_set("besucht besuchte visit visited war waren bei beim was were been at"),
}
_QUESTIONS: tuple[tuple[frozenset[str], frozenset[str], Matter], ...] = (
    (
        word_set("was wem wann what when did have has haben hat"),
        word_set("zugesagt versprochen promise promised"),
        Matter.PROMISES,
    ),
    (word_set("wie how"), word_set("zufrieden happy satisfied"), Matter.SATISFACTION),
)
_WHO = word_set("wer who whos who's wen wem")
_CARES: Mapping[str, Fact] = {
    **dict.fromkeys(
        ("betreut", "zuständig", "zustaendig", "verantwortlich", "responsible", "owns", "manages"), Fact.KAM
    ),
    **dict.fromkeys(("vertritt",), Fact.DEPUTY),
}
"""What says so only in a question for a person."""
_FACTS: Mapping[str, Fact] = {
    word: fact
    for fact, words in {
        Fact.KAM: "kam",
        Fact.DEPUTY: "stellvertretung stellvertreter stellvertreterin deputy",
        Fact.SPONSOR: "sponsor sponsorin pate patin",
        Fact.TIER: "tier einstufung",
        Fact.MISSION: "mission",
    }.items()
    for word in words.split()
}
