"""Search: what is indexed, what is asked of the index, and what is answered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntFlag
from typing import TypeVar

from bot.domain.access import Visibility
from bot.domain.accounts import Account, AccountRef
from bot.domain.analyser import Indexed, Word, index, question_words
from bot.domain.asked_days import Days
from bot.domain.contacts import Contact, ContactRef, DecisionRole
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, ChannelId, ContactId, DraftId, MemberId
from bot.domain.interactions import Category, Interaction, Kind, Tag
from bot.domain.matters import PROMISE, Matter
from bot.domain.members import Member, Person

SHOWN = 5
"""Answers on a page; fewer hits than this for all words, and looser readings are tried too."""
DEEPEST = 200
"""Answers that can be paged through."""
MOST_WORDS = 8
"""Words of a question that are looked for; the longest tell the most."""
MOST_PEOPLE = 5
"""People named when nothing is known."""


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
    marks: frozenset[str] = frozenset()
    """What sort of note it is besides its subject: kind, category, tags, a promise."""

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
    channel_id: ChannelId | None = None
    """Where it was asked, for whoever it is passed on to."""


class Filter(IntFlag):
    """What a question is narrowed to."""

    NONE = 0
    ACCOUNT = 1
    PERSON = 2
    COLLEAGUE = 4
    TIME = 8
    MATTER = 16


_EVERY_FILTER = sum(Filter)
_PAGES = 1000
"""More than there are answers to page through."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which answers to a question are shown: from where on, and without which of its filters."""

    offset: int = 0
    without: Filter = Filter.NONE

    @classmethod
    def of(cls, number: int) -> "Page":
        """Read the number that a button carries; whatever it is, it names a page."""
        without, offset = divmod(max(number, 0), _PAGES)
        return cls(min(offset, DEEPEST), Filter(without & _EVERY_FILTER))

    @property
    def number(self) -> int:
        """Return the page as a button carries it."""
        return self.without * _PAGES + self.offset

    def turned(self, offset: int) -> "Page":
        """Return another page of the same answer."""
        return replace(self, offset=max(offset, 0))

    def dropping(self, one: Filter) -> "Page":
        """Return the first page of the answer without one more filter."""
        return Page(0, self.without | one)


FIRST_PAGE = Page()


@dataclass(frozen=True, slots=True)
class AskMore:
    """Show another page of an answer, or the answer without one of its filters."""

    actor: Member
    draft_id: DraftId
    """Keeps the question."""
    page: Page
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class AskColleague:
    """Pass a question that nothing answers on to somebody who may know."""

    actor: Member
    draft_id: DraftId
    member_id: MemberId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A question as the colleague reads it who may know the answer."""

    question: str
    asker: Person
    channel_name: str | None = None
    """Where it was asked; None where not everybody may look."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a note must have: one of several terms, accounts, contacts, authors or marks."""

    typed: str
    terms: Mapping[str, float]
    """Term → how close it is to what was typed, from 0 to 1."""
    parts: tuple[str, ...] = ()
    account_ids: tuple[AccountId, ...] = ()
    contact_ids: tuple[ContactId, ...] = ()
    author_ids: tuple[MemberId, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """Return the first term, the one that misspellings are compared with."""
        return next(iter(self.terms), "")


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index is asked."""

    wanted: tuple[Wanted, ...] = ()
    scope: tuple[Wanted, ...] = ()
    """Account, people and sort of note: each note must be within, however loosely the words are read."""
    person: ContactId | None = None
    """Their own entry belongs to the answer."""
    since: datetime | None = None
    until: datetime | None = None
    """The time within which each note must be; this instant is outside."""
    is_open: bool = False
    """Only requests that wait for an answer."""

    @property
    def is_timed(self) -> bool:
        """Tell whether only what has a day of its own can answer."""
        return self.since is not None or self.until is not None

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to look for."""
        return not self.wanted and not self.scope and not self.is_timed


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
    similar_to: tuple[str, ...] = ()
    """Words of the question that it has only in a similar form."""


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
    page: Page = FIRST_PAGE
    draft_id: DraftId | None = None
    """The kept question, when there is another page or a filter to drop."""
    account: AccountRef | None = None
    person: ContactRef | None = None
    colleague: Person | None = None
    days: Days | None = None
    matter: Matter | None = None
    who_may_know: Sequence[Person] = ()
    """Only when nothing was found."""
    asked: Collection[MemberId] = ()
    """Whom of them the question was passed on to."""

    @property
    def is_narrowed(self) -> bool:
        """Tell whether the question was narrowed to anything."""
        return any((self.account, self.person, self.colleague, self.days, self.matter))

    def kept_as(self, draft_id: DraftId) -> "Answered":
        """Return the same with its question kept, so that pages can be turned and filters dropped."""
        return replace(self, draft_id=draft_id)


@dataclass(frozen=True, slots=True)
class NothingAsked:
    """The question holds no word that tells anything."""

    question: str = ""


def interaction_note(interaction: Interaction) -> Note:
    """Index an interaction: its words, whom it names and what kind it is, in both languages."""
    step, promise = interaction.next_step, interaction.promise
    more = [
        interaction.account.name,
        # Somebody of a unit is found through their id, so that their name is hidden as soon as the unit is.
        *(contact.name for contact in interaction.contacts if contact.account_id == interaction.account.id),
        KIND_WORDS[interaction.kind],
        CATEGORY_WORDS[interaction.category] if interaction.category else "",
        CATEGORY_WORDS[Category.SATISFACTION] if interaction.satisfaction else "",
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
        marks=_marks(interaction),
    )


def _marks(interaction: Interaction) -> frozenset[str]:
    """Return what sort of interaction it is; where no kind was chosen, the one its words name."""
    kind: Kind | None = interaction.kind
    if interaction.kind is Kind.OTHER:
        terms = index(interaction.text).terms
        kind = next((one for one, words in KIND_WORDS.items() if not terms.isdisjoint(index(words).terms)), Kind.OTHER)
    marks = {kind, interaction.category, *interaction.tags}
    marks |= {Category.SATISFACTION} if interaction.satisfaction else set()
    return frozenset(str(mark) for mark in marks if mark) | ({PROMISE} if interaction.promise else set())


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


W = TypeVar("W", Word, Wanted)


def longest(words: Sequence[W], most: int) -> list[W]:
    """Return the longest words in their order: they tell the most."""
    kept = sorted(words, key=lambda word: -len(word.typed))[:most]
    return [word for word in words if word in kept]


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
