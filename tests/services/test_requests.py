import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.domain import errors
from bot.domain.access import CHANNEL, Visibility
from bot.domain.delivery import Posted, ReplyTo
from bot.domain.drafts import Purpose
from bot.domain.identity import AccountId, ChannelId, DepartmentId, DraftId, MemberId, RequestId
from bot.domain.members import Member, Role, Standing
from bot.domain.questions import read_question
from bot.domain.request_commands import (
    AcceptRequest,
    BeginRequest,
    ChangeRequestForm,
    OpenForm,
    SendRequest,
)
from bot.domain.request_life import Because
from bot.domain.request_results import (
    CardMoved,
    HeaderShown,
    RequestCard,
    RequestSent,
    RequestShown,
    Told,
)
from bot.domain.requests import Action, DeclineReason, Details, Header, Kind, Request, State
from bot.services import drafts, request_answers, requests
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import AccountNameRow, AccountRow, Base, DepartmentRow, MemberRow, RequestRow
from tests.company import NOW, PLENTY, WORKSPACE, Company, channel, new_key
from tests.production import LATER, TODAY, Desk, send

ANSWERS = (Action.ACCEPT, Action.COUNTER, Action.DECLINE, Action.ASK, Action.PASS_ON)
"""What a department can say to an open request."""


@pytest.fixture
def desk(store: SqlStore, company: Company) -> Desk:
    return Desk(store, company)


@pytest.fixture
def hidden(store: SqlStore, company: Company) -> Desk:
    return Desk(store, company, access="restricted")


# The form


def test_the_line_prefills_department_account_and_text(desk: Desk) -> None:
    form = desk.draft(desk.lea, "production Helvetia: two engineers")
    assert form.department is not None
    assert form.account is not None
    assert (form.department.id, form.account.id, form.what) == (desk.department, desk.account, "two engineers")


def test_the_channels_account_is_prefilled_and_an_unknown_department_keeps_the_whole_text(
    desk: Desk, company: Company
) -> None:
    boreal = company.account("Boreal", channel_id="CBOR")
    begin = BeginRequest(desk.lea, new_key(), ReplyTo(desk.lea.id), "Legal: check a contract", channel("bor"))
    form = requests.begin(desk.store, NOW, begin)
    assert form.account is not None
    assert (form.account.id, form.department, form.what) == (boreal, None, "Legal: check a contract")


def test_a_button_brings_its_account_unless_that_is_hidden(desk: Desk, company: Company) -> None:
    begin = BeginRequest(desk.lea, new_key(), ReplyTo(desk.lea.id), account_id=desk.account)
    form = requests.begin(desk.store, NOW, begin)
    assert form.account is not None
    assert form.account.id == desk.account
    secret = company.account("Secret", access="restricted")
    with pytest.raises(errors.UnknownAccountChosen):
        requests.begin(desk.store, NOW, replace(begin, key=new_key(), account_id=secret))


def test_a_chosen_department_shows_its_pace_and_who_receives_it(desk: Desk) -> None:
    draft_id = desk.draft(desk.lea, "two engineers").draft_id
    change = ChangeRequestForm(
        desk.lea, draft_id, desk.department, desk.account, date(2026, 11, 24), Visibility.TEAM, more=True
    )
    form = requests.form(desk.store, NOW, change)
    assert form.pace is not None
    assert (form.pace.answer.hours, form.pace.lead_days, form.pace.earliest) == (16, 5, date(2026, 11, 27))
    assert form.warning is not None
    assert form.warning.days == 2
    assert form.desk is not None
    assert form.desk.told == (desk.sandra.person, desk.ben.person)
    assert (form.what, form.more, form.visibility) == ("two engineers", True, Visibility.TEAM)


