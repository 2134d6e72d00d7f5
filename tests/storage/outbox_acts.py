"""What a worker does with the outbox, as the tests of it do it."""

from datetime import timedelta

from sqlalchemy import select

from bot.domain.delivery import Claimed, Form, Outgoing, Posted, Priority, Ref, Subject
from bot.domain.identity import ChannelId
from bot.domain.pace import Limits
from storage.store import SqlStore
from storage.tables import OutboxRow
from tests.company import NOW, WORKSPACE

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
POSTED = Posted(ChannelId("CA"), "1.1")
PLENTY = Limits(posts_per_minute=60_000)


def note(place: str = "CA", about: int = 1, priority: Priority = Priority.REQUEST) -> Outgoing:
    """Make a note to a channel."""
    return Outgoing(Form.NOTE, "t.note", Ref(Subject.REQUEST, about), priority, to_channel=ChannelId(place))


def card(place: str = "CA", about: int = 1) -> Outgoing:
    """Make a card in a channel."""
    return Outgoing(Form.CARD, "t.card", Ref(Subject.REQUEST, about), Priority.REQUEST, to_channel=ChannelId(place))


def put(store: SqlStore, *rows: Outgoing, after: timedelta = timedelta(0)) -> None:
    """Put rows into the outbox."""
    with store.begin(WORKSPACE) as tx:
        for row in rows:
            tx.outbox.put(row, NOW + after)


def claim(
    store: SqlStore, after: timedelta = timedelta(0), most: int = 8, limits: Limits = PLENTY, others: int | None = None
) -> tuple[Claimed, ...]:
    """Lease what may go."""
    with store.begin(WORKSPACE) as tx:
        return tx.outbox.claim(NOW + after, limits, most, most if others is None else others).rows


def sent(store: SqlStore, *rows: Claimed, posted: Posted | None = None, after: timedelta = timedelta(0)) -> None:
    """Mark rows as sent."""
    with store.begin(WORKSPACE) as tx:
        for row in rows:
            tx.outbox.sent(row, posted, NOW + after)


def states(store: SqlStore) -> list[str]:
    """Read in which states the rows are."""
    with store.engine.connect() as connection:
        return list(connection.execute(select(OutboxRow.state).order_by(OutboxRow.state)).scalars())
