"""What is imported is asked for by name: what only another package brings goes when that package goes."""

import ast
import re
import sys
import tomllib
from importlib.metadata import distributions, packages_distributions
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("bot", "handlers", "storage", "playground", "sample", "tests")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~!; ]", one)[0].lower().replace("_", "-") for one in requirements}


EXTRAS = PROJECT["project"]["optional-dependencies"].values()
INSTALLED = _names([*PROJECT["project"]["dependencies"], *chain.from_iterable(EXTRAS)])
FOR_TESTS = INSTALLED | _names(PROJECT["dependency-groups"]["tests"])
STUBS = _names(PROJECT["dependency-groups"]["dev"])


def _imported(folder: str) -> set[str]:
    """The top-level names that a folder's modules import, without the standard library's and ours."""
    found: set[str] = set()
    for file in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(OURS) - sys.stdlib_module_names


@pytest.mark.parametrize("folder", OURS)
def test_every_package_that_is_imported_is_asked_for(folder: str) -> None:
    asked_for = FOR_TESTS if folder == "tests" else INSTALLED
    brought_by = packages_distributions()
    missing = {
        name
        for name in _imported(folder)
        if not {one.lower().replace("_", "-") for one in brought_by[name]} & asked_for
    }
    assert missing == set()


def test_every_stub_that_is_installed_is_asked_for() -> None:
    """A stub that someone installed by hand makes the types green on one machine only."""
    installed = {name for one in distributions() if (name := one.name.lower()).startswith("types-")}
    assert installed
    assert installed <= STUBS