def test_the_kept_department_and_account_are_shown_again(desk: Desk) -> None:
    draft_id = desk.draft(desk.lea, "production Helvetia: two engineers").draft_id
    form = requests.form(desk.store, NOW, ChangeRequestForm(desk.lea, draft_id))
    assert form.department is not None
    assert form.account is not None
    assert (form.department.id, form.account.id, form.warning) == (desk.department, desk.account, None)


def test_a_draft_is_its_authors_and_is_used_once(desk: Desk) -> None:
    draft_id = desk.draft(desk.lea).draft_id
    with pytest.raises(errors.DraftGone):
        requests.form(desk.store, NOW, ChangeRequestForm(desk.tobias, draft_id))
    send(desk.store, NOW, SendRequest(desk.lea, desk.details(), draft_id, TODAY, "view:x"))
    with pytest.raises(errors.DraftGone):
        send(desk.store, NOW, SendRequest(desk.lea, desk.details(), draft_id, TODAY, "view:y"))


def test_departments_are_searched_by_name(desk: Desk) -> None:
    assert [found.name for found in requests.find_departments(desk.store, desk.lea, " prod ", 9)] == ["Production"]


# Sending


def test_a_request_goes_to_the_departments_channel_and_the_requester_is_answered(desk: Desk) -> None:
    request = desk.send(why=" it decides\n", importance=3)
    assert (request.short_id, request.state, request.why, request.importance) == ("R-1", State.OPEN, "it decides", 3)
    sent: RequestSent = desk.load("request.sent", desk.lea.id)
    assert (sent.answer and sent.answer.hours, sent.warning) == (16, None)
    assert desk.send().short_id == "R-2"


def test_what_is_told_of_a_new_request_is_one_card_and_one_answer(desk: Desk) -> None:
    desk.send()
    assert desk.places() == [("request.card", "CPROD"), ("request.sent", desk.lea.id)]


def test_the_same_submit_twice_sends_once(desk: Desk) -> None:
    first = desk.send(key="view:same")
    again = SendRequest(desk.lea, desk.details(), DraftId(0), TODAY, "view:same")
    assert send(desk.store, NOW, again).request.id == first.id
    assert desk.places() == [("request.card", "CPROD"), ("request.sent", desk.lea.id)]


def test_a_restricted_accounts_request_goes_to_coordinator_and_head_alone(hidden: Desk) -> None:
    request = hidden.send(hidden.tobias)
    assert hidden.places() == [
        ("request.card", hidden.ben.id),
        ("request.card", hidden.sandra.id),
        ("request.sent", hidden.tobias.id),
    ]
    assert isinstance(hidden.seen(hidden.sandra, request), Request)
    assert isinstance(hidden.seen(hidden.tobias, request), Request)
    for outsider in (hidden.olga, hidden.cara, hidden.lea, CHANNEL):
        assert hidden.seen(outsider, request) is None


def test_a_restricted_account_does_not_exist_for_who_may_not_see_it(hidden: Desk) -> None:
    with pytest.raises(errors.UnknownAccountChosen):
        hidden.send(hidden.lea)


def test_a_request_for_the_team_makes_no_channel_message(desk: Desk) -> None:
    request = desk.send(visibility=Visibility.TEAM)
    assert desk.places() == [
        ("request.card", desk.ben.id),
        ("request.card", desk.sandra.id),
        ("request.sent", desk.lea.id),
    ]
    assert isinstance(desk.seen(desk.olga, request), Request), "key persons belong to the department"
    assert desk.seen(desk.company.member("Nobody"), request) is None


def test_the_company_sees_the_header_alone(desk: Desk) -> None:
    request = desk.send()
    header = desk.seen(desk.company.member("Nobody"), request)
    assert isinstance(header, Header)
    assert header.headline == "Two engineers"
    assert isinstance(desk.seen(CHANNEL, request), Header)
    assert isinstance(desk.seen(desk.lea, request), Request)


