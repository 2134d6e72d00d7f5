"""Escalations: goal conflicts put before a sponsor, both sides' words, and exactly one decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2s

from bot.domain import errors
from bot.domain.access import Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, ChannelId, DepartmentId, DraftId, EscalationId, MemberId, RequestId
from bot.domain.members import Member, Person
from bot.domain.requests import Answer, Request
from bot.domain.search import Note
from bot.domain.sponsors import Considered, Route, Step


class State(StrEnum):
    """Where a conflict stands."""

    WITHOUT_RECIPIENT = "without_recipient"
    """Raised, but nobody in the chain can receive it yet."""
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    DECIDED = "decided"


RARER = ("effect", "options", "urgent_reason", "on_behalf_of")
"""The form's fields behind *More*."""
OPEN = frozenset({State.WITHOUT_RECIPIENT, State.RAISED, State.ACKNOWLEDGED})


class Kind(StrEnum):
    """What a decision is (product, section 6)."""

    ADVICE = "advice"
    SETTLEMENT = "settlement"
    RULING = "ruling"


class Gate(StrEnum):
    """What a sponsor needs to decide; each is a field of the form."""

    OUR_GOAL = "our_goal"
    THEIR_GOAL = "their_goal"
    TRIED = "tried"
    DECISION_WANTED = "decision_wanted"
    DECIDE_BY = "decide_by"


class Standpoint(StrEnum):
    """Why somebody sees a conflict; the first that applies is told."""

    ADDRESSEE = "addressee"
    OTHER_SIDE = "other_side"
    RAISER = "raiser"
    SPOKEN_FOR = "spoken_for"
    KAM = "kam"
    INFORMED = "informed"
    DECIDER = "decider"
    KAM_LEAD = "kam_lead"


class Action(StrEnum):
    """What somebody can do with a conflict now."""

    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    STATE = "state"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Case:
    """What the raiser wrote; nobody else changes it."""

    our_goal: str = ""
    their_goal: str = ""
    """As the raiser understands it."""
    tried: str = ""
    decision_wanted: str = ""
    decide_by: date | None = None
    effect: str = ""
    """On the customer."""
    options: str = ""
    urgent_reason: str = ""
    """Filled means urgent."""

    @property
    def missing(self) -> tuple[Gate, ...]:
        """Return what the gate still asks for (product, section 6)."""
        return tuple(gate for gate in Gate if not getattr(self, gate))


@dataclass(frozen=True, slots=True)
class Party:
    """A side as it was chosen in the form: a department or a member."""

    department_id: DepartmentId | None = None
    member_id: MemberId | None = None

    @classmethod
    def of(cls, key: str) -> "Party | None":
        """Read a choice of the search; anything strange names nobody."""
        kind, _, chosen = key.partition(":")
        if kind == "member" and chosen:
            return cls(member_id=MemberId(chosen))
        if kind == "department" and chosen.isascii() and chosen.isdigit() and len(chosen) < 20:
            # No database has a larger id.
            return cls(department_id=DepartmentId(int(chosen))) if int(chosen) < 2**63 else None
        return None

    @property
    def key(self) -> str:
        """Return how the search carries this choice."""
        return f"member:{self.member_id}" if self.member_id else f"department:{self.department_id}"


@dataclass(frozen=True, slots=True)
class PartyChoice:
    """A side as the search offers it."""

    party: Party
    name: str
    of_department: str | None = None
    """Where a member works, which tells namesakes apart."""


@dataclass(frozen=True, slots=True)
class Side:
    """A side of the conflict: who speaks, and for which department."""

    person: Person
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """The other side's view in its own words."""

    author: Person
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One side agrees to a settlement."""

    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """The one decision."""

    by: Person
    kind: Kind
    text: str
    reason: str
    at: datetime
    in_stead_of: Person | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Who took the conflict on, and when."""

    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class NewEscalation:
    """A conflict as it is stored."""

    id: EscalationId
    account_id: AccountId
    raiser_id: MemberId
    side_a_id: MemberId
    side_b_id: MemberId
    department_id: DepartmentId | None
    """Set where side B speaks for a department."""
    informed_id: MemberId | None
    request_id: RequestId | None
    case: Case
    anyway_reason: str
    route: Route


