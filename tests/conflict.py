"""A goal conflict for tests: Lea (Sales) for Helvetia against Production; Keller backs Lea."""

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.domain.access import ITSELF, Viewer
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, ReplyTo
from bot.domain.escalation_commands import (
    BeginConflict,
    ConflictRaised,
    Decide,
    MoveConflict,
    OpenStep,
    Preview,
    ProposeConflict,
    RaiseConflict,
    StartConflict,
    ToDo,
)
from bot.domain.escalation_seen import HeaderSeen, Seen, StepForm
from bot.domain.escalations import Escalation, Kind
from bot.domain.history import Entry
from bot.domain.identity import AccountId, EscalationId, RequestId
from bot.domain.members import Member
from bot.domain.timers import Moment, Timer
from bot.services import delivery, escalation_clock, escalation_decisions, escalation_raising, escalations, timers
from storage.store import SqlStore
from storage.tables import AbsenceRow, HistoryRow, MemberRow, OutboxRow, RequestRow
from tests.company import NOW, WORKSPACE, Company, channel, new_key

_ids = itertools.count(1)
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=3)
"""The next working day: NOW is a Friday."""
CASE: dict[str, Any] = {
    "our_goal": "Pilot line by December",
    "their_goal": "A stable plan",
    "tried": "Talked twice",
    "decision_wanted": "One line from 1 December",
    "decide_by": "2026-12-01",
}


def sent(store: SqlStore, now: Any, command: RaiseConflict) -> ConflictRaised:
    """Raise a conflict that nothing stands in the way of."""
    done = escalation_raising.raise_conflict(store, now, command)
    assert isinstance(done, ConflictRaised)
    return done


def to_do(*owners: Member) -> tuple[ToDo, ...]:
    """Agree on one thing for each of them to do."""
    return tuple(ToDo(number, f"call them {number}", owner.id, TOMORROW) for number, owner in enumerate(owners, 1))


