"""Accounts: read only through the access rule, created on the way."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from bot.domain import names
from bot.domain.access import ITSELF, Access, Viewer
from bot.domain.accounts import (
    Account,
    AccountName,
    AccountRef,
    CreateAccount,
    Family,
    Kind,
    Relation,
    TeamMember,
    closest,
)
from bot.domain.identity import AccountId, ChannelId
from bot.domain.members import Person
from storage.access import account_filter, of_account
from storage.account_cards import AccountCards
from storage.kept import HERE, Reader, given
from storage.members import as_person
from storage.merged import survivor
from storage.session import Session
from storage.tables import AccountNameRow, AccountRow, InteractionRow, MemberRow

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
        of_account(AccountNameRow),
    )
    .order_by(AccountNameRow.key, AccountRow.id)
)


_ROOT: BindParameter[int] = bindparam("root", type_=BigInteger())


@cache
def _whole(reader: Reader) -> Select[Any]:
    return _WITH_PEOPLE.where(AccountRow.workspace_id == HERE, account_filter(reader))


@cache
def _one(reader: Reader) -> Select[Any]:
    its_id = survivor(AccountRow, HERE, bindparam("its_id", type_=BigInteger()))
    return _whole(reader).where(AccountRow.id == its_id)


@cache
def _bearing_or_among(reader: Reader) -> Select[Any]:
    bearing = select(AccountNameRow.account_id).where(
        AccountNameRow.workspace_id == HERE, AccountNameRow.key == bindparam("key")
    )
    asked = aliased(AccountRow)
    others = select(asked.id).where(asked.workspace_id == HERE, reader.accounts.has(asked.id))
    # Each part has an index; conditions side by side would read every account.
    either = AccountRow.id.in_(union_all(bearing, others))
    return _whole(reader).add_columns(AccountRow.id.in_(bearing).label("bears")).where(either)


@cache
def _family(reader: Reader) -> Select[Any]:
    tree = unit_tree(HERE, _ROOT, reader)
    below = AccountRow.id.in_(select(tree.c.id))
    return select(*_REF, AccountRow.parent_id, below.label("is_below")).where(
        AccountRow.workspace_id == HERE,
        account_filter(reader),
        or_(below, reader.accounts.has(AccountRow.id)),
        AccountRow.id != _ROOT,
    )


class Accounts:
    """Rows of ``accounts`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, account_id: AccountId, viewer: Viewer) -> Account | None:
        """Return the account, if it exists for this reader; of one that was merged, what it is part of now."""
        asked = given(self._session, viewer, its_id=account_id)
        row = self._session.run(_one(Reader.of(self._session, viewer)), asked).one_or_none()
        return None if row is None else _account(row)

    def named(self, key: str, viewer: Viewer, most: int) -> tuple[Account, ...]:
        """Return the accounts that bear this name or alias."""
        return self.named_and((), key, viewer, most)[0]

    def named_and(
        self, account_ids: Collection[AccountId], key: str, viewer: Viewer, most: int
    ) -> tuple[tuple[Account, ...], dict[AccountId, Account]]:
        """Return the accounts that bear this name or alias, and of some others those that exist, in one statement."""
        asked = given(self._session, viewer, account_ids, key=key)
        rows = self._session.rows(_bearing_or_among(Reader.of(self._session, viewer)), asked)
        bearing = sorted((row for row in rows if row.bears), key=_by_name)[:most]
        others = {AccountId(row.id): _account(row) for row in rows if row.id in account_ids}
        return tuple(map(_account, bearing)), others

    def by_keys(self, keys: Collection[str], viewer: Viewer) -> dict[str, list[AccountRef]]:
        """Return the accounts that bear one of these names or aliases."""
        found: dict[str, list[AccountRef]] = {}
        if keys:
            for row in self._session.rows(self._names(viewer).where(AccountNameRow.key.in_(keys))):
                found.setdefault(row.key, []).append(_ref(row))
        return {key: sorted(bearing, key=_by_name) for key, bearing in found.items()}

    def by_alias(self, words: Collection[str], viewer: Viewer) -> dict[str, set[AccountId]]:
        """Return for each word the accounts that have it in an alias and not in their name."""
        found: dict[str, set[AccountId]] = {}
        spaced = literal(" ").concat(AccountNameRow.key).concat(" ")
        likely = [spaced.contains(f" {word} ", autoescape=True) for word in words]
        for row in self._session.rows(self._names(viewer).where(or_(*likely))) if likely else ():
            for word in words:
                if f" {word} " in f" {row.key} " and f" {word} " not in f" {names.match_key(row.name)} ":
                    found.setdefault(word, set()).add(AccountId(row.id))
        return found

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
        return AccountCards(self._session).circle(account_id, judged=False)[0]

    def kam_if_active(self, account_id: AccountId) -> Person | None:
        """Return who answers for the account now: the KAM, else the deputy; the reader's rights are not asked."""
        account = self.get(account_id, ITSELF)
        people = () if account is None else (account.kam, account.deputy)
        return next((person for person in people if person is not None and not person.left), None)

    def refs(self, account_ids: Collection[AccountId], viewer: Viewer, most: int) -> tuple[AccountRef, ...]:
        """Return those of the accounts that exist for this reader, by name."""
        if not account_ids:
            return ()
        rows = self._session.rows(self._refs(viewer).where(AccountRow.id.in_(account_ids)))
        return tuple(_ref(row) for row in sorted(rows, key=_by_name)[:most])

    def family(self, account: Account, viewer: Viewer, above: Collection[AccountId] = ()) -> Family:
        """Return the parent and every unit below an account, however deep; a hidden one hides what is below it.

        Of ``above``, the accounts on the way to the root, those come with it that the reader may see.
        """
        up = {one for one in (account.parent_id, *above) if one is not None} - {account.id}
        asked = given(self._session, viewer, up, root=account.id)
        rows = sorted(self._session.rows(_family(Reader.of(self._session, viewer)), asked), key=_by_name)
        return Family(
            parent=next((_ref(row) for row in rows if row.id == account.parent_id), None),
            units=tuple(_ref(row) for row in rows if row.parent_id == account.id),
            # In a ring of parents one is above and below; it counts once, as above.
            ids=tuple(AccountId(row.id) for row in rows if row.is_below and row.id != account.parent_id),
            above=frozenset(AccountId(row.id) for row in rows if row.id in up),
        )

    def count(self) -> int:
        """Return how many accounts there are, for the first steps of an admin."""
        counted: int = self._session.run(
            select(func.count()).select_from(AccountRow).where(AccountRow.workspace_id == self._session.workspace_id)
        ).scalar_one()
        return counted

    def _visible(self, viewer: Viewer) -> tuple[Any, ...]:
        return AccountRow.workspace_id == self._session.workspace_id, account_filter(viewer)

    def _refs(self, viewer: Viewer) -> Select[Any]:
        return select(*_REF).where(*self._visible(viewer))

    def _names(self, viewer: Viewer) -> Select[Any]:
        here = AccountNameRow.workspace_id == self._session.workspace_id
        return _NAMED.where(here, *self._visible(viewer))


def unit_tree(
    workspace_id: str | BindParameter[str], account_id: AccountId | BindParameter[int], viewer: Viewer | Reader
) -> CTE:
    """Select an account and every unit below it that this reader may see; a hidden one hides what is below it."""
    visible = (AccountRow.workspace_id == workspace_id, account_filter(viewer))
    tree = select(AccountRow.id).where(*visible, AccountRow.id == account_id).cte("tree", recursive=True)
    # UNION drops what was found before, so that a ring of parents ends.
    return tree.union(select(AccountRow.id).join(tree, AccountRow.parent_id == tree.c.id).where(*visible))


def _by_name(named: Any) -> tuple[str, Any]:
    """Order what people read as they would, whatever the database thinks of capitals."""
    return names.match_key(named.name), named.id


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
        stage=row.stage,
        desired_stage=row.desired_stage,
        is_at_risk=row.is_at_risk,
        stage_reason=row.stage_reason,
        stage_at=row.stage_at,
        coverage=row.coverage,
        jour_fixe_weeks=row.jour_fixe_weeks,
        version=row.version,
    )
