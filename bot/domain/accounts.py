"""Accounts: key customers, internal partners and suppliers, and how their names are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain import names
from bot.domain.access import Access
from bot.domain.identity import AccountId, ChannelId, ContactId, MemberId
from bot.domain.members import Person

NEAR = 2
"""Edits up to which a single near match before a colon is taken (product, section 4)."""
OFFERED = 5
"""How many accounts are offered when none is clear."""
LONGEST_NAME = 120
_MOST_WORDS = 12


class Kind(StrEnum):
    """What an account is to us (S108)."""

    CUSTOMER = "customer"
    INTERNAL = "internal"
    SUPPLIER = "supplier"


class Relation(StrEnum):
    """How a unit belongs to its parent (S38)."""

    SUBSIDIARY = "subsidiary"
    DIVISION = "division"
    BRAND = "brand"
    SHAREHOLDING = "shareholding"
    SITE = "site"


class TeamRole(StrEnum):
    """What somebody does for an account (S28, S73)."""

    GLOBAL_KAM = "global_kam"
    NATIONAL_KAM = "national_kam"
    LOCAL_KAM = "local_kam"
    SUPPORT = "support"
    EXPERT = "expert"


TIERS = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account as it is named elsewhere."""

    id: AccountId
    name: str
    access: Access = Access.OPEN

    @property
    def restricted(self) -> bool:
        """Tell whether the account is hidden from most."""
        return self.access is Access.RESTRICTED


@dataclass(frozen=True, slots=True)
class Account:
    """An account with the people who answer for it."""

    id: AccountId
    name: str
    kind: Kind = Kind.CUSTOMER
    access: Access = Access.OPEN
    tier: str | None = None
    parent_id: AccountId | None = None
    relation: Relation | None = None
    country: str | None = None
    language: str | None = None
    channel_id: ChannelId | None = None
    kam: Person | None = None
    deputy: Person | None = None
    sponsor: Person | None = None
    """The account's own sponsor; empty where it inherits the KAM's (S83)."""
    mission: str | None = None
    version: int = 1

    @property
    def ref(self) -> AccountRef:
        """Name this account."""
        return AccountRef(self.id, self.name, self.access)


