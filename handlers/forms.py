"""Modal forms: what the fields must hold, as pydantic models that become commands."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from bot.domain.access import Visibility
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.interactions import Category, Details, Favour, Kind, Source, Tag
from handlers.payloads import View


class Form(BaseModel):
    """A submitted form; a field that does not fit becomes an error at that field."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @classmethod
    def of(cls, view: View) -> Self:
        """Read the fields of a modal; what was left empty takes its default.

        Raises:
            pydantic.ValidationError: a field holds what it must not.
        """
        held: dict[str, Any] = {name: value for name, value in view.fields().items() if value not in {None, ()}}
        return cls.model_validate(held)


class LogForm(Form):
    """The modal "Log interaction"."""

    account: int
    text: str
    contacts: tuple[int, ...] = ()
    kind: Kind = Kind.OTHER
    category: Category | None = None
    occurred_at: datetime | None = None
    visibility: Visibility = Visibility.COMPANY
    participants: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    satisfaction: int | None = None
    satisfaction_source: Source | None = None
    favour: Favour | None = None
    next_step: str | None = None
    next_step_owner: str | None = None
    next_step_due: date | None = None
    promise: str | None = None
    promise_due: date | None = None

    def details(self) -> Details:
        """Return the form as the command's details."""
        return Details(
            account_id=AccountId(self.account),
            text=self.text,
            kind=self.kind,
            occurred_at=self.occurred_at,
            category=self.category,
            tags=self.tags,
            satisfaction=self.satisfaction,
            satisfaction_source=self.satisfaction_source,
            contact_ids=tuple(ContactId(contact) for contact in self.contacts),
            participant_ids=tuple(MemberId(member) for member in self.participants),
            next_step=self.next_step,
            next_step_owner=MemberId(self.next_step_owner) if self.next_step_owner else None,
            next_step_due=self.next_step_due,
            promise=self.promise,
            promise_due=self.promise_due,
            favour=self.favour,
            visibility=self.visibility,
        )
