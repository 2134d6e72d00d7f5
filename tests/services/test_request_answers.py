from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain import errors
from bot.domain.delivery import Posted, ReplyTo
from bot.domain.identity import ChannelId
from bot.domain.members import Role
from bot.domain.request_commands import OpenForm, Say
from bot.domain.request_results import Told
from bot.domain.requests import Action, Request, State
from bot.services import request_answers
from storage.tables import MemberRow, RequestRow
from tests.company import NOW, new_key
from tests.production import LATER, Desk

CARD, THREAD = "CPROD", "CPROD"


# Asking back


def test_a_question_waits_for_the_requester_and_the_answer_reaches_who_asked(desk: Desk, open_request: Request) -> None:
    asked = desk.say(desk.olga, open_request, Action.ASK, "Which line?\nThe first?")

    assert asked.state is State.QUESTION
    assert asked.question is not None
    assert (asked.question.by, asked.question.text) == (desk.olga.person, "Which line?\nThe first?")
    told: Told = desk.load("request.news", desk.lea.id)
    assert (told.entry.words, told.actions[0]) == ("Which line?\nThe first?", Action.ANSWER)
    answered = desk.say(desk.lea, open_request, Action.ANSWER, "The second")
    assert (answered.state, answered.question) == (State.OPEN, None)
    assert desk.heard() == sorted([("answered", desk.olga.id), ("answered", THREAD)])


def test_whoever_is_asked_back_may_still_be_accepted(desk: Desk, open_request: Request) -> None:
    desk.say(desk.olga, open_request, Action.ASK, "Which line?")

    accepted = desk.accept(desk.sandra, open_request)

    assert (accepted.state, accepted.question) == (State.ACCEPTED, None)


def test_the_kam_answers_for_a_requester_who_is_told(desk: Desk, open_request: Request) -> None:
    desk.say(desk.olga, open_request, Action.ASK, "Which line?")
    desk.sent()

    assert desk.say(desk.tobias, open_request, Action.ANSWER, "The second").state is State.OPEN
    assert ("answered", desk.lea.id) in desk.heard()


# Delivering


def test_what_is_delivered_is_confirmed_by_the_requester_and_who_did_it_hears_that(
    desk: Desk, open_request: Request
) -> None:
    desk.accept(desk.sandra, open_request, assignee_id=desk.olga.id)
    desk.sent()

    delivered = desk.say(desk.olga, open_request, Action.DELIVER, "Both were there")

    assert delivered.delivery is not None
    assert (delivered.state, delivered.delivery.by) == (State.DELIVERED, desk.olga.person)
    told: Told = desk.load("request.news", desk.lea.id)
    assert told.actions == (Action.CONFIRM, Action.REOPEN)
    confirmed = desk.act(desk.lea, open_request, Action.CONFIRM)
    assert (confirmed.state, confirmed.header.closed_at) == (State.CONFIRMED, NOW + timedelta(hours=3))
    assert desk.heard() == sorted([("confirmed", desk.olga.id), ("confirmed", THREAD)])


def test_an_assignee_who_belongs_to_no_department_may_deliver(desk: Desk, open_request: Request) -> None:
    desk.accept(desk.sandra, open_request, assignee_id=desk.tobias.id)

    assert desk.say(desk.tobias, open_request, Action.DELIVER).state is State.DELIVERED


def test_what_is_reopened_has_a_reason_and_is_delivered_again(desk: Desk, open_request: Request) -> None:
    desk.accept(desk.sandra, open_request, assignee_id=desk.olga.id)
    desk.say(desk.olga, open_request, Action.DELIVER)
    with pytest.raises(errors.NothingTyped):
        desk.say(desk.lea, open_request, Action.REOPEN, " ")
    desk.sent()

    reopened = desk.say(desk.lea, open_request, Action.REOPEN, "The report is missing")

    assert (reopened.state, reopened.header.closed_at) == (State.REOPENED, None)
    assert desk.heard() == sorted([("reopened", desk.olga.id), ("reopened", desk.sandra.id), ("reopened", THREAD)])
    assert desk.say(desk.sandra, open_request, Action.DELIVER).state is State.DELIVERED


def test_a_moved_promise_reaches_requester_and_kam_with_the_reason(desk: Desk, open_request: Request) -> None:
    desk.accept(desk.sandra, open_request, assignee_id=desk.olga.id)
    desk.sent()

    moved = desk.move(desk.olga, open_request, date(2026, 12, 22))

    assert moved.answer is not None
    assert (moved.state, moved.answer.promised_on) == (State.ACCEPTED, date(2026, 12, 22))
    assert desk.heard() == sorted([("moved", desk.lea.id), ("moved", desk.tobias.id), ("moved", THREAD)])
    with pytest.raises(errors.PastDate) as past:
        desk.move(desk.olga, open_request, date(2026, 11, 1))
    assert past.value.field == "promised_on"
    with pytest.raises(errors.NothingTyped):
        desk.move(desk.olga, open_request, LATER, words=" ")


