"""Blocks and mrkdwn read as a person sees them."""

from typing import Any

import pytest

from playground.limits import check_message
from playground.mrkdwn import Names, plain
from playground.rich_text import rich_text
from playground.text import blocks_text, message_text

NAMES = Names(people={"U1": "Lea Brunner"}, channels={"C1": "open"}, zone="Europe/Zurich")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("*bold* _italic_ ~gone~ `code`", "bold italic gone code"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("_*both*_ *_both_* ~_*all*_~", "both both all"),
        ("*" * 5000, "*" * 5000),
        ("*a* " * 1100, "a " * 1100),
        ("<@U1> in <#C1> and <#C9|else>", "@Lea Brunner in #open and #else"),
        ("<https://e.example|here> <https://e.example/a_b_c>", "here https://e.example/a_b_c"),
        ("&lt;!channel&gt; &amp; <!here>", "<!channel> & @here"),
        ("> quoted\n&gt; too", "│ quoted\n│ too"),
        ("`*not bold* <@U1>`", "*not bold* <@U1>"),
        ("<!date^1767225600^{date_num} {time}|then>", "2026-01-01 01:00"),
        ("<!date^1767225600^{nonsense}|then>", "then"),
        ("<!date^soon^{date}|then>", "then"),
    ],
)
def test_mrkdwn_reads_as_plain_text(source: str, shown: str) -> None:
    assert plain(source, NAMES) == shown


def test_typed_marks_become_what_slacks_composer_makes_of_them() -> None:
    typed = "*Bold* _*both*_ `a *b*` :eyes: 10:30:45 2*3*4\n&gt; said\n- one\n- <@U1>\n```\n*x* &amp;\n```\n<#C1|open>"
    text = {"type": "text"}
    assert rich_text(typed)["elements"] == [
        {
            "type": "rich_text_section",
            "elements": [
                {**text, "text": "Bold", "style": {"bold": True}},
                {**text, "text": " "},
                {**text, "text": "both", "style": {"italic": True, "bold": True}},
                {**text, "text": " "},
                {**text, "text": "a *b*", "style": {"code": True}},
                {**text, "text": " "},
                {"type": "emoji", "name": "eyes"},
                {**text, "text": " 10:30:45 2*3*4"},
            ],
        },
        {"type": "rich_text_quote", "elements": [{**text, "text": "said"}]},
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 0,
            "elements": [
                {"type": "rich_text_section", "elements": [{**text, "text": "one"}]},
                {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]},
            ],
        },
        {"type": "rich_text_preformatted", "elements": [{**text, "text": "*x* &"}]},
        {"type": "rich_text_section", "elements": [{"type": "channel", "channel_id": "C1"}]},
    ]


@pytest.mark.parametrize(
    "typed",
    ["", "*", "**", "&gt; ", "- ", "``` open", "*" * 3000, "*~" * 1000 + "*", "_" + "<@U1>" * 500, "*a* " * 700, "<>"],
)
def test_whatever_is_typed_becomes_a_block_that_slack_takes(typed: str) -> None:
    check_message({"blocks": [rich_text(typed)]})


def test_marks_do_not_reach_into_mentions_and_links() -> None:
    [section] = rich_text("_see <https://e.example/_a_> *<@U1>* https://e.example/b_c")["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "_see "},
        {"type": "link", "url": "https://e.example/_a_"},
        {"type": "text", "text": " "},
        {"type": "user", "user_id": "U1", "style": {"bold": True}},
        {"type": "text", "text": " "},
        {"type": "link", "url": "https://e.example/b_c"},
    ]


def test_blocks_take_the_place_of_the_text() -> None:
    text = {"type": "plain_text", "text": "Card"}
    assert message_text({"text": "fallback", "blocks": [{"type": "header", "text": text}]}, NAMES) == "# Card"
    assert message_text({"text": "*fallback*"}, NAMES) == "fallback"


def test_lists_tables_and_charts_read_line_by_line() -> None:
    line: dict[str, Any] = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}
    quote = {"type": "rich_text_quote", "elements": [{"type": "text", "text": "one\ntwo"}]}
    bullets = {"type": "rich_text_list", "style": "ordered", "elements": [line, line]}
    cells: list[list[dict[str, Any]]] = [
        [{"type": "raw_text", "text": "Account"}, {"type": "raw_text", "text": "Visits"}]
    ]
    cells.append([{"type": "raw_text", "text": "A"}, {"type": "raw_number", "value": 3, "text": "3"}])
    chart = {"type": "pie", "segments": [{"label": "a", "value": 1}]}
    blocks: list[dict[str, Any]] = [
        {"type": "rich_text", "elements": [quote, bullets]},
        {"type": "table", "rows": cells},
        {"type": "data_visualization", "title": "Share", "chart": chart},
        {"type": "divider"},
    ]
    assert blocks_text(blocks, NAMES).split("\n") == [
        "│ one",
        "│ two",
        "1. @Lea Brunner",
        "2. @Lea Brunner",
        "Account | Visits",
        "A       | 3",
        "Share",
        "  a 1",
        "────",
    ]
