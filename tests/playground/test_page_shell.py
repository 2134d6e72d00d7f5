"""The frame of the browser page: who one is, where Tab leads, notices over forms, times, and what can be read."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from slack_bolt import Ack, App
from slack_sdk import WebClient

from playground.robot import Playground
from tests.playground.page_blocks import CHANNEL, LEA, TOM, actions, address, asked, button, modal, section

# Ratios as WCAG 2.1, 1.4.3 computes them; avatars and disabled controls included, they are read as well.
TOO_FAINT = """() => {
    const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        pixel.clearRect(0, 0, 1, 1);
        pixel.fillStyle = colour;
        pixel.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (front, back) => [0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3]));
    const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    const light = (colour) => 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
    const backOf = (node) => {
        const back = node.parentElement ? backOf(node.parentElement) : [255, 255, 255];
        return over(rgba(getComputedStyle(node).backgroundColor), back);
    };
    const ratio = (node, style) => {
        const front = rgba(style.color);
        for (let each = node; each; each = each.parentElement) front[3] *= getComputedStyle(each).opacity;
        if (style.opacity !== getComputedStyle(node).opacity) front[3] *= style.opacity;
        const back = backOf(node);
        const [low, high] = [light(over(front, back)), light(back)].sort((one, other) => one - other);
        return (high + 0.05) / (low + 0.05);
    };
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const node = texts.currentNode.parentElement;
        if (!texts.currentNode.textContent.trim() || node.closest(".visually-hidden, :disabled")) continue;
        if (!node.checkVisibility({ visibilityProperty: true })) continue;
        const got = ratio(node, getComputedStyle(node));
        if (got < 4.5) found.push(`${texts.currentNode.textContent.trim()}: ${got.toFixed(2)}`);
    }
    for (const box of document.querySelectorAll(":placeholder-shown")) {
        const got = ratio(box, getComputedStyle(box, "::placeholder"));
        if (box.checkVisibility() && got < 4.5) found.push(`${box.placeholder}: ${got.toFixed(2)}`);
    }
    return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(scheme: Any, page: Page, slack: Playground, web: WebClient) -> None:
    page.emulate_media(color_scheme=scheme)
    both = section("<@U0LEA> and <@U0TOM>, see <#C0OPEN>, `code`, <https://one.example|link>")
    web.chat_postMessage(channel=CHANNEL, text="x", blocks=[both, actions(button("Yes", "y", style="primary"))])
    web.chat_postEphemeral(channel=CHANNEL, user=TOM, text="only you")
    slack.post("channel", id="C0DONE", set={"members": [LEA, TOM]})
    for n in range(24):
        slack.post("user", id=f"U0MORE{n}", set={"real_name": f"More People{n}", "name": f"more{n}"})
    page.goto(address(slack, TOM))
    page.locator(".row").last.hover()
    assert page.evaluate(TOO_FAINT) == []

    page.locator(".composer-text").fill("/")
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.evaluate(TOO_FAINT) == []
    page.locator(".composer-text").fill("")

    page.locator(".act-as-button").click()
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.evaluate(TOO_FAINT) == []
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Traffic").click()
    expect(page.locator(".traffic-row").first).to_be_visible()
    assert page.evaluate(TOO_FAINT) == []


def test_a_faint_text_would_be_noticed(page: Page, slack: Playground) -> None:
    page.goto(address(slack, TOM))
    expect(page.locator(".composer-text")).to_be_visible()
    page.evaluate("document.querySelector('.team').style.opacity = 0.3")
    assert [text.split(":")[0] for text in page.evaluate(TOO_FAINT)] == [page.locator(".team").inner_text()]


def test_tab_reaches_one_row_of_the_sidebar_and_the_arrows_the_others(page: Page, slack: Playground) -> None:
    page.goto(address(slack, TOM))
    here = page.get_by_role("link", name="acct-helvetia")
    talk = page.get_by_role("link", name="talk")
    here.focus()

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Act as: Tom Ward")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(here).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(talk).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="scharnier, App")).to_be_focused()
    page.keyboard.press("Home")
    expect(here).to_be_focused()


def test_who_one_is_can_be_read_and_the_list_of_people_says_what_it_is_for(page: Page, slack: Playground) -> None:
    page.goto(address(slack, LEA))
    expect(page.locator(".act-as-button")).to_contain_text("Handeln als")

    page.locator(".act-as-button").click()

    expect(page.get_by_role("dialog").get_by_role("heading", name="Handeln als")).to_be_visible()


