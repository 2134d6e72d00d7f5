"""Outbox: what is to be told; leases, cards and their places."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Subquery, and_, case, delete, func, or_, select, text, update

from bot.domain.delivery import Claimed, Form, Outgoing, Posted, Priority, Ref, ReplyTo, Subject
from bot.domain.identity import ChannelId, EntryId, MemberId
from storage.session import Session
from storage.tables import CardRow, OutboxRow


class Outbox:
    """Rows of ``outbox`` and ``cards``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, outgoing: Outgoing, now: datetime) -> None:
        """Add a row; a waiting card edit of the same object and place is not added twice."""
        reply = outgoing.reply_to
        place = outgoing.to_channel or outgoing.to_member or (reply.member_id if reply else None)
        if place is None:
            raise ValueError(outgoing.topic)
        row = self._session.insert(OutboxRow).values(
            workspace_id=self._session.workspace_id,
            id=self._session.next_in_line(),
            key=str(uuid.UUID(int=secrets.randbits(128), version=4)),
            form=outgoing.form,
            topic=outgoing.topic,
            subject=outgoing.about.subject,
            object_id=outgoing.about.id,
            place=place,
            to_member=outgoing.to_member,
            to_channel=outgoing.to_channel,
            entry_id=outgoing.entry_id,
            detail=outgoing.detail,
            response_url=reply.response_url if reply else None,
            replace=reply.replace if reply else False,
            thread_subject=outgoing.thread_of.subject if outgoing.thread_of else None,
            thread_object_id=outgoing.thread_of.id if outgoing.thread_of else None,
            priority=outgoing.priority,
            state="pending",
            due_at=now,
            created_at=now,
            attempts=0,
        )
        self._session.run(
            # The waiting edit is touched, so that no worker takes it before this fact is committed.
            row.on_conflict_do_update(
                index_elements=["workspace_id", "topic", "object_id", "place"],
                index_where=text("form = 'card' AND state = 'pending'"),
                set_={"due_at": OutboxRow.due_at},
            )
        )
        self._session.wakes_worker = True

    def claim(self, now: datetime, lease_for: timedelta, most: int) -> tuple[Claimed, ...]:
        """Lease due rows of this workspace, most urgent first, at most one per place."""
        table = OutboxRow
        ready = or_(
            and_(table.state == "pending", table.due_at <= now),
            and_(table.state == "sending", table.leased_until <= now),
        )
        head = self._first_in_place(now)
        due = (
            select(table.__table__)
            # What made a row ready is asked again of the locked row: another worker may have been quicker.
            .where(table.workspace_id == self._session.workspace_id, table.id.in_(select(head.c.id)), ready)
            .order_by(table.priority, table.created_at, table.id)
            .limit(most)
        )
        if self._session.is_postgres:
            due = due.with_for_update(skip_locked=True)
        rows = self._session.rows(due)
        lease = secrets.token_hex(8)
        if rows:
            self._session.run(
                update(table)
                .where(table.workspace_id == self._session.workspace_id, table.id.in_([row.id for row in rows]))
                .values(state="sending", lease=lease, leased_until=now + lease_for, attempts=table.attempts + 1)
            )
        return tuple(_claimed(row, lease) for row in rows)

    def _first_in_place(self, now: datetime) -> Subquery:
        """Find the one row of each place that may go now.

        None while another row of the place is under way. A note also waits for every earlier row that has to be tried
        again, so that notes keep their order and come after the card in whose thread they stand.
        """
        table = OutboxRow
        order = (table.priority, table.created_at, table.id)
        under_way = case((and_(table.state == "sending", table.leased_until > now), 1), else_=0)
        waiting = case((and_(table.state == "pending", table.due_at > now), 1), else_=0)
        line = (
            select(
                table.id,
                table.place,
                table.form,
                *order[:2],
                waiting.label("waiting"),
                func.max(under_way).over(partition_by=table.place).label("busy"),
                func.sum(waiting).over(partition_by=table.place, order_by=order).label("waiting_ahead"),
            )
            .where(table.workspace_id == self._session.workspace_id, table.state.in_(["pending", "sending"]))
            .subquery()
        )
        turn = func.row_number().over(
            partition_by=line.c.place, order_by=(line.c.priority, line.c.created_at, line.c.id)
        )
        may_go = (
            select(line.c.id, turn.label("turn"))
            .where(line.c.busy == 0, line.c.waiting == 0, or_(line.c.form != Form.NOTE, line.c.waiting_ahead == 0))
            .subquery()
        )
        return select(may_go.c.id).where(may_go.c.turn == 1).subquery()

    def card(self, topic: str, about: Ref, place: str) -> Posted | None:
        """Return where a card stands."""
        row = self._session.run(
            select(CardRow.channel_id, CardRow.ts).where(*self._card(topic, about, place))
        ).one_or_none()
        return None if row is None else Posted(ChannelId(row.channel_id), row.ts)

    def cards_of(self, about: Ref) -> tuple[tuple[str, str], ...]:
        """Return ``(topic, place)`` of every card of an object that was posted or is waiting."""
        posted = select(CardRow.topic, CardRow.place).where(
            CardRow.workspace_id == self._session.workspace_id,
            CardRow.subject == about.subject,
            CardRow.object_id == about.id,
        )
        waiting = select(OutboxRow.topic, OutboxRow.place).where(
            OutboxRow.workspace_id == self._session.workspace_id,
            OutboxRow.subject == about.subject,
            OutboxRow.object_id == about.id,
            OutboxRow.form == Form.CARD,
            OutboxRow.state.in_(["pending", "sending"]),
        )
        # In one order for everybody, so that two facts that edit the same cards never wait for each other.
        return tuple(sorted((row.topic, row.place) for row in self._session.rows(posted.union(waiting))))

    def forget_card(self, topic: str, about: Ref, place: str) -> None:
        """Forget a card that is gone from Slack."""
        self._session.run(delete(CardRow).where(*self._card(topic, about, place)))

    def sent(self, row: Claimed, posted: Posted | None, now: datetime) -> None:
        """Mark as sent, remember a card's place, wipe a used address."""
        posted_at = {"sent_channel": posted.channel_id, "sent_ts": posted.ts} if posted else {}
        is_ours = self._close(row, state="sent", sent_at=now, **posted_at)
        if is_ours and row.outgoing.form is Form.CARD and posted is not None:
            self._session.upsert(
                CardRow,
                ["workspace_id", "topic", "object_id", "place"],
                [
                    {
                        "workspace_id": self._session.workspace_id,
                        "topic": row.outgoing.topic,
                        "object_id": row.outgoing.about.id,
                        "place": row.place,
                        "subject": row.outgoing.about.subject,
                        "channel_id": posted.channel_id,
                        "ts": posted.ts,
                    }
                ],
            )

    def retry(self, row: Claimed, due_at: datetime, cause: str) -> None:
        """Try again later."""
        self._put_back(row, due_at=due_at, cause=cause)

    def postpone(self, row: Claimed, due_at: datetime) -> None:
        """Send later what was not tried, to keep the pace of its place."""
        self._put_back(row, due_at=due_at, attempts=row.attempts - 1)

    def without_address(self, row: Claimed) -> None:
        """Send a reply by DM: its address is used up."""
        self._session.run(self._mine(row).values(state="pending", response_url=None, lease=None, leased_until=None))

    def park(self, row: Claimed, cause: str) -> None:
        """Set aside, visibly; nothing is deleted unsent."""
        self._close(row, state="parked", cause=cause)

    def next_due(self, now: datetime) -> datetime | None:
        """Return when the next row that cannot go now may go: a retry, or one whose lease ends."""
        table = OutboxRow
        due = case((table.state == "pending", table.due_at), else_=table.leased_until)
        soonest: datetime | None = self._session.run(
            select(func.min(due)).where(
                table.workspace_id == self._session.workspace_id, table.state.in_(["pending", "sending"]), due > now
            )
        ).scalar_one()
        return soonest

    def _card(self, topic: str, about: Ref, place: str) -> tuple[Any, ...]:
        return (
            CardRow.workspace_id == self._session.workspace_id,
            CardRow.topic == topic,
            CardRow.object_id == about.id,
            CardRow.place == place,
        )

    def _mine(self, row: Claimed) -> Any:
        """Address a row only while this lease holds (fencing)."""
        return update(OutboxRow).where(
            OutboxRow.workspace_id == self._session.workspace_id, OutboxRow.id == row.id, OutboxRow.lease == row.lease
        )

    def _close(self, row: Claimed, **values: Any) -> bool:
        done = self._session.run(self._mine(row).values(lease=None, leased_until=None, response_url=None, **values))
        return bool(done.rowcount)

    def _put_back(self, row: Claimed, **values: Any) -> None:
        """Let a row wait again; a card for which a newer edit waits already has nothing more to show."""
        if row.outgoing.form is Form.CARD and self._newer_edit_waits(row):
            self._close(row, state="sent", cause="replaced by a newer edit")
            return
        self._session.run(self._mine(row).values(state="pending", lease=None, leased_until=None, **values))

    def _newer_edit_waits(self, row: Claimed) -> bool:
        return (
            self._session.run(
                select(OutboxRow.id)
                .where(
                    OutboxRow.workspace_id == self._session.workspace_id,
                    OutboxRow.topic == row.outgoing.topic,
                    OutboxRow.object_id == row.outgoing.about.id,
                    OutboxRow.place == row.place,
                    OutboxRow.form == Form.CARD,
                    OutboxRow.state == "pending",
                )
                .limit(1)
            ).scalar_one_or_none()
            is not None
        )


def _claimed(row: Row[Any], lease: str) -> Claimed:
    about = Ref(Subject(row.subject), row.object_id)
    thread = None
    if row.thread_subject is not None:
        thread = Ref(Subject(row.thread_subject), row.thread_object_id)
    reply = ReplyTo(MemberId(row.place), row.response_url, row.replace) if row.form == Form.REPLY else None
    return Claimed(
        id=row.id,
        key=row.key,
        outgoing=Outgoing(
            form=Form(row.form),
            topic=row.topic,
            about=about,
            priority=Priority(row.priority),
            to_member=None if row.to_member is None else MemberId(row.to_member),
            to_channel=None if row.to_channel is None else ChannelId(row.to_channel),
            entry_id=None if row.entry_id is None else EntryId(row.entry_id),
            reply_to=reply,
            detail=row.detail,
            thread_of=thread,
        ),
        created_at=row.created_at,
        attempts=row.attempts + 1,
        lease=lease,
    )
