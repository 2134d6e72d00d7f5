from itertools import product

import pytest

from bot.domain.access import CHANNEL, Access, Depth, Viewer, sees_conflict
from bot.domain.escalation_commands import Decide, ToDo
from bot.domain.escalations import Action, Case, Course, Escalation, Kind, NewEscalation, State
from bot.domain.identity import AccountId, EscalationId, MemberId, WorkspaceId
from bot.domain.members import Member, Role, Standing
from bot.domain.sponsors import Considered, Route, Skipped, Step
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company

PEOPLE = ("Raiser", "Aside", "Bside", "Head", "Kam", "Deputy", "Sponsor", "Lead", "Skipped", "Other")


def put(
    company: Company, account: AccountId, members: dict[str, Member], steps: tuple[Considered, ...]
) -> EscalationId:
    with company.store.begin(company.workspace) as tx:
        new = NewEscalation(
            tx.escalations.next_id(),
            account,
            members["Raiser"].id,
            members["Aside"].id,
            members["Bside"].id,
            None,
            members["Head"].id,
            None,
            Case("ours", "theirs"),
            "",
            Route(steps),
        )
        tx.escalations.add(new, NOW)
        return new.id


def people(company: Company) -> dict[str, Member]:
    return {name: company.member(name) for name in PEOPLE}


@pytest.mark.parametrize("access", list(Access))
def test_the_store_shows_a_conflict_exactly_as_deep_as_the_access_rule(
    store: SqlStore, company: Company, access: Access
) -> None:
    members = people(company)
    account = company.account("Helvetia", kam=members["Kam"], deputy=members["Deputy"], access=access)
    steps = (
        Considered(Step.OWN_SPONSOR, members["Skipped"].person, Skipped.PARTY),
        Considered(Step.KAM_SPONSOR, members["Sponsor"].person),
    )
    conflict = put(company, account, members, steps)
    insiders = {members[name].id for name in ("Raiser", "Aside", "Bside", "Head", "Kam", "Deputy", "Sponsor")}
    viewers = [
        Viewer(member, lead, circle=frozenset({account}) if inside else frozenset())
        for member, lead, inside in product(
            (None, *(member.id for member in members.values())), (True, False), (True, False)
        )
    ]
    with store.read(WORKSPACE) as tx:
        for viewer in viewers:
            depth = sees_conflict(viewer, account, access, insiders)
            whole, header = tx.escalations.get(conflict, viewer), tx.escalations.header(conflict, viewer)
            assert (whole is not None) == (depth is Depth.ALL)
            assert (header is not None) == (depth >= Depth.HEADER)
            found = tx.escalations.by_number(1, viewer)
            assert isinstance(found, Escalation) == (depth is Depth.ALL)
            assert (found is not None) == (depth >= Depth.HEADER)


def test_whoever_came_later_sees_all_of_it(store: SqlStore, company: Company) -> None:
    members = people(company)
    account = company.account("Helvetia", kam=members["Kam"], access="restricted")
    stood_in = (
        Considered(Step.OWN_SPONSOR, members["Skipped"].person, Skipped.AWAY),
        Considered(Step.OWN_SPONSOR, members["Sponsor"].person, in_stead_of=members["Skipped"].person),
    )
    conflict = put(company, account, members, stood_in)
    later = {name: company.member(name) for name in ("Joiner", "Offered", "Giver", "Owner")}
    with store.begin(WORKSPACE) as tx:
        assert tx.escalations.join(conflict, later["Joiner"].id, "me too", NOW)
        assert not tx.escalations.join(conflict, later["Joiner"].id, "me too", NOW)
        course = Course(State.DECIDED, handing_to=later["Offered"].id, handed_by=later["Giver"].id)
        assert tx.escalations.move(conflict, 1, Action.DECIDE, course)
        to_do = (ToDo(1, "call", later["Owner"].id, NOW.date()),)
        decision = Decide(
            members["Sponsor"],
            conflict,
            Kind.ADVICE,
            "a",
            "b",
            confirmed=False,
            key="k",
            today=NOW.date(),
            agreed=to_do,
        )
        tx.escalations.add_decision(decision, members["Skipped"].id, NOW)
    with store.read(WORKSPACE) as tx:
        for member in (*later.values(), members["Skipped"]):
            assert tx.escalations.get(conflict, Viewer(member.id)) is not None
        assert tx.escalations.header(conflict, Viewer(members["Other"].id)) is None


def test_a_kam_lead_who_received_it_sees_it_only_as_a_kam_lead(store: SqlStore, company: Company) -> None:
    members = people(company)
    conflict = put(company, company.account("Helvetia"), members, (Considered(Step.KAM_LEADS, members["Lead"].person),))
    with store.read(WORKSPACE) as tx:
        assert tx.escalations.get(conflict, Viewer(members["Lead"].id, is_kam_lead=True)) is not None
        assert tx.escalations.get(conflict, Viewer(members["Lead"].id)) is None


