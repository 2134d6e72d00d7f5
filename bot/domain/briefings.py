"""Briefings: the page one reads before meeting a customer, what goes on it and what to ask there (S131)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from bot.domain import account_flags, errors, names
from bot.domain.access import Visibility
from bot.domain.account_flags import Flag, RedFlag
from bot.domain.account_shape import Carried
from bot.domain.accounts import Account, AccountRef, Because, OpenMatter
from bot.domain.commitments import Commitment
from bot.domain.contact_assessments import STALE, Measure
from bot.domain.contact_commands import ContactChoice, Relations
from bot.domain.contacts import Contact, ContactOnMap, ContactRef
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.favours import Favour
from bot.domain.identity import AccountId, ChannelId, ContactId, is_id
from bot.domain.interactions import Category
from bot.domain.members import Member, Person
from bot.domain.satisfaction import Picture

PEOPLE, HEARD, PLANNED, WISHES, DUE, MATTERS, FAVOURS, HYPOTHESES = 6, 5, 2, 5, 6, 5, 4, 3
"""Lines of each part; the page says how many it leaves out."""
OFFERED = 5
"""Accounts and contacts that are offered where a name is not clear."""
SUGGESTED = 4
"""Categories that are suggested to ask about."""
ASKED_LATELY = timedelta(days=90)
"""What somebody told us since need not be asked again (J)."""
_FEW_CONTACTS = 3
_EXECUTIVES = (1, 2)
"""The levels on which somebody should be known (J)."""
_SHORT = "exec"
_SHORT_MARK = f":{_SHORT}"
_SUBJECTS = (Subject.ACCOUNT, Subject.CONTACT)
_LIKE = 0.2
"""Closeness from which on a name is offered."""
_Line = TypeVar("_Line")


class Topic(StrEnum):
    """What to ask the customer, in the order that works: their business first, our performance last."""

    ENVIRONMENT = "environment"
    TREND = "trend"
    DEVELOPMENT = "development"
    DECIDERS = "deciders"
    PEOPLE = "people"
    NEED = "need"
    IDEA = "idea"
    COMPETITOR = "competitor"
    RISK = "risk"
    SATISFACTION = "satisfaction"


_SAY_WISHES = frozenset({Category.NEED, Category.IDEA, Category.RISK, Category.COMPETITOR})
"""The categories that say what the customer wants, or what may come between us."""


INWARD = frozenset({Flag.NO_SPONSOR, Flag.NO_DEPUTY, Flag.NO_JOUR_FIXE})
"""Red flags that are ours to mend at home; before a meeting they say nothing."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A dated judgement; seen by the account's circle only."""

    measure: Measure
    value: int
    by: Person
    at: datetime
    account_id: AccountId
    contact_id: ContactId | None = None
    """Empty for the account as a whole."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What somebody thinks will happen with a contact, and why; seen by the account's circle only (S47)."""

    contact_id: ContactId
    contact: str
    text: str
    basis: str
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """An interaction as one line."""

    number: int
    kind: str
    category: Category | None
    author: Person
    at: datetime
    text: str
    account: AccountRef
    contacts: str = ""
    """The names of those who took part on their side."""
    is_complaint: bool = False
    visibility: Visibility = Visibility.COMPANY


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to ask, and when somebody last told us about it."""

    topic: Topic
    last_heard: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part(Generic[_Line]):
    """The lines of a part that are shown, and how many there are in all."""

    lines: tuple[_Line, ...] = ()
    count: int = 0

    @classmethod
    def of(cls, everything: Iterable[_Line], most: int) -> "Part[_Line]":
        """Take the first lines."""
        held = tuple(everything)
        return cls(held[:most], len(held))


@dataclass(frozen=True, slots=True)
class Portrait:
    """The person a contact's page is about, and who stands around them."""

    contact: ContactOnMap
    aims: str | None = None
    around: Relations = field(default_factory=Relations)


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything the page shows to one reader."""

    account: Account
    because: Because | None
    """Empty where the account is open to everybody."""
    portrait: Portrait | None = None
    """Empty on an account's page."""
    units: int = 0
    """Units below the account whose facts count as well."""
    people: Part[ContactOnMap] = Part()
    heard: Part[Heard] = Part()
    planned: Part[Heard] = Part()
    wishes: Part[Heard] = Part()
    due: Part[Commitment] = Part()
    overdue: int = 0
    matters: Part[OpenMatter] = Part()
    favours: Part[Favour] = Part()
    impressions: Picture = field(default_factory=Picture)
    customer_words: Picture = field(default_factory=Picture)
    carried: Carried | None = None
    judged: tuple[Judgement, ...] = ()
    """For the account's circle only."""
    hypotheses: Part[Hypothesis] = Part()
    """For the account's circle only."""
    flags: tuple[RedFlag, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def about(self) -> Ref:
        """Return whom or what the page is about."""
        if self.portrait is None:
            return Ref(Subject.ACCOUNT, self.account.id)
        return Ref(Subject.CONTACT, self.portrait.contact.id)

    @property
    def tells_judgements(self) -> bool:
        """Tell whether anything on the page is what somebody judged."""
        shown = [self.portrait.contact] if self.portrait else self.people.lines
        imported = any(contact.attitude or contact.influence for contact in shown)
        listens = self.portrait is not None and self.portrait.around.influenced_by
        return imported or bool(listens or self.judged or self.hypotheses.count)

    def judgements(self, contact_id: ContactId | None) -> dict[Measure, Judgement]:
        """Return what was judged of a contact, or of the account as a whole."""
        found = {one.measure: one for one in self.judged if one.contact_id == contact_id}
        return {measure: found[measure] for measure in Measure if measure in found}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page and in which length."""

    briefing: Briefing
    is_short: bool


@dataclass(frozen=True, slots=True)
class ShowBriefing:
    """Show the page of the account or contact that was named, or of the channel's account."""

    actor: Member
    typed: str
    channel_id: ChannelId | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose page, and in which length."""

    about: Ref
    is_short: bool = False

    @property
    def key(self) -> str:
        """Return what a button or option carries: ids only; no text, no rights."""
        return f"{self.about.subject}:{self.about.id}{_SHORT_MARK if self.is_short else ''}"

    @classmethod
    def of(cls, key: str) -> "Wanted":
        """Read what a button or option carries.

        Raises:
            errors.OutOfDate: buttons do not carry this any more.
        """
        subject, _, number = key.removesuffix(_SHORT_MARK).partition(":")
        if subject not in _SUBJECTS or not is_id(number):
            raise errors.OutOfDate
        return cls(Ref(Subject(subject), int(number)), key.endswith(_SHORT_MARK))


@dataclass(frozen=True, slots=True)
class ReadBriefing:
    """Show the page of an account or contact that was chosen in the form."""

    actor: Member
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class PickBriefing:
    """Show the page of the account or contact whose button was pressed."""

    actor: Member
    wanted: Wanted
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class Offer:
    """An account, or a contact with theirs, that may be meant."""

    account: AccountRef
    contact: ContactRef | None = None

    @classmethod
    def of(cls, choice: ContactChoice | Contact) -> "Offer":
        """Offer a contact."""
        return cls(choice.account, ContactRef(choice.id, choice.name, choice.account.id))

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self.contact.name if self.contact else self.account.name

    @property
    def about(self) -> Ref:
        """Return what a button leads to."""
        if self.contact is None:
            return Ref(Subject.ACCOUNT, self.account.id)
        return Ref(Subject.CONTACT, self.contact.id)


@dataclass(frozen=True, slots=True)
class WhichBriefing:
    """Whose page is meant?"""

    typed: str
    """Empty when nothing was typed: then the accounts are the reader's recent ones."""
    offers: tuple[Offer, ...]
    is_short: bool = False
    is_shared: bool = False
    """Several bear exactly this name."""


def read(typed: str) -> tuple[str, bool]:
    """Take the word for the short page off the end of what was typed."""
    words = typed.split()
    is_short = bool(words) and words[-1].casefold() == _SHORT
    name = " ".join(words[:-1] if is_short else words)
    return name.rstrip(":").rstrip(), is_short


def to_meet(contacts: Iterable[ContactOnMap]) -> list[ContactOnMap]:
    """Put those who decide first, then by level; among equals whom we met last."""
    return sorted(contacts, key=lambda one: (not one.is_decider, one.level or 9, _age(one.last_touch), one.name))


def latest(heard: Sequence[Heard], now: datetime) -> list[Heard]:
    """Return what happened, the newest first."""
    return [one for one in heard if one.at <= now]


def planned(heard: Sequence[Heard], now: datetime) -> list[Heard]:
    """Return what is planned, the next first."""
    return [one for one in reversed(heard) if one.at > now]


def wishes(heard: Sequence[Heard], now: datetime) -> list[Heard]:
    """Return what the customer wants or complains of, and what may come between us, the newest first."""
    return [one for one in latest(heard, now) if one.category in _SAY_WISHES or one.is_complaint]


def of_page(judged: Iterable[Judgement], account: Account) -> tuple[Judgement, ...]:
    """Return the judgements a page shows: of the account itself, not of its units, and of contacts."""
    return tuple(one for one in judged if one.contact_id is not None or one.account_id == account.id)


def closest(
    typed: str, accounts: Iterable[AccountRef], contacts: Iterable[Offer], most: int = OFFERED
) -> tuple[Offer, ...]:
    """Return the accounts and contacts whose names are most like what was typed, best first."""
    key = names.match_key(typed)
    rated = [
        *((names.closeness_by_word(key, names.match_key(one.name)), Offer(one)) for one in accounts),
        *((names.closeness_by_word(key, names.match_key(one.name)), one) for one in contacts),
    ]
    rated.sort(key=lambda pair: (-pair[0], pair[1].name))
    return tuple(offer for rating, offer in rated[:most] if rating > _LIKE)


def flags(account: Account, contacts: Sequence[ContactOnMap], overdue: int, now: datetime) -> tuple[RedFlag, ...]:
    """Tell what is better known before the meeting than after."""
    found = account_flags.flags(account, None, contacts, overdue, now)
    return tuple(one for one in found if one.flag not in INWARD)


def suggestions(
    heard: Sequence[Heard],
    contacts: Collection[ContactOnMap],
    guessed: datetime | None,
    now: datetime,
    *,
    is_insider: bool,
) -> tuple[Suggestion, ...]:
    """Choose what to ask: what nobody has told us for longest, and whom we do not know yet; in the order that works.

    Args:
        heard: at least the newest note of each category.
        contacts: who is known at the customer.
        guessed: when somebody last wrote what may come of a contact there.
        now: the instant of the page.
        is_insider: whether the reader would see such a guess.
    """
    newest: dict[Category, datetime] = {}
    for one in latest(heard, now):
        if one.category is not None:
            newest.setdefault(one.category, one.at)
    forgotten = [category for category in Category if not _is_recent(newest.get(category), ASKED_LATELY, now)]
    # Those nobody ever told us about come first, and among equals the order that works.
    forgotten.sort(key=lambda category: (-_age(newest.get(category)), list(Topic).index(Topic(category))))
    chosen = [Suggestion(Topic(category), newest.get(category)) for category in forgotten[:SUGGESTED]]
    if not any(one.is_decider for one in contacts) or (is_insider and not _is_recent(guessed, STALE, now)):
        chosen.append(Suggestion(Topic.DECIDERS, guessed if is_insider else None))
    if len(contacts) < _FEW_CONTACTS or not any(one.level in _EXECUTIVES for one in contacts):
        chosen.append(Suggestion(Topic.PEOPLE))
    return tuple(sorted(chosen, key=lambda one: list(Topic).index(one.topic)))


def is_stale(at: datetime, now: datetime) -> bool:
    """Tell whether what was so then may be otherwise now."""
    return now - at > STALE


def _is_recent(at: datetime | None, within: timedelta, now: datetime) -> bool:
    return at is not None and now - at <= within


def _age(at: datetime | None) -> float:
    """Return a number that is the larger the longer ago; what never was is the oldest."""
    return -at.timestamp() if at else float("inf")