def test_a_coordinator_who_asks_their_own_department_gets_no_card_if_the_head_does(hidden: Desk) -> None:
    hidden.company.team(hidden.account, hidden.sandra)
    hidden.send(hidden.sandra)
    assert ("request.card", hidden.sandra.id) not in hidden.places()


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"what": " \n\u200b"}, errors.NothingTyped, "what"),
        ({"needed_by": date(2026, 11, 19)}, errors.PastDate, "needed_by"),
        ({"department_id": None}, errors.DepartmentMissing, "department"),
        ({"department_id": DepartmentId(999)}, errors.DepartmentMissing, "department"),
        ({"account_id": None}, errors.AccountMissing, "account"),
        ({"account_id": AccountId(999)}, errors.UnknownAccountChosen, "account"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field_and_stores_nothing(
    desk: Desk, changes: dict[str, Any], refusal: type[errors.Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        desk.send(**changes)
    assert refused.value.field == field
    assert desk.places() == []
    assert desk.send().short_id == "R-1"


def test_today_is_not_past_and_short_notice_warns_without_blocking(desk: Desk) -> None:
    desk.send(needed_by=TODAY)
    sent: RequestSent = desk.load("request.sent", desk.lea.id)
    assert sent.warning is not None
    assert sent.warning.days == 0


def test_a_new_account_is_created_on_the_way_and_a_known_name_is_taken(desk: Desk) -> None:
    request = desk.send(account_id=None, new_account=" Neu\u200bkunde  AG ")
    assert request.account.name == "Neukunde AG"
    assert desk.send(account_id=desk.account, new_account="neukunde ag").account.id == request.account.id


def test_without_departments_kam_leads_answer_and_the_requester_is_told(store: SqlStore, company: Company) -> None:
    lea, leon = company.member("Lea"), company.member("Leon", role=Role.KAM_LEAD)
    company.member("Ada", role=Role.ADMIN)
    account = company.account("Helvetia")
    form = requests.begin(store, NOW, BeginRequest(lea, new_key(), ReplyTo(lea.id), "two engineers"))
    assert form.desk is not None
    assert (form.departments, form.desk.told) == (False, (leon.person,))
    details = Details("two engineers", Kind.EXPERT, LATER, None, account)
    sent = send(store, NOW, SendRequest(lea, details, form.draft_id, TODAY, "view:1"))
    assert (sent.answer, sent.warning, sent.desk.told) == (None, None, (leon.person,))


def test_without_kam_leads_an_admin_answers_and_sees_it(store: SqlStore, company: Company) -> None:
    lea, ada = company.member("Lea"), company.member("Ada", role=Role.ADMIN)
    draft = requests.begin(store, NOW, BeginRequest(lea, new_key(), ReplyTo(lea.id))).draft_id
    details = Details("two engineers", Kind.EXPERT, LATER, None, company.account("Helvetia"))
    request = send(store, NOW, SendRequest(lea, details, draft, TODAY, "view:1")).request
    shown = requests.show(store, ada, 1)
    assert isinstance(shown, RequestShown)
    assert shown.actions == ANSWERS
    accepted = request_answers.accept(store, NOW, AcceptRequest(ada, request.id, 1, LATER, ada.id, TODAY, "view:2"))
    assert accepted.state is State.ACCEPTED


def test_with_nobody_to_ask_the_text_is_given_back(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    with pytest.raises(errors.NobodyToAsk) as refused:
        requests.begin(store, NOW, BeginRequest(lea, new_key(), ReplyTo(lea.id), "two engineers"))
    assert refused.value.typed == "two engineers"


def test_admins_get_nothing_of_a_restricted_account(store: SqlStore, company: Company) -> None:
    lea, _ada = company.member("Lea"), company.member("Ada", role=Role.ADMIN)
    secret = company.account("Secret", kam=lea, access="restricted")
    draft = requests.begin(store, NOW, BeginRequest(lea, new_key(), ReplyTo(lea.id))).draft_id
    details = Details("two engineers", Kind.EXPERT, LATER, None, secret)
    with pytest.raises(errors.NobodyToAsk):
        send(store, NOW, SendRequest(lea, details, draft, TODAY, "view:1"))


def test_where_everybody_of_a_department_has_left_kam_leads_stand_in(store: SqlStore, company: Company) -> None:
    lea, leon = company.member("Lea"), company.member("Leon", role=Role.KAM_LEAD)
    gone = company.member("Gone", standing=Standing.DEACTIVATED)
    department = company.department("Legal", gone, "CLEGAL")
    draft = requests.begin(store, NOW, BeginRequest(lea, new_key(), ReplyTo(lea.id))).draft_id
    details = Details("a contract", Kind.EXPERT, LATER, department, company.account("Helvetia"))
    sent = send(store, NOW, SendRequest(lea, details, draft, TODAY, "view:1"))
    assert (sent.desk.stands_in, sent.desk.people) == (True, (leon.person,))
    shown = requests.show(store, leon, 1)
    assert isinstance(shown, RequestShown)
    assert shown.actions == ANSWERS


def test_a_request_is_found_by_its_headline_as_far_as_the_reader_may_see(desk: Desk) -> None:
    desk.send(what="Zwei Schweisser\nstreng geheim")
    with desk.store.read(WORKSPACE) as tx:
        viewer = tx.access.viewer(desk.company.member("Nobody"))
        found = tx.search.find(read_question("Schweisser"), viewer, NOW, 0, 5)
        assert [answer.short_id for answer in found.answers] == ["R-1"]
        assert not tx.search.find(read_question("geheim"), viewer, NOW, 0, 5).answers


# Answering


def test_accepting_stores_the_promise_and_tells_card_thread_requester_and_assignee(desk: Desk) -> None:
    request = desk.send()
    desk.places()
    accepted = desk.accept(desk.sandra, request, assignee_id=desk.olga.id)
    assert accepted.answer is not None
    assert (accepted.answer.by, accepted.answer.assignee) == (desk.sandra.person, desk.olga.person)
    assert (accepted.answer.words, accepted.answer.promised_on) == ("Gladly", LATER)
    assert desk.places() == [
        ("request.assigned", desk.olga.id),
        ("request.card", "CPROD"),
        ("request.news", desk.lea.id),
        ("request.thread", "CPROD"),
    ]


def test_declining_tells_reason_and_words_and_lets_the_requester_escalate(desk: Desk) -> None:
    request = desk.send()
    declined = desk.decline(desk.olga, request)
    assert declined.answer is not None
    assert (declined.answer.reason, declined.answer.by) == (DeclineReason.CAPACITY, desk.olga.person)
    told: Told = desk.load("request.news", desk.lea.id)
    assert (told.entry.action, told.entry.words) == ("request.declined", "One from 8 December")
    assert told.actions == (Action.ESCALATE,)


@pytest.mark.parametrize("who", ["sandra", "ben", "cara", "olga"])
def test_coordinator_head_deputy_and_key_persons_may_answer(desk: Desk, who: str) -> None:
    assert desk.accept(getattr(desk, who), desk.send()).state is State.ACCEPTED


@pytest.mark.parametrize("who", ["lea", "tobias"])
def test_requester_and_kam_may_not_answer_and_are_told_who_can(desk: Desk, who: str) -> None:
    request, actor = desk.send(), getattr(desk, who)
    for answer in (desk.accept, desk.decline):
        with pytest.raises(errors.MayNotAnswer) as refused:
            answer(actor, request)
        assert (refused.value.department, refused.value.who[0]) == ("Production", desk.sandra.person)
    with pytest.raises(errors.MayNotAnswer):
        request_answers.open_form(
            desk.store, NOW, OpenForm(actor, request.id, Action.ACCEPT, new_key(), ReplyTo(actor.id))
        )


def test_who_sees_only_the_header_is_told_who_can_answer(desk: Desk) -> None:
    with pytest.raises(errors.MayNotAnswer) as refused:
        desk.accept(desk.company.member("Nobody"), desk.send())
    assert refused.value.short_id == "R-1"


def test_to_who_may_not_see_it_a_request_does_not_exist(hidden: Desk) -> None:
    request = hidden.send(hidden.tobias)
    for actor in (hidden.lea, hidden.olga, hidden.cara):
        with pytest.raises(errors.UnknownObject):
            hidden.accept(actor, request)
        with pytest.raises(errors.UnknownObject):
            requests.show(hidden.store, actor, 1)


def test_who_lost_the_right_between_form_and_submit_may_not_answer(desk: Desk) -> None:
    request = desk.send()
    form = request_answers.open_form(
        desk.store, NOW, OpenForm(desk.olga, request.id, Action.ACCEPT, new_key(), ReplyTo(desk.olga.id))
    )
    moved = replace(desk.olga, department_id=None, topics=())
    desk.change(MemberRow, desk.olga.id, topics=[])
    with pytest.raises(errors.MayNotAnswer):
        desk.accept(moved, form.request)


def test_the_first_answer_wins_and_the_second_is_told_who_said_what(desk: Desk) -> None:
    request = desk.send()
    desk.accept(desk.sandra, request)
    for answer in (desk.accept, desk.decline):
        with pytest.raises(errors.AlreadyAnswered) as refused:
            answer(desk.ben, request)
        assert (refused.value.state, refused.value.by) == ("accepted", desk.sandra.person)
    with pytest.raises(errors.AlreadyAnswered):
        request_answers.open_form(
            desk.store, NOW, OpenForm(desk.ben, request.id, Action.ACCEPT, new_key(), ReplyTo(desk.ben.id))
        )


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_the_same_submit_twice_answers_once(desk: Desk, answer: str) -> None:
    request = desk.send()
    first = getattr(desk, answer)(desk.sandra, request, key="view:same")
    assert getattr(desk, answer)(desk.sandra, request, key="view:same") == first


def test_the_key_of_one_answer_shows_nothing_of_another_request(desk: Desk) -> None:
    desk.accept(desk.sandra, desk.send(), key="view:same")
    with pytest.raises(errors.UnknownObject):
        request_answers.accept(
            desk.store,
            NOW,
            AcceptRequest(desk.sandra, RequestId(999), 1, LATER, desk.sandra.id, TODAY, "view:same"),
        )


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_a_form_of_another_version_does_not_answer(desk: Desk, answer: str) -> None:
    with pytest.raises(errors.ChangedMeanwhile):
        getattr(desk, answer)(desk.sandra, desk.send(), version=7)


def test_a_decline_without_words_is_no_answer(desk: Desk) -> None:
    with pytest.raises(errors.NothingTyped) as refused:
        desk.decline(desk.sandra, desk.send(), words=" \u200b ")
    assert refused.value.field == "words"


def test_a_promise_in_the_past_is_refused(desk: Desk) -> None:
    with pytest.raises(errors.PastDate) as refused:
        desk.accept(desk.sandra, desk.send(), promised_on=date(2026, 11, 19))
    assert refused.value.field == "promised_on"


def test_only_full_members_can_take_it_on(desk: Desk) -> None:
    request = desk.send()
    guest = desk.company.member("Guest", standing=Standing.GUEST)
    for assignee, name in ((guest.id, "Guest"), (MemberId("UNEVERSEEN"), "")):
        with pytest.raises(errors.CannotTakeOn) as refused:
            desk.accept(desk.sandra, request, assignee_id=assignee)
        assert (refused.value.name, refused.value.field) == (name, "assignee")


def test_who_takes_on_a_hidden_request_sees_it_from_then_on(hidden: Desk) -> None:
    request = hidden.send(hidden.tobias)
    hidden.accept(hidden.sandra, request, assignee_id=hidden.olga.id)
    assert isinstance(hidden.seen(hidden.olga, request), Request)
    assert isinstance(hidden.load("request.assigned", hidden.olga.id), Told)


def test_nobody_is_told_what_they_did_themselves(desk: Desk) -> None:
    request = desk.send(desk.sandra)
    desk.sent()
    desk.accept(desk.sandra, request)
    assert desk.places() == [("request.card", "CPROD"), ("request.thread", "CPROD")]


def test_a_requester_who_takes_it_on_is_told_once(desk: Desk) -> None:
    request = desk.send()
    desk.sent()
    desk.accept(desk.sandra, request, assignee_id=desk.lea.id)
    assert [place for _, place in desk.places()].count(desk.lea.id) == 1


def test_a_requester_who_left_is_told_nothing(desk: Desk) -> None:
    request = desk.send()
    desk.sent()
    desk.change(MemberRow, desk.lea.id, standing=Standing.DEACTIVATED)
    desk.decline(desk.sandra, request)
    assert desk.places() == [("request.card", "CPROD"), ("request.thread", "CPROD")]


def test_the_private_message_one_answered_from_is_replaced(desk: Desk) -> None:
    request = desk.send()
    desk.places()
    reply_to = ReplyTo(desk.sandra.id, "https://hooks.slack.test/3", replace=True)
    form = request_answers.open_form(
        desk.store, NOW, OpenForm(desk.sandra, request.id, Action.ACCEPT, new_key(), reply_to)
    )
    assert form.draft_id is not None
    desk.accept(desk.sandra, request, draft_id=form.draft_id)
    shown: RequestShown = desk.load("request.shown", desk.sandra.id)
    assert (shown.request.state, shown.actions) == (State.ACCEPTED, (Action.DELIVER, Action.MOVE))


def test_of_four_who_press_at_once_one_answers_and_the_others_are_told_who(store: SqlStore, tmp_path: Path) -> None:
    if not store.engine.dialect.name.startswith("postgres"):
        engine = make_engine(f"sqlite:///{tmp_path / 'race.db'}")
        Base.metadata.create_all(engine)
        store = SqlStore(engine)
    desk = Desk(store, Company(store))
    request = desk.send()
    barrier, answered, refused = threading.Barrier(4), list[Request](), list[errors.AlreadyAnswered]()

    def press(actor: Member, key: str) -> None:
        command = AcceptRequest(actor, request.id, 1, LATER, actor.id, TODAY, key)
        barrier.wait()
        try:
            answered.append(request_answers.accept(store, NOW, command))
        except errors.AlreadyAnswered as late:
            refused.append(late)

    people = (desk.sandra, desk.ben, desk.cara, desk.olga)
    threads = [threading.Thread(target=press, args=(actor, f"view:race{at}")) for at, actor in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = answered
    assert won.answer is not None
    assert [late.by for late in refused] == [won.answer.by] * 3


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


def test_numbers_show_the_request_its_header_or_nothing(desk: Desk) -> None:
    request = desk.send()
    shown = requests.show(desk.store, desk.sandra, 1)
    assert isinstance(shown, RequestShown)
    assert [entry.action for entry in shown.history] == ["request.sent"]
    assert shown.actions == ANSWERS
    desk.decline(desk.sandra, request)
    mine = requests.show(desk.store, desk.lea, 1)
    assert isinstance(mine, RequestShown)
    assert ([entry.action for entry in mine.history], mine.actions) == (
        ["request.sent", "request.declined"],
        (Action.ESCALATE,),
    )
    assert isinstance(requests.show(desk.store, desk.company.member("Nobody"), 1), HeaderShown)
    with pytest.raises(errors.UnknownObject) as refused:
        requests.show(desk.store, desk.lea, 2)
    assert refused.value.typed == "R-2"


def test_the_usual_answer_time_is_measured_from_five_answers_on(desk: Desk) -> None:
    for _ in range(5):
        desk.accept(desk.sandra, desk.send())
    desk.sent()
    desk.send()
    sent: RequestSent = desk.load("request.sent", desk.lea.id)
    assert sent.answer is not None
    assert (sent.answer.hours, sent.answer.measured) == (1, True)


def _at_once(store: SqlStore, commands: list[SendRequest]) -> tuple[list[str], list[errors.Refusal]]:
    """Send several forms at the same moment."""
    if not store.engine.dialect.name.startswith("postgres"):
        pytest.skip("SQLite has one writer")
    barrier, sent, refused = threading.Barrier(len(commands)), list[str](), list[errors.Refusal]()

    def press(command: SendRequest) -> None:
        barrier.wait()
        try:
            sent.append(send(store, NOW, command).request.short_id)
        except errors.Refusal as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=press, args=(command,)) for command in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent, refused


def test_one_form_sent_four_times_at_once_is_one_request(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    draft_id = desk.draft(desk.lea).draft_id

    sent, refused = _at_once(
        store, [SendRequest(desk.lea, desk.details(), draft_id, TODAY, f"view:{at}") for at in range(4)]
    )

    assert (sent, [type(refusal) for refusal in refused]) == (["R-1"], [errors.DraftGone] * 3)


def test_a_draft_that_was_used_meanwhile_is_gone(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    draft_id = desk.draft(desk.lea).draft_id
    with store.begin(WORKSPACE) as tx:
        draft = tx.drafts.get(draft_id, desk.lea.id, Purpose.REQUEST)
        assert draft is not None
        drafts.use(tx, draft, NOW)
        with pytest.raises(errors.DraftGone):
            drafts.use(tx, draft, NOW)


def test_a_form_that_was_refused_can_be_sent_again(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    draft_id = desk.draft(desk.lea).draft_id
    with pytest.raises(errors.NameTooLong):
        send(
            store,
            NOW,
            SendRequest(desk.lea, desk.details(account_id=None, new_account="x" * 999), draft_id, TODAY, "view:1"),
        )

    sent = send(store, NOW, SendRequest(desk.lea, desk.details(), draft_id, TODAY, "view:2"))

    assert sent.request.short_id == "R-1"


def test_an_account_named_by_four_people_at_once_is_made_once(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    details = desk.details(account_id=None, new_account="Neu AG")
    people = [desk.lea, desk.sandra, desk.ben, desk.cara]
    drafts_of = [desk.draft(person).draft_id for person in people]

    sent, refused = _at_once(
        store,
        [
            SendRequest(
                person, replace(details, what=f"{person.name} asks", new_account=name), draft_id, TODAY, f"view:{name}"
            )
            for person, draft_id, name in zip(people, drafts_of, ("Neu AG", "NEU AG", "neu ag", "Neu  AG"), strict=True)
        ],
    )

    with store.engine.connect() as connection:
        made = connection.execute(
            select(func.count()).select_from(AccountNameRow).where(AccountNameRow.key == "neu ag")
        ).scalar_one()
    assert (sorted(sent), refused, made) == (["R-1", "R-2", "R-3", "R-4"], [], 1)


def test_requests_a_reader_may_not_see_do_not_push_out_one_they_may(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    shared = {"workspace_id": WORKSPACE, "account_id": desk.account, "department_id": desk.department}
    asked = {"requester_id": desk.tobias.id, "kind": "expert", "what": "w", "created_at": NOW, "version": 1}
    hidden = {"needed_by": TODAY, "visibility": "leadership", "state": "open"}
    with store.engine.begin() as connection:
        rows = [{**shared, **asked, **hidden, "id": 10_000 + at, "number": 1000 + at} for at in range(200)]
        connection.execute(insert(RequestRow), rows)
    request = desk.send()

    with store.read(WORKSPACE) as tx:
        seen = tx.requests.open_of([desk.account], tx.access.viewer(company.member("Outsider")))

    assert [one.short_id for one in seen] == [request.short_id]
