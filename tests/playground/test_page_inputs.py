"""The blocks of the browser page in use: what the app hears when people press, choose and type."""

import queue
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_bolt import Ack, App
from slack_sdk import WebClient

from playground.robot import Playground
from tests.playground.page_blocks import (
    CHANNEL,
    LEA,
    TOM,
    Payload,
    actions,
    address,
    asked,
    bullets,
    button,
    modal,
    mrkdwn,
    option,
    plain,
    rich,
    run,
    section,
    words,
)

CONFIRM = {
    "title": plain("Decline?"),
    "text": mrkdwn("Lea *hears* of it."),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}

Shows = Callable[..., Locator]
Fills = Callable[..., Page]
Heard = queue.Queue[Payload]


@pytest.fixture
def heard(bot: App) -> Heard:
    """Give what the app hears of presses, choices and sent forms."""
    payloads: Heard = queue.Queue()

    def hear(ack: Ack, body: Payload) -> None:
        ack()
        payloads.put(body)

    bot.action(re.compile(".*"))(hear)
    bot.view(re.compile(".*"))(hear)
    return payloads


@pytest.fixture
def form(bot: App, page: Page, slack: Playground) -> Fills:
    """Open a modal with these blocks and return the page."""

    def show(*blocks: Payload, user: str = TOM) -> Page:
        def answer(ack: Ack, client: WebClient, body: Payload) -> None:
            ack()
            client.views_open(trigger_id=body["trigger_id"], view=modal(*blocks))

        bot.command("/kam")(answer)
        page.goto(address(slack, user))
        # a window that is opened closes the forms of the one before
        expect(page.locator(".composer-text")).to_be_visible()
        slack.post("command", user=user, channel=CHANNEL, text="/kam")
        expect(page.get_by_role("dialog")).to_be_visible()
        return page

    return show


def sent(heard: Heard) -> Payload:
    return heard.get(timeout=10)


def action(heard: Heard) -> Payload:
    found: Payload = sent(heard)["actions"][0]
    return found


def test_a_pressed_button_reaches_the_app_once_even_when_pressed_twice(
    shows: Shows, heard: Heard, slack: Playground
) -> None:
    message = shows(actions(button("Accept", "accept", value="17", style="primary")))
    slack.quiet()
    before = slack.mark()

    message.get_by_role("button", name="Accept").dblclick()

    assert action(heard)["value"] == "17"
    slack.quiet()
    presses = [entry for entry in slack.traffic(before) if entry["name"] == "block_actions"]
    assert len([entry for entry in presses if entry["phase"] == "request"]) == 1


def test_a_question_is_asked_first_and_a_no_sends_nothing(
    shows: Shows, page: Page, heard: Heard, slack: Playground
) -> None:
    message = shows(actions(button("Decline", "decline", style="danger", confirm=CONFIRM)))
    decline = message.get_by_role("button", name="Decline")

    decline.click()
    question = page.get_by_role("dialog", name="Decline?")
    expect(question).to_contain_text("Lea hears of it.")
    question.get_by_role("button", name="No").click()
    expect(question).to_have_count(0)
    decline.click()
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    slack.quiet()
    assert heard.empty()

    decline.click()
    question.get_by_role("button", name="Yes").click()
    assert action(heard)["action_id"] == "decline"
    expect(decline).to_be_focused()


def test_an_app_that_does_not_answer_is_told_about_and_can_be_asked_again(
    shows: Shows, bot: App, slack: Playground
) -> None:
    presses: queue.Queue[int] = queue.Queue()
    bot.action("go")(lambda: presses.put(1))
    slack.post("rules", ack_seconds=0.2)
    message = shows(actions(button("Go", "go")))
    go = message.get_by_role("button", name="Go")

    go.click()
    expect(message.get_by_role("alert")).to_have_text("The app did not answer. Try again?")
    go.click()

    assert presses.get(timeout=10) + presses.get(timeout=10) == 2


