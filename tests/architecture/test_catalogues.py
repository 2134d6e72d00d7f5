import ast
from functools import cache
from pathlib import Path

import pytest

from bot.domain.members import LANGUAGES
from bot.i18n import catalogues

BOT = Path(catalogues.__file__).parent.parent
TRANSLATED = [language for language in LANGUAGES if language != catalogues.SOURCE_LANGUAGE]


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("name", sorted(catalogues.sources()))
def test_a_catalogue_says_all_that_its_module_says_and_nothing_else(language: str, name: str) -> None:
    found = [problem for problem in _problems(language) if problem.startswith(f"{name}.po")]

    assert found == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_catalogue_is_left_over(language: str) -> None:
    found = [problem for problem in _problems(language) if problem.endswith("no module says this")]

    assert found == []


def test_only_views_and_the_translator_say_anything() -> None:
    elsewhere = [
        f"{path.relative_to(BOT.parent)}:{call.lineno}"
        for path in [*BOT.rglob("*.py"), *(BOT.parent / "handlers").rglob("*.py")]
        if path.parent.name not in {"views", "i18n"}
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and _is_said(call)
    ]

    assert elsewhere == []


def test_what_is_said_stands_in_the_source_as_a_whole() -> None:
    """A sentence put together at run time cannot be translated."""
    built = [
        f"{path.name}:{call.lineno}"
        for path in (BOT / "views").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and _is_said(call)
        and isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.Call)
    ]

    assert built == []


@cache
def _problems(language: str) -> tuple[str, ...]:
    return tuple(catalogues.problems(language))


def _is_said(call: ast.Call) -> bool:
    says = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "plural" else call.func
    return isinstance(says, ast.Name) and says.id == "t" and bool(call.args)
