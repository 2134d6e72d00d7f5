"""Search: the answer in one line, where a question asks for one thing that is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import satisfaction, sponsors
from bot.domain.access import Viewer
from bot.domain.accounts import Account, AccountRef
from bot.domain.commitments import Kind
from bot.domain.delivery import Subject
from bot.domain.identity import AccountId
from bot.domain.interactions import Source
from bot.domain.matters import Fact, Matter
from bot.domain.members import Person
from bot.domain.requests import WAITING
from bot.domain.search import LISTED, AccountFacts, Answer, Direct, LastTime, Promised, Query, Satisfied, Waiting
from bot.ports import Transaction


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as far as one line can answer it."""

    query: Query
    account: AccountRef | None
    account_ids: Sequence[AccountId]
    """The account and its units."""
    matter: Matter | None
    facts: tuple[Fact, ...]
    is_last: bool

    @property
    def is_narrower(self) -> bool:
        """Tell whether words, people or a time narrow it beside account and sort, so that one line would say too much."""
        narrowing = 1 + (self.matter is not None)
        return bool(self.query.wanted) or self.query.is_timed or len(self.query.scope) > narrowing


def answer(tx: Transaction, now: datetime, viewer: Viewer, asked: Asked, found: Sequence[Answer]) -> Direct | None:
    """Return the answer in one line, with the rights of this reader; None where the notes are the answer."""
    if asked.facts:
        return _facts(tx, viewer, asked)
    if asked.is_last:
        return _last(found)
    if asked.account is None or asked.matter is None or asked.is_narrower:
        return None
    straight = _OF_ACCOUNT.get(asked.matter)
    return straight(tx, now, viewer, asked.account, asked.account_ids) if straight else None


def _facts(tx: Transaction, viewer: Viewer, asked: Asked) -> AccountFacts | None:
    account = tx.accounts.get(asked.account.id, viewer) if asked.account else None
    if account is None:
        return None
    sponsor = _backer(tx, viewer, account) if Fact.SPONSOR in asked.facts else None
    return AccountFacts(account, asked.facts, sponsor)


def _backer(tx: Transaction, viewer: Viewer, account: Account) -> Person | None:
    """Return who backs an account, own or inherited, as far up as the reader sees."""
    links = tx.sponsors.links(account.id)
    seen = {account.id, *tx.accounts.family(account, viewer, links.keys()).above}
    considered = sponsors.backer(account.id, {key: link for key, link in links.items() if key in seen})
    return considered.person if considered else None


def _last(found: Sequence[Answer]) -> LastTime | None:
    # What is only similar to the question may be about somebody else.
    newest = next((one for one in found if not one.similar_to), None)
    if newest is None or newest.author is None:
        return None
    return LastTime(newest.author, newest.at, newest.short_id)


def _requests(
    tx: Transaction, _now: datetime, viewer: Viewer, account: AccountRef, ids: Sequence[AccountId]
) -> Waiting:
    found = tx.briefings.open_matters(ids, viewer, LISTED, asked_in=WAITING)
    return Waiting(account, Subject.REQUEST, found.requests, found.request_count)


def _conflicts(
    tx: Transaction, _now: datetime, viewer: Viewer, account: AccountRef, ids: Sequence[AccountId]
) -> Waiting:
    found = tx.briefings.open_matters(ids, viewer, LISTED, asked_in=())
    return Waiting(account, Subject.ESCALATION, found.conflicts, found.conflict_count)


def _promises(
    tx: Transaction, now: datetime, viewer: Viewer, account: AccountRef, ids: Sequence[AccountId]
) -> Promised:
    found = tx.commitments.due(ids, viewer, tx.workspace.today(now), LISTED, kinds=(Kind.PROMISE,))
    return Promised(account, found.commitments, found.total)


def _satisfaction(
    tx: Transaction, now: datetime, viewer: Viewer, account: AccountRef, ids: Sequence[AccountId]
) -> Satisfied:
    values = tx.account_cards.counted(ids, viewer, now).values
    ours, theirs = values[Source.OURS], values[Source.CUSTOMER]
    return Satisfied(account, satisfaction.picture(ours, now), satisfaction.picture(theirs, now))


_OF_ACCOUNT: Mapping[Matter, Callable[[Transaction, datetime, Viewer, AccountRef, Sequence[AccountId]], Direct]] = {
    Matter.OPEN_REQUESTS: _requests,
    Matter.CONFLICTS: _conflicts,
    Matter.OPEN_CONFLICTS: _conflicts,
    Matter.PROMISES: _promises,
    Matter.OPEN_PROMISES: _promises,
    Matter.SATISFACTION: _satisfaction,
}
