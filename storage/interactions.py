"""Interactions: logged events; reading asks the access rule."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Date,
    Row,
    Select,
    and_,
    cast,
    delete,
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
from bot.domain.commitments import State
from bot.domain.contacts import ContactRef
from bot.domain.identity import AccountId, ContactId, InteractionId, MemberId
from bot.domain.interactions import Category, Details, Favour, Interaction, Kind, NextStep, Promise, Source, Tag
from bot.domain.members import Person
from storage.access import named_filter, note_filter, of_account
from storage.commitments import Commitments
from storage.favours import Favours
from storage.members import whoever
from storage.session import Session
from storage.tables import (
    AccountRow,
    ContactRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    NextStepRow,
    ParticipantRow,
    PromiseRow,
)

_AUTHOR = aliased(MemberRow)
_WITH_NAMES: Select[Any] = (
    select(
        InteractionRow.__table__,
        AccountRow.name.label("account_name"),
        AccountRow.access.label("account_access"),
        _AUTHOR.name.label("author_name"),
        _AUTHOR.standing.label("author_standing"),
    )
    .join(
        AccountRow,
        of_account(InteractionRow),
    )
    .join(
        _AUTHOR,
        and_(_AUTHOR.workspace_id == InteractionRow.workspace_id, _AUTHOR.id == InteractionRow.author_id),
    )
)
"""Built once: putting a statement together costs more than running it."""


class Interactions:
    """Rows of ``interactions`` and what hangs on them as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_id(self) -> InteractionId:
        """Return an id for a new interaction, so that history and messages can refer to it before it is stored."""
        return InteractionId(self._session.new_id())

    def add(
        self,
        interaction_id: InteractionId,
        author_id: MemberId,
        details: Details,
        now: datetime,
    ) -> None:
        """Store a new interaction; it must get its ``number`` in the same transaction."""
        self._add_parts(interaction_id, details, details.occurred_at or now)
        Commitments(self._session).log(interaction_id, author_id, details, now)
        Favours(self._session).log(interaction_id, author_id, details, now)
        self._session.run(
            insert(InteractionRow),
            {
                "workspace_id": self._session.workspace_id,
                "id": interaction_id,
                # Nobody else sees this one: the counter is taken last.
                "number": -interaction_id,
                "author_id": author_id,
                "logged_at": now,
                "burst_id": None,
                "version": 1,
                **_columns(details, now),
            },
        )

    def number(self, interaction_id: InteractionId, burst_id: InteractionId | None) -> int:
        """Give a new interaction its short number and its burst, and return the number; late, it holds the counter."""
        number = self._session.next_number("I")
        self._session.run(
            update(InteractionRow).where(*self._one(interaction_id)).values(number=number, burst_id=burst_id)
        )
        return number

    def change(
        self, interaction_id: InteractionId, author_id: MemberId, version: int, details: Details, now: datetime
    ) -> bool:
        """Store an edit if nobody else did since ``version``; the kept date is that of the form."""
        columns = _columns(details, None)
        if columns["occurred_at"] is None:
            del columns["occurred_at"]
        changed = self._session.run(
            update(InteractionRow)
            .where(*self._one(interaction_id), InteractionRow.version == version, InteractionRow.withdrawn_at.is_(None))
            .values(version=version + 1, **columns)
            .returning(InteractionRow.occurred_at)
        ).one_or_none()
        if changed is None:
            return False
        for table in (InteractionContactRow, ParticipantRow):
            self._session.run(
                delete(table).where(
                    table.workspace_id == self._session.workspace_id, table.interaction_id == interaction_id
                )
            )
        self._add_parts(interaction_id, details, changed.occurred_at)
        Commitments(self._session).edit(interaction_id, author_id, details, now)
        Favours(self._session).edit(interaction_id, author_id, details, now)
        return True

    def withdraw(self, interaction_id: InteractionId, now: datetime) -> bool:
        """Take back, once."""
        withdrawn = self._session.run(
            update(InteractionRow)
            .where(*self._one(interaction_id), InteractionRow.withdrawn_at.is_(None))
            .values(withdrawn_at=now, version=InteractionRow.version + 1)
        )
        return withdrawn.rowcount == 1

    def get(self, interaction_id: InteractionId, viewer: Viewer) -> Interaction | None:
        """Return an interaction this reader may see; withdrawn ones only to their author."""
        return self._first(self._select(viewer).where(InteractionRow.id == interaction_id), viewer)

    def by_number(self, number: int, viewer: Viewer) -> Interaction | None:
        """Return the interaction ``I-number``."""
        return self._first(self._select(viewer).where(InteractionRow.number == number), viewer)

    def same_words(self, author_id: MemberId, details: Details, since: datetime) -> InteractionId | None:
        """Return what this author logged with the same words for the same account; one log of theirs at a time.

        Who gives another time of the event means another event.
        """
        meant = details.occurred_at
        self._session.lock(f"words of {author_id}")
        found: InteractionId | None = self._session.run(
            select(InteractionRow.id)
            .where(
                InteractionRow.workspace_id == self._session.workspace_id,
                InteractionRow.account_id == details.account_id,
                InteractionRow.logged_at > since,
                InteractionRow.author_id == author_id,
                InteractionRow.text == details.text,
                InteractionRow.withdrawn_at.is_(None),
                true() if meant is None else InteractionRow.occurred_at == meant,
            )
            .limit(1)
        ).scalar_one_or_none()
        return found

    def open_burst(self, account_id: AccountId, since: datetime) -> InteractionId | None:
        """Return the burst whose channel message still takes lines; until the commit no other one begins."""
        here = AccountRow.workspace_id == self._session.workspace_id
        self._session.run(
            select(AccountRow.id).where(here, AccountRow.id == account_id).with_for_update(key_share=True)
        )
        # The first of a burst may have been moved away since, so its id alone does not say when the burst began.
        older = aliased(InteractionRow)
        began_earlier = (
            select(older.id)
            .where(
                older.workspace_id == InteractionRow.workspace_id,
                older.burst_id == InteractionRow.burst_id,
                older.account_id == account_id,
                older.logged_at <= since,
            )
            .exists()
        )
        burst = self._session.run(
            select(InteractionRow.burst_id)
            .where(
                InteractionRow.workspace_id == self._session.workspace_id,
                InteractionRow.account_id == account_id,
                InteractionRow.logged_at > since,
                InteractionRow.burst_id.is_not(None),
                ~began_earlier,
            )
            .order_by(InteractionRow.logged_at.desc())
            .limit(1)
        ).scalar_one_or_none()
        return None if burst is None else InteractionId(burst)

    def in_burst(self, burst_id: InteractionId, viewer: Viewer) -> tuple[Interaction, ...]:
        """Return the interactions of a burst, oldest first."""
        query = self._select(viewer).where(InteractionRow.burst_id == burst_id).order_by(InteractionRow.number)
        return self._load(self._session.rows(query), viewer)

    def join_burst(self, interaction_id: InteractionId, burst_id: InteractionId | None) -> None:
        """Let another channel message carry an interaction that was moved or opened to all, or none."""
        self._session.run(update(InteractionRow).where(*self._one(interaction_id)).values(burst_id=burst_id))

    def burst_of(self, interaction_id: InteractionId) -> InteractionId | None:
        """Return the burst an interaction belongs to."""
        burst = self._session.run(
            select(InteractionRow.burst_id).where(*self._one(interaction_id))
        ).scalar_one_or_none()
        return None if burst is None else InteractionId(burst)

    def _one(self, interaction_id: InteractionId) -> tuple[Any, ...]:
        return InteractionRow.workspace_id == self._session.workspace_id, InteractionRow.id == interaction_id

    def _select(self, viewer: Viewer) -> Select[Any]:
        return _WITH_NAMES.where(
            InteractionRow.workspace_id == self._session.workspace_id,
            or_(InteractionRow.withdrawn_at.is_(None), InteractionRow.author_id == viewer.member_id),
            note_filter(
                viewer,
                InteractionRow.account_id,
                AccountRow.access,
                InteractionRow.visibility,
                InteractionRow.author_id,
            ),
        )

    def _first(self, query: Select[Any], viewer: Viewer) -> Interaction | None:
        found = self._load(self._session.rows(query.limit(1)), viewer)
        return found[0] if found else None

    def _load(self, rows: Sequence[Row[Any]], viewer: Viewer) -> tuple[Interaction, ...]:
        """Build interactions; what hangs on all of them is read in one statement."""
        parts: dict[int, dict[str, list[Row[Any]]]] = {}
        if rows:
            for part in self._session.rows(self._parts([row.id for row in rows], viewer)):
                parts.setdefault(part.interaction_id, {}).setdefault(part.part, []).append(part)
        return tuple(_interaction(row, parts.get(row.id, {})) for row in rows)

    def _parts(self, ids: list[int], viewer: Viewer) -> Any:
        here = self._session.workspace_id
        no_day = cast(null(), Date)

        def owner(table: Any, column: Any) -> Any:
            return and_(MemberRow.workspace_id == table.workspace_id, MemberRow.id == column)

        def mine(table: Any) -> tuple[Any, ...]:
            return table.workspace_id == here, table.interaction_id.in_(ids)

        return union_all(
            select(
                InteractionContactRow.interaction_id,
                literal("contact").label("part"),
                InteractionContactRow.contact_id.label("key"),
                ContactRow.name.label("text"),
                ContactRow.account_id.label("account_id"),
                no_day.label("due_on"),
                literal("").label("member_id"),
                literal("").label("member_name"),
                literal("").label("standing"),
            )
            .join(
                ContactRow,
                and_(
                    ContactRow.workspace_id == InteractionContactRow.workspace_id,
                    ContactRow.id == InteractionContactRow.contact_id,
                ),
            )
            .join(
                InteractionRow,
                and_(
                    InteractionRow.workspace_id == InteractionContactRow.workspace_id,
                    InteractionRow.id == InteractionContactRow.interaction_id,
                ),
            )
            .where(
                *mine(InteractionContactRow),
                named_filter(viewer, InteractionRow),
            ),
            select(
                ParticipantRow.interaction_id,
                literal("participant"),
                literal(0),
                literal(""),
                literal(0),
                no_day,
                MemberRow.id,
                MemberRow.name,
                MemberRow.standing,
            )
            .join(MemberRow, owner(ParticipantRow, ParticipantRow.member_id))
            .where(*mine(ParticipantRow)),
            *(
                select(
                    table.interaction_id,
                    literal(part),
                    literal(0),
                    table.text,
                    literal(0),
                    table.due_on,
                    MemberRow.id,
                    MemberRow.name,
                    MemberRow.standing,
                )
                .join(MemberRow, owner(table, table.owner_id))
                .where(*mine(table), table.state != State.WITHDRAWN)
                for part, table in (("promise", PromiseRow), ("next_step", NextStepRow))
            ),
        )

    def _add_parts(self, interaction_id: InteractionId, details: Details, occurred_at: datetime) -> None:
        here = {"workspace_id": self._session.workspace_id, "interaction_id": interaction_id}
        if details.contact_ids:
            self._session.run(
                insert(InteractionContactRow),
                [{**here, "contact_id": contact, "occurred_at": occurred_at} for contact in details.contact_ids],
            )
        if details.participant_ids:
            self._session.run(
                insert(ParticipantRow), [{**here, "member_id": member} for member in details.participant_ids]
            )


