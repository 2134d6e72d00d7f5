"""Request desks: who answers a request as things stand now."""

from bot.domain import request_desks as rules
from bot.domain.departments import Department
from bot.domain.identity import MemberId
from bot.domain.request_desks import Desk
from bot.domain.requests import Header, Request
from bot.ports import Transaction


def desk(
    tx: Transaction,
    department: Department | None,
    requester_id: MemberId | None,
    *,
    hidden: bool,
    restricted: bool = False,
) -> Desk:
    """Work out who answers, reading as little as that needs."""
    key_persons = tx.departments.key_persons(department.id) if department else ()
    found = rules.desk(department, key_persons, (), hidden=hidden)
    if found.people:
        return found
    otherwise = rules.stand_in(tx.members.kam_leads(), tx.members.admins(), requester_id, restricted=restricted)
    return rules.desk(department, key_persons, otherwise, hidden=hidden)


def desk_of(tx: Transaction, seen: Request | Header) -> Desk:
    """Return who answers a request; of one that its reader sees by its header only, who answers for the company."""
    if isinstance(seen, Header):
        return desk(tx, seen.department, None, hidden=False)
    return _of(tx, seen, seen.department)


def new_desk_of(tx: Transaction, request: Request) -> Desk | None:
    """Return who answers for the department it was passed on to; nobody stands in there."""
    found = _of(tx, request, request.passing.to) if request.passing else None
    return found if found is not None and not found.stands_in else None


def desk_in(tx: Transaction, request: Request, department: Department) -> Desk:
    """Return who would answer it in another department."""
    return _of(tx, request, department)


def _of(tx: Transaction, request: Request, department: Department | None) -> Desk:
    restricted = request.account.restricted
    return desk(tx, department, request.requester.id, hidden=request.is_hidden, restricted=restricted)
