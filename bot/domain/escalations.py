"""Escalations: goal conflicts put before a sponsor, both sides' words, and exactly one decision."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.access import Visibility
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, Subject
from bot.domain.escalation_clock import Next
from bot.domain.identity import AccountId, DepartmentId, EscalationId, MemberId, RequestId, is_id
from bot.domain.members import Person
from bot.domain.search_notes import Note
from bot.domain.sponsors import Considered, Route, Step


class State(StrEnum):
    """Where a conflict stands (product, section 6)."""

    WITHOUT_RECIPIENT = "without_recipient"
    """Raised, but nobody in the chain can receive it yet."""
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    QUESTION = "question"
    """An addressee asked one side something and waits for the answer."""
    DECIDED = "decided"
    KEPT = "kept"
    """Decided, and done."""
    RETURNED = "returned"
    """Given back with guidance, to be settled one level lower."""
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"
    """Everybody in the chain was asked for one full round; still open, and said so daily."""


RARER = ("effect", "options", "urgent_reason", "on_behalf_of")
"""The form's fields behind *More*."""
ADDRESSED = (State.RAISED, State.ACKNOWLEDGED, State.QUESTION, State.UNANSWERED)
"""Open, and before somebody who can decide."""
OPEN = frozenset({State.WITHOUT_RECIPIENT, *ADDRESSED})


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
    OFFERED = "offered"
    OTHER_SIDE = "other_side"
    RAISER = "raiser"
    SPOKEN_FOR = "spoken_for"
    KAM = "kam"
    INFORMED = "informed"
    DECIDER = "decider"
    OWNER = "owner"
    JOINER = "joiner"
    HAD_IT = "had_it"
    KAM_LEAD = "kam_lead"


class Action(StrEnum):
    """What somebody, or the clock, can do with a conflict."""

    ACKNOWLEDGE = "acknowledge"
    TAKE_OVER = "take_over"
    LEAVE = "leave"
    """Leave a conflict that was offered with whoever has it."""
    ANSWER = "answer"
    DECIDE = "decide"
    ASK = "ask"
    RETURN = "return"
    HAND_OVER = "hand_over"
    """Offer it to somebody; until they take it over it stays where it is."""
    TAKE_BACK = "take_back"
    """Take the offer back, while nobody took it over."""
    STATE = "state"
    CONFIRM = "confirm"
    DONE = "done"
    KEEP = "keep"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    LOOK_UP = "look_up"
    """Read earlier decisions on similar conflicts."""
    JOIN = "join"
    READDRESS = "readdress"
    """Put before somebody else: the recipient changed, left, is away or cannot be reached; or there is one at last."""
    REMIND = "remind"
    BRING_IN = "bring_in"
    """Put before somebody more: the deputy, then the KAM leads."""
    EXPIRE = "expire"
    """Nothing moved for three working days."""
    GIVE_UP = "give_up"
    """One full round is over."""
    STRAND = "strand"
    """Nobody is left who could receive it."""


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
        if kind == "department" and is_id(chosen):
            return cls(department_id=DepartmentId(int(chosen)))
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
class Question:
    """What an addressee asked one side, and the answer."""

    by: Person
    of: Person
    text: str
    at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Joiner:
    """Somebody who has the same conflict and joined this one."""

    person: Person
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the decision asks of one person."""

    position: int
    what: str
    owner: Person
    due_on: date
    done_at: datetime | None = None
    done_by: Person | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The one decision."""

    by: Person
    kind: Kind
    text: str
    reason: str
    at: datetime
    in_stead_of: Person | None = None
    valid_until: date | None = None
    agreed: tuple[Agreed, ...] = ()

    @property
    def to_do(self) -> tuple[Agreed, ...]:
        """Return what is not done yet."""
        return tuple(one for one in self.agreed if one.done_at is None)