@dataclass
class Conflict:
    """Lea (Sales) for Helvetia against Production (head Sandra); Keller backs Lea."""

    store: SqlStore
    company: Company
    access: str = "open"
    _keys: int = field(default=0)

    def __post_init__(self) -> None:
        company = self.company
        self.lea, self.keller = company.member("Lea"), company.member("Keller", level=1)
        self.sandra, self.coordinator = company.member("Sandra"), company.member("Cora")
        self.other = company.member("Otto")
        self.production = company.department("Production", self.coordinator, head=self.sandra)
        self.account = company.account("Helvetia", kam=self.lea, access=self.access, channel_id="CHELVETIA")
        company.sponsorship(self.keller, self.lea)

    def key(self) -> str:
        self._keys += 1
        return f"key:{self._keys}"

    def begin(self, actor: Member | None = None, text: str = "Helvetia: Pilot line by December") -> Any:
        actor = actor or self.lea
        return escalation_raising.begin(
            self.store, NOW, BeginConflict(actor, text, channel("x"), new_key(), ReplyTo(actor.id))
        )

    def propose(self, actor: Member | None = None, **typed: str) -> Preview:
        actor = actor or self.lea
        form = self.begin(actor)
        fields = {"account": str(self.account), "other_party": f"department:{self.production}", **CASE, **typed}
        return escalation_raising.propose(self.store, NOW, ProposeConflict(actor, form.draft_id, fields, TODAY))

    def raised(self, actor: Member | None = None, anyway: str = "", key: str = "", **typed: str) -> Escalation:
        actor = actor or self.lea
        proposed = self.propose(actor, **typed)
        command = RaiseConflict(actor, proposed.draft_id, anyway, key or self.key())
        return sent(self.store, NOW, command).escalation

    def acknowledge(self, actor: Member, conflict: Escalation, key: str = "", **reply: Any) -> Seen:
        command = MoveConflict(actor, conflict.id, key or self.key(), ReplyTo(actor.id, **reply))
        return escalations.acknowledge(self.store, NOW, command)

    def step(
        self, step: Any, actor: Member, conflict: Escalation, words: str = "", now: datetime = NOW, **given: Any
    ) -> Seen:
        """Do one step of ``bot.services.escalations`` or ``escalation_decisions``."""
        command = MoveConflict(self.again(actor), conflict.id, given.pop("key", "") or self.key(), words=words, **given)
        done: Seen = step(self.store, now, command)
        return done

    def opens(self, actor: Member, conflict: Escalation, action: str, **stands: Any) -> StepForm:
        """Open the form of a step, from a card unless it is said otherwise."""
        reply_to = stands.pop("reply_to", ReplyTo(actor.id))
        command = OpenStep(self.again(actor), conflict.id, action, self.key(), reply_to, **stands)
        return escalations.open_form(self.store, NOW, command)

    def whole(self, conflict: Escalation) -> Escalation:
        """Read a conflict as it stands."""
        with self.store.read(WORKSPACE) as tx:
            found = tx.escalations.get(conflict.id, ITSELF)
        assert found is not None
        return found

    def tick(self, now: datetime) -> None:
        """Let everything happen that is due by then, at its own time, and the standing round at the end."""
        while True:
            with self.store.read(WORKSPACE) as tx:
                at = tx.timers.next_due()
                due = tx.timers.due(at, 10) if at is not None and at <= now else ()
            if at is None or not due:
                break
            for timer in due:
                timers.fire(self.store, WORKSPACE, timer, at)
        self.round(now)

    def round(self, now: datetime) -> None:
        """Let the standing step look after everything."""
        with self.store.begin(WORKSPACE) as tx:
            following = [*escalation_clock.watch(tx, Timer(timers.WORKSPACE, "escalation.watch", Moment(now)), now)]
        for repair in following:
            with self.store.begin(WORKSPACE) as tx:
                escalation_clock.repair(tx, repair, now)

    def told(self, action: str) -> set[str]:
        """Return who got a note about what happened."""
        joined = select(OutboxRow.place).join(HistoryRow, HistoryRow.id == OutboxRow.entry_id)
        with self.store.engine.connect() as connection:
            return set(connection.execute(joined.where(HistoryRow.action == action)).scalars())

    def history(self, conflict: Escalation) -> list[Entry]:
        """Read what happened to a conflict."""
        with self.store.read(WORKSPACE) as tx:
            return list(tx.history.of(conflict.about))

    def loaded(self, conflict: Escalation, topic: str, reader: Member) -> Any:
        """Load what the newest row of a topic tells a reader, or would tell them."""
        with self.store.read(WORKSPACE) as tx:
            newest = tx.history.last(conflict.about)
            told = Outgoing(
                Form.NOTE,
                topic,
                conflict.about,
                Priority.ESCALATION,
                to_member=reader.id,
                entry_id=newest.id if newest else None,
            )
            return delivery.LOADERS[topic](tx, Claimed(1, "k", told, NOW, 1, "l"), NOW)

    def away(self, member: Member, first: date, last: date, deputy: Member | None = None) -> None:
        """Let somebody be absent."""
        row = {
            "workspace_id": WORKSPACE,
            "id": next(_ids),
            "member_id": member.id,
            "starts_on": first,
            "ends_on": last,
            "deputy_id": deputy.id if deputy else None,
            "created_at": NOW,
            "version": 1,
        }
        with self.store.engine.begin() as connection:
            connection.execute(insert(AbsenceRow).values(**row))

    def unwatched(self, now: datetime) -> tuple[EscalationId, ...]:
        """Return what nobody takes care of."""
        with self.store.read(WORKSPACE) as tx:
            return tx.escalations.unwatched(now)

    def decide(
        self, actor: Member, conflict: Escalation, kind: Kind = Kind.ADVICE, key: str = "", **values: Any
    ) -> Seen:
        given = {
            "text": "One line from 8 December",
            "reason": "The audit is on the 15th",
            "confirmed": False,
            "today": TODAY,
            **values,
        }
        return escalation_decisions.decide(
            self.store, NOW, Decide(actor, conflict.id, kind, key=key or self.key(), **given)
        )

    def state(
        self, actor: Member, conflict: Escalation, text: str = "We keep two customers waiting", key: str = ""
    ) -> Seen:
        return escalations.state_view(self.store, NOW, MoveConflict(actor, conflict.id, key or self.key(), words=text))

    def confirm(self, actor: Member, conflict: Escalation, key: str = "") -> Seen:
        command = MoveConflict(actor, conflict.id, key or self.key(), ReplyTo(actor.id))
        return escalation_decisions.confirm(self.store, NOW, command)

    def cards(self, conflict: Escalation) -> dict[str, set[str]]:
        with self.store.read(WORKSPACE) as tx:
            found: dict[str, set[str]] = {}
            for topic, place in tx.outbox.cards_of(conflict.about):
                found.setdefault(topic, set()).add(place)
            return found

    def rows(self, topic: str) -> set[str]:
        with self.store.engine.connect() as connection:
            return set(connection.execute(select(OutboxRow.place).where(OutboxRow.topic == topic)).scalars())

    def change(self, member: Member, **values: Any) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(update(MemberRow).where(MemberRow.id == member.id).values(**values))

    def see(self, member: Member, conflict: Escalation) -> Seen | HeaderSeen:
        return escalations.show(self.store, self.again(member), conflict.header.number)

    def again(self, member: Member) -> Member:
        found = self.company.get(member.id)
        assert found is not None
        return found

    def declined_request(self, by: Member, **values: Any) -> RequestId:
        row = {
            "workspace_id": WORKSPACE,
            "id": 77,
            "number": 12,
            "account_id": self.account,
            "department_id": self.production,
            "requester_id": self.lea.id,
            "kind": "expert",
            "what": "Two engineers",
            "why": "The line starts in December",
            "needed_by": TODAY,
            "visibility": "company",
            "state": "declined",
            "decline_reason": "capacity",
            "answer_words": "all on another line",
            "answered_by_id": by.id,
            "answered_at": NOW,
            "created_at": NOW,
            "version": 2,
            **values,
        }
        with self.store.engine.begin() as connection:
            connection.execute(insert(RequestRow).values(**row))
        return RequestId(77)

    def from_request(self, actor: Member, request_id: RequestId, **typed: str) -> Preview:
        command = StartConflict(actor, new_key(), ReplyTo(actor.id), request_id=request_id)
        form = escalation_raising.start(self.store, NOW, command)
        fields = {**form.fields, **CASE, **typed}
        return escalation_raising.propose(self.store, NOW, ProposeConflict(actor, form.draft_id, fields, TODAY))

    def account_called(self, name: str) -> AccountId:
        """Find an account by its name."""
        with self.store.read(WORKSPACE) as tx:
            return next(known.account.id for known in tx.accounts.names(Viewer(None)) if known.account.name == name)

    def count(self, table: Any) -> int:
        with self.store.engine.connect() as connection:
            counted: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
            return counted
