"""Listeners parse, do, show: nothing else."""

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from handlers import dispatch
from handlers.dispatch import GIVEN
from handlers.routes import ROUTES, Kind

ROOT = Path(__file__).parents[2]
LISTENERS: dict[str, Any] = {
    f"{listener.__module__}.{listener.__name__}": listener
    for listener in (*ROUTES.values(), dispatch.unheard, dispatch.out_of_date)
}
MOST_LINES = 20
BLOCK_KIT = {"blocks", "block_id", "mrkdwn", "plain_text", "elements", "accessory"}


def _tree(listener: Callable[..., None]) -> ast.FunctionDef:
    tree = ast.parse(inspect.getsource(listener)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    return tree


def _body(listener: Callable[..., None]) -> Iterator[ast.AST]:
    for statement in _tree(listener).body[1:]:
        yield from ast.walk(statement)


@pytest.mark.parametrize("name", LISTENERS)
def test_a_listener_is_short_and_says_what_it_does(name: str) -> None:
    tree = _tree(LISTENERS[name])
    lines = (tree.end_lineno or 0) - tree.lineno + 1
    assert lines <= MOST_LINES
    docstring = ast.get_docstring(tree)
    assert docstring
    assert docstring.splitlines()[0].endswith(".")


@pytest.mark.parametrize("name", LISTENERS)
def test_a_listener_asks_for_what_is_given_and_nothing_else(name: str) -> None:
    parameters = inspect.signature(LISTENERS[name]).parameters.values()
    assert {parameter.name for parameter in parameters} <= GIVEN
    assert {parameter.kind for parameter in parameters} <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}


@pytest.mark.parametrize("name", LISTENERS)
def test_a_listener_catches_nothing_speaks_no_sql_digs_in_no_dict_and_builds_no_block(name: str) -> None:
    found: list[str] = []
    for node in _body(LISTENERS[name]):
        match node:
            case ast.Try() | ast.TryStar() | ast.Global() | ast.Import() | ast.ImportFrom():
                found.append(type(node).__name__)
            case ast.Subscript():
                found.append(f"subscript {ast.unparse(node)}")
            case ast.Call(func=ast.Attribute(attr="get")):
                found.append(f"digs {ast.unparse(node)}")
            case ast.Call(func=ast.Attribute(value=ast.Name(id="store"))):
                found.append(f"transaction {ast.unparse(node)}")
            case ast.Dict():
                found.append(f"dict {ast.unparse(node)}")
            case ast.Constant(value=str() as text) if BLOCK_KIT & {text} or "SELECT " in text.upper():
                found.append(f"text {text}")
    assert found == []


def test_every_function_of_a_module_of_listeners_is_a_listener() -> None:
    infrastructure = {
        "dispatch",
        "errors",
        "forms",
        "middleware",
        "modals",
        "payloads",
        "poster",
        "routes",
        "sockets",
        "web",
    }
    for file in (ROOT / "handlers").glob("*.py"):
        if file.stem in {"__init__", *infrastructure}:
            continue
        public = {
            f"handlers.{file.stem}.{node.name}"
            for node in ast.parse(file.read_text()).body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        }
        assert public <= set(LISTENERS), "nobody calls it"


def _manifest() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return read


def test_the_manifest_has_the_commands_of_the_routes_and_no_other() -> None:
    listed = {command["command"] for command in _manifest()["features"]["slash_commands"]}
    routed = {name for kind, name in ROUTES if kind is Kind.COMMAND}
    assert listed == {*routed, "/kam"}
    assert all(command["should_escape"] for command in _manifest()["features"]["slash_commands"])


def test_the_manifest_has_the_events_of_the_routes_and_no_other() -> None:
    listed = set(_manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert listed == {name for kind, name in ROUTES if kind is Kind.EVENT}


def test_the_manifest_has_the_shortcuts_of_the_routes_and_no_other() -> None:
    shortcuts = _manifest()["features"]["shortcuts"]
    assert {shortcut["callback_id"] for shortcut in shortcuts} == {
        name for kind, name in ROUTES if kind is Kind.SHORTCUT
    }
    assert {shortcut["type"] for shortcut in shortcuts} == {"global"}


def test_every_command_is_a_verb_too() -> None:
    verbs = {name: listener for (kind, name), listener in ROUTES.items() if kind is Kind.VERB}
    for (kind, name), listener in ROUTES.items():
        if kind is Kind.COMMAND:
            assert verbs[name.removeprefix("/kam-")] is listener
