"""The blocks of the browser page: what people read."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_sdk import WebClient

from playground.mrkdwn import plain as read_by_the_robot
from playground.robot import Playground
from tests.playground.page_blocks import (
    CHANNEL,
    DATA_TABLE,
    LEA,
    READ,
    TOM,
    Payload,
    actions,
    address,
    bullets,
    button,
    chart,
    mrkdwn,
    plain,
    rich,
    run,
    section,
    words,
)

MRKDWN = [
    "*bold* _italics_ ~strike~ `code *x*` plain",
    "snake_case_name 2*3*4 a*b* *a *b",
    "*bold _both_ bold*",
    "_*both*_ *_both_* ~_*all*_~",
    "*" * 300 + " " + "*~" * 300 + "*",
    "* not* *not * ** __ ~~",
    "*two\nlines*",
    "(*bold*), *bold*! Ä*nicht*Ö",
    "&lt;b&gt; &amp;amp; &amp;lt;",
    "```\nblock *x* <@U0LEA>\n``` after `a` b",
    "before ```x``` after",
    "<@U0LEA> <@U0LEA|lea> <@U0NOBODY|somebody> <@U0NOBODY>",
    "<#C0OPEN> <#C0OPEN|open> <#C0NONE|gone>",
    "<!here> <!channel> <!everyone> <!subteam^S1|@team> <!subteam^S1>",
    "<https://one.example|a *label*> <https://one.example> <mailto:a@b.example|mail>",
    "<javascript:alert(1)|press> <data:text/html,x> <foo>",
    "*<https://one.example|bold link>* ~<@U0LEA>~",
    "• typed\n• list\n1. one",
    "<!date^1795262400^{date_num}|f> <!date^x^{date_num}|fallback> <!date^1795262400^{nope}|fallback>",
    "unclosed <https://one.example and `code and ```block",
    "\U0001f600 e\u0301 \u202e \u0000 5 < 6 > 4",
]

NEAR_DAYS = {
    "2026-11-21T23:59:00": "Today, today, 11 hours ago",
    "2026-11-22T00:01:00": "Yesterday, yesterday, 12 hours ago",
    "2026-11-20T01:00:00": "Tomorrow, tomorrow, in 1 day",
    "2026-11-24T12:00:00": "Nov 21, November 21st, 3 days ago",
    "2027-11-21T12:00:00": "Nov 21, 2026, November 21st, 2026, 365 days ago",
}
"""What is read, by the reader's time, of noon on 21 November 2026."""

Shows = Callable[..., Locator]


def test_every_block_says_what_it_says_in_slack(page: Page, slack: Playground, web: WebClient) -> None:
    slack.rules(post_pace=False, scopes=False)
    # A message takes two charts at most.
    charts = [kind for kind in READ if READ[kind][0]["type"] == "data_visualization"]
    for kinds in ([kind for kind in READ if kind not in charts], charts[:2], charts[2:]):
        blocks = [{**READ[kind][0], "block_id": kind} for kind in kinds]
        web.chat_postMessage(channel=CHANNEL, text="a message", blocks=blocks)
    page.goto(address(slack))

    missing = []
    for kind, (_, wanted) in READ.items():
        block = page.locator(f"[data-block-id={kind}]")
        seen = " ".join(f"{block.aria_snapshot()} {block.inner_text()}".split())
        missing += [(kind, part) for part in wanted if part not in seen]
    assert missing == []


def test_a_block_of_a_kind_that_the_page_does_not_know_is_shown_as_unknown(page: Page, slack: Playground) -> None:
    page.goto(address(slack))

    shown = _rendered(page, [{"type": "hologram", "block_id": "h"}])

    assert shown == "This block is unknown: hologram"


def test_the_page_reads_mrkdwn_as_the_robot_does(page: Page, slack: Playground) -> None:
    page.goto(address(slack))

    shown = [_rendered(page, [section(text)], reads="innerText") for text in MRKDWN]

    # A block of code stands on lines of its own, whatever stands beside it.
    names = slack.names("Europe/London")
    robot = [read_by_the_robot(text, names).replace("\x00", "\ufffd") for text in MRKDWN]
    assert [text.split() for text in shown] == [text.split() for text in robot]


def test_quotes_are_quotes_and_three_marks_quote_the_rest(page: Page, slack: Playground) -> None:
    page.goto(address(slack))

    text = "before\n&gt; one\n> *two*\nafter\n&gt;&gt;&gt; three\nfour"
    quotes = _rendered(page, [section(text)], reads="quotes")

    assert quotes == ["one\ntwo", "three\nfour"]


def test_hostile_text_stays_text(shows: Shows, page: Page) -> None:
    script = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    escaped = script.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    message = shows(
        section(f"{escaped} <javascript:document.title='taken'|press me>", fields=[plain(script)]),
        {"type": "header", "text": plain(script)},
        rich(run(words(script), {"type": "link", "url": "javascript:document.title='taken'", "text": "and me"})),
        {"type": "markdown", "text": f"{script} [click](javascript:document.title='taken')"},
        actions(button(script[:75], "a", url="javascript:document.title='taken'")),
        chart("bar") | {"title": script[:50]},
    )

    expect(message.get_by_text("press me")).to_be_visible()
    assert message.inner_text().count("<script>") >= 6
    assert message.locator("script, img, a[href^=javascript]").count() == 0
    message.get_by_text("press me").click()
    message.get_by_text("click", exact=True).click()
    assert page.title() != "taken"


