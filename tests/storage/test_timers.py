"""Timers as rows: set once, cancelled, moved, taken by one."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.domain.delivery import Ref, Subject
from bot.domain.timers import Moment, State, Timer
from storage.store import SqlStore
from storage.tables import TimerRow
from tests.company import ELSEWHERE, NOW, WORKSPACE, Company
from tests.race import at_once

ABOUT, OTHER = Ref(Subject.ESCALATION, 3), Ref(Subject.ESCALATION, 4)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _workspace(company: Company) -> None:
    """Every row belongs to a workspace."""


def timer(about: Ref = ABOUT, step: str = "remind", at: datetime = NOW, occurrence: str = "") -> Timer:
    return Timer(about, step, Moment(at), occurrence)


def put(store: SqlStore, *timers: Timer) -> list[bool]:
    with store.begin(WORKSPACE) as tx:
        return [tx.timers.set(one) for one in timers]


def waiting(store: SqlStore, about: Ref = ABOUT, step: str = "remind") -> list[datetime]:
    with store.read(WORKSPACE) as tx:
        return [one.due.at for one in tx.timers.waiting(about, step)]


def take(store: SqlStore, now: datetime) -> list[Timer]:
    """Do everything that is due."""
    done = []
    with store.begin(WORKSPACE) as tx:
        for timer_id in tx.timers.due(now, 100):
            held = tx.timers.take(timer_id, now)
            assert held is not None
            tx.timers.fired(held, now)
            done.append(held)
    return done


def states(store: SqlStore) -> dict[str, int]:
    found: dict[str, int] = {}
    with store.engine.connect() as connection:
        for state in connection.execute(select(TimerRow.state)).scalars():
            found[state] = found.get(state, 0) + 1
    return found


def test_a_timer_is_due_at_its_time_and_done_once(store: SqlStore) -> None:
    assert put(store, timer()) == [True]
    with store.read(WORKSPACE) as tx:
        assert tx.timers.due(NOW - timedelta(seconds=1), 10) == ()
        assert tx.timers.next_due() == NOW
    (done,) = take(store, NOW)
    assert (done.about, done.step, done.due.at, done.attempts) == (ABOUT, "remind", NOW, 0)
    assert take(store, NOW + HOUR) == []
    with store.begin(WORKSPACE) as tx:
        assert tx.timers.take(done.id, NOW) is None
        assert tx.timers.next_due() is None


def test_an_occurrence_is_set_once_whether_it_waits_or_is_done(store: SqlStore) -> None:
    assert put(store, timer(), timer(at=NOW + HOUR)) == [True, False]
    assert waiting(store) == [NOW]
    take(store, NOW)
    assert put(store, timer(), timer(occurrence="2")) == [False, True]
    assert put(store, timer(step="decide"), timer(OTHER)) == [True, True]


def test_a_cancelled_timer_does_not_happen_and_can_be_set_again(store: SqlStore) -> None:
    put(store, timer(), timer(step="decide"), timer(OTHER))
    with store.begin(WORKSPACE) as tx:
        assert tx.timers.cancel(ABOUT, "remind") == 1
        assert tx.timers.cancel(ABOUT, "remind") == 0
        assert tx.timers.cancel(ABOUT) == 1
    assert [done.about for done in take(store, NOW)] == [OTHER]
    assert put(store, timer(at=NOW + HOUR)) == [True]
    assert waiting(store) == [NOW + HOUR]


def test_a_moved_timer_happens_at_its_new_time_only(store: SqlStore) -> None:
    put(store, timer(), timer(OTHER))
    meant = Moment.on_the_wall(datetime.fromisoformat("2026-12-01T08:00"), "Europe/Zurich")
    with store.begin(WORKSPACE) as tx:
        assert tx.timers.move(ABOUT, "remind", meant) == 1
        assert tx.timers.move(ABOUT, "decide", meant) == 0
    assert [done.about for done in take(store, NOW)] == [OTHER]
    with store.read(WORKSPACE) as tx:
        (moved,) = tx.timers.waiting(ABOUT, "remind")
    assert moved.due == meant
    assert take(store, meant.at)[0].due == meant


def test_what_failed_waits_and_what_failed_too_often_is_set_aside_and_visible(store: SqlStore) -> None:
    put(store, timer())
    with store.begin(WORKSPACE) as tx:
        held = tx.timers.take(tx.timers.due(NOW, 1)[0], NOW)
        assert held is not None
        tx.timers.retry(held, NOW + HOUR, "LookupError")
        assert tx.timers.take(held.id, NOW) is None
        again = tx.timers.take(held.id, NOW + HOUR)
        assert again is not None
        assert (again.attempts, again.due.at) == (1, NOW)
        assert tx.timers.park(again, "LookupError")
    with store.read(WORKSPACE) as tx:
        (aside,) = tx.timers.set_aside()
        assert (aside.about, aside.attempts) == (ABOUT, 2)
        assert tx.timers.due(NOW + 10 * HOUR, 10) == ()


@pytest.mark.parametrize("meanwhile", ["tried", "moved", "cancelled", "done"])
def test_whoever_comes_too_late_changes_nothing(store: SqlStore, meanwhile: str) -> None:
    put(store, timer())
    with store.begin(WORKSPACE) as tx:
        held = tx.timers.take(tx.timers.due(NOW, 1)[0], NOW)
        assert held is not None
        match meanwhile:
            case "tried":
                tx.timers.retry(held, NOW + 2 * HOUR, "LookupError")
            case "moved":
                tx.timers.move(ABOUT, "remind", Moment(NOW + 2 * HOUR))
            case "cancelled":
                tx.timers.cancel(ABOUT)
            case "done":
                tx.timers.fired(held, NOW)
        tx.timers.retry(held, NOW + HOUR, "late")
        assert not tx.timers.park(held, "late")
        tx.timers.fired(held, NOW)
    with store.read(WORKSPACE) as tx:
        assert tx.timers.due(NOW + HOUR, 10) == ()
    assert len(waiting(store)) == (meanwhile in {"tried", "moved"})


def test_two_replicas_never_hold_the_same_timer(store: SqlStore, disk: SqlStore) -> None:
    shared = store
    if store.engine.dialect.name == "sqlite":
        Company(disk)
        shared = disk
    put(shared, *(timer(occurrence=str(number)) for number in range(40)))
    done: list[str] = []

    def replica() -> None:
        with shared.read(WORKSPACE) as tx:
            ids = tx.timers.due(NOW, 100)
        for timer_id in ids:
            with shared.begin(WORKSPACE) as tx:
                if (held := tx.timers.take(timer_id, NOW)) is not None:
                    tx.timers.fired(held, NOW)
            if held is not None:
                done.append(held.occurrence)

    assert at_once(replica, 4) == [None] * 4
    assert sorted(done, key=int) == [str(number) for number in range(40)]


@pytest.mark.postgres
def test_a_timer_in_anothers_hands_is_passed_over_and_not_waited_for(postgres_store: SqlStore) -> None:
    put(postgres_store, timer(), timer(OTHER))
    with postgres_store.begin(WORKSPACE) as one:
        first, second = one.timers.due(NOW, 10)
        assert one.timers.take(first, NOW) is not None
        with postgres_store.begin(WORKSPACE) as other:
            assert other.timers.take(first, NOW) is None
            assert other.timers.take(second, NOW) is not None


@pytest.fixture
def postgres_store(request: pytest.FixtureRequest) -> SqlStore:
    store = SqlStore(request.getfixturevalue("postgres_engine"))
    with store.engine.begin() as connection:
        connection.execute(delete(TimerRow))
    Company(store)
    return store


def test_workspaces_do_not_share_timers(store: SqlStore) -> None:
    Company(store, workspace=ELSEWHERE)
    put(store, timer())
    with store.begin(ELSEWHERE) as tx:
        assert tx.timers.due(NOW, 10) == ()
        assert tx.timers.next_due() is None
        assert tx.timers.cancel(ABOUT) == 0
        assert tx.timers.set(timer())


def test_new_rules_of_a_zone_move_what_was_set_by_the_old_ones(store: SqlStore) -> None:
    meant = Moment.on_the_wall(datetime.fromisoformat("2027-07-01T08:00"), "Europe/Zurich")
    put(store, Timer(ABOUT, "remind", meant), timer(OTHER), Timer(OTHER, "done", meant))
    take(store, NOW)
    with store.engine.begin() as connection:
        # As if the zone had no summer time when it was set.
        by_old_rules = meant.at + HOUR
        connection.execute(update(TimerRow).where(TimerRow.wall.is_not(None)).values(due_at=by_old_rules))
        connection.execute(update(TimerRow).where(TimerRow.step == "done").values(state=State.FIRED))
    with store.begin(WORKSPACE) as tx:
        assert tx.timers.reckon() == 1
        assert tx.timers.reckon() == 0
    assert waiting(store) == [meant.at]
    with store.read(WORKSPACE) as tx:
        assert tx.timers.due(meant.at, 10)


@pytest.mark.parametrize("change", ["set", "move", "set in vain", "move in vain"])
def test_a_commit_wakes_the_timekeeper_if_there_is_anything_to_wait_for(store: SqlStore, change: str) -> None:
    put(store, timer())
    woken: list[None] = []
    store.on_timer = lambda: woken.append(None)
    with store.begin(WORKSPACE) as tx:
        match change:
            case "set":
                tx.timers.set(timer(occurrence="2"))
            case "move":
                tx.timers.move(ABOUT, "remind", Moment(NOW))
            case "set in vain":
                tx.timers.set(timer())
            case "move in vain":
                tx.timers.move(OTHER, "remind", Moment(NOW))
        assert woken == [], "not before it is committed"
    assert len(woken) == (0 if "vain" in change else 1)


def test_instants_are_kept_to_the_microsecond_and_aware(store: SqlStore) -> None:
    at = datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=UTC)
    put(store, timer(at=at))
    assert waiting(store) == [at]
