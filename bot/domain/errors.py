"""Refusals: one class each, with typed facts and no text; ``views/refusals.py`` has their sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.members import Person, Standing


@dataclass(eq=False)
class Refusal(Exception):
    """Something cannot be done; the person is told why and what is possible instead."""

    @property
    def field(self) -> str | None:
        """Return the form field the refusal belongs to, if any."""
        return None


@dataclass(eq=False)
class NotAMember(Refusal):
    """Guests, people of other companies, bots and deactivated users may not use Scharnier."""

    standing: Standing


@dataclass(eq=False)
class DirectoryUnreachable(Refusal):
    """Slack did not say who an unknown person is."""

    typed: str


@dataclass(eq=False)
class SlowDown(Refusal):
    """More requests in a short time than one member, or the workspace, may make."""

    wait: timedelta
    typed: str


@dataclass(eq=False)
class StillStarting(Refusal):
    """The workspace is not known yet."""


@dataclass(eq=False)
class WrongWorkspace(Refusal):
    """Scharnier is not installed in the sender's workspace."""


@dataclass(eq=False)
class UnknownVerb(Refusal):
    """``/kam`` was followed by a word it does not know."""

    typed: str
    closest: Sequence[str] = ()
    """Names of ``menu.VERBS``."""


@dataclass(eq=False)
class UnknownAccount(Refusal):
    """No account of that name, nor any like it, exists for this reader."""

    typed: str


@dataclass(eq=False)
class UnknownAccountChosen(Refusal):
    """The account chosen in a form does not exist for this person any more."""

    @property
    def field(self) -> str | None:
        """Show it at the account."""
        return "account"


@dataclass(eq=False)
class UnknownObject(Refusal):
    """No interaction, request or conflict of that id exists for this reader."""

    typed: str


@dataclass(eq=False)
class NothingTyped(Refusal):
    """A text without a word."""

    at_field: str = "text"

    @property
    def field(self) -> str | None:
        """Show it at the text."""
        return self.at_field


@dataclass(eq=False)
class NameTooLong(Refusal):
    """An account's name of more than the allowed characters."""

    length: int
    limit: int

    @property
    def field(self) -> str | None:
        """Show it at the name."""
        return "new_account"


@dataclass(eq=False)
class NameMissing(Refusal):
    """A new account without a name."""

    @property
    def field(self) -> str | None:
        """Show it at the name."""
        return "new_account"


@dataclass(eq=False)
class DraftGone(Refusal):
    """The kept text was used already, or is somebody else's."""


@dataclass(eq=False)
class RegretOver(Refusal):
    """Edit and Undo are no longer this person's."""

    short_id: str
    kam: Person | None


@dataclass(eq=False)
class AlreadyWithdrawn(Refusal):
    """The interaction was taken back before."""

    short_id: str
    at: datetime
    by: Person | None = None


@dataclass(eq=False)
class ChangedMeanwhile(Refusal):
    """Somebody else saved the same object first."""

    short_id: str
    by: Person | None = None
    at: datetime | None = None


@dataclass(eq=False)
class AlreadySaved(Refusal):
    """The same form was saved before, with other content."""

    short_id: str
    text: str


@dataclass(eq=False)
class SavedJustNow(Refusal):
    """The same words were saved a moment ago, by the same person for the same account."""

    short_id: str

    @property
    def field(self) -> str | None:
        """Show it at the text."""
        return "text"


@dataclass(eq=False)
class SatisfactionWithoutSource(Refusal):
    """A satisfaction value without whose it is."""

    @property
    def field(self) -> str | None:
        """Show it at the source."""
        return "satisfaction_source"


@dataclass(eq=False)
class NotAColleague(Refusal):
    """Who was to take part or to do the next step is no full member of this Slack."""

    name: str
    """Empty for somebody Scharnier does not know."""
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return self.at_field


@dataclass(eq=False)
class OnlyAuthorHides(Refusal):
    """Only its author makes a note private."""

    short_id: str
    author: Person

    @property
    def field(self) -> str | None:
        """Show it where the readers are chosen."""
        return "visibility"


