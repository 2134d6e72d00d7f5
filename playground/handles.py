"""The two things Slack lends an app for a short time: triggers and response URLs."""

from dataclasses import dataclass, field

from playground.blocks import Payload
from playground.clock import Clock
from playground.errors import SlackError
from playground.rules import Rules, is_over


@dataclass(slots=True)
class Trigger:
    """Lets the app open one modal for the person who acted with a conversation (``seen``) before them."""

    user: str
    issued: float
    seen: str | None
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Lets the app answer where somebody acted, a few times."""

    user: str
    conversation: str
    issued: float
    source_ts: str | None = None
    source_is_ephemeral: bool = False
    thread_ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class Handles:
    """Issues triggers and response URLs and says when they are over."""

    clock: Clock
    rules: Rules
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def issue_trigger(self, trigger_id: str, user: str, seen: str | None) -> str:
        """Register a trigger under its id."""
        self._triggers[trigger_id] = Trigger(user=user, issued=self.clock.now(), seen=seen)
        return trigger_id

    def spend_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger up.

        Raises:
            SlackError: unknown, too old, or used before.
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used and self.rules.trigger_once:
            raise SlackError("exchanged_trigger_id")
        if is_over(self.clock.now() - trigger.issued, self.rules.trigger_seconds):
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def issue_url(self, key: str, url: ResponseUrl) -> str:
        """Register a response URL under its key."""
        self._urls[key] = url
        return key

    def url(self, key: str) -> ResponseUrl | None:
        """Return a response URL without using it."""
        return self._urls.get(key)

    def spend_url(self, key: str) -> ResponseUrl:
        """Count one use of a response URL.

        Raises:
            SlackError: unknown, over 30 minutes old, or used five times.
        """
        url = self.url(key)
        if url is None or is_over(self.clock.now() - url.issued, self.rules.response_url_seconds):
            raise SlackError("expired_url")
        if is_over(url.uses + 1, self.rules.response_url_uses):
            raise SlackError("used_url")
        url.uses += 1
        return url


def is_empty_answer(body: Payload) -> bool:
    """Say whether a message body has nothing to show."""
    return not (body.get("text") or body.get("blocks") or body.get("attachments"))
