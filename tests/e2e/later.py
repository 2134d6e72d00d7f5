"""A world in which days pass: Slack's clock and the bot's are moved on together."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from playground.robot import Playground

_PASSED = "passed"
"""The file that holds how many seconds have passed, beside what reads it."""
_MOVED = f"""
from datetime import datetime, timedelta
from pathlib import Path

import bot.clock

PASSED = Path(__file__).with_name("{_PASSED}")


class Moved(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(seconds=float(PASSED.read_text()))


bot.clock.datetime = Moved
"""


@dataclass(frozen=True)
class Clock:
    """The bot's clock: every process that starts from now on reads it."""

    folder: Path

    @classmethod
    def wound(cls, folder: Path, monkeypatch: pytest.MonkeyPatch) -> "Clock":
        """Put it where the processes that are started look for what to do first."""
        clock = cls(folder)
        clock._set(0)
        (folder / "sitecustomize.py").write_text(_MOVED, encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(folder))
        return clock

    def passes(self, days: int, slack: Playground) -> None:
        """Let whole days pass for everybody."""
        seconds = timedelta(days=days).total_seconds()
        slack.advance(seconds)
        self._set(float((self.folder / _PASSED).read_text()) + seconds)

    def _set(self, seconds: float) -> None:
        # Somebody may be reading: they find the one number or the other.
        new = self.folder / "new"
        new.write_text(str(seconds))
        new.replace(self.folder / _PASSED)
