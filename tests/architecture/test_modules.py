"""Modules stay small, and say in one line what they are."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES = 500
FILES = {
    str(file.relative_to(ROOT)): file
    for package in ("bot", "handlers", "storage")
    for file in sorted((ROOT / package).rglob("*.py"))
    if "versions" not in file.parts
}
TESTS = {str(file.relative_to(ROOT)): file for file in sorted((ROOT / "tests").rglob("*.py"))}
VAGUE = re.compile(r"(^|/)(utils?|helpers?|managers?|base|common|misc)(\.py|/)")


@pytest.mark.parametrize("name", [*FILES, *TESTS])
def test_a_module_is_not_longer_than_a_person_reads(name: str) -> None:
    lines = len((ROOT / name).read_text().splitlines())
    assert lines <= MOST_LINES


@pytest.mark.parametrize("name", FILES)
def test_a_module_says_what_it_is_in_one_line(name: str) -> None:
    docstring = ast.get_docstring(ast.parse(FILES[name].read_text()))
    assert docstring
    assert "\n" not in docstring
    assert docstring.endswith(".")


def test_no_module_has_a_vague_name() -> None:
    assert [name for name in (*FILES, *TESTS) if VAGUE.search(name)] == []


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_left_for_later_and_no_code_is_commented_out(name: str) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", FILES[name].read_text())


def test_the_clock_is_called_in_one_place() -> None:
    calls = re.compile(r"datetime\.now\(|utcnow\(|date\.today\(|time\.time\(")
    assert [name for name in FILES if calls.search(FILES[name].read_text())] == ["bot/clock.py"]
