"""A small language for what a structure must look like: checks that add their findings to a report."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Report = list[str]
"""Findings as Slack words them: ``[ERROR] what [json-pointer:/where]``."""
Check = Callable[[Any, str, Report], None]
"""Looks at a value that stands at a JSON pointer and adds what is wrong."""


def find(report: Report, path: str, what: str) -> None:
    """Add a finding."""
    report.append(f"[ERROR] {what} [json-pointer:{path}]")


def string(most: int | None = None, least: int = 1, pattern: str | None = None) -> Check:
    """Want a text of so many characters."""

    def check(value: Any, path: str, report: Report) -> None:
        if not isinstance(value, str):
            find(report, path, "must be a string")
        elif len(value) < least:
            find(report, path, f"must be more than {least - 1} characters")
        elif most is not None and len(value) > most:
            find(report, path, f"must be less than {most + 1} characters")
        elif pattern is not None and re.fullmatch(pattern, value) is None:
            find(report, path, f"does not match the required pattern {pattern}")

    return check


def boolean(value: Any, path: str, report: Report) -> None:
    """Want true or false."""
    if not isinstance(value, bool):
        find(report, path, "must be a boolean")


def whole(least: int | None = None, most: int | None = None) -> Check:
    """Want a whole number in these bounds."""

    def check(value: Any, path: str, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            find(report, path, "must be an integer")
        elif least is not None and value < least:
            find(report, path, f"must be at least {least}")
        elif most is not None and value > most:
            find(report, path, f"must be at most {most}")

    return check


def number(value: Any, path: str, report: Report) -> None:
    """Want any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        find(report, path, "must be a number")


def one_of(*values: str) -> Check:
    """Want one of these texts."""

    def check(value: Any, path: str, report: Report) -> None:
        if value not in values:
            find(report, path, f"must be one of {', '.join(values)}")

    return check


def anything(_value: Any, _path: str, _report: Report) -> None:
    """Accept whatever it is."""


def or_null(item: Check) -> Check:
    """Want null, or what is described."""

    def check(value: Any, path: str, report: Report) -> None:
        if value is not None:
            item(value, path, report)

    return check


def listed(item: Check, least: int = 0, most: int | None = None) -> Check:
    """Want a list of so many items, each as described."""

    def check(value: Any, path: str, report: Report) -> None:
        if not isinstance(value, list):
            find(report, path, "must be an array")
            return
        if len(value) < least:
            find(report, path, f"no fewer than {least} items allowed")
        if most is not None and len(value) > most:
            find(report, path, f"no more than {most} items allowed")
        for n, each in enumerate(value):
            item(each, f"{path}/{n}", report)

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these fields and no others; rules look at it as a whole once its fields are right."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    rules: tuple[Check, ...] = ()

    def __call__(self, value: Any, path: str, report: Report) -> None:
        """Check the object."""
        if not isinstance(value, dict):
            find(report, path, "must provide an object")
            return
        before = len(report)
        for key in self.required:
            if key not in value:
                find(report, path, f"missing required field: {key}")
        for key, item in value.items():
            check = self.required.get(key) or self.optional.get(key)
            if check is None:
                find(report, path, f"invalid additional property: {key}")
            else:
                check(item, f"{path}/{key}", report)
        if len(report) == before:
            for rule in self.rules:
                rule(value, path, report)


def by_type(table: Mapping[str, Check]) -> Check:
    """Want an object whose ``type`` is in the table, and which is as its type asks."""

    def check(value: Any, path: str, report: Report) -> None:
        if not isinstance(value, dict):
            find(report, path, "must provide an object")
        elif "type" not in value:
            find(report, path, "missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in table:
            find(report, f"{path}/type", f"unsupported type: {value['type']}")
        else:
            table[value["type"]](value, path, report)

    return check


def exactly_one(*keys: str) -> Check:
    """Want one of these fields and not the others."""

    def check(value: Any, path: str, report: Report) -> None:
        if sum(key in value for key in keys) != 1:
            find(report, path, f"must provide exactly one of {', '.join(keys)}")

    return check


def at_least_one(*keys: str) -> Check:
    """Want at least one of these fields."""

    def check(value: Any, path: str, report: Report) -> None:
        if not any(key in value for key in keys):
            find(report, path, f"must provide one of {', '.join(keys)}")

    return check


def in_order(smaller: str, larger: str) -> Check:
    """Want the first field's number not to be over the second's."""

    def check(value: Any, path: str, report: Report) -> None:
        if smaller in value and larger in value and float(value[smaller]) > float(value[larger]):
            find(report, f"{path}/{smaller}", f"must not be greater than {larger}")

    return check