# Withdrawing


@pytest.mark.parametrize("state", [State.OPEN, State.QUESTION, State.COUNTERED, State.ACCEPTED, State.REOPENED])
def test_a_requester_withdraws_what_is_not_done_yet(desk: Desk, open_request: Request, state: State) -> None:
    desk.change(RequestRow, open_request.id, state=state)

    withdrawn = desk.say(desk.lea, open_request, Action.WITHDRAW, "The visit is off")

    assert (withdrawn.state, withdrawn.header.closed_at) == (State.WITHDRAWN, NOW + timedelta(hours=2))


def test_who_took_it_on_hears_that_it_is_not_needed_any_more(desk: Desk, open_request: Request) -> None:
    desk.accept(desk.sandra, open_request, assignee_id=desk.olga.id)
    desk.sent()

    desk.say(desk.lea, open_request, Action.WITHDRAW)

    assert desk.heard() == sorted([("withdrawn", desk.olga.id), ("withdrawn", desk.sandra.id), ("withdrawn", THREAD)])


# Who may, and when it is too late


def settled(desk: Desk, request: Request, state: State) -> None:
    """Bring a request into a state behind the services' back, as if Sandra and Lea had done it."""
    desk.counter(desk.sandra, request)
    desk.act(desk.lea, request, Action.TAKE)
    desk.change(RequestRow, request.id, state=state)


@pytest.mark.parametrize(
    ("action", "state", "who"),
    [
        (Action.TURN_DOWN, State.COUNTERED, ["lea", "tobias"]),
        (Action.ANSWER, State.QUESTION, ["lea", "tobias"]),
        (Action.WITHDRAW, State.ACCEPTED, ["lea", "tobias"]),
        (Action.REOPEN, State.DELIVERED, ["lea", "tobias"]),
        (Action.CONFIRM, State.DELIVERED, ["lea", "tobias"]),
        (Action.TAKE, State.COUNTERED, ["lea", "tobias"]),
        (Action.DELIVER, State.ACCEPTED, ["sandra", "ben", "cara", "olga"]),
    ],
)
def test_pressing_what_is_for_others_says_who_can(
    desk: Desk, open_request: Request, action: Action, state: State, who: list[str]
) -> None:
    settled(desk, open_request, state)
    outsider = desk.company.member("Lead", role=Role.KAM_LEAD)
    for actor in (outsider, desk.olga if who[0] == "lea" else desk.lea):
        form = OpenForm(actor, open_request.id, action, new_key(), ReplyTo(actor.id))
        with pytest.raises(errors.NotForYou) as refused:
            request_answers.open_form(desk.store, NOW, form)
        assert {person.id for person in refused.value.who} == {getattr(desk, name).id for name in who}


@pytest.mark.parametrize(
    ("action", "actor"),
    [
        (Action.ASK, "sandra"),
        (Action.ANSWER, "lea"),
        (Action.TURN_DOWN, "lea"),
        (Action.DELIVER, "sandra"),
        (Action.REOPEN, "lea"),
        (Action.WITHDRAW, "lea"),
    ],
)
def test_what_is_over_is_told_who_ended_it_and_when(
    desk: Desk, open_request: Request, action: Action, actor: str
) -> None:
    desk.accept(desk.sandra, open_request)
    desk.say(desk.sandra, open_request, Action.DELIVER)
    desk.act(desk.lea, open_request, Action.CONFIRM)

    with pytest.raises(errors.AlreadyAnswered) as refused:
        desk.say(getattr(desk, actor), open_request, action, "words")

    assert (refused.value.state, refused.value.by) == (State.CONFIRMED, desk.lea.person)
    assert refused.value.at == NOW + timedelta(hours=3)
    form = OpenForm(getattr(desk, actor), open_request.id, action, new_key(), ReplyTo(desk.lea.id))
    with pytest.raises(errors.AlreadyAnswered):
        request_answers.open_form(desk.store, NOW, form)


def test_who_lost_the_right_meanwhile_is_refused(desk: Desk, open_request: Request) -> None:
    desk.change(MemberRow, desk.olga.id, topics=[])

    with pytest.raises(errors.MayNotAnswer):
        desk.counter(desk.company.get(desk.olga.id) or desk.olga, open_request)


def test_to_whom_a_request_does_not_exist_nothing_of_it_does(hidden: Desk) -> None:
    request = hidden.send(hidden.tobias)
    for action in (Action.ASK, Action.WITHDRAW, Action.DELIVER):
        with pytest.raises(errors.UnknownObject):
            hidden.say(hidden.lea, request, action, "words")


