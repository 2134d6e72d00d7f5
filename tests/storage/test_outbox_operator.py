import pytest

from bot.domain.delivery import Form, Outgoing, Priority, Ref, ReplyTo, State, Subject, Way
from bot.domain.identity import MemberId
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.storage.outbox_acts import MINUTE, SECOND, card, claim, note, put, states


@pytest.fixture(autouse=True)
def _workspace(company: Company) -> None:
    """Every row belongs to a workspace."""


def test_an_operator_sees_what_waits_and_what_was_set_aside_page_by_page(store: SqlStore) -> None:
    put(store, note("CA", 1), note("CB", 2))
    put(store, card("CC", 3), after=SECOND)
    a, b = claim(store)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.retry(a, NOW, 30 * SECOND, "http_500", in_doubt=True)
        tx.outbox.park(b, "is_archived")

    with store.read(WORKSPACE) as tx:
        assert [(row.place, row.state, row.cause, row.in_doubt, row.attempts) for row in tx.outbox.list()] == [
            ("CA", State.PENDING, "http_500", True, 1),
            ("CB", State.PARKED, "is_archived", False, 1),
            ("CC", State.PENDING, None, False, 0),
        ]
        assert [row.place for row in tx.outbox.list(State.PARKED)] == ["CB"]
        first = tx.outbox.list(most=2)
        assert [row.place for row in tx.outbox.list(most=2, after=first[-1].id)] == ["CC"]
        assert tx.outbox.get(b.id) == first[1]
        assert tx.outbox.get(1) is None
        assert tx.outbox.count() == {State.PENDING: 2, State.PARKED: 1}
        assert tx.outbox.oldest() == NOW


def test_an_operator_retries_parks_and_drops(store: SqlStore) -> None:
    put(store, note("CA", 1))
    (row,) = claim(store)
    with store.begin(WORKSPACE) as tx:
        assert not tx.outbox.retry_now(row.id, NOW), "it is under way"
        assert not tx.outbox.park_by_hand(row.id, "x")
        assert not tx.outbox.drop(row.id, "x")
        tx.outbox.park(row, "is_archived")
        assert tx.outbox.retry_now(row.id, NOW)
    (again,) = claim(store)
    assert (again.id, again.attempts, again.faults) == (row.id, 1, 0)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.retry(again, NOW, MINUTE, "http_500")
        assert tx.outbox.park_by_hand(row.id, "parked by hand")
        assert not tx.outbox.park_by_hand(row.id, "twice")
        assert tx.outbox.drop(row.id, "dropped by hand")
        assert not tx.outbox.drop(row.id, "twice")
        assert not tx.outbox.retry_now(row.id, NOW), "what was given up stays so"
        assert tx.outbox.count() == {State.DROPPED: 1}
        assert tx.outbox.list() == ()


def test_a_parked_card_that_is_retried_takes_the_place_of_a_newer_edit(store: SqlStore) -> None:
    put(store, card())
    (row,) = claim(store)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.park(row, "is_archived")
    put(store, card(), after=SECOND)
    with store.begin(WORKSPACE) as tx:
        assert tx.outbox.retry_now(row.id, NOW + SECOND)
    assert [one.id for one in claim(store, SECOND)] == [row.id]
    assert sorted(states(store)) == ["sending", "sent"]


def test_an_answer_that_is_retried_goes_by_direct_message(store: SqlStore) -> None:
    to = ReplyTo(MemberId("UA"), "https://hooks.slack.test/1")
    put(store, Outgoing(Form.REPLY, "t.reply", Ref(Subject.REQUEST, 4), Priority.REPLY, reply_to=to))
    (row,) = claim(store)
    with store.begin(WORKSPACE) as tx:
        tx.outbox.park(row, "x")
        assert tx.outbox.retry_now(row.id, NOW)
    (again,) = claim(store)
    assert (again.way, again.outgoing.reply_to) == (Way.POST, ReplyTo(MemberId("UA")))


def test_an_object_is_named_by_its_number_only(store: SqlStore, company: Company) -> None:
    with store.read(WORKSPACE) as tx:
        assert tx.outbox.short_id(Ref(Subject.ACCOUNT, 1)) is None
        assert tx.outbox.short_id(Ref(Subject.REQUEST, 1)) is None
