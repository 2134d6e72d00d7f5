"""What Slack accepts as composition objects and block elements."""

from typing import Any

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
    in_order,
    listed,
    number,
    one_of,
    string,
    whole,
)

ID = string(255)
URL = string(3000)
DATE = string(pattern=r"\d{4}-\d{2}-\d{2}")
TIME = string(pattern=r"([01]\d|2[0-3]):[0-5]\d")
DECIMAL = string(pattern=r"-?\d+(\.\d+)?")


def plain(most: int) -> Check:
    """Want a plain_text object."""
    fields = {"type": one_of("plain_text"), "text": string(most)}
    return by_type({"plain_text": Shape(fields, {"emoji": boolean})})


def text(most: int) -> Check:
    """Want a plain_text or mrkdwn object."""
    content = string(most)
    return by_type(
        {
            "plain_text": Shape({"type": anything, "text": content}, {"emoji": boolean}),
            "mrkdwn": Shape({"type": anything, "text": content}, {"verbatim": boolean}),
        }
    )


def mrkdwn(most: int) -> Check:
    """Want a mrkdwn object."""
    return by_type({"mrkdwn": Shape({"type": anything, "text": string(most)}, {"verbatim": boolean})})


CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
LIST_OPTION = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
TICK_OPTION = Shape({"text": text(75), "value": string(150)}, {"description": text(75)})
MENU_OPTION = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": URL})
GROUP = Shape({"label": plain(75), "options": listed(LIST_OPTION, 1, 100)})
FILTER = Shape(
    {},
    {
        "include": listed(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    (at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)
DISPATCH = Shape({}, {"trigger_actions_on": listed(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})
SLACK_FILE = Shape({}, {"id": string(), "url": string()}, (exactly_one("id", "url"),))
WORKFLOW = Shape({"trigger": Shape({"url": URL}, {"customizable_input_parameters": listed(anything)})})


def among_options(key: str, *, many: bool = False) -> Check:
    """Want the initial option (or each of them) to be one that is offered."""

    def check(value: Any, path: str, report: Report) -> None:
        if key not in value:
            return
        groups = value.get("option_groups", [])
        offered = [*value.get("options", []), *(option for group in groups for option in group["options"])]
        known = [_essence(option) for option in offered]
        for option in value[key] if many else [value[key]]:
            if _essence(option) not in known:
                find(report, f"{path}/{key}", f"{key} must be one of the options")

    return check


def _essence(option: Any) -> tuple[Any, ...]:
    description = option.get("description", {}).get("text")
    return option["text"]["type"], option["text"]["text"], option["value"], description


def element(
    kind: str,
    required: dict[str, Check] | None = None,
    optional: dict[str, Check] | None = None,
    *rules: Check,
    focus: bool = True,
    confirm: bool = True,
) -> Shape:
    """Describe an interactive element; most can be focused and ask for confirmation."""
    extras: dict[str, Check] = {"action_id": ID}
    if focus:
        extras["focus_on_load"] = boolean
    if confirm:
        extras["confirm"] = CONFIRM
    return Shape({"type": one_of(kind), **(required or {})}, {**extras, **(optional or {})}, rules)


def select(kind: str, required: dict[str, Check], optional: dict[str, Check], *rules: Check) -> Shape:
    """Describe a select; multi selects bound how many are chosen."""
    many: dict[str, Check] = {"max_selected_items": whole(1)} if kind.startswith("multi_") else {}
    return element(kind, required, {"placeholder": plain(150), **many, **optional}, *rules)


def text_field(kind: str, required: dict[str, Check], optional: dict[str, Check], *rules: Check) -> Shape:
    """Describe something to type in."""
    return element(
        kind,
        required,
        {"placeholder": plain(150), "dispatch_action_config": DISPATCH, **optional},
        *rules,
        confirm=False,
    )


STATIC: dict[str, Check] = {"options": listed(LIST_OPTION, 1, 100), "option_groups": listed(GROUP, 1, 100)}
ONE_SOURCE = exactly_one("options", "option_groups")
CONVERSATION: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": FILTER}

SELECTS: dict[str, Shape] = {
    "static_select": select(
        "static_select", {}, {**STATIC, "initial_option": LIST_OPTION}, ONE_SOURCE, among_options("initial_option")
    ),
    "multi_static_select": select(
        "multi_static_select",
        {},
        {**STATIC, "initial_options": listed(LIST_OPTION, 1, 100)},
        ONE_SOURCE,
        among_options("initial_options", many=True),
    ),
    "external_select": select("external_select", {}, {"initial_option": LIST_OPTION, "min_query_length": whole(0)}),
    "multi_external_select": select(
        "multi_external_select", {}, {"initial_options": listed(LIST_OPTION, 1, 100), "min_query_length": whole(0)}
    ),
    "users_select": select("users_select", {}, {"initial_user": string()}),
    "multi_users_select": select("multi_users_select", {}, {"initial_users": listed(string(), 1)}),
    "channels_select": select("channels_select", {}, {"initial_channel": string(), "response_url_enabled": boolean}),
    "multi_channels_select": select("multi_channels_select", {}, {"initial_channels": listed(string(), 1)}),
    "conversations_select": select(
        "conversations_select",
        {},
        {"initial_conversation": string(), "response_url_enabled": boolean, **CONVERSATION},
    ),
    "multi_conversations_select": select(
        "multi_conversations_select", {}, {"initial_conversations": listed(string(), 1), **CONVERSATION}
    ),
}
TICKS: dict[str, Shape] = {
    "checkboxes": element(
        "checkboxes",
        {"options": listed(TICK_OPTION, 1, 10)},
        {"initial_options": listed(TICK_OPTION, 1, 10)},
        among_options("initial_options", many=True),
    ),
    "radio_buttons": element(
        "radio_buttons",
        {"options": listed(TICK_OPTION, 1, 10)},
        {"initial_option": TICK_OPTION},
        among_options("initial_option"),
    ),
}
PICKERS: dict[str, Shape] = {
    "datepicker": element("datepicker", {}, {"initial_date": DATE, "placeholder": plain(150)}),
    "timepicker": element("timepicker", {}, {"initial_time": TIME, "placeholder": plain(150), "timezone": string()}),
}
DATETIME: dict[str, Shape] = {
    "datetimepicker": element("datetimepicker", {}, {"initial_date_time": whole(1_000_000_000, 9_999_999_999)}),
}
BUTTON = element(
    "button",
    {"text": plain(75)},
    {
        "url": URL,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
    focus=False,
)
BUTTONS: dict[str, Shape] = {
    "button": BUTTON,
    "overflow": element("overflow", {"options": listed(MENU_OPTION, 2, 5)}, focus=False),
    "workflow_button": element(
        "workflow_button",
        {"text": plain(75), "workflow": WORKFLOW},
        {"style": one_of("primary", "danger"), "accessibility_label": string(75)},
        focus=False,
        confirm=False,
    ),
}
IMAGE = Shape(
    {"type": one_of("image"), "alt_text": string(2000)},
    {"image_url": URL, "slack_file": SLACK_FILE},
    (exactly_one("image_url", "slack_file"),),
)
TYPED: dict[str, Shape] = {
    "plain_text_input": text_field(
        "plain_text_input",
        {},
        {
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
        in_order("min_length", "max_length"),
    ),
    "email_text_input": text_field("email_text_input", {}, {"initial_value": string()}),
    "url_text_input": text_field("url_text_input", {}, {"initial_value": string()}),
    "number_input": text_field(
        "number_input",
        {"is_decimal_allowed": boolean},
        {"initial_value": DECIMAL, "min_value": DECIMAL, "max_value": DECIMAL},
        in_order("min_value", "max_value"),
        in_order("min_value", "initial_value"),
        in_order("initial_value", "max_value"),
    ),
    "rich_text_input": text_field(
        "rich_text_input", {}, {"initial_value": anything, "min_lines": whole(1, 100), "max_lines": whole(1, 100)}
    ),
}
FILES: dict[str, Shape] = {
    "file_input": element(
        "file_input", {}, {"filetypes": listed(string()), "max_files": whole(1, 10)}, focus=False, confirm=False
    ),
}
FEEDBACK_BUTTON = Shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
CONTEXT_BUTTONS: dict[str, Shape] = {
    "feedback_buttons": Shape(
        {"type": anything, "positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, {"action_id": ID}
    ),
    "icon_button": element(
        "icon_button",
        {"icon": string(), "text": plain(75)},
        {"value": string(2000), "accessibility_label": string(75), "visible_to_user_ids": listed(string(), 0, 10)},
        focus=False,
    ),
}
IN_SECTION: dict[str, Check] = {**BUTTONS, **SELECTS, **TICKS, **PICKERS, "image": IMAGE}
IN_ACTIONS: dict[str, Check] = {**BUTTONS, **SELECTS, **TICKS, **PICKERS, **DATETIME}
IN_INPUT: dict[str, Check] = {**SELECTS, **TICKS, **PICKERS, **DATETIME, **TYPED}

STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
STYLE = Shape({}, dict.fromkeys(STYLES, boolean))
RICH_PIECES: dict[str, Check] = {
    "text": Shape({"type": anything, "text": string()}, {"style": STYLE}),
    "link": Shape({"type": anything, "url": string()}, {"text": string(), "unsafe": boolean, "style": STYLE}),
    "user": Shape({"type": anything, "user_id": string()}, {"style": STYLE}),
    "channel": Shape({"type": anything, "channel_id": string()}, {"style": STYLE}),
    "usergroup": Shape({"type": anything, "usergroup_id": string()}, {"style": STYLE}),
    "emoji": Shape(
        {"type": anything, "name": string()}, {"unicode": string(), "skin_tone": whole(1, 6), "style": STYLE}
    ),
    "broadcast": Shape({"type": anything, "range": one_of("here", "channel", "everyone")}, {"style": STYLE}),
    "date": Shape(
        {"type": anything, "timestamp": whole(0), "format": string()},
        {"url": string(), "fallback": string(), "style": STYLE},
    ),
    "color": Shape({"type": anything, "value": string()}, {"style": STYLE}),
}
PIECES = listed(by_type(RICH_PIECES))
RICH_SECTION = Shape({"type": one_of("rich_text_section"), "elements": PIECES})
BORDER: dict[str, Check] = {"border": whole(0, 1)}
RICH_PARTS: dict[str, Check] = {
    "rich_text_section": RICH_SECTION,
    "rich_text_list": Shape(
        {"type": anything, "style": one_of("bullet", "ordered"), "elements": listed(RICH_SECTION)},
        {"indent": whole(0, 8), "offset": whole(0), **BORDER},
    ),
    "rich_text_preformatted": Shape({"type": anything, "elements": PIECES}, {**BORDER, "language": string()}),
    "rich_text_quote": Shape({"type": anything, "elements": PIECES}, BORDER),
}
RAW_NUMBER = Shape({"type": anything, "value": number, "text": string()})
