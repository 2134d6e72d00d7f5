"""What waits, counted per workspace and state."""

from datetime import timedelta

from sqlalchemy import text

from bot.domain.delivery import Form, Outgoing, Priority, Ref, Subject
from bot.domain.identity import ChannelId, WorkspaceId
from bot.domain.timers import Moment, Timer
from bot.ports import Waiting
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company

ABOUT = Ref(Subject.INTERACTION, 1)
MINUTE = timedelta(minutes=1)


def test_what_waits_is_counted_by_state_with_the_age_of_the_oldest(store: SqlStore) -> None:
    for workspace in (WORKSPACE, WorkspaceId("T2")):
        Company(store, workspace=workspace)
    for minute in (3, 1):
        with store.begin(WORKSPACE) as tx:
            line = Outgoing(Form.NOTE, "interaction.line", ABOUT, Priority.INTERACTION, to_channel=ChannelId("C1"))
            tx.outbox.put(line, NOW - minute * MINUTE)
    with store.begin(WorkspaceId("T2")) as tx:
        tx.timers.set(Timer(ABOUT, "remind", Moment(NOW - MINUTE), "late"))
        tx.timers.set(Timer(ABOUT, "remind", Moment(NOW + MINUTE), "in time"))

    assert set(store.waiting(NOW)) == {
        Waiting(WORKSPACE, "outbox", "pending", 2, 180.0),
        Waiting("T2", "timers", "pending", 1, 60.0),
    }


def test_a_clock_that_was_set_back_gives_no_negative_age(store: SqlStore) -> None:
    Company(store)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.put(
            Outgoing(Form.NOTE, "interaction.line", ABOUT, Priority.INTERACTION, to_channel=ChannelId("C1")), NOW
        )
    assert [one.oldest_seconds for one in store.waiting(NOW - MINUTE)] == [0.0]


def test_figures_come_while_the_database_is_away(disk: SqlStore) -> None:
    with disk.engine.begin() as connection:
        connection.execute(text("ALTER TABLE outbox RENAME TO away"))
    assert disk.waiting(NOW) == ()
