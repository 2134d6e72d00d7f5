"""Every view in both languages inside Slack's limits; ``gallery/<module>.py`` has samples of each view's results.

A sample's key is the view's name, then what is special about it: ``card · all of it``.
"""

import importlib
import inspect
import json
import typing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import bot.views
from bot.i18n import Translator, translator
from bot.views.blocks import MESSAGE_TEXT, Message, View

Shown = Callable[[Translator], Any]
_NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_WITHOUT_VIEWS = {"__init__", "blocks", "delivery", "labels", "refusals"}
_CUT = "…"


def _modules() -> list[str]:
    folder = Path(bot.views.__path__[0])
    return sorted(file.stem for file in folder.glob("*.py") if file.stem not in _WITHOUT_VIEWS)


def _samples(module: str) -> dict[str, Shown]:
    if not (Path(__file__).parent / "gallery" / f"{module}.py").exists():
        return {}
    found: dict[str, Shown] = importlib.import_module(f"tests.views.gallery.{module}").SAMPLES
    return found


def _every_sample() -> Iterator[Any]:
    for module in _modules():
        for name, sample in _samples(module).items():
            for language in ("en", "de"):
                yield pytest.param(sample, language, id=f"{module}.{name} ({language})")


def _parts(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a payload."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _parts(value)
    elif isinstance(part, list):
        for item in part:
            yield from _parts(item)


@pytest.mark.parametrize("module", _modules())
def test_every_view_has_a_sample(module: str) -> None:
    views = importlib.import_module(f"bot.views.{module}")
    wanted = {
        name
        for name, view in inspect.getmembers(views, inspect.isfunction)
        if view.__module__ == views.__name__
        and not name.startswith("_")
        and typing.get_type_hints(view).get("return") in {Message, View}
    }

    assert {name.partition(" · ")[0] for name in _samples(module)} == wanted


@pytest.mark.parametrize(("sample", "language"), list(_every_sample()))
def test_a_view_stays_inside_slacks_limits(sample: Shown, language: str) -> None:
    shown = sample(translator(language, _NOW, "Europe/Zurich"))

    if shown.get("type") == "modal":
        _check_modal(shown)
    else:
        _check_message(shown)
    for part in _parts(shown["blocks"]):
        _check_part(part)


def _check_modal(view: dict[str, Any]) -> None:
    for name in ("title", "submit", "close"):
        if view.get(name):
            _check_whole(view[name]["text"], 24)
    assert len(view["blocks"]) <= 100
    assert len(view["private_metadata"]) <= 3000
    assert all(value is None or isinstance(value, int) for value in json.loads(view["private_metadata"]).values())
    names = [block["block_id"] for block in view["blocks"] if block.get("block_id")]
    assert len(names) == len(set(names))


def _check_message(message: dict[str, Any]) -> None:
    assert 0 < len(message["text"]) <= 3000
    assert 0 < len(message["blocks"]) <= 50
    texts = [part["text"] for part in _parts(message["blocks"]) if isinstance(part.get("text"), str)]
    assert sum(map(len, texts)) <= MESSAGE_TEXT
    for block in message["blocks"]:
        if block["type"] == "actions":
            pressed = [element["action_id"] for element in block["elements"]]
            assert len(pressed) == len(set(pressed))
    primary = [part for part in _parts(message["blocks"]) if part.get("style") == "primary"]
    assert len(primary) <= 1


def _check_part(part: dict[str, Any]) -> None:
    match part.get("type"):
        case "button":
            _check_whole(part["text"]["text"], 75)
            if part.get("confirm"):
                _check_confirm(part["confirm"])
        case "section":
            assert len(part.get("fields") or ()) <= 10
            assert all(len(field["text"]) <= 2000 for field in part.get("fields") or ())
            assert len((part.get("text") or {"text": ""})["text"]) <= 3000
        case "header":
            _check_whole(part["text"]["text"], 150)
        case "input":
            _check_whole(part["label"]["text"], 150)
        case "actions":
            assert 1 <= len(part["elements"]) <= 25
        case _:
            pass
    for option in part.get("options") or ():
        _check_whole(option["text"]["text"], 75)
    if part.get("placeholder"):
        assert len(part["placeholder"]["text"]) <= 150


def _check_confirm(confirm: dict[str, Any]) -> None:
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        _check_whole(confirm[name]["text"], most)


def _check_whole(text: str, most: int) -> None:
    """Check a label of ours: it fits, and nothing was cut off to make it fit."""
    assert 0 < len(text) <= most
    # What is cut has no blank before the mark; ours has, where a form follows.
    assert not text.endswith(_CUT) or text.endswith(f" {_CUT}"), text