@dataclass(frozen=True, slots=True)
class Header:
    """What the company may know: no goals, no reasons, no names of parties (product, section 3)."""

    id: EscalationId
    number: int
    account: AccountRef
    departments: tuple[str, ...]
    state: State
    raised_at: datetime
    decide_by: date | None = None
    decided_at: datetime | None = None

    @property
    def short_id(self) -> str:
        """Return the id people use, ``E-3``."""
        return f"E-{self.number}"


@dataclass(frozen=True, slots=True)
class Escalation:
    """A conflict with everything in it, for those who may see that."""

    header: Header
    raiser: Person
    side_a: Side
    side_b: Side
    case: Case
    steps: tuple[Considered, ...]
    """The chain as it was when the conflict was raised, skipped steps included."""
    informed: Person | None = None
    """The head of the department whose answer this is about."""
    kam: Person | None = None
    kam_deputy: Person | None = None
    request_id: RequestId | None = None
    request_short_id: str | None = None
    anyway_reason: str = ""
    acknowledged: Acknowledged | None = None
    statements: tuple[Statement, ...] = ()
    """Every version, newest first."""
    decision: Decision | None = None
    confirmations: tuple[Confirmation, ...] = ()
    version: int = 1

    @property
    def id(self) -> EscalationId:
        """Return the conflict's id."""
        return self.header.id

    @property
    def short_id(self) -> str:
        """Return the id people use."""
        return self.header.short_id

    @property
    def about(self) -> Ref:
        """Return the conflict as messages and history refer to it."""
        return Ref(Subject.ESCALATION, self.id)

    @property
    def is_open(self) -> bool:
        """Tell whether a decision is still due."""
        return self.header.state in OPEN

    @property
    def addressed_to(self) -> tuple[Person, ...]:
        """Return who received it: the sponsor, or the KAM leads; whoever acted first of several took it."""
        if self.acknowledged is not None and self.goes_to_kam_leads:
            return (self.acknowledged.by,)
        return tuple(step.person for step in self.steps if step.skipped is None and step.person is not None)

    @property
    def goes_to_kam_leads(self) -> bool:
        """Tell whether the chain ended at the KAM leads."""
        return any(step.step is Step.KAM_LEADS and step.skipped is None for step in self.steps)

    @property
    def side_ids(self) -> frozenset[MemberId]:
        """Return everybody who takes a side, so that none of them decides."""
        people = (self.raiser, self.side_a.person, self.side_b.person, self.informed)
        return frozenset(person.id for person in people if person is not None)

    @property
    def statement(self) -> Statement | None:
        """Return the other side's view as it stands now."""
        return self.statements[0] if self.statements else None

    def confirmed_by(self, person: Person) -> Confirmation | None:
        """Return a side's yes to a settlement; silence is no answer."""
        return next((one for one in self.confirmations if one.person.id == person.id), None)


def is_addressed(escalation: Escalation, viewer: Viewer) -> bool:
    """Tell whether the conflict was put before this person: the sponsor, or every KAM lead once it is theirs.

    A sponsor stays addressed until the conflict is handed over; a KAM lead must still lead the KAMs. Whoever takes a
    side never is.
    """
    if viewer.member_id is None or viewer.member_id in escalation.side_ids:
        return False
    if escalation.goes_to_kam_leads:
        return viewer.is_kam_lead
    return any(person.id == viewer.member_id for person in escalation.addressed_to)


def is_entitled(escalation: Escalation, viewer: Viewer) -> bool:
    """Tell whether this person may decide now: of several KAM leads only the one who acted first."""
    taken = escalation.acknowledged
    is_taken = taken is not None and escalation.goes_to_kam_leads and taken.by.id != viewer.member_id
    return is_addressed(escalation, viewer) and not is_taken


