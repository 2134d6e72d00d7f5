"""Contacts: the people at the customer; people, not logos, are customers (S113)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain import contact_levels, contact_touch
from bot.domain.accounts import AccountRef
from bot.domain.contact_touch import Lapse, Limits
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Person


class DecisionRole(StrEnum):
    """What a contact does when the customer decides (reference data, section 3)."""

    DECIDER = "decider"
    BUYER = "buyer"
    INFLUENCER = "influencer"
    USER = "user"
    INITIATOR = "initiator"
    GATEKEEPER = "gatekeeper"
    COACH = "coach"


@dataclass(frozen=True, slots=True)
class ContactRef:
    """A contact as named elsewhere."""

    id: ContactId
    name: str
    account_id: AccountId | None = None
    """Theirs, where it is known: a note on the group may name somebody of a unit."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the customer with what is known to every reader of the account."""

    id: ContactId
    account: AccountRef
    name: str
    title: str | None = None
    email: str | None = None
    level: int | None = None
    """1 executive, 2 senior management, 3 management, 4 specialist, 5 assistant and office; both sides."""
    decision_roles: tuple[DecisionRole, ...] = ()
    aims: str | None = None
    owner: Person | None = None
    updated_at: datetime | None = None
    tier: str | None = None
    """The account's."""
    phone: str | None = None
    owner_level: int | None = None
    named_counterpart: Person | None = None
    named_counterpart_level: int | None = None
    reports_to_id: ContactId | None = None
    wished_days: int | None = None
    left_on: date | None = None
    """The last day at the customer."""
    version: int = 1

    @property
    def ref(self) -> ContactRef:
        """Name this contact."""
        return ContactRef(self.id, self.name, self.account.id)

    @property
    def counterpart(self) -> Person | None:
        """Return our person of the same level; the owner where nobody else is named (S112, S114)."""
        return self.named_counterpart or self.owner

    @property
    def counterpart_level(self) -> int | None:
        """Return the counterpart's level on our side, where it is known."""
        return self.named_counterpart_level if self.named_counterpart else self.owner_level

    @property
    def is_decider(self) -> bool:
        """Tell whether this contact alone can release the money."""
        return DecisionRole.DECIDER in self.decision_roles

    @property
    def is_mismatched(self) -> bool:
        """Tell whether the pair's levels lie so far apart that a hint is due (S112)."""
        return contact_levels.mismatch(self.level, self.counterpart_level)

    def has_left(self, today: date) -> bool:
        """Tell whether the last day at the customer is over."""
        return self.left_on is not None and self.left_on < today


LONGEST_NAME = 120
LONGEST_LINE = 300
"""Characters of a title, a reason's headline, an e-mail address."""
CHAMPION = 5
"""Attitude of who speaks up for us."""


class Lack(StrEnum):
    """What an account lacks once a contact has left."""

    DECIDER = "decider"
    CHAMPION = "champion"


@dataclass(frozen=True, slots=True)
class Colleague:
    """What counts of another contact of the same account, for hints about all of them."""

    id: ContactId
    decision_roles: tuple[DecisionRole, ...]
    attitude: int | None


def lacks(leaving: Colleague, others: Iterable[Colleague]) -> tuple[Lack, ...]:
    """Tell what an account lacks without a contact: nobody else known decides, or speaks up for us (S43)."""
    staying = [one for one in others if one.id != leaving.id]
    missing = []
    if _decides(leaving) and not any(map(_decides, staying)):
        missing.append(Lack.DECIDER)
    if leaving.attitude == CHAMPION and not any(one.attitude == CHAMPION for one in staying):
        missing.append(Lack.CHAMPION)
    return tuple(missing)


def all_speak_up(everybody: Iterable[Colleague]) -> bool:
    """Tell whether each judged attitude is the best: realistic maps contain reserved people (reference data, section 3)."""
    judged = [one.attitude for one in everybody if one.attitude is not None]
    return len(judged) >= _ENOUGH and set(judged) == {CHAMPION}


_ENOUGH = 3
"""Judged contacts from which on one can speak of all of them."""


def _decides(one: Colleague) -> bool:
    return DecisionRole.DECIDER in one.decision_roles


@dataclass(frozen=True, slots=True)
class ContactOnMap:
    """A contact as map, account card and briefing show it, with no more than its reader may see."""

    id: ContactId
    name: str
    account: AccountRef
    tier: str | None
    """The account's."""
    title: str | None = None
    level: int | None = None
    decision_roles: tuple[DecisionRole, ...] = ()
    attitude: int | None = None
    """1 to 5; None as well for readers outside the account's circle."""
    influence: int | None = None
    """1 to 3; None as well for readers outside the account's circle."""
    owner: Person | None = None
    counterpart: Person | None = None
    """Our person of the same level; the owner where nobody else is named."""
    counterpart_level: int | None = None
    reports_to_id: ContactId | None = None
    influences: tuple[ContactId, ...] = ()
    """Who listens to this contact."""
    wished_days: int | None = None
    last_touch: datetime | None = None
    """By anyone, as far as the reader may see the note."""

    @property
    def is_decider(self) -> bool:
        """Tell whether this contact alone can release the money."""
        return DecisionRole.DECIDER in self.decision_roles

    @property
    def is_mismatched(self) -> bool:
        """Tell whether the pair's levels lie so far apart that a hint is due (S112)."""
        return contact_levels.mismatch(self.level, self.counterpart_level)

    @property
    def limits(self) -> Limits:
        """Return after how many days a touch is due (G5)."""
        return contact_touch.limits(self.tier, self.level, self.wished_days)

    def lapse(self, now: datetime) -> Lapse:
        """Tell whether a touch is due."""
        return contact_touch.lapse(self.last_touch, self.limits, now)