def test_links_open_elsewhere_and_tell_nothing_about_this_page(shows: Shows) -> None:
    message = shows(section("<https://one.example|one> https://bare.example/a. <slack://user?team=T1&amp;id=U1|two>"))

    links = message.locator(".block a")
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://one.example",
        "https://bare.example/a",
        "slack://user?team=T1&id=U1",
    ]
    for link in links.all():
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("rel") == "noopener noreferrer"


def test_addresses_in_verbatim_text_stay_text(shows: Shows) -> None:
    message = shows({"type": "section", "text": {**mrkdwn("https://bare.example"), "verbatim": True}})

    expect(message.get_by_text("https://bare.example")).to_be_visible()
    assert message.locator(".block a").count() == 0


@pytest.mark.parametrize(
    ("user", "read"),
    [
        (TOM, "Saturday, November 21st at 12:00 PM"),
        (LEA, "Samstag, 21. November at 13:00"),
    ],
)
def test_times_are_in_the_readers_zone_and_language(shows: Shows, page: Page, user: str, read: str) -> None:
    page.clock.set_fixed_time("2026-11-24T10:00:00Z")

    message = shows(section("<!date^1795262400^{date_long} at {time}|f>"), user=user)

    expect(message.locator(".block")).to_have_text(read)


def test_near_days_have_names_and_far_ones_a_year(page: Page, slack: Playground) -> None:
    page.goto(address(slack))
    dates = """async (now) => {
        const { formatDate } = await import("/page/js/dates.js");
        const reader = { locale: "en-US", zone: "Europe/London" };
        return formatDate(1795262400, "{date_short_pretty}, {date_pretty}, {ago}", reader, Date.parse(now));
    }"""

    read = {now: page.evaluate(dates, now) for now in (f"{day}Z" for day in NEAR_DAYS)}

    assert list(read.values()) == list(NEAR_DAYS.values())


def test_a_nested_list_stands_in_the_item_above_it_and_numbers_go_on(shows: Shows) -> None:
    message = shows(
        rich(
            bullets("bullet", 0, "one", "two"),
            bullets("ordered", 1, "first"),
            bullets("bullet", 0, "three"),
            {**bullets("ordered", 0, "fourth"), "offset": 3},
        )
    )

    outer = message.locator(".rich-text > ul > li")
    assert outer.count() == 3
    expect(outer.nth(1).locator("ol > li")).to_have_text("first")
    expect(message.locator(".rich-text > ol")).to_have_attribute("start", "4")


def test_a_very_tall_section_is_folded_until_one_asks_for_more(shows: Shows) -> None:
    message = shows(section("\n".join(f"line {n}" for n in range(60))))

    folded = message.locator(".section-text").bounding_box()
    message.get_by_role("button", name="Show more").click()
    unfolded = message.locator(".section-text").bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert folded["height"] < 700 < unfolded["height"]
    message.get_by_role("button", name="Show less").click()
    expect(message.get_by_role("button", name="Show more")).to_be_visible()


def test_a_section_that_is_always_expanded_is_not_folded(shows: Shows) -> None:
    message = shows(section("\n".join(f"line {n}" for n in range(60)), expand=True))

    expect(message.get_by_text("line 59")).to_be_visible()
    expect(message.get_by_role("button", name="Show more")).to_have_count(0)


def test_a_data_table_is_sorted_by_its_heads_and_read_page_by_page(shows: Shows) -> None:
    message = shows(DATA_TABLE)
    by_number = message.get_by_role("button", name="Open", exact=True)
    numbers = message.locator("tbody td")

    by_number.click()
    expect(numbers).to_have_text(["3", "12"])
    expect(message.locator("thead th").nth(1)).to_have_attribute("aria-sort", "ascending")
    by_number.click()
    expect(numbers).to_have_text(["100", "12"])
    message.get_by_role("button", name="Next page").click()
    expect(numbers).to_have_text(["3"])
    expect(message.get_by_text("3–3 of 3")).to_be_visible()
    by_number.click()
    expect(numbers).to_have_text(["12", "3"])


def test_every_control_has_a_name(shows: Shows, slack: Playground) -> None:
    slack.rules(scopes=False)  # a video asks for one that this app has no use for
    message = shows(*(block for kind, (block, _) in READ.items() if kind not in {"table", "bar", "line", "area"}))

    controls = message.locator(".block :is(button, a, input, textarea, [role=combobox], [role=region])")
    assert controls.count() > 10
    for control in controls.all():
        if control.is_visible():
            expect(control).to_have_accessible_name(re.compile(r"\S"))


def _rendered(page: Page, blocks: list[Payload], *, reads: str = "textContent") -> Any:
    """Draw blocks by the page's own module, also such as no message may have, and read them."""
    page.get_by_role("textbox").first.wait_for()
    return page.evaluate(
        """async ([blocks, reads]) => {
            const [{ renderBlocks }, { messageSurface }, { state }] = await Promise.all(
                ["blocks", "surface", "state"].map((name) => import(`/page/js/${name}.js`)));
            const place = document.createElement("div");
            place.append(renderBlocks(blocks, messageSurface(state.user, "C0HELV", { ts: "1.0" })));
            document.body.append(place);
            if (reads === "quotes") return [...place.querySelectorAll("blockquote")].map((quote) => quote.textContent);
            return place[reads];
        }""",
        [blocks, reads],
    )
