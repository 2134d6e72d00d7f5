"""Search: what is indexed, how a question is read, and in which order answers come."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain import names
from bot.domain.access import Visibility
from bot.domain.accounts import Account, AccountRef
from bot.domain.analyser import SHORTEST_COMPARED, Indexed, Word, index, question_words
from bot.domain.contacts import Contact, ContactRef, DecisionRole
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, ContactId, DraftId, MemberId
from bot.domain.interactions import Category, Interaction, Kind, Tag
from bot.domain.members import Member, Person

SHOWN = 5
"""Answers on a page; fewer hits than this for all words, and looser readings are tried too."""
DEEPEST = 200
"""Answers that can be paged through."""
MOST_WORDS = 8
"""Words of a question that are looked for; the longest tell the most."""
MOST_PEOPLE = 5
"""People named when nothing is known."""
_MOST_CHUNKS = 60
_LONGEST_NAME = 8
"""Words of a name in a question."""
_QUOTES = ".,;:?!\"'„“”‚‘’«»()[]"


@dataclass(frozen=True, slots=True)
class Note:
    """A piece of knowledge to be found: an interaction, a contact, an account fact, a request, a decision."""

    about: Ref
    account_id: AccountId
    author_id: MemberId | None
    visibility: Visibility
    at: datetime
    text: str
    """The person's words, quoted in an answer."""
    number: int | None = None
    """Of the short id, ``I-240``."""
    heading: str = ""
    """Whom or what the words are about, where it is not the account: a contact with title."""
    more: str = ""
    """Further words under which it is found and which are not quoted."""
    contact_ids: tuple[ContactId, ...] = ()
    name: str = ""
    """Of the contact whose facts these are; questions find people by it."""

    @property
    def is_shown(self) -> bool:
        """Tell whether an answer has anything to show."""
        return bool(self.text or self.heading or self.number is not None)


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask what is known."""

    actor: Member
    question: str
    key: str


@dataclass(frozen=True, slots=True)
class AskMore:
    """Show the next page of an answer."""

    actor: Member
    draft_id: DraftId
    """Keeps the question."""
    offset: int
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a note must have: one of several terms, accounts or contacts."""

    typed: str
    terms: Mapping[str, float]
    """Term → how close it is to what was typed, from 0 to 1."""
    parts: tuple[str, ...] = ()
    account_ids: tuple[AccountId, ...] = ()
    contact_ids: tuple[ContactId, ...] = ()

    @property
    def stem(self) -> str:
        """Return the first term, the one that misspellings are compared with."""
        return next(iter(self.terms), "")


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index is asked."""

    wanted: tuple[Wanted, ...] = ()
    scope: tuple[Wanted, ...] = ()
    """Account and person: each note must be within, however loosely the words are read."""
    person: ContactId | None = None
    """Their own entry belongs to the answer."""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to look for."""
        return not self.wanted and not self.scope


@dataclass(frozen=True, slots=True)
class Answer:
    """One hit with its source."""

    short_id: str | None
    """``I-240`` or None for a contact or account fact."""
    about: Ref
    account: AccountRef
    author: Person | None
    at: datetime
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A note that may become an answer, with those of the wanted terms it has."""

    key: int
    at: datetime
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Findings:
    """A page of what the index holds."""

    answers: tuple[Answer, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known, most relevant and newest first, with the filters read from the question."""

    question: str
    answers: Sequence[Answer]
    more: bool = False
    offset: int = 0
    draft_id: DraftId | None = None
    """The kept question, when there is another page."""
    account: AccountRef | None = None
    person: ContactRef | None = None
    who_may_know: Sequence[Person] = ()
    """Only when nothing was found."""

    def kept_as(self, draft_id: DraftId) -> "Answered":
        """Return the same with its question kept, so that pages can be turned."""
        return replace(self, draft_id=draft_id)


@dataclass(frozen=True, slots=True)
class NothingAsked:
    """The question holds no word."""


