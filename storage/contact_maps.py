"""Contact maps: every contact of some accounts with owner, counterpart, lines and last touch, as far as the reader may see."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Row, ScalarSelect, Select, Text, and_, cast, or_, select
from sqlalchemy.orm import aliased

from bot.domain.access import Access, Viewer, sees_assessments
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactOnMap, DecisionRole
from bot.domain.identity import AccountId, ContactId
from storage.access import account_filter, of_account, readable
from storage.kept import HERE, NOW, TODAY, Reader, given
from storage.members import as_person
from storage.session import Session
from storage.tables import (
    AccountRow,
    ContactRow,
    InfluenceRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
)

_OWNER, _COUNTERPART = aliased(MemberRow), aliased(MemberRow)
_COLUMNS: tuple[Any, ...] = (
    ContactRow.id,
    ContactRow.account_id,
    ContactRow.name,
    ContactRow.title,
    ContactRow.level,
    cast(ContactRow.decision_roles, Text).label("decision_roles"),
    ContactRow.attitude,
    ContactRow.influence,
    ContactRow.owner_id,
    ContactRow.counterpart_id,
    ContactRow.reports_to_id,
    ContactRow.wished_days,
)
"""Dates and the like are not read: a map has hundreds of contacts."""
_NOTED: Any = aliased(AccountRow)
"""The account of a note, which need not be the contact's: a note on the group may name somebody of a unit."""


class ContactMaps:
    """Rows of ``contacts`` as they stand on maps."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def mirror(
        self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime, *, with_influences: bool = True
    ) -> tuple[ContactOnMap, ...]:
        """Return every contact of those of the accounts that the reader may see, the highest level first.

        Who left or was merged is not among them; a visit that is planned is no touch yet. Lines of influence are judged:
        they are read, with a second statement, for the circle of the account of who has it.
        """
        if not account_ids:
            return ()
        asked = given(self._session, viewer, account_ids, now)
        rows = self._session.rows(_mirror(Reader.of(self._session, viewer)), asked)
        shown = {row.id for row in rows}
        influenced: dict[int, list[ContactId]] = {}
        judged_at = [one for one in account_ids if with_influences and sees_assessments(viewer, one)]
        if not judged_at:
            return tuple(_on_map(rows, viewer, {}))
        here = self._session.workspace_id
        for line in self._session.rows(
            select(InfluenceRow.contact_id, InfluenceRow.on_contact_id)
            .join(ContactRow, and_(ContactRow.workspace_id == here, ContactRow.id == InfluenceRow.contact_id))
            .where(
                InfluenceRow.workspace_id == here,
                ContactRow.workspace_id == here,
                ContactRow.account_id.in_(judged_at),
                exists(now),
            )
            .order_by(InfluenceRow.contact_id, InfluenceRow.on_contact_id)
        ):
            if line.contact_id in shown and line.on_contact_id in shown:
                influenced.setdefault(line.contact_id, []).append(ContactId(line.on_contact_id))
        return tuple(_on_map(rows, viewer, influenced))


@cache
def _mirror(reader: Reader) -> Select[Any]:
    return (
        looked_after(*_COLUMNS, _last_touch(reader).label("touched_at"))
        .where(
            ContactRow.workspace_id == HERE,
            exists(TODAY),
            reader.accounts.has(ContactRow.account_id),
            account_filter(reader),
        )
        .order_by(ContactRow.level.asc().nulls_last(), ContactRow.name_key, ContactRow.id)
    )


def looked_after(*columns: Any) -> Select[Any]:
    """Select these columns of contacts, with their account and with name, standing and level of owner and counterpart."""
    return (
        select(
            *columns,
            AccountRow.name.label("account_name"),
            AccountRow.access.label("account_access"),
            AccountRow.tier.label("tier"),
            _OWNER.name.label("owner_name"),
            _OWNER.standing.label("owner_standing"),
            _OWNER.level.label("owner_level"),
            _COUNTERPART.name.label("counterpart_name"),
            _COUNTERPART.standing.label("counterpart_standing"),
            _COUNTERPART.level.label("counterpart_level"),
        )
        .join(AccountRow, of_account(ContactRow))
        .outerjoin(_OWNER, and_(_OWNER.workspace_id == ContactRow.workspace_id, _OWNER.id == ContactRow.owner_id))
        .outerjoin(
            _COUNTERPART,
            and_(_COUNTERPART.workspace_id == ContactRow.workspace_id, _COUNTERPART.id == ContactRow.counterpart_id),
        )
    )


def exists(now: datetime | BindParameter[date] | None = None) -> Any:
    """State that a contact was not taken into another and, at ``now``, has not left the customer."""
    if now is None:
        return ContactRow.merged_into_id.is_(None)
    day = now.date() if isinstance(now, datetime) else now
    stays = or_(ContactRow.left_on.is_(None), ContactRow.left_on >= day)
    return and_(ContactRow.merged_into_id.is_(None), stays)


def _last_touch(reader: Reader) -> ScalarSelect[datetime]:
    """Select when a contact was met last by anybody, over the notes this reader may read."""
    took_part = InteractionContactRow
    return (
        select(took_part.occurred_at)
        .join(
            InteractionRow,
            and_(InteractionRow.workspace_id == took_part.workspace_id, InteractionRow.id == took_part.interaction_id),
        )
        .join(_NOTED, and_(_NOTED.workspace_id == InteractionRow.workspace_id, _NOTED.id == InteractionRow.account_id))
        .where(
            took_part.workspace_id == ContactRow.workspace_id,
            took_part.contact_id == ContactRow.id,
            took_part.occurred_at <= NOW,
            *readable(reader, HERE, is_open=_NOTED.access == Access.OPEN),
        )
        # The index has them in this order, so that the first one that may be read ends the search.
        .order_by(took_part.occurred_at.desc())
        .limit(1)
        .correlate(ContactRow)
        .scalar_subquery()
    )


def _on_map(
    rows: Iterable[Row[Any]], viewer: Viewer, influences: Mapping[int, list[ContactId]]
) -> Iterator[ContactOnMap]:
    # Hundreds of contacts share few accounts, people and roles: each of these is made once.
    person, account, roles = cache(as_person), cache(_account), cache(_roles)
    judges: Callable[[AccountId], bool] = cache(lambda account_id: sees_assessments(viewer, account_id))
    for row in rows:
        judged = judges(row.account_id)
        owner = person(row.owner_id, row.owner_name, row.owner_standing)
        counterpart = person(row.counterpart_id, row.counterpart_name, row.counterpart_standing)
        yield ContactOnMap(
            id=ContactId(row.id),
            name=row.name,
            account=account(row.account_id, row.account_name, row.account_access),
            tier=row.tier,
            title=row.title,
            level=row.level,
            decision_roles=roles(row.decision_roles),
            attitude=row.attitude if judged else None,
            influence=row.influence if judged else None,
            owner=owner,
            counterpart=counterpart or owner,
            counterpart_level=row.counterpart_level if counterpart else row.owner_level,
            reports_to_id=None if row.reports_to_id is None else ContactId(row.reports_to_id),
            influences=tuple(influences.get(row.id, ())),
            wished_days=row.wished_days,
            last_touch=row.touched_at,
        )


def _account(account_id: int, name: str, access: str) -> AccountRef:
    return AccountRef(AccountId(account_id), name, Access(access))


def _roles(written: str) -> tuple[DecisionRole, ...]:
    return tuple(map(DecisionRole, json.loads(written)))
