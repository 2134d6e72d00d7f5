"""Outbox: what is to be told; leases, cards and their places."""

import secrets
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    literal,
    literal_column,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.access import Access
from bot.domain.delivery import (
    NO_ANSWER,
    Claimed,
    Form,
    Outgoing,
    Posted,
    Priority,
    Ref,
    ReplyTo,
    State,
    Subject,
    Way,
    lane_of,
)
from bot.domain.identity import ChannelId, EntryId, MemberId
from bot.domain.pace import PLACE_PAUSE, Batch, Gate, Limits
from storage import claims
from storage.backlog import Backlog
from storage.tables import AccountRow, CardRow, DepartmentRow, LaneRow, OutboxRow


class Outbox(Backlog):
    """Rows of ``outbox`` and ``cards``."""

    def put(self, outgoing: Outgoing, now: datetime) -> None:
        """Add a row; a waiting card edit of the same object and place is not added twice."""
        reply = outgoing.reply_to
        place = outgoing.to_channel or outgoing.to_member or (reply.member_id if reply else None)
        if place is None:
            raise ValueError(outgoing.topic)
        row_id = self._session.next_in_line()
        queue, lane = self._line(outgoing, place, row_id)
        row = self._session.insert(OutboxRow).values(
            workspace_id=self._session.workspace_id,
            id=row_id,
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
            state=State.PENDING,
            due_at=now,
            created_at=now,
            attempts=0,
            queue=queue,
            lane=lane,
            in_doubt=False,
            faults=0,
            repeats_left=int(outgoing.priority is Priority.ESCALATION),
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

    def _line(self, outgoing: Outgoing, place: str, row_id: int) -> tuple[ColumnElement[str], ColumnElement[str]]:
        """Return queue and lane; a card that stands is edited, anything else is posted."""

        def line(way: Way) -> tuple[str, str]:
            return claims.queue_of(outgoing.priority, way), lane_of(way, place, row_id)

        if outgoing.reply_to is not None and outgoing.reply_to.response_url:
            way = Way.REPLY
        elif outgoing.form is Form.CARD:
            stands = exists().where(*self._card(outgoing.topic, outgoing.about, place))
            edit, post = line(Way.EDIT), line(Way.POST)
            return case((stands, edit[0]), else_=post[0]), case((stands, edit[1]), else_=post[1])
        else:
            way = Way.POST
        return tuple(literal(part) for part in line(way))  # type: ignore[return-value]  # two of them

    def claim(
        self, now: datetime, limits: Limits, most: int, others: int, *, trial: bool = False, eager: bool = False
    ) -> Batch:
        """Lease what may go now, most urgent first, one row per lane; one row as a trial while the gate is shut."""
        # Whoever holds the gate claims alone: budgets and lanes are kept over all workers.
        gate = claims.read_gate(self._session, hold=True)
        if gate.is_shut and not trial:
            knock = eager or gate.may_knock(now)
            if knock:
                claims.write_gate(self._session, gate.knocked(now))
            return Batch(knock=knock)
        if trial:
            most = others = 1
        rows, left = claims.take(self._session, gate, now, limits, most, others)
        if left != gate:
            claims.write_gate(self._session, left)
        return Batch(tuple(_claimed(row, after_trouble=gate.is_troubled) for row in rows))

    def renew(self, leases: Collection[str], until: datetime) -> frozenset[int]:
        """Keep the rows under these leases; return which there still are."""
        kept = self._session.run(
            update(OutboxRow)
            .where(
                OutboxRow.workspace_id == self._session.workspace_id,
                OutboxRow.state == literal_column("'sending'"),
                OutboxRow.lease.in_(list(leases)),
            )
            .values(leased_until=until)
            .returning(OutboxRow.id)
        )
        return frozenset(kept.scalars())

    def next_due(self, now: datetime, limits: Limits) -> datetime | None:
        """Return when something that cannot go now may go."""
        gate = claims.read_gate(self._session)
        free_at = gate.free_at(now, limits)
        if gate.is_shut:
            return free_at
        times = (free_at, claims.next_due(self._session, now))
        return min((time for time in times if time is not None), default=None)

    def gate(self) -> Gate:
        """Return what holds the workspace's messages up."""
        return claims.read_gate(self._session)

    def hold_gate(self) -> Gate:
        """Return the same and let nobody else change it until the commit."""
        return claims.read_gate(self._session, hold=True)

    def set_gate(self, gate: Gate) -> None:
        """Keep a gate that is held."""
        claims.write_gate(self._session, gate)

    def open_gate(self, now: datetime) -> None:
        """Slack answers again: what waited only for that is due now."""
        gate = self.hold_gate()
        if not gate.is_troubled:
            return
        self.set_gate(gate.opened())
        if not gate.is_shut:
            return
        waits_for_slack = and_(OutboxRow.cause.startswith(NO_ANSWER, autoescape=True), OutboxRow.state == "pending")
        here = OutboxRow.workspace_id == self._session.workspace_id
        # Something may have been posted there a moment ago.
        held, soon = select(OutboxRow.lane).where(here, waits_for_slack), now + PLACE_PAUSE
        self._session.run(
            update(LaneRow)
            .where(
                LaneRow.workspace_id == self._session.workspace_id,
                LaneRow.lane.in_(held),
                LaneRow.free_at > soon,
                ~LaneRow.asked,
            )
            .values(free_at=soon)
        )
        self._session.run(update(OutboxRow).where(here, waits_for_slack, OutboxRow.due_at > now).values(due_at=now))

    def card(self, topic: str, about: Ref, place: str) -> Posted | None:
        """Return where a card stands."""
        row = self._session.run(
            select(CardRow.channel_id, CardRow.ts).where(*self._card(topic, about, place))
        ).one_or_none()
        return None if row is None else Posted(ChannelId(row.channel_id), row.ts)

    def standing_at(self, posted: Posted) -> tuple[str, Ref, str] | None:
        """Return ``(topic, object, place)`` of the card that stands there, if one does."""
        row = self._session.run(
            select(CardRow.topic, CardRow.subject, CardRow.object_id, CardRow.place).where(
                CardRow.workspace_id == self._session.workspace_id,
                CardRow.channel_id == posted.channel_id,
                CardRow.ts == posted.ts,
            )
        ).first()
        return None if row is None else (row.topic, Ref(Subject(row.subject), row.object_id), row.place)

    def is_told_at(self, about: Ref, posted: Posted) -> bool:
        """Tell whether what stands there was sent about an object, is no card of a channel, and is in no doubt."""
        return self._exists(
            OutboxRow.object_id == about.id,
            OutboxRow.subject == about.subject,
            OutboxRow.state == State.SENT,
            or_(OutboxRow.form != Form.CARD, OutboxRow.to_member.is_not(None)),
            OutboxRow.sent_channel == posted.channel_id,
            OutboxRow.sent_ts == posted.ts,
        )

    def note_at(self, about: Ref, posted: Posted) -> Outgoing | None:
        """Return the note about an object to one person that stands there, if one does and is in no doubt.

        So is a card to one person after which the next one was posted: nobody edits it any more.
        """
        if self.standing_at(posted) is not None:
            return None
        row = self._session.run(
            select(OutboxRow.__table__).where(
                OutboxRow.workspace_id == self._session.workspace_id,
                OutboxRow.object_id == about.id,
                OutboxRow.subject == about.subject,
                OutboxRow.state == State.SENT,
                OutboxRow.form.in_([Form.NOTE, Form.CARD]),
                OutboxRow.to_member.is_not(None),
                OutboxRow.sent_channel == posted.channel_id,
                OutboxRow.sent_ts == posted.ts,
            )
        ).first()
        return None if row is None else _outgoing(row)

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
            OutboxRow.state.in_([State.PENDING, State.SENDING]),
        )
        # In one order for everybody, so that two facts that edit the same cards never wait for each other.
        return tuple(sorted((row.topic, row.place) for row in self._session.rows(posted.union(waiting))))

    def forget_card(self, topic: str, about: Ref, place: str) -> None:
        """Forget a card that is gone from Slack."""
        self._session.run(delete(CardRow).where(*self._card(topic, about, place)))

    def card_waits(self, topic: str, about: Ref, place: str) -> bool:
        """Tell whether a card is still to be posted."""
        return self._exists(
            OutboxRow.topic == topic,
            OutboxRow.object_id == about.id,
            OutboxRow.place == place,
            OutboxRow.state.in_([State.PENDING, State.SENDING]),
        )

    def voice_of(self, channel_id: ChannelId) -> tuple[str | None, str | None]:
        """Return language and zone of the department or open account a channel belongs to."""
        row = self._session.run(_VOICE, {"here": self._session.workspace_id, "channel": channel_id}).first()
        return (row.language, row.time_zone) if row else (None, None)

    def is_told(self, outgoing: Outgoing) -> bool:
        """Tell whether the same was told in the same place, or will be."""
        return self._exists(
            OutboxRow.object_id == outgoing.about.id,
            OutboxRow.topic == outgoing.topic,
            OutboxRow.place == (outgoing.to_channel or outgoing.to_member),
            OutboxRow.entry_id.is_not_distinct_from(outgoing.entry_id),
            OutboxRow.detail.is_not_distinct_from(outgoing.detail),
            OutboxRow.state.in_([State.PENDING, State.SENDING, State.SENT]),
        )

    def sent(self, row: Claimed, posted: Posted | None, now: datetime, cause: str | None = None) -> bool:
        """Mark as sent, remember a card's place, wipe a used address; False if the lease is lost."""
        told = {
            "at": now,
            "why": cause,
            "in_channel": posted.channel_id if posted else None,
            "as_ts": posted.ts if posted else None,
        }
        if not self._session.run(_SENT, {**self._key(row), **told}).rowcount:
            return False
        if row.way is Way.POST and posted is not None:
            self._hold_lane(row, now + PLACE_PAUSE)
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
        return True

    def retry(
        self,
        row: Claimed,
        now: datetime,
        wait: timedelta,
        cause: str,
        *,
        in_doubt: bool = False,
        asked: bool = False,
        fault: bool = False,
    ) -> None:
        """Try again later: a post keeps its turn and its place waits with it, anything else steps back."""
        values: dict[str, Any] = {"cause": cause, "in_doubt": in_doubt, "faults": row.faults + fault}
        steps_back = row.way is not Way.POST or row.faults > 0
        if steps_back:
            values["due_at"] = now + wait
        if self._put_back(row, now, values) and (asked or not steps_back):
            self._hold_lane(row, now + wait, asked=asked)

    def release(self, row: Claimed, now: datetime, wait: timedelta = timedelta(0)) -> None:
        """Let a row wait that was not tried."""
        values: dict[str, Any] = {"attempts": row.attempts - 1}
        if wait:
            values["due_at"] = now + wait
        self._put_back(row, now, values)

    def is_mine(self, row: Claimed) -> bool:
        """Tell whether the lease of a row still holds, and let nobody take it until the commit."""
        query = _MINE.with_for_update() if self._session.is_postgres else _MINE
        return self._session.run(query, self._key(row)).scalar_one_or_none() is not None

    def repeat(self, row: Claimed, left: int) -> bool:
        """Write down how often a row may be posted again although it may stand already; False if the lease is lost."""
        return bool(self._session.run(self._mine(row).values(repeats_left=left)).rowcount)

    def as_post(self, row: Claimed, now: datetime) -> None:
        """Post anew: the card is gone, or the answer's address is used up."""
        self._put_back(
            row,
            now,
            {
                "response_url": None,
                "in_doubt": False,
                "due_at": now,
                "queue": claims.queue_of(row.outgoing.priority, Way.POST),
                "lane": lane_of(Way.POST, row.place, row.id),
            },
        )

    def park(self, row: Claimed, cause: str) -> None:
        """Set aside, visibly; nothing is deleted unsent."""
        self._close(row, state=State.PARKED, cause=cause)

    def _card(self, topic: str, about: Ref, place: str) -> tuple[Any, ...]:
        return (
            CardRow.workspace_id == self._session.workspace_id,
            CardRow.topic == topic,
            CardRow.object_id == about.id,
            CardRow.place == place,
        )

    def _key(self, row: Claimed) -> dict[str, Any]:
        return {"here": self._session.workspace_id, "row": row.id, "held": row.lease}

    def _mine(self, row: Claimed) -> Any:
        """Address a row only while this lease holds (fencing)."""
        return update(OutboxRow).where(
            OutboxRow.workspace_id == self._session.workspace_id, OutboxRow.id == row.id, OutboxRow.lease == row.lease
        )

    def _close(self, row: Claimed, **values: Any) -> bool:
        done = self._session.run(self._mine(row).values(lease=None, leased_until=None, response_url=None, **values))
        return bool(done.rowcount)

    def _put_back(self, row: Claimed, now: datetime, values: dict[str, Any]) -> bool:
        """Let a row wait again; of a card it is the only one then, as it shows the newest state whenever it is sent."""
        if row.outgoing.form is Form.CARD and self.is_mine(row):
            self._replace_waiting(row.outgoing.topic, row.outgoing.about.id, row.place, now)
        done = self._session.run(
            self._mine(row).values({"state": State.PENDING, "lease": None, "leased_until": None, **values})
        )
        return bool(done.rowcount)

    def _hold_lane(self, row: Claimed, until: datetime, *, asked: bool = False) -> None:
        lane = {
            "workspace_id": self._session.workspace_id,
            "lane": lane_of(row.way, row.place, row.id),
            "free_at": until,
            "asked": asked,
        }
        self._session.run(_HOLD_POSTGRES if self._session.is_postgres else _HOLD_SQLITE, lane)

    def _exists(self, *conditions: Any) -> bool:
        found = exists().where(OutboxRow.workspace_id == self._session.workspace_id, *conditions)
        return bool(self._session.run(select(found)).scalar_one())


