"""Commitments: promises and next steps; one of a note follows the note, and each exists for its owner."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from bot.domain.access import Access, Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.commitments import KINDS, PAGE, Commitment, Found, Kind, NewCommitment, State
from bot.domain.contacts import ContactRef
from bot.domain.identity import AccountId, CommitmentId, ContactId, DemandId, InteractionId, MemberId
from bot.domain.interactions import Details
from bot.domain.worklists import Filter, Scope, Worklist
from storage.access import belonging_filter, named_filter
from storage.kept import HERE, TODAY, Reader, given
from storage.members import as_person, somebody
from storage.session import Session
from storage.tables import AccountRow, ContactRow, InteractionRow, MemberRow, NextStepRow, PromiseRow

_TABLES: dict[Kind, Any] = {Kind.PROMISE: PromiseRow, Kind.NEXT_STEP: NextStepRow}
_OWNER, _AUTHOR = aliased(MemberRow), aliased(MemberRow)
_Rule = ColumnElement[bool]


class Commitments:
    """Rows of ``promises`` and ``next_steps`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(
        self,
        account_ids: Collection[AccountId],
        viewer: Viewer,
        today: date,
        most: int,
        *,
        kinds: Collection[Kind] = KINDS,
        contact_id: ContactId | None = None,
    ) -> Found:
        """Return what is open for some accounts, the overdue first, by its day, and how much there is; in one statement.

        With a contact without what was promised to somebody else; theirs come first.
        """
        reader = Reader.of(self._session, viewer)
        query = _due(reader, tuple(kinds), most, of_contact=contact_id is not None)
        asked = given(self._session, viewer, account_ids, contact=contact_id, today=today)
        return _found(self._session.rows(query, asked))

    def of_interaction(self, interaction_id: InteractionId) -> tuple[Commitment, ...]:
        """Return the promise and the step of a note that are not withdrawn, whoever asks: the note's rights are asked."""
        asked = {"here": self._session.workspace_id, "note": interaction_id}
        return tuple(map(_commitment, self._session.rows(_OF_NOTE, asked)))

    def page(self, asked: Worklist, viewer: Viewer, account_ids: Collection[AccountId], today: date) -> Found:
        """Return a page of the reader's own promises or next steps, or of some accounts'."""
        kind = Kind(asked.subject)
        table = _TABLES[kind]
        is_late = and_(table.state == State.OPEN, table.due_on < today)
        wanted: _Rule
        match asked.shown:
            case Filter.LATE:
                wanted = is_late
            case Filter.CLOSED:
                wanted = table.state != State.OPEN
            case _:
                wanted = table.state == State.OPEN
        whose = table.owner_id == viewer.member_id if asked.scope is Scope.MINE else table.account_id.in_(account_ids)
        order = (
            (table.closed_on.desc(), table.id)
            if asked.shown is Filter.CLOSED
            else (table.due_on.asc().nulls_last(), table.id)
        )
        rows = self._session.rows(
            _visible(kind, Reader.of(self._session, viewer))
            .add_columns(*_how_many(is_late))
            .where(whose, wanted)
            .order_by(*order)
            .limit(PAGE)
            .offset(asked.page * PAGE),
            given(self._session, viewer),
        )
        return _found(rows)

    def get(self, kind: Kind, commitment_id: CommitmentId, viewer: Viewer) -> Commitment | None:
        """Return one, if it exists for this reader."""
        query = _visible(kind, Reader.of(self._session, viewer)).where(_TABLES[kind].id == commitment_id)
        row = self._session.run(query, given(self._session, viewer)).one_or_none()
        return None if row is None else _commitment(row)

    def whole(self, kind: Kind, commitment_id: CommitmentId) -> Commitment | None:
        """Return one, whoever it is for: the clock asks, and shows nothing of it to anybody."""
        query = _WHOLE[kind].where(_TABLES[kind].id == commitment_id)
        row = self._session.run(query, {"here": self._session.workspace_id}).one_or_none()
        return None if row is None else _commitment(row)

    def add(self, new: NewCommitment, now: datetime) -> CommitmentId:
        """Store a new one that belongs to no note."""
        return self._add(
            new.kind,
            now,
            account_id=new.account_id,
            text=new.text,
            due_on=new.due_on,
            owner_id=new.owner_id,
            author_id=new.author_id,
            visibility=new.visibility,
            **({"contact_id": new.contact_id} if new.kind is Kind.PROMISE else {"demand_id": new.demand_id}),
        )

    def close(self, commitment: Commitment, state: State, on: date) -> bool:
        """Mark as done or taken back, if nothing changed since it was read."""
        return self._set(commitment, state=state, closed_on=on)

    def move(self, commitment: Commitment, due_on: date) -> bool:
        """Give it another date, if nothing changed since it was read; the first date stays."""
        table = _TABLES[commitment.kind]
        return self._set(commitment, due_on=due_on, first_due_on=func.coalesce(table.first_due_on, due_on))

    def hand_over(self, commitment: Commitment, owner_id: MemberId) -> bool:
        """Give it to another owner, if nothing changed since it was read."""
        return self._set(commitment, owner_id=owner_id)

    def log(self, interaction_id: InteractionId, author_id: MemberId, details: Details, now: datetime) -> None:
        """Store the promise and the step of a new note."""
        for kind, said in _said(details).items():
            if said is not None:
                self._add_to_note(kind, interaction_id, author_id, details, said, now)

    def edit(self, interaction_id: InteractionId, author_id: MemberId, details: Details, now: datetime) -> None:
        """Let promise and step of a note be what its form says; id, state and first date of what stays are kept.

        What is taken out of the form is withdrawn, and what is put in is new.
        """
        standing = {commitment.kind: commitment for commitment in self.of_interaction(interaction_id)}
        for kind, said in _said(details).items():
            table, before = _TABLES[kind], standing.get(kind)
            if before is None and said is not None:
                self._add_to_note(kind, interaction_id, author_id, details, said, now)
            elif before is not None and said is None:
                on = func.coalesce(table.closed_on, now.date())
                self._change(before, state=State.WITHDRAWN, closed_on=on)
            elif before is not None and said is not None:
                values = {"account_id": details.account_id, **said}
                is_new = {name: value for name, value in values.items() if value != _standing(before)[name]}
                if is_new:
                    first = func.coalesce(table.first_due_on, said["due_on"])
                    self._change(before, first_due_on=first, **is_new)

    def _add_to_note(
        self,
        kind: Kind,
        interaction_id: InteractionId,
        author_id: MemberId,
        details: Details,
        said: dict[str, Any],
        now: datetime,
    ) -> None:
        self._add(
            kind,
            now,
            interaction_id=interaction_id,
            author_id=author_id,
            visibility=details.visibility,
            **{"account_id": details.account_id, "owner_id": author_id, **said},
        )

    def _add(self, kind: Kind, now: datetime, **values: Any) -> CommitmentId:
        commitment_id = CommitmentId(self._session.new_id())
        self._session.run(
            insert(_TABLES[kind]).values(
                workspace_id=self._session.workspace_id,
                id=commitment_id,
                first_due_on=values["due_on"],
                state=State.OPEN,
                created_at=now,
                version=1,
                **values,
            )
        )
        return commitment_id

    def _set(self, commitment: Commitment, **values: Any) -> bool:
        table = _TABLES[commitment.kind]
        return self._change(commitment, table.version == commitment.version, table.state == State.OPEN, **values)

    def _change(self, commitment: Commitment, *rules: _Rule, **values: Any) -> bool:
        table = _TABLES[commitment.kind]
        here = table.workspace_id == self._session.workspace_id
        done = self._session.run(
            update(table).where(here, table.id == commitment.id, *rules).values(**values, version=table.version + 1)
        )
        return done.rowcount == 1


def _joined(kind: Kind) -> Select[Any]:
    table: Any = _TABLES[kind]
    is_promise, here = kind is Kind.PROMISE, table.workspace_id
    query = (
        select(
            literal(kind.value).label("kind"),
            table.id,
            table.account_id,
            AccountRow.name.label("account_name"),
            AccountRow.access.label("account_access"),
            table.text,
            table.owner_id,
            _OWNER.name.label("owner_name"),
            _OWNER.standing.label("owner_standing"),
            table.author_id,
            _AUTHOR.name.label("author_name"),
            _AUTHOR.standing.label("author_standing"),
            table.due_on,
            table.first_due_on,
            table.state,
            table.closed_on,
            func.coalesce(InteractionRow.visibility, table.visibility).label("visibility"),
            table.interaction_id,
            (ContactRow.id if is_promise else cast(null(), ContactRow.id.type)).label("contact_id"),
            (cast(null(), NextStepRow.id.type) if is_promise else table.demand_id).label("demand_id"),
            table.created_at,
            table.version,
        )
        .join(AccountRow, and_(AccountRow.workspace_id == here, AccountRow.id == table.account_id))
        .join(_OWNER, and_(_OWNER.workspace_id == here, _OWNER.id == table.owner_id))
        .outerjoin(_AUTHOR, and_(_AUTHOR.workspace_id == here, _AUTHOR.id == table.author_id))
        .outerjoin(InteractionRow, and_(InteractionRow.workspace_id == here, InteractionRow.id == table.interaction_id))
        .where(here == HERE, AccountRow.merged_into_id.is_(None), InteractionRow.withdrawn_at.is_(None))
    )
    if not is_promise:
        return query
    known = and_(
        ContactRow.workspace_id == here, ContactRow.id == table.contact_id, ContactRow.merged_into_id.is_(None)
    )
    return query.outerjoin(ContactRow, known)


_JOINED = {kind: _joined(kind) for kind in KINDS}


def _contact_name(kind: Kind, named: ColumnElement[bool]) -> ColumnElement[Any]:
    """Select to whom it was promised, where they may be named; next steps are promised to nobody."""
    name = case((named, ContactRow.name)) if kind is Kind.PROMISE else cast(null(), ContactRow.name.type)
    return name.label("contact_name")


_WHOLE = {
    kind: joined.add_columns(_contact_name(kind, true()), InteractionRow.number) for kind, joined in _JOINED.items()
}
"""With the number of the note, whoever asks."""
_OF_NOTE = union_all(
    *(
        _WHOLE[kind].where(table.interaction_id == bindparam("note"), table.state != State.WITHDRAWN)
        for kind, table in _TABLES.items()
    )
)


@cache
def _visible(kind: Kind, reader: Reader) -> Select[Any]:
    """Select what this reader may see; the number of the note it belongs to is for those who may see that."""
    table = _TABLES[kind]
    seen, note = belonging_filter(reader, table, table.owner_id)
    return (
        _JOINED[kind]
        .add_columns(
            _contact_name(kind, named_filter(reader, table)),
            case((note, InteractionRow.number)).label("number"),
        )
        .where(seen)
    )


@cache
def _due(reader: Reader, kinds: tuple[Kind, ...], most: int, *, of_contact: bool) -> Select[Any]:
    parts = [
        _visible(kind, reader).where(reader.accounts.has(table.account_id), table.state == State.OPEN)
        for kind, table in _TABLES.items()
        if kind in kinds
    ]
    found = union_all(*parts).subquery()
    is_late = found.c.due_on < TODAY
    # Whom the reader may not know is nobody in particular.
    is_theirs = and_(found.c.contact_name.is_not(None), found.c.contact_id == bindparam("contact"))
    query = select(found, *_how_many(is_late))
    order = [case((is_late, 0), else_=1)]
    if of_contact:
        query = query.where(or_(found.c.contact_name.is_(None), is_theirs))
        order.append(case((is_theirs, 0), else_=1))
    return query.order_by(*order, found.c.due_on.asc().nulls_last(), found.c.kind, found.c.id).limit(most)


def _how_many(is_late: _Rule) -> tuple[ColumnElement[Any], ...]:
    """Select how many there are in all, and how many of them are late."""
    return func.count().over().label("total"), func.sum(case((is_late, 1), else_=0)).over().label("late")


def _found(rows: Sequence[Any]) -> Found:
    return Found(tuple(map(_commitment, rows)), int(rows[0].total), int(rows[0].late)) if rows else Found()


def _said(details: Details) -> dict[Kind, dict[str, Any] | None]:
    """Return what a note's form says of promise and step; of a promise it does not ask who looks after it."""
    promise, step, doer = details.promise, details.next_step, details.next_step_owner
    return {
        Kind.PROMISE: {"text": promise, "due_on": details.promise_due} if promise and details.promise_due else None,
        Kind.NEXT_STEP: {
            "text": step,
            "due_on": details.next_step_due,
            **({"owner_id": doer} if doer is not None else {}),
        }
        if step
        else None,
    }


def _standing(before: Commitment) -> dict[str, Any]:
    return {
        "account_id": before.account.id,
        "text": before.text,
        "due_on": before.due_on,
        "owner_id": before.owner.id,
    }


def _commitment(row: Row[Any]) -> Commitment:
    return Commitment(
        id=CommitmentId(row.id),
        kind=Kind(row.kind),
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        text=row.text,
        owner=somebody(row.owner_id, row.owner_name, row.owner_standing),
        due_on=row.due_on,
        first_due_on=row.first_due_on,
        state=State(row.state),
        closed_on=row.closed_on,
        author=as_person(row.author_id, row.author_name, row.author_standing),
        contact=None
        if row.contact_name is None
        else ContactRef(ContactId(row.contact_id), row.contact_name, AccountId(row.account_id)),
        visibility=Visibility(row.visibility),
        number=row.number,
        in_note=row.interaction_id is not None,
        demand_id=None if row.demand_id is None else DemandId(row.demand_id),
        created_at=row.created_at,
        version=row.version,
    )
