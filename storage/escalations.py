"""Escalations: conflicts as deep as their reader may see them; transitions are compare-and-set."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, delete, func, insert, or_, select, update

from bot.domain import names
from bot.domain.access import Access, Depth, Viewer, sees_conflict
from bot.domain.accounts import AccountRef, OpenMatter
from bot.domain.escalations import (
    OPEN,
    Acknowledged,
    Case,
    Confirmation,
    Decide,
    Decision,
    Escalation,
    Header,
    Kind,
    NewEscalation,
    Party,
    PartyChoice,
    Side,
    State,
    Statement,
)
from bot.domain.identity import AccountId, DepartmentId, EscalationId, MemberId, RequestId
from bot.domain.members import Person, Standing
from bot.domain.sponsors import Considered, Route, Skipped, Step
from storage.access import account_filter
from storage.session import Session
from storage.tables import (
    AccountRow,
    ConfirmationRow,
    DecisionRow,
    DepartmentRow,
    EscalationRow,
    MemberRow,
    RecipientRow,
    RequestRow,
    StatementRow,
)

_MEMBER: tuple[Any, ...] = (MemberRow.id, MemberRow.name, MemberRow.standing, DepartmentRow.name.label("department"))
_LIKE = 0.25
"""How much of a name must match to be offered."""
_RATED = 300
"""Members whose names are compared closely at each key that is pressed."""
_PIECES = 8
_MOST_OPEN = 200


class Escalations:
    """Rows of ``escalations`` and what hangs on them as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_id(self) -> EscalationId:
        """Return an id for a new conflict, so that history and messages can refer to it before it is stored."""
        return EscalationId(self._session.new_id())

    def add(self, new: NewEscalation, now: datetime) -> int:
        """Store a new conflict with its chain and return its number; the last statements of a transaction."""
        here = self._session.workspace_id
        self._put_steps(new.id, new.route)
        case, number = new.case, self._session.next_number("E")
        self._session.run(
            insert(EscalationRow).values(
                workspace_id=here,
                id=new.id,
                number=number,
                account_id=new.account_id,
                request_id=new.request_id,
                raiser_id=new.raiser_id,
                party_a_id=new.side_a_id,
                party_b_id=new.side_b_id,
                party_b_department_id=new.department_id,
                informed_id=new.informed_id,
                our_goal=case.our_goal,
                their_goal=case.their_goal,
                tried=case.tried,
                effect=case.effect,
                options=case.options,
                decision_wanted=case.decision_wanted,
                decide_by=case.decide_by,
                urgent_reason=case.urgent_reason or None,
                anyway_reason=new.anyway_reason or None,
                state=State.RAISED if new.route.recipients else State.WITHOUT_RECIPIENT,
                created_at=now,
                version=1,
            )
        )
        return number

    def get(self, escalation_id: EscalationId, viewer: Viewer) -> Escalation | None:
        """Return the whole conflict to those who may see all of it."""
        found = self._find(EscalationRow.id == escalation_id, viewer)
        return found if isinstance(found, Escalation) else None

    def header(self, escalation_id: EscalationId, viewer: Viewer) -> Header | None:
        """Return what the company may know of a conflict."""
        found = self._find(EscalationRow.id == escalation_id, viewer)
        return found.header if isinstance(found, Escalation) else found

    def by_number(self, number: int, viewer: Viewer) -> Escalation | Header | None:
        """Return the conflict ``E-number`` as deep as this reader may see it."""
        return self._find(EscalationRow.number == number, viewer)

    def open_of(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[OpenMatter, ...]:
        """Return the headers of the open conflicts of some accounts, those with the nearest date first."""
        rows = self._session.rows(
            self._select()
            .where(
                EscalationRow.account_id.in_(list(account_ids)), EscalationRow.state.in_(OPEN), account_filter(viewer)
            )
            .order_by(EscalationRow.decide_by.asc().nulls_last(), EscalationRow.number)
            .limit(_MOST_OPEN)
        )
        people = self._people(member for row in rows for member in (row.party_a_id, row.party_b_id))
        return tuple(_open_matter(_header(row, people), row) for row in rows)

    def unaddressed(self, escalation_id: EscalationId) -> tuple[str, datetime] | None:
        """Return short id and time of a conflict that nobody can receive; for those who assign sponsors, no content."""
        row = self._session.run(
            select(EscalationRow.number, EscalationRow.created_at).where(
                *self._one(escalation_id), EscalationRow.state == State.WITHOUT_RECIPIENT
            )
        ).one_or_none()
        return None if row is None else (f"E-{row.number}", row.created_at)

    def acknowledge(self, escalation_id: EscalationId, version: int, by: MemberId, now: datetime) -> bool:
        """Take a raised conflict on, if nothing changed since ``version``."""
        values = {"state": State.ACKNOWLEDGED, "acknowledged_by_id": by, "acknowledged_at": now}
        return self._change(escalation_id, version, [State.RAISED], values)

    def readdress(self, escalation_id: EscalationId, version: int, route: Route, *, stays_acknowledged: bool) -> bool:
        """Put an open conflict before others, if nothing changed since ``version``."""
        values: dict[str, Any] = {}
        if not stays_acknowledged:
            state = State.RAISED if route.recipients else State.WITHOUT_RECIPIENT
            values = {"state": state, "acknowledged_by_id": None, "acknowledged_at": None}
        if not self._change(escalation_id, version, list(OPEN), values):
            return False
        self._session.run(
            delete(RecipientRow).where(
                RecipientRow.workspace_id == self._session.workspace_id, RecipientRow.escalation_id == escalation_id
            )
        )
        self._put_steps(escalation_id, route)
        return True

    def decide(self, command: Decide, version: int, now: datetime) -> bool:
        """Store the one decision, if nothing changed since ``version``."""
        if not self._change(
            command.escalation_id, version, [State.RAISED, State.ACKNOWLEDGED], {"state": State.DECIDED}
        ):
            return False
        self._session.run(
            insert(DecisionRow).values(
                workspace_id=self._session.workspace_id,
                escalation_id=command.escalation_id,
                decided_by_id=command.actor.id,
                kind=command.kind,
                text=command.text,
                reason=command.reason,
                at=now,
            )
        )
        return True

    def add_statement(self, escalation_id: EscalationId, author_id: MemberId, text: str, now: datetime) -> bool:
        """Keep a new version of the other side's view while the conflict is open."""
        # Writing the row holds it until the commit, so that no decision slips in between.
        held = self._session.run(
            update(EscalationRow)
            .where(*self._one(escalation_id), EscalationRow.state.in_(OPEN))
            .values(version=EscalationRow.version)
        )
        if held.rowcount != 1:
            return False
        self._session.run(
            insert(StatementRow).values(
                workspace_id=self._session.workspace_id,
                id=self._session.new_id(),
                escalation_id=escalation_id,
                author_id=author_id,
                text=text,
                at=now,
            )
        )
        return True

    def confirm(self, escalation_id: EscalationId, member_id: MemberId, now: datetime) -> bool:
        """Keep a side's yes to a settlement; False if it was given before."""
        statement = self._session.insert(ConfirmationRow).values(
            workspace_id=self._session.workspace_id, escalation_id=escalation_id, member_id=member_id, at=now
        )
        return self._session.run(statement.on_conflict_do_nothing()).rowcount == 1

    def parties_like(self, typed: str, most: int) -> tuple[PartyChoice, ...]:
        """Return departments and full members for the search of the other party, departments first."""
        here = self._session.workspace_id
        departments = self._session.rows(
            select(DepartmentRow.id, DepartmentRow.name)
            .where(DepartmentRow.workspace_id == here)
            .order_by(DepartmentRow.name_key)
        )
        key = names.match_key(typed)
        members = self._session.rows(
            self._members()
            .where(MemberRow.standing == Standing.MEMBER)
            .order_by(*([_likeness(key).desc()] if key else []), MemberRow.name, MemberRow.id)
            .limit(_RATED if key else most)
        )
        offered = [
            *(PartyChoice(Party(department_id=DepartmentId(row.id)), row.name) for row in departments),
            *(PartyChoice(Party(member_id=MemberId(row.id)), row.name, row.department) for row in members),
        ]
        if key:
            rated = [(names.closeness_by_word(key, names.match_key(choice.name)), choice) for choice in offered]
            offered = [choice for rating, choice in sorted(rated, key=lambda pair: -pair[0]) if rating > _LIKE]
        return tuple(offered[:most])

    def party(self, party: Party) -> PartyChoice | None:
        """Return a chosen party with its name."""
        if party.member_id is not None:
            people = self._people([party.member_id])
            side = people.get(party.member_id)
            return PartyChoice(party, side.person.name, side.department) if side else None
        name = self._session.run(
            select(DepartmentRow.name).where(
                DepartmentRow.workspace_id == self._session.workspace_id, DepartmentRow.id == party.department_id
            )
        ).scalar_one_or_none()
        return PartyChoice(party, name) if name is not None else None

    def side(self, member_id: MemberId) -> Side | None:
        """Return a member as a side of a conflict, with the department they work in."""
        return self._people([member_id]).get(member_id)

    def _find(self, condition: Any, viewer: Viewer) -> Escalation | Header | None:
        row = self._session.run(self._select().where(condition)).one_or_none()
        if row is None:
            return None
        recipients = self._recipients(row.id)
        addressees = (step.member_id for step in recipients if step.skipped is None and step.step != Step.KAM_LEADS)
        # KAM leads who received it see it as KAM leads, and no longer once they are none.
        insiders = {
            row.raiser_id,
            row.party_a_id,
            row.party_b_id,
            row.informed_id,
            row.kam_id,
            row.deputy_id,
            row.decided_by_id,
            *addressees,
        }
        named = {MemberId(member) for member in insiders if member is not None}
        depth = sees_conflict(viewer, AccountId(row.account_id), Access(row.account_access), named)
        if depth is Depth.NOTHING:
            return None
        if depth is Depth.HEADER:
            return _header(row, self._people([row.party_a_id, row.party_b_id]))
        return self._load(row, recipients)

    def _load(self, row: Row[Any], recipients: list[Row[Any]]) -> Escalation:
        statements, confirmations = self._hanging_on(StatementRow, row.id), self._hanging_on(ConfirmationRow, row.id)
        people = self._people(
            [
                row.raiser_id,
                row.party_a_id,
                row.party_b_id,
                row.informed_id,
                row.kam_id,
                row.deputy_id,
                row.decided_by_id,
                row.in_stead_of_id,
                row.acknowledged_by_id,
                *(step.member_id for step in recipients),
                *(statement.author_id for statement in statements),
            ]
        )

        def person(member_id: str | None) -> Person | None:
            side = people.get(MemberId(member_id or ""))
            return side.person if side else None

        def known(member_id: str) -> Person:
            return people[MemberId(member_id)].person

        side_b = people[MemberId(row.party_b_id)]
        return Escalation(
            header=_header(row, people),
            raiser=known(row.raiser_id),
            side_a=people[MemberId(row.party_a_id)],
            side_b=Side(side_b.person, row.department_name or side_b.department),
            case=_case(row),
            steps=tuple(
                Considered(Step(step.step), person(step.member_id), Skipped(step.skipped) if step.skipped else None)
                for step in recipients
            ),
            informed=person(row.informed_id),
            kam=person(row.kam_id),
            kam_deputy=person(row.deputy_id),
            request_id=None if row.request_id is None else RequestId(row.request_id),
            request_short_id=None if row.request_number is None else f"R-{row.request_number}",
            anyway_reason=row.anyway_reason or "",
            acknowledged=Acknowledged(known(row.acknowledged_by_id), row.acknowledged_at)
            if row.acknowledged_by_id
            else None,
            statements=tuple(Statement(known(one.author_id), one.text, one.at) for one in statements),
            decision=Decision(
                by=known(row.decided_by_id),
                kind=Kind(row.decision_kind),
                text=row.decision_text,
                reason=row.decision_reason,
                at=row.decided_at,
                in_stead_of=person(row.in_stead_of_id),
            )
            if row.decided_by_id
            else None,
            confirmations=tuple(Confirmation(known(one.member_id), one.at) for one in confirmations),
            version=row.version,
        )

    def _change(self, escalation_id: EscalationId, version: int, states: list[State], values: dict[str, Any]) -> bool:
        changed = self._session.run(
            update(EscalationRow)
            .where(*self._one(escalation_id), EscalationRow.version == version, EscalationRow.state.in_(states))
            .values(version=version + 1, **values)
        )
        return changed.rowcount == 1

    def _one(self, escalation_id: EscalationId) -> tuple[Any, ...]:
        return EscalationRow.workspace_id == self._session.workspace_id, EscalationRow.id == escalation_id

    def _put_steps(self, escalation_id: EscalationId, route: Route) -> None:
        self._session.run(
            insert(RecipientRow),
            [
                {
                    "workspace_id": self._session.workspace_id,
                    "escalation_id": escalation_id,
                    "position": position,
                    "step": step.step,
                    "member_id": step.person.id if step.person else None,
                    "skipped": step.skipped,
                }
                for position, step in enumerate(route.steps)
            ],
        )

    def _recipients(self, escalation_id: int) -> list[Row[Any]]:
        return self._session.rows(
            select(RecipientRow.step, RecipientRow.member_id, RecipientRow.skipped)
            .where(RecipientRow.workspace_id == self._session.workspace_id, RecipientRow.escalation_id == escalation_id)
            .order_by(RecipientRow.position)
        )

    def _hanging_on(self, table: type[StatementRow | ConfirmationRow], escalation_id: int) -> list[Row[Any]]:
        return self._session.rows(
            select(table.__table__)
            .where(table.workspace_id == self._session.workspace_id, table.escalation_id == escalation_id)
            .order_by(table.at.desc())
        )

    def _members(self) -> Select[Any]:
        return (
            select(*_MEMBER)
            .outerjoin(
                DepartmentRow,
                and_(DepartmentRow.workspace_id == MemberRow.workspace_id, DepartmentRow.id == MemberRow.department_id),
            )
            .where(MemberRow.workspace_id == self._session.workspace_id)
        )

    def _people(self, member_ids: Iterable[str | None]) -> dict[MemberId, Side]:
        wanted = {member for member in member_ids if member is not None}
        rows = self._session.rows(self._members().where(MemberRow.id.in_(wanted))) if wanted else []
        return {
            MemberId(row.id): Side(
                Person(MemberId(row.id), row.name, left=row.standing == Standing.DEACTIVATED), row.department
            )
            for row in rows
        }

    def _select(self) -> Select[Any]:
        return (
            select(
                EscalationRow.__table__,
                AccountRow.name.label("account_name"),
                AccountRow.access.label("account_access"),
                AccountRow.kam_id,
                AccountRow.deputy_id,
                DepartmentRow.name.label("department_name"),
                RequestRow.number.label("request_number"),
                DecisionRow.decided_by_id,
                DecisionRow.in_stead_of_id,
                DecisionRow.kind.label("decision_kind"),
                DecisionRow.text.label("decision_text"),
                DecisionRow.reason.label("decision_reason"),
                DecisionRow.at.label("decided_at"),
            )
            .join(
                AccountRow,
                and_(AccountRow.workspace_id == EscalationRow.workspace_id, AccountRow.id == EscalationRow.account_id),
            )
            .outerjoin(
                DepartmentRow,
                and_(
                    DepartmentRow.workspace_id == EscalationRow.workspace_id,
                    DepartmentRow.id == EscalationRow.party_b_department_id,
                ),
            )
            .outerjoin(
                RequestRow,
                and_(RequestRow.workspace_id == EscalationRow.workspace_id, RequestRow.id == EscalationRow.request_id),
            )
            .outerjoin(
                DecisionRow,
                and_(
                    DecisionRow.workspace_id == EscalationRow.workspace_id,
                    DecisionRow.escalation_id == EscalationRow.id,
                ),
            )
            .where(EscalationRow.workspace_id == self._session.workspace_id)
        )


def _header(row: Row[Any], people: dict[MemberId, Side]) -> Header:
    side_a, side_b = people[MemberId(row.party_a_id)], people[MemberId(row.party_b_id)]
    departments = (side_a.department, row.department_name or side_b.department)
    return Header(
        id=EscalationId(row.id),
        number=row.number,
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        departments=tuple(dict.fromkeys(name for name in departments if name)),
        state=State(row.state),
        raised_at=row.created_at,
        decide_by=row.decide_by,
        decided_at=row.decided_at,
    )


def _case(row: Row[Any]) -> Case:
    return Case(
        our_goal=row.our_goal,
        their_goal=row.their_goal,
        tried=row.tried,
        decision_wanted=row.decision_wanted,
        decide_by=row.decide_by,
        effect=row.effect,
        options=row.options,
        urgent_reason=row.urgent_reason or "",
    )


def _open_matter(header: Header, row: Row[Any]) -> OpenMatter:
    # A day has no hour; noon keeps it the same day in nearly every zone.
    due = datetime.combine(header.decide_by, time(12), UTC) if header.decide_by else None
    return OpenMatter(header.short_id, None, header.state, due, department=row.department_name)


def _likeness(key: str) -> ColumnElement[int]:
    """Rate a member's name in SQL by the pieces of what was typed that it holds; more for a word that begins so.

    Databases differ in which letters they fold, so a piece is looked for in small letters, capitals, and as a name.
    """

    def holds(pattern: str, piece: str) -> ColumnElement[bool]:
        plain = piece.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        spelt = {(func.lower(MemberRow.name), plain), (MemberRow.name, plain.title()), (MemberRow.name, plain.upper())}
        return or_(*(column.like(pattern.format(piece=text), escape="\\") for column, text in spelt))

    words = key.split()
    pieces = dict.fromkeys(word[at : at + 3] for word in words for at in range(max(len(word) - 2, 1)))
    found = [case((holds("%{piece}%", piece), 1), else_=0) for piece in list(pieces)[:_PIECES]]
    begins = case((or_(holds("{piece}%", key), holds("% {piece}%", key)), _PIECES), else_=0)
    return sum(found, begins)
