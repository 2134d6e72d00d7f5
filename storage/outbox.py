"""Outbox: what is to be told; leases, cards and their places."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, update

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
            id=self._session.new_id(),
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
        self._session.run(row.on_conflict_do_nothing())
        self._session.wakes_worker = True

    def claim(self, now: datetime, lease_for: timedelta, most: int) -> tuple[Claimed, ...]:
        """Lease due rows of this workspace, most urgent first, at most one per place."""
        earlier, table = OutboxRow.__table__.alias("earlier"), OutboxRow
        # Order within a place is kept: a row waits while an older one for the same place is under way.
        busy = (
            select(earlier.c.id)
            .where(
                earlier.c.workspace_id == table.workspace_id,
                earlier.c.place == table.place,
                earlier.c.state == "sending",
                earlier.c.leased_until > now,
            )
            .exists()
        )
        due = (
            select(table.__table__)
            .where(
                table.workspace_id == self._session.workspace_id,
                or_(
                    and_(table.state == "pending", table.due_at <= now),
                    and_(table.state == "sending", table.leased_until <= now),
                ),
                ~busy,
            )
            .order_by(table.priority, table.created_at, table.id)
            .limit(most * 4)
        )
        if self._session.is_postgres:
            due = due.with_for_update(skip_locked=True)
        chosen: dict[str, Row[Any]] = {}
        for row in self._session.rows(due):
            if len(chosen) < most:
                chosen.setdefault(row.place, row)
        lease = secrets.token_hex(8)
        if chosen:
            self._session.run(
                update(table)
                .where(
                    table.workspace_id == self._session.workspace_id, table.id.in_([row.id for row in chosen.values()])
                )
                .values(state="sending", lease=lease, leased_until=now + lease_for, attempts=table.attempts + 1)
            )
        return tuple(_claimed(row, lease) for row in chosen.values())

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
        return tuple((row.topic, row.place) for row in self._session.rows(posted.union(waiting)))

    def forget_card(self, topic: str, about: Ref, place: str) -> None:
        """Forget a card that is gone from Slack."""
        self._session.run(delete(CardRow).where(*self._card(topic, about, place)))

    def sent(self, row: Claimed, posted: Posted | None, now: datetime) -> None:
        """Mark as sent, remember a card's place, wipe a used address."""
        self._close(row, state="sent", sent_at=now, sent_channel=posted and posted.channel_id, sent_ts=posted and posted.ts)
        if row.outgoing.form is Form.CARD and posted is not None:
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
        if row.outgoing.form is Form.CARD and self._newer_edit_waits(row):
            self._close(row, state="sent", cause="replaced by a newer edit")
            return
        self._session.run(
            self._mine(row).values(state="pending", due_at=due_at, cause=cause, lease=None, leased_until=None)
        )

    def without_address(self, row: Claimed) -> None:
        """Send a reply by DM: its address is used up."""
        self._session.run(self._mine(row).values(state="pending", response_url=None, lease=None, leased_until=None))

    def park(self, row: Claimed, cause: str) -> None:
        """Set aside, visibly; nothing is deleted unsent."""
        self._close(row, state="parked", cause=cause)

    def next_due(self) -> datetime | None:
        """Return when the next row is due."""
        due: datetime | None = self._session.run(
            select(func.min(OutboxRow.due_at)).where(
                OutboxRow.workspace_id == self._session.workspace_id, OutboxRow.state == "pending"
            )
        ).scalar_one()
        return due

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

    def _close(self, row: Claimed, **values: Any) -> None:
        self._session.run(self._mine(row).values(lease=None, leased_until=None, response_url=None, **values))

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
