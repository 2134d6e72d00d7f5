from dataclasses import replace
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.identity import DepartmentId
from bot.domain.members import Member
from bot.domain.request_commands import JoinRequest, SendRequest
from bot.domain.request_life import Because
from bot.domain.request_results import RequestsAlike, RequestSent, RequestShown, Told
from bot.domain.requests import Action, Header, Request, State
from bot.services import requests
from storage.store import SqlStore
from storage.tables import RequestRow
from tests.company import NOW, WORKSPACE, Company
from tests.production import TODAY, Desk

PILOT = "Two engineers for the pilot line"


def ask(desk: Desk, actor: Member, what: str, key: str = "", **changes: Any) -> RequestSent | RequestsAlike:
    """Send the form once, as a person does."""
    draft_id = desk.draft(actor).draft_id
    details = desk.details(what=what, **changes)
    return requests.send(desk.store, NOW, SendRequest(actor, details, draft_id, TODAY, key or desk.key()))


def alike(desk: Desk, actor: Member, what: str, **changes: Any) -> RequestsAlike:
    """Send a form that is like another."""
    found = ask(desk, actor, what, **changes)
    assert isinstance(found, RequestsAlike)
    return found


def join(desk: Desk, actor: Member, found: RequestsAlike, **changes: Any) -> Request:
    """Join the first of them."""
    command = JoinRequest(actor, found.found[0].header.id, found.draft_id, desk.key(), "for the same visit")
    return requests.join(desk.store, NOW, replace(command, **changes)).request


def test_who_asks_for_what_is_asked_for_is_offered_to_join_and_nothing_is_sent(desk: Desk) -> None:
    first = desk.send(what=PILOT)
    desk.sent()

    found = alike(desk, desk.cara, "two engineers for pilot line\nnext week")

    (offered,) = found.found
    assert (offered.header.id, offered.is_mine) == (first.id, False)
    assert desk.sent() == []


@pytest.mark.parametrize(
    ("what", "changes"),
    [("A contract with the forwarder", {}), (PILOT, {"account_id": "other"}), (PILOT, {"department_id": "other"})],
)
def test_what_differs_in_words_account_or_department_is_sent_at_once(
    desk: Desk, what: str, changes: dict[str, Any]
) -> None:
    desk.send(what=PILOT)
    other: dict[str, Any] = {
        "account_id": desk.company.account("Boreal"),
        "department_id": desk.company.department("Quality", desk.cara, "CQUAL"),
    }

    assert isinstance(ask(desk, desk.cara, what, **{name: other[name] for name in changes}), RequestSent)


@pytest.mark.parametrize("state", [State.DECLINED, State.DELIVERED, State.CONFIRMED, State.WITHDRAWN])
def test_what_is_over_cannot_be_joined(desk: Desk, state: State) -> None:
    first = desk.send(what=PILOT)
    found = alike(desk, desk.cara, PILOT)
    desk.change(RequestRow, first.id, state=state)

    assert isinstance(ask(desk, desk.cara, PILOT), RequestSent)
    with pytest.raises(errors.AlreadyAnswered):
        join(desk, desk.cara, found)


def test_the_same_by_the_same_person_is_asked_about_too(desk: Desk) -> None:
    desk.send(what=PILOT)

    found = alike(desk, desk.lea, PILOT)

    assert found.found[0].is_mine
    assert join(desk, desk.lea, found).joiners == (), "nobody joins themselves"
    assert desk.history(desk.now(join_target(desk))) == ["sent"]


def join_target(desk: Desk) -> Request:
    """Return the first request."""
    shown = requests.show(desk.store, desk.lea, 1)
    assert isinstance(shown, RequestShown)
    return shown.request


