"""The documentation names everything that can be called and switched, and nothing else."""

import json
import re
from dataclasses import fields
from pathlib import Path

from playground.control import GETS, POSTS
from playground.faults import MODES, Fault
from playground.robot import Playground
from playground.rules import Rules
from playground.web_api import METHODS

TEXT = (Path(__file__).parents[2] / "docs" / "playground.md").read_text(encoding="utf-8")


def test_every_route_and_method_is_documented_and_no_other_route() -> None:
    assert set(re.findall(r"/_play/(\w+)", TEXT)) == {*POSTS, *GETS, "listen"}
    assert [name for name in (*METHODS, "apps.connections.open") if name not in TEXT] == []


def test_every_rule_is_documented_with_its_default() -> None:
    table = TEXT[TEXT.index("## Rules") : TEXT.index("## Faults")]
    documented = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", table, re.MULTILINE))
    assert {name: json.loads(value) for name, value in documented.items()} == Rules().as_dict()


def test_every_mode_and_field_of_a_fault_is_documented() -> None:
    part = TEXT[TEXT.index("## Faults") : TEXT.index("## The robot")]
    assert tuple(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)) == MODES
    orders = {field.name for field in fields(Fault) if field.init} - {"id", "struck", "method", "mode"}
    assert sorted(name for name in orders if f"`{name}`" not in part) == []


def test_waiting_in_vain_says_what_is_there_instead(slack: Playground) -> None:
    assert slack.get("wait", user="U0LEA", where="dm", contains="x", timeout=0.05)["met"] is False
