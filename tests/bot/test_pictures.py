"""A picture is handed out once, whatever is lost on the way."""

from datetime import timedelta

import pytest

from bot.domain.delivery import SHARING, Failure, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.identity import MemberId
from bot.i18n import Translator, Typed, joined
from bot.ports import PostFailed
from bot.services import delivery
from bot.views import blocks
from bot.views import delivery as views
from tests.bot.probe import Facts, fail, put, rows
from tests.company import WORKSPACE, Company
from tests.slack import Slack

LOST = PostFailed(Failure.UNKNOWN, "TimeoutError", is_silence=True)


def show(told: str, _t: Translator) -> blocks.Picture:
    words = joined([Typed(told)])
    return blocks.Picture(b"png of " + told.encode(), words, words, blocks.only(joined([Typed("in words")])))


@pytest.fixture(autouse=True)
def _topic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(delivery.LOADERS, "probe.picture", Facts().load)
    monkeypatch.setitem(views.VIEWS, "probe.picture", show)


@pytest.fixture(autouse=True)
def lea(company: Company) -> None:
    company.member("Lea Brunner", id="ULEA")


def picture(url: str | None = None) -> Outgoing:
    to = ReplyTo(MemberId("ULEA"), url)
    return Outgoing(Form.REPLY, "probe.picture", Ref(Subject.REQUEST, 1), Priority.REPLY, reply_to=to)


def files(slack: Slack) -> list[bytes]:
    return [post["file"] for post in slack.out.to("ULEA") if "file" in post]


def again(slack: Slack, after: timedelta = timedelta(seconds=70)) -> None:
    slack.later(seconds=after.total_seconds())
    slack.deliver()


def test_a_picture_is_shared_in_the_direct_messages_of_its_reader(slack: Slack) -> None:
    put(slack, picture())
    slack.deliver()

    assert files(slack) == [b"png of fact 1"]
    assert slack.out.looks == []
    assert rows(slack) == [("sent", None)]


def test_a_share_whose_answer_was_lost_is_looked_for_after_slack_had_time_and_not_repeated(slack: Slack) -> None:
    put(slack, picture())
    slack.out.lost_answers.append(LOST)
    slack.deliver()
    again(slack, SHARING / 2)
    assert slack.out.looks == []

    again(slack)

    assert slack.out.looks == ["ULEA"]
    assert files(slack) == [b"png of fact 1"]
    assert rows(slack)[0][0] == "sent"


def test_a_share_that_did_not_happen_is_made_once(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    put(slack, picture())
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(slack.out, "share", _silent)
        slack.deliver()
    again(slack)
    again(slack)

    assert files(slack) == [b"png of fact 1"]
    assert slack.out.looks == ["ULEA"]


def test_an_upload_whose_answer_was_lost_is_repeated_without_a_look_as_nobody_saw_it(slack: Slack) -> None:
    put(slack, picture())
    slack.out.failures.append(LOST)
    slack.deliver()
    again(slack)

    assert slack.out.looks == []
    assert files(slack) == [b"png of fact 1"]


def test_a_process_that_died_while_sharing_leaves_one_picture(slack: Slack) -> None:
    put(slack, picture())
    with slack.store.begin(WORKSPACE) as tx:
        (row,) = tx.outbox.claim(slack.now, slack.worker._limits, 1, 1).rows
    slack.out.share(MemberId("ULEA"), slack.out.stage(b"png of fact 1", f"{row.key}.png"), "t", "c")
    again(slack, timedelta(minutes=10))
    again(slack)

    assert files(slack) == [b"png of fact 1"]
    assert rows(slack)[0][0] == "sent"


def test_where_nobody_can_look_a_picture_in_doubt_is_set_aside_and_not_repeated(slack: Slack) -> None:
    put(slack, picture())
    slack.out.lost_answers.append(LOST)
    slack.out.unreadable = "missing_scope"
    slack.deliver()
    again(slack)

    assert rows(slack)[0] == ("parked", "in doubt: missing_scope")
    assert len(files(slack)) == 1


def test_a_worker_whose_lease_is_lost_shares_nothing(slack: Slack) -> None:
    put(slack, picture())
    with slack.store.begin(WORKSPACE) as tx:
        (row,) = tx.outbox.claim(slack.now, slack.worker._limits, 1, 1).rows
    slack.worker._courier.deliver(WORKSPACE, row, lambda: False)

    assert files(slack) == []
    assert len(slack.out.files) == 1


def test_a_file_that_slack_refuses_is_told_in_words(slack: Slack, company: Company) -> None:
    company.member("Ada Admin", id="UADA", role="admin")
    put(slack, picture())
    fail(slack, Failure.OUR_BUG, "file_upload_size_restricted")
    slack.deliver()

    (told,) = slack.out.to("ULEA")
    assert told["text"] == "in words"
    assert ("sent", "told in plain text: file_upload_size_restricted") in rows(slack)


def test_somebody_who_cannot_be_reached_leaves_a_visible_row_and_nobody_else_gets_the_picture(slack: Slack) -> None:
    put(slack, picture())
    fail(slack, Failure.OTHER_WAY, "user_disabled")
    slack.deliver()
    again(slack)

    assert rows(slack)[0] == ("parked", "user_disabled")
    assert slack.out.posts == []


def test_a_picture_never_goes_to_a_channel_or_an_answers_address(slack: Slack) -> None:
    put(slack, picture("https://hooks.slack.test/1"))
    for _ in range(6):
        slack.deliver()
        slack.later(minutes=2)

    assert slack.out.posts == []
    assert slack.out.replies == []
    assert rows(slack)[0][0] == "parked"


def _silent(*_arguments: object) -> None:
    raise LOST
