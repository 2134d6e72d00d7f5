"""What is read for maps and for the network inside."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.access import Viewer
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.maps import Unit
from bot.domain.networks import Expert, Met


class Maps(Protocol):
    """The tree of a group."""

    def units(self, account_id: AccountId, viewer: Viewer) -> tuple[Unit, ...]:
        """Return an account and every unit below it that the reader may see, by name, in one statement."""

    def functions(self, member_ids: Collection[MemberId]) -> dict[MemberId, str]:
        """Return the departments of our people by name; who belongs to none is not among them."""


class Networks(Protocol):
    """Who of us knows what and whom."""

    def experts(self) -> tuple[Expert, ...]:
        """Return the active members who are key persons for something, by name."""

    def met_contact(self, contact_id: ContactId, viewer: Viewer, now: datetime, most: int) -> tuple[Met, ...]:
        """Return who of us met a contact, over the notes this reader may read, the last first; plans do not count."""

    def met_accounts(
        self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime, most: int
    ) -> tuple[Met, ...]:
        """Return who of us met somebody of these accounts, over the newest notes this reader may read."""