@dataclass(frozen=True, slots=True)
class AccountName:
    """A name or alias under which an account is found."""

    key: str
    account: AccountRef


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody on the account team."""

    person: Person
    role: TeamRole | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class CreateAccount:
    """Create an account that a log, request or conflict needs (product, section 3)."""

    name: str
    kind: Kind = Kind.CUSTOMER


@dataclass(frozen=True, slots=True)
class AccountCreated:
    """Somebody created an account that has no KAM yet."""

    account: AccountRef
    by: Person


@dataclass(frozen=True, slots=True)
class ContactTouch:
    """A contact on the card, with the last time anybody met them."""

    id: ContactId
    name: str
    title: str | None
    level: int | None
    is_decider: bool
    last_touch: datetime | None
    owner: Person | None


class Gap(StrEnum):
    """What an account lacks (red flags, S12, S59, S110)."""

    NO_KAM = "no_kam"
    NO_DEPUTY = "no_deputy"
    NO_SPONSOR = "no_sponsor"
    NO_CONTACTS = "no_contacts"
    UNCOVERED_DECIDER = "uncovered_decider"


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """One satisfaction value with its day; our impression and the customer's words are never mixed."""

    value: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LastInteraction:
    """An interaction as one line of the card."""

    number: int
    kind: str
    author: Person
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """An open request, conflict, promise or next step as one line of the card."""

    short_id: str | None
    headline: str | None
    state: str
    due: datetime | None
    owner: Person | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class AccountCard:
    """Everything the card of an account shows to one reader."""

    account: Account
    sponsor: Person | None
    """Own or inherited."""
    sponsor_deputy: Person | None
    parent: AccountRef | None
    units: tuple[AccountRef, ...]
    team: tuple[TeamMember, ...]
    contacts: tuple[ContactTouch, ...]
    contact_count: int
    impressions: tuple[Satisfaction, ...]
    """Newest first, at most five; the source is us."""
    customer_words: tuple[Satisfaction, ...]
    """Newest first, at most five; the source is the customer."""
    interactions: tuple[LastInteraction, ...]
    interaction_count: int
    requests: tuple[OpenMatter, ...]
    conflicts: tuple[OpenMatter, ...]
    promises: tuple[OpenMatter, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The text names exactly one account."""

    account: AccountRef
    rest: str
    guessed: bool = False
    """True for a near match: the answer names the account first."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """The text names no account, or several."""

    wanted: str
    """What was typed where a name was expected; empty when the whole text is the note."""
    rest: str


def candidate_keys(text: str) -> tuple[str, ...]:
    """Return the keys under which an account may be named at the start of ``text``, longest first.

    What stands before the first colon comes first; then every run of first words.
    """
    keys: dict[str, None] = {}
    before, colon, _ = text.partition(":")
    if colon and len(before) <= LONGEST_NAME:
        keys[names.match_key(before)] = None
    for run, _rest in _runs(text):
        keys[names.match_key(run)] = None
    return tuple(key for key in keys if key)


def read(
    text: str,
    known: Mapping[str, Sequence[AccountRef]],
    channel_account: AccountRef | None,
    near: Iterable[AccountName] = (),
) -> Found | Unclear:
    """Find the account a line of text is about (product, section 4, "Reading /kam-log text").

    Args:
        text: what was typed, tidied.
        known: accounts the author may see, by the keys of ``candidate_keys``.
        channel_account: the account bound to the channel.
        near: all names the author may see; needed only when a colon follows an unknown name.
    """
    before, colon, after = text.partition(":")
    wanted = names.one_line(before) if colon and 0 < len(before.strip()) <= LONGEST_NAME else ""
    if wanted:
        exact = known.get(names.match_key(wanted), ())
        if len(exact) == 1:
            return Found(exact[0], after.strip())
        if exact:
            return Unclear(wanted, after.strip())
    for run, rest in _runs(text):
        matches = known.get(names.match_key(run), ())
        if matches and (rest or channel_account is None):
            return Found(matches[0], rest) if len(matches) == 1 else Unclear(run, rest)
    if wanted:
        close = _nearest(names.match_key(wanted), near)
        if close is not None:
            return Found(close, after.strip(), guessed=True)
    if channel_account is not None:
        return Found(channel_account, text)
    return Unclear(wanted, after.strip()) if wanted else Unclear("", text)


def closest(typed: str, known: Iterable[AccountName], most: int = OFFERED) -> tuple[AccountRef, ...]:
    """Return the accounts whose names are most like what was typed, best first, each once."""
    key = names.match_key(typed)
    first_words = [names.match_key(run) for run, _ in _runs(typed)] or [key]
    rated: dict[AccountId, tuple[float, AccountRef]] = {}
    for name in known:
        rating = max(names.closeness(word, name.key) for word in first_words)
        if rating > rated.get(name.account.id, (0.0, name.account))[0]:
            rated[name.account.id] = (rating, name.account)
    best = sorted(rated.values(), key=lambda pair: (-pair[0], pair[1].name))
    return tuple(account for rating, account in best[:most] if rating > 0.15)


def _nearest(key: str, near: Iterable[AccountName]) -> AccountRef | None:
    # Two edits turn any three letters into any others: a near match keeps more than half of what was typed.
    most = min(NEAR, (len(key) - 1) // 2)
    close = {name.account.id: name.account for name in near if names.distance(key, name.key, most) <= most}
    return next(iter(close.values())) if len(close) == 1 else None


def _runs(text: str) -> Iterable[tuple[str, str]]:
    """Yield each run of first words with what follows it, longest run first."""
    words = text.split(maxsplit=_MOST_WORDS)
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        run = " ".join(words[:count])
        if len(run) <= LONGEST_NAME:
            yield run.rstrip(",;:"), _after(text, count)


def _after(text: str, count: int) -> str:
    parts = text.split(maxsplit=count)
    return parts[count] if len(parts) > count else ""