def test_the_sidebar_of_a_phone_leaves_once_somebody_was_chosen(page: Page, slack: Playground) -> None:
    page.set_viewport_size({"width": 400, "height": 780})
    page.goto(address(slack, TOM))
    page.get_by_role("button", name="Open sidebar").click()
    page.locator(".act-as-button").click()

    page.get_by_role("option", name="Lea Brunner").click()

    expect(page.locator(".sidebar")).to_be_hidden()
    expect(page.locator(".composer-text")).to_be_visible()


def test_back_and_forward_lead_through_channels_people_and_the_traffic(page: Page, slack: Playground) -> None:
    page.goto(address(slack, TOM))
    heading = page.get_by_role("heading", level=1)
    page.get_by_role("link", name="talk").click()
    expect(heading).to_have_text("talk")
    page.get_by_role("button", name="Traffic").click()
    expect(heading).to_have_text("Traffic")
    page.locator(".act-as-button").click()
    page.get_by_role("option", name="Lea Brunner").click()
    expect(page.get_by_role("button", name="Handeln als: Lea Brunner")).to_be_visible()
    expect(heading).to_have_text("Verkehr")

    page.go_back()
    expect(page.get_by_role("button", name="Act as: Tom Ward")).to_be_visible()
    expect(heading).to_have_text("Traffic")
    page.go_back()
    expect(heading).to_have_text("talk")
    page.go_back()
    expect(heading).to_have_text("acct-helvetia")
    page.go_forward()
    expect(heading).to_have_text("talk")


def test_the_bar_at_the_top_keeps_the_focus_when_people_change(page: Page, slack: Playground) -> None:
    page.goto(address(slack, TOM))
    rules = page.get_by_role("button", name="Rules and faults")
    rules.focus()

    slack.post("channel", id=CHANNEL, set={"name": "renamed"})

    expect(page.get_by_role("heading", name="renamed", exact=True)).to_be_visible()
    expect(rules).to_be_focused()


def test_a_notice_stands_over_a_form_that_was_opened_after_it_and_leaves_its_buttons_free(
    page: Page, slack: Playground, bot: App
) -> None:
    def answer(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal(asked("Note", {"type": "plain_text_input"})))

    bot.command("/kam")(answer)
    page.goto(address(slack, TOM))
    expect(page.locator(".composer-text")).to_be_visible()
    page.evaluate("import('/page/js/toasts.js').then(({ toast }) => toast('A notice'))")
    notice = page.locator(".toast")
    expect(notice).to_be_visible()

    page.evaluate(
        """() => {
        const { dataset } = document.documentElement;
        document.addEventListener("toggle", ({ target }) => (dataset.shown = `${dataset.shown} ${target.className}`), true);
    }"""
    )

    slack.post("command", user=TOM, channel=CHANNEL, text="/kam")

    # of two on the top layer, the one that was shown later is above
    expect(page.locator("html")).to_have_attribute("data-shown", re.compile("modals toasts$"))
    bottom = page.evaluate("document.querySelector('.toast').getBoundingClientRect().bottom")
    assert bottom <= page.evaluate("document.querySelector('.modal-footer').getBoundingClientRect().top")


def test_the_time_in_a_text_is_written_as_the_one_beside_it(page: Page, slack: Playground, web: WebClient) -> None:
    posted = web.chat_postMessage(channel=CHANNEL, text="x")
    stamp = str(posted["ts"]).split(".", maxsplit=1)[0]
    web.chat_update(channel=CHANNEL, ts=str(posted["ts"]), text=f"<!date^{stamp}^{{time}}|f>")
    for user in (TOM, LEA):
        page.goto(address(slack, user))
        row = page.locator(".row").last
        expect(row.locator(".mrkdwn")).to_have_text(row.locator(".byline .time").inner_text())


def test_the_browser_is_told_at_once_of_every_module_that_it_will_need(page: Page, slack: Playground) -> None:
    page.goto(address(slack, TOM))
    expect(page.locator(".composer-text")).to_be_visible()
    needed = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)")

    told = set(re.findall(r"<([^>]+)>; rel=modulepreload", httpx.get(slack.url).headers["link"]))

    assert told == {path for path in needed if path.endswith(".js")}
