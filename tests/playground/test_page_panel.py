"""The traffic tab, and the panel of rules, faults and the world, on the browser page."""

import dataclasses
import json
import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.faults import MODES
from playground.front import PAGE
from playground.robot import Playground
from playground.rules import Rules
from playground.web_api import METHODS
from tests.playground.page_blocks import section

CHANNEL = "C0HELV"
TOM = "U0TOM"


@pytest.fixture
def traffic(page: Page, slack: Playground) -> Page:
    page.goto(f"{slack.url}/?as={TOM}&channel={CHANNEL}#traffic")
    expect(page.get_by_role("heading", name="Traffic")).to_be_visible()
    return page


@pytest.fixture
def panel(page: Page, slack: Playground) -> Locator:
    page.goto(f"{slack.url}/?as={TOM}&channel={CHANNEL}")
    page.locator(".icon-gear").click()
    found = page.get_by_role("dialog", name="Rules, faults, world")
    expect(found).to_be_visible()
    return found


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Traffic").get_by_role("listitem").filter(has=page.locator(".traffic-row"))


def test_a_call_appears_in_the_traffic_by_itself_with_direction_status_and_time(traffic: Page, web: WebClient) -> None:
    web.chat_postMessage(channel=CHANNEL, text="hello")

    row = rows(traffic).filter(has_text="chat.postMessage")
    expect(row.get_by_role("button")).to_have_accessible_name(
        re.compile(r"\d\d:\d\d:\d\d.* To Slack chat\.postMessage api 200 [\d.]+ ms")
    )


def test_a_refused_message_says_why_and_where(traffic: Page, web: WebClient) -> None:
    with pytest.raises(SlackApiError):
        web.chat_postMessage(channel=CHANNEL, text="x", blocks=[section("a" * 3001)])

    row = rows(traffic).filter(has_text="invalid_blocks")
    expect(row).to_contain_text("Slack does not take these blocks:")
    expect(row).to_contain_text("[json-pointer:/blocks/0/text/text]")


def test_the_traffic_can_be_searched_and_reduced_to_problems_and_one_direction(
    traffic: Page, web: WebClient, bot: App, slack: Playground
) -> None:
    bot.command("/kam")(lambda ack: ack())
    slack.post("command", user=TOM, channel=CHANNEL, text="/kam")
    web.chat_postMessage(channel=CHANNEL, text="x")
    with pytest.raises(SlackApiError):
        web.chat_postMessage(channel="C0NOWHERE", text="x")
    expect(rows(traffic).filter(has_text="channel_not_found")).to_have_count(1)

    traffic.get_by_role("checkbox", name="Only problems").check()
    expect(rows(traffic)).to_have_count(1)
    traffic.get_by_role("checkbox", name="Only problems").uncheck()
    traffic.get_by_role("combobox", name="Direction").select_option("To the app")
    expect(rows(traffic).filter(has_text="/kam")).to_have_count(1)
    expect(rows(traffic).filter(has_text="chat.postMessage")).to_have_count(0)
    traffic.get_by_role("searchbox", name="Find").fill("no such thing")
    expect(traffic.get_by_text("Nothing matches.")).to_be_visible()


def test_the_traffic_begins_anew_with_the_log_though_it_has_as_many_entries_again(
    traffic: Page, web: WebClient, slack: Playground
) -> None:
    web.auth_test()
    expect(rows(traffic).filter(has_text="auth.test")).to_have_count(1)

    slack.reset()
    web.users_list()

    expect(rows(traffic).filter(has_text="users.list")).to_have_count(1)
    expect(rows(traffic)).to_have_count(1)


def test_payloads_open_as_text_and_can_be_copied(traffic: Page, web: WebClient) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    web.chat_postMessage(channel=CHANNEL, text=hostile)
    row = rows(traffic).filter(has_text="chat.postMessage")

    row.get_by_role("button").press("Enter")
    expect(row.get_by_role("button", expanded=True)).to_be_focused()
    request = traffic.get_by_role("region", name="Request")
    expect(request).to_contain_text(json.dumps(hostile))
    request.get_by_role("button", name="Copy").click()
    expect(request.get_by_role("button", name="Copied")).to_be_visible()

    assert json.loads(traffic.evaluate("navigator.clipboard.readText()"))["text"] == hostile
    assert traffic.locator(".traffic img").count() == 0


def test_the_arrow_keys_go_from_row_to_row(traffic: Page, web: WebClient) -> None:
    web.auth_test()
    web.users_list()
    newest = rows(traffic).get_by_role("button", name=re.compile("users.list"))
    newest.focus()

    traffic.keyboard.press("ArrowDown")

    expect(rows(traffic).get_by_role("button", name=re.compile("auth.test"))).to_be_focused()