@dataclass(frozen=True, slots=True)
class Course:
    """Everything about a conflict that actions and the clock change, as it is stored."""

    state: State
    acknowledged_by: MemberId | None = None
    acknowledged_at: datetime | None = None
    next: Next | None = None
    """Never empty while the conflict is open and before somebody."""
    handing_to: MemberId | None = None
    handed_by: MemberId | None = None
    returned_by: MemberId | None = None
    guidance: str | None = None
    closed_at: datetime | None = None


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
    next: Next | None = None


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
    department_id: DepartmentId | None = None
    """Set where side B speaks for a department."""
    request_id: RequestId | None = None
    request_short_id: str | None = None
    anyway_reason: str = ""
    acknowledged: Acknowledged | None = None
    statements: tuple[Statement, ...] = ()
    """Every version, newest first."""
    decision: Decision | None = None
    earlier_decision: Decision | None = None
    """The one before the conflict was reopened."""
    confirmations: tuple[Confirmation, ...] = ()
    questions: tuple[Question, ...] = ()
    """Newest first."""
    joiners: tuple[Joiner, ...] = ()
    handing_to: Person | None = None
    """Whom an addressee offered it to."""
    handed_by: Person | None = None
    """Who offered it, or gave it away."""
    returned_by: Person | None = None
    guidance: str = ""
    closed_at: datetime | None = None
    next: Next | None = None
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
    def state(self) -> State:
        """Return where it stands."""
        return self.header.state

    @property
    def course(self) -> Course:
        """Return what actions and the clock may change."""
        taken = self.acknowledged
        return Course(
            state=self.header.state,
            acknowledged_by=taken.by.id if taken else None,
            acknowledged_at=taken.at if taken else None,
            next=self.next,
            handing_to=self.handing_to.id if self.handing_to else None,
            handed_by=self.handed_by.id if self.handed_by else None,
            returned_by=self.returned_by.id if self.returned_by else None,
            guidance=self.guidance or None,
            closed_at=self.closed_at,
        )

    @property
    def addressed_to(self) -> tuple[Person, ...]:
        """Return who has it: the sponsor or who stands in, and the KAM leads; of these whoever acted first took it."""
        taker = self.acknowledged.by if self.acknowledged is not None else None
        leads = {step.person for step in self.active if step.step is Step.KAM_LEADS}
        others = leads - {taker} if taker in leads else set()
        return tuple(dict.fromkeys(step.person for step in self.active if step.person and step.person not in others))

    @property
    def active(self) -> tuple[Considered, ...]:
        """Return the steps it lies with."""
        return tuple(step for step in self.steps if step.skipped is None and step.person is not None)

    @property
    def goes_to_kam_leads(self) -> bool:
        """Tell whether it reached the KAM leads."""
        return any(step.step is Step.KAM_LEADS for step in self.active)

    def in_stead_of(self, member_id: MemberId | None) -> Person | None:
        """Return for whom an addressee stands in."""
        return next((step.in_stead_of for step in self.active if step.person and step.person.id == member_id), None)

    @property
    def side_ids(self) -> frozenset[MemberId]:
        """Return everybody who takes a side, whoever joined too, so that none of them decides."""
        return frozenset(person.id for person in self.involved)

    @property
    def involved(self) -> tuple[Person, ...]:
        """Return who hears how it goes on: raiser, both sides, whoever joined, the head of the department."""
        joined = (joiner.person for joiner in self.joiners)
        people = (self.raiser, self.side_a.person, self.side_b.person, *joined, self.informed)
        return tuple(dict.fromkeys(person for person in people if person is not None))

    @property
    def is_urgent(self) -> bool:
        """Tell whether the raiser said why it cannot wait."""
        return bool(self.case.urgent_reason)

    @property
    def statement(self) -> Statement | None:
        """Return the other side's view as it stands now."""
        return self.statements[0] if self.statements else None

    def questions_to(self, member_id: MemberId) -> tuple[Question, ...]:
        """Return what somebody was asked and has not answered, newest first."""
        return tuple(one for one in self.questions if one.of.id == member_id and one.answered_at is None)

    def confirmed_by(self, person: Person) -> Confirmation | None:
        """Return a side's yes to a settlement; silence is no answer."""
        return next((one for one in self.confirmations if one.person.id == person.id), None)


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


def words_note(escalation: Escalation) -> Note:
    """Index the words of a decision, for those only who see all of the conflict.

    Raises:
        ValueError: it is not decided.
    """
    header, decision, case = escalation.header, escalation.decision, escalation.case
    if decision is None:
        raise ValueError(header.short_id)
    sides = (escalation.side_a.person.name, escalation.side_b.person.name)
    asked = (case.decision_wanted, case.our_goal, case.their_goal, *(one.what for one in decision.agreed))
    return Note(
        about=Ref(Subject.DECISION, header.id),
        account_id=header.account.id,
        author_id=decision.by.id,
        visibility=Visibility.LEADERSHIP,
        at=decision.at,
        text=f"{decision.text}\n\n{decision.reason}".strip(),
        number=header.number,
        heading=" · ".join(header.departments),
        more="\n".join((header.account.name, _FOUND_BY, *sides, *asked)),
        marks=frozenset({Subject.ESCALATION}),
    )


_FOUND_BY = "Entscheid Entscheidung decision Zielkonflikt conflict Eskalation escalation"
"""Under which words a decision is found, in both languages."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Who has an open conflict, as the clock looks at it; never shown to anybody."""

    id: EscalationId
    account_id: AccountId
    state: State
    raiser_id: MemberId
    side_ids: frozenset[MemberId]
    steps: tuple[Considered, ...]
    next: Next | None
