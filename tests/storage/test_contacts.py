"""Contacts as they are stored and read: nobody reads more than they may, and who was merged exists for nobody."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.domain import names
from bot.domain.access import CHANNEL, ITSELF
from bot.domain.contact_assessments import Measure
from bot.domain.contact_commands import Profile
from bot.domain.contact_touch import Lapse
from bot.domain.contacts import DecisionRole
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Member, Role
from bot.domain.setup import ATTRIBUTES, File, Record
from storage.store import SqlStore
from storage.tables import (
    AssessmentRow,
    ContactRow,
    FavourRow,
    InfluenceRow,
    InteractionContactRow,
    InteractionRow,
    ParticipantRow,
)
from tests.company import NOW, WORKSPACE, Company


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea", level=3)


@pytest.fixture
def tim(company: Company) -> Member:
    return company.member("Tim", level=1)


_numbers = iter(range(1, 10_000))


def put(company: Company, table: Any, **values: Any) -> None:
    with company.store.engine.begin() as connection:
        connection.execute(insert(table).values(workspace_id=WORKSPACE, **values))


def meet(company: Company, author: Member, account: AccountId, contact: ContactId, days: int = 1, **values: Any) -> int:
    """Log a meeting so many days ago, or ahead."""
    number = next(_numbers)
    at = NOW - timedelta(days=days)
    row = {"kind": "visit", "tags": [], "visibility": "company", "text": "met", "version": 1, **values}
    put(
        company,
        InteractionRow,
        id=number,
        number=number,
        account_id=account,
        author_id=author.id,
        occurred_at=at,
        logged_at=at,
        **row,
    )
    put(company, InteractionContactRow, interaction_id=number, contact_id=contact, occurred_at=at)
    return number


def test_the_mirror_holds_each_contact_with_owner_counterpart_lines_and_last_touch(
    company: Company, lea: Member, tim: Member
) -> None:
    account = company.account("Helvetia", kam=lea, tier="a")
    urs = company.contact(
        account,
        "Urs",
        title="CEO",
        level=1,
        decision_roles=["decider"],
        owner=lea,
        counterpart_id=tim.id,
        attitude=4,
        influence=3,
        wished_days=30,
    )
    dora = company.contact(account, "Dora", level=4, owner=lea, reports_to_id=urs)
    put(company, InfluenceRow, contact_id=dora, on_contact_id=urs, by_id=lea.id, at=NOW)
    meet(company, tim, account, urs, days=40)
    meet(company, lea, account, urs, days=-3)

    with company.store.read(WORKSPACE) as tx:
        first, second = tx.contacts.mirror([account], tx.access.viewer(lea), NOW)

    assert (first.name, first.tier, first.title, first.level) == ("Urs", "a", "CEO", 1)
    assert (first.attitude, first.influence, first.is_decider) == (4, 3, True)
    assert first.owner is not None
    assert first.counterpart is not None
    assert (first.owner.name, first.counterpart.name, first.counterpart_level) == ("Lea", "Tim", 1)
    assert first.last_touch == NOW - timedelta(days=40)
    assert first.lapse(NOW) is Lapse.SOFT
    assert second.counterpart is not None
    assert (second.counterpart.name, second.counterpart_level, second.is_mismatched) == ("Lea", 3, False)
    with company.store.read(WORKSPACE) as tx:
        without = tx.contacts.mirror([account], tx.access.viewer(lea), NOW, with_influences=False)
    assert [one.influences for one in without] == [(), ()]
    assert (second.reports_to_id, second.influences, second.lapse(NOW)) == (urs, (urs,), Lapse.NEVER)


def test_the_mirror_shows_no_judgement_outside_the_circle_and_no_note_that_may_not_be_read(
    company: Company, lea: Member, tim: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    hidden = company.account("Geheim", kam=lea, access="restricted")
    urs = company.contact(account, "Urs", attitude=5, influence=3)
    company.contact(hidden, "Gabi")
    meet(company, lea, account, urs, visibility="team")

    with company.store.read(WORKSPACE) as tx:
        [theirs] = tx.contacts.mirror([account, hidden], tx.access.viewer(tim), NOW)
        ours = tx.contacts.mirror([account, hidden], tx.access.viewer(lea), NOW)
        assert tx.contacts.mirror([], ITSELF, NOW) == ()
        assert [one.name for one in tx.contacts.mirror([account, hidden], CHANNEL, NOW)] == ["Urs"]

    assert (theirs.name, theirs.attitude, theirs.influence, theirs.last_touch) == ("Urs", None, None, None)
    assert {one.name: one.attitude for one in ours} == {"Urs": 5, "Gabi": None}
    assert next(one for one in ours if one.name == "Urs").last_touch is not None


def test_lines_of_influence_are_read_by_the_circle_of_who_has_it_and_are_not_there_for_anybody_else(
    company: Company, lea: Member, tim: Member
) -> None:
    group = company.account("Helvetia", kam=lea)
    unit = company.account("Helvetia Lyon", parent=group, kam=tim)
    urs, dora = company.contact(group, "Urs"), company.contact(unit, "Dora")
    company.contact(unit, "Emil", reports_to_id=dora)
    put(company, InfluenceRow, contact_id=urs, on_contact_id=dora, by_id=lea.id, at=NOW)
    stranger, lead = company.member("Otto"), company.member("Lisa", role=Role.KAM_LEAD)

    def read(member: Member) -> tuple[tuple[ContactId, ...], list[str], list[str]]:
        with company.store.read(WORKSPACE) as tx:
            viewer = tx.access.viewer(member)
            on_map = {one.id: one for one in tx.contacts.mirror([group, unit], viewer, NOW)}
            first, second = tx.contacts.get(urs, viewer), tx.contacts.get(dora, viewer)
            assert first is not None
            assert second is not None
            assert [one.name for one in tx.contacts.relations(second, viewer, NOW).reports] == ["Emil"]
            return (
                on_map[urs].influences,
                [one.name for one in tx.contacts.relations(first, viewer, NOW).influences],
                [one.name for one in tx.contacts.relations(second, viewer, NOW).influenced_by],
            )

    assert [read(one) for one in (lea, lead)] == [((dora,), ["Dora"], ["Urs"])] * 2
    assert [read(one) for one in (tim, stranger)] == [((), [], [])] * 2


def test_who_left_or_was_merged_is_on_no_map_and_who_leaves_stays_until_the_last_day(
    company: Company, lea: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Left", left_on=date(2026, 11, 19))
    company.contact(account, "Leaves", left_on=date(2026, 11, 20))
    stays = company.contact(account, "Stays")
    twin = company.contact(account, "Twin", owner=lea, merged_into_id=stays)

    with company.store.read(WORKSPACE) as tx:
        assert [one.name for one in tx.contacts.mirror([account], ITSELF, NOW)] == ["Leaves", "Stays"]
        led = tx.contacts.get(twin, ITSELF)
        assert led is not None
        assert led.id == stays, "an old button leads to who took it in"
        assert [one.id for one in tx.contacts.named("twin", None, ITSELF, 5)] == [stays], "an old name as well"
        assert tx.contacts.with_words("twin", None, ITSELF, 5) == ()
        assert tx.contacts.nearest("twinn", None, ITSELF, 5) == ()
        assert tx.contacts.offered(account, [twin]) == ()
        assert [one.name for one in tx.contacts.of_account(account, ITSELF, "twin", 5)] == []


@pytest.mark.parametrize(
    "typed", ["%", "_", "\\", "' OR 1=1 --", "a" * 500, "u " * 1500, " ".join(f"{word:03x}" for word in range(1000))]
)
def test_what_is_typed_is_looked_for_as_it_is(company: Company, lea: Member, typed: str) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Urs Bachofner")
    with company.store.read(WORKSPACE) as tx:
        assert tx.contacts.with_words(typed, None, ITSELF, 5) == ()
        assert tx.contacts.nearest(typed, None, ITSELF, 5) == ()


def test_a_name_is_found_by_its_words_in_any_order_and_a_slip_by_what_it_is_like(company: Company, lea: Member) -> None:
    account, other = company.account("Helvetia", kam=lea), company.account("Nordfeld")
    company.contact(account, "Urs Bachofner")
    company.contact(other, "Ursula Bach")

    with company.store.read(WORKSPACE) as tx:
        found = tx.contacts.with_words("bachofner urs", None, ITSELF, 5)
        assert [(one.name, one.account.name) for one in found] == [("Urs Bachofner", "Helvetia")]
        assert [one.name for one in tx.contacts.with_words("urs", [other], ITSELF, 5)] == ["Ursula Bach"]
        assert [one.name for one in tx.contacts.with_words("", [other], ITSELF, 5)] == ["Ursula Bach"]
        assert tx.contacts.with_words("", None, ITSELF, 5) == ()
        assert [one.name for one in tx.contacts.nearest("bachofener", None, ITSELF, 1)] == ["Urs Bachofner"]


def test_evidence_counts_author_and_participants_over_the_notes_one_may_read(
    company: Company, lea: Member, tim: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    urs = company.contact(account, "Urs")
    for days in (10, 20, 30, 500):
        meet(company, lea, account, urs, days)
    both = meet(company, lea, account, urs, 5, favour="news", kind="call", category="need")
    put(company, ParticipantRow, interaction_id=both, member_id=tim.id)
    meet(company, lea, account, urs, 1, visibility="private")
    meet(company, lea, account, urs, 2, withdrawn_at=NOW)

    with company.store.read(WORKSPACE) as tx:
        found = tx.contacts.evidence(urs, tx.access.viewer(tim), NOW)

    assert found[lea.id].ever == 5
    assert (found[lea.id].in_a_year, found[lea.id].gave, found[lea.id].asked) == (4, True, 1)
    assert found[lea.id].last == NOW - timedelta(days=5)
    assert (found[tim.id].ever, found[tim.id].gave) == (1, True)


def test_a_favour_of_its_own_is_evidence_while_it_is_not_withdrawn(company: Company, lea: Member, tim: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    urs = company.contact(account, "Urs")
    meet(company, lea, account, urs)
    meet(company, tim, account, urs)
    for at, (member, withdrawn) in enumerate(((lea, None), (tim, NOW))):
        put(
            company,
            FavourRow,
            id=at + 1,
            account_id=account,
            contact_id=urs,
            kind="news",
            direction="given",
            text="an article",
            on=date(2026, 11, 1),
            member_id=member.id,
            author_id=member.id,
            visibility="company",
            created_at=NOW,
            withdrawn_at=withdrawn,
            version=1,
        )

    with company.store.read(WORKSPACE) as tx:
        found = tx.contacts.evidence(urs, ITSELF, NOW)

    assert (found[lea.id].gave, found[tim.id].gave) == (True, False)


def test_the_newest_judgement_counts_one_taken_back_is_none_and_imported_ones_have_no_date(
    company: Company, lea: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    urs = company.contact(account, "Urs", attitude=2, influence=3)
    for at, (measure, value) in enumerate(
        (("attitude", 4), ("attitude", 2), ("partnership", 3), ("partnership", None))
    ):
        put(
            company,
            AssessmentRow,
            id=at + 1,
            account_id=account,
            contact_id=urs,
            measure=measure,
            value=value,
            reason=f"reason {at}",
            by_id=lea.id,
            at=NOW + timedelta(seconds=at),
        )

    with company.store.read(WORKSPACE) as tx:
        contact = tx.contacts.get(urs, ITSELF)
        assert contact is not None
        found = tx.contacts.judgements(contact)

    assert found.keys() == {Measure.ATTITUDE, Measure.INFLUENCE}
    assert (found[Measure.ATTITUDE].value, found[Measure.ATTITUDE].reason) == (2, "reason 1")
    assert (found[Measure.INFLUENCE].value, found[Measure.INFLUENCE].at) == (3, None)


def test_relations_leave_out_whom_the_reader_may_not_see_and_who_left(
    company: Company, lea: Member, tim: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    hidden = company.account("Geheim", kam=lea, access="restricted")
    boss = company.contact(hidden, "Gabi")
    urs = company.contact(account, "Urs", reports_to_id=boss)
    company.contact(account, "Dora", reports_to_id=urs)
    company.contact(account, "Weg", reports_to_id=urs, left_on=date(2026, 1, 1))
    company.contact(account, "Zuletzt", reports_to_id=urs, left_on=NOW.date())
    put(company, InfluenceRow, contact_id=urs, on_contact_id=boss, by_id=lea.id, at=NOW)

    def read(member: Member) -> tuple[Any, ...]:
        with company.store.read(WORKSPACE) as tx:
            contact = tx.contacts.get(urs, ITSELF)
            assert contact is not None
            ties = tx.contacts.relations(contact, tx.access.viewer(member), NOW)
        return ties.reports_to and ties.reports_to.name, *(
            [one.name for one in some] for some in (ties.reports, ties.influences)
        )

    assert read(lea) == ("Gabi", ["Dora", "Zuletzt"], ["Gabi"])
    assert read(tim) == (None, ["Dora", "Zuletzt"], [])


def test_a_line_of_reporting_that_is_a_ring_ends(company: Company, lea: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    urs = company.contact(account, "Urs")
    dora = company.contact(account, "Dora", reports_to_id=urs)
    with company.store.engine.begin() as connection:
        connection.execute(update(ContactRow).where(ContactRow.id == urs).values(reports_to_id=dora))
    with company.store.read(WORKSPACE) as tx:
        assert tx.contacts.above(urs) == {urs, dora}


def test_our_people_of_the_level_are_suggested_the_team_first(company: Company, lea: Member, tim: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    company.member("Anna", level=1)
    company.member("Gone", level=1, standing="deactivated")
    company.team(account, tim)
    with company.store.read(WORKSPACE) as tx:
        assert [one.name for one in tx.contacts.candidates(account, 1, 5)] == ["Tim", "Anna"]


def test_of_two_changes_of_the_same_version_the_second_is_not_stored(
    store: SqlStore, company: Company, lea: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    urs = company.contact(account, "Urs", title="CEO")
    with store.begin(WORKSPACE) as tx:
        contact = tx.contacts.get(urs, ITSELF)
        assert contact is not None
        assert tx.contacts.change(contact, Profile("Urs", "COO", decision_roles=(DecisionRole.DECIDER,)), NOW)
        assert not tx.contacts.change(contact, Profile("Urs"), NOW)
        assert not tx.contacts.let_go(contact, date(2026, 11, 1), NOW)
        assert not tx.contacts.take_over(contact, lea.id, NOW)
        assert not tx.contacts.touch(contact, NOW)
        assert not tx.contacts.judge(contact, {Measure.ATTITUDE: 5}, {Measure.ATTITUDE: "x"}, lea.id, NOW)
        assert not tx.contacts.move(contact, account, None, None, None, date(2026, 11, 1), NOW)
        after = tx.contacts.get(urs, ITSELF)
        assert after is not None
        assert (after.title, after.version) == ("COO", 2)
        assert [one.title for one in tx.contacts.positions(urs, ITSELF)] == ["COO"]


def test_recent_contacts_are_those_one_wrote_of(company: Company, lea: Member, tim: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    urs, dora = company.contact(account, "Urs"), company.contact(account, "Dora")
    meet(company, lea, account, urs, days=9)
    meet(company, lea, account, dora, days=2)
    meet(company, tim, account, company.contact(account, "Other"))
    with company.store.read(WORKSPACE) as tx:
        assert [one.name for one in tx.contacts.recent(tx.access.viewer(lea), 5)] == ["Dora", "Urs"]
        assert tx.contacts.recent(CHANNEL, 5) == ()


def test_a_hypothesis_stays_with_the_circle_of_the_account_it_was_written_at(
    company: Company, lea: Member, tim: Member
) -> None:
    helvetia, nordfeld = company.account("Helvetia", kam=lea), company.account("Nordfeld", kam=tim)
    urs = company.contact(helvetia, "Urs")
    with company.store.begin(WORKSPACE) as tx:
        contact = tx.contacts.get(urs, ITSELF)
        assert contact is not None
        tx.contacts.suppose(contact, "may lead", "runs the line", lea.id, NOW)
        assert [one.text for one in tx.contacts.hypotheses(contact, ITSELF)] == ["may lead"]
        assert tx.contacts.move(contact, nordfeld, "Beirat", None, None, date(2026, 11, 2), NOW)
        moved = tx.contacts.get(urs, ITSELF)
        assert moved is not None
        assert [one.text for one in tx.contacts.hypotheses(moved, tx.access.viewer(lea))] == ["may lead"]
        assert tx.contacts.hypotheses(moved, tx.access.viewer(tim)) == ()


def test_a_file_sets_where_a_contact_stands_and_corrects_it_without_a_second_position(
    store: SqlStore, company: Company
) -> None:
    account = company.account("Helvetia")
    values = {**ATTRIBUTES[File.CONTACTS], "account_id": account, "name": "Urs", "title": "CEO", "level": 1}
    with store.begin(WORKSPACE) as tx:
        tx.setup.add(File.CONTACTS, [Record(77, values)], NOW)
        tx.setup.change(File.CONTACTS, [Record(77, {"title": "Beirat"}), Record(78, {"aims": "Ruhe"})], NOW)
    with store.read(WORKSPACE) as tx:
        [only] = tx.contacts.positions(ContactId(77), ITSELF)
    assert (only.account.id, only.title, only.level) == (account, "Beirat", 1)
    assert (only.from_on, only.until_on) == (None, None)


def test_key_of_a_new_name_is_the_one_that_is_looked_for(company: Company, lea: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    with company.store.begin(WORKSPACE) as tx:
        made = tx.contacts.add(account, Profile("Jördis ÆGIR"), NOW)
    with company.store.read(WORKSPACE) as tx:
        assert [one.id for one in tx.contacts.named(names.match_key("jördis ægir"), None, ITSELF, 5)] == [made]
