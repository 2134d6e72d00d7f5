"""Shows a message, modal or Home as the plain text that a person sees."""

from collections.abc import Callable
from typing import Any

from playground.blocks import Payload, feedback_choices
from playground.inputs import SLOTS, first_value
from playground.mrkdwn import Names, plain

Values = dict[str, dict[str, Payload]]


def message_text(message: Payload, names: Names) -> str:
    """Return a message's text; blocks take the place of its ``text``."""
    if message.get("blocks"):
        shown = blocks_text(message["blocks"], names, message.get("state", {}))
    else:
        shown = plain(message.get("text", ""), names)
    files = [f"(file: {file['title']})" for file in message.get("files", [])]
    return "\n".join(part for part in (shown, *files) if part)


def view_text(view: Payload, names: Names) -> str:
    """Return a modal or Home: title, blocks with entered values and errors, buttons."""
    lines = []
    if view.get("title"):
        lines.append(f"── {view['title']['text']} ──")
    lines.append(blocks_text(view["blocks"], names, view["state"]["values"], view.get("errors", {})))
    if view.get("failure"):
        lines.append(f"⚠ {view['failure']}")
    buttons = [f"[{view[key]['text']}]" for key in ("close", "submit") if view.get(key)]
    return "\n".join([*lines, " ".join(buttons)]).rstrip()


def blocks_text(
    blocks: list[Payload], names: Names, values: Values | None = None, errors: dict[str, str] | None = None
) -> str:
    """Return blocks, one under the other."""
    shown = []
    for block in blocks:
        lines = _block(block, names, values or {})
        if error := (errors or {}).get(block.get("block_id", "")):
            lines.append(f"⚠ {error}")
        shown.append("\n".join(lines))
    return "\n".join(part for part in shown if part)


def text_of(text: Payload | None, names: Names) -> str:
    """Return a text object as plain text."""
    if not text:
        return ""
    return plain(text["text"], names) if text["type"] == "mrkdwn" else str(text["text"])


def _block(block: Payload, names: Names, values: Values) -> list[str]:
    draw = _DRAW.get(block["type"])
    return draw(block, names, values) if draw else [f"({block['type']})"]


def _section(block: Payload, names: Names, values: Values) -> list[str]:
    lines = [text_of(block["text"], names)] if "text" in block else []
    lines += [text_of(item, names) for item in block.get("fields", [])]
    if "accessory" in block:
        lines.append(_element(block, block["accessory"], names, values))
    return lines


def _actions(block: Payload, names: Names, values: Values) -> list[str]:
    return [" ".join(_element(block, element, names, values) for element in block["elements"])]


def _context(block: Payload, names: Names, _values: Values) -> list[str]:
    parts = [item["alt_text"] if item["type"] == "image" else text_of(item, names) for item in block["elements"]]
    return [" ".join(parts)]


def _input(block: Payload, names: Names, values: Values) -> list[str]:
    optional = " (optional)" if block.get("optional") else ""
    lines = [f"{text_of(block['label'], names)}{optional}: {_element(block, block['element'], names, values)}"]
    if "hint" in block:
        lines.append(f"  {text_of(block['hint'], names)}")
    return lines


def _rich_text(block: Payload, names: Names, _values: Values) -> list[str]:
    lines: list[str] = []
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            bullets = [f"{n}." if part["style"] == "ordered" else "•" for n in range(1, len(part["elements"]) + 1)]
            items = ["".join(_inline(piece, names) for piece in item["elements"]) for item in part["elements"]]
            indent = "  " * part.get("indent", 0)
            lines += [f"{indent}{bullet} {item}" for bullet, item in zip(bullets, items, strict=True)]
            continue
        text = "".join(_inline(piece, names) for piece in part["elements"])
        quoted = part["type"] == "rich_text_quote"
        lines += [f"│ {line}" if quoted else line for line in text.rstrip("\n").split("\n")]
    return lines


def _inline(piece: Payload, names: Names) -> str:
    shown: dict[str, Callable[[], str]] = {
        "text": lambda: str(piece["text"]),
        "link": lambda: str(piece.get("text") or piece["url"]),
        "user": lambda: f"@{names.people.get(piece['user_id'], piece['user_id'])}",
        "channel": lambda: f"#{names.channels.get(piece['channel_id'], piece['channel_id'])}",
        "emoji": lambda: f":{piece['name']}:",
        "broadcast": lambda: f"@{piece['range']}",
        "date": lambda: plain(f"<!date^{piece['timestamp']}^{piece['format']}|{piece.get('fallback', '')}>", names),
        "usergroup": lambda: f"@{piece['usergroup_id']}",
        "color": lambda: str(piece["value"]),
    }
    return shown[piece["type"]]() if piece["type"] in shown else ""


