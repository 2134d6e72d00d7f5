"""Refusals about answers."""

from dataclasses import dataclass

from bot.domain.errors.anywhere import Refusal


@dataclass(eq=False)
class NotForChannels(Refusal):
    """Only some people may read it, so it is posted nowhere."""

    several: bool = False
    """None of several answers may be posted."""

    @property
    def field(self) -> str | None:
        """Show it at the answer."""
        return None if self.several else "answer"


@dataclass(eq=False)
class NotAChannel(Refusal):
    """Answers are shared in channels."""

    @property
    def field(self) -> str | None:
        """Show it at the channel."""
        return "channel"


@dataclass(eq=False)
class SharedOutside(Refusal):
    """People of other companies read this channel."""

    name: str

    @property
    def field(self) -> str | None:
        """Show it at the channel."""
        return "channel"
