"""The audit's chain: whatever is changed in it afterwards is found."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.domain import audit as rules
from bot.domain.audit import MARGIN, START, Flaw, Seal, Verified
from bot.domain.delivery import Ref, Subject
from bot.domain.history import Change
from bot.domain.identity import MemberId, WorkspaceId
from bot.services import audit
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.race import at_once

MINUTE = timedelta(minutes=1)
SEALS, EACH = 4, 3
PER_SEAL = SEALS * EACH


@pytest.fixture(autouse=True)
def _workspace(company: Company) -> None:
    """Every row belongs to a workspace."""


def act(store: SqlStore, minute: int, count: int = EACH, workspace: WorkspaceId = WORKSPACE) -> None:
    about = Ref(Subject.REQUEST, minute)
    with store.begin(workspace) as tx:
        tx.history.record_all(
            [
                Change(about, f"request.step{n}", MemberId("ULEA"), NOW + minute * MINUTE, "Wort", ("state", "why"))
                for n in range(count)
            ]
        )


def seal(store: SqlStore, minute: int, workspace: WorkspaceId = WORKSPACE) -> Seal | None:
    with store.begin(workspace) as tx:
        return audit.seal(tx, NOW + minute * MINUTE)


def verify(store: SqlStore, expected: str | None = None, workspace: WorkspaceId = WORKSPACE) -> Verified:
    with store.read(workspace) as tx:
        return audit.verify(tx, expected, lambda _seals: None)


def chain(store: SqlStore) -> list[Seal]:
    """Make four seals of three rows each."""
    made = []
    for minute in range(SEALS):
        act(store, minute)
        made.append(seal(store, minute + 2))
    assert None not in made
    return [one for one in made if one is not None]


def tamper(store: SqlStore, *statements: str) -> None:
    with store.engine.begin() as connection:
        for statement in statements:
            changed = connection.execute(text(statement))
            assert changed.rowcount, statement


def test_what_was_done_is_sealed_link_by_link_and_holds(store: SqlStore) -> None:
    seals = chain(store)
    found = verify(store)

    assert [(one.number, one.rows) for one in seals] == [(number, EACH) for number in range(1, SEALS + 1)]
    assert [one.previous for one in seals] == [START, *(one.hash for one in seals[:-1])]
    assert found == Verified(SEALS, PER_SEAL, seals[-1], rules.Tail(0, None), None)


def test_an_empty_chain_holds_and_nothing_is_sealed_without_rows(store: SqlStore) -> None:
    assert seal(store, 5) is None
    assert verify(store) == Verified(0, 0, None, rules.Tail(0, None), None)


def test_young_rows_wait_for_the_next_seal_and_are_named_as_the_tail(store: SqlStore) -> None:
    act(store, 0)
    act(store, 1)

    assert seal(store, 1) is None, "exactly as old as the margin"
    first = seal(store, 2)
    tail = verify(store).tail

    assert first is not None
    assert first.rows == EACH
    assert tail == rules.Tail(EACH, NOW + MINUTE)
    assert timedelta(seconds=60) == MARGIN


def test_a_row_that_was_committed_late_comes_into_the_next_seal(store: SqlStore) -> None:
    chain(store)
    act(store, 0, count=1)

    late = seal(store, 9)

    assert late is not None
    assert late.rows == 1
    assert verify(store).broken is None


def test_more_than_a_seal_holds_waits_for_the_next_one(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_ROWS", 5)
    act(store, 0, count=12)

    sealed = [one.rows for _ in range(4) if (one := seal(store, 9))]

    assert sealed == [5, 5, 2]
    assert verify(store).broken is None


ONE = "(SELECT min(id) FROM audit WHERE seal = 2)"
TAMPERED = {
    "action": (f"UPDATE audit SET action = 'request.accepted' WHERE id = {ONE}",),
    "actor": (f"UPDATE audit SET actor_id = 'UOTHER' WHERE id = {ONE}",),
    "actor wiped": (f"UPDATE audit SET actor_id = NULL WHERE id = {ONE}",),
    "field names": (f"UPDATE audit SET fields = '[\"state\"]' WHERE id = {ONE}",),
    "object": (f"UPDATE audit SET object_id = object_id + 1 WHERE id = {ONE}",),
    "subject": (f"UPDATE audit SET subject = 'escalation' WHERE id = {ONE}",),
    "time": (f"UPDATE audit SET at = (SELECT min(at) FROM audit WHERE seal = 1) WHERE id = {ONE}",),
    "id": (f"UPDATE audit SET id = 5 WHERE id = {ONE}",),
    "order": (
        "UPDATE audit SET id = -1 WHERE id = (SELECT min(id) FROM audit WHERE seal = 2)",
        "UPDATE audit SET id = id + 1 WHERE seal = 2 AND id > 0 AND id = (SELECT max(id) FROM audit WHERE seal = 2)",
    ),
    "a seal's time": ("UPDATE audit_seals SET sealed_at = (SELECT min(at) FROM audit) WHERE number = 2",),
    "a seal's hash": ("UPDATE audit_seals SET hash = previous WHERE number = 2",),
}


@pytest.mark.parametrize("statements", TAMPERED.values(), ids=TAMPERED)
def test_a_changed_row_or_seal_is_found_and_the_seal_is_named(store: SqlStore, statements: tuple[str, ...]) -> None:
    seals = chain(store)

    tamper(store, *statements)
    found = verify(store)

    assert found.broken is not None
    assert (found.broken.flaw, found.broken.seal) == (Flaw.ROWS_CHANGED, 2)
    assert (found.broken.sealed_at is None, found.broken.sealed_rows, found.broken.rows) == (False, EACH, EACH)
    assert (found.seals, found.newest) == (1, seals[0]), "what holds is told too"


INSERTED = (
    "INSERT INTO audit (workspace_id, id, at, actor_id, action, subject, object_id, fields, seal) "
    f"SELECT workspace_id, 7, at, actor_id, action, subject, object_id, fields, 2 FROM audit WHERE id = {ONE}"
)
CUT = {
    "a row deleted": ((f"DELETE FROM audit WHERE id = {ONE}",), Flaw.ROWS_MISSING, 2, EACH - 1),
    "a row freed of its seal": ((f"UPDATE audit SET seal = NULL WHERE id = {ONE}",), Flaw.ROWS_MISSING, 2, EACH - 1),
    "a row moved to the next seal": ((f"UPDATE audit SET seal = 3 WHERE id = {ONE}",), Flaw.ROWS_MISSING, 2, EACH - 1),
    "all rows of a seal deleted": (("DELETE FROM audit WHERE seal = 2",), Flaw.ROWS_MISSING, 2, 0),
    "a row inserted": (
        (INSERTED,),
        Flaw.ROWS_ADDED,
        2,
        EACH + 1,
    ),
    "a seal deleted": (("DELETE FROM audit_seals WHERE number = 2",), Flaw.SEAL_MISSING, 2, None),
    "a seal and its rows deleted": (
        ("DELETE FROM audit_seals WHERE number = 2", "DELETE FROM audit WHERE seal = 2"),
        Flaw.SEAL_MISSING,
        2,
        None,
    ),
    "the first seal and its rows deleted": (
        ("DELETE FROM audit_seals WHERE number = 1", "DELETE FROM audit WHERE seal = 1"),
        Flaw.SEAL_MISSING,
        1,
        None,
    ),
    "the last seal deleted": (("DELETE FROM audit_seals WHERE number = 4",), Flaw.SEAL_MISSING, 4, EACH),
    "all seals deleted": (("DELETE FROM audit_seals",), Flaw.SEAL_MISSING, 1, PER_SEAL),
    "a gap closed by renumbering": (
        (
            "DELETE FROM audit_seals WHERE number = 2",
            "DELETE FROM audit WHERE seal = 2",
            "UPDATE audit_seals SET number = 2 WHERE number = 3",
            "UPDATE audit SET seal = 2 WHERE seal = 3",
        ),
        Flaw.NOT_LINKED,
        2,
        EACH,
    ),
    "two seals swapped": (
        (
            "UPDATE audit_seals SET number = 9 WHERE number = 2",
            "UPDATE audit_seals SET number = 2 WHERE number = 3",
            "UPDATE audit_seals SET number = 3 WHERE number = 9",
        ),
        Flaw.NOT_LINKED,
        2,
        EACH,
    ),
}


@pytest.mark.parametrize(("statements", "flaw", "seal_number", "rows"), CUT.values(), ids=CUT)
def test_what_is_cut_out_put_in_or_swapped_is_found(
    store: SqlStore, statements: tuple[str, ...], flaw: Flaw, seal_number: int, rows: int | None
) -> None:
    chain(store)

    tamper(store, *statements)
    broken = verify(store).broken

    assert broken is not None
    assert (broken.flaw, broken.seal, broken.rows) == (flaw, seal_number, rows)


def test_a_last_seal_cut_off_with_its_rows_is_found_by_its_noted_hash_alone(store: SqlStore) -> None:
    noted = chain(store)[-1].hash
    assert verify(store, noted).broken is None

    tamper(store, "DELETE FROM audit_seals WHERE number = 4", "DELETE FROM audit WHERE seal = 4")

    assert verify(store).broken is None, "nothing inside the database can show it"
    broken = verify(store, noted).broken
    assert broken is not None
    assert (broken.flaw, broken.seal) == (Flaw.NOT_EXPECTED, None)


def test_a_hash_that_was_noted_long_ago_is_still_in_the_chain(store: SqlStore) -> None:
    assert verify(store, chain(store)[0].hash).broken is None


def test_a_seal_whose_rows_were_left_behind_does_not_hold_when_the_chain_goes_on(store: SqlStore) -> None:
    chain(store)
    tamper(store, "DELETE FROM audit_seals WHERE number = 4")
    act(store, 20)
    seal(store, 30)

    broken = verify(store).broken

    assert broken is not None
    assert (broken.flaw, broken.seal) == (Flaw.ROWS_ADDED, 4)


@pytest.mark.parametrize("changed", ["fields = '[broken'", "at = 'noon'", "at = 5"])
def test_values_that_cannot_be_read_are_a_break_and_no_fault(disk: SqlStore, changed: str) -> None:
    """Of the two databases only SQLite takes such a value."""
    Company(disk)
    chain(disk)
    tamper(disk, f"UPDATE audit SET {changed} WHERE id = {ONE}")

    broken = verify(disk).broken

    assert broken is not None
    assert (broken.flaw, broken.seal, broken.rows) == (Flaw.ROWS_UNREADABLE, 2, None)


def test_each_workspace_has_a_chain_of_its_own(store: SqlStore) -> None:
    other = WorkspaceId("T2")
    Company(store, other)
    chain(store)
    act(store, 0, workspace=other)
    sealed = seal(store, 9, other)

    tamper(store, "UPDATE audit SET action = 'x' WHERE workspace_id = 'T1' AND seal = 1")

    assert sealed is not None
    assert (sealed.number, sealed.previous) == (1, START)
    assert verify(store, workspace=other).broken is None
    assert verify(store).broken is not None


def test_a_row_taken_over_by_another_workspace_is_missed(store: SqlStore) -> None:
    Company(store, WorkspaceId("T2"))
    chain(store)

    tamper(store, f"UPDATE audit SET workspace_id = 'T2' WHERE id = {ONE}")

    assert verify(store).broken is not None
    assert verify(store, workspace=WorkspaceId("T2")).broken is not None


def test_workers_that_seal_at_once_make_one_chain(disk: SqlStore) -> None:
    _seal_at_once(disk)


def test_workers_that_seal_at_once_make_one_chain_on_the_database_of_the_run(store: SqlStore) -> None:
    _seal_at_once(store)


def _seal_at_once(store: SqlStore) -> None:
    Company(store)
    act(store, 0, count=40)

    def work() -> list[int]:
        return [made.rows for made in (seal(store, 9) for _ in range(3)) if made]

    assert sorted(at_once(work, 4), key=str) == [[40], [], [], []]
    assert verify(store).broken is None


ANY_CHANGE: list[Callable[[str], str]] = [
    lambda row: f"UPDATE audit SET action = action || '.' WHERE id = {row}",
    lambda row: f"DELETE FROM audit WHERE id = {row}",
    lambda row: f"UPDATE audit SET seal = seal + 1 WHERE id = {row}",
    lambda row: f"UPDATE audit SET object_id = object_id + 1 WHERE id = {row}",
]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(victim=st.integers(0, PER_SEAL - 1), change=st.sampled_from(ANY_CHANGE))
def test_any_row_changed_in_any_way_breaks_the_chain_at_its_seal(
    store: SqlStore, victim: int, change: Callable[[str], str]
) -> None:
    tables = "DELETE FROM audit", "DELETE FROM audit_seals", "DELETE FROM history"
    with store.engine.begin() as connection:
        for statement in tables:
            connection.execute(text(statement))
    chain(store)
    assert verify(store).broken is None

    row = f"(SELECT id FROM (SELECT id FROM audit ORDER BY at, id LIMIT 1 OFFSET {victim}) AS x)"
    tamper(store, change(row))

    broken = verify(store).broken
    assert broken is not None
    assert broken.seal == victim // EACH + 1
