from datetime import timedelta

from sqlalchemy import select

from bot.domain.delivery import Ref, Subject
from bot.domain.history import Change
from bot.domain.identity import EntryId, MemberId
from storage.store import SqlStore
from storage.tables import AuditRow
from tests.company import NOW, WORKSPACE, Company

ABOUT = Ref(Subject.REQUEST, 7)


def test_a_change_is_kept_in_words_for_readers_and_in_ids_for_the_record(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    change = Change(ABOUT, "request.declined", lea.id, NOW, "Keine Leute <!channel>", ("state", "reason"))

    with store.begin(WORKSPACE) as tx:
        entry_id = tx.history.record(change)
        entry = tx.history.entry(entry_id)

    assert entry is not None
    assert (entry.about, entry.action, entry.actor, entry.at) == (ABOUT, "request.declined", lea.person, NOW)
    assert entry.words == "Keine Leute <!channel>"
    with store.engine.connect() as connection:
        audit = connection.execute(select(AuditRow.__table__)).one()
    assert (audit.id, audit.actor_id, audit.action, audit.fields) == (
        entry_id,
        lea.id,
        "request.declined",
        ["state", "reason"],
    )
    assert "Keine Leute" not in str(audit)


def test_an_entry_outlives_its_actor_and_needs_none(store: SqlStore, company: Company) -> None:
    left = company.member("Left", standing="deactivated")
    with store.begin(WORKSPACE) as tx:
        by_left, by_nobody, by_unknown = tx.history.record_all(
            [
                Change(ABOUT, "a", left.id, NOW),
                Change(ABOUT, "b", None, NOW),
                Change(ABOUT, "c", MemberId("UGONE"), NOW),
            ]
        )
        assert tx.history.record_all([]) == []
        entries = [tx.history.entry(entry_id) for entry_id in (by_left, by_nobody, by_unknown)]
        assert tx.history.entry(EntryId(1)) is None
    actors = [entry.actor for entry in entries if entry is not None]
    assert actors[0] == left.person
    assert actors[0].left
    assert actors[1] is None
    assert actors[2] is not None
    assert actors[2].name == "UGONE"


def test_entries_of_one_transaction_keep_their_order(store: SqlStore, company: Company) -> None:
    with store.begin(WORKSPACE) as tx:
        ids = tx.history.record_all([Change(ABOUT, f"step{number}", None, NOW) for number in range(20)])
    assert ids == sorted(ids)


def test_what_happened_to_an_object_is_told_oldest_first(store: SqlStore, company: Company) -> None:
    with store.begin(WORKSPACE) as tx:
        tx.history.record(Change(ABOUT, "later", None, NOW + timedelta(hours=1)))
        tx.history.record_all([Change(ABOUT, f"step{number}", None, NOW) for number in range(5)])
        tx.history.record(Change(Ref(Subject.ESCALATION, 7), "another", None, NOW))
        told = [entry.action for entry in tx.history.of(ABOUT)]
    assert told == [*(f"step{number}" for number in range(5)), "later"]