def test_a_long_log_shows_its_newest_end_and_more_on_demand(page: Page, slack: Playground) -> None:
    with httpx.Client(base_url=slack.api, headers={"Authorization": "Bearer xoxb-playground"}) as bot:
        for _ in range(300):
            bot.post("auth.test")
        bot.post("users.list")
    page.goto(f"{slack.url}/?as={TOM}&channel={CHANNEL}#traffic")
    expect(rows(page)).to_have_count(100)

    page.get_by_role("button", name="Older").click()

    expect(rows(page)).to_have_count(200)
    expect(rows(page).first).to_contain_text("users.list")


def test_a_rule_is_switched_off_and_on(panel: Locator, web: WebClient, slack: Playground) -> None:
    slack.rules(post_pace=False)
    limits = panel.get_by_role("switch", name="Limits of messages and views")
    expect(limits).to_be_checked()

    limits.press("Space")
    expect(limits).not_to_be_checked()
    web.chat_postMessage(channel=CHANNEL, text="x", blocks=[section("a" * 3001)])
    limits.press("Space")
    expect(limits).to_be_checked()

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        web.chat_postMessage(channel=CHANNEL, text="x", blocks=[section("a" * 3001)])


def test_a_number_sets_a_rules_bound_and_an_empty_one_lifts_it(panel: Locator, slack: Playground) -> None:
    seconds = panel.get_by_role("spinbutton", name="Seconds to answer")

    seconds.fill("1.5")
    seconds.press("Tab")
    _until(slack, "ack_seconds", 1.5)
    seconds.fill("")
    seconds.press("Tab")
    _until(slack, "ack_seconds", None)


def test_every_rule_fault_and_method_of_the_playground_is_in_the_panel() -> None:
    rules = (PAGE / "js/rule_words.js").read_text()
    faults = (PAGE / "js/faults.js").read_text()

    assert [rule.name for rule in dataclasses.fields(Rules) if f"\n  {rule.name}: {{" not in rules] == []
    assert [mode for mode in MODES if f'"fault-mode-{mode}-about"' not in faults] == []
    assert [method for method in METHODS if f'"{method}"' not in faults] == []


def test_a_fault_is_ordered_seen_to_strike_and_withdrawn(panel: Locator, web: WebClient) -> None:
    panel.get_by_role("tab", name="Faults").click()
    panel.get_by_role("textbox", name="Error code").fill("fatal_error")
    panel.get_by_role("spinbutton", name="How often").fill("")
    panel.get_by_role("button", name="Order the fault").click()
    order = panel.get_by_role("listitem")
    expect(order).to_contain_text("fatal_error · not struck yet · until withdrawn")

    with pytest.raises(SlackApiError, match="fatal_error"):
        web.chat_postMessage(channel=CHANNEL, text="x")
    expect(order).to_contain_text("struck once")
    order.get_by_role("button", name="Withdraw").click()

    expect(panel.get_by_text("No fault is ordered.")).to_be_visible()
    assert web.chat_postMessage(channel=CHANNEL, text="x")["ok"]


def test_a_person_is_deactivated_and_comes_back(panel: Locator, slack: Playground) -> None:
    panel.get_by_role("tab", name="World").click()
    person = panel.get_by_role("combobox", name="Person")
    person.fill("lea")
    panel.get_by_role("option", name="Lea Brunner").click()

    panel.get_by_role("button", name="Deactivate").click()
    back = panel.get_by_role("button", name="Activate", exact=True)
    expect(back).to_be_focused()
    gone = [each["id"] for each in slack.get("directory")["people"] if each["deleted"]]
    back.click()

    expect(panel.get_by_role("button", name="Deactivate")).to_be_visible()
    assert "U0LEA" in gone


def test_what_the_playground_refuses_is_said_in_the_panel(panel: Locator) -> None:
    panel.get_by_role("tab", name="World").click()

    panel.get_by_role("button", name="Send the last request again").click()

    expect(panel.get_by_role("status").filter(has_text="no request")).to_be_visible()


def test_starting_over_is_asked_first(panel: Locator, page: Page, web: WebClient) -> None:
    web.chat_postMessage(channel=CHANNEL, text="still here")
    panel.get_by_role("tab", name="World").click()
    panel.get_by_role("button", name="Put Slack back to the start").click()
    question = page.get_by_role("dialog", name="Start over")

    question.get_by_role("button", name="Cancel").click()

    expect(question).to_be_hidden()
    assert web.conversations_history(channel=CHANNEL)["messages"][0]["text"] == "still here"


def test_escape_closes_the_panel_and_the_focus_is_on_its_button(panel: Locator, page: Page) -> None:
    page.keyboard.press("Escape")

    expect(panel).to_be_hidden()
    assert page.evaluate("!!document.activeElement.querySelector('.icon-gear')")


def _until(slack: Playground, rule: str, value: float | None) -> None:
    for _ in range(100):
        if slack.get("rules")["rules"][rule] == value:
            return
        slack.quiet(20)
    raise AssertionError(f"{rule} did not become {value}")
