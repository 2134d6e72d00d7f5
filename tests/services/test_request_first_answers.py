import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.delivery import ReplyTo
from bot.domain.identity import MemberId, RequestId
from bot.domain.members import Member, Standing
from bot.domain.request_commands import AcceptRequest, OpenForm
from bot.domain.request_results import RequestShown, Told
from bot.domain.requests import Action, DeclineReason, Request, State
from bot.services import request_answers, requests
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import Base, MemberRow
from tests.company import NOW, Company, new_key
from tests.production import LATER, TODAY, Desk

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