def test_a_button_of_a_message_that_is_gone_says_so(
    goes_deaf: Callable[[], None], shows: Shows, web: WebClient
) -> None:
    message = shows(actions(button("Go", "go")))
    posted = web.conversations_history(channel=CHANNEL)["messages"][0]
    goes_deaf()
    web.chat_delete(channel=CHANNEL, ts=posted["ts"])

    message.get_by_role("button", name="Go").click()

    expect(message.get_by_role("alert")).to_contain_text("no message")


def test_a_menu_sends_what_was_picked_by_keyboard(shows: Shows, page: Page, heard: Heard) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": [option("History", "h"), option("Card", "c", "all")]}
    message = shows(section("R-12", block_id="s", accessory=menu))

    message.get_by_role("button", name="More actions").press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    assert action(heard)["selected_option"]["value"] == "c"


def test_an_open_menu_stays_when_the_messages_scroll_by_themselves(
    shows: Shows, slack: Playground, page: Page, heard: Heard
) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": [option("History", "h"), option("Card", "c", "all")]}
    message = shows(*(section(f"Line {number}") for number in range(30)), section("R-12", accessory=menu))
    feed = page.locator(".scroller").filter(has=message)
    message.get_by_role("button", name="More actions").click()
    entry = page.get_by_role("menuitem", name="Card")
    expect(entry).to_be_visible()
    scrolled = feed.evaluate("feed => feed.scrollTop")

    slack.post("message", user=TOM, channel=CHANNEL, text="One\nmore\nline")
    page.wait_for_function("([feed, was]) => feed.scrollTop > was", arg=[feed.element_handle(), scrolled])
    expect(page.get_by_role("article").last).to_contain_text("more")
    entry.click()

    assert action(heard)["selected_option"]["value"] == "c"


def test_a_button_with_an_address_opens_it_and_tells_the_app(shows: Shows, heard: Heard) -> None:
    message = shows(actions(button("Open", "open", url="https://pictures.example/x")))
    link = message.get_by_role("link", name="Open")

    expect(link).to_have_attribute("rel", "noopener noreferrer")
    link.click()

    assert action(heard)["action_id"] == "open"


def test_a_choice_in_a_message_is_sent_at_once(shows: Shows, page: Page, heard: Heard) -> None:
    ticks = {"type": "checkboxes", "action_id": "t", "options": [option("One", "1"), option("Two", "2", "the second")]}
    select = {"type": "static_select", "action_id": "s", "options": [option("Red", "r"), option("Blue", "b")]}
    message = shows(
        section("Tick", block_id="ticks", accessory=ticks),
        section("Colour", block_id="colour", accessory=select),
        section("Day", block_id="day", accessory={"type": "datepicker", "action_id": "d"}),
    )

    message.get_by_role("checkbox", name="Two").check()
    assert [item["value"] for item in action(heard)["selected_options"]] == ["2"]
    expect(message.get_by_role("checkbox", name="Two")).to_have_accessible_description("the second")
    message.get_by_role("combobox", name="Colour").fill("bl")
    page.get_by_role("option", name="Blue").click()
    assert action(heard)["selected_option"]["value"] == "b"
    message.get_by_label("Day").fill("2026-12-01")
    assert action(heard)["selected_date"] == "2026-12-01"


def test_a_choice_that_was_taken_back_at_its_question_stands_as_before(
    shows: Shows, page: Page, heard: Heard, slack: Playground
) -> None:
    options = [option("Red", "r"), option("Blue", "b")]
    select = {"type": "static_select", "action_id": "s", "options": options, "initial_option": options[0]}
    message = shows(section("Colour", block_id="colour", accessory={**select, "confirm": CONFIRM}))

    message.get_by_role("combobox", name="Colour").click()
    page.get_by_role("option", name="Blue").click()
    page.get_by_role("dialog", name="Decline?").get_by_role("button", name="No").click()

    expect(message.get_by_role("combobox", name="Colour")).to_have_value("Red")
    slack.quiet()
    assert heard.empty()


