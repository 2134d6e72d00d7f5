"""Demands: wishes that reach the KAM, and what became of them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from bot.domain.access import Access, Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.demands import PAGE, UNDER_WAY, Demand, DemandsFound, NewDemand, Source, State
from bot.domain.identity import AccountId, ContactId, DemandId, MemberId
from bot.domain.members import Person, Standing
from bot.domain.requests import DeclineReason
from bot.domain.worklists import Filter, Scope, Worklist
from storage.access import named_filter, note_filter, of_account, or_keeper
from storage.members import as_person
from storage.session import Session
from storage.tables import AccountRow, ContactRow, DemandRow, MemberRow

_AUTHOR, _OWNER, _DECIDER, _KAM, _DEPUTY = (aliased(MemberRow) for _ in range(5))
_PEOPLE = (
    ("author", _AUTHOR, DemandRow.author_id),
    ("owner", _OWNER, DemandRow.owner_id),
    ("decider", _DECIDER, DemandRow.decided_by_id),
    ("kam", _KAM, AccountRow.kam_id),
    ("deputy", _DEPUTY, AccountRow.deputy_id),
)


def _base() -> Select[Any]:
    query = (
        select(
            DemandRow.__table__,
            AccountRow.name.label("account_name"),
            AccountRow.access.label("account_access"),
        )
        .join(AccountRow, of_account(DemandRow))
        .outerjoin(
            ContactRow,
            and_(
                ContactRow.workspace_id == DemandRow.workspace_id,
                ContactRow.id == DemandRow.contact_id,
                ContactRow.merged_into_id.is_(None),
            ),
        )
        .where(AccountRow.merged_into_id.is_(None))
    )
    for name, who, key in _PEOPLE:
        query = query.outerjoin(who, and_(who.workspace_id == DemandRow.workspace_id, who.id == key)).add_columns(
            who.id.label(f"{name}_key"), who.name.label(f"{name}_name"), who.standing.label(f"{name}_standing")
        )
    return query


_BASE = _base()
"""Built once: putting a statement together costs more than running it."""


class Demands:
    """Rows of ``demands`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: NewDemand, now: datetime) -> DemandId:
        """Store a new one."""
        demand_id = DemandId(self._session.new_id())
        self._session.run(
            insert(DemandRow).values(
                workspace_id=self._session.workspace_id,
                id=demand_id,
                account_id=new.account_id,
                source=new.source,
                contact_id=new.contact_id,
                text=new.text,
                author_id=new.author_id,
                visibility=new.visibility,
                created_at=now,
                state=State.OPEN,
                version=1,
            )
        )
        return demand_id

    def get(self, demand_id: DemandId, viewer: Viewer) -> Demand | None:
        """Return one, if it exists for this reader."""
        return self._first(_shown(viewer).where(DemandRow.id == demand_id))

    def whole(self, demand_id: DemandId) -> Demand | None:
        """Return one, whoever it is for: the clock asks, and shows nothing of it to anybody."""
        return self._first(_BASE.add_columns(ContactRow.name.label("contact_name")).where(DemandRow.id == demand_id))

    def page(self, asked: Worklist, viewer: Viewer, account_ids: Collection[AccountId]) -> DemandsFound:
        """Return a page of what waits for this reader as KAM and what they asked for, or of some visible accounts'."""
        theirs: ColumnElement[bool] = DemandRow.account_id.in_(viewer.kam_of)
        if viewer.is_kam_lead:
            theirs = or_(theirs, _nobody_answers())
        match asked.shown:
            case Filter.WAITING:
                wanted = and_(DemandRow.state == State.OPEN, theirs)
            case Filter.CLOSED:
                wanted = DemandRow.state.not_in(UNDER_WAY)
            case _:
                wanted = DemandRow.state.in_(UNDER_WAY)
        mine = or_(theirs, DemandRow.author_id == viewer.member_id, DemandRow.owner_id == viewer.member_id)
        whose = mine if asked.scope is Scope.MINE else DemandRow.account_id.in_(account_ids)
        rows = self._session.rows(
            _shown(viewer)
            .add_columns(func.count().over().label("total"))
            .where(self._here(), whose, wanted)
            .order_by(
                case((and_(DemandRow.state == State.OPEN, theirs), 0), (DemandRow.state == State.OPEN, 1), else_=2),
                DemandRow.later_on.asc().nulls_last(),
                DemandRow.created_at.desc(),
                DemandRow.id,
            )
            .limit(PAGE)
            .offset(asked.page * PAGE)
        )
        return DemandsFound(tuple(map(_demand, rows)), int(rows[0].total)) if rows else DemandsFound()

    def decide(
        self,
        demand: Demand,
        state: State,
        by: MemberId | None,
        now: datetime,
        *,
        later_on: date | None = None,
        owner_id: MemberId | None = None,
        reason: str | None = None,
        answer: str | None = None,
        follow_up_on: date | None = None,
    ) -> bool:
        """Write down what becomes of it, if nothing changed since it was read."""
        return self._set(
            demand,
            state=state,
            decided_by_id=by,
            decided_at=now,
            later_on=later_on,
            owner_id=owner_id,
            reason=reason,
            answer=answer,
            follow_up_on=follow_up_on,
        )

    def follow_step(self, demand: Demand, state: State, owner_id: MemberId | None) -> bool:
        """Write down what became of the step it is done with, if nothing changed since it was read."""
        return self._set(demand, state=state, owner_id=owner_id)

    def followed_up(self, demand: Demand, now: datetime) -> bool:
        """Write down that somebody asked the disappointed how it goes, once."""
        return self._set(demand, followed_up_at=now)

    def _set(self, demand: Demand, **values: Any) -> bool:
        done = self._session.run(
            update(DemandRow)
            .where(self._here(), DemandRow.id == demand.id, DemandRow.version == demand.version)
            .values(**values, version=DemandRow.version + 1)
        )
        return done.rowcount == 1

    def _here(self) -> ColumnElement[bool]:
        return DemandRow.workspace_id == self._session.workspace_id

    def _first(self, query: Select[Any]) -> Demand | None:
        row = self._session.run(query.where(self._here())).one_or_none()
        return None if row is None else _demand(row)


def _shown(viewer: Viewer) -> Select[Any]:
    """Select what a reader may see: who may read a note of that account and visibility, and who cares for it."""
    note = note_filter(viewer, DemandRow.account_id, AccountRow.access, DemandRow.visibility, DemandRow.author_id)
    contact = case((named_filter(viewer, DemandRow), ContactRow.name)).label("contact_name")
    return _BASE.add_columns(contact).where(or_keeper(viewer, DemandRow.owner_id, note))


def _nobody_answers() -> ColumnElement[bool]:
    """State that neither KAM nor deputy of the account is a member."""
    return and_(*(or_(who.id.is_(None), who.standing != Standing.MEMBER) for who in (_KAM, _DEPUTY)))


def _demand(row: Row[Any]) -> Demand:
    people = {
        name: as_person(*(getattr(row, f"{name}_{part}") for part in ("key", "name", "standing")))
        for name, _who, _key in _PEOPLE
    }
    here = [person for person in (people["kam"], people["deputy"]) if person is not None and not person.left]
    account_id = AccountId(row.account_id)
    return Demand(
        id=DemandId(row.id),
        account=AccountRef(account_id, row.account_name, Access(row.account_access)),
        source=Source(row.source),
        text=row.text,
        author=people["author"] or Person(MemberId(row.author_id), row.author_id),
        created_at=row.created_at,
        state=State(row.state),
        contact=None
        if row.contact_name is None
        else ContactRef(ContactId(row.contact_id), row.contact_name, account_id),
        visibility=Visibility(row.visibility),
        later_on=row.later_on,
        owner=people["owner"],
        reason=DeclineReason(row.reason) if row.reason else None,
        answer=row.answer,
        follow_up_on=row.follow_up_on,
        followed_up_at=row.followed_up_at,
        decided_by=people["decider"],
        decided_at=row.decided_at,
        kam=here[0] if here else None,
        deputy=people["deputy"] if people["deputy"] in here else None,
        version=row.version,
    )
