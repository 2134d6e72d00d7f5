import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.delivery import Claimed, Form, Outgoing, Posted, Priority, Ref, ReplyTo, Subject, Way
from bot.domain.identity import ChannelId, EntryId, MemberId
from bot.domain.pace import Limits
from storage.store import SqlStore
from storage.tables import OutboxRow
from tests.company import ELSEWHERE, NOW, WORKSPACE, Company
from tests.storage.outbox_acts import MINUTE, PLENTY, POSTED, SECOND, card, claim, note, put, sent, states

LEASE = 6 * SECOND


@pytest.fixture(autouse=True)
def _workspace(company: Company) -> None:
    """Every row belongs to a workspace."""


def test_a_row_comes_back_as_it_was_put(store: SqlStore) -> None:
    full = Outgoing(
        Form.NOTE,
        "t.note",
        Ref(Subject.ESCALATION, 5),
        Priority.ESCALATION,
        to_member=MemberId("U1"),
        entry_id=EntryId(9),
        detail=3,
        thread_of=Ref(Subject.REQUEST, 2),
    )
    answer = Outgoing(
        Form.REPLY,
        "t.reply",
        Ref(Subject.INTERACTION, 6),
        Priority.REPLY,
        reply_to=ReplyTo(MemberId("U2"), "https://hooks.slack.test/1", replace=True),
    )
    put(store, full, answer)

    first, second = claim(store)

    assert (first.outgoing, first.place, first.attempts, first.created_at) == (answer, "U2", 1, NOW)
    assert (second.outgoing, second.place) == (full, "U1")
    assert first.key != second.key


def test_a_row_for_nobody_is_a_fault(store: SqlStore) -> None:
    with pytest.raises(ValueError, match=r"t\.x"):
        put(store, Outgoing(Form.NOTE, "t.x", Ref(Subject.REQUEST, 1), Priority.REPLY))


def test_at_most_one_row_per_place_is_claimed_and_the_rest_waits_for_it(store: SqlStore) -> None:
    put(store, *(note("CA", number) for number in range(1, 6)), note("CB", 9))

    first = claim(store)
    assert [(row.place, row.outgoing.about.id) for row in first] == [("CA", 1), ("CB", 9)]
    assert claim(store) == ()
    sent(store, *first)
    assert [row.outgoing.about.id for row in claim(store)] == [2]


def test_rows_of_one_transaction_keep_their_order(store: SqlStore) -> None:
    numbers = list(range(1, 30))
    put(store, *(note("CA", number) for number in numbers))

    told: list[int] = []
    while len(told) < len(numbers):
        (row,) = claim(store, len(told) * SECOND)
        sent(store, row, posted=POSTED, after=len(told) * SECOND)
        told.append(row.outgoing.about.id)
    assert told == numbers


def test_a_full_channel_does_not_hold_up_another(store: SqlStore) -> None:
    put(store, *(note("CFULL", number) for number in range(60)))
    put(store, note("CLATE", 1000, Priority.DIGEST), after=SECOND)

    assert {row.place for row in claim(store, SECOND, most=2)} == {"CFULL", "CLATE"}


def test_urgent_rows_go_first_across_and_within_places(store: SqlStore) -> None:
    put(store, *(note(f"C{number}", number, Priority.DIGEST) for number in range(20)))
    put(store, note("CREQ", 100, Priority.REQUEST), after=SECOND)
    put(store, note("CESC", 101, Priority.ESCALATION), after=2 * SECOND)
    put(store, note("C3", 102, Priority.ESCALATION), after=3 * SECOND)

    told = [row.outgoing.about.id for row in claim(store, 4 * SECOND, most=3)]
    assert told == [101, 102, 100]


def test_a_note_waits_for_an_earlier_one_that_must_be_tried_again(store: SqlStore) -> None:
    put(store, note("CA", 1), note("CA", 2), note("CB", 3))
    failed, other = claim(store)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.retry(failed, NOW, 30 * SECOND, "ratelimited")
    sent(store, other)

    assert claim(store, 29 * SECOND) == ()
    (again,) = claim(store, 30 * SECOND)
    assert (again.outgoing.about.id, again.attempts) == (1, 2)


def test_an_edit_of_a_card_and_an_answer_do_not_wait_for_notes(store: SqlStore) -> None:
    to = ReplyTo(MemberId("UA"), "https://hooks.slack.test/1")
    reply = Outgoing(Form.REPLY, "t.reply", Ref(Subject.REQUEST, 4), Priority.REPLY, reply_to=to)
    put(store, card("CA", 2))
    sent(store, *claim(store), posted=POSTED)
    put(store, note("CA", 1), note("UA", 5), after=SECOND)
    for row in claim(store, SECOND):
        with store.begin(WORKSPACE) as tx:
            tx.outbox.retry(row, NOW, 30 * SECOND, "ratelimited", asked=True)
    put(store, card("CA", 2), reply, after=SECOND)

    assert {row.way for row in claim(store, SECOND)} == {Way.EDIT, Way.REPLY}


