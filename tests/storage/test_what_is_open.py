"""What is open of an account: the first of it in the order a page shows it, and how much there is in all."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from bot.domain.access import ITSELF, Visibility
from bot.domain.commitments import Kind, NewCommitment
from bot.domain.identity import AccountId, ContactId, MemberId
from storage.store import SqlStore
from storage.tables import EscalationRow, RequestRow
from tests.company import NOW, WORKSPACE, Company

TODAY = NOW.date()
LATE, SOON, LATER = (TODAY + timedelta(days=days) for days in (-18, 11, 19))


@pytest.fixture
def lea(company: Company) -> MemberId:
    return company.member("Lea").id


@pytest.fixture
def helvetia(company: Company) -> AccountId:
    return company.account("Helvetia")


class TestPromisesAndSteps:
    @pytest.fixture
    def simon(self, store: SqlStore, company: Company, lea: MemberId, helvetia: AccountId) -> ContactId:
        """Know Simon and Nina, and promise this and that to both, to nobody in particular, and for ourselves."""
        simon, nina = (company.contact(helvetia, name) for name in ("Simon", "Nina"))
        open_: tuple[tuple[str, Kind, date | None, ContactId | None], ...] = (
            ("whenever", Kind.NEXT_STEP, None, None),
            ("later to Simon", Kind.PROMISE, LATER, simon),
            ("soon to all", Kind.PROMISE, SOON, None),
            ("soon", Kind.NEXT_STEP, SOON, None),
            ("late to Nina", Kind.PROMISE, LATE, nina),
            ("late to all", Kind.PROMISE, LATE + timedelta(days=1), None),
            ("late to Simon", Kind.PROMISE, LATE + timedelta(days=2), simon),
        )
        with store.begin(WORKSPACE) as tx:
            for text, kind, due_on, to in open_:
                tx.commitments.add(NewCommitment(kind, helvetia, text, due_on, lea, lea, contact_id=to), NOW)
        return simon

    def test_the_overdue_come_first_then_the_next_day_and_last_what_has_none(
        self, store: SqlStore, helvetia: AccountId, simon: ContactId
    ) -> None:
        with store.read(WORKSPACE) as tx:
            found = tx.commitments.due([helvetia], ITSELF, TODAY, 9)
        texts = ["late to Nina", "late to all", "late to Simon", "soon", "soon to all", "later to Simon", "whenever"]
        assert [one.text for one in found.commitments] == texts
        assert (found.total, found.late) == (7, 3)

    def test_before_meeting_somebody_theirs_come_first_and_other_peoples_not_at_all(
        self, store: SqlStore, helvetia: AccountId, simon: ContactId
    ) -> None:
        with store.read(WORKSPACE) as tx:
            found = tx.commitments.due([helvetia], ITSELF, TODAY, 9, contact_id=simon)
        texts = ["late to Simon", "late to all", "later to Simon", "soon", "soon to all", "whenever"]
        assert [one.text for one in found.commitments] == texts
        assert (found.total, found.late) == (6, 2)

    def test_all_are_counted_however_few_are_read(self, store: SqlStore, helvetia: AccountId, simon: ContactId) -> None:
        with store.read(WORKSPACE) as tx:
            found = tx.commitments.due([helvetia], ITSELF, TODAY, 1, kinds=[Kind.PROMISE])
            nothing = tx.commitments.due([], ITSELF, TODAY, 1)
        assert [one.text for one in found.commitments] == ["late to Nina"]
        assert (found.total, found.late) == (5, 3)
        assert (nothing.commitments, nothing.total, nothing.late) == ((), 0, 0)


def test_what_a_reader_may_not_see_is_not_counted(store: SqlStore, company: Company, helvetia: AccountId) -> None:
    lea, outsider = company.member("Lea"), company.member("Outsider")
    hidden = company.account("Secret", access="restricted")
    with store.begin(WORKSPACE) as tx:
        for account, sight in (
            (helvetia, Visibility.COMPANY),
            (helvetia, Visibility.TEAM),
            (hidden, Visibility.COMPANY),
        ):
            tx.commitments.add(NewCommitment(Kind.PROMISE, account, "x", LATE, lea.id, lea.id, sight), NOW)
    counts = {}
    with store.read(WORKSPACE) as tx:
        for reader in (lea, outsider):
            found = tx.commitments.due([helvetia, hidden], tx.access.viewer(reader), TODAY, 1)
            counts[reader.name] = (len(found.commitments), found.total, found.late)
    assert counts == {"Lea": (1, 3, 3), "Outsider": (1, 1, 1)}


def test_many_requests_do_not_push_conflicts_out_and_both_are_counted(
    store: SqlStore, company: Company, lea: MemberId, helvetia: AccountId
) -> None:
    ben = company.member("Ben")
    department = company.department("Production", ben)
    here = {"workspace_id": WORKSPACE, "account_id": helvetia, "created_at": NOW, "version": 1}
    words = dict.fromkeys(("our_goal", "their_goal", "tried", "effect", "options", "decision_wanted"), "x")
    sides = {"raiser_id": lea, "party_a_id": lea, "party_b_id": ben.id, "party_b_department_id": department}
    asked = {"department_id": department, "requester_id": lea, "kind": "date", "what": "x", "visibility": "company"}
    with store.engine.begin() as connection:
        for number in range(1, 8):
            due = {"id": number, "number": number, "state": "open", "needed_by": SOON - timedelta(days=number)}
            connection.execute(insert(RequestRow).values(**here, **asked, **due))
        for number, decide_by in ((1, LATER), (2, LATE), (3, None)):
            due = {"id": number, "number": number, "state": "raised", "decide_by": decide_by}
            connection.execute(insert(EscalationRow).values(**here, **sides, **words, **due))

    with store.read(WORKSPACE) as tx:
        found = tx.briefings.open_matters([helvetia], ITSELF, 2)

    assert [one.short_id for one in found.requests] == ["R-7", "R-6"]
    assert [one.short_id for one in found.conflicts] == ["E-2", "E-1"]
    assert (found.request_count, found.conflict_count, found.count) == (7, 3, 10)
    assert [one.short_id for one in found.lines] == ["E-2", "R-7", "R-6", "E-1"]

    with store.read(WORKSPACE) as tx:
        undecided = tx.briefings.open_matters([helvetia], ITSELF, 2, asked_in=())

    assert (undecided.requests, undecided.request_count) == ((), 0)
    assert (undecided.conflicts, undecided.conflict_count) == (found.conflicts, 3)
