"""Accounts: key customers, internal partners and suppliers, and how their names are read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf

from bot.domain import names
from bot.domain.access import Access, Viewer, Visibility
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ChannelId
from bot.domain.members import Member, Person

NEAR = 2
"""Edits up to which a single near match before a colon is taken (product, section 4)."""
OFFERED = 5
"""How many accounts are offered when none is clear."""
LONGEST_NAME = 120
_LIKE = 0.4
"""Closeness from which on two names are taken for the same one, typed badly."""
_MOST_WORDS = 12
_COLON = re.compile(r":(?!//)(?!(?<=\d:)\d)")
"""The colon that ends a name; that of "10:30" or "https://" does not."""


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
    stage: str | None = None
    desired_stage: str | None = None
    is_at_risk: bool = False
    stage_reason: str | None = None
    """Why, in the words of whoever judged; for the account's circle only."""
    stage_at: datetime | None = None
    coverage: str | None = None
    jour_fixe_weeks: int | None = None
    """How often its jour fixe is held; empty where there is none (S110)."""
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
class Family:
    """What a reader may see of the group an account belongs to."""

    parent: AccountRef | None = None
    units: tuple[AccountRef, ...] = ()
    """Directly below the account."""
    ids: tuple[AccountId, ...] = ()
    """Every unit below it, however deep."""
    above: frozenset[AccountId] = frozenset()
    """Those on the way to the root that the reader may see."""


class Because(StrEnum):
    """Why a reader sees a restricted account (G8)."""

    KAM = "kam"
    DEPUTY = "deputy"
    SPONSOR = "sponsor"
    TEAM = "team"
    KAM_LEAD = "kam_lead"


@dataclass(frozen=True, slots=True)
class LastInteraction:
    """An interaction as one line of the card."""

    number: int
    kind: str
    author: Person
    at: datetime
    text: str
    account: AccountRef
    visibility: Visibility = Visibility.COMPANY


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
class OpenMatters:
    """What is open of an account and its units: requests and goal conflicts by their next dates, and how many of each."""

    requests: tuple[OpenMatter, ...] = ()
    conflicts: tuple[OpenMatter, ...] = ()
    request_count: int = 0
    conflict_count: int = 0

    @property
    def count(self) -> int:
        """Return how many there are in all."""
        return self.request_count + self.conflict_count

    @property
    def lines(self) -> tuple[OpenMatter, ...]:
        """Return both, the next date first; what has none comes last."""
        both = (*self.conflicts, *self.requests)
        return tuple(sorted(both, key=lambda one: one.due.timestamp() if one.due else inf))


class Scope(StrEnum):
    """How much of a group a card sums up."""

    GROUP = "group"
    """The account and every unit below it that the reader may see."""
    ALONE = "alone"
    """The account without its units."""

    @classmethod
    def named(cls, name: str) -> "Scope":
        """Read what a select carries; of an older release's it is the group."""
        return cls.ALONE if name == cls.ALONE else cls.GROUP


@dataclass(frozen=True, slots=True)
class ShowAccount:
    """Show the card of the account that was named, or of the channel's."""

    actor: Member
    typed: str
    channel_id: ChannelId | None


@dataclass(frozen=True, slots=True)
class PickAccount:
    """Show the card of the account whose button was pressed; without one, ask which."""

    actor: Member
    account_id: AccountId | None
    key: str
    reply_to: ReplyTo
    scope: Scope = Scope.GROUP


@dataclass(frozen=True, slots=True)
class AccountQuestion:
    """Which account is meant?"""

    typed: str
    """Empty when nothing was typed: then the accounts are the reader's recent ones."""
    matches: tuple[AccountRef, ...]
    near: AccountRef | None = None
    """The one account that differs by a slip of the fingers; it stands first among the matches."""
    is_shared: bool = False
    """Several accounts bear exactly this name."""


