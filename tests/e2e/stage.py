"""A stage: where a cast plays in the page, with a window each or one phone that is handed on, and pictures of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from playwright.sync_api import Browser

from bot.clock import utc_now
from bot.i18n import Typed, translator
from playground.robot import Playground
from tests.e2e.window import DESKTOP, PHONE, TALL, Window, opened

Say = Callable[..., str]
"""What a button, field or sentence is called in a language; its values are names."""


class Speaks(Protocol):
    """Who plays, and in which language."""

    @property
    def language(self) -> str: ...


C = TypeVar("C", bound=Speaks)


@dataclass
class Stage(Generic[C]):
    """Where a cast plays: everybody with a window of their own, or all at one phone that is handed on."""

    browser: Browser
    slack: Playground
    cast: C
    device: str
    windows: dict[str, Window]
    play: str = ""
    """Stands in the names of the pictures."""
    pictures: int = 0

    def window(self, name: str) -> Window:
        """Return the window in which somebody acts, as they left it."""
        language = self.cast.language
        if self.device == "phone":
            shared = self.windows.get("")
            size = PHONE
            self.windows[""] = (
                shared.becomes(name, language) if shared else opened(self.browser, self.slack, name, language, size)
            )
            return self.windows[""]
        if name not in self.windows:
            self.windows[name] = opened(self.browser, self.slack, name, language, DESKTOP)
        return self.windows[name]

    def shoots(self, window: Window, what: str, *, tall: bool = False) -> None:
        """Keep a picture with a telling name; every control in it has a name, and it is not wider than the window."""
        # An edit that follows at once would else change what is just being photographed.
        self.slack.get("wait", quiet_ms=150, timeout=5)
        self.pictures += 1
        size = window.page.viewport_size
        if tall and size:
            window.page.set_viewport_size({"width": size["width"], "height": TALL})
        window.shoots(f"{self.play}{self.cast.language}-{self.device}-{self.pictures:02}-{what}")
        assert window.nameless() == []
        assert window.overhang() == 0
        if tall and size:
            window.page.set_viewport_size(size)

    def ends(self) -> None:
        """Close the windows; none of them had any trouble."""
        for window in self.windows.values():
            window.page.context.close()
            assert window.troubles == []


def words(language: str) -> Say:
    """Return what a button or field is called in a language."""
    t = translator(language, utc_now())

    def say(source: str, **values: str | int) -> str:
        said = {name: Typed(value) if isinstance(value, str) else value for name, value in values.items()}
        return t(source, **said).plain

    return say
