"""Everything that writes is delivered twice, one after the other and at once, and has one effect (reliability, 1h)."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.services import (
    absences,
    account_edits,
    accounts,
    briefings,
    channels,
    commitments,
    contact_forms,
    contacts,
    demands,
    duplicates,
    escalation_decisions,
    escalation_handing,
    escalation_raising,
    escalations,
    favours,
    histories,
    interactions,
    maps,
    members,
    menu,
    merges,
    networks,
    request_answers,
    requests,
    search,
    search_sharing,
    sponsors,
    worklists,
)
from handlers.routes import ROUTES, Listener
from storage.store import SqlStore
from storage.tables import Base
from tests.race import at_once
from tests.services.delivery_place import Deliver, Place, rows
from tests.services.delivery_scenarios import SCENARIOS
from tests.slack import words

SERVICES = (
    absences,
    account_edits,
    accounts,
    briefings,
    channels,
    commitments,
    contact_forms,
    contacts,
    demands,
    duplicates,
    escalation_decisions,
    escalation_handing,
    escalation_raising,
    escalations,
    favours,
    histories,
    interactions,
    maps,
    members,
    menu,
    merges,
    networks,
    request_answers,
    requests,
    search,
    search_sharing,
    sponsors,
    worklists,
)


NOT_COUNTED = {"search_words", "search_trigrams", "counters", "members"}
"""What the first of several finds there already."""


IDS = [f"{made.__module__.removeprefix('handlers.')}.{made.__name__} {what}".rstrip() for made, what, _ in SCENARIOS]


def _use_cases(listener: Listener) -> Iterator[Callable[..., Any]]:
    """Return the use cases a listener calls."""
    known = {service.__name__.rpartition(".")[2]: service for service in SERVICES}
    for module, name in re.findall(r"\b(\w+)\.(\w+)\(\s*store\b", inspect.getsource(listener)):
        yield getattr(known[module], name)


def test_every_listener_that_writes_is_delivered_twice_below() -> None:
    writing = {
        listener
        for listener in ROUTES.values()
        if any("store.begin(" in inspect.getsource(use_case) for use_case in _use_cases(listener))
    }
    assert {listener for listener, _, _ in SCENARIOS} == writing


def test_every_listener_reaches_the_store_through_use_cases_that_the_test_above_can_see() -> None:
    for listener in set(ROUTES.values()):
        takes_store = "store" in inspect.signature(listener).parameters
        assert bool([*_use_cases(listener)]) == takes_store, listener


def test_every_use_case_that_is_delivered_remembers_it_in_its_own_transaction() -> None:
    # What cannot have a second effect by what it is, and why.
    idempotent = {
        merges.choose_other: "keeps which other one was chosen",
        contact_forms.open_draft: "sets the address of an answer to what it is",
        interactions.form_from_draft: "sets the address of an answer to what it is",
        escalation_raising.form_with_more: "keeps the text that is in the form",
        escalation_raising.propose: "keeps the text that is in the form",
    }
    for listener, _, _ in SCENARIOS:
        for use_case in _use_cases(listener):
            source = inspect.getsource(use_case)
            if "store.begin(" in source and use_case not in idempotent:
                assert re.search(r"inbox\.(effect_of|earlier)\(|drafts\.kept\(", source), use_case


@pytest.mark.parametrize(("_listener", "_what", "scenario"), SCENARIOS, ids=IDS)
def test_a_second_delivery_changes_nothing_and_is_answered_as_the_first(
    store: SqlStore, _listener: Listener, _what: str, scenario: Callable[[Place], Deliver]
) -> None:
    place = Place(store)
    deliver = scenario(place)
    before, opened = rows(store), len(place.slack.modals.opened)
    first = deliver()
    once = rows(store)
    assert once != before, "the delivery has an effect"
    shown = place.slack.modals.opened[opened:]
    place.slack.later(seconds=90)

    again = deliver()

    assert rows(store) == once
    assert place.slack.modals.answers == [], "nobody is refused"
    if isinstance(first, dict):
        assert words(again) == words(first)
        assert again.keys() == first.keys()
        assert again.get("response_action") == first.get("response_action")
    else:
        assert (again.status, again.body) == (first.status, first.body)
    if len(shown) == 1 and len(place.slack.modals.opened) > opened + 1:
        assert place.slack.modals.opened[-1]["private_metadata"] == shown[0]["private_metadata"], "the same draft"


def counts(store: SqlStore) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
            if table.name not in NOT_COUNTED
        }


def gained(store: SqlStore, act: Callable[[], object]) -> dict[str, int]:
    before = counts(store)
    act()
    return {name: count - before[name] for name, count in counts(store).items() if count != before[name]}


@pytest.mark.parametrize(("_listener", "_what", "scenario"), SCENARIOS, ids=IDS)
def test_deliveries_at_the_same_moment_have_the_effect_of_one(
    store: SqlStore, disk: SqlStore, _listener: Listener, _what: str, scenario: Callable[[Place], Deliver]
) -> None:
    place = Place(disk if store.engine.dialect.name == "sqlite" else store)
    of_one = gained(place.store, scenario(place))
    deliver = scenario(place)
    answers: list[Any] = []

    of_three = gained(place.store, lambda: answers.extend(at_once(deliver, 3)))

    assert of_three == of_one
    assert not [fault for fault in answers if isinstance(fault, BaseException)]
    assert place.slack.modals.answers == [], "nobody is refused"
    if isinstance(answers[0], dict):
        assert len({words(answer) for answer in answers}) == 1
