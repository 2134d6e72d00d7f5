from dataclasses import replace

from bot.domain.access import Visibility
from bot.domain.delivery import Posted, ReplyTo
from bot.domain.identity import ChannelId, MemberId
from bot.domain.members import Role, Standing
from bot.domain.request_life import Because
from bot.domain.request_results import CardMoved, RequestCard, Told
from bot.domain.requests import Action
from storage.store import SqlStore
from storage.tables import AccountRow, DepartmentRow, MemberRow, RequestRow
from tests.company import NOW, PLENTY, WORKSPACE, Company
from tests.production import Desk

ANSWERS = (Action.ACCEPT, Action.COUNTER, Action.DECLINE, Action.ASK, Action.PASS_ON)
"""What a department can say to an open request."""


# What is told


def test_a_card_by_dm_says_why_and_shows_what_its_reader_can_do(hidden: Desk) -> None:
    hidden.send(hidden.tobias)
    card: RequestCard = hidden.load("request.card", hidden.ben.id)
    assert (card.because, card.calls, card.actions) == (Because.ANSWERS, None, ANSWERS)


def test_a_card_by_dm_keeps_nothing_but_its_number_when_the_right_to_see_it_ends(hidden: Desk) -> None:
    hidden.send(hidden.tobias)
    row = next(row for row in hidden.sent() if row.place == hidden.ben.id)
    hidden.change(DepartmentRow, hidden.department, head_id=None)
    assert hidden.loaded(row) == CardMoved("R-1", None)
    unknown = replace(row, outgoing=replace(row.outgoing, to_member=MemberId("UNEVERSEEN")))
    assert hidden.loaded(unknown) is None


def test_a_card_without_a_department_says_so(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    leon = company.member("Leon", role=Role.KAM_LEAD)
    request = desk.send()
    row = next(row for row in desk.sent() if row.outgoing.topic == "request.card")
    to_leon = replace(row, outgoing=replace(row.outgoing, to_member=leon.id, to_channel=None))
    desk.change(RequestRow, request.id, department_id=None)
    assert desk.loaded(to_leon).because is Because.NO_DEPARTMENT
    desk.change(RequestRow, request.id, department_id=desk.department)
    for person in (desk.sandra, desk.ben, desk.cara):
        desk.change(MemberRow, person.id, standing=Standing.DEACTIVATED)
    desk.change(MemberRow, desk.olga.id, topics=[])
    assert desk.loaded(to_leon).because is Because.NOBODY_THERE


def test_the_channels_card_calls_the_coordinator_once_and_never_in_an_edit(desk: Desk) -> None:
    request = desk.send()
    with desk.store.begin(WORKSPACE) as tx:
        row = next(row for row in tx.outbox.claim(NOW, PLENTY, 9, 9).rows if row.place == "CPROD")
    assert desk.loaded(row).calls == desk.sandra.person
    with desk.store.begin(WORKSPACE) as tx:
        tx.outbox.sent(row, Posted(ChannelId("CPROD"), "1.1"), NOW)
    assert desk.loaded(row).calls is None
    assert desk.loaded(row).actions == ANSWERS
    desk.accept(desk.sandra, request)
    assert desk.loaded(row).actions == (Action.DELIVER, Action.MOVE)


def test_a_coordinator_is_not_called_for_their_own_request(desk: Desk) -> None:
    desk.send(desk.sandra)
    with desk.store.begin(WORKSPACE) as tx:
        row = next(row for row in tx.outbox.claim(NOW, PLENTY, 9, 9).rows if row.place == "CPROD")
    assert desk.loaded(row).calls is None


def test_the_channel_loses_what_the_company_may_no_longer_see(desk: Desk) -> None:
    request = desk.send()
    desk.sent()
    desk.accept(desk.sandra, request)
    card, line = sorted((row for row in desk.sent() if row.place == "CPROD"), key=lambda row: row.outgoing.topic)
    assert isinstance(desk.loaded(line), Told)
    desk.change(RequestRow, request.id, visibility=Visibility.TEAM)
    assert (desk.loaded(card), desk.loaded(line)) == (CardMoved("R-1", None), None)
    desk.change(RequestRow, request.id, visibility=Visibility.COMPANY)
    desk.change(AccountRow, desk.account, access="restricted")
    assert desk.loaded(card) == CardMoved("R-1", None)


def test_the_old_card_says_where_the_request_is_when_the_departments_channel_changes(desk: Desk) -> None:
    desk.send()
    card = next(row for row in desk.sent() if row.place == "CPROD")
    desk.change(DepartmentRow, desk.department, channel_id="CELSEWHERE")
    moved = desk.loaded(card)
    assert (moved.short_id, moved.department.name, moved.headline) == ("R-1", "Production", "Two engineers")
    nowhere = replace(card, outgoing=replace(card.outgoing, to_channel=ChannelId("CNEVER")))
    assert desk.loaded(nowhere) is None, "nothing is posted where no card stands"


def test_without_its_card_a_thread_gets_no_line(desk: Desk) -> None:
    request = desk.send()
    desk.sent()
    desk.accept(desk.sandra, request)
    line = next(row for row in desk.sent() if row.outgoing.topic == "request.thread")
    rerouted = replace(line, outgoing=replace(line.outgoing, to_channel=None, to_member=desk.ben.id, thread_of=None))
    assert desk.loaded(rerouted) is None
    with desk.store.begin(WORKSPACE) as tx:
        tx.outbox.forget_card("request.card", request.about, "CPROD")
    assert desk.loaded(line) is None


def test_two_departments_may_share_a_channel(desk: Desk) -> None:
    audit = desk.company.department("Audit", desk.cara, "CPROD")
    desk.send(department_id=audit)
    assert isinstance(desk.load("request.card", "CPROD"), RequestCard)


def test_who_may_not_see_it_any_more_hears_nothing(hidden: Desk) -> None:
    hidden.send(hidden.tobias)
    rows = {row.outgoing.topic: row for row in hidden.sent()}
    row = rows["request.sent"]
    stranger = replace(row, outgoing=replace(row.outgoing, reply_to=ReplyTo(hidden.lea.id)))
    assert hidden.loaded(stranger) is None
    for topic in ("request.news", "request.shown", "request.joined"):
        other = replace(stranger, outgoing=replace(stranger.outgoing, topic=topic))
        assert hidden.loaded(other) is None
