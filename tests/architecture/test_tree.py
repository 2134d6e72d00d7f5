import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "storage", "playground", "sample")


def _documented() -> dict[str, str]:
    tree = (ROOT / "docs" / "architecture.md").read_text().split("## The tree")[1].split("```")[1]
    return {line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1] for line in tree.strip().splitlines()}


def _modules() -> dict[str, Path]:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py") if "versions" not in file.parts]
    return {_name(file): file for file in files}


def _name(file: Path) -> str:
    relative = file.relative_to(ROOT)
    return f"{relative.parent}/" if file.name == "__init__.py" else str(relative)


def test_the_tree_of_the_documentation_names_every_module_and_no_other() -> None:
    assert set(_documented()) == set(_modules())


@pytest.mark.parametrize("name", sorted(_modules()))
def test_a_module_says_what_it_is_as_the_tree_does(name: str) -> None:
    docstring = ast.get_docstring(ast.parse(_modules()[name].read_text())) or ""
    assert docstring.splitlines()[0] == _documented()[name]
