"""Modal forms: what the fields must hold, as pydantic models that become commands."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.absences import Period, SaveAbsence
from bot.domain.access import Visibility
from bot.domain.briefings import Wanted
from bot.domain.escalation_commands import AGREED, MoveConflict, ToDo
from bot.domain.escalations import Kind as DecisionKind
from bot.domain.identity import LARGEST_ID, AccountId, ContactId, DraftId, EscalationId, MemberId
from bot.domain.interactions import Category, Details, Favour, Kind, Source, Tag
from bot.domain.members import Member
from bot.domain.sponsorships import SaveSponsorship
from handlers.payloads import Submission, View

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


class BriefingForm(Form):
    """The modal "Briefing"."""

    about: str
    length: Literal["whole", "short"] = "whole"

    def wanted(self) -> Wanted:
        """Return whose page was asked for, and in which length.

        Raises:
            errors.OutOfDate: the choice is not one of ours any more.
        """
        return replace(Wanted.of(self.about), is_short=self.length == "short")


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
    valid_until: date | None = None


class AgreedForm(Form):
    """One line of what follows from a decision."""

    what: str = ""
    owner: str | None = None
    due: date | None = None

    @classmethod
    def lines(cls, view: View) -> tuple[ToDo, ...]:
        """Return the lines in which anything was filled in."""
        typed, found = view.fields(), []
        for number in range(1, AGREED + 1):
            held = {name: typed.get(f"{name}{number}") for name in cls.model_fields}
            if any(held.values()):
                line = cls.model_validate({name: value for name, value in held.items() if value})
                owner = MemberId(line.owner) if line.owner else None
                found.append(ToDo(number, line.what, owner, line.due))
        return tuple(found)


class StepForm(Form):
    """The modals of the other steps of a conflict: some words, and for some of them a person."""

    text: str = ""
    person: str | None = None

    def command(self, actor: Member, payload: Submission) -> MoveConflict:
        """Return the form as a command."""
        return MoveConflict(
            actor,
            EscalationId(payload.view.number("escalation") or 0),
            payload.key,
            words=self.text,
            person_id=MemberId(self.person) if self.person else None,
            draft_id=kept_by(payload.view),
        )


def kept_by(view: View) -> DraftId | None:
    """Return the draft that remembers from where a step's form was opened."""
    number = view.number("kept")
    return DraftId(number) if number else None


class SendForm(Form):
    """The preview of a conflict: why it is sent although something is missing."""

    anyway: str = ""


class AbsenceForm(Form):
    """The modal "Absence"."""

    starts_on: date
    ends_on: date
    deputy: str | None = None
    member: str | None = None

    def command(self, actor: Member, payload: Submission) -> SaveAbsence:
        """Return the form as a command."""
        deputy_id = MemberId(self.deputy) if self.deputy else None
        return SaveAbsence(
            actor,
            DraftId(payload.view.number("draft") or 0),
            Period(self.starts_on, self.ends_on, deputy_id),
            payload.key,
            MemberId(self.member) if self.member else None,
        )


class SponsorshipForm(Form):
    """The modal "Assign sponsor"."""

    sponsor: str
    deputy: str | None = None
    kam: str | None = None

    def command(self, actor: Member, payload: Submission) -> SaveSponsorship:
        """Return the form as a command."""
        return SaveSponsorship(
            actor,
            DraftId(payload.view.number("draft") or 0),
            MemberId(self.sponsor),
            MemberId(self.deputy) if self.deputy else None,
            payload.key,
            MemberId(self.kam) if self.kam else None,
        )
