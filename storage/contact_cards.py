"""Contact cards: one contact with everything a reader may see."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from bot.domain import names
from bot.domain.access import Access, Viewer, sees_assessments
from bot.domain.accounts import AccountRef
from bot.domain.contact_assessments import YEAR, Evidence, Hypothesis, Judgement, Measure, Strength
from bot.domain.contact_commands import ContactChoice, Position, Relations, Touch
from bot.domain.contacts import Colleague, Contact, DecisionRole
from bot.domain.identity import AccountId, ContactId, HypothesisId, MemberId
from bot.domain.interactions import Category, Kind
from bot.domain.members import Person, Standing
from storage.access import account_filter, note_filter, of_account, readable
from storage.contact_finding import ContactFinder, as_choice, bears, of_interaction
from storage.contact_maps import exists, looked_after
from storage.kept import HERE, TODAY, Reader, given
from storage.members import as_person, somebody
from storage.merged import survivor
from storage.tables import (
    AccountRow,
    AssessmentRow,
    ContactRow,
    FavourRow,
    HypothesisRow,
    InfluenceRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    ParticipantRow,
    PositionRow,
    StrengthRow,
    TeamRow,
)

_BY = aliased(MemberRow)
_LINES = 20
"""People that one relation of the card names."""
_TOLD = (Category.NEED, Category.IDEA)
_THEIR_WAYS = (Kind.CALL, Kind.EMAIL, Kind.CHAT)
"""Ways in which they come to us; a visit is ours."""


class ContactCards(ContactFinder):
    """Rows of ``contacts`` and of what belongs to them."""

    def get(self, contact_id: ContactId, viewer: Viewer) -> Contact | None:
        """Return the contact, if it exists for this reader; of one that was merged, what it is part of now."""
        its_id = survivor(ContactRow, self._session.workspace_id, contact_id)
        query = _whole(Reader.of(self._session, viewer)).where(ContactRow.id == its_id)
        row = self._session.run(query, given(self._session, viewer)).one_or_none()
        return None if row is None else _contact(row)

    def bearing(self, key: str, viewer: Viewer, most: int, now: datetime) -> tuple[Contact, ...]:
        """Return whole the contacts of exactly this name who have not left, or who took one of it in."""
        asked = given(self._session, viewer, now=now, key=key, most=most)
        return tuple(map(_contact, self._session.rows(_bearing(Reader.of(self._session, viewer)), asked)))

    def relations(self, contact: Contact, viewer: Viewer, now: datetime) -> Relations:
        """Return who stands how to a contact, those who left and whom the reader may not see left out.

        Influence is judged at the account of who has it: to others than its circle there is no such line.
        """
        here, me = self._session.workspace_id, contact.id
        on = select(InfluenceRow.on_contact_id).where(InfluenceRow.workspace_id == here, InfluenceRow.contact_id == me)
        by = select(InfluenceRow.contact_id).where(InfluenceRow.workspace_id == here, InfluenceRow.on_contact_id == me)
        below = select(ContactRow.id).where(ContactRow.workspace_id == here, ContactRow.reports_to_id == me)
        above = select(literal(contact.reports_to_id or 0))
        rows = self._session.rows(
            select(
                ContactRow.id,
                ContactRow.name,
                ContactRow.title,
                ContactRow.account_id,
                AccountRow.name.label("account_name"),
                AccountRow.access,
                (ContactRow.id == contact.reports_to_id).label("above"),
                (ContactRow.reports_to_id == me).label("below"),
                ContactRow.id.in_(on).label("listens"),
                ContactRow.id.in_(by).label("is_heard"),
            )
            .join(AccountRow, of_account(ContactRow))
            .where(
                ContactRow.workspace_id == here,
                # Each part has an index; conditions side by side would read every contact.
                ContactRow.id.in_(union_all(on, by, below.correlate(None), above)),
                exists(now),
                account_filter(viewer),
            )
        )
        rows.sort(key=lambda row: (names.match_key(row.name), row.id))

        def those(tie: str, among: Sequence[Row[Any]] = rows) -> tuple[ContactChoice, ...]:
            return tuple(as_choice(row) for row in among if getattr(row, tie))[:_LINES]

        judged_here = sees_assessments(viewer, contact.account.id)
        judged = [row for row in rows if sees_assessments(viewer, AccountId(row.account_id))]
        return Relations(
            next(iter(those("above")), None),
            those("below"),
            those("listens") if judged_here else (),
            those("is_heard", judged),
        )

    def last_touch(self, contact_id: ContactId, viewer: Viewer, now: datetime) -> Touch | None:
        """Return when anybody met a contact last, over the notes this reader may read; plans do not count."""
        row = self._session.run(
            select(
                InteractionRow.occurred_at,
                InteractionRow.number,
                MemberRow.id,
                MemberRow.name,
                MemberRow.standing,
            )
            .select_from(InteractionContactRow)
            .join(InteractionRow, of_interaction(InteractionContactRow))
            .join(AccountRow, of_account(InteractionRow))
            .join(
                MemberRow,
                and_(MemberRow.workspace_id == InteractionRow.workspace_id, MemberRow.id == InteractionRow.author_id),
            )
            .where(*self._met(contact_id, viewer, now))
            # The index has them in this order, so that the first one that may be read ends the search.
            .order_by(InteractionContactRow.occurred_at.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else Touch(row.occurred_at, _person(row), row.number)

    def positions(self, contact_id: ContactId, viewer: Viewer) -> tuple[Position, ...]:
        """Return where a contact stood and stands, the newest first, as far as the reader sees the account."""
        rows = self._session.rows(
            select(PositionRow.__table__, AccountRow.name.label("account_name"), AccountRow.access)
            .join(AccountRow, of_account(PositionRow))
            .where(
                PositionRow.workspace_id == self._session.workspace_id,
                PositionRow.contact_id == contact_id,
                account_filter(viewer),
            )
            .order_by(
                case((PositionRow.until_on.is_(None), 0), else_=1),
                PositionRow.until_on.desc(),
                PositionRow.from_on.desc().nulls_last(),
                PositionRow.id.desc(),
            )
        )
        return tuple(
            Position(
                AccountRef(AccountId(row.account_id), row.account_name, Access(row.access)),
                row.title,
                row.level,
                row.from_on,
                row.until_on,
            )
            for row in rows
        )

    def judgements(self, contact: Contact) -> dict[Measure, Judgement]:
        """Return the newest judgement of each measure made where the contact stands now; ask the reader's right before.

        Attitude and influence may come from set-up data; then nobody judged them, and no date is known.
        """
        rows = self._session.rows(
            select(
                ContactRow.attitude,
                ContactRow.influence,
                AssessmentRow.measure,
                AssessmentRow.value,
                AssessmentRow.reason,
                AssessmentRow.at,
                MemberRow.id,
                MemberRow.name,
                MemberRow.standing,
            )
            .select_from(ContactRow)
            .outerjoin(
                AssessmentRow,
                and_(
                    AssessmentRow.workspace_id == ContactRow.workspace_id,
                    AssessmentRow.contact_id == ContactRow.id,
                    AssessmentRow.account_id == contact.account.id,
                ),
            )
            .outerjoin(MemberRow, _is(MemberRow, AssessmentRow, AssessmentRow.by_id))
            .where(ContactRow.workspace_id == self._session.workspace_id, ContactRow.id == contact.id)
            .order_by(AssessmentRow.at, AssessmentRow.id)
        )
        found = {
            Measure(row.measure): Judgement(Measure(row.measure), row.value, row.reason, _person(row), row.at)
            for row in rows
            if row.measure is not None
        }
        for measure in (Measure.ATTITUDE, Measure.INFLUENCE):
            value = getattr(rows[0], measure) if rows else None
            if value is not None and (measure not in found or found[measure].value != value):
                found[measure] = Judgement(measure, value)
        return {measure: one for measure, one in found.items() if one.value is not None}

    def strengths(self, contact: Contact) -> tuple[Strength, ...]:
        """Return how well our people know a contact, as judged where they stand now; ask the reader's right before."""
        rows = self._session.rows(
            select(
                StrengthRow.strength,
                StrengthRow.desired,
                StrengthRow.at,
                MemberRow.id,
                MemberRow.name,
                MemberRow.standing,
                _BY.id.label("by_id"),
                _BY.name.label("by_name"),
                _BY.standing.label("by_standing"),
            )
            .join(MemberRow, _is(MemberRow, StrengthRow, StrengthRow.member_id))
            .join(_BY, _is(_BY, StrengthRow, StrengthRow.by_id))
            .where(
                StrengthRow.workspace_id == self._session.workspace_id,
                StrengthRow.contact_id == contact.id,
                StrengthRow.account_id == contact.account.id,
            )
            .order_by(StrengthRow.strength.desc().nulls_last(), MemberRow.name, MemberRow.id)
        )
        return tuple(
            Strength(_person(row), row.strength, row.desired, somebody(row.by_id, row.by_name, row.by_standing), row.at)
            for row in rows
        )

    def evidence(self, contact_id: ContactId, viewer: Viewer, now: datetime) -> dict[MemberId, Evidence]:
        """Return what the log holds between each of our people and a contact, over the notes this reader may read."""
        in_a_year = InteractionRow.occurred_at > now - YEAR
        asked = and_(in_a_year, InteractionRow.category.in_(_TOLD), InteractionRow.kind.in_(_THEIR_WAYS))
        took_part = union(
            select(InteractionRow.id, InteractionRow.author_id.label("member_id"))
            .select_from(InteractionContactRow)
            .join(InteractionRow, of_interaction(InteractionContactRow))
            .where(
                InteractionContactRow.workspace_id == self._session.workspace_id,
                InteractionContactRow.contact_id == contact_id,
            ),
            select(ParticipantRow.interaction_id, ParticipantRow.member_id)
            .join(
                InteractionContactRow,
                and_(
                    InteractionContactRow.workspace_id == ParticipantRow.workspace_id,
                    InteractionContactRow.interaction_id == ParticipantRow.interaction_id,
                ),
            )
            .where(
                ParticipantRow.workspace_id == self._session.workspace_id,
                InteractionContactRow.contact_id == contact_id,
            ),
        ).subquery()
        rows = self._session.rows(
            select(
                took_part.c.member_id,
                func.count().label("ever"),
                func.sum(case((in_a_year, 1), else_=0)).label("in_a_year"),
                func.max(InteractionRow.occurred_at).label("last"),
                func.sum(case((InteractionRow.favour.is_not(None), 1), else_=0)).label("favours"),
                func.sum(case((asked, 1), else_=0)).label("asked"),
            )
            .select_from(InteractionContactRow)
            .join(InteractionRow, of_interaction(InteractionContactRow))
            .join(AccountRow, of_account(InteractionRow))
            .join(took_part, took_part.c.id == InteractionRow.id)
            .where(*self._met(contact_id, viewer, now))
            .group_by(took_part.c.member_id)
        )
        gave = set(self._session.run(self._favours(contact_id, viewer)).scalars())
        return {
            MemberId(row.member_id): Evidence(
                row.ever, row.in_a_year, row.last, bool(row.favours) or row.member_id in gave, row.asked
            )
            for row in rows
        }

    def hypotheses(self, contact: Contact, viewer: Viewer) -> tuple[Hypothesis, ...]:
        """Return what is supposed of a contact, the newest first, to the circle of the account it was supposed at."""
        query = (
            select(
                HypothesisRow.__table__,
                MemberRow.id.label("member_id"),
                MemberRow.name,
                MemberRow.standing,
            )
            .join(MemberRow, _is(MemberRow, HypothesisRow, HypothesisRow.by_id))
            .where(HypothesisRow.workspace_id == self._session.workspace_id, HypothesisRow.contact_id == contact.id)
            .order_by(HypothesisRow.at.desc(), HypothesisRow.id)
        )
        if not viewer.is_kam_lead:
            query = query.where(HypothesisRow.account_id.in_(viewer.circle))
        return tuple(
            Hypothesis(
                HypothesisId(row.id),
                row.text,
                row.basis,
                somebody(row.member_id, row.name, row.standing),
                row.at,
                row.came_true,
            )
            for row in self._session.rows(query)
            if row.closed_at is None or row.came_true
        )

    def colleagues(self, account_id: AccountId, now: datetime) -> tuple[Colleague, ...]:
        """Return what counts of an account's contacts for hints about all of them; ask the reader's right before."""
        rows = self._session.rows(
            select(ContactRow.id, ContactRow.decision_roles, ContactRow.attitude).where(
                ContactRow.workspace_id == self._session.workspace_id, ContactRow.account_id == account_id, exists(now)
            )
        )
        return tuple(Colleague(ContactId(row.id), _roles(row), row.attitude) for row in rows)

    def candidates(self, account_id: AccountId, level: int, most: int) -> tuple[Person, ...]:
        """Return active members of a level, those of the account team first (S112)."""
        rows = self._session.rows(
            select(MemberRow.id, MemberRow.name, MemberRow.standing)
            .outerjoin(
                TeamRow,
                and_(
                    TeamRow.workspace_id == MemberRow.workspace_id,
                    TeamRow.member_id == MemberRow.id,
                    TeamRow.account_id == account_id,
                ),
            )
            .where(
                MemberRow.workspace_id == self._session.workspace_id,
                MemberRow.level == level,
                MemberRow.standing == Standing.MEMBER,
            )
            .order_by(case((TeamRow.member_id.is_not(None), 0), else_=1), MemberRow.name, MemberRow.id)
            .limit(most)
        )
        return tuple(_person(row) for row in rows)

    def above(self, contact_id: ContactId) -> frozenset[ContactId]:
        """Return everybody a contact reports to, however far up, themselves among them."""
        here = ContactRow.workspace_id == self._session.workspace_id
        line = select(ContactRow.id, ContactRow.reports_to_id).where(here, ContactRow.id == contact_id)
        tree = line.cte("line", recursive=True)
        # UNION drops what was found before, so that a ring ends.
        up = select(ContactRow.id, ContactRow.reports_to_id).join(tree, ContactRow.id == tree.c.reports_to_id)
        tree = tree.union(up.where(here))
        return frozenset(ContactId(found) for found in self._session.run(select(tree.c.id)).scalars())

    def _met(self, contact_id: ContactId, viewer: Viewer, now: datetime) -> tuple[ColumnElement[bool], ...]:
        """State over the joined tables which meetings with a contact this reader may know of."""
        here = self._session.workspace_id
        return (
            InteractionContactRow.workspace_id == here,
            InteractionContactRow.contact_id == contact_id,
            InteractionContactRow.occurred_at <= now,
            *readable(viewer, here),
        )

    def _favours(self, contact_id: ContactId, viewer: Viewer) -> Select[Any]:
        return (
            select(FavourRow.member_id)
            .join(AccountRow, of_account(FavourRow))
            .where(
                FavourRow.workspace_id == self._session.workspace_id,
                FavourRow.contact_id == contact_id,
                FavourRow.withdrawn_at.is_(None),
                note_filter(viewer, FavourRow.account_id, AccountRow.access, FavourRow.visibility, FavourRow.author_id),
            )
        )


