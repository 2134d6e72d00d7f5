"""Modal forms of promises, next steps, favours and demands, as pydantic models that become commands."""

from datetime import date
from typing import Annotated

from pydantic import Field

from bot.domain.access import Visibility
from bot.domain.commitments import SaveDeed, SaveNew
from bot.domain.demands import Decide, SaveDemand, Source
from bot.domain.favours import Direction, Effort, SaveFavour
from bot.domain.identity import LARGEST_ID, AccountId, ContactId, DraftId, MemberId
from bot.domain.interactions import Favour as FavourKind
from bot.domain.members import Member
from bot.domain.requests import DeclineReason
from handlers.forms import Form
from handlers.payloads import Submission

_Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


def _draft(payload: Submission) -> DraftId:
    return DraftId(payload.view.number("draft") or 0)


def _contact(contact: int | None) -> ContactId | None:
    return ContactId(contact) if contact else None


def _member(member: str | None) -> MemberId | None:
    return MemberId(member) if member else None


class NewCommitmentForm(Form):
    """The modals "New promise" and "New next step"."""

    account: _Id
    text: str
    due_on: date | None = None
    owner: str | None = None
    visibility: Visibility = Visibility.COMPANY
    contact: _Id | None = None

    def command(self, actor: Member, payload: Submission) -> SaveNew:
        """Return the form as a command."""
        return SaveNew(
            actor,
            _draft(payload),
            AccountId(self.account),
            self.text,
            self.due_on,
            _member(self.owner),
            self.visibility,
            _contact(self.contact),
            payload.key,
        )


class DeedForm(Form):
    """The modals "Move", "Hand over" and "Withdraw"."""

    text: str = ""
    due_on: date | None = None
    owner: str | None = None

    def command(self, actor: Member, payload: Submission) -> SaveDeed:
        """Return the form as a command."""
        return SaveDeed(actor, _draft(payload), payload.key, self.text, self.due_on, _member(self.owner))


class FavourForm(Form):
    """The modal "Favour"."""

    account: _Id
    contact: _Id | None = None
    direction: Direction
    kind: FavourKind
    text: str
    effort: Effort | None = None
    value: int | None = Field(default=None, ge=1, le=3)
    on: date | None = None
    visibility: Visibility = Visibility.COMPANY

    def command(self, actor: Member, payload: Submission) -> SaveFavour:
        """Return the form as a command."""
        return SaveFavour(
            actor,
            _draft(payload),
            AccountId(self.account),
            self.kind,
            self.direction,
            self.text,
            payload.key,
            _contact(self.contact),
            self.effort,
            self.value,
            self.on,
            self.visibility,
        )


class DemandForm(Form):
    """The modal "Demand"."""

    account: _Id
    source: Source
    text: str
    contact: _Id | None = None
    visibility: Visibility = Visibility.COMPANY

    def command(self, actor: Member, payload: Submission) -> SaveDemand:
        """Return the form as a command."""
        return SaveDemand(
            actor,
            _draft(payload),
            AccountId(self.account),
            self.source,
            self.text,
            payload.key,
            _contact(self.contact),
            self.visibility,
        )


class TriageForm(Form):
    """The modals "Do", "Later" and "Decline" of a demand."""

    text: str = ""
    on: date | None = None
    owner: str | None = None
    reason: DeclineReason | None = None

    def command(self, actor: Member, payload: Submission) -> Decide:
        """Return the form as a command."""
        return Decide(actor, _draft(payload), payload.key, self.text, self.on, _member(self.owner), self.reason)