def actions(escalation: Escalation, viewer: Viewer) -> tuple[Action, ...]:
    """Return what this person can do with the conflict now, the likely one first."""
    possible = []
    if escalation.is_open and is_entitled(escalation, viewer):
        possible += [Action.ACKNOWLEDGE] if escalation.header.state is State.RAISED else []
        possible += [Action.DECIDE]
    if escalation.is_open and escalation.side_b.person.id == viewer.member_id:
        possible += [Action.STATE]
    if may_confirm(escalation, viewer) and viewer.member_id not in {one.person.id for one in escalation.confirmations}:
        possible += [Action.CONFIRM]
    return tuple(possible)


def may_confirm(escalation: Escalation, viewer: Viewer) -> bool:
    """Tell whether this person is asked to confirm a settlement: one of each side (S84)."""
    sides = {escalation.side_a.person.id, escalation.side_b.person.id}
    is_settlement = escalation.decision is not None and escalation.decision.kind is Kind.SETTLEMENT
    return is_settlement and viewer.member_id in sides


def standpoint(escalation: Escalation, viewer: Viewer) -> Standpoint:
    """Tell why this person sees the whole conflict."""
    decider = escalation.decision.by if escalation.decision else None
    people = {
        Standpoint.OTHER_SIDE: escalation.side_b.person,
        Standpoint.RAISER: escalation.raiser,
        Standpoint.SPOKEN_FOR: escalation.side_a.person,
        Standpoint.KAM: escalation.kam,
        Standpoint.INFORMED: escalation.informed,
        Standpoint.DECIDER: decider,
    }
    if any(person.id == viewer.member_id for person in escalation.addressed_to):
        return Standpoint.ADDRESSEE
    for why, person in people.items():
        if person is not None and person.id == viewer.member_id:
            return why
    if escalation.kam_deputy is not None and escalation.kam_deputy.id == viewer.member_id:
        return Standpoint.KAM
    return Standpoint.KAM_LEAD


def case_of(fields: Mapping[str, str]) -> Case:
    """Read what was kept of the form."""
    by = fields.get("decide_by")
    return Case(
        our_goal=fields.get("our_goal", ""),
        their_goal=fields.get("their_goal", ""),
        tried=fields.get("tried", ""),
        decision_wanted=fields.get("decision_wanted", ""),
        decide_by=date.fromisoformat(by) if by else None,
        effect=fields.get("effect", ""),
        options=fields.get("options", ""),
        urgent_reason=fields.get("urgent_reason", ""),
    )


def decision_note(header: Header) -> Note:
    """Index a decision by its header: the index cannot tell a conflict's insiders from the company."""
    return Note(
        about=Ref(Subject.ESCALATION, header.id),
        account_id=header.account.id,
        author_id=None,
        visibility=Visibility.COMPANY,
        at=header.decided_at or header.raised_at,
        text="",
        number=header.number,
        heading=" · ".join(header.departments),
        more=f"{header.account.name} {_FOUND_BY}",
    )


_FOUND_BY = "Entscheid Entscheidung decision Zielkonflikt conflict Eskalation escalation"
"""Under which words a decision is found, in both languages."""


@dataclass(frozen=True, slots=True)
class BeginConflict:
    """Open the form from a line of text."""

    actor: Member
    text: str
    channel_id: ChannelId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class StartConflict:
    """Open the form from a button: empty, with an account, or with what a declined request says."""

    actor: Member
    key: str
    reply_to: ReplyTo
    account_id: AccountId | None = None
    request_id: RequestId | None = None


@dataclass(frozen=True, slots=True)
class ProposeConflict:
    """Look at who will receive a conflict before it is sent."""

    actor: Member
    draft_id: DraftId
    fields: Mapping[str, str]
    """Everything typed and chosen, by form field."""
    today: date
    """In the raiser's zone."""


@dataclass(frozen=True, slots=True)
class RaiseConflict:
    """Send a kept conflict."""

    actor: Member
    draft_id: DraftId
    anyway_reason: str
    """Why it is sent although something is missing."""
    key: str
    previewed: int | None = None
    """``Preview.digest`` of what was looked at; None where nothing was."""


