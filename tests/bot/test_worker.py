from dataclasses import replace

import pytest

from bot.domain.delivery import (
    FAULTS,
    ChannelFacts,
    Failure,
    Priority,
    Ref,
    Subject,
)
from bot.domain.identity import ChannelId
from bot.services import delivery
from bot.views import delivery as views
from tests.bot.probe import FAILED, Facts, card, claim, fail, note, put, reply, rows, show, texts
from tests.company import WORKSPACE, Company, channel
from tests.slack import Slack, words


def test_a_card_is_posted_once_and_edited_from_then_on(slack: Slack, facts: Facts) -> None:
    put(slack, card())
    slack.deliver()
    facts.told[1] = "accepted"
    put(slack, card())
    slack.deliver()

    (post,) = slack.out.to("CA")
    assert post["text"] == "accepted (en)"
    assert post["edited"]


def test_waiting_edits_show_the_newest_state_once(slack: Slack, facts: Facts) -> None:
    put(slack, card())
    slack.deliver()
    for state in ("a", "b", "c"):
        facts.told[1] = state
        put(slack, card())
    assert slack.deliver() == 1
    assert texts(slack) == ["c (en)"]


def test_a_card_that_a_person_deleted_is_posted_again_once(slack: Slack, facts: Facts) -> None:
    put(slack, card())
    slack.deliver()
    (old,) = slack.out.posts
    slack.out.posts.clear()
    slack.later(seconds=5)
    put(slack, card())
    fail(slack, Failure.CARD_GONE, "message_not_found")

    slack.deliver()

    (new,) = slack.out.to("CA")
    assert new["ts"] != old["ts"]
    slack.later(seconds=5)
    put(slack, card())
    slack.deliver()
    assert [post["ts"] for post in slack.out.to("CA")] == [new["ts"]]


def test_a_card_that_a_person_deleted_is_posted_again_by_whatever_row_finds_it_gone(slack: Slack, facts: Facts) -> None:
    put(slack, card())
    (first,) = claim(slack)
    # Nothing stands yet, so this one waits as a post.
    put(slack, card())
    slack.worker._hold(WORKSPACE, (first,), slack.now)
    slack.worker._deliver(WORKSPACE, first)
    slack.out.posts.clear()
    slack.later(seconds=5)
    fail(slack, Failure.CARD_GONE, "message_not_found")
    slack.deliver()
    slack.later(seconds=5)
    slack.deliver()

    assert texts(slack) == ["fact 1 (en)"]
    assert {state for state, _ in rows(slack)} == {"sent"}


def test_when_there_is_nothing_to_tell_any_more_the_card_goes(slack: Slack, facts: Facts) -> None:
    put(slack, card(), card(2, "CB"))
    slack.deliver()
    facts.told[1] = facts.told[3] = None

    put(slack, card(), note(3, "CC"))
    slack.deliver()
    assert (texts(slack), texts(slack, "CC"), len(texts(slack, "CB"))) == ([], [], 1)
    put(slack, card())
    slack.later(seconds=1)
    slack.deliver()
    assert {state for state, _ in rows(slack)} == {"sent"}


def test_a_card_to_be_taken_away_that_is_gone_already_is_done(slack: Slack, facts: Facts) -> None:
    put(slack, card())
    slack.deliver()
    facts.told[1] = None
    put(slack, card())
    fail(slack, Failure.CARD_GONE, "message_not_found")

    slack.deliver()

    assert set(rows(slack)) == {("sent", None), ("sent", "message_not_found")}


def test_an_edit_that_fails_shows_the_newer_state_too(slack: Slack, facts: Facts) -> None:
    put(slack, card())
    slack.deliver()
    put(slack, card())
    fail(slack, Failure.UNKNOWN, "http_500")
    facts.told[1] = "newer"
    (claimed,) = claim(slack)
    put(slack, card())
    slack.worker._courier.deliver(WORKSPACE, claimed, lambda: True)
    slack.later(seconds=3)
    slack.deliver()

    assert texts(slack) == ["newer (en)"]
    assert ("sent", "told by an earlier row") in rows(slack)


