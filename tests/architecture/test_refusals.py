"""Every refusal has its sentence, in both languages, whatever its facts."""

import dataclasses
import inspect
import types
import typing
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

import pytest

from bot.domain import errors, menu
from bot.domain.identity import MemberId
from bot.domain.members import Person
from bot.i18n import translator
from bot.views import labels, refusals

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HOSTILE = "<!channel> *x* {0} {name} %s 100 % <https://evil.example|x>"
VERBS, GATES = [verb.name for verb in menu.VERBS], list(labels.GATE)
LISTED: dict[tuple[str, str], list[Any]] = {
    ("UnknownVerb", "closest"): [(), VERBS[:1], VERBS],
    ("GateReasonMissing", "missing"): [GATES[:1], GATES],
}
"""Fields that hold keys of a list of ours, and no text."""
REFUSALS = [
    refusal
    for _, refusal in inspect.getmembers(errors, inspect.isclass)
    if issubclass(refusal, errors.Refusal) and refusal is not errors.Refusal
]


def _values(kind: Any) -> list[Any]:
    """Return plain and extreme values of a field's type."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return [value for part in inner for value in _values(part)]
    if origin is Sequence or origin is tuple:
        some = _values(inner[0])
        return [(), (some[0],), (*some, *some)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)
    if dataclasses.is_dataclass(kind) and kind is not Person:
        assert isinstance(kind, type)
        return _instances(kind)
    values: dict[Any, list[Any]] = {
        str: ["Helvetia", "", HOSTILE, "x" * 5000],
        int: [1, 0, 10**9],
        bool: [True, False],
        date: [date(2026, 11, 19), date(2025, 1, 1)],
        datetime: [NOW, NOW.replace(year=2024)],
        timedelta: [timedelta(seconds=0.2), timedelta(minutes=3)],
        Person: [Person(MemberId("U1"), HOSTILE), Person(MemberId("U2"), "Lea", left=True)],
        types.NoneType: [None],
        None: [None],
    }
    return values[getattr(kind, "__supertype__", kind)]


def _instances(made: type) -> list[Any]:
    """Return an instance per value of each field, the others plain."""
    hints = typing.get_type_hints(made)
    fields = {
        field.name: LISTED.get((made.__name__, field.name)) or _values(hints[field.name])
        for field in dataclasses.fields(made)
    }
    longest = max((len(values) for values in fields.values()), default=1)
    return [made(**{name: values[at % len(values)] for name, values in fields.items()}) for at in range(longest)]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
def test_a_refusal_says_why_in_both_languages_and_lets_no_markup_through(
    refusal: type[errors.Refusal], language: str
) -> None:
    t, english = translator(language, NOW, "Europe/Zurich"), translator("en", NOW, "Europe/Zurich")
    for instance in _instances(refusal):
        said = refusals.sentence(instance, t)
        assert said.plain.strip()
        assert "<!channel>" not in said.mrkdwn
        assert "<https://evil" not in said.mrkdwn
        assert len(said.mrkdwn) <= 12_000
        if language == "de":
            assert said.plain != refusals.sentence(instance, english).plain, "no German yet"


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
def test_a_refusal_carries_facts_and_no_text(refusal: type[errors.Refusal]) -> None:
    assert dataclasses.is_dataclass(refusal)
    assert refusal.__doc__
    for instance in _instances(refusal):
        assert instance.field is None or isinstance(instance.field, str)
