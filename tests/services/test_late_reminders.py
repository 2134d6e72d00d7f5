"""What the clock says too late says how late it comes (F28)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.delivery import Form
from bot.domain.request_results import Told
from bot.services import timers
from storage.store import SqlStore
from storage.tables import OutboxRow
from tests.company import NOW, WORKSPACE, Company
from tests.conflict import Conflict, to_do
from tests.production import LATER, Desk


def fires(store: SqlStore, now: Any) -> None:
    """Let everything happen now that is due, as after a time in which nothing ran."""
    with store.read(WORKSPACE) as tx:
        due = tx.timers.due(now, 99)
    for timer_id in due:
        timers.fire(store, WORKSPACE, timer_id, now)


def late(store: SqlStore, topic: str) -> dict[str, int | None]:
    """Return by how many seconds each note of a topic came late."""
    query = select(OutboxRow.place, OutboxRow.detail).where(OutboxRow.topic == topic, OutboxRow.form == Form.NOTE)
    with store.engine.connect() as connection:
        return {row.place: row.detail for row in connection.execute(query)}


def test_a_reminder_of_a_request_says_how_late_it_comes(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    desk.send()
    desk.sent()
    with store.read(WORKSPACE) as tx:
        due = tx.timers.next_due()
    assert due is not None
    fires(store, due + timedelta(hours=3))
    told: Told = desk.load("request.reminder", "CPROD")
    assert told.late == timedelta(hours=3)


def test_a_reminder_in_time_says_nothing_of_that(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    desk.send()
    desk.sent()
    with store.read(WORKSPACE) as tx:
        due = tx.timers.next_due()
    assert due is not None
    fires(store, due + timedelta(seconds=90))
    told: Told = desk.load("request.reminder", "CPROD")
    assert told.late == timedelta(0)


def test_after_days_only_the_newest_step_counts_for_how_late_it_is(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    request = desk.send()
    desk.sent()
    back = NOW + timedelta(days=10)
    last = desk.now(request).clock.since
    assert last is not None
    fires(store, back)
    told: Told = desk.load("request.reminder", desk.lea.id)
    assert told.entry.action == "request.unanswered"
    assert timedelta(0) < told.late < back - last


def test_a_promise_is_called_to_mind_with_how_late_that_comes(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    request = desk.send()
    desk.accept(desk.sandra, request)
    desk.sent()
    with store.read(WORKSPACE) as tx:
        due = tx.timers.next_due()
    assert due is not None
    assert due.date() < LATER
    fires(store, due + timedelta(hours=5))
    told: Told = desk.load("request.reminder", desk.sandra.id)
    assert (told.entry.action, told.late) == ("request.due_soon", timedelta(hours=5))


@pytest.mark.parametrize(("after", "said"), [(timedelta(hours=2), 7200), (timedelta(minutes=1), None)])
def test_a_sponsor_is_reminded_with_how_late_that_comes(
    store: SqlStore, company: Company, after: timedelta, said: int | None
) -> None:
    conflict = Conflict(store, company)
    raised = conflict.raised()
    assert raised.next is not None
    fires(store, raised.next.at + after)
    assert late(store, "escalation.note") == {conflict.keller.id: said}


def test_what_was_agreed_is_called_to_mind_with_how_late_that_comes(store: SqlStore, company: Company) -> None:
    conflict = Conflict(store, company)
    raised = conflict.raised()
    conflict.decide(conflict.keller, raised, agreed=to_do(conflict.sandra))
    with store.read(WORKSPACE) as tx:
        due = tx.timers.next_due()
    assert due is not None
    fires(store, due + timedelta(hours=4))
    assert late(store, "escalation.note")[conflict.sandra.id] == 4 * 3600