def test_a_form_sends_what_was_entered_in_every_kind_of_input(form: Fills, heard: Heard) -> None:
    colours = [option("Red", "r"), option("Blue", "b")]
    page = form(
        asked("Text", {"type": "plain_text_input"}),
        asked("Lines", {"type": "plain_text_input", "multiline": True}),
        asked("Number", {"type": "number_input", "is_decimal_allowed": True}),
        asked("Mail", {"type": "email_text_input"}),
        asked("Address", {"type": "url_text_input"}),
        asked("Day", {"type": "datepicker"}),
        asked("Time", {"type": "timepicker"}),
        asked("Moment", {"type": "datetimepicker"}),
        asked("Rich", {"type": "rich_text_input"}),
        asked("One", {"type": "static_select", "options": colours}),
        asked("Several", {"type": "multi_static_select", "option_groups": [{"label": plain("G"), "options": colours}]}),
        asked("Person", {"type": "users_select"}),
        asked("People", {"type": "multi_users_select"}),
        asked("Channel", {"type": "channels_select"}),
        asked("Place", {"type": "conversations_select"}),
        asked("Radio", {"type": "radio_buttons", "options": colours}),
        asked("Ticks", {"type": "checkboxes", "options": colours}),
        user=LEA,
    )
    for label, text in {
        "Text": "typed",
        "Lines": "one\ntwo",
        "Number": "1,5",
        "Mail": "a@b.example",
        "Address": "https://one.example",
        "Day": "2026-12-01",
        "Time": "09:30",
        "Moment": "2026-12-01T09:30",
        "Rich": "*bold* and\n- one",
    }.items():
        page.get_by_label(label, exact=True).fill(text)
    for label, picks in {
        "One": ["Blue"],
        "Several": ["Red", "Blue"],
        "Person": ["Tom Ward"],
        "People": ["Tom Ward", "Lea Brunner"],
        "Channel": ["# open"],
        "Place": ["# acct-helvetia"],
    }.items():
        for pick in picks:
            page.get_by_role("combobox", name=label, exact=True).fill(pick.removeprefix("# "))
            page.get_by_role("option", name=pick).click()
    page.get_by_role("radio", name="Blue").check()
    page.get_by_role("checkbox", name="Red").check()

    page.get_by_role("button", name="Save").click()

    values = {label: state["v"] for label, state in sent(heard)["view"]["state"]["values"].items()}
    assert [values[label]["value"] for label in ("Text", "Lines", "Number", "Mail", "Address")] == [
        "typed",
        "one\ntwo",
        "1.5",
        "a@b.example",
        "https://one.example",
    ]
    assert (values["Day"]["selected_date"], values["Time"]["selected_time"]) == ("2026-12-01", "09:30")
    # 9:30 in Zurich in winter
    assert values["Moment"]["selected_date_time"] == 1796113800
    assert values["Rich"]["rich_text_value"] == rich(
        run(words("bold", bold=True), words(" and")), bullets("bullet", 0, "one")
    )
    assert values["One"]["selected_option"]["value"] == values["Radio"]["selected_option"]["value"] == "b"
    assert [item["value"] for item in values["Several"]["selected_options"]] == ["r", "b"]
    assert values["Person"]["selected_user"] == TOM
    assert values["People"]["selected_users"] == [TOM, LEA]
    assert values["Channel"]["selected_channel"] == "C0OPEN"
    assert values["Place"]["selected_conversation"] == CHANNEL
    assert [item["value"] for item in values["Ticks"]["selected_options"]] == ["r"]


