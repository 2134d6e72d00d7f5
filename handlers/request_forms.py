"""Request forms: what the modals of requests hold, as pydantic models that become commands."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.access import Visibility
from bot.domain.identity import LARGEST_ID, AccountId, DepartmentId, DraftId, MemberId, RequestId
from bot.domain.members import Member
from bot.domain.request_commands import (
    AcceptRequest,
    Counter,
    DeclineRequest,
    JoinRequest,
    MovePromise,
    PassOn,
    Say,
    SendRequest,
)
from bot.domain.requests import ANSWER, SCOPE, WHAT, WHY, Action, DeclineReason, Details, Effort, Kind
from handlers.forms import Form
from handlers.payloads import Submission

_Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class RequestChoices(Form):
    """What is chosen so far in the modal "Ask a department"."""

    department: _Id | None = None
    account: _Id | None = None
    needed_by: date | None = None
    visibility: Literal[Visibility.COMPANY, Visibility.TEAM, Visibility.LEADERSHIP] = Visibility.COMPANY


class RequestForm(RequestChoices):
    """The modal "Ask a department"."""

    needed_by: date
    kind: Kind
    what: str = Field(default="", max_length=WHAT)
    why: str = Field(default="", max_length=WHY)
    new_account: str = ""
    effort: Effort | None = None
    importance: int | None = Field(default=None, ge=1, le=3)

    def details(self) -> Details:
        """Return the form as the command's details."""
        return Details(
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


class AlikeForm(Form):
    """The modal that offers to join a request like one's own."""

    choice: Literal["send"] | _Id
    words: str = Field(default="", max_length=ANSWER)

    def command(self, actor: Member, payload: Submission, today: date) -> JoinRequest | SendRequest:
        """Return what was chosen."""
        draft_id = DraftId(payload.view.number("draft") or 0)
        if self.choice == "send":
            return SendRequest(actor, None, draft_id, today, payload.key)
        return JoinRequest(actor, RequestId(self.choice), draft_id, payload.key, self.words)


class AcceptForm(Form):
    """The modal "Accept request"."""

    promised_on: date
    assignee: str
    words: str = Field(default="", max_length=ANSWER)

    def command(self, actor: Member, payload: Submission, today: date) -> AcceptRequest:
        """Return the form as a command."""
        request_id, version, draft_id = _shown(payload)
        assignee = MemberId(self.assignee)
        return AcceptRequest(
            actor, request_id, version, self.promised_on, assignee, today, payload.key, self.words, draft_id
        )


class DeclineForm(Form):
    """The modal "Decline request"."""

    reason: DeclineReason
    words: str = Field(default="", max_length=ANSWER)

    def command(self, actor: Member, payload: Submission) -> DeclineRequest:
        """Return the form as a command."""
        request_id, version, draft_id = _shown(payload)
        return DeclineRequest(actor, request_id, version, self.reason, self.words, payload.key, draft_id)


class CounterForm(Form):
    """The modal "Counter-offer", of the department and of the requester."""

    offered_on: date | None = None
    assignee: str | None = None
    scope: str = Field(default="", max_length=SCOPE)
    words: str = Field(default="", max_length=ANSWER)

    def command(self, actor: Member, payload: Submission, action: Action, today: date) -> Counter:
        """Return the form as a command."""
        request_id, version, draft_id = _shown(payload)
        return Counter(
            actor=actor,
            request_id=request_id,
            version=version,
            action=action,
            today=today,
            key=payload.key,
            offered_on=self.offered_on,
            person_id=MemberId(self.assignee) if self.assignee else None,
            scope=self.scope,
            words=self.words,
            draft_id=draft_id,
        )


class MoveForm(Form):
    """The modal "Move the date"."""

    promised_on: date
    words: str = Field(default="", max_length=ANSWER)

    def command(self, actor: Member, payload: Submission, today: date) -> MovePromise:
        """Return the form as a command."""
        request_id, version, draft_id = _shown(payload)
        return MovePromise(actor, request_id, version, self.promised_on, self.words, today, payload.key, draft_id)


class PassForm(Form):
    """The modal "Pass on"."""

    department: _Id
    words: str = Field(default="", max_length=ANSWER)

    def command(self, actor: Member, payload: Submission) -> PassOn:
        """Return the form as a command."""
        request_id, version, draft_id = _shown(payload)
        return PassOn(actor, request_id, version, DepartmentId(self.department), self.words, payload.key, draft_id)


class SayForm(Form):
    """The modals that ask for words alone."""

    words: str = Field(default="", max_length=ANSWER)

    def command(self, actor: Member, payload: Submission, action: Action) -> Say:
        """Return the form as a command."""
        request_id, version, draft_id = _shown(payload)
        return Say(actor, request_id, version, action, self.words, payload.key, draft_id)


def _shown(payload: Submission) -> tuple[RequestId, int, DraftId]:
    """Return the request a modal showed, at which version, and where its answer belongs."""
    view = payload.view
    numbers = (view.number("request") or 0, view.number("version") or 0, view.number("kept") or 0)
    return RequestId(numbers[0]), numbers[1], DraftId(numbers[2])
