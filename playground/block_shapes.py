"""What Slack accepts as blocks, and which block may stand on which surface."""

from typing import Any, Literal

from playground.element_shapes import (
    BUTTON,
    CONTEXT_BUTTONS,
    FILES,
    ID,
    IMAGE,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    RAW_NUMBER,
    RICH_PARTS,
    SLACK_FILE,
    URL,
    plain,
    text,
)
from playground.shapes import (
    Check,
    Report,
    Shape,
    anything,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    find,
    listed,
    number,
    one_of,
    or_null,
    string,
    whole,
)

Surface = Literal["message", "modal", "home"]


def block(required: dict[str, Check] | None = None, optional: dict[str, Check] | None = None, *rules: Check) -> Shape:
    """Describe a block; all have a type and may have an id."""
    return Shape({"type": anything, **(required or {})}, {"block_id": ID, **(optional or {})}, rules)


def distinct_actions(value: Any, path: str, report: Report) -> None:
    """Want every action_id once in its block."""
    seen: set[str] = set()
    for n, item in enumerate(value["elements"]):
        action_id = item.get("action_id")
        if action_id in seen:
            find(report, f"{path}/elements/{n}/action_id", f"action_id {action_id} already exists in this block")
        if action_id is not None:
            seen.add(action_id)


def no_dispatch_of_files(value: Any, path: str, report: Report) -> None:
    """Refuse an input that sends files at once."""
    if value.get("dispatch_action") and value["element"]["type"] == "file_input":
        find(report, f"{path}/dispatch_action", "not allowed with file_input")


def same_width(value: Any, path: str, report: Report) -> None:
    """Want all rows of a data table to have as many cells."""
    widths = {len(row) for row in value["rows"]}
    if len(widths) > 1:
        find(report, f"{path}/rows", "all rows must have the same number of cells")


def points_for_categories(value: Any, path: str, report: Report) -> None:
    """Want every series of a chart to have one point for each category."""
    labels = [category if isinstance(category, str) else "" for category in value["axis_config"]["categories"]]
    for n, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(labels):
            find(report, f"{path}/series/{n}/data", "must have one point for every category")


def collapsed_only_if_collapsible(value: Any, path: str, report: Report) -> None:
    """Refuse a container that is closed but cannot be opened, or has both a divider and an arrow."""
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        find(report, f"{path}/default_collapsed", "needs is_collapsible")
    if value.get("has_header_divider") and value.get("is_collapsible"):
        find(report, f"{path}/has_header_divider", "not allowed with is_collapsible")


RICH_TEXT = block({"elements": listed(by_type(RICH_PARTS))})
CELL = by_type(
    {
        "raw_text": Shape({"type": anything, "text": string(least=0)}, {"emoji": boolean}),
        "raw_number": RAW_NUMBER,
        "rich_text": RICH_TEXT,
    }
)
COLUMN = Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


POINT = Shape({"label": string(20), "value": number})
AXIS = Shape({"categories": listed(string(20), 1, 20)}, {"x_label": string(50), "y_label": string(50)})
AXIS_CHART = Shape(
    {
        "type": anything,
        "series": listed(Shape({"name": string(20), "data": listed(POINT, 1, 20)}), 1, 12),
        "axis_config": AXIS,
    },
    {},
    (points_for_categories,),
)
PIE_CHART = Shape({"type": anything, "segments": listed(POINT, 1, 12)})
TASK_FIELDS: dict[str, Check] = {
    "task_id": string(),
    "title": string(),
    "status": one_of("pending", "in_progress", "complete", "error"),
}
TASK = block(TASK_FIELDS, {"details": RICH_TEXT, "output": RICH_TEXT, "sources": listed(anything)})
CARD = block(
    {},
    {
        "hero_image": IMAGE,
        "icon": IMAGE,
        "slack_icon": anything,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": listed(BUTTON, 1, 3),
    },
    at_least_one("hero_image", "title", "actions", "body"),
)


def input_block(allowed: dict[str, Check]) -> Shape:
    """Describe an input that asks with one of these elements."""
    return block(
        {"label": plain(2000), "element": by_type(allowed)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        no_dispatch_of_files,
    )


EVERYWHERE: dict[str, Check] = {
    "section": block(
        {},
        {
            "text": text(3000),
            "fields": listed(text(2000), 1, 10),
            "accessory": by_type(IN_SECTION),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "header": block({"text": plain(150)}),
    "divider": block(),
    "context": block(
        {
            "elements": listed(
                by_type({"image": IMAGE, **dict.fromkeys(("plain_text", "mrkdwn"), text(3000))}),
                1,
                10,
            )
        }
    ),
    "actions": block({"elements": listed(by_type(IN_ACTIONS), 1, 25)}, {}, distinct_actions),
    "image": block(
        {"alt_text": string(2000)},
        {"image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)},
        exactly_one("image_url", "slack_file"),
    ),
    "input": input_block(IN_INPUT),
    "rich_text": RICH_TEXT,
    "video": block(
        {
            "alt_text": string(2000),
            "title": plain(199),
            "thumbnail_url": URL,
            "video_url": string(3000, pattern=r"https://.+"),
        },
        {
            "author_name": string(49),
            "description": plain(199),
            "provider_icon_url": URL,
            "provider_name": string(),
            "title_url": string(3000, pattern=r"https://.+"),
        },
    ),
    "card": CARD,
}
DATA: dict[str, Check] = {
    "table": block(
        {"rows": listed(listed(CELL, 1, 20), 1, 100)},
        {"column_settings": listed(or_null(COLUMN), 0, 20)},
    ),
    "data_table": block(
        {"rows": listed(listed(CELL, 1, 20), 2, 101), "caption": string()},
        {"page_size": whole(1, 100), "row_header_column_index": whole(0)},
        same_width,
    ),
    "carousel": block({"elements": listed(CARD, 1, 10)}),
}
CHART = block(
    {
        "title": string(50),
        "chart": by_type({"pie": PIE_CHART, **dict.fromkeys(("bar", "area", "line"), AXIS_CHART)}),
    }
)
CONTAINER = block(
    {"child_blocks": listed(by_type({**EVERYWHERE, **DATA, "data_visualization": CHART}), 1, 10)},
    {
        "title": plain(150),
        "rich_text_title": RICH_TEXT,
        "subtitle": text(150),
        "icon": IMAGE,
        "width": one_of("narrow", "standard", "wide", "full"),
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
    at_least_one("title", "rich_text_title"),
    collapsed_only_if_collapsible,
)
BLOCKS: dict[Surface, dict[str, Check]] = {
    "message": {
        **EVERYWHERE,
        **DATA,
        "container": CONTAINER,
        "data_visualization": CHART,
        "markdown": block({"text": string(12_000)}),
        "context_actions": block({"elements": listed(by_type(CONTEXT_BUTTONS), 1, 5)}, {}, distinct_actions),
        "plan": block({"title": string()}, {"tasks": listed(TASK, 0, 50)}),
        "task_card": TASK,
    },
    "modal": {
        **EVERYWHERE,
        "input": input_block({**IN_INPUT, **FILES}),
        "alert": block({"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    },
    "home": {**EVERYWHERE, **DATA},
}
VIEW_COMMON: dict[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
VIEWS: dict[str, Check] = {
    "modal": Shape(
        {"type": anything, "title": plain(24), "blocks": listed(by_type(BLOCKS["modal"]), 0, 100)},
        {
            **VIEW_COMMON,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": Shape(
        {"type": anything, "blocks": listed(by_type(BLOCKS["home"]), 0, 100)},
        VIEW_COMMON,
    ),
}
