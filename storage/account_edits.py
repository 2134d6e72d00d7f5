"""Account edits: facts, stage, ratings and team as they are changed; each change is one compare-and-set."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import and_, delete, insert, select, update

from bot.domain import names
from bot.domain.account_edits import Facts
from bot.domain.account_shape import Stage, Standing
from bot.domain.accounts import TeamRole
from bot.domain.identity import AccountId, MemberId
from storage.session import Session
from storage.tables import AccountNameRow, AccountRow, AssessmentRow, TeamRow

_IN_OTHER_TABLES = {"aliases"}


class AccountEdits:
    """Writes to ``accounts``, ``account_names``, ``account_team`` and ``assessments``; rights are asked before."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def aliases(self, account_id: AccountId) -> tuple[str, ...]:
        """Return the name and the aliases of an account."""
        rows = self._session.rows(
            select(AccountNameRow.name)
            .where(AccountNameRow.workspace_id == self._session.workspace_id, AccountNameRow.account_id == account_id)
            .order_by(AccountNameRow.key)
        )
        return tuple(row.name for row in rows)

    def change(self, account_id: AccountId, version: int, facts: Facts, fields: Collection[str]) -> bool:
        """Store the named fields, if nothing changed since ``version``."""
        columns = {name: getattr(facts, name) for name in fields if name not in _IN_OTHER_TABLES}
        if not self._set(account_id, version, columns):
            return False
        if {"name", "aliases"} & set(fields):
            here = {"workspace_id": self._session.workspace_id, "account_id": account_id}
            self._session.run(
                delete(AccountNameRow).where(
                    AccountNameRow.workspace_id == self._session.workspace_id, AccountNameRow.account_id == account_id
                )
            )
            self._session.run(
                insert(AccountNameRow),
                [{**here, "key": names.match_key(name), "name": name} for name in (facts.name, *facts.aliases)],
            )
        return True

    def is_below(self, account_id: AccountId, other_id: AccountId) -> bool:
        """Tell whether the other account is this one or stands anywhere below it, whoever may see what is between."""
        here = self._session.workspace_id
        above = (
            select(AccountRow.id, AccountRow.parent_id)
            .where(AccountRow.workspace_id == here, AccountRow.id == other_id)
            .cte("above", recursive=True)
        )
        # UNION drops what was found before, so that a ring of parents ends.
        above = above.union(
            select(AccountRow.id, AccountRow.parent_id).where(
                AccountRow.workspace_id == here, AccountRow.id == above.c.parent_id
            )
        )
        return bool(self._session.rows(select(above.c.id).where(above.c.id == account_id)))

    def judge(self, account_id: AccountId, version: int, standing: Standing, by_id: MemberId, now: datetime) -> bool:
        """Store where the relationship stands, if nothing changed since ``version``; what it was stays in its history."""
        stored = self._set(
            account_id,
            version,
            {
                "stage": standing.stage,
                "desired_stage": standing.desired,
                "is_at_risk": standing.is_at_risk,
                "stage_reason": standing.reason,
                "stage_at": now,
            },
        )
        if stored:
            steps = list(Stage)
            values = {
                "stage": steps.index(standing.stage) + 1 if standing.stage else None,
                "desired_stage": steps.index(standing.desired) + 1 if standing.desired else None,
                "at_risk": int(standing.is_at_risk),
            }
            self.rate(account_id, values, standing.reason or "", by_id, now)
        return stored

    def rate(
        self,
        account_id: AccountId,
        values: Mapping[str, int | None],
        reason: str,
        by_id: MemberId,
        now: datetime,
    ) -> None:
        """Add dated judgements of the account as a whole."""
        judged = {
            "workspace_id": self._session.workspace_id,
            "account_id": account_id,
            "contact_id": None,
            "reason": reason,
            "by_id": by_id,
            "at": now,
        }
        self._session.run(
            insert(AssessmentRow),
            [
                {**judged, "id": self._session.next_in_line(), "measure": measure, "value": value}
                for measure, value in values.items()
            ],
        )

    def set_team(
        self,
        account_id: AccountId,
        version: int,
        joining: Collection[MemberId],
        leaving: Collection[MemberId],
        role: TeamRole | None,
        topic: str | None,
    ) -> bool:
        """Let some join and others leave the account team, if nothing changed since ``version``."""
        if not self._set(account_id, version, {}):
            return False
        here = {"workspace_id": self._session.workspace_id, "account_id": account_id}
        if leaving:
            self._session.run(
                delete(TeamRow).where(
                    TeamRow.workspace_id == self._session.workspace_id,
                    TeamRow.account_id == account_id,
                    TeamRow.member_id.in_(leaving),
                )
            )
        if joining:
            self._session.run(
                insert(TeamRow),
                [{**here, "member_id": member_id, "role": role, "topic": topic} for member_id in joining],
            )
        return True

    def _set(self, account_id: AccountId, version: int, columns: Mapping[str, object]) -> bool:
        changed = self._session.run(
            update(AccountRow)
            .where(
                and_(
                    AccountRow.workspace_id == self._session.workspace_id,
                    AccountRow.id == account_id,
                    AccountRow.version == version,
                    AccountRow.merged_into_id.is_(None),
                )
            )
            .values(**columns, version=version + 1)
        )
        return changed.rowcount == 1
