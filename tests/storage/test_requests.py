from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from bot.domain import request_desks
from bot.domain import requests as rules
from bot.domain.access import CHANNEL, Access, Depth, Viewer, Visibility, sees_request
from bot.domain.delivery import Ref, Subject
from bot.domain.history import Change
from bot.domain.identity import AccountId, RequestId, WorkspaceId
from bot.domain.members import Member, Role, Workspace
from bot.domain.requests import WAITING, Details, Fields, Header, Kind, NewRequest, Request, State, Step
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company

DAY = date(2026, 12, 4)


@dataclass
class Stored:
    """Requests straight into the table."""

    store: SqlStore
    company: Company

    def add(self, requester: Member, account: AccountId, department: Any = None, **values: Any) -> RequestId:
        """Store a request."""
        details = replace(Details("Two engineers\nsecret", Kind.EXPERT, DAY, department, account), **values)
        with self.store.begin(WORKSPACE) as tx:
            new = NewRequest(tx.requests.next_id(), requester.id, account, details)
            tx.requests.add(new, NOW)
        return new.id

    def accept(self, request_id: RequestId, actor: Member, assignee: Member, promised_on: date = DAY) -> None:
        """Accept it."""
        fields: Fields = {
            "promised_on": promised_on,
            "assignee_id": assignee.id,
            "answered_by_id": actor.id,
            "answered_at": NOW + timedelta(hours=2),
        }
        with self.store.begin(WORKSPACE) as tx:
            assert tx.requests.take_step(Step(request_id, 1, (State.OPEN,), State.ACCEPTED, fields))


@pytest.fixture
def stored(store: SqlStore, company: Company) -> Stored:
    return Stored(store, company)


def test_everything_that_was_asked_comes_back(stored: Stored) -> None:
    lea, sandra = stored.company.member("Lea"), stored.company.member("Sandra")
    account = stored.company.account("Helvetia")
    department = stored.company.department("Production", sandra)
    request_id = stored.add(
        lea,
        account,
        department,
        what="O'Brien 100 % \U0001f468‍\U0001f469‍\U0001f467 שלום",
        why='"unbalanced',
        effort=rules.Effort.UNKNOWN,
        importance=2,
    )
    with stored.store.read(WORKSPACE) as tx:
        found = tx.requests.get(request_id, tx.access.viewer(lea))
    assert found is not None
    assert (found.what, found.why) == ("O'Brien 100 % \U0001f468‍\U0001f469‍\U0001f467 שלום", '"unbalanced')
    assert (found.kind, found.effort, found.importance) == (Kind.EXPERT, rules.Effort.UNKNOWN, 2)
    assert (found.requester, found.account.name, found.answer) == (lea.person, "Helvetia", None)
    assert (found.department and found.department.name, found.header.needed_by) == ("Production", DAY)
    assert found.header.created_at == NOW


def test_the_depth_of_reading_is_the_access_rules(stored: Stored) -> None:
    company = stored.company
    lea, sandra, ben = (company.member(name) for name in ("Lea", "Sandra", "Ben"))
    department = company.department("Production", sandra, head=ben)
    readers = [lea, sandra, ben, company.member("Olga", department_id=department, topics=["lasers"])]
    readers += [company.member("Worker", department_id=department), company.member("Nobody")]
    kam, mate = company.member("Kam"), company.member("Mate")
    readers += [kam, mate, company.member("Lead", role=Role.KAM_LEAD), company.member("Ada", role=Role.ADMIN)]
    accounts = {access: company.account(f"A {access}", kam=kam, access=access) for access in Access}
    for account in accounts.values():
        company.team(account, mate)
    for (access, account), visibility, asked in product(accounts.items(), Visibility, (department, None)):
        request_id = stored.add(lea, account, asked, visibility=visibility)
        with stored.store.read(WORKSPACE) as tx:
            chosen = tx.departments.get(asked) if asked else None
            restricted = access is Access.RESTRICTED
            otherwise = request_desks.stand_in(
                tx.members.kam_leads(), tx.members.admins(), lea.id, restricted=restricted
            )
            named = request_desks.named(chosen, otherwise, None)
            for viewer in (*(tx.access.viewer(reader) for reader in readers), CHANNEL):
                depth = sees_request(viewer, account, access, visibility, lea.id, named, asked)
                seen = tx.requests.seen(request_id, viewer)
                kinds = {Depth.ALL: Request, Depth.HEADER: Header, Depth.NOTHING: type(None)}
                assert isinstance(seen, kinds[depth])
                assert (tx.requests.get(request_id, viewer) is not None) is (depth is Depth.ALL)


