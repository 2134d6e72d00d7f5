from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.access import Visibility
from bot.domain.escalations import Party
from bot.domain.interactions import Category, Kind, Source, Tag
from handlers.forms import ConflictForm, LogForm
from handlers.payloads import View

TEXT = {"type": "plain_text_input", "value": "Besuch"}
ACCOUNT = {"type": "external_select", "selected_option": {"value": "7"}}


def form(**elements: dict[str, Any]) -> View:
    values = {name: {"value": element} for name, element in {"account": ACCOUNT, "text": TEXT, **elements}.items()}
    return View.read({"id": "V1", "state": {"values": values}})


def pick(*values: str) -> dict[str, Any]:
    return {"type": "checkboxes", "selected_options": [{"value": value} for value in values]}


def choose(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


def type_in(text: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": text}


def test_account_and_text_are_enough() -> None:
    details = LogForm.of(form()).details()

    assert (details.account_id, details.text) == (7, "Besuch")
    assert (details.kind, details.visibility) == (Kind.OTHER, Visibility.COMPANY)
    assert (details.contact_ids, details.participant_ids, details.tags) == ((), (), ())
    left_open = (details.occurred_at, details.satisfaction, details.promise, details.next_step_owner)
    assert set(left_open) == {None}


def test_every_field_reaches_the_command() -> None:
    details = LogForm.of(
        form(
            contacts=pick("3", "4"),
            kind=choose("visit"),
            category=choose("need"),
            occurred_at={"type": "datetimepicker", "selected_date_time": 1_700_000_000},
            visibility=choose("team"),
            participants={"type": "multi_users_select", "selected_users": ["U1", "U2"]},
            tags=pick("complaint"),
            satisfaction=choose("2"),
            satisfaction_source=choose("customer"),
            next_step=type_in("anrufen"),
            next_step_owner={"type": "users_select", "selected_user": "U3"},
            next_step_due={"type": "datepicker", "selected_date": "2026-12-01"},
            promise=type_in("Muster"),
            promise_due={"type": "datepicker", "selected_date": "2026-12-24"},
        )
    ).details()

    assert details.contact_ids == (3, 4)
    assert (details.kind, details.category, details.visibility) == (Kind.VISIT, Category.NEED, Visibility.TEAM)
    assert details.occurred_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert details.participant_ids == ("U1", "U2")
    assert details.tags == (Tag.COMPLAINT,)
    assert (details.satisfaction, details.satisfaction_source) == (2, Source.CUSTOMER)
    assert (details.next_step, details.next_step_owner, details.next_step_due) == ("anrufen", "U3", date(2026, 12, 1))
    assert (details.promise, details.promise_due) == ("Muster", date(2026, 12, 24))


@pytest.mark.parametrize(
    ("field", "element"),
    [
        ("account", choose("x")),
        ("text", type_in("  ")),
        ("kind", choose("party")),
        ("tags", pick("complaint", "nonsense")),
        ("contacts", pick("4; DROP TABLE contacts")),
        ("satisfaction", choose("6")),
        ("visibility", choose("world")),
    ],
)
def test_a_field_that_does_not_fit_is_named(field: str, element: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        LogForm.of(form(**{field: element}))
    assert {problem["loc"][0] for problem in refused.value.errors()} == {field}


@pytest.mark.parametrize("odd", [str(2**63), "9" * 30, "0", "-1", "x"])
@pytest.mark.parametrize("field", ["account", "contacts"])
def test_an_id_no_database_has_is_an_error_at_its_field(odd: str, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        LogForm.of(form(**{field: pick(odd) if field == "contacts" else choose(odd)}))
    assert {problem["loc"][0] for problem in refused.value.errors()} == {field}
    if field == "account":
        with pytest.raises(ValidationError):
            ConflictForm.typed_into(form(account=choose(odd)))
    assert LogForm.of(form(**{field: pick("7") if field == "contacts" else choose("7")})).details()


def test_a_number_no_database_has_names_nothing() -> None:
    def metadata(number: int) -> int | None:
        return View.read({"id": "V1", "private_metadata": f'{{"draft": {number}}}'}).number("draft")

    assert (metadata(2**63 - 1), metadata(2**63), metadata(-(10**30))) == (2**63 - 1, None, None)
    assert Party.of(f"department:{2**63}") is None
    assert Party.of(f"department:{2**63 - 1}") is not None
