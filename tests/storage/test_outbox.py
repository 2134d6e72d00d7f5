from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.domain.delivery import Claimed, Form, Outgoing, Posted, Priority, Ref, ReplyTo, Subject
from bot.domain.identity import ChannelId, EntryId, MemberId
from storage.store import SqlStore
from storage.tables import OutboxRow
from tests.company import NOW, WORKSPACE, Company

LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _workspace(company: Company) -> None:
    """Every row belongs to a workspace."""


def note(place: str = "CA", about: int = 1, priority: Priority = Priority.REQUEST) -> Outgoing:
    return Outgoing(Form.NOTE, "t.note", Ref(Subject.REQUEST, about), priority, to_channel=ChannelId(place))


def card(place: str = "CA", about: int = 1) -> Outgoing:
    return Outgoing(Form.CARD, "t.card", Ref(Subject.REQUEST, about), Priority.REQUEST, to_channel=ChannelId(place))


def put(store: SqlStore, *rows: Outgoing, after: timedelta = timedelta(0)) -> None:
    with store.begin(WORKSPACE) as tx:
        for row in rows:
            tx.outbox.put(row, NOW + after)


def claim(store: SqlStore, after: timedelta = timedelta(0), most: int = 8) -> tuple[Claimed, ...]:
    with store.begin(WORKSPACE) as tx:
        return tx.outbox.claim(NOW + after, LEASE, most)


def sent(store: SqlStore, *rows: Claimed, posted: Posted | None = None) -> None:
    with store.begin(WORKSPACE) as tx:
        for row in rows:
            tx.outbox.sent(row, posted, NOW)


def states(store: SqlStore) -> list[str]:
    with store.engine.connect() as connection:
        return list(connection.execute(select(OutboxRow.state).order_by(OutboxRow.state)).scalars())


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

    told = []
    while rows := claim(store):
        told += [row.outgoing.about.id for row in rows]
        sent(store, *rows)
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
        tx.outbox.retry(failed, NOW + 30 * SECOND, "ratelimited")
    sent(store, other)

    assert claim(store, 29 * SECOND) == ()
    (again,) = claim(store, 30 * SECOND)
    assert (again.outgoing.about.id, again.attempts) == (1, 2)


def test_an_edit_of_a_card_and_an_answer_do_not_wait_for_notes(store: SqlStore) -> None:
    reply = Outgoing(Form.REPLY, "t.reply", Ref(Subject.REQUEST, 4), Priority.REPLY, reply_to=ReplyTo(MemberId("UA")))
    put(store, note("CA", 1), note("UA", 5))
    with store.begin(WORKSPACE) as tx:
        for row in tx.outbox.claim(NOW, LEASE, 8):
            tx.outbox.retry(row, NOW + 30 * SECOND, "ratelimited")
    put(store, card("CA", 2), reply, after=SECOND)

    assert {row.outgoing.form for row in claim(store, SECOND)} == {Form.CARD, Form.REPLY}


def test_a_place_at_its_pace_costs_no_attempt(store: SqlStore) -> None:
    put(store, note())
    for _ in range(5):
        (row,) = claim(store)
        assert row.attempts == 1
        with store.begin(WORKSPACE) as tx:
            tx.outbox.postpone(row, NOW)


def test_a_lease_that_ends_is_taken_over_and_the_old_holder_changes_nothing(store: SqlStore) -> None:
    put(store, card())
    (old,) = claim(store)
    assert claim(store, LEASE - SECOND) == ()
    (new,) = claim(store, LEASE)
    assert (new.id, new.key, new.attempts) == (old.id, old.key, 2)

    with store.begin(WORKSPACE) as tx:
        tx.outbox.sent(old, Posted(ChannelId("CA"), "1.old"), NOW)
        tx.outbox.retry(old, NOW, "late")
        tx.outbox.park(old, "late")
        tx.outbox.without_address(old)
        tx.outbox.postpone(old, NOW)
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

    (under_way, *_) = claim(store, SECOND)
    put(store, card(), after=2 * SECOND)
    assert states(store).count("pending") == 2, "an edit that comes while one is under way is kept"
    with store.begin(WORKSPACE) as tx:
        tx.outbox.retry(under_way, NOW, "http_500")
    assert states(store).count("pending") == 2, "the newer edit takes the place of the one that failed"


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
        tx.outbox.without_address(expired)
        tx.outbox.park(parked, "cause")
        tx.outbox.retry(failed, NOW, "http_500")
    with store.engine.connect() as connection:
        left = connection.execute(select(OutboxRow.place, OutboxRow.response_url).order_by(OutboxRow.place)).all()
    assert [row.response_url for row in left] == [None, None, None, "https://hooks.slack.test/1"]
    by_dm = next(row for row in claim(store) if row.place == "U2")
    assert by_dm.outgoing.reply_to == ReplyTo(MemberId("U2"), None)


