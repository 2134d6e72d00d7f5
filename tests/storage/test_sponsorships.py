from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.access import Viewer
from bot.domain.identity import AccountId, MemberId
from bot.domain.members import Member
from bot.domain.sponsorships import Register
from storage.store import SqlStore
from storage.tables import EscalationRow, RecipientRow
from tests.company import NOW, WORKSPACE, Company

LEAD = Viewer(MemberId("UZOE"), is_kam_lead=True)


@pytest.fixture
def people(company: Company) -> dict[str, Member]:
    found = {name: company.member(name, level=2) for name in ("Lea", "Ben", "Martin", "Ana")}
    found["Left"] = company.member("Left", standing="deactivated")
    return found


def register(store: SqlStore, viewer: Viewer = LEAD, account_ids: Any = None) -> Register:
    with store.read(WORKSPACE) as tx:
        return tx.sponsorships.register(viewer, account_ids)


def conflict(
    store: SqlStore, number: int, account_id: AccountId, to: Member, state: str = "raised", skipped: str | None = None
) -> None:
    row = {
        "id": number,
        "number": number,
        "account_id": account_id,
        "raiser_id": to.id,
        "party_a_id": to.id,
        "party_b_id": to.id,
        **dict.fromkeys(("our_goal", "their_goal", "tried", "effect", "options", "decision_wanted"), ""),
        "state": state,
        "created_at": NOW,
        "version": 1,
    }
    recipient = {
        "escalation_id": number,
        "position": 0,
        "step": "kam_sponsor",
        "member_id": to.id,
        "skipped": skipped,
    }
    with store.engine.begin() as connection:
        connection.execute(insert(EscalationRow).values(workspace_id=WORKSPACE, **row))
        connection.execute(insert(RecipientRow).values(workspace_id=WORKSPACE, **recipient))


def test_everybody_who_backs_somebody_is_read_with_who_left(
    store: SqlStore, company: Company, people: dict[str, Member]
) -> None:
    company.sponsorship(people["Martin"], people["Lea"], people["Ana"])
    company.sponsorship(people["Left"], people["Ben"])
    ben, lea = register(store).sponsorships
    assert (lea.kam, lea.sponsor.person, lea.sponsor.level, lea.deputy) == (
        people["Lea"].person,
        people["Martin"].person,
        2,
        people["Ana"].person,
    )
    assert (ben.sponsor.is_reachable, ben.sponsor.person.left, ben.deputy) == (False, True, None)


def test_a_restricted_account_is_marked_as_not_seen_and_those_above_come_along(
    store: SqlStore, company: Company, people: dict[str, Member]
) -> None:
    root = company.account("Root", sponsor=people["Martin"], access="restricted")
    unit = company.account("Unit", parent=root, kam=people["Lea"])
    company.account("Other")
    admin = Viewer(MemberId("UADA"), is_admin=True)
    found = {one.account.name: one.is_seen for one in register(store, admin).accounts}
    assert found == {"Root": False, "Unit": True, "Other": True}
    assert all(one.is_seen for one in register(store).accounts)
    some = {one.account.id: one for one in register(store, admin, {unit}).accounts}
    assert set(some) == {root, unit}
    assert (some[unit].kam, some[unit].parent_id) == (people["Lea"].person, root)
    assert some[root].sponsor is not None
    assert register(store, admin, set()).accounts == ()


def test_open_conflicts_are_counted_by_addressee_as_far_as_the_reader_sees_the_account(
    store: SqlStore, company: Company, people: dict[str, Member]
) -> None:
    seen, hidden = company.account("Seen"), company.account("Hidden", access="restricted")
    martin = people["Martin"]
    conflict(store, 1, seen, martin)
    conflict(store, 2, hidden, martin)
    conflict(store, 3, seen, martin, state="decided")
    conflict(store, 4, seen, martin, skipped="party")
    conflict(store, 5, seen, people["Ana"], state="acknowledged")
    assert register(store).conflicts == {martin.id: 2, people["Ana"].id: 1}
    assert register(store, Viewer(MemberId("UADA"))).conflicts == {martin.id: 1, people["Ana"].id: 1}


def test_an_assignment_a_handover_and_an_end_count_once(
    store: SqlStore, company: Company, people: dict[str, Member]
) -> None:
    lea, martin, ana, ben = (people[name].id for name in ("Lea", "Martin", "Ana", "Ben"))
    with store.begin(WORKSPACE) as tx:
        assert tx.sponsorships.of(lea) is None
        assert tx.sponsorships.assign(lea, martin, None)
        assert not tx.sponsorships.assign(lea, ana, None)
        first = tx.sponsorships.of(lea)
        assert first is not None
        assert tx.sponsorships.hand_over(first, ana, ben)
        assert not tx.sponsorships.hand_over(first, martin, None)
        assert not tx.sponsorships.end(first)
        second = tx.sponsorships.of(lea)
        assert second is not None
        assert (second.sponsor.person.id, second.deputy) == (ana, people["Ben"].person)
        assert tx.sponsorships.end(second)
        assert not tx.sponsorships.end(second)
        assert tx.sponsorships.of(lea) is None


def test_an_account_that_was_merged_away_is_no_link_of_a_chain(store: SqlStore, company: Company) -> None:
    martin = company.member("Martin", level=1)
    stays = company.account("Helvetia", sponsor=martin)
    gone = company.account("Helvetia AG", sponsor=martin, merged_into_id=stays)
    unit = company.account("Helvetia Ulm", parent_id=gone)

    with store.read(WORKSPACE) as tx:
        assert set(tx.sponsors.links(unit)) == {unit}
        assert tx.sponsors.links(gone) == {}
