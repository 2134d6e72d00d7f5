"""Refusals about accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors.anywhere import Refusal
from bot.domain.members import Person


@dataclass(eq=False)
class UnknownAccount(Refusal):
    """No account of that name, nor any like it, exists for this reader."""

    typed: str


@dataclass(eq=False)
class UnknownAccountChosen(Refusal):
    """The account chosen in a form does not exist for this person any more."""

    @property
    def field(self) -> str | None:
        """Show it at the account."""
        return "account"


@dataclass(eq=False)
class NameTooLong(Refusal):
    """An account's name of more than the allowed characters."""

    length: int
    limit: int
    at_field: str = "new_account"

    @property
    def field(self) -> str | None:
        """Show it at the name."""
        return self.at_field


@dataclass(eq=False)
class NameMissing(Refusal):
    """An account without a name."""

    at_field: str = "new_account"

    @property
    def field(self) -> str | None:
        """Show it at the name."""
        return self.at_field


@dataclass(eq=False)
class AccountMissing(Refusal):
    """Neither an account was chosen nor a new one named."""

    @property
    def field(self) -> str | None:
        """Show it at the account."""
        return "account"


@dataclass(eq=False)
class SeveralAccounts(Refusal):
    """Several accounts bear the name that was typed for a new one."""

    name: str

    @property
    def field(self) -> str | None:
        """Show it at the account."""
        return "account"


@dataclass(eq=False)
class TooManyAliases(Refusal):
    """More aliases than an account may have."""

    count: int
    limit: int

    @property
    def field(self) -> str | None:
        """Show it at the aliases."""
        return "aliases"


@dataclass(eq=False)
class MayNotChangeAccount(Refusal):
    """Somebody else changes this of the account."""

    who: Sequence[Person]
    """KAM and deputy who are still here; else the KAM leads."""


@dataclass(eq=False)
class MayNotAppoint(Refusal):
    """KAM leads name KAM, deputy and an account's own sponsor."""


@dataclass(eq=False)
class AccountChanged(Refusal):
    """Somebody changed the account since the form was opened."""

    by: Person | None
    at: datetime | None


@dataclass(eq=False)
class GroupUnfinished(Refusal):
    """An account with a parent and no relation to it, or the other way round."""

    at_field: str

    @property
    def field(self) -> str | None:
        """Show it at what is missing."""
        return self.at_field


@dataclass(eq=False)
class AccountInRing(Refusal):
    """An account cannot belong to itself, or to a unit of its own."""

    @property
    def field(self) -> str | None:
        """Show it at the parent."""
        return "parent"


@dataclass(eq=False)
class ChannelTaken(Refusal):
    """The channel is another account's."""

    account: str

    @property
    def field(self) -> str | None:
        """Show it at the channel."""
        return "channel"


@dataclass(eq=False)
class JudgementReasonMissing(Refusal):
    """A judgement is dated and says why."""

    @property
    def field(self) -> str | None:
        """Show it at the reason."""
        return "reason"
