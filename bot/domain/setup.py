"""Setting up: what an admin or coordinator still has to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelInvite:
    """Scharnier cannot post into a channel: it must be invited, or the channel must be another."""

    channel_name: str
    owner_name: str
    """The department or account whose channel it is."""
    is_external: bool
    is_archived: bool


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What an admin of an empty workspace does next."""

    has_departments: bool
    has_accounts: bool
    has_kam_lead: bool
