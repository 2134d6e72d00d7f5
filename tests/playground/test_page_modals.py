"""Modals and Home on the browser page: focus, errors, the stack, what is kept, what is asked before it is lost."""

import queue
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from slack_bolt import Ack, App
from slack_sdk import WebClient

from playground.robot import Playground
from tests.playground.page_blocks import Payload, asked, button, modal, plain, section

CHANNEL = "C0HELV"
LEA, TOM = "U0LEA", "U0TOM"
TEXT = {"type": "plain_text_input"}
NOTE = asked("Note", TEXT)
REASON = asked("Reason", TEXT, optional=True)

Opens = Callable[..., Page]
Heard = queue.Queue[Payload]


@pytest.fixture
def heard(bot: App) -> Heard:
    """Give the app's interactive payloads that no other listener takes."""
    return queue.Queue()


@pytest.fixture
def opens(bot: App, page: Page, slack: Playground) -> Opens:
    """Open a modal by /kam, typed where the person writes, and return the page."""

    def show(*blocks: Payload, user: str = TOM, **more: Any) -> Page:
        def answer(ack: Ack, client: WebClient, body: Payload) -> None:
            ack()
            client.views_open(trigger_id=body["trigger_id"], view={**modal(*blocks), **more})

        bot.command("/kam")(answer)
        page.goto(f"{slack.url}/?as={user}&channel={CHANNEL}")
        page.locator(".composer-text").fill("/kam")
        page.locator(".composer-text").press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        return page

    return show


def answered_with(bot: App, heard: Heard, **ack_fields: Any) -> None:
    def answer(ack: Ack, body: Payload) -> None:
        heard.put(body)
        ack(**ack_fields)

    bot.view("form")(answer)


def the_modal(page: Page, title: str = "A form") -> Locator:
    return page.get_by_role("dialog", name=title, exact=True)


def test_a_modal_is_named_by_its_title_and_has_the_focus_in_its_first_field(opens: Opens) -> None:
    page = opens(section("Read this"), NOTE, REASON)

    expect(the_modal(page).get_by_role("textbox", name="Note")).to_be_focused()
    expect(the_modal(page).get_by_role("button", name="Save")).to_be_visible()
    expect(the_modal(page).get_by_role("button", name="Cancel")).to_be_visible()


def test_the_field_that_the_app_names_gets_the_focus(opens: Opens) -> None:
    page = opens(NOTE, asked("Reason", {**TEXT, "focus_on_load": True}))

    expect(the_modal(page).get_by_role("textbox", name="Reason")).to_be_focused()


def test_tab_does_not_leave_a_modal(opens: Opens) -> None:
    page = opens(NOTE)

    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")


def test_escape_closes_a_modal_tells_the_app_and_gives_the_focus_back(opens: Opens, bot: App, heard: Heard) -> None:
    def hear(ack: Ack, body: Payload) -> None:
        ack()
        heard.put(body)

    bot.view_closed("form")(hear)
    page = opens(NOTE, notify_on_close=True)

    page.keyboard.press("Escape")

    expect(the_modal(page)).to_be_hidden()
    expect(page.locator(".composer-text")).to_be_focused()
    assert heard.get(timeout=10)["is_cleared"] is False


def test_escape_in_an_open_list_closes_the_list_only(opens: Opens) -> None:
    options = [{"text": plain("One"), "value": "1"}]
    page = opens(asked("Pick", {"type": "static_select", "options": options}))
    page.get_by_role("combobox", name="Pick").press("ArrowDown")
    expect(page.get_by_role("option", name="One")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("option", name="One")).to_be_hidden()
    expect(the_modal(page)).to_be_visible()


def test_what_is_missing_stands_at_its_field_in_the_readers_language_and_is_never_sent(
    opens: Opens, bot: App, heard: Heard
) -> None:
    answered_with(bot, heard)
    page = opens(REASON, NOTE, user=LEA)

    page.get_by_role("button", name="Save").click()

    field = page.get_by_role("textbox", name="Note")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("Bitte fülle dieses Pflichtfeld aus"))
    assert heard.empty()


