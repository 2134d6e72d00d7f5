"""docs/life-cycles.md is drawn from the tables; ``python -m tests.architecture.test_life_cycles_documented`` draws it."""

import ast
import inspect
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from bot.domain import escalation_life, escalations, request_life, requests
from bot.domain.life_cycles import LifeCycle

DOCUMENT = Path(__file__).parents[2] / "docs" / "life-cycles.md"
_HEAD = """\
# Life cycles

Who may do what with a request and with a goal conflict, in which state, and what follows. Both are drawn from the tables
the code asks (`LIFE` in `bot/domain/request_life.py` and `bot/domain/escalation_life.py`); a test holds this page equal.
*Who* is what somebody is to this one request or conflict, read at the click; the clock is one of them.
"""


def drawn() -> str:
    """Return the page as the tables say it."""
    requests_ = _part("Requests", request_life.LIFE, requests.State, requests.Action, request_life.Role)
    conflicts = _part(
        "Goal conflicts", escalation_life.LIFE, escalations.State, escalations.Action, escalation_life.Role
    )
    return "\n".join([_HEAD, *requests_, "", *conflicts]) + "\n"


def _part(title: str, life: LifeCycle[Any, Any, Any], *kinds: type[StrEnum]) -> Iterator[str]:
    yield from (f"## {title}", "", "```mermaid", life.mermaid(), "```", "")
    yield from ("| Action | In | Who | Leads to |", "|---|---|---|---|")
    for rule in life.rules:
        leads_to = _said(rule.to) if rule.to is not None else "stays"
        yield f"| {_said(rule.action)} | {_all(rule.states)} | {_all(rule.roles)} | {leads_to} |"
    yield from ("", "| Word | Meaning |", "|---|---|")
    for word, meaning in (explained for kind in kinds for explained in _explained(kind)):
        yield f"| {_said(word)} | {meaning} |"


def _explained(kind: type[StrEnum]) -> Iterator[tuple[StrEnum, str]]:
    """Return the members of an enumeration that have a docstring of their own."""
    body = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(body, ast.ClassDef)
    for assignment, text in zip(body.body, body.body[1:], strict=False):
        if isinstance(assignment, ast.Assign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            name = assignment.targets[0]
            assert isinstance(name, ast.Name)
            yield kind[name.id], str(text.value.value).replace("\n", " ")


def _said(word: StrEnum) -> str:
    return word.value.replace("_", " ")


def _all(words: tuple[StrEnum, ...]) -> str:
    return ", ".join(map(_said, words))


def test_the_page_says_what_the_tables_say() -> None:
    assert DOCUMENT.read_text() == drawn(), "draw it anew: python -m tests.architecture.test_life_cycles_documented"


@pytest.mark.parametrize("life", [request_life.LIFE, escalation_life.LIFE], ids=["requests", "conflicts"])
def test_every_state_is_reached_and_every_action_and_role_is_used(life: LifeCycle[Any, Any, Any]) -> None:
    first = life.rules[0]
    kinds: tuple[Any, ...] = (type(first.states[0]), type(first.action), type(first.roles[0]))
    reached = {*life.first, *(rule.to for rule in life.rules if rule.to is not None)}

    assert reached == {*kinds[0]}
    assert {rule.action for rule in life.rules} == {*kinds[1]}
    assert {role for rule in life.rules for role in rule.roles} == {*kinds[2]}


if __name__ == "__main__":
    DOCUMENT.write_text(drawn())
