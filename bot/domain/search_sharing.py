"""Search sharing: an answer passed on to a channel, after a look at who will read it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.delivery import ChannelFacts, Ref, Subject
from bot.domain.identity import ChannelId
from bot.domain.members import Member, Person
from bot.domain.search import Answer

SORTS = (
    Subject.INTERACTION,
    Subject.REQUEST,
    Subject.ESCALATION,
    Subject.DECISION,
    Subject.PROMISE,
    Subject.CONTACT,
    Subject.ACCOUNT,
)
"""What answers are about, in the order in which a form counts them; new ones go to the end."""


class Audience(StrEnum):
    """Who reads what is posted to a channel."""

    COMPANY = "company"
    """A public channel: every member of the company can open it."""
    MEMBERS = "members"
    """A private channel."""
    UNKNOWN = "unknown"
    """Nobody told us of late who is in there; Slack is asked before anything is posted."""


def audience(facts: ChannelFacts | None) -> Audience:
    """Tell who reads a channel, from what Slack last said about it.

    Where Scharnier is no member Slack tells it of no change: the channel may have become another one since.
    """
    if facts is None or facts.name is None or not facts.is_member:
        return Audience.UNKNOWN
    return Audience.MEMBERS if facts.is_private else Audience.COMPANY


@dataclass(frozen=True, slots=True)
class StartShare:
    """Share one of the answers that a message shows."""

    actor: Member
    objects: tuple[Ref, ...]
    channel_id: ChannelId | None
    """Where it was asked."""


@dataclass(frozen=True, slots=True)
class ShareForm:
    """What the form shows: the answers that a channel may read, and the channel that is probably meant."""

    answers: tuple[Answer, ...]
    kept_back: int
    """Answers that only some people may read."""
    channel_id: ChannelId | None


@dataclass(frozen=True, slots=True)
class ProposeShare:
    """Look at who will read it."""

    actor: Member
    about: Ref
    channel_id: ChannelId


@dataclass(frozen=True, slots=True)
class SharePreview:
    """What will be posted where, and who reads it there."""

    answer: Answer
    channel_id: ChannelId
    channel_name: str | None
    audience: Audience


@dataclass(frozen=True, slots=True)
class Share:
    """Post it."""

    actor: Member
    about: Ref
    channel_id: ChannelId
    key: str


@dataclass(frozen=True, slots=True)
class Shared:
    """An answer in a channel, with who shared it."""

    answer: Answer
    by: Person


@dataclass(frozen=True, slots=True)
class NotShared:
    """An answer that Slack did not let into its channel, as whoever shared it hears of it."""

    answer: Answer
    channel_id: ChannelId
    is_external: bool
