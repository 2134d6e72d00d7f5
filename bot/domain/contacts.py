"""Contacts: the people at the customer; people, not logos, are customers (S113)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.accounts import AccountRef
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