@dataclass(eq=False)
class PromiseIncomplete(Refusal):
    """A promise needs both its words and its date."""

    missing: str

    @property
    def field(self) -> str | None:
        """Show it at the missing half."""
        return self.missing


@dataclass(eq=False)
class PastDate(Refusal):
    """A date that is over."""

    given: date
    today: date
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it at the date."""
        return self.at_field


@dataclass(eq=False)
class NobodyToAsk(Refusal):
    """Neither a department nor a KAM lead nor an admin can receive a request."""

    typed: str = ""
    """Given back, so that it is not lost."""


@dataclass(eq=False)
class DepartmentMissing(Refusal):
    """No department that exists was chosen."""

    @property
    def field(self) -> str | None:
        """Show it at the department."""
        return "department"


@dataclass(eq=False)
class AccountMissing(Refusal):
    """Neither an account was chosen nor a new one named."""

    @property
    def field(self) -> str | None:
        """Show it at the account."""
        return "account"


@dataclass(eq=False)
class CannotTakeOn(Refusal):
    """Who was to take a request on is no full member of this Slack."""

    name: str
    """Empty for somebody Scharnier does not know."""

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return "assignee"


@dataclass(eq=False)
class MayNotAnswer(Refusal):
    """Only the department answers its requests."""

    short_id: str
    who: Sequence[Person]
    department: str | None


@dataclass(eq=False)
class AlreadyAnswered(Refusal):
    """The request is no longer open."""

    short_id: str
    state: str
    by: Person | None
    at: datetime


@dataclass(eq=False)
class NotForYou(Refusal):
    """Others may do this with a request."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class CounteredOnce(Refusal):
    """The requester countered an offer before; the next one is taken or turned down."""

    short_id: str


@dataclass(eq=False)
class ShownOtherwise(Refusal):
    """A request has changed since the button was shown."""

    short_id: str


@dataclass(eq=False)
class OfferEmpty(Refusal):
    """A counter-offer of neither date nor person nor scope."""

    @property
    def field(self) -> str | None:
        """Show it at the date."""
        return "offered_on"


@dataclass(eq=False)
class OfferOver(Refusal):
    """An offer whose date has passed."""

    short_id: str
    day: date


@dataclass(eq=False)
class SameDepartment(Refusal):
    """A request is passed on to the department that has it."""

    name: str

    @property
    def field(self) -> str | None:
        """Show it at the department."""
        return "department"


@dataclass(eq=False)
class NobodyAnswers(Refusal):
    """A request is passed on to a department of which nobody can be reached."""

    name: str

    @property
    def field(self) -> str | None:
        """Show it at the department."""
        return "department"


@dataclass(eq=False)
class NotOnBothSides(Refusal):
    """The other party is the raiser."""

    @property
    def field(self) -> str | None:
        """Show it at the other party."""
        return "other_party"


@dataclass(eq=False)
class OtherPartyMissing(Refusal):
    """Nobody who exists was chosen as the other party."""

    @property
    def field(self) -> str | None:
        """Show it at the other party."""
        return "other_party"


@dataclass(eq=False)
class PartyUnreachable(Refusal):
    """Whoever would speak for a side has left or is no full member of this Slack."""

    name: str
    """Empty for somebody Scharnier does not know."""
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return self.at_field


@dataclass(eq=False)
class RequestNotDeclined(Refusal):
    """A conflict is raised about a declined request only."""

    short_id: str