_HELD = (
    OutboxRow.workspace_id == bindparam("here"),
    OutboxRow.id == bindparam("row"),
    OutboxRow.lease == bindparam("held"),
)
"""Addresses a row only while this lease holds (fencing)."""
_MINE = select(OutboxRow.lease).where(*_HELD)
_SENT = (
    update(OutboxRow)
    .where(*_HELD)
    .values(
        state=State.SENT,
        lease=None,
        leased_until=None,
        response_url=None,
        in_doubt=False,
        sent_at=bindparam("at"),
        cause=bindparam("why"),
        sent_channel=bindparam("in_channel"),
        sent_ts=bindparam("as_ts"),
    )
)


_VOICE: Executable = union_all(
    select(DepartmentRow.language, DepartmentRow.time_zone, literal(0).label("rank")).where(
        DepartmentRow.workspace_id == bindparam("here"), DepartmentRow.channel_id == bindparam("channel")
    ),
    select(AccountRow.language, literal(None, Text()), literal(1)).where(
        AccountRow.workspace_id == bindparam("here"),
        AccountRow.channel_id == bindparam("channel"),
        AccountRow.access == Access.OPEN,
    ),
).order_by("rank")


def _hold(new: "postgresql.Insert | sqlite.Insert") -> Executable:
    taken = {"free_at": new.excluded.free_at, "asked": new.excluded.asked}
    return new.on_conflict_do_update(index_elements=["workspace_id", "lane"], set_=taken)