def _columns(details: Details, now: datetime | None) -> dict[str, Any]:
    return {
        "account_id": details.account_id,
        "occurred_at": details.occurred_at or now,
        "text": details.text,
        "kind": details.kind,
        "category": details.category,
        "tags": list(details.tags),
        "satisfaction": details.satisfaction,
        "satisfaction_source": details.satisfaction_source,
        "favour": details.favour,
        "visibility": details.visibility,
    }


def _by_name(somebody: ContactRef | Person) -> tuple[str, str]:
    return somebody.name, str(somebody.id)


def _interaction(row: Row[Any], parts: dict[str, list[Row[Any]]]) -> Interaction:
    def member(part: Row[Any]) -> Person:
        return whoever(part.member_id, part.member_name, part.standing)

    promises, steps = parts.get("promise", []), parts.get("next_step", [])
    return Interaction(
        id=InteractionId(row.id),
        number=row.number,
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        author=whoever(row.author_id, row.author_name, row.author_standing),
        occurred_at=row.occurred_at,
        logged_at=row.logged_at,
        text=row.text,
        kind=Kind(row.kind),
        category=Category(row.category) if row.category else None,
        tags=tuple(Tag(tag) for tag in row.tags),
        satisfaction=row.satisfaction,
        satisfaction_source=Source(row.satisfaction_source) if row.satisfaction_source else None,
        contacts=tuple(
            sorted(
                (
                    ContactRef(ContactId(part.key), part.text, AccountId(part.account_id))
                    for part in parts.get("contact", [])
                ),
                key=_by_name,
            )
        ),
        participants=tuple(sorted((member(part) for part in parts.get("participant", [])), key=_by_name)),
        next_step=NextStep(steps[0].text, member(steps[0]), steps[0].due_on) if steps else None,
        promise=Promise(promises[0].text, promises[0].due_on, member(promises[0])) if promises else None,
        favour=Favour(row.favour) if row.favour else None,
        visibility=Visibility(row.visibility),
        withdrawn_at=row.withdrawn_at,
        version=row.version,
    )
