"""What is kept of requests and conflicts, from their draft on."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.access import Viewer
from bot.domain.accounts import OpenMatter
from bot.domain.delivery import ReplyTo
from bot.domain.drafts import Draft, Purpose
from bot.domain.escalations import Decide, Escalation, NewEscalation, Party, PartyChoice, Side
from bot.domain.escalations import Header as ConflictHeader
from bot.domain.identity import AccountId, DepartmentId, DraftId, EscalationId, MemberId, RequestId
from bot.domain.requests import AcceptRequest, DeclineRequest, NewRequest, Request
from bot.domain.requests import Header as RequestHeader
from bot.domain.sponsors import Chain, Link, Route


class Drafts(Protocol):
    """Typed text that is not a fact yet."""

    def add(self, draft: Draft) -> DraftId:
        """Keep a draft; its ``id`` is given here."""

    def get(self, draft_id: DraftId, author_id: MemberId, purpose: Purpose) -> Draft | None:
        """Return an unused draft of this author."""

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

    def accept(self, command: AcceptRequest, now: datetime) -> bool:
        """Store a promise, if the request is open and nothing changed since the version the form showed."""

    def decline(self, command: DeclineRequest, now: datetime) -> bool:
        """Store a decline, if the request is open and nothing changed since the version the form showed."""

    def get(self, request_id: RequestId, viewer: Viewer) -> Request | None:
        """Return the whole request to those who may see all of it."""

    def seen(self, request_id: RequestId, viewer: Viewer) -> Request | RequestHeader | None:
        """Return the request as deep as this reader may see it."""

    def by_number(self, number: int, viewer: Viewer) -> Request | RequestHeader | None:
        """Return the request ``R-number`` as deep as this reader may see it."""

    def open_of(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[OpenMatter, ...]:
        """Return the requests of some accounts that are under way, the nearest date first; names only to who may see all."""

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

    def open_of(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[OpenMatter, ...]:
        """Return the headers of the open conflicts of some accounts, those with the nearest date first."""

    def unaddressed(self, escalation_id: EscalationId) -> tuple[str, datetime] | None:
        """Return short id and time of a conflict that nobody can receive; for those who assign sponsors, no content."""

    def acknowledge(self, escalation_id: EscalationId, version: int, by: MemberId, now: datetime) -> bool:
        """Take a raised conflict on, if nothing changed since ``version``."""

    def readdress(self, escalation_id: EscalationId, version: int, route: Route, *, stays_acknowledged: bool) -> bool:
        """Put an open conflict before others, if nothing changed since ``version``."""

    def decide(self, command: Decide, version: int, now: datetime) -> bool:
        """Store the one decision, if nothing changed since ``version``."""

    def add_statement(self, escalation_id: EscalationId, author_id: MemberId, text: str, now: datetime) -> bool:
        """Keep a new version of the other side's view while the conflict is open."""

    def confirm(self, escalation_id: EscalationId, member_id: MemberId, now: datetime) -> bool:
        """Keep a side's yes to a settlement; False if it was given before."""

    def parties_like(self, typed: str, most: int) -> tuple[PartyChoice, ...]:
        """Return departments and full members for the search of the other party, departments first."""

    def party(self, party: Party) -> PartyChoice | None:
        """Return a chosen party with its name."""

    def side(self, member_id: MemberId) -> Side | None:
        """Return a member as a side of a conflict, with the department they work in."""


class Sponsors(Protocol):
    """Who backs whom."""

    def links(self, account_id: AccountId) -> dict[AccountId, Link]:
        """Return the account and everything above it, each with who would back it, in one statement."""

    def chain(self, account_id: AccountId | None) -> Chain:
        """Return everybody who could receive a conflict; the reader's rights are not asked: ids and persons only."""
