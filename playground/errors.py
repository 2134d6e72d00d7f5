"""What can be refused: a Web API call by Slack, or an act that the client would not have offered."""

from typing import Any


class SlackError(Exception):
    """Slack answers ``{"ok": false, "error": code}``; ``messages`` say where a payload breaks a limit."""

    def __init__(self, code: str, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(code, messages or [])
        self.code = code
        self.messages = messages or []
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        """Return the body of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


class RateLimited(SlackError):
    """Slack answers 429 and says after how many seconds to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


class Impossible(Exception):
    """A person tried what Slack's client does not offer: the script is wrong, not the bot."""