def _is(member: Any, table: Any, member_id: Any) -> Any:
    return and_(member.workspace_id == table.workspace_id, member.id == member_id)


@cache
def _whole(reader: Reader) -> Select[Any]:
    return looked_after(ContactRow.__table__).where(ContactRow.workspace_id == HERE, exists(), account_filter(reader))


@cache
def _bearing(reader: Reader) -> Select[Any]:
    key, most = bindparam("key", type_=Text()), bindparam("most", type_=Integer())
    return _whole(reader).where(exists(TODAY), bears(HERE, key)).order_by(AccountRow.name, ContactRow.id).limit(most)


def _person(row: Row[Any]) -> Person:
    return somebody(row.id, row.name, row.standing)


def _roles(row: Row[Any]) -> tuple[DecisionRole, ...]:
    return tuple(DecisionRole(role) for role in row.decision_roles)


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        id=ContactId(row.id),
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        name=row.name,
        title=row.title,
        email=row.email,
        level=row.level,
        decision_roles=_roles(row),
        aims=row.aims,
        owner=as_person(row.owner_id, row.owner_name, row.owner_standing),
        updated_at=row.updated_at,
        tier=row.tier,
        phone=row.phone,
        owner_level=row.owner_level,
        named_counterpart=as_person(row.counterpart_id, row.counterpart_name, row.counterpart_standing),
        named_counterpart_level=row.counterpart_level,
        reports_to_id=None if row.reports_to_id is None else ContactId(row.reports_to_id),
        wished_days=row.wished_days,
        left_on=row.left_on,
        version=row.version,
    )
