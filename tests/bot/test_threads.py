from dataclasses import replace

import pytest

from bot.domain.delivery import Failure, Outgoing, Priority, Ref, Subject
from bot.ports import PostFailed, StoreAway
from bot.services import delivery
from bot.views import delivery as views
from tests.bot.probe import Facts, card, claim, fail, note, put, reply, rows, show, texts
from tests.company import WORKSPACE, Company
from tests.slack import Slack, words

ABOUT = Ref(Subject.REQUEST, 1)


@pytest.fixture(autouse=True)
def _request_cards(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads hang on cards of requests."""
    monkeypatch.setitem(delivery.LOADERS, "request.card", facts.load)
    monkeypatch.setitem(views.VIEWS, "request.card", show)


def head() -> Outgoing:
    return replace(card(1, "ULEA"), topic="request.card")


def in_thread(about: int = 2) -> Outgoing:
    return replace(note(about, "ULEA", Priority.ESCALATION), thread_of=ABOUT)


def deliver(slack: Slack, times: int = 6) -> None:
    for _ in range(times):
        slack.deliver()
        slack.later(seconds=1)


def test_a_note_waits_for_the_card_in_whose_thread_it_belongs_although_it_is_more_urgent(slack: Slack) -> None:
    put(slack, head(), in_thread())
    slack.deliver()
    assert texts(slack, "ULEA") == ["fact 1 (en)"]
    deliver(slack)
    posted, answer = slack.out.to("ULEA")
    assert answer["thread_ts"] == posted["ts"]


def test_a_note_waits_as_long_as_the_card_has_to(slack: Slack) -> None:
    put(slack, head(), in_thread())
    slack.deliver()
    fail(slack, Failure.NOT_DONE, "ratelimited", 60.0)
    slack.out.posts.clear()
    with slack.store.begin(WORKSPACE) as tx:
        tx.outbox.forget_card("request.card", ABOUT, "ULEA")
    put(slack, head())
    deliver(slack, 50)
    assert slack.out.posts == []
    deliver(slack, 20)
    assert texts(slack, "ULEA") == ["fact 1 (en)", "fact 2 (en)"]


def test_a_note_whose_card_a_person_deleted_is_told_outside_the_thread(slack: Slack) -> None:
    put(slack, head())
    deliver(slack)
    put(slack, in_thread())
    fail(slack, Failure.CARD_GONE, "thread_not_found")
    deliver(slack)
    assert [post["thread_ts"] for post in slack.out.to("ULEA")] == [None, None]
    with slack.store.read(WORKSPACE) as tx:
        assert tx.outbox.card("request.card", ABOUT, "ULEA") is None


def test_a_post_that_is_gone_again_and_again_ends_visibly(slack: Slack) -> None:
    put(slack, note(1, "ULEA"))
    fail(slack, Failure.CARD_GONE, "message_not_found", times=9)
    deliver(slack, 9)
    assert rows(slack) == [("parked", "message_not_found")]


def test_an_edit_whose_card_was_forgotten_is_posted(slack: Slack) -> None:
    put(slack, head())
    deliver(slack)
    put(slack, head())
    with slack.store.begin(WORKSPACE) as tx:
        tx.outbox.forget_card("request.card", ABOUT, "ULEA")
    deliver(slack)
    assert len(slack.out.to("ULEA")) == 2


def test_a_forgotten_thread_of_a_row_without_one_changes_nothing(slack: Slack) -> None:
    put(slack, note(1, "ULEA"))
    (row,) = claim(slack)
    with slack.store.begin(WORKSPACE) as tx:
        delivery.forget_thread(tx, row)
        assert tx.outbox.is_mine(row)


def test_a_card_that_cannot_be_taken_away_now_is_taken_away_later(slack: Slack, facts: Facts) -> None:
    put(slack, head())
    deliver(slack)
    facts.told[1] = None
    put(slack, head())
    fail(slack, Failure.NOT_DONE, "ratelimited", 3.0)
    slack.deliver()
    assert len(slack.out.to("ULEA")) == 1
    deliver(slack)
    assert slack.out.to("ULEA") == []


def test_an_answer_nobody_can_get_is_set_aside_and_the_admins_hear_of_it(slack: Slack, company: Company) -> None:
    company.member("Ada", id="UADA", role="admin")
    put(slack, reply(1, "UGONE", None))
    fail(slack, Failure.OTHER_WAY, "user_disabled")
    deliver(slack)
    assert "A message could not be delivered to UGONE." in words(slack.out.to("UADA")[0])
    assert ("parked", "user_disabled") in rows(slack)


def test_a_channel_nobody_answers_for_is_named_to_the_admins(slack: Slack, company: Company) -> None:
    company.member("Ada", id="UADA", role="admin")
    put(slack, note(1, "CNONE"))
    slack.out.failures = [PostFailed(Failure.OTHER_WAY, "channel_not_found")]
    deliver(slack)
    assert "A message could not be delivered to <#CNONE>." in words(slack.out.to("UADA")[0])


def test_a_database_away_while_a_row_is_loaded_is_nobodys_fault(
    slack: Slack, facts: Facts, caplog: pytest.LogCaptureFixture
) -> None:
    facts.told[1] = StoreAway()
    put(slack, note(1, "ULEA"), note(2, "ULEA"))
    for _ in range(20):
        slack.deliver()
        slack.later(seconds=1)
    assert [state for state, _ in rows(slack)] == ["pending"] * 2
    facts.told[1] = "back"
    deliver(slack)
    assert texts(slack, "ULEA") == ["back (en)", "fact 2 (en)"], "in their order"


def test_a_fault_of_slack_does_not_count_as_one_of_ours(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    for _ in range(10):
        fail(slack, Failure.NOT_DONE, "ratelimited")
        slack.deliver()
        slack.later(minutes=2)
    facts.told[1] = LookupError("for a moment")
    slack.deliver()
    facts.told[1] = "back"
    slack.later(minutes=2)
    slack.deliver()
    assert texts(slack, "ULEA") == ["back (en)"]