@pytest.mark.parametrize("action", [Action.ASK, Action.WITHDRAW])
def test_the_same_submit_twice_says_it_once(desk: Desk, open_request: Request, action: Action) -> None:
    actor = desk.olga if action is Action.ASK else desk.lea
    first = desk.say(actor, open_request, action, "words", key="view:same")

    again = desk.say(actor, open_request, action, "words", key="view:same")

    assert again == first
    assert desk.history(open_request) == ["sent", desk.history(open_request)[-1]]


def test_the_same_form_with_other_words_is_told_what_was_saved(desk: Desk, open_request: Request) -> None:
    desk.say(desk.olga, open_request, Action.ASK, "Which line?", key="view:same#1")

    with pytest.raises(errors.AlreadySaved) as refused:
        desk.say(desk.olga, open_request, Action.ASK, "Which of them?", key="view:same#2")

    assert (refused.value.short_id, refused.value.text) == ("R-1", "Which line?")


def test_a_form_that_was_open_while_somebody_else_said_something_says_who(desk: Desk, open_request: Request) -> None:
    before = desk.version(open_request)
    desk.pass_on(desk.ben, open_request, desk.company.department("Quality", desk.tobias, "CQUAL"))

    with pytest.raises(errors.ChangedMeanwhile) as refused:
        desk.say(desk.olga, open_request, Action.ASK, "Which line?", version=before)

    assert refused.value.by == desk.ben.person
    assert "questioned" not in desk.history(open_request)


@pytest.mark.parametrize("words", ["<!channel> *x* {0} %s", "\u202eabc שלום", "x" * 1500])
def test_hostile_words_are_kept_as_they_are(desk: Desk, open_request: Request, words: str) -> None:
    asked = desk.say(desk.olga, open_request, Action.ASK, words)

    assert asked.question is not None
    assert asked.question.text == words


# Where the answer goes


def test_a_button_on_a_message_that_is_no_card_is_answered_in_its_place(desk: Desk, open_request: Request) -> None:
    desk.accept(desk.sandra, open_request)
    desk.say(desk.sandra, open_request, Action.DELIVER)
    note = desk.posted("request.news", desk.lea.id)

    desk.act(desk.lea, open_request, Action.CONFIRM, pressed=note)

    (reply,) = [row for row in desk.sent() if row.outgoing.topic == "request.shown"]
    assert reply.outgoing.reply_to is not None
    assert (reply.outgoing.reply_to.replace, desk.loaded(reply).actions) == (True, ())


def test_a_button_on_a_post_in_doubt_is_answered_beside_it_since_it_may_be_a_card_for_others(
    desk: Desk, open_request: Request
) -> None:
    desk.accept(desk.sandra, open_request)
    desk.say(desk.sandra, open_request, Action.DELIVER)
    desk.sent()
    nobody_knows_yet = Posted(ChannelId("CPROD"), "17.1")

    desk.act(desk.lea, open_request, Action.CONFIRM, pressed=nobody_knows_yet)

    assert [row.outgoing.reply_to for row in desk.sent() if row.outgoing.topic == "request.shown"] == [
        ReplyTo(desk.lea.id, "https://hooks.slack.test/act")
    ]


@pytest.mark.parametrize("is_in_doubt", [True, False])
def test_a_form_that_a_post_in_doubt_opened_is_answered_beside_it_too(
    desk: Desk, open_request: Request, *, is_in_doubt: bool
) -> None:
    request_answers.say(desk.store, NOW, Say(desk.olga, open_request.id, 1, Action.ASK, "Which line?", desk.key()))
    note = desk.posted("request.news", desk.lea.id)
    pressed = Posted(ChannelId("DLEA"), "17.1") if is_in_doubt else note
    reply_to = ReplyTo(desk.lea.id, "https://hooks.slack.test/answer")
    command = OpenForm(desk.lea, open_request.id, Action.ANSWER, new_key(), reply_to, pressed)
    opened = request_answers.open_form(desk.store, NOW, command)

    desk.say(desk.lea, open_request, Action.ANSWER, "Line two", draft_id=opened.draft_id)

    (reply,) = [row.outgoing.reply_to for row in desk.sent() if row.outgoing.topic == "request.shown"]
    assert reply == replace(reply_to, replace=not is_in_doubt)


def test_a_button_on_a_card_is_answered_by_the_card(desk: Desk) -> None:
    quality = desk.company.department("Quality", desk.tobias, "CQUAL")
    request = desk.send()
    desk.pass_on(desk.sandra, request, quality)
    desk.sent()
    with desk.store.read(desk.company.workspace) as tx:
        card = tx.outbox.card("request.card", request.about, "CQUAL")
    assert card is not None

    desk.act(desk.tobias, request, Action.TAKE_OVER, pressed=card)

    assert [row.place for row in desk.sent() if row.outgoing.topic == "request.shown"] == []