# Put together once: what every message needs costs more to put together than to run.
_HOLD_POSTGRES, _HOLD_SQLITE = _hold(postgresql.insert(LaneRow)), _hold(sqlite.insert(LaneRow))


def _outgoing(row: Row[Any]) -> Outgoing:
    thread = None
    if row.thread_subject is not None:
        thread = Ref(Subject(row.thread_subject), row.thread_object_id)
    reply = ReplyTo(MemberId(row.place), row.response_url, row.replace) if row.form == Form.REPLY else None
    return Outgoing(
        form=Form(row.form),
        topic=row.topic,
        about=Ref(Subject(row.subject), row.object_id),
        priority=Priority(row.priority),
        to_member=None if row.to_member is None else MemberId(row.to_member),
        to_channel=None if row.to_channel is None else ChannelId(row.to_channel),
        entry_id=None if row.entry_id is None else EntryId(row.entry_id),
        reply_to=reply,
        detail=row.detail,
        thread_of=thread,
    )


def _claimed(row: Row[Any], *, after_trouble: bool) -> Claimed:
    return Claimed(
        id=row.id,
        key=row.key,
        outgoing=_outgoing(row),
        created_at=row.created_at,
        attempts=row.attempts,
        lease=row.lease,
        way=Way(row.queue.split()[1]),
        in_doubt=row.in_doubt,
        tried_at=row.tried_at,
        faults=row.faults,
        repeats_left=row.repeats_left,
        after_trouble=after_trouble,
    )
