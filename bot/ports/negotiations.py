"""What is kept of requests and conflicts, from their draft on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.access import Viewer
from bot.domain.delivery import ReplyTo
from bot.domain.drafts import Draft, Purpose
from bot.domain.escalation_commands import Decide
from bot.domain.escalation_seen import Precedent, Same
from bot.domain.escalations import Action as ConflictAction
from bot.domain.escalations import Case, Course, Escalation, NewEscalation, Party, PartyChoice, Side, Watched
from bot.domain.escalations import Header as ConflictHeader
from bot.domain.identity import AccountId, DepartmentId, DraftId, EscalationId, MemberId, RequestId
from bot.domain.requests import Header as RequestHeader
from bot.domain.requests import NewRequest, Offer, Question, Request, Step
from bot.domain.sponsors import Chain, Considered, Link
from bot.domain.sponsorships import Register, Sponsorship
from bot.domain.worklists import Found, Worklist


class Drafts(Protocol):
    """Typed text that is not a fact yet."""

    def add(self, draft: Draft) -> DraftId:
        """Keep a draft; its ``id`` is given here."""

    def get(self, draft_id: DraftId, author_id: MemberId, purpose: Purpose) -> Draft | None:
        """Return an unused draft of this author."""

    def question(self, draft_id: DraftId) -> Draft | None:
        """Return a kept question, whoever asked it: it was passed on to somebody else."""

    def change(self, draft_id: DraftId, fields: Mapping[str, str]) -> None:
        """Keep newer text."""

    def answer_at(self, draft_id: DraftId, reply_to: ReplyTo) -> None:
        """Let the answer take the place of what was pressed last."""

    def use(self, draft_id: DraftId, now: datetime) -> bool:
        """Mark as used, once: its text is a fact now; the address of its answer is wiped."""


class Requests(Protocol):
    """Asks to departments as deep as their reader may see them; an answer is one compare-and-set."""

    def next_id(self) -> RequestId:
        """Return an id for a new request, so that history and messages can refer to it before it is stored."""

    def add(self, new: NewRequest, now: datetime) -> int:
        """Store a new request and return its number; the last statements of a transaction."""

    def take_step(self, step: Step) -> bool:
        """Change a request, if it is in one of the step's states and nothing changed since the version it names."""

    def tick(self, request_id: RequestId, step: int) -> bool:
        """Note which step of its clock somebody hears of; False if another replica did, or nobody waits any more."""

    def offer(self, request_id: RequestId, offer: Offer, words: str) -> None:
        """Keep an offer; the newest stands."""

    def ask(self, request_id: RequestId, question: Question) -> None:
        """Keep a question to the requester."""

    def answer(self, request_id: RequestId, by: MemberId, words: str, now: datetime) -> None:
        """Keep the answer to the question that waits."""

    def drop_question(self, request_id: RequestId, now: datetime) -> None:
        """Close the question that waits without an answer, as the department went on without one."""

    def join(self, request_id: RequestId, member_id: MemberId, words: str, now: datetime) -> bool:
        """Keep that somebody needs the same; False if that was known."""

    def get(self, request_id: RequestId, viewer: Viewer) -> Request | None:
        """Return the whole request to those who may see all of it."""

    def seen(self, request_id: RequestId, viewer: Viewer) -> Request | RequestHeader | None:
        """Return the request as deep as this reader may see it."""

    def by_number(self, number: int, viewer: Viewer) -> Request | RequestHeader | None:
        """Return the request ``R-number`` as deep as this reader may see it."""

    def not_done(
        self, account_id: AccountId, department_id: DepartmentId | None, viewer: Viewer
    ) -> tuple[Request | RequestHeader, ...]:
        """Return the newest requests of an account to a department that can still be joined."""

    def answer_times(self, department_id: DepartmentId, most: int) -> tuple[tuple[datetime, datetime], ...]:
        """Return when the requests answered last were asked and answered, the newest answer first."""