def test_a_form_shows_its_first_values(form: Fills) -> None:
    colours = [option("Red", "r"), option("Blue", "b")]
    page = form(
        asked("Text", {"type": "plain_text_input", "initial_value": "first"}),
        asked("Day", {"type": "datepicker", "initial_date": "2026-12-01"}),
        asked("Moment", {"type": "datetimepicker", "initial_date_time": 1796113800}),
        asked("Rich", {"type": "rich_text_input", "initial_value": rich(run(words("bold", bold=True)))}),
        asked("One", {"type": "static_select", "options": colours, "initial_option": colours[1]}),
        asked("Found", {"type": "external_select", "initial_option": colours[0]}),
        asked("People", {"type": "multi_users_select", "initial_users": [TOM, LEA]}),
        asked("Ticks", {"type": "checkboxes", "options": colours, "initial_options": [colours[1]]}),
    )

    for label, value in {
        "Text": "first",
        "Day": "2026-12-01",
        "Moment": "2026-12-01T08:30",
        "Rich": "*bold*",
        "One": "Blue",
        "Found": "Red",
    }.items():
        expect(page.get_by_label(label, exact=True)).to_have_value(value)
    expect(page.get_by_role("button", name="Remove Tom Ward")).to_be_visible()
    expect(page.get_by_role("button", name="Remove Lea Brunner")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Blue")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Red")).not_to_be_checked()


def test_the_field_that_the_app_names_has_the_focus(form: Fills) -> None:
    page = form(
        asked("First", {"type": "plain_text_input"}),
        asked("Second", {"type": "plain_text_input", "focus_on_load": True}),
    )

    expect(page.get_by_label("Second")).to_be_focused()


def test_what_is_missing_stands_under_its_field_and_is_told_to_screen_readers(form: Fills, heard: Heard) -> None:
    page = form(
        asked("Needed", {"type": "plain_text_input"}, hint=plain("Say why")),
        asked("Free", {"type": "plain_text_input"}, optional=True),
    )

    page.get_by_role("button", name="Save").click()

    needed = page.get_by_label("Needed")
    expect(needed).to_have_attribute("aria-invalid", "true")
    expect(needed).to_have_accessible_description("Please complete this required field. Say why")
    expect(page.get_by_label("Free")).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("(optional)")).to_have_count(1)
    assert heard.empty()


def test_what_was_wrong_with_a_field_is_no_longer_said_once_it_is_entered_anew_and_said_again_when_sent_so(
    form: Fills, heard: Heard
) -> None:
    page = form(asked("Needed", {"type": "plain_text_input"}), asked("Other", {"type": "plain_text_input"}))
    needed, other = page.get_by_label("Needed"), page.get_by_label("Other")
    wrong = re.compile("Please complete")
    page.get_by_role("button", name="Save").click()
    expect(needed).to_have_accessible_description(wrong)

    needed.press_sequentially("typed")

    expect(needed).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text(wrong)).to_have_count(1)
    expect(other).to_have_accessible_description(wrong)
    expect(needed).to_have_value("typed")
    expect(needed).to_be_focused()

    needed.fill("")
    page.get_by_role("button", name="Save").click()
    expect(needed).to_have_accessible_description(wrong)
    expect(page.get_by_text(wrong)).to_have_count(2)
    assert heard.empty()


def test_too_long_a_text_is_counted(form: Fills) -> None:
    page = form(asked("Short", {"type": "plain_text_input", "max_length": 10}))
    field = page.get_by_label("Short", exact=True)

    field.fill("12345678")
    expect(page.get_by_text("2 characters left")).to_be_visible()
    field.fill("12345678901")
    expect(page.get_by_text("One character too many")).to_be_visible()


def test_an_input_that_sends_itself_does_so_on_enter(form: Fills, heard: Heard) -> None:
    page = form(asked("Search", {"type": "plain_text_input"}, dispatch_action=True))
    field = page.get_by_label("Search")

    expect(field).to_have_accessible_description("Press Enter to send")
    field.fill("pumps")
    field.press("Enter")

    assert action(heard)["value"] == "pumps"


def test_an_input_that_sends_every_character_sends_the_last_state(form: Fills, heard: Heard) -> None:
    config = {"trigger_actions_on": ["on_character_entered"]}
    page = form(asked("Search", {"type": "plain_text_input", "dispatch_action_config": config}, dispatch_action=True))

    page.get_by_label("Search").press_sequentially("pumps")

    while action(heard)["value"] != "pumps":
        continue


