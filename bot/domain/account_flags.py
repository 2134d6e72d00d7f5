"""Red flags: what an account lacks, and whom or what it is about (S12, S59, S110)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.accounts import Account, Kind
from bot.domain.contact_touch import Lapse
from bot.domain.contacts import ContactOnMap
from bot.domain.sponsors import Considered

NAMED = 3
"""People whom one flag names."""
_WITH_JOUR_FIXE = {"a", "b"}
"""Tiers whose service level has a jour fixe of their own (reference data, section 1)."""


class Flag(StrEnum):
    """What is missing, what matters most first."""

    NO_KAM = "no_kam"
    OVERDUE_PROMISE = "overdue_promise"
    UNCOVERED_DECIDER = "uncovered_decider"
    LAPSING = "lapsing"
    NO_SPONSOR = "no_sponsor"
    NO_DEPUTY = "no_deputy"
    NO_JOUR_FIXE = "no_jour_fixe"
    NO_CONTACTS = "no_contacts"
    MISMATCHED = "mismatched"
    """A hint: the levels of a pair lie far apart (S112)."""


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One flag, and the contacts it is about."""

    flag: Flag
    count: int = 1
    names: tuple[str, ...] = ()
    """Of the first of them."""


def is_uncovered(contact: ContactOnMap, now: datetime) -> bool:
    """Tell whether nobody looks after a decider: no owner, no counterpart, and nobody met them within the hard limit."""
    if not contact.is_decider or any(one is not None and not one.left for one in (contact.owner, contact.counterpart)):
        return False
    return contact.lapse(now) in {Lapse.HARD, Lapse.NEVER}


def flags(
    account: Account,
    sponsor: Considered | None,
    contacts: Sequence[ContactOnMap],
    overdue: int,
    now: datetime,
) -> tuple[RedFlag, ...]:
    """Tell what an account lacks; partners inside and suppliers need only somebody who answers for them.

    Args:
        account: what is shown.
        sponsor: who backs it, own or inherited.
        contacts: those of the account and of the units that are shown with it.
        overdue: promises whose date is over.
        now: the moment it is shown.
    """
    missing = [RedFlag(Flag.NO_KAM)] if account.kam is None or account.kam.left else []
    if account.kind is not Kind.CUSTOMER:
        return tuple(missing)
    if overdue:
        missing.append(RedFlag(Flag.OVERDUE_PROMISE, overdue))
    uncovered = [contact for contact in contacts if is_uncovered(contact, now)]
    named = {one.id for one in uncovered}
    lapsing = [one for one in contacts if one.id not in named and one.lapse(now) is Lapse.HARD]
    missing += _about(Flag.UNCOVERED_DECIDER, uncovered)
    missing += _about(Flag.LAPSING, sorted(lapsing, key=lambda one: not one.is_decider))
    if sponsor is None:
        missing.append(RedFlag(Flag.NO_SPONSOR))
    if account.deputy is None or account.deputy.left:
        missing.append(RedFlag(Flag.NO_DEPUTY))
    if account.tier in _WITH_JOUR_FIXE and account.jour_fixe_weeks is None:
        missing.append(RedFlag(Flag.NO_JOUR_FIXE))
    if not contacts:
        missing.append(RedFlag(Flag.NO_CONTACTS))
    missing += _about(Flag.MISMATCHED, [contact for contact in contacts if contact.is_mismatched])
    return tuple(missing)


def _about(flag: Flag, contacts: Iterable[ContactOnMap]) -> list[RedFlag]:
    names = [contact.name for contact in contacts]
    return [RedFlag(flag, len(names), tuple(names[:NAMED]))] if names else []
