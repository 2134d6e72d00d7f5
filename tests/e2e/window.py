"""A browser window as a person uses it: everything is found by role and accessible name."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from playground.robot import Playground

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 400, "height": 800}
TALL = 1600
"""The height of a window that shows a long card or form whole."""
_SETTLE_MS = 5_000
"""How long a person waits for something to be seen; a wrong page is wrong after that."""


_CONTROLS = (
    "button checkbox combobox link listbox menuitem menuitemradio option radio searchbox slider spinbutton switch tab "
    "textbox treeitem"
)
_NAMELESS = re.compile(rf"^\s*- ({_CONTROLS.replace(' ', '|')})(?: \[[^\]]*\])*(:.*)?$")
"""A line of the accessibility tree: a control, what state it is in, what is in it, but no name in quotes."""
_LOCALES = {"en": "en-GB", "de": "de-CH"}


@dataclass(frozen=True)
class Chrome:
    """What the client itself calls its parts in a language."""

    act_as: str
    sidebar: str
    open_sidebar: str
    composer: str
    messages: str
    only_you: str
    send: str
    menu: str
    replies: str
    thread: str


CHROME = {
    "en": Chrome(
        "Act as",
        "Channels and people",
        "Open sidebar",
        "Message to",
        "Messages",
        "Only visible to you",
        "Send",
        "More actions",
        "repl(y|ies)",
        "Thread in",
    ),
    "de": Chrome(
        "Handeln als",
        "Channels und Personen",
        "Seitenleiste öffnen",
        "Nachricht an",
        "Nachrichten",
        "Nur für dich sichtbar",
        "Senden",
        "Weitere Aktionen",
        "Antwort(en)?",
        "Thread in",
    ),
}


@dataclass(frozen=True)
class Window:
    """One window; ``language`` is what the client speaks to the person in it.

    ``troubles`` fill up with what a person does not see: errors of the page, and requests to anywhere else.
    """

    page: Page
    language: str
    troubles: list[str]

    @property
    def chrome(self) -> Chrome:
        """Return the client's own words."""
        return CHROME[self.language]

    @property
    def feed(self) -> Locator:
        """Return the messages of the open conversation."""
        return self.page.get_by_role("feed")

    @property
    def dialog(self) -> Locator:
        """Return the form before the person."""
        return self.page.get_by_role("dialog")

    def becomes(self, name: str, language: str) -> "Window":
        """Act as somebody else by the switcher; return the window with their language."""
        self.shows_sidebar()
        self.page.get_by_role("button", name=re.compile(f"^{self.chrome.act_as}: ")).click()
        picker = self.page.get_by_role("dialog", name=self.chrome.act_as)
        picker.get_by_role("combobox").fill(name)
        picker.get_by_role("option", name=name).click()
        other = replace(self, language=language)
        now = f"{other.chrome.act_as}: {name}"
        expect(self.page.get_by_role("button", name=now, include_hidden=True)).to_be_attached()
        return other

    def goes_to(self, conversation: str) -> None:
        """Open a channel or the app by the sidebar."""
        self.shows_sidebar()
        self._sidebar.get_by_role("link", name=re.compile(f"^{re.escape(conversation)}($| ?,)")).click()
        expect(self.page.get_by_role("heading", level=1, name=conversation)).to_be_visible()

    def reads_app(self) -> None:
        """Open the app's direct messages."""
        self.goes_to("Scharnier")
        self.page.get_by_role("tab", name=self.chrome.messages).click()

    def types(self, line: str) -> None:
        """Type into the composer and send it."""
        box = self.page.get_by_role("textbox", name=re.compile(f"^{self.chrome.composer} "))
        box.click()
        box.press_sequentially(line)
        box.press("Enter")
        expect(box).to_have_text("")

    def message(self, text: str) -> Locator:
        """Return the newest message that holds a text, once it is to be seen."""
        # A plain text would be found in capitals, too.
        found = self.feed.get_by_role("article").filter(has_text=re.compile(re.escape(text))).last
        expect(found).to_be_visible(timeout=_SETTLE_MS)
        return found

    def presses(self, label: str, on: Locator) -> None:
        """Press a button."""
        on.get_by_role("button", name=label, exact=True).click()

    def chooses(self, label: str, on: Locator, menu: int = 0) -> None:
        """Take an entry of one of a message's own menus; what the client offers on every message comes after them."""
        on.get_by_role("button", name=self.chrome.menu, exact=True).nth(menu).click()
        self.page.get_by_role("menuitem", name=label, exact=True).click()

    def marks(self, label: str) -> None:
        """Take one of the options that all stand in the form."""
        self.dialog.get_by_label(label, exact=True).check()

    def reads_thread(self, of: Locator) -> Locator:
        """Open the thread of a message; return what stands in it."""
        of.get_by_role("button", name=re.compile(rf"^\d+ {self.chrome.replies}")).click()
        return self.page.get_by_role("feed", name=re.compile(f"^{self.chrome.thread} "))

    def fills(self, label: str, value: str) -> None:
        """Write into a field of the form."""
        field = self._field(label)
        field.fill(value)
        field.press("Tab")

    def picks(self, label: str, option: str) -> None:
        """Search in a select of the form and take what is offered."""
        box = self.dialog.get_by_role("combobox", name=_named(label))
        box.click()
        box.fill(option)
        self.page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first.click()

    def submits(self, label: str) -> None:
        """Press the form's button."""
        self.presses(label, self.dialog)

    def goes_back(self, label: str) -> None:
        """Press the button that closes the form; the arrow above it may bear the same name."""
        self.dialog.get_by_role("contentinfo").get_by_role("button", name=label, exact=True).click()

    def is_done(self) -> None:
        """Wait until no form is open any more."""
        expect(self.dialog).to_have_count(0)

    def nameless(self) -> list[str]:
        """Return the controls before the person that have no accessible name."""
        lines = self.page.locator("body").aria_snapshot().splitlines()
        return [line for line in lines if _NAMELESS.match(line)]

    def overhang(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        pixels: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return max(pixels, 0)

    def shoots(self, name: str) -> None:
        """Keep a picture of what is to be seen, without what only shows under the mouse."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.mouse.move(0, 0)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")

    @property
    def _sidebar(self) -> Locator:
        return self.page.get_by_role("navigation", name=self.chrome.sidebar)

    def _field(self, label: str) -> Locator:
        return self.dialog.get_by_label(_named(label))

    def shows_sidebar(self) -> None:
        """Open the sidebar where it is a drawer."""
        opener = self.page.get_by_role("button", name=self.chrome.open_sidebar)
        expect(self._sidebar.or_(opener).first).to_be_visible()
        if not self._sidebar.is_visible():
            opener.click()


def opened(browser: Browser, slack: Playground, name: str, language: str, size: dict[str, int] = DESKTOP) -> Window:
    """Open the page as somebody, in a browser profile of their own."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale=_LOCALES[language],
        reduced_motion="reduce",
    )
    context.set_default_timeout(_SETTLE_MS)
    page, troubles = context.new_page(), list[str]()
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    page.on("console", lambda line: troubles.append(f"console: {line.text}") if line.type == "error" else None)
    page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
    page.on("request", lambda asked: None if asked.url.startswith(slack.url) else troubles.append(f"asked {asked.url}"))
    page.goto(f"{slack.url}/?as={slack.person(name).id}")
    window = Window(page, language, troubles)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return window


def _named(label: str) -> re.Pattern[str]:
    """A field's label; what the client adds to it (optional, required) is its own matter."""
    return re.compile(f"^{re.escape(label)}")
