"""Block Kit for the tests of the page: short ways to write blocks, and one of every kind."""

from typing import Any

from playground.robot import Playground

Payload = dict[str, Any]
CHANNEL = "C0HELV"
LEA, TOM = "U0LEA", "U0TOM"


def address(slack: Playground, user: str = TOM) -> str:
    """Return where a person has the channel before them."""
    return f"{slack.url}/?as={user}&channel={CHANNEL}"


def plain(text: str) -> Payload:
    """Write a plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Payload:
    """Write a mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str | None = None) -> Payload:
    """Write an option."""
    described = {"description": plain(description)} if description else {}
    return {"text": plain(text), "value": value, **described}


def button(text: str, action_id: str, **more: Any) -> Payload:
    """Write a button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def section(text: str, **more: Any) -> Payload:
    """Write a section."""
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Payload) -> Payload:
    """Write a row of buttons and choices."""
    return {"type": "actions", "block_id": "acts", "elements": list(elements)}


def asked(label: str, element: Payload, **more: Any) -> Payload:
    """Write an input block; its block_id is the label."""
    return {"type": "input", "block_id": label, "label": plain(label), "element": {"action_id": "v", **element}, **more}


def modal(*blocks: Payload) -> Payload:
    """Write a modal."""
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("A form"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": list(blocks),
    }


def words(text: str, **style: bool) -> Payload:
    """Write a text of a rich text block."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def run(*pieces: Payload) -> Payload:
    """Write a section of a rich text block."""
    return {"type": "rich_text_section", "elements": list(pieces)}


def bullets(style: str, indent: int, *items: str) -> Payload:
    """Write a list of a rich text block."""
    return {
        "type": "rich_text_list",
        "style": style,
        "indent": indent,
        "elements": [run(words(item)) for item in items],
    }


def rich(*parts: Payload) -> Payload:
    """Write a rich text block."""
    return {"type": "rich_text", "elements": list(parts)}


def cell(value: str | float) -> Payload:
    """Write a table's cell."""
    if isinstance(value, str):
        return {"type": "raw_text", "text": value}
    return {"type": "raw_number", "value": value, "text": f"{value:,}"}


def chart(kind: str) -> Payload:
    """Write a chart with two series or three segments."""
    if kind == "pie":
        segments = [("Technik", 6), ("Produktion", 3), ("Logistik", 1)]
        drawn: Payload = {"type": "pie", "segments": [{"label": label, "value": value} for label, value in segments]}
    else:
        months = ["Jan", "Feb", "Mar"]
        series = [("Visits", [3, 9, 4]), ("Calls", [5, 2, -6])]
        drawn = {
            "type": kind,
            "series": [
                {"name": name, "data": [{"label": month, "value": n} for month, n in zip(months, values, strict=True)]}
                for name, values in series
            ],
            "axis_config": {"categories": months, "x_label": "Month", "y_label": "Number"},
        }
    return {"type": "data_visualization", "title": f"A {kind} chart", "chart": drawn}


def card(title: str) -> Payload:
    """Write a card."""
    return {
        "type": "card",
        "title": plain(title),
        "subtitle": mrkdwn("_under_ it"),
        "body": mrkdwn("what it *says*"),
        "actions": [button(f"Open {title}", "open")],
    }


TASK = {"type": "task_card", "task_id": "1", "title": "Ask Production", "status": "complete"}
DATA_TABLE = {
    "type": "data_table",
    "caption": "Open requests",
    "page_size": 2,
    "rows": [
        [cell("Department"), cell("Open")],
        [cell("Technik"), cell(12)],
        [cell("Produktion"), cell(3)],
        [cell("Logistik"), cell(100)],
    ],
}

