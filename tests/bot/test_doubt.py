from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.delivery import LOOK_FOR, Failure, Outgoing, Priority, ReplyTo
from bot.domain.identity import MemberId
from bot.ports import PostFailed
from bot.worker import Worker
from storage.tables import OutboxRow
from tests.bot.probe import Facts, card, claim, fail, note, put, reply, rows, texts
from tests.company import WORKSPACE, Company
from tests.slack import Slack, words

LOST = PostFailed(Failure.UNKNOWN, "TimeoutError", is_silence=True)
MARK = "Possibly a repeat: Slack did not say whether this arrived before."


def lose(slack: Slack, times: int = 1) -> None:
    """Let Slack take posts whose answers are lost."""
    slack.out.lost_answers += [LOST] * times


def again(slack: Slack) -> int:
    slack.later(seconds=70)
    return slack.deliver()


def urgent(about: int = 1, place: str = "ULEA") -> Outgoing:
    return note(about, place, Priority.ESCALATION)


def test_a_message_whose_answer_was_lost_is_found_and_not_posted_again(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    lose(slack)
    slack.deliver()
    again(slack)

    assert texts(slack, "ULEA") == ["fact 1 (en)"]
    assert slack.out.looks == ["ULEA"]
    assert rows(slack)[0][0] == "sent"


def test_a_message_that_did_not_arrive_is_posted_once(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    fail(slack, Failure.UNKNOWN, "http_503")
    slack.deliver()
    again(slack)

    assert texts(slack, "ULEA") == ["fact 1 (en)"]
    assert MARK not in words(slack.out.to("ULEA")[0])
    assert slack.out.looks == ["ULEA"]


def test_a_message_that_surely_was_not_posted_is_not_looked_for(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    fail(slack, Failure.NOT_DONE, "ratelimited", 3.0)
    slack.deliver()
    again(slack)

    assert slack.out.looks == []
    assert texts(slack, "ULEA") == ["fact 1 (en)"]


def test_a_card_whose_answer_was_lost_is_found_and_shows_the_newest_state(slack: Slack, facts: Facts) -> None:
    put(slack, card(1, "ULEA"))
    lose(slack)
    slack.deliver()
    facts.told[1] = "accepted"
    put(slack, card(1, "ULEA"))
    again(slack)

    assert texts(slack, "ULEA") == ["accepted (en)"]
    facts.told[1] = "delivered"
    put(slack, card(1, "ULEA"))
    again(slack)
    assert texts(slack, "ULEA") == ["delivered (en)"], "its place is known"


def test_a_card_whose_answer_was_lost_is_taken_away_when_there_is_nothing_to_tell_any_more(
    slack: Slack, facts: Facts
) -> None:
    put(slack, card(1, "ULEA"))
    lose(slack)
    slack.deliver()
    facts.told[1] = None
    again(slack)

    assert texts(slack, "ULEA") == []
    assert rows(slack)[0][0] == "sent"


def test_a_post_in_a_thread_is_looked_for_in_its_thread(
    slack: Slack, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.services import delivery
    from bot.views import delivery as views
    from tests.bot.probe import show

    for table, entry in ((delivery.LOADERS, facts.load), (views.VIEWS, show)):
        monkeypatch.setitem(table, "request.card", entry)
    first = replace(card(1, "ULEA"), topic="request.card")
    put(slack, first)
    slack.deliver()
    slack.later(seconds=1)
    put(slack, replace(note(2, "ULEA"), thread_of=first.about))
    lose(slack)
    slack.deliver()
    again(slack)

    assert texts(slack, "ULEA") == ["fact 1 (en)", "fact 2 (en)"]


def test_what_a_dead_worker_had_under_way_is_looked_for_before_it_is_posted(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"), note(2, "UBEN"))
    dead = claim(slack, 2)
    slack.out.post("ULEA", {"text": "fact 1 (en)", "blocks": []}, dead[0].key)
    slack.later(seconds=5.9)
    assert slack.deliver() == 0
    slack.later(seconds=0.1)
    assert slack.deliver() == 2

    assert (texts(slack, "ULEA"), texts(slack, "UBEN")) == (["fact 1 (en)"], ["fact 2 (en)"])
    assert sorted(slack.out.looks) == ["UBEN", "ULEA"]


def test_an_edit_is_simply_made_again(slack: Slack, facts: Facts) -> None:
    put(slack, card(1, "ULEA"))
    slack.deliver()
    put(slack, card(1, "ULEA"))
    fail(slack, Failure.UNKNOWN, "http_503")
    slack.deliver()
    again(slack)

    assert slack.out.looks == []
    assert slack.out.to("ULEA")[0]["edited"]


def test_when_looking_fails_the_message_stays_in_doubt(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    lose(slack)
    slack.deliver()
    for failure in (Failure.UNKNOWN, Failure.NOT_DONE):
        fail(slack, failure, "http_503")
        again(slack)
        assert len(texts(slack, "ULEA")) == 1
    again(slack)
    assert texts(slack, "ULEA") == ["fact 1 (en)"]
    assert len(slack.out.looks) == 3


def test_an_escalation_is_posted_again_visibly_marked_where_nobody_can_look(
    slack: Slack, facts: Facts, company: Company
) -> None:
    company.member("Lea", id="ULEA", locale="de-DE")
    company.member("Ben", id="UBEN")
    put(slack, urgent(1), urgent(2, "UBEN"))
    lose(slack, 2)
    slack.deliver()
    slack.out.unreadable = "missing_scope"
    again(slack)

    (_, repeated), (_, in_english) = slack.out.to("ULEA"), slack.out.to("UBEN")
    assert "Möglicherweise doppelt: Slack hat nicht bestätigt, ob das schon angekommen ist." in words(repeated)
    assert MARK in words(in_english)
    assert repeated["text"] == "fact 1 (de)"


def test_an_escalation_is_repeated_at_most_once_and_then_set_aside(
    slack: Slack, facts: Facts, company: Company
) -> None:
    company.member("Ada", id="UADA", role="admin")
    put(slack, urgent())
    lose(slack, 2)
    slack.deliver()
    slack.out.unreadable = "missing_scope"
    again(slack)
    again(slack)
    again(slack)

    assert len(slack.out.to("ULEA")) == 2
    assert ("parked", "in doubt: missing_scope") in rows(slack)
    assert len(slack.out.to("UADA")) == 1


@pytest.mark.parametrize("failure", [Failure.NOT_DONE, Failure.PARK])
def test_a_repeat_that_surely_was_not_posted_may_be_tried_again(slack: Slack, facts: Facts, failure: Failure) -> None:
    put(slack, urgent())
    lose(slack)
    slack.deliver()
    slack.out.unreadable = "missing_scope"
    fail(slack, failure, "x", 1.0)
    again(slack)
    slack.out.unreadable = "missing_scope"
    again(slack)

    assert len(slack.out.to("ULEA")) == 2


def test_anything_else_is_set_aside_in_doubt_where_nobody_can_look_and_the_admins_hear_of_it(
    slack: Slack, facts: Facts, company: Company
) -> None:
    company.member("Ada", id="UADA", role="admin")
    put(slack, note(1, "ULEA"), note(2, "ULEA"))
    lose(slack)
    slack.deliver()
    slack.out.unreadable = "missing_scope"
    again(slack)

    assert texts(slack, "ULEA") == ["fact 1 (en)", "fact 2 (en)"], "the next goes on"
    assert ("parked", "in doubt: missing_scope") in rows(slack)
    assert "in doubt: missing_scope" in words(slack.out.to("UADA")[0])
    with slack.store.read(WORKSPACE) as tx:
        assert [row.in_doubt for row in tx.outbox.list()] == [True]


def test_what_was_set_aside_in_doubt_is_repeated_marked_when_an_operator_says_so(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    lose(slack)
    slack.deliver()
    slack.out.unreadable = "missing_scope"
    again(slack)
    with slack.store.begin(WORKSPACE) as tx:
        (parked,) = tx.outbox.list()
        assert tx.outbox.retry_now(parked.id, slack.now)
    slack.deliver()

    assert [MARK in words(post) for post in slack.out.to("ULEA")] == [False, True]
    assert rows(slack)[0][0] == "sent"


def test_a_channel_that_is_slow_to_read_is_waited_for_and_after_a_while_counts_as_closed(
    slack: Slack, facts: Facts
) -> None:
    put(slack, urgent())
    lose(slack)
    slack.deliver()
    tries = 0
    while len(slack.out.to("ULEA")) == 1 and tries < 20:
        fail(slack, Failure.NOT_DONE, "ratelimited", 60.0)
        slack.out.failures = slack.out.failures[:1]
        tries += again(slack)

    assert timedelta(seconds=70) * tries > LOOK_FOR
    assert timedelta(seconds=70) * (tries - 1) <= LOOK_FOR
    assert MARK in words(slack.out.to("ULEA")[1])


@pytest.mark.parametrize("replace_original", [False, True])
def test_an_answer_in_doubt_is_given_again_marked_unless_it_replaces_itself(
    slack: Slack, facts: Facts, replace_original: bool
) -> None:
    to = ReplyTo(MemberId("ULEA"), "https://hooks.slack.test/1", replace=replace_original)
    put(slack, replace(reply(), reply_to=to))
    fail(slack, Failure.UNKNOWN, "TimeoutError")
    slack.deliver()
    again(slack)

    (said,) = slack.out.replies
    assert (MARK in words(said)) is not replace_original


def test_nothing_is_posted_by_a_worker_whose_lease_ended_meanwhile(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    (row,) = claim(slack)
    slack.worker._hold(WORKSPACE, (row,), slack.now)
    slack.later(seconds=6)
    slack.worker._deliver(WORKSPACE, row)

    assert slack.out.posts == []
    slack.deliver()
    assert texts(slack, "ULEA") == ["fact 1 (en)"]


def test_a_renewed_lease_is_not_taken_over_however_long_slack_hangs(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    (row,) = claim(slack)
    slack.worker._hold(WORKSPACE, (row,), slack.now)
    other = Worker(slack.store, slack.out, lambda: slack.now, "en")
    for _ in range(6):
        slack.later(seconds=2)
        slack.worker.renew()
        assert other.run_once() == 0
    slack.worker._deliver(WORKSPACE, row)

    assert texts(slack, "ULEA") == ["fact 1 (en)"]
    assert slack.out.looks == []


def test_a_worker_that_slept_does_not_post_what_another_took_over_however_it_renews(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    (row,) = claim(slack)
    slack.worker._hold(WORKSPACE, (row,), slack.now)
    slack.later(seconds=7)
    Worker(slack.store, slack.out, lambda: slack.now, "en").run_once()
    slack.worker.renew()
    slack.worker._deliver(WORKSPACE, row)

    assert texts(slack, "ULEA") == ["fact 1 (en)"]


def test_a_worker_that_lost_a_row_changes_nothing_about_it(slack: Slack, facts: Facts, company: Company) -> None:
    company.member("Ada", id="UADA", role="admin")
    put(slack, note(1, "ULEA"))
    (row,) = claim(slack)
    slack.later(seconds=7)
    slack.deliver()
    for failure in Failure:
        fail(slack, failure, "late")
        slack.worker._courier.deliver(WORKSPACE, row, lambda: True)
        slack.out.failures.clear()
    slack.worker._courier.deliver(WORKSPACE, row, lambda: False)
    slack.deliver()

    assert rows(slack) == [("sent", None)]
    with slack.store.read(WORKSPACE) as tx:
        assert not tx.outbox.gate().is_shut


def test_a_worker_that_ends_gives_back_what_it_has_not_begun(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    (row,) = claim(slack)
    stopped = Worker(slack.store, slack.out, lambda: slack.now, "en")
    stopped.stop()
    stopped._hold(WORKSPACE, (row,), slack.now)
    stopped._deliver(WORKSPACE, row)

    assert slack.out.posts == []
    assert slack.deliver() == 1, "at once, not when the lease ends"
    assert slack.out.looks == []


def test_a_clock_set_back_by_days_frees_what_was_under_way(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    claim(slack)
    slack.later(days=-3)
    slack.deliver()
    assert texts(slack, "ULEA") == ["fact 1 (en)"]


def test_rows_that_wait_since_a_clock_was_set_back_do_not_wait_for_days(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    fail(slack, Failure.NOT_DONE, "ratelimited", 5.0)
    slack.deliver()
    with slack.store.engine.begin() as connection:
        connection.execute(update(OutboxRow).values(due_at=slack.now + timedelta(days=3)))
    slack.later(seconds=5)
    slack.deliver()
    assert texts(slack, "ULEA") == ["fact 1 (en)"]