def test_whoever_joins_sees_it_in_full_and_hears_what_becomes_of_it(desk: Desk) -> None:
    first, nina = desk.send(what=PILOT), desk.company.member("Nina")
    assert isinstance(desk.seen(nina, first), Header)
    found = alike(desk, nina, PILOT)
    desk.sent()

    joined = join(desk, nina, found)

    assert joined.joiners == (nina.person,)
    assert isinstance(desk.seen(nina, first), Request)
    told = {row.place: row for row in desk.sent()}
    news: Told = desk.loaded(told[desk.lea.id])
    assert (news.entry.action, news.entry.words) == ("request.joined", "for the same visit")
    assert desk.loaded(told[nina.id]).request.id == first.id, "and is answered"
    desk.accept(desk.sandra, first)
    heard: Told = desk.load("request.news", nina.id)
    assert (heard.because, heard.actions) == (Because.JOINED, ())
    with pytest.raises(errors.NotForYou):
        desk.say(nina, first, Action.WITHDRAW)


def test_the_form_is_sent_all_the_same_with_everything_that_was_typed(desk: Desk) -> None:
    desk.send(what=PILOT)
    found = alike(desk, desk.cara, PILOT, why="it decides", importance=3, visibility=Visibility.TEAM, effort=None)

    sent = requests.send(desk.store, NOW, SendRequest(desk.cara, None, found.draft_id, TODAY, desk.key()))

    assert isinstance(sent, RequestSent)
    request = sent.request
    assert (request.short_id, request.what, request.why, request.importance) == ("R-2", PILOT, "it decides", 3)
    assert (request.visibility, request.requester) == (Visibility.TEAM, desk.cara.person)
    with pytest.raises(errors.DraftGone):
        join(desk, desk.cara, found)


def test_a_form_that_was_never_filled_in_cannot_be_sent_all_the_same(desk: Desk) -> None:
    draft_id = desk.draft(desk.cara, "Production two engineers").draft_id

    with pytest.raises(errors.DraftGone):
        requests.send(desk.store, NOW, SendRequest(desk.cara, None, draft_id, TODAY, desk.key()))


def test_joining_twice_is_joining_once(desk: Desk) -> None:
    first = desk.send(what=PILOT)
    found = alike(desk, desk.cara, PILOT)
    join(desk, desk.cara, found, key="view:same")
    again = alike(desk, desk.cara, PILOT)

    assert join(desk, desk.cara, found, key="view:same").joiners == (desk.cara.person,)
    assert join(desk, desk.cara, again).joiners == (desk.cara.person,)
    assert desk.history(first).count("joined") == 1


def test_nobody_is_offered_or_joins_what_they_may_not_know_of(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company, access="restricted")
    secret = desk.send(desk.tobias, what=PILOT)
    public = company.account("Boreal")
    desk.send(what=PILOT, account_id=public, visibility=Visibility.LEADERSHIP)
    nina = company.member("Nina")

    assert isinstance(ask(desk, nina, PILOT, account_id=public), RequestSent)
    draft_id = desk.draft(nina).draft_id
    with pytest.raises(errors.UnknownObject):
        requests.join(store, NOW, JoinRequest(nina, secret.id, draft_id, desk.key()))


def test_a_draft_of_somebody_else_joins_nothing(desk: Desk) -> None:
    desk.send(what=PILOT)
    found = alike(desk, desk.cara, PILOT)

    with pytest.raises(errors.DraftGone):
        join(desk, desk.olga, found)


def test_at_most_three_are_offered_the_closest_first(desk: Desk) -> None:
    for number in range(5):
        desk.send(what=f"{PILOT} {number}")
    desk.send(what=PILOT)

    found = alike(desk, desk.cara, PILOT)

    assert len(found.found) == 3
    assert found.found[0].header.headline == PILOT


def test_without_a_department_there_is_nothing_to_join(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    request = desk.send(what=PILOT)
    desk.change(RequestRow, request.id, department_id=None)

    with store.read(WORKSPACE) as tx:
        viewer = tx.access.viewer(desk.lea)
        assert [one.id for one in tx.requests.not_done(desk.account, None, viewer)] == [request.id]
        assert tx.requests.not_done(desk.account, DepartmentId(999), viewer) == ()
