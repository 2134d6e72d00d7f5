"""Account cards: everything one reader sees of an account at a glance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.account_edits import Deed
from bot.domain.account_flags import RedFlag
from bot.domain.account_shape import Carried, Meetings, Rating, Standing
from bot.domain.accounts import Account, Because, Family, LastInteraction, OpenMatters, Scope, TeamMember
from bot.domain.commitments import Commitment
from bot.domain.contacts import ContactOnMap
from bot.domain.interactions import Source
from bot.domain.satisfaction import Picture, Value
from bot.domain.sponsors import Considered


@dataclass(frozen=True, slots=True)
class Counted:
    """What a card counts from the notes its reader may see."""

    values: Mapping[Source, Sequence[Value]] = field(default_factory=dict)
    met: Meetings = field(default_factory=Meetings)


@dataclass(frozen=True, slots=True)
class AccountCard:
    """Everything the card of an account shows to one reader."""

    account: Account
    because: Because | None
    """Empty where the account is open to everybody."""
    sponsor: Considered | None
    """Own or inherited; the step says which."""
    family: Family
    scope: Scope = Scope.GROUP
    """Whether units count for contacts, satisfaction, shape, promises, requests and last interactions."""
    team: tuple[TeamMember, ...] = ()
    flags: tuple[RedFlag, ...] = ()
    contacts: tuple[ContactOnMap, ...] = ()
    """Those that are shown: the deciders first."""
    contact_count: int = 0
    impressions: Picture = field(default_factory=Picture)
    customer_words: Picture = field(default_factory=Picture)
    carried: Carried | None = None
    standing: Standing = field(default_factory=Standing)
    """Its reason is shown to the account's circle only."""
    ratings: tuple[Rating, ...] | None = None
    """None for readers outside the account's circle."""
    interactions: tuple[LastInteraction, ...] = ()
    more_interactions: bool = False
    promises: tuple[Commitment, ...] = ()
    promise_count: int = 0
    matters: OpenMatters = field(default_factory=OpenMatters)
    deeds: tuple[Deed, ...] = ()
    """What this reader may change."""