def test_typing_is_not_lost_when_one_sends_at_once(form: Fills, heard: Heard) -> None:
    page = form(asked("Text", {"type": "plain_text_input"}))

    page.get_by_label("Text").press_sequentially("all of it")
    page.get_by_role("button", name="Save").click()

    assert sent(heard)["view"]["state"]["values"]["Text"]["v"]["value"] == "all of it"


def test_a_search_asks_the_app_once_enough_is_typed(form: Fills, bot: App, heard: Heard) -> None:
    def found(ack: Ack, body: dict[str, Any]) -> None:
        ack(options=[option(f"{body['value']} {n}", f"v{n}", "Zürich") for n in range(2)])

    bot.options("v")(found)
    page = form(asked("Account", {"type": "external_select", "min_query_length": 2}))
    field = page.get_by_role("combobox", name="Account")

    field.fill("h")
    expect(page.get_by_text("Type one more character")).to_be_visible()
    field.fill("he")
    expect(page.get_by_role("option")).to_have_text(["he 0Zürich", "he 1Zürich"])
    field.press("ArrowDown")
    field.press("Enter")
    page.get_by_role("button", name="Save").click()

    assert sent(heard)["view"]["state"]["values"]["Account"]["v"]["selected_option"]["value"] == "v1"


def test_enter_before_the_answer_picks_from_that_answer_and_not_from_the_list_of_before(
    form: Fills, bot: App, heard: Heard
) -> None:
    may_answer = threading.Event()

    def found(ack: Ack, body: dict[str, Any]) -> None:
        if body["value"]:
            may_answer.wait(2.5)
        ack(options=[option(f"found by '{body['value']}'", f"v{body['value']}")])

    bot.options("v")(found)
    page = form(asked("Account", {"type": "external_select", "min_query_length": 0}))
    field = page.get_by_role("combobox", name="Account")
    field.click()
    expect(page.get_by_role("option", name="found by ''")).to_be_visible()

    field.press_sequentially("he")
    field.press("Enter")
    may_answer.set()

    expect(field).to_have_value("found by 'he'")
    expect(page.get_by_role("option")).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    assert sent(heard)["view"]["state"]["values"]["Account"]["v"]["selected_option"]["value"] == "vhe"


def test_a_search_says_when_nothing_was_found_or_offered(form: Fills, bot: App, slack: Playground) -> None:
    offers: list[list[Payload]] = [[]]
    bot.options("v")(lambda ack: ack(options=offers[0]) if offers else None)
    slack.post("rules", ack_seconds=0.3)
    page = form(asked("Account", {"type": "external_select", "min_query_length": 0}))
    field = page.get_by_role("combobox", name="Account")

    field.fill("x")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    offers.clear()
    field.fill("xy")
    expect(page.get_by_text("The app did not offer anything.")).to_be_visible()


def test_more_than_the_app_allows_cannot_be_chosen(form: Fills, heard: Heard) -> None:
    colours = [option("Red", "r"), option("Blue", "b")]
    page = form(asked("Several", {"type": "multi_static_select", "options": colours, "max_selected_items": 1}))
    field = page.get_by_role("combobox", name="Several")

    for pick in ("Red", "Blue"):
        field.fill(pick)
        page.get_by_role("option", name=pick).click()
    page.get_by_role("button", name="Save").click()

    chosen = sent(heard)["view"]["state"]["values"]["Several"]["v"]["selected_options"]
    assert [item["value"] for item in chosen] == ["r"]


def test_a_file_cannot_be_given_and_the_page_says_so(form: Fills) -> None:
    page = form(asked("Plan", {"type": "file_input"}, optional=True))

    expect(page.get_by_label("Plan")).to_be_disabled()
    expect(page.get_by_text("Files cannot be uploaded in this local Slack")).to_be_visible()