def test_the_apps_errors_stand_at_their_fields_and_lose_nothing(opens: Opens, bot: App, heard: Heard) -> None:
    answered_with(bot, heard, response_action="errors", errors={"Reason": "Say <b>more</b>, please."})
    page = opens(NOTE, REASON)
    page.get_by_role("textbox", name="Note").fill("Visit")
    page.get_by_role("textbox", name="Reason").fill("x")

    page.keyboard.press("Control+Enter")

    reason = page.get_by_role("textbox", name="Reason")
    expect(reason).to_be_focused()
    expect(reason).to_have_accessible_description(re.compile("Say <b>more</b>, please"))
    expect(reason).to_have_value("x")
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Visit")


def test_control_enter_sends_what_was_typed_until_then(opens: Opens, bot: App, heard: Heard) -> None:
    answered_with(bot, heard)
    page = opens(NOTE)

    page.get_by_role("textbox", name="Note").press_sequentially("Visit at the plant")
    page.keyboard.press("Control+Enter")

    expect(the_modal(page)).to_be_hidden()
    assert heard.get(timeout=10)["view"]["state"]["values"]["Note"]["v"]["value"] == "Visit at the plant"


def test_a_submit_button_that_the_app_holds_back_waits_for_an_entry(opens: Opens) -> None:
    page = opens(NOTE, submit_disabled=True)
    expect(page.get_by_role("button", name="Save")).to_be_disabled()

    page.get_by_role("textbox", name="Note").fill("Visit")

    expect(page.get_by_role("button", name="Save")).to_be_enabled()


def test_a_form_that_is_sent_twice_at_once_goes_once(opens: Opens, bot: App, heard: Heard) -> None:
    may_answer = threading.Event()

    def answer(ack: Ack, body: Payload) -> None:
        heard.put(body)
        may_answer.wait(2.5)
        ack()

    bot.view("form")(answer)
    page = opens(NOTE)
    page.get_by_role("textbox", name="Note").fill("Visit")

    page.get_by_role("button", name="Save").dblclick()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("scharnier is answering …")).to_be_attached()
    may_answer.set()

    expect(the_modal(page)).to_be_hidden()
    heard.get(timeout=10)
    assert heard.empty()


def test_an_app_that_does_not_answer_is_said_and_nothing_is_lost(
    opens: Opens, bot: App, heard: Heard, slack: Playground
) -> None:
    page = opens(NOTE)
    page.get_by_role("textbox", name="Note").fill("Visit")
    slack.rules(ack_seconds=0)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("We had some trouble connecting. Try again?")
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Visit")
    slack.rules(ack_seconds=3)
    answered_with(bot, heard)

    page.get_by_role("button", name="Save").click()

    expect(the_modal(page)).to_be_hidden()
    assert heard.get(timeout=10)["view"]["state"]["values"]["Note"]["v"]["value"] == "Visit"


def test_an_update_while_somebody_types_keeps_text_focus_and_caret(
    opens: Opens, web: WebClient, slack: Playground
) -> None:
    page = opens(section("Before"), NOTE)
    note = page.get_by_role("textbox", name="Note")
    note.press_sequentially("Visit plant")
    for _ in range(5):
        note.press("ArrowLeft")
    view = slack.get("person", user=TOM)["modals"][0]

    changed = {**NOTE, "hint": plain("A line will do")}
    web.views_update(view_id=view["id"], view=modal(section("After"), changed, button_row("More")))
    expect(page.get_by_text("A line will do")).to_be_visible()
    page.keyboard.type("the ")

    expect(note).to_be_focused()
    expect(note).to_have_value("Visit the plant")
    expect(page.get_by_text("Before")).to_be_hidden()


def test_a_button_that_is_being_pressed_while_the_app_updates_the_form_still_counts(
    opens: Opens, bot: App, heard: Heard, web: WebClient, slack: Playground
) -> None:
    answered_with(bot, heard)
    page = opens(section("Before"))
    save = page.get_by_role("button", name="Save").bounding_box()
    assert save is not None
    view = slack.get("person", user=TOM)["modals"][0]

    page.mouse.move(save["x"] + save["width"] / 2, save["y"] + save["height"] / 2)
    page.mouse.down()
    web.views_update(view_id=view["id"], view=modal(section("After")))
    expect(page.get_by_text("After")).to_be_visible()
    page.mouse.up()

    assert heard.get(timeout=10)["type"] == "view_submission"