@dataclass(eq=False)
class NotASide(Refusal):
    """Only the two sides confirm a settlement."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class DecisionReasonMissing(Refusal):
    """A decision without a reason."""

    @property
    def field(self) -> str | None:
        """Show it at the reason."""
        return "reason"


@dataclass(eq=False)
class NotAnAddressee(Refusal):
    """Only the addressees of a conflict may acknowledge or decide it."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class NotTheOtherSide(Refusal):
    """Only the other party may state its view."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class AlreadyDecided(Refusal):
    """The conflict has its decision."""

    short_id: str
    by: Person
    at: datetime


@dataclass(eq=False)
class AlreadyAcknowledged(Refusal):
    """Somebody acknowledged the conflict before."""

    short_id: str
    by: Person
    at: datetime


@dataclass(eq=False)
class ConflictClosed(Refusal):
    """The conflict was returned, withdrawn or kept before."""

    short_id: str
    state: str
    by: Person | None
    """Who did it, where one person did."""
    at: datetime


@dataclass(eq=False)
class ActionIncomplete(Refusal):
    """Something agreed in a decision without what, who or until when."""

    missing: str
    """The field."""

    @property
    def field(self) -> str | None:
        """Show it at what is missing."""
        return self.missing


@dataclass(eq=False)
class CannotTakeOver(Refusal):
    """Whom a conflict was offered to takes a side, has it already, or is no full member of this Slack."""

    name: str
    """Empty for somebody Scharnier does not know."""

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return "person"


@dataclass(eq=False)
class MayNotMove(Refusal):
    """This step of a conflict is for others."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class RulingUnconfirmed(Refusal):
    """A ruling needs the decider's word that they may decide for both sides (S19, S84)."""

    @property
    def field(self) -> str | None:
        """Show it at the confirmation."""
        return "confirm"


@dataclass(eq=False)
class GateReasonMissing(Refusal):
    """Something the gate asks for is missing, and no reason says why it is sent anyway."""

    missing: Sequence[str]

    @property
    def field(self) -> str | None:
        """Show it at the reason."""
        return "anyway"


@dataclass(eq=False)
class SeveralAccounts(Refusal):
    """Several accounts bear the name that was typed for a new one."""

    name: str

    @property
    def field(self) -> str | None:
        """Show it at the account."""
        return "account"


@dataclass(eq=False)
class OutOfDate(Refusal):
    """A button or form of an older release."""


@dataclass(eq=False)
class EndsBeforeStart(Refusal):
    """The last day of an absence lies before the first."""

    @property
    def field(self) -> str | None:
        """Show it at the last day."""
        return "ends_on"


@dataclass(eq=False)
class AlreadyAway(Refusal):
    """Another absence of the same person shares a day with this one."""

    starts_on: date
    ends_on: date

    @property
    def field(self) -> str | None:
        """Show it at the first day."""
        return "starts_on"


@dataclass(eq=False)
class OwnDeputy(Refusal):
    """Nobody stands in for themselves."""

    @property
    def field(self) -> str | None:
        """Show it at the deputy."""
        return "deputy"


@dataclass(eq=False)
class BacksNobody(Refusal):
    """A KAM lead enters an absence for somebody who neither backs nor looks after an account."""

    name: str
    """Empty for somebody Scharnier does not know."""

    @property
    def field(self) -> str | None:
        """Show it at the person."""
        return "member"


@dataclass(eq=False)
class AbsenceChanged(Refusal):
    """An absence is not what the form or the button was made for any more."""

    by: Person | None
    at: datetime | None
    is_over: bool
    """It was taken back or has ended."""


@dataclass(eq=False)
class NoFullMember(Refusal):
    """Who was chosen for a part can't act in Scharnier."""

    name: str
    """Empty for somebody Scharnier does not know."""
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return self.at_field


@dataclass(eq=False)
class MayNotAssignSponsors(Refusal):
    """KAM leads and admins assign sponsors."""

    who: Sequence[Person]


@dataclass(eq=False)
class TwoParts(Refusal):
    """Nobody backs or stands in for themselves."""

    at_field: str

    @property
    def field(self) -> str | None:
        """Show it at the second part."""
        return self.at_field


@dataclass(eq=False)
class SelfAppointed(Refusal):
    """Nobody gives themselves a part in a sponsorship: it would open accounts and conflicts to them (F52)."""

    who: Sequence[Person]
    """Who else assigns sponsors."""
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it where they chose themselves."""
        return self.at_field


@dataclass(eq=False)
class SponsorChanged(Refusal):
    """Who backs a KAM is not who the form or the button was made for any more."""

    kam: Person
    sponsor: Person | None
    """Who backs them now; None for nobody."""
    by: Person | None
    at: datetime | None

    @property
    def field(self) -> str | None:
        """Show it at the KAM."""
        return "kam"
