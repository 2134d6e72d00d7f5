"""Maps: the units of a group, who faces whom on each level, and what is missing there; hints, never blocks (S112)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import account_flags, names
from bot.domain.accounts import Account, AccountRef, Because, Relation
from bot.domain.contacts import ContactOnMap
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ChannelId, ContactId, MemberId
from bot.domain.members import Member, Person

MOST_IN_PICTURE = 200
"""Contacts that a picture shows; the map of one unit has fewer."""
PAGE = 20
"""Contacts on one page of the table."""
LEVELS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Unit:
    """An account or a unit of it as the tree shows it."""

    account: AccountRef
    parent_id: AccountId | None = None
    relation: Relation | None = None
    country: str | None = None
    kam: Person | None = None
    has_carer: bool = True
    """Somebody of us is its KAM or deputy, is on its team, or looks after one of its contacts (S29, S59)."""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Hints:
    """What a map shows to be missing; everybody decides themselves what follows."""

    uncovered: tuple[ContactOnMap, ...] = ()
    """Deciders whom nobody looks after."""
    apart: tuple[ContactOnMap, ...] = ()
    """Pairs whose levels differ by two or more."""
    alone: tuple[int, ...] = ()
    """Levels on which we know somebody of theirs, and nobody of us faces any of them."""
    forgotten: tuple[AccountRef, ...] = ()
    """Units without a carer (S59)."""

    def __bool__(self) -> bool:
        return bool(self.uncovered or self.apart or self.alone or self.forgotten)


@dataclass(frozen=True, slots=True)
class AccountMap:
    """The map of an account and every unit below it, as far as one reader may see them."""

    account: Account
    because: Because | None = None
    parent: AccountRef | None = None
    units: tuple[Unit, ...] = ()
    """The account first, each unit after the one it belongs to."""
    contacts: tuple[ContactOnMap, ...] = ()
    """The highest level first, on each the deciders."""
    hints: Hints = Hints()
    offset: int = 0
    """Of the first contact on the page that is shown."""

    @property
    def has_hidden_units(self) -> bool:
        """Tell whether there is more on this map than everybody in our company may see."""
        return any(unit.account.restricted for unit in self.units)


@dataclass(frozen=True, slots=True)
class Facing:
    """One of theirs and one of ours with what both companies know anyway: names, function and level."""

    name: str
    function: str | None = None
    level: int | None = None
    ours: Person | None = None
    our_function: str | None = None
    our_level: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerMap:
    """What of a map may be shown to the customer: nothing judged, and no unit that is hidden in our company."""

    account: AccountRef
    company: str
    """Ours."""
    pairs: tuple[Facing, ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A contact in the tree of reporting."""

    contact: ContactOnMap
    depth: int = 0
    above_id: ContactId | None = None
    """Whom they report to, if that person stands in the same tree."""


@dataclass(frozen=True, slots=True)
class ShowMap:
    """Show the map of the account that was named, or of the channel's."""

    actor: Member
    typed: str
    channel_id: ChannelId | None


@dataclass(frozen=True, slots=True)
class PickMap:
    """Show the map of the account whose button was pressed, or another page of it."""

    actor: Member
    account_id: AccountId
    key: str
    reply_to: ReplyTo
    offset: int = 0
    for_customer: bool = False


@dataclass(frozen=True, slots=True)
class SendPicture:
    """Send the map as a picture to whoever pressed."""

    actor: Member
    account_id: AccountId
    key: str
    reply_to: ReplyTo
    for_customer: bool = False


def tree(units: Iterable[Unit], root_id: AccountId) -> tuple[Unit, ...]:
    """Put each unit after the one it belongs to, with its depth; a ring of parents ends where it began."""
    below: dict[AccountId | None, list[Unit]] = {}
    root = None
    for unit in units:
        if unit.account.id == root_id:
            root = unit
        else:
            below.setdefault(unit.parent_id, []).append(unit)
    ordered: list[Unit] = []
    waiting = [] if root is None else [replace(root, depth=0)]
    while waiting:
        unit = waiting.pop()
        ordered.append(unit)
        # What was placed is taken out, so that nothing is placed twice.
        children = below.pop(unit.account.id, [])
        waiting += [replace(child, depth=unit.depth + 1) for child in reversed(children)]
    return tuple(ordered)


def ordered(contacts: Iterable[ContactOnMap]) -> tuple[ContactOnMap, ...]:
    """Order contacts by level, on each the deciders first; whose level nobody knows come last."""
    return tuple(sorted(contacts, key=lambda one: (one.level or max(LEVELS) + 1, not one.is_decider)))


def faces(contact: ContactOnMap) -> Person | None:
    """Return who of us faces a contact; who left faces nobody any more."""
    counterpart = contact.counterpart
    return None if counterpart is None or counterpart.left else counterpart


def hints(contacts: Sequence[ContactOnMap], units: Iterable[Unit], now: datetime) -> Hints:
    """Tell what is missing on a map."""
    theirs = {contact.level for contact in contacts}
    faced = {contact.level for contact in contacts if faces(contact)}
    return Hints(
        uncovered=tuple(contact for contact in contacts if account_flags.is_uncovered(contact, now)),
        apart=tuple(contact for contact in contacts if contact.is_mismatched and faces(contact)),
        alone=tuple(level for level in LEVELS if level in theirs - faced),
        forgotten=tuple(unit.account for unit in units if unit.depth and not unit.has_carer),
    )


def reporting(contacts: Sequence[ContactOnMap]) -> tuple[Placed, ...]:
    """Put each contact after the one they report to; who reports to nobody here, or in a ring, stands at the top."""
    known = {contact.id: contact for contact in contacts}
    below: dict[ContactId, list[ContactOnMap]] = {}
    for contact in contacts:
        if contact.reports_to_id in known and contact.reports_to_id != contact.id:
            below.setdefault(contact.reports_to_id, []).append(contact)
    tops = [
        contact for contact in contacts if contact.reports_to_id not in known or contact.reports_to_id == contact.id
    ]
    placed: dict[ContactId, Placed] = {}
    # The rest of the contacts are reached already, but for those in a ring.
    for top in [*tops, *contacts]:
        waiting = [Placed(top)]
        while waiting:
            one = waiting.pop()
            if one.contact.id in placed:
                continue
            placed[one.contact.id] = one
            waiting += [Placed(each, one.depth + 1, one.contact.id) for each in reversed(below.get(one.contact.id, []))]
    return tuple(placed.values())


def for_customer(found: AccountMap, company: str, functions: Mapping[MemberId, str]) -> CustomerMap:
    """Leave of a map what may be shown to the customer.

    Args:
        found: as its reader sees it.
        company: our name.
        functions: the departments of our people.
    """
    hidden = {unit.account.id for unit in found.units if unit.depth and unit.account.restricted}
    pairs = [_facing(contact, functions) for contact in found.contacts if contact.account.id not in hidden]
    # By level and name alone: who stands first must not tell who decides.
    pairs.sort(key=lambda pair: (pair.level or max(LEVELS) + 1, names.match_key(pair.name)))
    return CustomerMap(found.account.ref, company, tuple(pairs), found.offset)


def _facing(contact: ContactOnMap, functions: Mapping[MemberId, str]) -> Facing:
    ours = faces(contact)
    if ours is None:
        return Facing(contact.name, contact.title, contact.level)
    return Facing(contact.name, contact.title, contact.level, ours, functions.get(ours.id), contact.counterpart_level)
