"""Whatever is recorded about a request or a conflict has its sentence in the history."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.views.histories import SENTENCES

ROOT = Path(__file__).parents[2]
SERVICES = sorted((ROOT / "bot" / "services").glob("*.py"))
TOLD = ("request.", "escalation.")


def _recorded(file: Path) -> set[str]:
    """Find the actions a module records: literals, what its own calls pass on, and tables it looks them up in."""
    tree = ast.parse(file.read_text())
    found: set[str] = set()
    for function, call in _calls(tree, "Change"):
        action = call.args[1] if len(call.args) > 1 else _keyword(call, "action")
        found |= set(_named(action, function, tree, file))
    return found


def _named(action: ast.expr, function: ast.FunctionDef, tree: ast.Module, file: Path) -> Iterator[str]:
    match action:
        case ast.Constant(value=str(literal)):
            yield literal
        case ast.Subscript(value=ast.Name(id=table)):
            yield from getattr(importlib.import_module(f"bot.services.{file.stem}"), table).values()
        case ast.Name(id=parameter):
            names = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
            assert parameter in names, f"{file.name}:{action.lineno} records something this test cannot follow"
            at = names.index(parameter)
            for caller, call in _calls(tree, function.name):
                passed = call.args[at] if len(call.args) > at else _keyword(call, parameter)
                yield from _named(passed, caller, tree, file)
        case _:
            pytest.fail(f"{file.name}:{action.lineno} records something this test cannot follow")


def _calls(tree: ast.Module, name: str) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    """Return the calls of a function, each with the function it stands in."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name:
                yield function, node


def _keyword(call: ast.Call, name: str) -> ast.expr:
    return next(keyword.value for keyword in call.keywords if keyword.arg == name)


def test_every_recorded_action_has_a_sentence_and_no_sentence_is_left_over() -> None:
    speaking = (file for file in SERVICES if re.search(r'"(request|escalation)\.|\bRECORDED\b', file.read_text()))
    recorded = {action for file in speaking for action in _recorded(file)}

    assert {action for action in recorded if action.startswith(TOLD)} == set(SENTENCES)