def _table(block: Payload, names: Names, values: Values) -> list[str]:
    rows = [[_cell(cell, names, values) for cell in row] for row in block["rows"]]
    widths = [max(len(row[n]) for row in rows if n < len(row)) for n in range(max(len(row) for row in rows))]
    lines = [block["caption"]] if "caption" in block else []
    return lines + [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows
    ]


def _cell(cell: Payload, names: Names, values: Values) -> str:
    if cell["type"] == "rich_text":
        return " ".join(_rich_text(cell, names, values))
    return str(cell["text"])


def _card(block: Payload, names: Names, values: Values) -> list[str]:
    lines = [text_of(block[key], names) for key in ("title", "subtitle", "body") if key in block]
    buttons = " ".join(_element(block, element, names, values) for element in block.get("actions", []))
    return [*lines, buttons] if buttons else lines


def _chart(block: Payload, _names: Names, _values: Values) -> list[str]:
    chart = block["chart"]
    points = [
        f"  {series['name']}: " + ", ".join(f"{point['label']} {point['value']}" for point in series["data"])
        for series in chart.get("series", [])
    ]
    return [block["title"], *points, *(f"  {item['label']} {item['value']}" for item in chart.get("segments", []))]


_DRAW: dict[str, Callable[[Payload, Names, Values], list[str]]] = {
    "section": _section,
    "header": lambda block, names, _values: [f"# {text_of(block['text'], names)}"],
    "actions": _actions,
    "context_actions": _actions,
    "context": _context,
    "divider": lambda _block, _names, _values: ["────"],
    "image": lambda block, _names, _values: [f"(image: {block['alt_text']})"],
    "input": _input,
    "rich_text": _rich_text,
    "markdown": lambda block, _names, _values: [block["text"]],
    "table": _table,
    "data_table": _table,
    "data_visualization": _chart,
    "alert": lambda block, names, _values: [f"‼ {text_of(block['text'], names)}"],
    "card": _card,
    "carousel": lambda block, names, values: [blocks_text(block["elements"], names, values)],
    "container": lambda block, names, values: [
        text_of(block.get("title"), names),
        blocks_text(block["child_blocks"], names, values),
    ],
    "video": lambda block, names, _values: [f"(video: {text_of(block['title'], names)})"],
}


def _element(block: Payload, element: Payload, names: Names, values: Values) -> str:
    kind = element["type"]
    if kind in {"button", "workflow_button", "icon_button"}:
        return f"[{element['text']['text']}]"
    if kind == "feedback_buttons":
        return " ".join(f"[{choice['text']['text']}]" for choice in feedback_choices(element))
    if kind == "overflow":
        return "[⋯ " + " / ".join(option["text"]["text"] for option in element["options"]) + "]"
    if kind not in SLOTS:
        return f"({kind}: {element['alt_text']})" if "alt_text" in element else f"({kind})"
    state = values.get(block["block_id"], {}).get(element["action_id"]) or first_value(element)
    return _field(element, state[SLOTS[kind].key], names)


def _field(element: Payload, value: Any, names: Names) -> str:
    kind = element["type"]
    if kind in {"checkboxes", "radio_buttons"}:
        return _ticks(element, value, names)
    if value not in (None, "", []):
        return f"[{value_text(value, names)}]"
    placeholder = element.get("placeholder", {}).get("text", "")
    return f"[{placeholder} ▾]" if "select" in kind or "picker" in kind else f"[{placeholder or ' '}]"


def _ticks(element: Payload, value: Any, names: Names) -> str:
    picked = {option["value"] for option in (value if isinstance(value, list) else [value] if value else [])}
    box = "☑☐" if element["type"] == "checkboxes" else "◉○"
    return "  ".join(
        f"{box[0] if option['value'] in picked else box[1]} {text_of(option['text'], names)}"
        for option in element["options"]
    )


def value_text(value: Any, names: Names) -> str:
    """Return an entered value as it is shown in its field."""
    if isinstance(value, list):
        return ", ".join(value_text(item, names) for item in value)
    if isinstance(value, dict):
        return "\n".join(_rich_text(value, names, {})) if "elements" in value else text_of(value["text"], names)
    if isinstance(value, int):
        return plain(f"<!date^{value}^{{date_num}} {{time}}|{value}>", names)
    known = {**names.people, **{key: "#" + name for key, name in names.channels.items()}}
    return known.get(str(value), str(value))
