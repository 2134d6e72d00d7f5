"""After a time in which nothing ran the clock catches up, and that alone alarms nobody (F28)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.domain.members import Role
from bot.services import timers
from storage.store import SqlStore
from storage.tables import TimerRow
from tests.company import NOW, WORKSPACE, Company
from tests.conflict import Conflict
from tests.statements import statements

BACK = NOW + timedelta(days=4)


@pytest.fixture
def conflict(store: SqlStore, company: Company) -> Conflict:
    made = Conflict(store, company)
    company.member("Ada", role=Role.ADMIN)
    timers.keep(store, WORKSPACE, NOW)
    return made


def catch_up(conflict: Conflict, now: datetime) -> None:
    """Let everything that is due happen now, soonest first."""
    while due := _due(conflict, now):
        for timer_id in due:
            timers.fire(conflict.store, WORKSPACE, timer_id, now)


def _due(conflict: Conflict, now: datetime) -> tuple[int, ...]:
    with conflict.store.read(WORKSPACE) as tx:
        return tx.timers.due(now, 50)


def test_who_was_down_for_days_does_the_step_that_is_due_and_tells_the_admins_nothing(conflict: Conflict) -> None:
    raised = [conflict.raised(), conflict.raised()]
    catch_up(conflict, BACK)
    assert conflict.rows("escalation.unwatched") == set()
    assert conflict.unwatched(BACK) == ()
    assert all((found := conflict.whole(one).next) and found.at > BACK for one in raised)


def test_a_step_that_fails_is_an_alarm(conflict: Conflict) -> None:
    raised = conflict.raised()
    with conflict.store.engine.begin() as connection:
        of_it = update(TimerRow).where(TimerRow.object_id == raised.id)
        connection.execute(of_it.values(attempts=1, try_at=BACK + timedelta(minutes=1)))
    assert conflict.unwatched(BACK) == (raised.id,)
    catch_up(conflict, BACK)
    assert conflict.rows("escalation.unwatched") == {"UADA"}


def test_a_round_over_many_conflicts_takes_as_many_statements_as_over_one(conflict: Conflict) -> None:
    def taken() -> int:
        with statements(conflict.store) as seen:
            conflict.round(NOW)
        return len(seen)

    conflict.raised()
    of_one = taken()
    other = conflict.company.account("Migros", kam=conflict.lea)
    for account_id in (conflict.account, other, other):
        conflict.raised(account=str(account_id))
    assert taken() == of_one
