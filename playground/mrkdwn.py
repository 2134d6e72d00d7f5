"""Reads Slack's mrkdwn as the plain text that a person sees."""

import datetime as dt
import html
import re
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

_CODE = re.compile(r"```(?:\n)?(.*?)```|`([^`\n]+)`", re.DOTALL)
_ENTITY = re.compile(r"<([^<>]+)>")
_MARKS = [
    re.compile(
        rf"(?<![\w{re.escape(mark)}]){re.escape(mark)}(?=[^\s{re.escape(mark)}])([^\n]*?\S){re.escape(mark)}(?![\w{re.escape(mark)}])"
    )
    for mark in "*_~"
]
"""Bold, italics, strike: the mark stands at no letter on the outside and at no space on the inside."""
_QUOTE = re.compile(r"^(?:>|&gt;) ?", re.MULTILINE)
_DATE_TOKEN = re.compile(r"\{(\w+)\}")
_HELD = "\ue000{}\ue001"
_HOLD = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class Names:
    """The directory that mentions are resolved with, and the reader's time zone."""

    people: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    zone: str = "UTC"


def plain(text: str, names: Names) -> str:
    """Return mrkdwn without its marks; quotes start with ``│``, mentions are names, dates are local."""
    held: list[str] = []

    def hold(shown: str) -> str:
        held.append(shown)
        return _HELD.format(len(held) - 1)

    text = _CODE.sub(lambda match: hold(html.unescape(match[1] if match[1] is not None else match[2])), text)
    text = _ENTITY.sub(lambda match: hold(_entity(match[1], names)), text)
    text = _QUOTE.sub("│ ", text)
    text = html.unescape(_unmarked(text))
    return _HOLD.sub(lambda match: held[int(match[1])], text)


def _unmarked(text: str) -> str:
    """Take marks away from the outside in: within ``_*both*_`` the star stands at no letter any more."""
    shown = []
    while found := [match for mark in _MARKS if (match := mark.search(text))]:
        first = min(found, key=lambda match: match.start())
        shown += [text[: first.start()], _unmarked(first[1])]
        text = text[first.end() :]
    return "".join([*shown, text])


def _entity(inner: str, names: Names) -> str:
    body, _, label = inner.partition("|")
    if body.startswith("@"):
        return "@" + names.people.get(body[1:], label or body[1:])
    if body.startswith("#"):
        return "#" + names.channels.get(body[1:], label or body[1:])
    if body.startswith("!date^"):
        return _date(body, names.zone, label)
    if body.startswith("!subteam^"):
        return label or "@group"
    if body.startswith("!"):
        return "@" + body[1:]
    return html.unescape(label or body)


def _date(body: str, zone: str, fallback: str) -> str:
    _, stamp, pattern, *_ = [*body.split("^"), ""]
    try:
        moment = dt.datetime.fromtimestamp(int(stamp), ZoneInfo(zone))
    except (ValueError, OverflowError):
        return fallback
    known = date_tokens(moment)
    if any(token not in known for token in _DATE_TOKEN.findall(pattern)):
        return fallback
    return _DATE_TOKEN.sub(lambda match: known[match[1]], pattern)


def date_tokens(moment: dt.datetime) -> dict[str, str]:
    """Return what each token of Slack's date format shows."""
    day = f"{moment:%B} {moment.day}, {moment.year}"
    short = f"{moment:%b} {moment.day}, {moment.year}"
    long = f"{moment:%A}, {day}"
    pretty = {"date_pretty": day, "date_short_pretty": short, "date_long_pretty": long}
    return {
        "date_num": f"{moment:%Y-%m-%d}",
        "date_slash": f"{moment:%m/%d/%Y}",
        "date": day,
        "date_short": short,
        "date_long": long,
        "time": f"{moment:%H:%M}",
        "time_secs": f"{moment:%H:%M:%S}",
        "ago": f"{moment:%Y-%m-%d %H:%M}",
        **pretty,
    }