def test_another_workspaces_request_does_not_exist(stored: Stored, store: SqlStore) -> None:
    account = stored.company.account("Helvetia")
    request_id = stored.add(stored.company.member("Lea"), account)
    other = WorkspaceId("T2")
    store.install(Workspace(other, "Other", "en", "Europe/Berlin", "DE"), [], NOW)
    everything = Viewer(None, is_kam_lead=True)
    with store.read(other) as tx:
        assert tx.requests.seen(request_id, everything) is None
        assert tx.requests.by_number(1, everything) is None
        assert tx.briefings.open_matters([account], everything, 9).count == 0


def test_open_requests_of_accounts_come_nearest_first_and_name_people_only_to_who_may_see_all(
    stored: Stored,
) -> None:
    company = stored.company
    lea, sandra, nobody = (company.member(name) for name in ("Lea", "Sandra", "Nobody"))
    department = company.department("Production", sandra)
    account, unit = company.account("Helvetia"), company.account("Helvetia Nord")
    secret = company.account("Secret", access="restricted")
    stored.add(lea, account, department, needed_by=date(2026, 12, 10))
    accepted = stored.add(lea, unit, needed_by=date(2026, 12, 24))
    stored.accept(accepted, sandra, sandra, date(2026, 12, 1))
    declined = stored.add(lea, account, department)
    with stored.store.begin(WORKSPACE) as tx:
        assert tx.requests.take_step(Step(declined, 1, (State.OPEN,), State.DECLINED, {"answered_by_id": sandra.id}))
    stored.add(lea, secret, department)
    stored.add(lea, account, department, visibility=Visibility.TEAM)
    with stored.store.read(WORKSPACE) as tx:
        seen = tx.briefings.open_matters([account, unit, secret], tx.access.viewer(nobody), 9).requests
        mine = tx.briefings.open_matters([account], tx.access.viewer(sandra), 9).requests
        assert tx.briefings.open_matters([], tx.access.viewer(lea), 9).count == 0
        waiting = tx.briefings.open_matters([account, unit], tx.access.viewer(nobody), 9, WAITING)
    assert ([one.short_id for one in waiting.requests], waiting.request_count) == (["R-1"], 1)
    assert [(one.short_id, one.headline, one.state) for one in seen] == [
        ("R-2", "Two engineers", "accepted"),
        ("R-1", "Two engineers", "open"),
    ]
    assert [one.due and one.due.date() for one in seen] == [date(2026, 12, 1), date(2026, 12, 10)]
    assert [(one.owner, one.department) for one in seen] == [(None, None), (None, "Production")]
    assert [one.short_id for one in mine] == ["R-5", "R-1"]
    assert {one.owner for one in mine} == {lea.person}


def test_who_takes_a_request_on_owns_it(stored: Stored) -> None:
    lea, sandra = stored.company.member("Lea"), stored.company.member("Sandra")
    account = stored.company.account("Helvetia")
    stored.accept(stored.add(lea, account), lea, sandra)
    with stored.store.read(WORKSPACE) as tx:
        assert tx.briefings.open_matters([account], tx.access.viewer(lea), 9).requests[0].owner == sandra.person


def test_answer_times_are_the_newest_of_that_department(stored: Stored) -> None:
    lea, sandra = stored.company.member("Lea"), stored.company.member("Sandra")
    account, department = stored.company.account("Helvetia"), stored.company.department("Production", sandra)
    for _ in range(3):
        stored.accept(stored.add(lea, account, department), sandra, sandra)
    stored.accept(stored.add(lea, account), sandra, sandra)
    stored.add(lea, account, department)
    with stored.store.read(WORKSPACE) as tx:
        assert tx.requests.answer_times(department, 2) == ((NOW, NOW + timedelta(hours=2)),) * 2
        assert len(tx.requests.answer_times(department, 9)) == 3


def test_joining_counts_once(stored: Stored) -> None:
    lea, ben = stored.company.member("Lea"), stored.company.member("Ben")
    asked = stored.add(lea, stored.company.account("Helvetia"))
    joined: list[bool] = []
    for _ in range(2):
        with stored.store.begin(WORKSPACE) as tx:
            joined.append(tx.requests.join(asked, ben.id, "for us, too", NOW))
    assert joined == [True, False]


def test_history_of_an_object_comes_in_order(stored: Stored) -> None:
    lea = stored.company.member("Lea")
    about = Ref(Subject.REQUEST, 5)
    with stored.store.begin(WORKSPACE) as tx:
        tx.history.record(Change(about, "request.declined", lea.id, NOW + timedelta(hours=1), words="no"))
        tx.history.record(Change(about, "request.sent", lea.id, NOW))
        tx.history.record(Change(Ref(Subject.ACCOUNT, 5), "account.created", lea.id, NOW))
    with stored.store.read(WORKSPACE) as tx:
        entries = tx.history.of(about)
    assert [(entry.action, entry.words, entry.actor) for entry in entries] == [
        ("request.sent", None, lea.person),
        ("request.declined", "no", lea.person),
    ]
