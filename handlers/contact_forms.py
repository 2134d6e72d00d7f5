"""Contact forms: what the modals of contacts hold, as pydantic models that become commands."""

from datetime import date
from typing import Annotated

from pydantic import Field

from bot.domain.contact_assessments import HIGHEST, STRONGEST, Measure
from bot.domain.contact_commands import (
    AssessContact,
    CreateContact,
    DrawInfluence,
    EditContact,
    LetContactGo,
    MoveContact,
    Profile,
    Suppose,
)
from bot.domain.contact_touch import LONGEST_WISH
from bot.domain.contacts import LONGEST_LINE, LONGEST_NAME, DecisionRole
from bot.domain.identity import LARGEST_ID, AccountId, ContactId, DraftId, MemberId
from bot.domain.members import Member
from handlers.forms import Form
from handlers.payloads import Submission

_Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
_Line = Annotated[str, Field(max_length=LONGEST_LINE)]
_Level = Annotated[int, Field(ge=1, le=5)]
_Strength = Annotated[int, Field(ge=0, le=STRONGEST)]


def _kept(payload: Submission) -> DraftId:
    """Return the draft behind a form of a contact."""
    return DraftId(payload.view.number("draft") or payload.view.number("kept") or 0)


class NewForm(Form):
    """The modal "New contact"."""

    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    account: _Id
    title: _Line | None = None
    email: _Line | None = None

    def command(self, actor: Member, payload: Submission) -> CreateContact:
        """Return the form as a command."""
        return CreateContact(
            actor, _kept(payload), payload.key, self.name, AccountId(self.account), self.title, self.email
        )


class EditForm(Form):
    """The modal "Edit contact"."""

    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    title: _Line | None = None
    level: _Level | None = None
    roles: tuple[DecisionRole, ...] = ()
    aims: str | None = None
    owner: str | None = None
    rhythm: Annotated[int, Field(ge=1, le=LONGEST_WISH)] | None = None
    counterpart: str | None = None
    reports_to: _Id | None = None
    email: _Line | None = None
    phone: _Line | None = None

    def command(self, actor: Member, payload: Submission) -> EditContact:
        """Return the form as a command."""
        profile = Profile(
            name=self.name,
            title=self.title,
            level=self.level,
            decision_roles=self.roles,
            aims=self.aims,
            owner_id=MemberId(self.owner) if self.owner else None,
            wished_days=self.rhythm,
            email=self.email,
            phone=self.phone,
            counterpart_id=MemberId(self.counterpart) if self.counterpart else None,
            reports_to_id=ContactId(self.reports_to) if self.reports_to else None,
        )
        return EditContact(actor, _kept(payload), payload.key, profile, "reports_to" in payload.view.block_ids())


class AssessForm(Form):
    """The modal "Assess contact"; 0 takes a judgement back, what is left empty stays."""

    attitude: Annotated[int, Field(ge=0, le=HIGHEST[Measure.ATTITUDE])] | None = None
    influence: Annotated[int, Field(ge=0, le=HIGHEST[Measure.INFLUENCE])] | None = None
    relationship: Annotated[int, Field(ge=0, le=HIGHEST[Measure.RELATIONSHIP])] | None = None
    partnership: Annotated[int, Field(ge=0, le=HIGHEST[Measure.PARTNERSHIP])] | None = None
    member: str | None = None
    strength: _Strength | None = None
    desired: _Strength | None = None
    reason: str

    def command(self, actor: Member, payload: Submission) -> AssessContact:
        """Return the form as a command."""
        judged = {
            Measure.ATTITUDE: self.attitude,
            Measure.INFLUENCE: self.influence,
            Measure.RELATIONSHIP: self.relationship,
            Measure.PARTNERSHIP: self.partnership,
        }
        return AssessContact(
            actor,
            _kept(payload),
            payload.key,
            {measure: value or None for measure, value in judged.items() if value is not None},
            self.reason,
            MemberId(self.member) if self.member else None,
            self.strength,
            self.desired,
        )


class MoveForm(Form):
    """The modal "New position"."""

    account: _Id
    title: _Line | None = None
    level: _Level | None = None
    from_on: date

    def command(self, actor: Member, payload: Submission) -> MoveContact:
        """Return the form as a command."""
        return MoveContact(
            actor, _kept(payload), payload.key, AccountId(self.account), self.title, self.level, self.from_on
        )


class LeaveForm(Form):
    """The modal "Left the company"."""

    left_on: date

    def command(self, actor: Member, payload: Submission) -> LetContactGo:
        """Return the form as a command."""
        return LetContactGo(actor, _kept(payload), payload.key, self.left_on)


class SupposeForm(Form):
    """The modal "Hypothesis"."""

    text: _Line
    basis: _Line

    def command(self, actor: Member, payload: Submission) -> Suppose:
        """Return the form as a command."""
        return Suppose(actor, _kept(payload), payload.key, self.text, self.basis)


class InfluenceForm(Form):
    """The modal "Who listens to them"."""

    influences: tuple[_Id, ...] = ()

    def command(self, actor: Member, payload: Submission) -> DrawInfluence:
        """Return the form as a command."""
        return DrawInfluence(actor, _kept(payload), payload.key, tuple(ContactId(one) for one in self.influences))