def test_a_row_that_was_not_tried_costs_no_attempt(store: SqlStore) -> None:
    put(store, note())
    for _ in range(5):
        (row,) = claim(store)
        assert row.attempts == 1
        with store.begin(WORKSPACE) as tx:
            tx.outbox.release(row, NOW)


def test_a_lease_that_ends_is_taken_over_and_the_old_holder_changes_nothing(store: SqlStore) -> None:
    put(store, card())
    (old,) = claim(store)
    assert claim(store, LEASE - SECOND) == ()
    (new,) = claim(store, LEASE)
    assert (new.id, new.key, new.attempts) == (old.id, old.key, 2)

    with store.begin(WORKSPACE) as tx:
        assert not tx.outbox.is_mine(old)
        tx.outbox.sent(old, Posted(ChannelId("CA"), "1.old"), NOW)
        tx.outbox.retry(old, NOW, SECOND, "late")
        tx.outbox.park(old, "late")
        tx.outbox.as_post(old, NOW)
        tx.outbox.release(old, NOW)
        assert not tx.outbox.repeat(old, 9)
        assert tx.outbox.renew([old.lease], NOW + MINUTE) == frozenset()
        assert tx.outbox.card("t.card", Ref(Subject.REQUEST, 1), "CA") is None
    assert states(store) == ["sending"]

    sent(store, new, posted=Posted(ChannelId("CA"), "1.new"))
    with store.read(WORKSPACE) as tx:
        assert tx.outbox.card("t.card", Ref(Subject.REQUEST, 1), "CA") == Posted(ChannelId("CA"), "1.new")
    assert states(store) == ["sent"]


def test_waiting_edits_of_a_card_collapse_into_one(store: SqlStore) -> None:
    put(store, card(), card())
    put(store, card(), card("CB"), card("CA", 2), after=SECOND)
    assert states(store) == ["pending"] * 3

    (under_way, *_) = claim(store, SECOND, most=1)
    put(store, card(under_way.place, under_way.outgoing.about.id), after=2 * SECOND)
    assert states(store).count("pending") == 3, "an edit that comes while one is under way is kept"
    with store.begin(WORKSPACE) as tx:
        tx.outbox.retry(under_way, NOW, SECOND, "http_500", in_doubt=True)
    assert states(store).count("pending") == 3, (
        "the older row shows the newest state, and keeps the key it was sent with"
    )
    again = next(row for row in claim(store, MINUTE) if row.place == under_way.place)
    assert (again.id, again.key, again.in_doubt) == (under_way.id, under_way.key, True)


def test_notes_never_collapse(store: SqlStore) -> None:
    put(store, note(), note(), note())
    assert states(store) == ["pending"] * 3


def test_the_cards_of_an_object_are_those_posted_and_those_waiting(store: SqlStore) -> None:
    about = Ref(Subject.REQUEST, 1)
    put(store, card("CA"), card("CB"), card("CC"), note("CD"), card("CE", 2))
    a, b, *_ = claim(store, most=2)
    sent(store, a, posted=Posted(ChannelId("CA"), "1"))
    with store.begin(WORKSPACE) as tx:
        tx.outbox.park(b, "gone")
        assert sorted(tx.outbox.cards_of(about)) == [("t.card", "CA"), ("t.card", "CC")]
        tx.outbox.forget_card("t.card", about, "CA")
        assert tx.outbox.cards_of(about) == (("t.card", "CC"),)


def test_the_address_of_an_answer_is_wiped_when_used_or_given_up(store: SqlStore) -> None:
    def reply(number: int) -> Outgoing:
        to = ReplyTo(MemberId(f"U{number}"), "https://hooks.slack.test/1")
        return Outgoing(Form.REPLY, "t.reply", Ref(Subject.REQUEST, number), Priority.REPLY, reply_to=to)

    put(store, reply(1), reply(2), reply(3), reply(4))
    used, expired, parked, failed = claim(store)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.sent(used, None, NOW)
        tx.outbox.as_post(expired, NOW)
        tx.outbox.park(parked, "cause")
        tx.outbox.retry(failed, NOW, SECOND, "http_500")
    with store.engine.connect() as connection:
        left = connection.execute(select(OutboxRow.place, OutboxRow.response_url).order_by(OutboxRow.place)).all()
    assert [row.response_url for row in left] == [None, None, None, "https://hooks.slack.test/1"]
    by_dm = next(row for row in claim(store) if row.place == "U2")
    assert by_dm.outgoing.reply_to == ReplyTo(MemberId("U2"), None)