@dataclass(frozen=True, slots=True)
class Found:
    """The text names exactly one account."""

    account: AccountRef
    rest: str
    guessed: bool = False
    """True where the name was not exactly what stands before the colon: the answer says how it was read."""


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
    wanted, _after = _before_colon(text)
    keys[names.match_key(wanted)] = None
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
        near: all names the author may see; needed only if ``wants_near``.
    """
    wanted, after = _before_colon(text)
    if wanted:
        exact = known.get(names.match_key(wanted), ())
        if len(exact) == 1:
            return Found(exact[0], after)
        if exact:
            return Unclear(wanted, after)
        # Before rule 2: "Helvetia Pumpn:" means Helvetia Pumpen, not Helvetia.
        close = nearest(wanted, near)
        if close is not None:
            return Found(close, after, guessed=True)
    for run, rest in _runs(text):
        matches = known.get(names.match_key(run), ())
        if matches:
            # The longest name alone opens the form, also in a bound channel: a shorter one would make a note of its
            # last words and tell the channel. A longer name before a colon was taken apart: the answer says so.
            longer = names.match_key(wanted).startswith(f"{names.match_key(run)} ")
            return Found(matches[0], rest, guessed=longer) if len(matches) == 1 else Unclear(run, rest)
    if channel_account is not None:
        return Found(channel_account, text)
    return Unclear(wanted, after) if wanted else Unclear("", text)


def wants_near(text: str, known: Mapping[str, Sequence[AccountRef]]) -> bool:
    """Tell whether a name stands before a colon that no account bears exactly."""
    wanted, _after = _before_colon(text)
    return bool(wanted) and names.match_key(wanted) not in known


def is_name_of(account_id: AccountId, typed: str, known: Iterable[AccountName]) -> bool:
    """Tell whether what stands before a colon was meant as this account's name, or is part of the note.

    "Helvetai Pumpn: called" names the account that is picked then; "Moved to 10:30" has nothing to do with it.
    """
    key = names.match_key(typed)
    keys = [name.key for name in known if name.account.id == account_id]
    return any(names.closeness(key, name) >= _LIKE or names.distance(key, name, NEAR) <= NEAR for name in keys)


def closest(typed: str, known: Iterable[AccountName], most: int = OFFERED) -> tuple[AccountRef, ...]:
    """Return the accounts whose names are most like what was typed, best first, each once."""
    key = names.match_key(typed)
    first_words = [names.match_key(run) for run, _ in _runs(typed)] or [key[:LONGEST_NAME]]
    rated: dict[AccountId, tuple[float, AccountRef]] = {}
    for name in known:
        rating = max(names.closeness(word, name.key) for word in first_words)
        if rating > rated.get(name.account.id, (0.0, name.account))[0]:
            rated[name.account.id] = (rating, name.account)
    best = sorted(rated.values(), key=lambda pair: (-pair[0], pair[1].name))
    return tuple(account for rating, account in best[:most] if rating > 0.15)


def nearest(typed: str, known: Iterable[AccountName]) -> AccountRef | None:
    """Return the single account whose name differs from what was typed by a slip of the fingers."""
    key = names.match_key(typed)
    # Two edits turn any three letters into any others: a near match keeps more than half of what was typed.
    most = min(NEAR, (len(key) - 1) // 2)
    close = {name.account.id: name.account for name in known if names.distance(key, name.key, most) <= most}
    return next(iter(close.values())) if len(close) == 1 else None


def because(account: Account, viewer: Viewer) -> Because | None:
    """Tell why this reader, who does see it, sees an account."""
    if not account.ref.restricted:
        return None
    if account.kam is not None and account.kam.id == viewer.member_id:
        return Because.KAM
    if account.id in viewer.kam_of:
        return Because.DEPUTY
    if account.id in viewer.leadership:
        return Because.SPONSOR
    return Because.TEAM if account.id in viewer.circle else Because.KAM_LEAD


def _before_colon(text: str) -> tuple[str, str]:
    colon = _COLON.search(text)
    before = text[: colon.start()].strip() if colon else ""
    wanted = names.one_line(before) if len(before) <= LONGEST_NAME else ""
    return wanted, names.tidy(text[colon.end() :]) if colon else ""


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
