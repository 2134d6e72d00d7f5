"""The documentation names everything that can be called and switched."""

from pathlib import Path

from playground.faults import MODES
from playground.robot import Playground
from playground.rules import Rules
from playground.web_api import METHODS

DOCS = Path(__file__).parents[2] / "docs" / "playground.md"
CONTROL = Path(__file__).parents[2] / "playground" / "control.py"


def test_every_route_rule_fault_and_method_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    routes = [
        line.split('"')[1]
        for line in CONTROL.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith('"') and '": self.' in line
    ]
    assert len(routes) > 20
    wanted = {*(f"/_play/{route}" for route in routes), *Rules().as_dict(), *MODES, *METHODS, "apps.connections.open"}
    assert [name for name in sorted(wanted) if name not in text] == []


def test_waiting_in_vain_says_what_is_there_instead(slack: Playground) -> None:
    assert slack.get("wait", user="U0LEA", where="dm", contains="x", timeout=0.05)["met"] is False