def test_the_chain_comes_back_as_it_was_stored(store: SqlStore, company: Company) -> None:
    members = people(company)
    steps = (
        Considered(Step.OWN_SPONSOR, skipped=Skipped.EMPTY),
        Considered(Step.KAM_SPONSOR, members["Skipped"].person, Skipped.RAISER),
        Considered(Step.KAM_LEADS, members["Lead"].person),
        Considered(Step.KAM_LEADS, members["Sponsor"].person),
    )
    conflict = put(company, company.account("Helvetia"), members, steps)
    with store.read(WORKSPACE) as tx:
        found = tx.escalations.get(conflict, Viewer(members["Raiser"].id))
    assert found is not None
    assert found.steps == steps


def test_two_workspaces_never_meet(store: SqlStore, company: Company) -> None:
    other = Company(store, WorkspaceId("T2"))
    conflicts = []
    for firm in (company, other):
        members = people(firm)
        account = firm.account("Helvetia", kam=members["Kam"])
        conflicts.append(put(firm, account, members, (Considered(Step.KAM_LEADS, skipped=Skipped.EMPTY),)))
    raiser = Viewer(MemberId("URAISER"))
    first, second = conflicts
    for firm, own, foreign in ((company, first, second), (other, second, first)):
        with store.begin(firm.workspace) as tx:
            found = tx.escalations.by_number(1, raiser)
            assert isinstance(found, Escalation)
            assert found.id == own
            assert tx.escalations.get(foreign, raiser) is None
            assert tx.escalations.unaddressed(foreign) is None
            assert not tx.escalations.add_statement(foreign, MemberId("UBSIDE"), "x", NOW)
            assert not tx.escalations.move(foreign, 1, Action.ACKNOWLEDGE, Course(State.ACKNOWLEDGED))


def test_a_transition_happens_only_from_its_state(store: SqlStore, company: Company) -> None:
    members = people(company)
    conflict = put(company, company.account("H"), members, (Considered(Step.OWN_SPONSOR, members["Sponsor"].person),))
    taken, decided = Course(State.ACKNOWLEDGED, members["Sponsor"].id, NOW), Course(State.DECIDED)
    with store.begin(WORKSPACE) as tx:
        assert tx.escalations.move(conflict, 1, Action.ACKNOWLEDGE, taken)
        assert not tx.escalations.move(conflict, 2, Action.ACKNOWLEDGE, taken)
        assert not tx.escalations.move(conflict, 1, Action.DECIDE, decided)
        assert tx.escalations.move(conflict, 2, Action.DECIDE, decided)
        assert not tx.escalations.move(conflict, 3, Action.DECIDE, decided)


def test_a_conflict_without_recipient_cannot_be_decided(store: SqlStore, company: Company) -> None:
    members = people(company)
    conflict = put(company, company.account("H"), members, (Considered(Step.KAM_LEADS, skipped=Skipped.EMPTY),))
    with store.begin(WORKSPACE) as tx:
        assert not tx.escalations.move(conflict, 1, Action.DECIDE, Course(State.DECIDED))
        assert tx.escalations.unaddressed(conflict) == ("E-1", NOW)


def test_the_chain_of_an_account_is_read_with_levels_and_standing(store: SqlStore, company: Company) -> None:
    kam, own = company.member("Kam"), company.member("Own", level=1)
    backer = company.member("Backer", level=3, standing=Standing.GUEST)
    company.member("Nina", role=Role.KAM_LEAD, standing=Standing.DEACTIVATED)
    admin = company.member("Adam", role=Role.ADMIN)
    company.sponsorship(backer, kam)
    root = company.account("Root", sponsor=own)
    unit = company.account("Unit", parent_id=root, kam=kam)
    company.account("Elsewhere", parent_id=root, sponsor=own)
    with store.read(WORKSPACE) as tx:
        chain, none = tx.sponsors.chain(unit), tx.sponsors.chain(None)
    assert set(chain.links) == {unit, root}
    assert chain.links[unit].sponsor is None
    found = chain.links[unit].kam_sponsor
    assert found is not None
    assert (found.person.name, found.is_reachable, found.level) == ("Backer", False, 3)
    assert chain.links[root].sponsor is not None
    assert [lead.is_reachable for lead in chain.kam_leads] == [False]
    assert chain.admins == (admin.person,)
    assert none.links == {}


def test_a_channel_knows_headers_of_open_accounts_only(store: SqlStore, company: Company) -> None:
    members = people(company)
    steps = (Considered(Step.OWN_SPONSOR, members["Sponsor"].person),)
    seen = put(company, company.account("Open"), members, steps)
    hidden = put(company, company.account("Hidden", access="restricted"), members, steps)
    with store.read(WORKSPACE) as tx:
        assert tx.escalations.header(seen, CHANNEL) is not None
        assert tx.escalations.header(hidden, CHANNEL) is None
