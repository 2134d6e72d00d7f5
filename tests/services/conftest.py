"""Who and what the tests of the services begin with."""

import pytest

from bot.domain.escalations import Escalation
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Member
from bot.domain.requests import Request
from storage.store import SqlStore
from tests.company import Company
from tests.conflict import Conflict
from tests.production import Desk
from tests.services.note_taking import Known


@pytest.fixture
def zoe(company: Company) -> Member:
    """A KAM lead."""
    return company.member("Zoe Lind", role="kam_lead")


@pytest.fixture
def kai(company: Company) -> Member:
    """A colleague."""
    return company.member("Kai Vogt")


@pytest.fixture
def ben(company: Company) -> Member:
    """A colleague who reads German."""
    return company.member("Ben Okafor", locale="de-DE")


@pytest.fixture
def tim(company: Company) -> Member:
    """A colleague of the highest level."""
    return company.member("Tim", level=1)


@pytest.fixture
def account(company: Company, lea: Member) -> AccountId:
    """An account of Lea's."""
    return company.account("Helvetia", kam=lea)


@pytest.fixture
def urs(company: Company, account: AccountId) -> ContactId:
    """A contact of it."""
    return company.contact(account, "Urs", title="CEO", level=1)


@pytest.fixture
def pumps(company: Company, lea: Member) -> AccountId:
    """An account of Lea's with a short name."""
    return company.account("Helvetia Pumpen", "HPU", kam=lea)


@pytest.fixture
def helvetia(company: Company, kai: Member) -> AccountId:
    """An account of Kai's."""
    return company.account("Helvetia Pumpen", "HPU", kam=kai)


@pytest.fixture
def known(company: Company) -> Known:
    """A company whose accounts and people take notes."""
    return Known(company)


@pytest.fixture
def desk(store: SqlStore, company: Company) -> Desk:
    """A department that is asked for something."""
    return Desk(store, company)


@pytest.fixture
def open_request(desk: Desk) -> Request:
    """A request that waits for its answer, its card posted."""
    request = desk.send()
    desk.sent()
    return request


@pytest.fixture
def hidden(store: SqlStore, company: Company) -> Desk:
    """A department that is asked for something about a restricted account."""
    return Desk(store, company, access="restricted")


@pytest.fixture
def conflict(store: SqlStore, company: Company) -> Conflict:
    """A goal conflict that is about to be raised."""
    return Conflict(store, company)


@pytest.fixture
def raised(conflict: Conflict) -> Escalation:
    """The same, raised."""
    return conflict.raised()


@pytest.fixture
def restricted(store: SqlStore, company: Company) -> Conflict:
    """A conflict about a restricted account."""
    return Conflict(store, company, "restricted")