def test_when_the_pressed_button_is_gone_the_focus_is_on_what_came(opens: Opens, bot: App, heard: Heard) -> None:
    def more(ack: Ack, client: WebClient, body: Payload) -> None:
        ack()
        client.views_update(view_id=body["view"]["id"], view=modal(NOTE, REASON))

    bot.action("more")(more)
    page = opens(NOTE, button_row("More"))

    page.get_by_role("button", name="More").press("Enter")

    expect(page.get_by_role("textbox", name="Reason")).to_be_focused()


def test_a_pushed_modal_leads_back_to_the_one_below_as_it_was(opens: Opens, bot: App, heard: Heard) -> None:
    answered_with(bot, heard, response_action="push", view={**modal(section("Check it")), "title": plain("Preview")})
    page = opens(NOTE)
    page.get_by_role("textbox", name="Note").fill("Visit")
    page.get_by_role("button", name="Save").click()
    expect(the_modal(page, "Preview")).to_be_visible()

    page.get_by_role("button", name="Back").click()

    expect(the_modal(page)).to_be_visible()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Visit")
    expect(page.get_by_role("button", name="Save")).to_be_focused()


def test_the_cross_closes_the_whole_stack_after_a_question(opens: Opens, bot: App, heard: Heard) -> None:
    answered_with(bot, heard, response_action="push", view={**modal(section("Check it")), "title": plain("Preview")})
    page = opens(NOTE)
    page.get_by_role("textbox", name="Note").fill("Visit")
    page.get_by_role("button", name="Save").click()

    the_modal(page, "Preview").get_by_role("button", name="Close").click()
    expect(the_modal(page, "Discard changes?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(the_modal(page, "Preview")).to_be_visible()
    the_modal(page, "Preview").get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Discard").click()

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_nothing_is_asked_when_what_was_typed_is_taken_back(opens: Opens) -> None:
    page = opens(asked("Note", {**TEXT, "initial_value": "Visit"}))
    note = page.get_by_role("textbox", name="Note")
    note.fill("Call")
    note.fill("Visit")

    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_words_of_the_app_in_a_modal_stay_words(opens: Opens) -> None:
    page = opens(section("<img src=x onerror=alert(1)>"), title=plain("<b>bold</b>"), submit=plain("<i>go</i>"))

    expect(the_modal(page, "<b>bold</b>")).to_be_visible()
    expect(page.get_by_role("button", name="<i>go</i>")).to_be_visible()
    assert page.locator("dialog img, dialog b, dialog i").count() == 0


def test_a_modal_belongs_to_one_person(opens: Opens, browser: Browser, slack: Playground) -> None:
    opens(NOTE)

    with browser.new_context() as context:
        other = context.new_page()
        other.goto(f"{slack.url}/?as={LEA}&channel={CHANNEL}")
        expect(other.locator(".composer-text")).to_be_visible()
        assert other.get_by_role("dialog").count() == 0


def test_a_modal_fills_a_phone_and_its_buttons_stay_in_sight(opens: Opens, page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 700})
    opens(*(asked(f"Field {n}", TEXT) for n in range(12)))

    box = page.locator(".modal").bounding_box()

    assert box == {"x": 0, "y": 0, "width": 400, "height": 700}
    expect(page.get_by_role("button", name="Save")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="A form")).to_be_in_viewport()


def test_an_app_that_published_no_home_shows_an_empty_one(page: Page, bot: App, slack: Playground) -> None:
    _open_home(page, slack)

    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()


def test_a_home_that_is_published_anew_keeps_focus_and_text(
    page: Page, bot: App, slack: Playground, web: WebClient
) -> None:
    def home(*blocks: Payload) -> Payload:
        return {"type": "home", "blocks": list(blocks)}

    web.views_publish(user_id=TOM, view=home(section("One thing waits"), NOTE))
    _open_home(page, slack)
    page.get_by_role("textbox", name="Note").press_sequentially("Vis")

    web.views_publish(user_id=TOM, view=home(section("Nothing waits"), {**NOTE, "hint": plain("Short")}))
    expect(page.get_by_text("Nothing waits")).to_be_visible()
    page.keyboard.type("it")

    expect(page.get_by_role("textbox", name="Note")).to_have_value("Visit")


def button_row(label: str) -> Payload:
    return {"type": "actions", "block_id": "acts", "elements": [button(label, label.lower())]}


def _open_home(page: Page, slack: Playground) -> None:
    page.goto(f"{slack.url}/?as={TOM}&channel={CHANNEL}")
    page.get_by_role("link", name="scharnier, App").click()
    page.get_by_role("tab", name="Home").click()
