"""Modal forms: what the fields must hold, as pydantic models that become commands."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.access import Visibility
from bot.domain.escalations import Kind as DecisionKind
from bot.domain.identity import AccountId, ContactId, DepartmentId, DraftId, MemberId, RequestId
from bot.domain.interactions import Category, Details, Favour, Kind, Source, Tag
from bot.domain.members import Member
from bot.domain.requests import (
    ANSWER,
    WHAT,
    WHY,
    AcceptRequest,
    DeclineReason,
    DeclineRequest,
    Effort,
)
from bot.domain.requests import Details as RequestDetails
from bot.domain.requests import Kind as RequestKind
from handlers.payloads import LARGEST_ID, Submission, View

_Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


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

    account: _Id
    new_account: str | None = None
    text: str
    contacts: tuple[_Id, ...] = ()
    kind: Kind = Kind.OTHER
    category: Category | None = None
    occurred_at: datetime | None = None
    visibility: Visibility = Visibility.COMPANY
    participants: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    satisfaction: int | None = Field(default=None, ge=1, le=5)
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


class LogNewForm(LogForm):
    """The modal "Log interaction" while it asks for a new account's name."""

    account: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    new_account: str


class ConflictForm(Form):
    """The modal "Escalate goal conflict"; what the gate asks for may be missing."""

    account: _Id | None = None
    other_party: str | None = None
    our_goal: str | None = None
    their_goal: str | None = None
    tried: str | None = None
    decision_wanted: str | None = None
    decide_by: date | None = None
    effect: str | None = None
    options: str | None = None
    urgent_reason: str | None = None
    on_behalf_of: str | None = None

    @classmethod
    def typed_into(cls, view: View) -> dict[str, str]:
        """Return what the fields that are shown hold, as text; an emptied one is empty.

        Raises:
            pydantic.ValidationError: a field holds what it must not.
        """
        form, shown = cls.of(view), view.block_ids()
        held = {name: getattr(form, name) for name in cls.model_fields if name in shown}
        return {name: "" if value is None else str(value) for name, value in held.items()}


class DecisionForm(Form):
    """The modal "Decide"."""

    text: str
    reason: str
    kind: DecisionKind = DecisionKind.ADVICE
    confirm: tuple[str, ...] = ()


class StatementForm(Form):
    """The modal "State our view"."""

    text: str


class SendForm(Form):
    """The preview of a conflict: why it is sent although something is missing."""

    anyway: str = ""


class RequestChoices(Form):
    """What is chosen so far in the modal "Ask a department"."""

    department: _Id | None = None
    account: _Id | None = None
    needed_by: date | None = None
    visibility: Literal[Visibility.COMPANY, Visibility.TEAM, Visibility.LEADERSHIP] = Visibility.COMPANY


class RequestForm(RequestChoices):
    """The modal "Ask a department"."""

    needed_by: date
    kind: RequestKind
    what: str = Field(default="", max_length=WHAT)
    why: str = Field(default="", max_length=WHY)
    new_account: str = ""
    effort: Effort | None = None
    importance: int | None = Field(default=None, ge=1, le=3)

    def details(self) -> RequestDetails:
        """Return the form as the command's details."""
        return RequestDetails(
            what=self.what,
            kind=self.kind,
            needed_by=self.needed_by,
            department_id=DepartmentId(self.department) if self.department else None,
            account_id=AccountId(self.account) if self.account else None,
            new_account=self.new_account,
            why=self.why,
            effort=self.effort,
            importance=self.importance,
            visibility=self.visibility,
        )


class AcceptForm(Form):
    """The modal "Accept request"."""

    promised_on: date
    assignee: str
    words: str = Field(default="", max_length=ANSWER)

    def command(self, actor: Member, payload: Submission, today: date) -> AcceptRequest:
        """Return the form as a command."""
        view = payload.view
        return AcceptRequest(
            actor,
            RequestId(view.number("request") or 0),
            view.number("version") or 0,
            self.promised_on,
            MemberId(self.assignee),
            today,
            payload.key,
            self.words,
            DraftId(view.number("kept") or 0),
        )


class DeclineForm(Form):
    """The modal "Decline request"."""

    reason: DeclineReason
    words: str = Field(default="", max_length=ANSWER)

    def command(self, actor: Member, payload: Submission) -> DeclineRequest:
        """Return the form as a command."""
        view = payload.view
        return DeclineRequest(
            actor,
            RequestId(view.number("request") or 0),
            view.number("version") or 0,
            self.reason,
            self.words,
            payload.key,
            DraftId(view.number("kept") or 0),
        )