def test_a_note_stands_in_the_thread_of_its_card(slack: Slack, facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    for table, entry in ((delivery.LOADERS, facts.load), (views.VIEWS, show)):
        monkeypatch.setitem(table, "request.card", entry)
    about = Ref(Subject.REQUEST, 1)
    put(slack, replace(card(), topic="request.card"), replace(note(), thread_of=about))
    slack.deliver()
    slack.later(seconds=2)
    slack.deliver()

    posted, in_thread = slack.out.to("CA")
    assert in_thread["thread_ts"] == posted["ts"]


@pytest.mark.parametrize("failure", [Failure.NOT_DONE, Failure.UNKNOWN])
def test_a_failure_that_may_pass_is_tried_again_later_and_later(slack: Slack, facts: Facts, failure: Failure) -> None:
    put(slack, note())
    fail(slack, failure, times=3)
    for wait in (2, 4, 8):
        assert slack.deliver() == 1
        slack.later(seconds=wait - 0.1)
        assert slack.deliver() == 0
        slack.later(seconds=0.1)
    slack.deliver()
    assert texts(slack) == ["fact 1 (en)"]


def test_slacks_own_waiting_time_is_kept_by_the_whole_channel_and_by_no_other(slack: Slack, facts: Facts) -> None:
    put(slack, note(1), note(2), note(3, "CB"))
    fail(slack, Failure.NOT_DONE, FAILED, 90.0)

    slack.deliver()
    slack.later(seconds=89)
    assert slack.deliver() == 0
    assert (texts(slack), texts(slack, "CB")) == ([], ["fact 3 (en)"])
    slack.later(seconds=1)
    slack.deliver()
    slack.later(seconds=1)
    slack.deliver()
    assert texts(slack) == ["fact 1 (en)", "fact 2 (en)"]


def test_a_message_whose_form_slack_refuses_is_told_in_plain_text_at_once_and_the_admins_hear_of_it_once(
    slack: Slack, facts: Facts, company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    company.member("Ada", id="UADA", role="admin")
    put(slack, note(1, "ULEA"), note(2, "UBEN"))
    fail(slack, Failure.OUR_BUG, "invalid_blocks")
    slack.deliver()
    fail(slack, Failure.OUR_BUG, "invalid_blocks")
    put(slack, note(3, "UANA"))
    slack.deliver()

    assert [(post["text"], post["blocks"]) for post in slack.out.to("ULEA")] == [("fact 1 (en)", [])]
    assert slack.out.to("UBEN")[0]["blocks"]
    assert ("sent", "told in plain text: invalid_blocks") in rows(slack)
    assert "is told in plain text: Slack refused its form (invalid_blocks)" in caplog.text
    assert len(slack.out.to("UADA")) == 1


def test_a_message_slack_refuses_in_every_form_is_set_aside_visibly_and_the_next_goes_on(
    slack: Slack, facts: Facts, company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    company.member("Ada", id="UADA", role="admin")
    put(slack, note(1, "ULEA"), note(2, "ULEA"))
    fail(slack, Failure.OUR_BUG, "invalid_blocks", times=2)

    slack.deliver()
    assert ("parked", "invalid_blocks") in rows(slack)
    assert "cannot be delivered: invalid_blocks" in caplog.text
    assert texts(slack, "ULEA") == ["fact 2 (en)"]
    (told,) = slack.out.to("UADA")
    assert "invalid_blocks" in words(told)
    assert "fact 1" not in words(told)


def test_a_poisoned_row_is_set_aside_after_some_tries_and_blocks_no_other_place(
    slack: Slack, facts: Facts, caplog: pytest.LogCaptureFixture
) -> None:
    facts.told[7] = LookupError("geheimer Rabatt")
    put(slack, *(note(number, f"C{number}") for number in range(20)))

    slack.deliver()
    assert len(slack.out.posts) == 19
    for _ in range(FAULTS):
        slack.later(minutes=5)
        slack.deliver()

    parked = [cause for state, cause in rows(slack) if state == "parked"]
    assert parked == ["our fault: LookupError"]
    assert "geheimer Rabatt" not in caplog.text
    assert "LookupError" in caplog.text


def test_a_database_away_for_a_moment_loses_no_row(slack: Slack, facts: Facts) -> None:
    facts.told[1] = OSError("gone")
    put(slack, note())
    slack.deliver()
    facts.told[1] = "back"
    slack.later(seconds=5)
    slack.deliver()
    assert texts(slack) == ["back (en)"]


def test_a_member_who_cannot_be_reached_leaves_a_visible_row(
    slack: Slack, facts: Facts, caplog: pytest.LogCaptureFixture
) -> None:
    put(slack, note(1, "UGONE"))
    fail(slack, Failure.OTHER_WAY, "user_disabled")

    slack.deliver()

    assert rows(slack) == [("parked", "user_disabled")]
    assert "user_disabled" in caplog.text


def test_a_reply_goes_to_its_address_and_then_by_dm(slack: Slack, facts: Facts) -> None:
    put(slack, reply())
    slack.deliver()
    assert [(said["url"], said["text"]) for said in slack.out.replies] == [
        ("https://hooks.slack.test/1", "fact 1 (en)")
    ]

    put(slack, reply(2))
    fail(slack, Failure.EXPIRED, "used_url")
    slack.deliver()
    assert texts(slack, "ULEA") == ["fact 2 (en)"]


def test_an_old_reply_goes_by_dm_at_once(slack: Slack, facts: Facts) -> None:
    put(slack, reply(1), reply(2, "UBEN", None))
    slack.later(minutes=25)
    slack.deliver()
    assert slack.out.replies == []
    assert texts(slack, "ULEA") == ["fact 1 (en)"]
    assert texts(slack, "UBEN") == ["fact 2 (en)"]


def test_a_reply_within_its_time_is_tried_at_its_address_again(slack: Slack, facts: Facts) -> None:
    put(slack, reply())
    fail(slack, Failure.UNKNOWN, "http_500")
    slack.deliver()
    slack.later(seconds=3)
    slack.deliver()
    assert len(slack.out.replies) == 1


def test_a_place_gets_one_post_a_second_and_edits_at_any_time(slack: Slack, facts: Facts) -> None:
    put(slack, card(1), note(2), note(3), note(4, "CB"))
    slack.deliver()
    assert (len(slack.out.to("CA")), len(slack.out.to("CB"))) == (1, 1)
    put(slack, card(1))
    slack.deliver()
    assert slack.out.to("CA")[0]["edited"]
    slack.later(seconds=0.99)
    slack.deliver()
    assert len(slack.out.to("CA")) == 1
    for expected in (2, 3):
        slack.later(seconds=1)
        slack.deliver()
        assert len(slack.out.to("CA")) == expected
    assert texts(slack)[1:] == ["fact 2 (en)", "fact 3 (en)"]


def test_waiting_for_the_pace_does_not_count_as_trying(slack: Slack, facts: Facts) -> None:
    put(slack, *(note(number) for number in range(5)))
    for _ in range(4):
        slack.deliver()
        slack.later(seconds=1)
    fail(slack, Failure.NOT_DONE)
    slack.deliver()
    slack.later(seconds=2)
    slack.deliver()
    assert len(texts(slack)) == 5, "the fifth waited two seconds after its first failure, not minutes"


def test_escalations_go_before_requests_before_digests(slack: Slack, facts: Facts) -> None:
    for number, priority in enumerate([Priority.DIGEST, Priority.REQUEST, Priority.ESCALATION]):
        put(slack, note(number, "CA", priority), note(number, f"C{number}", priority))
    for _ in range(3):
        slack.deliver()
        slack.later(seconds=1)
    assert texts(slack) == ["fact 2 (en)", "fact 1 (en)", "fact 0 (en)"]
    assert [post["place"] for post in slack.out.posts if post["place"] != "CA"] == ["C2", "C1", "C0"]


def test_everybody_reads_their_own_language(slack: Slack, facts: Facts, company: Company) -> None:
    company.member("Lea", id="ULEA", locale="de-CH")
    company.member("Ben", id="UBEN", language="en", locale="de-CH")
    coordinator = company.member("Ana")
    company.department("Production", coordinator, "CPROD", language="de")
    company.account("Helvetia", channel_id="CHPU", language="de")
    company.account("Albion", channel_id="CALB")
    places = ("ULEA", "UBEN", "UNOBODY", "CPROD", "CHPU", "CALB", "CNONE")
    put(slack, *(note(1, place) for place in places), reply(2, "ULEA"))

    slack.deliver()

    read = {place: texts(slack, place)[0][-3:-1] for place in places}
    assert read == {
        "ULEA": "de",
        "UBEN": "en",
        "UNOBODY": "en",
        "CPROD": "de",
        "CHPU": "de",
        "CALB": "en",
        "CNONE": "en",
    }
    assert slack.out.replies[0]["text"] == "fact 2 (de)"


CLOSED = {
    "external": ChannelFacts(channel("x"), "x", is_external=True, is_member=True),
    "archived": ChannelFacts(channel("x"), "x", is_archived=True, is_member=True),
    "private": ChannelFacts(channel("x"), None, is_private=True),
}


def closed(slack: Slack, place: str, kind: str) -> None:
    slack.out.channels[place] = replace(CLOSED[kind], id=ChannelId(place), checked_at=slack.now)


@pytest.mark.parametrize("kind", CLOSED)
def test_what_cannot_go_to_a_departments_channel_goes_to_coordinator_and_head_with_one_request_to_let_us_in(
    slack: Slack, facts: Facts, company: Company, kind: str
) -> None:
    ana, hugo = company.member("Ana"), company.member("Hugo", locale="de-DE")
    company.department("Production", ana, "CPROD", head=hugo)
    closed(slack, "CPROD", kind)

    put(slack, note(1, "CPROD"), card(2, "CPROD"))
    for _ in range(4):
        slack.deliver()
        slack.later(seconds=2)
    put(slack, note(3, "CPROD"))
    for _ in range(3):
        slack.deliver()
        slack.later(seconds=2)

    assert slack.out.to("CPROD") == []
    for person, language in ((ana, "en"), (hugo, "de")):
        told = texts(slack, person.id)
        assert sorted(text for text in told if text.startswith("fact")) == [
            f"fact {number} ({language})" for number in (1, 2, 3)
        ]
        assert len(told) == 4, "one invitation"
    assert "CPROD" in words(slack.out.to(ana)[-1]) or any("Production" in words(post) for post in slack.out.to(ana))
    causes = [cause for _, cause in rows(slack) if cause]
    assert len(causes) == 3
    assert all(cause.endswith("sent another way") for cause in causes)
    assert {state for state, _ in rows(slack)} == {"sent"}, "nobody has to look after it"


def test_somebody_who_is_coordinator_and_head_hears_once(slack: Slack, facts: Facts, company: Company) -> None:
    ana = company.member("Ana")
    company.department("Production", ana, "CPROD", head=ana)
    closed(slack, "CPROD", "archived")
    put(slack, note(1, "CPROD"))
    for _ in range(3):
        slack.deliver()
        slack.later(seconds=2)
    assert texts(slack, ana.id).count("fact 1 (en)") == 1


def test_what_cannot_go_to_an_accounts_channel_goes_to_the_kam_else_the_leads_else_the_admins(
    slack: Slack, facts: Facts, company: Company
) -> None:
    kam, left = company.member("Kam"), company.member("Left", standing="deactivated")
    owner = company.member("Olga", is_owner=True)
    company.account("Helvetia", channel_id="CHPU", kam=kam)
    company.account("Albion", channel_id="CALB", kam=left)
    for place in ("CHPU", "CALB"):
        closed(slack, place, "private")
        put(slack, note(1, place))
    slack.deliver()
    assert texts(slack, kam.id)[0] == "fact 1 (en)"
    assert texts(slack, owner.id)[0] == "fact 1 (en)"
    lead = company.member("Lena", role="kam_lead")
    slack.later(seconds=2)
    put(slack, note(2, "CALB"))
    slack.deliver()
    assert texts(slack, lead.id)[0] == "fact 2 (en)"
    assert texts(slack, left.id) == []


def test_a_department_whose_people_left_is_answered_for_by_the_admins(
    slack: Slack, facts: Facts, company: Company
) -> None:
    left = company.member("Left", standing="deactivated")
    admin = company.member("Ada", role="admin")
    company.department("Production", left, "CPROD")
    closed(slack, "CPROD", "archived")
    put(slack, note(1, "CPROD"))
    slack.deliver()
    assert texts(slack, admin.id)[0] == "fact 1 (en)"


def test_a_closed_channel_nobody_answers_for_leaves_a_visible_row(slack: Slack, facts: Facts) -> None:
    closed(slack, "CNONE", "archived")
    put(slack, note(1, "CNONE"))
    slack.deliver()
    assert rows(slack) == [("parked", "not_in_channel")]


def test_a_channel_that_closes_between_looking_and_posting_is_rerouted_too(
    slack: Slack, facts: Facts, company: Company
) -> None:
    ana = company.member("Ana")
    company.department("Production", ana, "CPROD")
    put(slack, note(1, "CPROD"))
    slack.deliver()
    slack.later(seconds=2)
    put(slack, note(2, "CPROD"))
    fail(slack, Failure.OTHER_WAY, "is_archived")
    slack.deliver()
    assert texts(slack, ana.id)[0] == "fact 2 (en)"


def test_facts_about_a_channel_are_read_once_in_a_while_and_again_when_it_was_closed(
    slack: Slack, facts: Facts, company: Company
) -> None:
    ana = company.member("Ana")
    company.department("Production", ana, "CPROD")
    put(slack, note(1, "CPROD"))
    slack.deliver()
    closed(slack, "CPROD", "external")
    slack.later(hours=5)
    put(slack, note(2, "CPROD"))
    slack.deliver()
    assert texts(slack, "CPROD") == ["fact 1 (en)", "fact 2 (en)"], (
        "an event tells of changes, so facts are good for hours"
    )

    slack.event({"type": "channel_shared", "channel": "CPROD"})
    slack.later(seconds=2)
    put(slack, note(3, "CPROD"))
    slack.deliver()
    assert len(slack.out.to("CPROD")) == 2

    del slack.out.channels["CPROD"]
    slack.later(seconds=2)
    put(slack, note(4, "CPROD"))
    slack.deliver()
    assert texts(slack, "CPROD")[-1] == "fact 4 (en)", "an invitation helps at once"


def test_a_channel_that_cannot_be_read_keeps_its_rows(slack: Slack, facts: Facts) -> None:
    put(slack, note())
    fail(slack, Failure.UNKNOWN, "http_500")
    slack.deliver()
    slack.later(seconds=3)
    slack.deliver()
    assert texts(slack) == ["fact 1 (en)"]