def next_due(store: SqlStore, after: timedelta, limits: Limits = PLENTY) -> timedelta | None:
    with store.read(WORKSPACE) as tx:
        due = tx.outbox.next_due(NOW + after, limits)
    return None if due is None else due - NOW


def test_the_next_time_to_look_is_when_something_that_cannot_go_now_may_go(store: SqlStore) -> None:
    assert next_due(store, 0 * SECOND) is None
    put(store, note("CA", 1), card("CB", 2), note("CC", 3))
    a, b, c = claim(store)
    assert next_due(store, 0 * SECOND) == LEASE
    with store.begin(WORKSPACE) as tx:
        tx.outbox.retry(a, NOW, 4 * SECOND, "x")
        tx.outbox.release(c, NOW, 2 * SECOND)
    assert [next_due(store, after * SECOND) for after in (0, 2, 4, 6)] == [2 * SECOND, 4 * SECOND, LEASE, None]
    sent(store, b, posted=POSTED, after=5 * SECOND)
    assert next_due(store, 5 * SECOND) == 6 * SECOND, "then the place may be used again"


def test_another_workspace_sees_nothing(store: SqlStore) -> None:
    Company(store, workspace=ELSEWHERE)
    put(store, card())
    with store.begin(ELSEWHERE) as tx:
        assert tx.outbox.claim(NOW, PLENTY, 8, 8).rows == ()
        assert tx.outbox.cards_of(Ref(Subject.REQUEST, 1)) == ()
        assert tx.outbox.next_due(NOW - SECOND, PLENTY) is None
        assert tx.outbox.list() == ()


def test_workers_at_once_never_hold_the_same_row_or_place_and_keep_the_budget_together(store: SqlStore) -> None:
    put(store, *(note(f"C{number % 6}", number) for number in range(24)))
    limits = Limits(posts_per_minute=120)
    got: list[Claimed] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(10)
        got.extend(claim(store, limits=limits))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({row.place for row in got}) == len(got) == 4, "the burst of 120 a minute"
    assert len({row.id for row in got}) == 4


def test_a_card_edit_of_an_uncommitted_fact_is_not_taken_by_a_worker(
    store: SqlStore, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["store"] == "sqlite":
        pytest.skip("SQLite has one writer: nobody can claim while a fact is being written")
    put(store, card())
    with store.begin(WORKSPACE) as tx:
        tx.outbox.put(card(), NOW)
        assert claim(store) == ()

    assert len(claim(store)) == 1


def test_a_row_whose_lease_ended_is_in_doubt_since_its_first_try(store: SqlStore) -> None:
    put(store, note())
    (first,) = claim(store, SECOND)
    assert (first.in_doubt, first.tried_at) == (False, NOW + SECOND)
    (second,) = claim(store, MINUTE)
    assert (second.in_doubt, second.tried_at) == (True, NOW + SECOND)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.retry(second, NOW + MINUTE, SECOND, "x", in_doubt=False)
    (third,) = claim(store, 2 * MINUTE)
    assert (third.in_doubt, third.tried_at) == (False, NOW + 2 * MINUTE)


def test_a_renewed_lease_holds_on(store: SqlStore) -> None:
    put(store, note())
    (row,) = claim(store)
    with store.begin(WORKSPACE) as tx:
        assert tx.outbox.renew([row.lease], NOW + 2 * LEASE) == {row.id}
    assert claim(store, 2 * LEASE - SECOND) == ()
    with store.begin(WORKSPACE) as tx:
        assert tx.outbox.is_mine(row)
    assert len(claim(store, 2 * LEASE)) == 1


def test_only_escalations_may_be_repeated_without_an_operator(store: SqlStore) -> None:
    put(store, note("CA", 1), note("CB", 2, Priority.ESCALATION))
    assert [row.repeats_left for row in claim(store)] == [1, 0]


def test_the_same_is_told_once_to_whoever_is_asked_instead(store: SqlStore) -> None:
    put(store, replace(note("CA", 1), entry_id=EntryId(5)))
    with store.read(WORKSPACE) as tx:
        assert tx.outbox.is_told(replace(note("CA", 1), entry_id=EntryId(5)))
        assert not tx.outbox.is_told(replace(note("CB", 1), entry_id=EntryId(5)))
        assert not tx.outbox.is_told(replace(note("CA", 1), entry_id=EntryId(6)))
        assert not tx.outbox.is_told(note("CA", 1))
