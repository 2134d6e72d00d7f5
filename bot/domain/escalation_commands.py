"""Escalations: what people type, choose and press about a conflict, and what they get to see of it beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2s

from bot.domain import errors
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Posted, ReplyTo
from bot.domain.escalation_seen import Precedent
from bot.domain.escalations import Case, Escalation, Gate, Header, Kind, Party, PartyChoice, Side
from bot.domain.identity import AccountId, ChannelId, DraftId, EscalationId, MemberId, RequestId
from bot.domain.members import Member, Person
from bot.domain.requests import Answer, Request
from bot.domain.sponsors import Route

TWICE = timedelta(minutes=1)
"""Who raises the same within this time is asked whether they mean it (reliability, 1h)."""
AGREED = 5
"""Actions of a decision that its form takes."""


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
    pressed: Posted | None = None
    """The message the button stands on."""


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
    again: bool = False
    """It is meant although the same was raised a moment ago."""


@dataclass(frozen=True, slots=True)
class OpenStep:
    """Open the form of one step."""

    actor: Member
    escalation_id: EscalationId
    action: str
    key: str
    reply_to: ReplyTo
    pressed: Posted | None = None
    """The message the button stands on."""


@dataclass(frozen=True, slots=True)
class MoveConflict:
    """One step of a conflict: a pressed button, or a form with some words."""

    actor: Member
    escalation_id: EscalationId
    key: str
    reply_to: ReplyTo | None = None
    """Where a button was pressed; None for a form."""
    words: str = ""
    person_id: MemberId | None = None
    """Who is asked, or to whom it is handed over."""
    position: int = 0
    """Which of the decision's actions is done."""
    pressed: Posted | None = None
    """The message the button stands on."""
    draft_id: DraftId | None = None
    """Remembers from where a form was opened."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """What the decision asks of one person, as it was filled in."""

    number: int
    """The form's line."""
    what: str
    owner_id: MemberId | None
    due_on: date | None


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
    today: date
    """In the decider's zone."""
    agreed: tuple[ToDo, ...] = ()
    valid_until: date | None = None
    draft_id: DraftId | None = None
    """Remembers from where the form was opened."""


@dataclass(frozen=True, slots=True)
class JoinConflict:
    """Stand beside the raiser of a conflict instead of raising the same."""

    actor: Member
    escalation_id: EscalationId
    draft_id: DraftId
    key: str


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
    twice: str | None = None
    """The short id under which the same person raised the same a moment ago."""
    same: tuple[Header, ...] = ()
    """Open conflicts about the same that the raiser can join."""
    part_of: tuple[Header, ...] = ()
    """Open conflicts about the same in which the raiser has a part already."""
    precedents: tuple[Precedent, ...] = ()
    """Earlier decisions on similar conflicts, as far as the raiser may see them."""

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


def fields_from(unheard: tuple[Request, Answer | None]) -> dict[str, str]:
    """Choose what a request tells that was declined or never answered: account and whoever declined, else the department."""
    request, answer = unheard
    fields = {"request": str(request.id), "account": str(request.account.id)}
    if answer is not None and not answer.by.left:
        fields["other_party"] = Party(member_id=answer.by.id).key
    elif request.department is not None:
        fields["other_party"] = Party(department_id=request.department.id).key
    return fields


def check_decision(command: Decide) -> None:
    """Refuse a decision without words, without a reason, with a date that is over, or a ruling nobody vouches for."""
    if not command.text:
        raise errors.NothingTyped
    if not command.reason:
        raise errors.DecisionReasonMissing
    if command.kind is Kind.RULING and not command.confirmed:
        raise errors.RulingUnconfirmed
    if command.valid_until is not None and command.valid_until < command.today:
        raise errors.PastDate(command.valid_until, command.today, "valid_until")
    for one in command.agreed:
        given = {"what": one.what, "owner": one.owner_id, "due": one.due_on}
        missing = next((name for name, value in given.items() if not value), None)
        if missing is not None:
            raise errors.ActionIncomplete(f"{missing}{one.number}")
        if one.due_on is not None and one.due_on < command.today:
            raise errors.PastDate(one.due_on, command.today, f"due{one.number}")