def interaction_note(interaction: Interaction) -> Note:
    """Index an interaction: its words, whom it names and what kind it is, in both languages."""
    step, promise = interaction.next_step, interaction.promise
    more = [
        interaction.account.name,
        # Somebody of a unit is found through their id, so that their name is hidden as soon as the unit is.
        *(contact.name for contact in interaction.contacts if contact.account_id == interaction.account.id),
        KIND_WORDS[interaction.kind],
        CATEGORY_WORDS[interaction.category] if interaction.category else "",
        *(TAG_WORDS[tag] for tag in interaction.tags),
        step.text if step else "",
        f"Zusage promise {promise.text}" if promise else "",
    ]
    return Note(
        about=Ref(Subject.INTERACTION, interaction.id),
        account_id=interaction.account.id,
        author_id=interaction.author.id,
        visibility=interaction.visibility,
        at=interaction.occurred_at,
        text=interaction.text,
        number=interaction.number,
        more="\n".join(more),
        contact_ids=tuple(contact.id for contact in interaction.contacts),
    )


def contact_note(contact: Contact, now: datetime) -> Note:
    """Index a contact: name, title, roles and aims."""
    roles = (ROLE_WORDS[role] for role in contact.decision_roles)
    return Note(
        about=Ref(Subject.CONTACT, contact.id),
        account_id=contact.account.id,
        author_id=None,
        visibility=Visibility.COMPANY,
        at=contact.updated_at or now,
        text=contact.aims or "",
        heading=", ".join(part for part in (contact.name, contact.title) if part),
        more=" ".join((contact.account.name, *roles)),
        contact_ids=(contact.id,),
        name=contact.name,
    )


def account_note(account: Account, aliases: Iterable[str], at: datetime) -> Note:
    """Index an account: its names and its mission."""
    return Note(
        about=Ref(Subject.ACCOUNT, account.id),
        account_id=account.id,
        author_id=None,
        visibility=Visibility.COMPANY,
        at=at,
        text=account.mission or "",
        more=" ".join((account.name, *aliases)),
    )


def note_index(note: Note) -> Indexed:
    """Take apart everything under which a note is found; of a very long text only what comes first counts."""
    return index(f"{note.heading}\n{note.more}\n{note.text}")


def name_terms(name: str) -> tuple[str, ...]:
    """Return the words of a person's name as they are compared, in order."""
    return tuple(dict.fromkeys(word.terms[0] for word in question_words(name)))


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words of a question that may be a name."""

    first: int
    after: int
    keys: tuple[str, ...]


def name_runs(question: str) -> Iterator[Run]:
    """Yield each run of words with the keys of the account it may name, longest first."""
    chunks = _chunks(question)
    for length in range(min(len(chunks), _LONGEST_NAME), 0, -1):
        for first in range(len(chunks) - length + 1):
            key = names.match_key(" ".join(chunks[first : first + length]).strip(_QUOTES))
            keys = (key, *(key.removesuffix(ending) for ending in ("'s", "’s", "s") if key.endswith(ending)))
            if key:
                yield Run(first, first + length, keys)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question taken apart: the account it names and what else it says."""

    account: AccountRef | None
    rest: str


def read_account(question: str, known: Mapping[str, Sequence[AccountRef]]) -> Reading:
    """Find the account a question names, by the longest run of words anywhere in it.

    A name that several accounts bear is no filter; its words are looked for like any others.
    """
    for run in name_runs(question):
        for key in run.keys:
            accounts = known.get(key, ())
            if len(accounts) == 1:
                chunks = _chunks(question)
                return Reading(accounts[0], " ".join(chunks[: run.first] + chunks[run.after :]))
    return Reading(None, question)


