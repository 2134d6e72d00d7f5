"""Contact steps: what is written of a contact; each change of one is a compare-and-set."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, insert, or_, update

from bot.domain import names
from bot.domain.contact_assessments import Judgement, Measure
from bot.domain.contact_commands import Profile
from bot.domain.contacts import Contact
from bot.domain.identity import AccountId, ContactId, HypothesisId, MemberId
from storage.contact_cards import ContactCards
from storage.tables import AssessmentRow, ContactRow, HypothesisRow, InfluenceRow, PositionRow, StrengthRow

_JUDGED = (Measure.ATTITUDE, Measure.INFLUENCE)
"""Measures whose newest value stands at the contact as well, for maps and imports."""
_DAY = timedelta(days=1)


class ContactSteps(ContactCards):
    """What is written of contacts and of what belongs to them."""

    def add(self, account_id: AccountId, profile: Profile, now: datetime) -> ContactId:
        """Store a new contact and where they stand; since when is not known."""
        contact_id = ContactId(self._session.new_id())
        self._session.run(
            insert(ContactRow).values(
                workspace_id=self._session.workspace_id,
                id=contact_id,
                account_id=account_id,
                created_at=now,
                updated_at=now,
                version=1,
                **_columns(profile),
            )
        )
        self._stand(contact_id, account_id, profile.title, profile.level, None)
        return contact_id

    def change(self, contact: Contact, profile: Profile, now: datetime) -> bool:
        """Store an edit, if nothing changed since this version; another title is no other position."""
        if not self._set(contact, now, **_columns(profile)):
            return False
        if (profile.title, profile.level) != (contact.title, contact.level):
            self._session.run(
                update(PositionRow).where(*self._present(contact.id)).values(title=profile.title, level=profile.level)
            )
        return True

    def move(
        self,
        contact: Contact,
        account_id: AccountId,
        title: str | None,
        level: int | None,
        owner_id: MemberId | None,
        from_on: date,
        now: datetime,
    ) -> bool:
        """Let a contact stand elsewhere, if nothing changed since this version; the lines to those there end.

        The same position with another date corrects since when.
        """
        values: dict[str, Any] = {"title": title, "level": level, "left_on": None}
        if account_id != contact.account.id:
            values |= {"account_id": account_id, "owner_id": owner_id, "reports_to_id": None}
            values |= dict.fromkeys(measure.value for measure in _JUDGED)
        if not self._set(contact, now, **values):
            return False
        if account_id != contact.account.id:
            self._reports_to(contact.id, None, now)
            self._end_influence(contact.id)
        if (account_id, title, level) == (contact.account.id, contact.title, contact.level):
            self._session.run(update(PositionRow).where(*self._present(contact.id)).values(from_on=from_on))
            return True
        last = min(contact.left_on or from_on, from_on - _DAY)
        self._session.run(update(PositionRow).where(*self._present(contact.id)).values(until_on=last))
        self._stand(contact.id, account_id, title, level, from_on)
        return True

    def let_go(self, contact: Contact, left_on: date | None, now: datetime) -> bool:
        """Write down a contact's last day at the customer, or that there is none, if nothing changed."""
        return self._set(contact, now, left_on=left_on)

    def take_over(self, contact: Contact, owner_id: MemberId, now: datetime) -> bool:
        """Let somebody look after a contact, if nothing changed since this version."""
        return self._set(contact, now, owner_id=owner_id)

    def touch(self, contact: Contact, now: datetime) -> bool:
        """Count a change of what belongs to a contact, if nothing changed since this version."""
        return self._set(contact, now)

    def succeed(self, successor_id: ContactId, contact: Contact, now: datetime) -> None:
        """Let those who reported to a contact report to the successor."""
        self._reports_to(contact.id, successor_id, now)

    def judge(
        self,
        contact: Contact,
        values: Mapping[Measure, int | None],
        reason: Mapping[Measure, str],
        by_id: MemberId,
        now: datetime,
    ) -> bool:
        """Store judgements, if nothing changed since this version; the older ones stay."""
        if not self._set(contact, now, **{measure.value: values[measure] for measure in _JUDGED if measure in values}):
            return False
        rows = [
            {
                "workspace_id": self._session.workspace_id,
                "id": self._session.new_id(),
                "account_id": contact.account.id,
                "contact_id": contact.id,
                "measure": measure,
                "value": value,
                "reason": reason[measure],
                "by_id": by_id,
                "at": now,
            }
            for measure, value in values.items()
        ]
        if rows:
            self._session.run(insert(AssessmentRow), [*rows])
        return True

    def recall(self, contact_id: ContactId, judged: Mapping[Measure, Judgement]) -> None:
        """Let a contact who came back stand as they were judged there."""
        values = {measure.value: judged[measure].value for measure in _JUDGED if measure in judged}
        if values:
            self._session.run(update(ContactRow).where(*self._mine(contact_id)).values(**values))

    def rate_strength(
        self,
        contact: Contact,
        member_id: MemberId,
        strength: int | None,
        desired: int | None,
        by_id: MemberId,
        now: datetime,
    ) -> None:
        """Store how well somebody knows a contact; what is None stays as it was."""
        self._session.upsert(
            StrengthRow,
            ("workspace_id", "contact_id", "account_id", "member_id"),
            [
                {
                    "workspace_id": self._session.workspace_id,
                    "contact_id": contact.id,
                    "account_id": contact.account.id,
                    "member_id": member_id,
                    "strength": strength,
                    "desired": desired,
                    "by_id": by_id,
                    "at": now,
                }
            ],
            update=("strength", "desired"),
        )

    def renew_strengths(self, contact: Contact, before: datetime, by_id: MemberId, now: datetime) -> None:
        """Say that the strengths judged before a moment are still right."""
        self._session.run(
            update(StrengthRow)
            .where(
                StrengthRow.workspace_id == self._session.workspace_id,
                StrengthRow.contact_id == contact.id,
                StrengthRow.account_id == contact.account.id,
                StrengthRow.at < before,
            )
            .values(by_id=by_id, at=now)
        )

    def draw(self, contact_id: ContactId, on_ids: Collection[ContactId], by_id: MemberId, now: datetime) -> None:
        """Let just these contacts listen to one; lines that stay keep who drew them."""
        mine = (InfluenceRow.workspace_id == self._session.workspace_id, InfluenceRow.contact_id == contact_id)
        self._session.run(delete(InfluenceRow).where(*mine, InfluenceRow.on_contact_id.not_in(on_ids)))
        self._session.upsert(
            InfluenceRow,
            ("workspace_id", "contact_id", "on_contact_id"),
            [
                {
                    "workspace_id": self._session.workspace_id,
                    "contact_id": contact_id,
                    "on_contact_id": on_id,
                    "by_id": by_id,
                    "at": now,
                }
                for on_id in on_ids
            ],
            keep=("by_id", "at"),
        )

    def suppose(self, contact: Contact, text: str, basis: str, by_id: MemberId, now: datetime) -> None:
        """Store what somebody thinks will happen with a contact."""
        self._session.run(
            insert(HypothesisRow).values(
                workspace_id=self._session.workspace_id,
                id=self._session.new_id(),
                contact_id=contact.id,
                account_id=contact.account.id,
                text=text,
                basis=basis,
                by_id=by_id,
                at=now,
            )
        )

    def close_hypothesis(
        self, contact_id: ContactId, hypothesis_id: HypothesisId, now: datetime, *, came_true: bool
    ) -> bool:
        """Say, once, whether a hypothesis came true or was given up."""
        done = self._session.run(
            update(HypothesisRow)
            .where(
                HypothesisRow.workspace_id == self._session.workspace_id,
                HypothesisRow.id == hypothesis_id,
                HypothesisRow.contact_id == contact_id,
                HypothesisRow.closed_at.is_(None),
            )
            .values(closed_at=now, came_true=came_true)
        )
        return done.rowcount == 1

    def _stand(
        self, contact_id: ContactId, account_id: AccountId, title: str | None, level: int | None, from_on: date | None
    ) -> None:
        self._session.run(
            insert(PositionRow).values(
                workspace_id=self._session.workspace_id,
                id=self._session.new_id(),
                contact_id=contact_id,
                account_id=account_id,
                title=title,
                level=level,
                from_on=from_on,
            )
        )

    def _reports_to(self, contact_id: ContactId, to_id: ContactId | None, now: datetime) -> None:
        """Let those who report to a contact report to another, or to nobody."""
        self._session.run(
            update(ContactRow)
            .where(
                ContactRow.workspace_id == self._session.workspace_id,
                ContactRow.reports_to_id == contact_id,
                ContactRow.id != (to_id or 0),
            )
            .values(reports_to_id=to_id, updated_at=now, version=ContactRow.version + 1)
        )

    def _end_influence(self, contact_id: ContactId) -> None:
        """End the lines from and to a contact: they were about the old place, and another circle must not read them."""
        ends = or_(InfluenceRow.contact_id == contact_id, InfluenceRow.on_contact_id == contact_id)
        self._session.run(delete(InfluenceRow).where(InfluenceRow.workspace_id == self._session.workspace_id, ends))

    def _set(self, contact: Contact, now: datetime, **values: Any) -> bool:
        done = self._session.run(
            update(ContactRow)
            .where(*self._mine(contact.id), ContactRow.version == contact.version, ContactRow.merged_into_id.is_(None))
            .values(**values, updated_at=now, version=ContactRow.version + 1)
        )
        return done.rowcount == 1

    def _mine(self, contact_id: ContactId) -> tuple[Any, ...]:
        return ContactRow.workspace_id == self._session.workspace_id, ContactRow.id == contact_id

    def _present(self, contact_id: ContactId) -> tuple[Any, ...]:
        here = PositionRow.workspace_id == self._session.workspace_id
        return (and_(here, PositionRow.contact_id == contact_id, PositionRow.until_on.is_(None)),)


def _columns(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "name_key": names.match_key(profile.name),
        "title": profile.title,
        "level": profile.level,
        "decision_roles": list(profile.decision_roles),
        "aims": profile.aims,
        "owner_id": profile.owner_id,
        "wished_days": profile.wished_days,
        "email": profile.email,
        "phone": profile.phone,
        "counterpart_id": profile.counterpart_id,
        "reports_to_id": profile.reports_to_id,
    }
