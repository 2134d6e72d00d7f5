"""Refusals about accounts."""

from dataclasses import dataclass

from bot.domain.errors.anywhere import Refusal


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

    @property
    def field(self) -> str | None:
        """Show it at the name."""
        return "new_account"


@dataclass(eq=False)
class NameMissing(Refusal):
    """A new account without a name."""

    @property
    def field(self) -> str | None:
        """Show it at the name."""
        return "new_account"


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