@dataclass(frozen=True, slots=True)
class AcknowledgeConflict:
    """Take a conflict on."""

    actor: Member
    escalation_id: EscalationId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class Decide:
    """Decide a conflict."""

    actor: Member
    escalation_id: EscalationId
    kind: Kind
    text: str
    reason: str
    confirmed: bool
    """The decider's word that they may decide for both sides."""
    key: str


@dataclass(frozen=True, slots=True)
class StateView:
    """State the own view, or change it."""

    actor: Member
    escalation_id: EscalationId
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class ConfirmSettlement:
    """Agree to a settlement for the own side."""

    actor: Member
    escalation_id: EscalationId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class ConflictForm:
    """What the form shows: kept text, with the names of what was chosen."""

    draft_id: DraftId
    fields: Mapping[str, str]
    account: AccountRef | None = None
    new_account: str | None = None
    """A name that was typed and that no account bears: it is created when nothing else is chosen."""
    other_party: PartyChoice | None = None
    declined: Request | None = None
    """Fills what nobody typed yet."""
    more: bool = False
    """Whether the rarer fields are shown."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who will receive a conflict, who will see it, and what it lacks."""

    draft_id: DraftId
    account_name: str
    is_new_account: bool
    is_restricted: bool
    side_a: Side
    side_b: Side
    route: Route
    who_sees: tuple[Person, ...]
    """Everybody who will see the whole conflict."""
    missing: tuple[Gate, ...]
    kam: Person | None
    informed: Person | None = None
    account_id: AccountId | None = None
    """None for one that is created with the conflict."""
    unknown_above: frozenset[AccountId] = frozenset()
    """Accounts of the chain the raiser does not know: their sponsors are named, without saying whose they are."""
    changed: bool = False
    """Whether something changed since it was looked at last."""

    @property
    def digest(self) -> int:
        """Return what stands for who receives it and who sees what of it; the same for the same people."""
        steps = (step.person.id for step in self.route.recipients if step.person is not None)
        parts = (
            str(self.account_id or ""),
            str(self.is_restricted),
            *sorted(steps),
            "",
            *sorted(person.id for person in self.route.asked_to_assign),
            "",
            self.side_a.person.id,
            self.side_b.person.id,
            *sorted(person.id for person in self.who_sees),
        )
        return int.from_bytes(blake2s(" ".join(parts).encode(), digest_size=7).digest(), "big")


@dataclass(frozen=True, slots=True)
class ConflictRaised:
    """Sent."""

    escalation: Escalation


@dataclass(frozen=True, slots=True)
class Seen:
    """A conflict as one reader sees it, with what they can do."""

    escalation: Escalation
    why: Standpoint
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class HeaderSeen:
    """A conflict as the company sees it."""

    header: Header


@dataclass(frozen=True, slots=True)
class Told:
    """What a note tells: a conflict was raised or acknowledged."""

    escalation: Escalation
    why: Standpoint
    by: Person | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Unaddressed:
    """What KAM leads or admins hear about a conflict nobody can receive: its id and age, never its content."""

    short_id: str
    raised_at: datetime
    as_kam_lead: bool


def seen(escalation: Escalation, viewer: Viewer) -> Seen:
    """Show a conflict to somebody who may see all of it."""
    return Seen(escalation, standpoint(escalation, viewer), actions(escalation, viewer))


def fields_from(declined: tuple[Request, Answer]) -> dict[str, str]:
    """Choose what a declined request tells: its account, and whoever declined, else the department."""
    request, answer = declined
    fields = {"request": str(request.id), "account": str(request.account.id)}
    if not answer.by.left:
        fields["other_party"] = Party(member_id=answer.by.id).key
    elif request.department is not None:
        fields["other_party"] = Party(department_id=request.department.id).key
    return fields


def check_decision(command: Decide) -> None:
    """Refuse a decision without words, without a reason, or a ruling nobody vouches for."""
    if not command.text:
        raise errors.NothingTyped
    if not command.reason:
        raise errors.DecisionReasonMissing
    if command.kind is Kind.RULING and not command.confirmed:
        raise errors.RulingUnconfirmed
