"""The page itself in a browser: live between windows, safe from typed text, complete by keyboard and by name."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import demo
from playground.robot import Playground
from tests.e2e.crowd import crowd
from tests.e2e.window import DESKTOP, PHONE, Window, opened

Open = Callable[..., Window]
HOSTILE = "<img src=x onerror=alert(1)><b>bold</b> &lt;i&gt; javascript:alert(2) <https://a.example|b>"


@pytest.fixture
def open_as(browser: Browser, slack: Playground) -> Iterator[Open]:
    """Open windows; afterwards none of them had any trouble."""
    windows = []

    def window(name: str, language: str, size: dict[str, int] = DESKTOP, of: Playground = slack) -> Window:
        windows.append(opened(browser, of, name, language, size))
        return windows[-1]

    yield window
    for one in windows:
        one.page.context.close()
    assert [one.troubles for one in windows if one.troubles] == []


def test_what_one_person_writes_the_other_sees_at_once_and_marked_where_they_do_not_look(open_as: Open) -> None:
    lea, sandra = open_as("Lea Brunner", "de"), open_as("Sandra Meier", "de")
    for window in (lea, sandra):
        window.goes_to("produktion")

    sandra.types("Heute bis 16 Uhr erreichbar")
    lea.message("Heute bis 16 Uhr erreichbar").scroll_into_view_if_needed()
    expect(lea.page.get_by_role("link", name=re.compile("^produktion.*ungelesen"))).to_have_count(0)

    lea.goes_to("general")
    sandra.types("Morgen auch")
    marked = lea.page.get_by_role("link", name=re.compile("^produktion.*1 ungelesene Nachricht"))
    expect(marked).to_be_visible()
    marked.click()
    lea.message("Morgen auch")
    expect(marked).to_have_count(0)


def test_what_only_one_person_may_see_no_other_window_shows_and_a_reload_forgets_it(open_as: Open) -> None:
    felix, lea = open_as("Felix Rüegg", "de"), open_as("Lea Brunner", "de")
    for window in (felix, lea):
        window.goes_to("general")

    felix.types("/kam help")
    expect(felix.message("/kam")).to_contain_text("Nur für dich sichtbar")
    felix.types("Ist das angekommen?")
    lea.message("Ist das angekommen?")
    expect(lea.feed.get_by_text("Nur für dich sichtbar")).to_have_count(0)

    felix.page.reload()
    felix.message("Ist das angekommen?")
    expect(felix.feed.get_by_text("Nur für dich sichtbar")).to_have_count(0)


def test_typed_text_stays_text(open_as: Open) -> None:
    james, claire = open_as("James Hartley", "en"), open_as("Claire Dubois", "en")
    for window in (james, claire):
        window.goes_to("finance")

    james.types(HOSTILE)

    for window in (james, claire):
        message = window.message("onerror")
        expect(message).to_contain_text(HOSTILE)
        expect(message.locator("img, b, i, script, a[href^='javascript']")).to_have_count(0)


def test_a_command_is_offered_while_it_is_typed_and_everything_goes_without_a_mouse(open_as: Open) -> None:
    james = open_as("James Hartley", "en")
    keys = james.page.keyboard

    keys.press("Control+k")
    keys.type("harrow")
    keys.press("Enter")
    expect(james.page.get_by_role("heading", level=1, name="acc-harrowmere")).to_be_visible()
    james.page.get_by_role("textbox", name="Message to #acc-harrowmere").focus()
    keys.type("/kam-l")
    offered = james.page.get_by_role("option", name="/kam-log")
    expect(offered).to_be_visible()
    expect(offered).to_contain_text("[account:] [what happened")
    keys.press("Enter")
    keys.type("Harrowmere: the guide passed every test")
    keys.press("Enter")
    answer = james.message("Logged at Harrowmere Conveyors")

    james.page.get_by_role("textbox", name="Message to #acc-harrowmere").focus()
    undo = answer.get_by_role("button", name="Undo")
    for _ in range(20):
        keys.press("Shift+Tab")
        if undo.evaluate("node => node === document.activeElement"):
            break
    keys.press("Enter")
    expect(james.dialog.get_by_role("button", name="Withdraw")).to_be_focused()
    keys.press("Enter")
    expect(james.message("is withdrawn")).to_be_visible()
    expect(answer).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "language", "says"),
    [
        ("Paul Neumann", "de", "Vollmitglieder"),
        ("Jonas Widmer", "de", "I-"),
    ],
)
def test_a_guest_is_refused_and_a_newcomer_is_not(open_as: Open, name: str, language: str, says: str) -> None:
    window = open_as(name, language)
    window.goes_to("general")

    window.types("/kam-log Helvetia Pumpen: kurz telefoniert")

    expect(window.feed.get_by_role("article").last).to_contain_text(says)


def test_somebody_of_another_company_sees_the_shared_channel_only(open_as: Open) -> None:
    lars = open_as("Lars Detering", "en")

    links = lars.page.get_by_role("navigation", name="Channels and people").get_by_role("list", name="Channels")
    expect(links.get_by_role("link")).to_have_count(1)
    expect(links.get_by_role("link")).to_have_accessible_name(re.compile("^ext-corvano-pilot"))


def test_nobody_can_act_as_a_person_who_left(open_as: Open) -> None:
    lea = open_as("Lea Brunner", "de")

    lea.page.get_by_role("button", name="Handeln als: Lea Brunner").click()
    picker = lea.page.get_by_role("dialog", name="Handeln als")
    picker.get_by_role("combobox").fill("Vogt")

    expect(picker.get_by_text("Nichts gefunden")).to_be_visible()
    expect(picker.get_by_role("option")).to_have_count(0)


SCREENS: dict[str, Callable[[Window], None]] = {
    "people": lambda window: window.page.get_by_role("button", name=re.compile("^(Act as|Handeln als): ")).click(),
    "search": lambda window: window.page.keyboard.press("Control+k"),
    "shortcuts": lambda window: window.page.get_by_role("button", name="Shortcuts").click(),
    "appearance": lambda window: window.page.get_by_role(
        "button", name=re.compile("^(Appearance|Darstellung)$")
    ).click(),
    "traffic": lambda window: window.page.get_by_role("button", name=re.compile("^(Traffic|Verkehr)$")).click(),
    "rules": lambda window: window.page.get_by_role("button", name=re.compile("^(Rules|Regeln) ")).click(),
    "message-menu": lambda window: _on_newest(window, "^(More actions|Weitere Aktionen)$"),
    "reactions": lambda window: _on_newest(window, "^(Add reaction|Reaktion hinzufügen)$"),
    "thread": lambda window: _on_newest(window, "^(Reply in thread|Im Thread antworten)$"),
    "app": lambda window: window.goes_to("Scharnier"),
    "log-form": lambda window: window.types("/kam-log"),
}


@pytest.mark.parametrize(
    ("name", "language", "size"), [("Lea Brunner", "de", DESKTOP), ("James Hartley", "en", PHONE)], ids=["de", "en"]
)
def test_every_control_of_every_screen_has_a_name(
    open_as: Open, slack: Playground, name: str, language: str, size: dict[str, int]
) -> None:
    device = "desktop" if size is DESKTOP else "phone"
    window = open_as(name, language, size)
    for number, (screen, shows) in enumerate(SCREENS.items(), 1):
        window.page.reload()
        window.goes_to("general")
        if screen == "people":
            window.shows_sidebar()
        shows(window)
        slack.get("wait", quiet_ms=150, timeout=5)
        window.shoots(f"screen-{language}-{device}-{number:02}-{screen}")

        assert (screen, window.nameless()) == (screen, [])
        assert (screen, window.overhang()) == (screen, 0)
    window.page.keyboard.press("Escape")
    window.is_done()


@pytest.mark.parametrize(
    "markup", ["<button><svg></svg></button>", "<input>", "<select></select>", '<a href="/x"><img alt=""></a>']
)
def test_a_control_without_a_name_would_be_noticed(open_as: Open, markup: str) -> None:
    lea = open_as("Lea Brunner", "de")

    lea.page.evaluate("html => { document.querySelector('main').innerHTML = html }", markup)

    assert len(lea.nameless()) == 1


def test_it_is_dark_where_the_machine_is_and_the_switch_changes_it(open_as: Open) -> None:
    lea = open_as("Lea Brunner", "de")
    shade = "getComputedStyle(document.querySelector('main')).backgroundColor"
    light = lea.page.evaluate(shade)

    lea.page.emulate_media(color_scheme="dark")
    dark = lea.page.evaluate(shade)
    lea.goes_to("acc-helvetia-pumpen")
    lea.shoots("screen-de-desktop-00-dark")
    lea.page.get_by_role("button", name="Darstellung").click()
    lea.page.get_by_role("menuitemradio", name="Hell").click()

    assert light != dark
    assert lea.page.evaluate(shade) == light


def test_two_hundred_people_five_hundred_channels_and_ten_thousand_messages_can_be_read(
    open_as: Open, tmp_path: Path
) -> None:
    seed = crowd(tmp_path, people=200, channels=500, messages=10_000)
    with Playground.start(seed, demo.ROOT / "manifest.yml") as slack:
        window = open_as("Person 0", "en", of=slack)
        window.goes_to("channel-0")
        expect(window.message("Message 9999")).to_be_in_viewport()
        sidebar = window.page.get_by_role("navigation", name="Channels and people")
        expect(sidebar.get_by_role("list", name="Channels").get_by_role("link")).to_have_count(500)

        window.feed.hover()
        older = window.feed.get_by_role("article").filter(has_text=re.compile(r"Message 96\d\d"))
        for _ in range(200):
            window.page.mouse.wheel(0, -3000)
            window.page.wait_for_timeout(20)
            if older.count():
                break
        expect(older.first).to_be_visible()
        assert window.feed.get_by_role("article").count() <= 400

        window.page.get_by_role("button", name="Jump to the newest").click()
        expect(window.message("Message 9999")).to_be_in_viewport()


def _on_newest(window: Window, control: str) -> None:
    newest = window.feed.get_by_role("article").last
    newest.hover()
    newest.get_by_role("button", name=re.compile(control)).click()
