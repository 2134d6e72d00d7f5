"""Accounts: read only through the access rule, created on the way."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, Row, Select, Text, and_, case, cast, func, insert, or_, select
from sqlalchemy.orm import aliased

from bot.domain import names
from bot.domain.access import Access, Viewer
from bot.domain.accounts import (
    Account,
    AccountName,
    AccountRef,
    ContactsSeen,
    ContactTouch,
    CreateAccount,
    DatedPromise,
    Family,
    Kind,
    LastInteraction,
    Relation,
    TeamMember,
    TeamRole,
    closest,
)
from bot.domain.contacts import DecisionRole
from bot.domain.identity import AccountId, ChannelId, ContactId, MemberId
from bot.domain.interactions import Source
from bot.domain.members import Person, Standing
from bot.domain.satisfaction import Value
from storage.access import account_filter, note_filter
from storage.members import as_person
from storage.session import Session
from storage.tables import (
    AccountNameRow,
    AccountRow,
    ContactRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    PromiseRow,
    TeamRow,
)

_MOST_VALUES = 1000
"""Satisfaction values that are summed up."""
_FIRST_WORDS = 600
"""Characters of a note that a line needs."""

_REF: tuple[Any, ...] = (AccountRow.id, AccountRow.name, AccountRow.access)
_KAM, _DEPUTY, _SPONSOR = aliased(MemberRow), aliased(MemberRow), aliased(MemberRow)


def _with_people() -> Select[Any]:
    query = select(AccountRow.__table__)
    for name, who, key in (
        ("kam", _KAM, AccountRow.kam_id),
        ("deputy", _DEPUTY, AccountRow.deputy_id),
        ("sponsor", _SPONSOR, AccountRow.sponsor_id),
    ):
        query = query.outerjoin(who, and_(who.workspace_id == AccountRow.workspace_id, who.id == key))
        query = query.add_columns(who.name.label(f"{name}_name"), who.standing.label(f"{name}_standing"))
    return query


# Built once: putting a statement together costs more than running it.
_WITH_PEOPLE = _with_people()
_NAMED: Select[Any] = (
    select(AccountNameRow.key, *_REF)
    .join(
        AccountRow,
        and_(AccountRow.workspace_id == AccountNameRow.workspace_id, AccountRow.id == AccountNameRow.account_id),
    )
    .order_by(AccountNameRow.key, AccountRow.id)
)


class Accounts:
    """Rows of ``accounts`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, account_id: AccountId, viewer: Viewer) -> Account | None:
        """Return the account, if it exists for this reader."""
        row = self._session.run(self._whole(viewer).where(AccountRow.id == account_id)).one_or_none()
        return None if row is None else _account(row)

    def named(self, key: str, viewer: Viewer, most: int) -> tuple[Account, ...]:
        """Return the accounts that bear this name or alias."""
        bearing = select(AccountNameRow.account_id).where(
            AccountNameRow.workspace_id == self._session.workspace_id, AccountNameRow.key == key
        )
        rows = self._session.rows(self._whole(viewer).where(AccountRow.id.in_(bearing)))
        return tuple(_account(row) for row in sorted(rows, key=_by_name)[:most])

    def by_keys(self, keys: Collection[str], viewer: Viewer) -> dict[str, list[AccountRef]]:
        """Return the accounts that bear one of these names or aliases."""
        found: dict[str, list[AccountRef]] = {}
        if keys:
            for row in self._session.rows(self._names(viewer).where(AccountNameRow.key.in_(keys))):
                found.setdefault(row.key, []).append(_ref(row))
        return {key: sorted(bearing, key=_by_name) for key, bearing in found.items()}

    def names(self, viewer: Viewer) -> tuple[AccountName, ...]:
        """Return every name and alias."""
        return tuple(AccountName(row.key, _ref(row)) for row in self._session.rows(self._names(viewer)))

    def in_channel(self, channel_id: ChannelId, viewer: Viewer) -> AccountRef | None:
        """Return the account bound to a channel."""
        rows = self._session.rows(self._refs(viewer).where(AccountRow.channel_id == channel_id).limit(2))
        return _ref(rows[0]) if len(rows) == 1 else None

    def suggestions(self, typed: str, viewer: Viewer, most: int) -> tuple[AccountRef, ...]:
        """Return accounts for a select: those the reader last touched first, or those like what was typed."""
        if typed.strip():
            return closest(typed, self.names(viewer), most)
        touched = (
            select(InteractionRow.account_id, func.max(InteractionRow.logged_at).label("at"))
            .where(
                InteractionRow.workspace_id == self._session.workspace_id,
                InteractionRow.author_id == viewer.member_id,
            )
            .group_by(InteractionRow.account_id)
            .subquery()
        )
        recent_first = (
            self._refs(viewer)
            .outerjoin(touched, touched.c.account_id == AccountRow.id)
            .outerjoin(
                AccountNameRow,
                and_(
                    AccountNameRow.workspace_id == AccountRow.workspace_id,
                    AccountNameRow.account_id == AccountRow.id,
                    AccountNameRow.name == AccountRow.name,
                ),
            )
            .order_by(touched.c.at.desc().nulls_last(), AccountNameRow.key, AccountRow.id)
            .limit(most)
        )
        return tuple(_ref(row) for row in self._session.rows(recent_first))

    def hold(self, name: str) -> None:
        """Let nobody else create an account of this name before the transaction ends; call it before looking it up."""
        self._session.lock(f"account {names.match_key(name)}")

    def create(self, command: CreateAccount, now: datetime) -> AccountRef:
        """Create an account without KAM."""
        account_id = AccountId(self._session.new_id())
        here = {"workspace_id": self._session.workspace_id}
        self._session.run(
            insert(AccountRow).values(
                **here,
                id=account_id,
                name=command.name,
                kind=command.kind,
                access=Access.OPEN,
                created_at=now,
                version=1,
            )
        )
        key = names.match_key(command.name)
        self._session.run(insert(AccountNameRow).values(**here, key=key, account_id=account_id, name=command.name))
        return AccountRef(account_id, command.name)

    def team(self, account_id: AccountId) -> tuple[TeamMember, ...]:
        """Return the account team."""
        rows = self._session.rows(
            select(TeamRow.role, TeamRow.topic, MemberRow.id, MemberRow.name, MemberRow.standing)
            .join(MemberRow, and_(MemberRow.workspace_id == TeamRow.workspace_id, MemberRow.id == TeamRow.member_id))
            .where(TeamRow.workspace_id == self._session.workspace_id, TeamRow.account_id == account_id)
        )
        return tuple(
            TeamMember(
                Person(row.id, row.name, row.standing == Standing.DEACTIVATED),
                TeamRole(row.role) if row.role else None,
                row.topic,
            )
            for row in sorted(rows, key=_by_name)
        )

    def kam_if_active(self, account_id: AccountId) -> Person | None:
        """Return who answers for the account now: the KAM, else the deputy; the reader's rights are not asked."""
        account = self.get(account_id, _EVERYTHING)
        people = () if account is None else (account.kam, account.deputy)
        return next((person for person in people if person is not None and not person.left), None)

    def refs(self, account_ids: Collection[AccountId], viewer: Viewer, most: int) -> tuple[AccountRef, ...]:
        """Return those of the accounts that exist for this reader, by name."""
        if not account_ids:
            return ()
        rows = self._session.rows(self._refs(viewer).where(AccountRow.id.in_(account_ids)))
        return tuple(_ref(row) for row in sorted(rows, key=_by_name)[:most])

    def family(self, account: Account, viewer: Viewer) -> Family:
        """Return the parent and every unit below an account, however deep; a hidden one hides what is below it."""
        tree = unit_tree(self._session.workspace_id, account.id, viewer)
        rows = self._session.rows(
            select(*_REF, AccountRow.parent_id).where(
                *self._visible(viewer),
                or_(AccountRow.id.in_(select(tree.c.id)), AccountRow.id == account.parent_id),
                AccountRow.id != account.id,
            )
        )
        rows = sorted(rows, key=_by_name)
        return Family(
            parent=next((_ref(row) for row in rows if row.id == account.parent_id), None),
            units=tuple(_ref(row) for row in rows if row.parent_id == account.id),
            ids=tuple(AccountId(row.id) for row in rows if row.id != account.parent_id),
        )

    def key_contacts(
        self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime, most: int
    ) -> ContactsSeen:
        """Return the contacts of some visible accounts, deciders and higher levels first, with their last touch."""
        touched = (
            select(InteractionContactRow.contact_id, func.max(InteractionRow.occurred_at).label("at"))
            .join(
                InteractionRow,
                and_(
                    InteractionRow.workspace_id == InteractionContactRow.workspace_id,
                    InteractionRow.id == InteractionContactRow.interaction_id,
                ),
            )
            .join(AccountRow, _account_of(InteractionRow))
            .join(
                ContactRow,
                and_(
                    ContactRow.workspace_id == InteractionContactRow.workspace_id,
                    ContactRow.id == InteractionContactRow.contact_id,
                ),
            )
            .where(
                InteractionContactRow.workspace_id == self._session.workspace_id,
                ContactRow.account_id.in_(account_ids),
                *_readable(viewer),
                InteractionRow.occurred_at <= now,
            )
            .group_by(InteractionContactRow.contact_id)
            .subquery()
        )
        decides = cast(ContactRow.decision_roles, Text).contains(f'"{DecisionRole.DECIDER}"')
        uncovered = and_(decides, ContactRow.owner_id.is_(None), touched.c.at.is_(None))
        rows = self._session.rows(
            select(
                ContactRow.id,
                ContactRow.name,
                ContactRow.title,
                ContactRow.level,
                ContactRow.decision_roles,
                ContactRow.owner_id,
                touched.c.at,
                MemberRow.name.label("owner_name"),
                MemberRow.standing.label("owner_standing"),
                AccountRow.id.label("account_id"),
                AccountRow.name.label("account_name"),
                AccountRow.access.label("account_access"),
                func.count().over().label("counted"),
                func.sum(case((uncovered, 1), else_=0)).over().label("uncovered"),
            )
            .join(AccountRow, _account_of(ContactRow))
            .outerjoin(
                MemberRow,
                and_(MemberRow.workspace_id == ContactRow.workspace_id, MemberRow.id == ContactRow.owner_id),
            )
            .outerjoin(touched, touched.c.contact_id == ContactRow.id)
            .where(ContactRow.workspace_id == self._session.workspace_id, ContactRow.account_id.in_(account_ids))
            .order_by(
                case((decides, 0), else_=1),
                ContactRow.level.asc().nulls_last(),
                touched.c.at.desc().nulls_last(),
                ContactRow.name_key,
                ContactRow.id,
            )
            .limit(most)
        )
        first = tuple(_touch(row) for row in rows)
        return ContactsSeen(first, rows[0].counted, rows[0].uncovered) if rows else ContactsSeen()

    def satisfaction(
        self, account_ids: Collection[AccountId], viewer: Viewer, since: datetime, until: datetime
    ) -> dict[Source, list[Value]]:
        """Return the newest satisfaction values of some accounts that the reader may see, by whose they are."""
        rows = self._session.rows(
            select(
                InteractionRow.account_id,
                InteractionRow.occurred_at,
                InteractionRow.satisfaction,
                InteractionRow.satisfaction_source,
            )
            .join(AccountRow, _account_of(InteractionRow))
            .where(
                *self._notes(account_ids, viewer),
                InteractionRow.satisfaction.is_not(None),
                InteractionRow.satisfaction_source.is_not(None),
                InteractionRow.occurred_at > since,
                InteractionRow.occurred_at <= until,
            )
            .order_by(InteractionRow.occurred_at.desc())
            .limit(_MOST_VALUES)
        )
        found: dict[Source, list[Value]] = {Source.OURS: [], Source.CUSTOMER: []}
        for row in rows:
            value = Value(row.satisfaction, row.occurred_at, AccountId(row.account_id))
            found[Source(row.satisfaction_source)].append(value)
        return found

    def last_interactions(
        self, account_ids: Collection[AccountId], viewer: Viewer, most: int
    ) -> tuple[LastInteraction, ...]:
        """Return the newest interactions of some accounts that the reader may see, each as one line."""
        rows = self._session.rows(
            select(
                InteractionRow.number,
                InteractionRow.kind,
                InteractionRow.occurred_at,
                func.substr(InteractionRow.text, 1, _FIRST_WORDS).label("text"),
                *_author_and_account(InteractionRow.author_id),
            )
            .join(AccountRow, _account_of(InteractionRow))
            .join(
                MemberRow,
                and_(MemberRow.workspace_id == InteractionRow.workspace_id, MemberRow.id == InteractionRow.author_id),
            )
            .where(*self._notes(account_ids, viewer))
            .order_by(InteractionRow.occurred_at.desc(), InteractionRow.number.desc())
            .limit(most)
        )
        return tuple(
            LastInteraction(row.number, row.kind, _person(row), row.occurred_at, row.text, _account_ref(row))
            for row in rows
        )

    def promises(
        self, account_ids: Collection[AccountId], viewer: Viewer, since: date, most: int
    ) -> tuple[DatedPromise, ...]:
        """Return the promises of some accounts from a day on, the next first; a note's only to its readers."""
        rows = self._session.rows(
            select(
                PromiseRow.text,
                PromiseRow.due_on,
                InteractionRow.number,
                *_author_and_account(PromiseRow.owner_id),
            )
            .join(
                InteractionRow,
                and_(
                    InteractionRow.workspace_id == PromiseRow.workspace_id,
                    InteractionRow.id == PromiseRow.interaction_id,
                ),
            )
            .join(AccountRow, _account_of(InteractionRow))
            .join(
                MemberRow,
                and_(MemberRow.workspace_id == PromiseRow.workspace_id, MemberRow.id == PromiseRow.owner_id),
            )
            .where(*self._notes(account_ids, viewer), PromiseRow.due_on >= since)
            .order_by(PromiseRow.due_on, PromiseRow.id)
            .limit(most)
        )
        return tuple(DatedPromise(row.text, row.due_on, _person(row), _account_ref(row), row.number) for row in rows)

    def count(self) -> int:
        """Return how many accounts there are, for the first steps of an admin."""
        counted: int = self._session.run(
            select(func.count()).select_from(AccountRow).where(AccountRow.workspace_id == self._session.workspace_id)
        ).scalar_one()
        return counted

    def _visible(self, viewer: Viewer) -> tuple[Any, ...]:
        return AccountRow.workspace_id == self._session.workspace_id, account_filter(viewer)

    def _notes(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[Any, ...]:
        """State over ``interactions`` and ``accounts`` which notes of these accounts the reader may see."""
        here = InteractionRow.workspace_id == self._session.workspace_id
        return here, InteractionRow.account_id.in_(account_ids), *_readable(viewer)

    def _whole(self, viewer: Viewer) -> Select[Any]:
        return _WITH_PEOPLE.where(*self._visible(viewer))

    def _refs(self, viewer: Viewer) -> Select[Any]:
        return select(*_REF).where(*self._visible(viewer))

    def _names(self, viewer: Viewer) -> Select[Any]:
        here = AccountNameRow.workspace_id == self._session.workspace_id
        return _NAMED.where(here, *self._visible(viewer))


_EVERYTHING = Viewer(member_id=None, is_kam_lead=True)
"""For rules that need who answers for an account, not what is in it."""


def unit_tree(workspace_id: str, account_id: AccountId, viewer: Viewer) -> CTE:
    """Select an account and every unit below it that this reader may see; a hidden one hides what is below it."""
    visible = (AccountRow.workspace_id == workspace_id, account_filter(viewer))
    tree = select(AccountRow.id).where(*visible, AccountRow.id == account_id).cte("tree", recursive=True)
    # UNION drops what was found before, so that a ring of parents ends.
    return tree.union(select(AccountRow.id).join(tree, AccountRow.parent_id == tree.c.id).where(*visible))


def _readable(viewer: Viewer) -> tuple[Any, ...]:
    visibility, author_id = InteractionRow.visibility, InteractionRow.author_id
    return (
        InteractionRow.withdrawn_at.is_(None),
        note_filter(viewer, InteractionRow.account_id, AccountRow.access, visibility, author_id),
    )


def _by_name(named: Any) -> tuple[str, Any]:
    """Order what people read as they would, whatever the database thinks of capitals."""
    return names.match_key(named.name), named.id


def _account_of(table: Any) -> Any:
    return and_(AccountRow.workspace_id == table.workspace_id, AccountRow.id == table.account_id)


def _author_and_account(member_id: Any) -> tuple[Any, ...]:
    return (
        member_id.label("person_id"),
        MemberRow.name.label("person_name"),
        MemberRow.standing.label("person_standing"),
        AccountRow.id.label("account_id"),
        AccountRow.name.label("account_name"),
        AccountRow.access.label("account_access"),
    )


def _person(row: Row[Any]) -> Person:
    return Person(MemberId(row.person_id), row.person_name, row.person_standing == Standing.DEACTIVATED)


def _account_ref(row: Row[Any]) -> AccountRef:
    return AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access))


def _touch(row: Row[Any]) -> ContactTouch:
    return ContactTouch(
        id=ContactId(row.id),
        name=row.name,
        title=row.title,
        level=row.level,
        decision_roles=tuple(row.decision_roles),
        last_touch=row.at,
        owner=as_person(row.owner_id, row.owner_name, row.owner_standing),
        account=_account_ref(row),
    )


def _ref(row: Row[Any]) -> AccountRef:
    return AccountRef(AccountId(row.id), row.name, Access(row.access))


def _account(row: Row[Any]) -> Account:
    return Account(
        id=AccountId(row.id),
        name=row.name,
        kind=Kind(row.kind),
        access=Access(row.access),
        tier=row.tier,
        parent_id=None if row.parent_id is None else AccountId(row.parent_id),
        relation=Relation(row.relation) if row.relation else None,
        country=row.country,
        language=row.language,
        channel_id=None if row.channel_id is None else ChannelId(row.channel_id),
        kam=as_person(row.kam_id, row.kam_name, row.kam_standing),
        deputy=as_person(row.deputy_id, row.deputy_name, row.deputy_standing),
        sponsor=as_person(row.sponsor_id, row.sponsor_name, row.sponsor_standing),
        mission=row.mission,
        version=row.version,
    )
