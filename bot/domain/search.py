"""Search: what is indexed, what is asked of the index, and what is answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntFlag
from typing import TypeVar

from bot.domain.access import Visibility
from bot.domain.accounts import Account, AccountRef, OpenMatter
from bot.domain.analyser import Word, index
from bot.domain.asked_days import Days
from bot.domain.commitments import Commitment
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, ChannelId, ContactId, DraftId, MemberId
from bot.domain.matters import Fact, Matter
from bot.domain.members import Member, Person
from bot.domain.satisfaction import Picture

SHOWN = 5
"""Answers on a page; fewer hits than this for all words, and looser readings are tried too."""
DEEPEST = 200
"""Answers that can be paged through."""
MOST_WORDS = 8
"""Words of a question that are looked for; the longest tell the most."""
LISTED = 5
"""Lines of what is open that are listed."""
NEAREST = 3
"""Answers that are shown where only something near is known."""
MOST_PEOPLE = 5
"""People named when nothing is known."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask what is known."""

    actor: Member
    question: str
    key: str
    channel_id: ChannelId | None = None
    """Where it was asked, for whoever it is passed on to."""
    people: Sequence[MemberId] = ()
    """Who is mentioned in it, in their order."""


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
    account_ids: tuple[AccountId, ...] = ()
    contact_ids: tuple[ContactId, ...] = ()
    author_ids: tuple[MemberId, ...] = ()
    marks: tuple[str, ...] = ()
    is_common: bool = False
    """So many notes have it that it narrows little."""

    @property
    def stem(self) -> str:
        """Return the first term, the one that misspellings are compared with."""
        return next(iter(self.terms), "")


def account_term(account_id: AccountId) -> str:
    """Return the term that every note of an account has."""
    return f"@a{account_id:x}"


ITSELF = Wanted("", {}, marks=(Subject.ACCOUNT,))
"""The account's own entry."""


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
    """Only requests that wait for an answer, promises still to be kept, or conflicts that nobody has decided."""

    @property
    def is_timed(self) -> bool:
        """Tell whether only what has a day of its own can answer."""
        return self.since is not None or self.until is not None

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to look for."""
        return not self.wanted and not self.scope and not self.is_timed

    @property
    def looser(self) -> "tuple[tuple[Filter, Query], ...]":
        """Return what comes nearest where nothing answers, and without which filters.

        The words at any time, then by anybody at any time, then whatever else there is in this time, or else about whom
        is asked.
        """
        at_any_time = replace(self, since=None, until=None)
        by_anybody = replace(at_any_time, scope=tuple(one for one in self.scope if not one.author_ids))
        about_somebody = any(one.account_ids or one.contact_ids or one.author_ids for one in self.scope)
        time = Filter.TIME if self.is_timed else Filter.NONE
        nearer = [(time, at_any_time)] if time else []
        if self.wanted:
            nearer += [(time | Filter.COLLEAGUE, by_anybody)] if by_anybody.scope != self.scope else []
            nearer += [(Filter.NONE, replace(self, wanted=()))] if self.scope and time else []
            nearer += [(time, replace(at_any_time, wanted=()))] if about_somebody else []
        return tuple((dropped, one) for dropped, one in nearer if not one.is_empty)


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
    link: str | None = None
    """Where a Slack message of it stands that this reader can open."""
    visibility: Visibility = Visibility.COMPANY


@dataclass(frozen=True, slots=True)
class Findings:
    """A page of what the index holds."""

    answers: tuple[Answer, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class LastTime:
    """When it happened last, for a question that asks just that."""

    person: Person
    at: datetime
    short_id: str | None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is stored of an account itself, as far as it was asked for."""

    account: Account
    asked: tuple[Fact, ...]
    sponsor: Person | None = None
    """Own or inherited."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open requests or conflicts of an account and its units, the nearest date first."""

    account: AccountRef
    subject: Subject
    matters: Sequence[OpenMatter]
    """At most ``LISTED``."""
    count: int


@dataclass(frozen=True, slots=True)
class Promised:
    """What the customer was promised and is not done, the nearest date first."""

    account: AccountRef
    promises: Sequence[Commitment]
    """At most ``LISTED``."""
    count: int


@dataclass(frozen=True, slots=True)
class Satisfied:
    """How satisfied an account and its units are: our impression and the customer's words, never in one figure."""

    account: AccountRef
    impressions: Picture
    customer_words: Picture


Direct = LastTime | AccountFacts | Waiting | Promised | Satisfied
"""The answer in one line, before its sources."""


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
    direct: Direct | None = None
    """Where the question asks for one thing that is known; on the first page."""
    who_may_know: Sequence[Person] = ()
    """Only when nothing was found."""
    nearby: "Nearby | None" = None
    """Only when nothing was found beside the entry of the person asked for."""
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
class Nearby:
    """What comes nearest where no note answers the question."""

    answers: tuple[Answer, ...]
    without: Filter
    """The time and the author, as far as they are not those asked for."""
    is_wordless: bool = False
    """Whether it has nothing of the words either: it is the newest about whom was asked, or of that time."""


@dataclass(frozen=True, slots=True)
class NothingAsked:
    """The question holds no word that tells anything."""

    question: str = ""


W = TypeVar("W", Word, Wanted)


def longest(words: Sequence[W], most: int) -> list[W]:
    """Return the longest words in their order: they tell the most."""
    kept = sorted(words, key=lambda word: -len(word.typed))[:most]
    return [word for word in words if word in kept]


def topic_matches(topic: str, wanted: Collection[Wanted]) -> bool:
    """Tell whether somebody's topic is what was asked for."""
    terms = index(topic).terms
    return any(not terms.isdisjoint(one.terms) for one in wanted)
