"""Slack, as the worker reaches it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.delivery import ChannelFacts, Failure, Posted
from bot.domain.identity import ChannelId, MemberId
from bot.domain.members import Profile


class PostFailed(Exception):
    """A call to Slack that did not do what was asked."""

    def __init__(
        self, failure: Failure, code: str, retry_after: float | None = None, *, is_silence: bool = False
    ) -> None:
        super().__init__(f"{failure}: {code}")
        self.failure = failure
        self.code = code
        self.retry_after = retry_after
        self.is_silence = is_silence
        """Slack itself said nothing: no connection, no answer, or a proxy's page."""


@dataclass(frozen=True, slots=True)
class Directory:
    """What Slack lists about its people."""

    profiles: tuple[Profile, ...]


class Poster(Protocol):
    """Slack's way out; every method may raise ``PostFailed``."""

    def post(self, place: str, message: Mapping[str, Any], key: str, thread_ts: str | None = None) -> Posted:
        """Post to a channel, or to a member's DM with the app."""

    def update(self, posted: Posted, message: Mapping[str, Any]) -> None:
        """Edit a message in place."""

    def delete(self, posted: Posted) -> None:
        """Take a message away."""

    def reply(self, response_url: str, message: Mapping[str, Any], *, replace: bool) -> None:
        """Answer a click by its ``response_url``."""

    def channel(self, channel_id: ChannelId) -> ChannelFacts:
        """Read the facts of a channel and join it if it is public and ours."""

    def find(self, place: str, key: str, since: datetime, thread_ts: str | None = None) -> Posted | None:
        """Look for a message with this key, posted since, in a channel or DM; that of a file is in its name.

        Raises:
            PostFailed: ``UNREADABLE`` where the app may not read.
        """

    def stage(self, content: bytes, name: str) -> str:
        """Upload a file that nobody sees yet; return its id."""

    def share(self, member_id: MemberId, file_id: str, title: str, comment: str) -> None:
        """Show an uploaded file to one person, in their direct messages."""

    def probe(self) -> None:
        """Ask Slack whether it answers and takes the token."""

    def people(self) -> Directory:
        """List everybody."""