def person_words(question: str) -> tuple[str, ...]:
    """Return the words of a question that may be part of a person's name."""
    words = (word for word in question_words(" ".join(_chunks(question))) if not word.is_stop_word)
    return tuple(dict.fromkeys(word.terms[0] for word in words))[: 2 * MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Named:
    """The one contact a question names."""

    contact: ContactRef
    words: tuple[str, ...]
    in_full: bool
    """A surname alone may be a common word, so notes that only have the word count as well."""


def read_person(question: str, known: Iterable[ContactRef]) -> Named | None:
    """Find the one contact a question names, by most words of the name; a given name alone names nobody."""
    asked = person_words(question)
    best: list[Named] = []
    for contact in known:
        name = name_terms(contact.name)
        common = tuple(word for word in asked if word in name)
        if name and name[-1] in common and (not best or len(common) >= len(best[0].words)):
            best = [one for one in best if len(one.words) == len(common)]
            best.append(Named(contact, common, in_full=len(common) > 1 or len(name) == 1))
    return best[0] if len(best) == 1 else None


def read_question(question: str, account_ids: Sequence[AccountId] = (), named: Named | None = None) -> Query:
    """Turn the words that name no account into what the index is asked."""
    words = question_words(" ".join(_chunks(question)))
    scope = []
    if account_ids:
        scope.append(Wanted("", {}, account_ids=tuple(account_ids)))
    if named is not None:
        own = tuple(word for word in words if word.terms[0] in named.words)
        terms = {} if named.in_full else {term: 1.0 for word in own for term in word.terms}
        scope.append(Wanted(named.contact.name, terms, contact_ids=(named.contact.id,)))
        words = tuple(word for word in words if word not in own)
    telling = [word for word in words if not word.is_stop_word]
    if not telling and not scope:
        telling = list(words)
    return Query(
        wanted=tuple(_wanted(word) for word in longest(telling, MOST_WORDS)),
        scope=tuple(scope),
        person=named.contact.id if named else None,
    )


W = TypeVar("W", Word, Wanted)


def longest(words: Sequence[W], most: int) -> list[W]:
    """Return the longest words in their order: they tell the most."""
    kept = sorted(words, key=lambda word: -len(word.typed))[:most]
    return [word for word in words if word in kept]


def _wanted(word: Word) -> Wanted:
    return Wanted(word.typed, dict.fromkeys(word.terms, 1.0), word.parts)


def _chunks(question: str) -> list[str]:
    return question.split(maxsplit=_MOST_CHUNKS)[:_MOST_CHUNKS]


_COMPOUND, _LONGER, _PART = 0.7, 0.6, 0.5
_TYPO = 0.15


def trigrams(term: str) -> frozenset[str]:
    """Return the trigrams of a term with its edges marked."""
    edged = f"^{term}$"
    return frozenset(edged[at : at + 3] for at in range(len(edged) - 2))


def near_terms(term: str, known: Iterable[str], most: int) -> dict[str, float]:
    """Choose terms that are probably meant: misspellings, compounds with the word, and parts of a compound.

    Returns:
        Term → how close it is, closest first.
    """
    rated = {other: closeness for other in known if other != term and (closeness := _closeness(term, other)) > 0}
    ordered = sorted(rated.items(), key=lambda pair: (-pair[1], abs(len(pair[0]) - len(term)), pair[0]))
    return dict(ordered[:most])


def _closeness(term: str, other: str) -> float:
    most = 1 if len(term) < 8 else 2
    edits = names.distance(term, other, most)
    if edits <= most:
        return 1 - _TYPO * edits - (0.1 if term[0] != other[0] else 0)
    if other.endswith(term):
        return _COMPOUND
    if other.startswith(term) and len(term) > SHORTEST_COMPARED:
        return _LONGER
    if len(other) > SHORTEST_COMPARED and (term.endswith(other) or term.startswith(other)):
        return _PART
    return 0.0


def expanded(wanted: Wanted, near: Mapping[str, float]) -> Wanted:
    """Accept near terms too."""
    return replace(wanted, terms={**near, **wanted.terms})


_YEAR = timedelta(days=365)
_RECENCY = 0.1
"""What being new weighs against having all words."""


def rank(
    candidates: Iterable[Candidate],
    wanted: Sequence[Wanted],
    weights: Sequence[float],
    now: datetime,
    first: Collection[int] = (),
) -> list[int]:
    """Order by matched words, the rare ones telling more, then by age; what matches nothing is dropped.

    Args:
        candidates: notes in any order, each once.
        wanted: with near terms accepted.
        weights: how much each wanted word tells.
        now: recency is counted from here.
        first: the entry of the person asked for, which leads if it says anything of this and follows if not.
    """
    whole = sum(weights) or 1.0
    rated = []
    for candidate in candidates:
        met = sum(
            weight * max((closeness for term, closeness in one.terms.items() if term in candidate.terms), default=0.0)
            for one, weight in zip(wanted, weights, strict=True)
        )
        if met > 0 or candidate.key in first:
            age = max((now - candidate.at) / _YEAR, 0.0)
            score = (met / whole) ** 2 + _RECENCY * 0.5**age if met else 0.0
            rated.append((candidate.key in first and met > 0, round(score, 6), candidate.key))
    return [key for *_, key in sorted(rated, reverse=True)]


@dataclass(frozen=True, slots=True)
class Span:
    """The newest notes that have a word: from when to when they reach, and how many they are."""

    newest: datetime
    oldest: datetime
    count: int


def weights(spans: Sequence[Span | None], most: int) -> list[float]:
    """Tell how much each word weighs: the longer its newest ``most`` notes reach back, the rarer it is."""
    found = [span for span in spans if span]
    if not found:
        return [1.0] * len(spans)
    newest, oldest, day = max(span.newest for span in found), min(span.oldest for span in found), timedelta(days=1)

    def rate(span: Span) -> float:
        return span.count / (max(newest - (span.oldest if span.count >= most else oldest), day) / day)

    commonest = max(map(rate, found))
    return [1 + math.log(commonest / rate(span)) if span else 1.0 for span in spans]


def rarest(weights: Sequence[float], counts: Sequence[int], most: int = 3) -> list[int]:
    """Return the positions of the words that tell most among those found at all."""
    found = [at for at, count in enumerate(counts) if count]
    return sorted(found, key=lambda at: -weights[at])[:most]


def topic_matches(topic: str, wanted: Collection[Wanted]) -> bool:
    """Tell whether somebody's topic is what was asked for."""
    terms = index(topic).terms
    return any(not terms.isdisjoint(one.terms) for one in wanted)


KIND_WORDS: Mapping[Kind, str] = {
    Kind.VISIT: "Besuch visit",
    Kind.CALL: "Telefonat Anruf call phone",
    Kind.VIDEO: "Videogespräch video call",
    Kind.EMAIL: "E-Mail email",
    Kind.EVENT: "Anlass Messe event fair",
    Kind.CHAT: "Chat",
    Kind.OTHER: "",
}
"""Under which words each kind is found, whatever language the note is in."""
CATEGORY_WORDS: Mapping[Category, str] = {
    Category.NEED: "Bedarf need",
    Category.SATISFACTION: "Zufriedenheit satisfaction",
    Category.IDEA: "Idee idea",
    Category.DEVELOPMENT: "Entwicklung development",
    Category.ENVIRONMENT: "Umfeld environment",
    Category.TREND: "Markttrend Trend",
    Category.COMPETITOR: "Wettbewerb Wettbewerber competitor competition",
    Category.RISK: "Risiko risk",
}
TAG_WORDS: Mapping[Tag, str] = {
    Tag.REVIEW: "Kundenreview review",
    Tag.COMPLAINT: "Reklamation Beschwerde complaint",
}
ROLE_WORDS: Mapping[DecisionRole, str] = {
    DecisionRole.DECIDER: "Entscheider Entscheiderin decider",
    DecisionRole.BUYER: "Einkäufer Einkäuferin Einkauf buyer purchasing",
    DecisionRole.INFLUENCER: "Beeinflusser influencer",
    DecisionRole.USER: "Anwender Anwenderin user",
    DecisionRole.INITIATOR: "Initiator Initiatorin",
    DecisionRole.GATEKEEPER: "Gatekeeper",
    DecisionRole.COACH: "Coach",
}