READ: dict[str, tuple[Payload, list[str]]] = {
    "header": ({"type": "header", "text": plain("A headline :tada:")}, ['heading "A headline tada"']),
    "section": (section("*bold* & &lt;b&gt;"), ["bold & <b>"]),
    "fields": ({"type": "section", "fields": [mrkdwn("*From*\nLea"), plain("*as typed*")]}, ["From Lea *as typed*"]),
    "context": ({"type": "context", "elements": [mrkdwn("Visible to _all_"), plain("yes")]}, ["Visible to all yes"]),
    "divider": ({"type": "divider"}, ["separator"]),
    "image": (
        {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": "A pump", "title": plain("Pump")},
        ['img "A pump"', "Pump"],
    ),
    "actions": (
        {
            "type": "actions",
            "elements": [
                button("Accept", "a", style="primary"),
                button("✓", "b", accessibility_label="Confirm the request"),
                {"type": "static_select", "action_id": "c", "placeholder": plain("Why"), "options": [option("A", "a")]},
                {"type": "overflow", "action_id": "d", "options": [option("A", "a"), option("B", "b")]},
            ],
        },
        ['button "Accept"', 'button "Confirm the request"', 'combobox "Why"', 'button "More actions"'],
    ),
    "context_actions": (
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "f",
                    "positive_button": {"text": plain("Good"), "value": "1"},
                    "negative_button": {"text": plain("Bad"), "value": "0"},
                },
                {"type": "icon_button", "action_id": "i", "icon": "trash", "text": plain("Delete")},
            ],
        },
        ['button "Good"', 'button "Bad"', 'button "Delete"'],
    ),
    "rich_text": (
        rich(
            run(
                words("bold", bold=True),
                words(" and "),
                {"type": "user", "user_id": "U0LEA"},
                words(" "),
                {"type": "channel", "channel_id": "C0OPEN"},
                words(" "),
                {"type": "broadcast", "range": "here"},
                words(" "),
                {"type": "emoji", "name": "wave"},
                {"type": "link", "url": "https://one.example", "text": "a link"},
                {"type": "color", "value": "#ff8800"},
            ),
            bullets("bullet", 0, "one", "two"),
            bullets("ordered", 1, "two a"),
            {"type": "rich_text_quote", "elements": [words("their words")]},
            {"type": "rich_text_preformatted", "elements": [words("x = 1")]},
        ),
        [
            "@Lea Brunner",
            "#open",
            "@here",
            'img "wave"',
            'link "a link"',
            "#ff8800",
            "listitem: one",
            "listitem: two a",
            "blockquote: their words",
            "code: x = 1",
        ],
    ),
    "markdown": (
        {"type": "markdown", "text": "# Title\n**bold** [link](https://one.example)\n\n- one\n  1. deep\n\n> said\n"},
        ['heading "Title"', 'link "link"', "listitem: deep", "blockquote"],
    ),
    "table": (
        {"type": "table", "rows": [[cell("Name"), cell("Value")], [cell("Pumps"), cell(1234.5)]]},
        ['columnheader "Name"', 'cell "Pumps"', 'cell "1,234.5"'],
    ),
    "data_table": (DATA_TABLE, ['table "Open requests"', 'rowheader "Technik"', 'cell "12"', "1–2 of 3"]),
    **{
        kind: (chart(kind), [f'img "A {kind} chart, {kind.title()} chart"', 'rowheader "Feb"', 'cell "-6"', "Visits"])
        for kind in ("line", "bar", "area")
    },
    "pie": (chart("pie"), ['img "A pie chart, Pie chart"', "Technik · 6 (60%)", 'cell "6"']),
    "card": (card("Plan"), ['group "Plan"', "under it what it says", 'button "Open Plan"']),
    "carousel": (
        {"type": "carousel", "elements": [card("First"), card("Second")]},
        ['group "First"', 'group "Second"', 'button "Open Second"'],
    ),
    "container": (
        {"type": "container", "title": plain("Frame"), "is_collapsible": True, "child_blocks": [section("inside")]},
        ["Frame", "inside"],
    ),
    "video": (
        {
            "type": "video",
            "title": plain("How it works"),
            "alt_text": "A hand on a valve",
            "thumbnail_url": "https://pictures.example/t.png",
            "video_url": "https://videos.example/1",
        },
        ["How it works", 'img "A hand on a valve"', 'link "▶ Watch the video"'],
    ),
    "task_card": (TASK, ['img "Complete"', "Ask Production"]),
    "plan": ({"type": "plan", "title": "The plan", "tasks": [TASK]}, ["The plan", "Ask Production"]),
}
"""By kind: a block, and what an English reader finds of it in the accessibility tree."""