class Escalations(Protocol):
    """Goal conflicts as deep as their reader may see them; transitions are compare-and-set."""

    def next_id(self) -> EscalationId:
        """Return an id for a new conflict, so that history and messages can refer to it before it is stored."""

    def add(self, new: NewEscalation, now: datetime) -> int:
        """Store a new conflict with its chain and return its number; the last statements of a transaction."""

    def get(self, escalation_id: EscalationId, viewer: Viewer) -> Escalation | None:
        """Return the whole conflict to those who may see all of it."""

    def header(self, escalation_id: EscalationId, viewer: Viewer) -> ConflictHeader | None:
        """Return what the company may know of a conflict."""

    def by_number(self, number: int, viewer: Viewer) -> Escalation | ConflictHeader | None:
        """Return the conflict ``E-number`` as deep as this reader may see it."""

    def unaddressed(self, escalation_id: EscalationId) -> tuple[str, datetime] | None:
        """Return short id and time of a conflict that nobody can receive; for those who assign sponsors, no content."""

    def move(self, escalation_id: EscalationId, version: int, action: ConflictAction, course: Course) -> bool:
        """Store where a conflict is on its way, if the action is possible and nothing changed since ``version``."""

    def hold(self, escalation_id: EscalationId, action: ConflictAction) -> bool:
        """Let nobody else change a conflict until the commit, if the action is possible."""

    def put_steps(self, escalation_id: EscalationId, steps: Sequence[Considered]) -> None:
        """Store the chain anew."""

    def add_decision(self, command: Decide, in_stead_of: MemberId | None, now: datetime) -> None:
        """Store the one decision in place of one that was reopened; the history keeps the words of that."""

    def add_statement(self, escalation_id: EscalationId, author_id: MemberId, text: str, now: datetime) -> bool:
        """Keep a new version of the other side's view while the conflict is open."""

    def confirm(self, escalation_id: EscalationId, member_id: MemberId, now: datetime) -> bool:
        """Keep a side's yes to a settlement; False if it was given before."""

    def ask(self, escalation_id: EscalationId, by: MemberId, of: MemberId, text: str, now: datetime) -> None:
        """Keep what an addressee asked one side."""

    def answer(self, question_id: int, by: MemberId, text: str, now: datetime) -> bool:
        """Keep an answer, once."""

    def done(self, escalation_id: EscalationId, position: int, by: MemberId, now: datetime) -> bool:
        """Mark what a decision asks for as done, once."""

    def join(self, escalation_id: EscalationId, member_id: MemberId, words: str, now: datetime) -> bool:
        """Put somebody beside the raiser while the conflict is open; once."""

    def same(
        self,
        account_id: AccountId,
        side_b_id: MemberId,
        department_id: DepartmentId | None,
        request_id: RequestId | None,
        viewer: Viewer,
    ) -> tuple[Same, ...]:
        """Return open conflicts of this account with the same other side, or about the same request, newest first."""

    def raised_since(self, raiser_id: MemberId, account_id: AccountId, wanted: Case, since: datetime) -> str | None:
        """Return the short id of a conflict that somebody raised in the same words."""

    def decided_near(
        self, account_id: AccountId | None, department_id: DepartmentId | None, viewer: Viewer, most: int
    ) -> tuple[Precedent, ...]:
        """Return decisions on this account or with this other department, newest first, that the reader may see."""

    def watched(self) -> tuple[Watched, ...]:
        """Return who has each open conflict, for the rounds of the clock."""

    def unwatched(self, now: datetime) -> tuple[EscalationId, ...]:
        """Return open conflicts with a recipient of which nobody takes care: none to be empty at any moment (P10)."""

    def parties_like(self, typed: str, most: int) -> tuple[PartyChoice, ...]:
        """Return departments and full members for the search of the other party, departments first."""

    def party(self, party: Party) -> PartyChoice | None:
        """Return a chosen party with its name."""

    def side(self, member_id: MemberId) -> Side | None:
        """Return a member as a side of a conflict, with the department they work in."""


class Worklists(Protocol):
    """Pages of requests and conflicts, what waits for the reader first; the reader's rights decide what is there."""

    def requests(
        self, asked: Worklist, viewer: Viewer, account_ids: Collection[AccountId], now: datetime, today: date
    ) -> Found:
        """Return a page of requests, each as deep as this reader may see it."""

    def conflicts(self, asked: Worklist, viewer: Viewer, account_ids: Collection[AccountId], today: date) -> Found:
        """Return a page of conflicts, each as deep as this reader may see it."""


class Sponsors(Protocol):
    """Who backs whom."""

    def links(self, *account_ids: AccountId) -> dict[AccountId, Link]:
        """Return accounts and everything above them, each with who would back it, in one statement."""

    def chain(self, account_id: AccountId | None) -> Chain:
        """Return everybody who could receive a conflict; the reader's rights are not asked: ids and persons only."""

    def chains(self, account_ids: Collection[AccountId]) -> Chain:
        """Return the chains of several accounts as one, which holds the links of all of them."""


class Sponsorships(Protocol):
    """Who backs which KAM; an assignment is compare-and-set."""

    def of(self, kam_id: MemberId) -> Sponsorship | None:
        """Return who backs a KAM."""

    def register(self, viewer: Viewer, account_ids: Collection[AccountId] | None = None) -> Register:
        """Read all sponsorships, and some or all accounts with those above them, marked whether this reader sees them."""

    def assign(self, kam_id: MemberId, sponsor_id: MemberId, deputy_id: MemberId | None) -> bool:
        """Let somebody back a KAM whom nobody backs; False if somebody was quicker."""

    def hand_over(self, before: Sponsorship, sponsor_id: MemberId, deputy_id: MemberId | None) -> bool:
        """Store another sponsor or deputy, if nothing changed since."""

    def end(self, before: Sponsorship) -> bool:
        """Let nobody back a KAM any more, if nothing changed since."""
