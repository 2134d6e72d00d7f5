import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.domain import errors
from bot.domain.access import CHANNEL, Visibility
from bot.domain.delivery import ReplyTo
from bot.domain.drafts import Purpose
from bot.domain.identity import AccountId, DepartmentId, DraftId
from bot.domain.members import Role, Standing
from bot.domain.questions import read_question
from bot.domain.request_commands import AcceptRequest, BeginRequest, SendRequest
from bot.domain.request_results import HeaderShown, RequestSent, RequestShown
from bot.domain.requests import Action, Details, Header, Kind, Request, State
from bot.services import drafts, request_answers, requests
from storage.store import SqlStore
from storage.tables import AccountNameRow, RequestRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.production import LATER, TODAY, Desk, send

ANSWERS = (Action.ACCEPT, Action.COUNTER, Action.DECLINE, Action.ASK, Action.PASS_ON)
"""What a department can say to an open request."""


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
        seen = tx.briefings.open_matters([desk.account], tx.access.viewer(company.member("Outsider")), 5)

    assert [one.short_id for one in seen.requests] == [request.short_id]
    assert seen.request_count == 1