def test_the_next_time_to_look_is_that_of_a_row_that_cannot_go_now(store: SqlStore) -> None:
    with store.read(WORKSPACE) as tx:
        assert tx.outbox.next_due(NOW) is None
    put(store, note("CA", 1), note("CB", 2), note("CC", 3))
    a, b, _ready_again = claim(store)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.retry(a, NOW + 40 * SECOND, "x")
        tx.outbox.postpone(_ready_again, NOW)
        assert tx.outbox.next_due(NOW) == NOW + 40 * SECOND
        assert tx.outbox.next_due(NOW + 50 * SECOND) == NOW + LEASE, "then the lease of the other ends"
        tx.outbox.sent(b, None, NOW)
        assert tx.outbox.next_due(NOW + 50 * SECOND) is None


def test_another_workspace_sees_nothing(store: SqlStore) -> None:
    Company(store, workspace="T2")  # type: ignore[arg-type]
    put(store, card())
    with store.begin("T2") as tx:  # type: ignore[arg-type]
        assert tx.outbox.claim(NOW, LEASE, 8) == ()
        assert tx.outbox.cards_of(Ref(Subject.REQUEST, 1)) == ()
        assert tx.outbox.next_due(NOW - SECOND) is None


def test_two_workers_at_once_never_hold_the_same_row_or_place(store: SqlStore) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer; tests/bot/test_worker.py runs threads on a file")
    put(store, *(note(f"C{number % 3}", number) for number in range(12)))
    with store.begin(WORKSPACE) as one, store.begin(WORKSPACE) as two:
        first = one.outbox.claim(NOW, LEASE, 2)
        second = two.outbox.claim(NOW, LEASE, 8)
    places = [row.place for row in (*first, *second)]
    assert sorted(places) == ["C0", "C1", "C2"]
    assert claim(store) == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["CA", "CB", "CC"]), st.sampled_from(list(Priority)), st.integers(0, 3)),
        min_size=1,
        max_size=12,
    ),
    verdicts=st.lists(st.sampled_from(["sent", "retry", "park", "postpone", "forget"]), min_size=40, max_size=40),
)
def test_every_row_is_told_or_parked_whatever_happens(
    store: SqlStore, rows: list[tuple[str, Priority, int]], verdicts: list[str]
) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM outbox"))
    for number, (place, priority, at) in enumerate(rows):
        put(store, note(place, number, priority), after=at * SECOND)
    now, verdict = 4 * SECOND, iter([*verdicts, *["sent"] * 100])
    for _ in range(200):
        claimed = claim(store, now)
        assert len({row.place for row in claimed}) == len(claimed)
        with store.begin(WORKSPACE) as tx:
            for row in claimed:
                match next(verdict, "sent"):
                    case "sent":
                        tx.outbox.sent(row, None, NOW + now)
                    case "retry":
                        tx.outbox.retry(row, NOW + now + 2 * SECOND, "x")
                    case "postpone":
                        tx.outbox.postpone(row, NOW + now + SECOND)
                    case "park":
                        tx.outbox.park(row, "x")
        if not claimed and {"sent", "parked"}.issuperset(states(store)):
            break
        now += SECOND if claimed else LEASE
    assert {"sent", "parked"}.issuperset(states(store))
    assert len(states(store)) == len(rows)


def test_a_postponed_card_gives_way_to_a_newer_edit(store: SqlStore) -> None:
    put(store, card())
    (row,) = claim(store)
    put(store, card(), after=SECOND)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.postpone(row, NOW + SECOND)

    assert sorted(states(store)) == ["pending", "sent"]


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
