from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from bot.domain import request_desks
from bot.domain.access import CHANNEL, Access, Depth, Viewer, Visibility, sees_account, sees_note, sees_request
from bot.domain.identity import AccountId, DepartmentId, InteractionId, MemberId, WorkspaceId
from bot.domain.interactions import Source
from bot.domain.members import Member, Role, Standing
from storage.store import SqlStore, Transaction
from storage.tables import (
    AccountNameRow,
    AccountRow,
    Base,
    ContactRow,
    DepartmentRow,
    InteractionRow,
    MemberRow,
    RequestRow,
    SponsorshipRow,
    TeamRow,
)
from tests.company import NOW, WORKSPACE, Company

PEOPLE = [MemberId(f"U{number}") for number in range(5)]
ALL = InteractionId(1)
"""The burst that holds every note, so that one statement reads them."""
ACCOUNTS = [AccountId(number) for number in range(1, 4)]
PERSON, SOMEBODY = st.sampled_from(PEOPLE), st.none() | st.sampled_from(PEOPLE)


@dataclass(frozen=True)
class An:
    """An account with its people."""

    access: Access
    kam: MemberId | None
    deputy: MemberId | None
    sponsor: MemberId | None
    team: frozenset[MemberId] = frozenset()
    owners: frozenset[MemberId] = frozenset()


@dataclass(frozen=True)
class World:
    """A company small enough to be drawn."""

    accounts: dict[AccountId, An]
    sponsorships: dict[MemberId, tuple[MemberId, MemberId | None]]
    """KAM → sponsor and the sponsor's deputy."""
    notes: list[tuple[AccountId, MemberId, Visibility, bool]] = field(default_factory=list)
    """Account, author, visibility, withdrawn."""
    kam_leads: frozenset[MemberId] = frozenset()

    def leadership(self, me: MemberId, account: An) -> bool:
        """Say in words what the statement says in SQL: KAM, deputy, sponsor, the sponsor's deputy (S83)."""
        if me in {account.kam, account.deputy, account.sponsor}:
            return True
        if account.sponsor is not None:
            return any(sponsor == account.sponsor and deputy == me for sponsor, deputy in self.sponsorships.values())
        return account.kam is not None and me in self.sponsorships.get(account.kam, ())

    def viewer(self, me: MemberId) -> Viewer:
        """Return what the rule needs to know about a reader."""
        leadership = frozenset(id_ for id_, account in self.accounts.items() if self.leadership(me, account))
        kam_of = frozenset(id_ for id_, account in self.accounts.items() if me in {account.kam, account.deputy})
        circle = frozenset(id_ for id_, account in self.accounts.items() if me in account.team | account.owners)
        return Viewer(
            me, is_kam_lead=me in self.kam_leads, circle=circle | leadership, leadership=leadership, kam_of=kam_of
        )


WORLDS = st.builds(
    World,
    st.fixed_dictionaries(
        {
            account: st.builds(
                An,
                st.sampled_from(Access),
                SOMEBODY,
                SOMEBODY,
                SOMEBODY,
                st.frozensets(PERSON, max_size=2),
                st.frozensets(PERSON, max_size=2),
            )
            for account in ACCOUNTS
        }
    ),
    st.dictionaries(PERSON, st.tuples(PERSON, SOMEBODY), max_size=3),
    st.lists(st.tuples(st.sampled_from(ACCOUNTS), PERSON, st.sampled_from(Visibility), st.booleans()), max_size=8),
    st.frozensets(PERSON, max_size=1),
)
QUIET = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class _Undo(Exception):
    """Ends a transaction without a trace."""


@contextmanager
def built(store: SqlStore, world: World) -> Iterator[Transaction]:
    """Open a transaction in which the world exists, and forget it again."""
    with suppress(_Undo), store.begin(WORKSPACE) as tx:
        _build(tx, world)
        yield tx
        raise _Undo


def _build(tx: Transaction, world: World) -> None:
    run, here = tx.members._session.run, {"workspace_id": WORKSPACE}
    rows: dict[type[Base], list[dict[str, Any]]] = {
        table: []
        for table in (MemberRow, AccountRow, AccountNameRow, TeamRow, ContactRow, SponsorshipRow, InteractionRow)
    }
    for person in PEOPLE:
        role = Role.KAM_LEAD if person in world.kam_leads else Role.MEMBER
        values = {"name": person, "standing": Standing.MEMBER, "role": role, "is_owner": False, "topics": []}
        rows[MemberRow].append({"id": person, **values})
    for id_, account in world.accounts.items():
        people = {"kam_id": account.kam, "deputy_id": account.deputy, "sponsor_id": account.sponsor}
        values = {"name": f"A{id_}", "kind": "customer", "access": account.access, "created_at": NOW, "version": 1}
        rows[AccountRow].append({"id": id_, **values, **people})
        rows[AccountNameRow].append({"key": f"a{id_}", "account_id": id_, "name": f"A{id_}"})
        rows[TeamRow] += [{"account_id": id_, "member_id": member} for member in account.team]
        for number, owner in enumerate(sorted(account.owners)):
            dates = {"created_at": NOW, "updated_at": NOW, "version": 1}
            contact = {"id": id_ * 10 + number, "account_id": id_, "owner_id": owner, "name": owner, "name_key": owner}
            rows[ContactRow].append({**contact, **dates, "decision_roles": []})
    for kam, (sponsor, deputy) in world.sponsorships.items():
        rows[SponsorshipRow].append({"kam_id": kam, "sponsor_id": sponsor, "deputy_id": deputy})
    for number, (account_id, author, visibility, withdrawn) in enumerate(world.notes, start=1):
        values = {"occurred_at": NOW, "logged_at": NOW, "text": "x", "kind": "other", "tags": [], "version": 1}
        values |= {"satisfaction": 3, "satisfaction_source": Source.OURS}
        whose = {"account_id": account_id, "author_id": author, "visibility": visibility}
        taken_back = NOW if withdrawn else None
        rows[InteractionRow].append(
            {"id": number, "number": number, **values, **whose, "withdrawn_at": taken_back, "burst_id": ALL}
        )
    for table, values_of in rows.items():
        if values_of:
            run(insert(table), [{**here, **values} for values in values_of])


@given(world=WORLDS)
@QUIET
def test_the_database_shows_what_the_rule_shows(store: SqlStore, company: Company, world: World) -> None:
    with built(store, world) as tx:
        for viewer in (CHANNEL, *map(world.viewer, PEOPLE)):
            if viewer.member_id is not None:
                member = tx.members.get(viewer.member_id)
                assert member is not None
                assert tx.access.viewer(member) == viewer
            accounts = {id_ for id_, account in world.accounts.items() if sees_account(viewer, id_, account.access)}
            assert {name.account.id for name in tx.accounts.names(viewer)} == accounts
            assert {account.id for account in tx.accounts.suggestions("", viewer, 100)} == accounts
            notes = {
                number
                for number, (account_id, author, visibility, withdrawn) in enumerate(world.notes, start=1)
                if sees_note(viewer, account_id, world.accounts[account_id].access, visibility, author)
                and (not withdrawn or viewer.member_id == author)
            }
            assert {note.number for note in tx.interactions.in_burst(ALL, viewer)} == notes
            # These statements are built once, and each of the readers is but a set of parameters.
            standing = {number for number in notes if not world.notes[number - 1][-1]}
            assert {one.number for one in tx.account_cards.last_interactions(ACCOUNTS, viewer, 100)} == standing
            assert {one.number for one in tx.briefings.heard(ACCOUNTS, None, viewer, NOW, 100)} == standing
            assert len(tx.account_cards.counted(ACCOUNTS, viewer, NOW).values[Source.OURS]) == len(standing)


@dataclass(frozen=True)
class Office:
    """Departments, who can be reached, and what was asked of them."""

    standings: dict[MemberId, Standing]
    roles: dict[MemberId, Role]
    departments: dict[DepartmentId, tuple[MemberId, MemberId | None, MemberId | None]]
    """Coordinator, head, deputy."""
    workers: dict[MemberId, tuple[DepartmentId, bool]]
    """Department, and whether there is a topic."""
    asked: list[tuple[AccountId, DepartmentId | None, MemberId, Visibility, tuple[MemberId, MemberId | None] | None]]
    """Account, department, requester, visibility, and who answered with who takes it on."""


DEPARTMENTS = [DepartmentId(number) for number in (1, 2)]
STANDINGS = st.sampled_from([Standing.MEMBER, Standing.MEMBER, Standing.DEACTIVATED, Standing.GUEST])
OFFICES = st.builds(
    Office,
    st.fixed_dictionaries(dict.fromkeys(PEOPLE, STANDINGS)),
    st.fixed_dictionaries(dict.fromkeys(PEOPLE, st.sampled_from(Role))),
    st.fixed_dictionaries(dict.fromkeys(DEPARTMENTS, st.tuples(PERSON, SOMEBODY, SOMEBODY))),
    st.dictionaries(PERSON, st.tuples(st.sampled_from(DEPARTMENTS), st.booleans())),
    st.lists(
        st.tuples(
            st.sampled_from(ACCOUNTS),
            st.none() | st.sampled_from(DEPARTMENTS),
            PERSON,
            st.sampled_from(Visibility),
            st.none() | st.tuples(PERSON, SOMEBODY),
        ),
        max_size=8,
    ),
)


def _staff(tx: Transaction, office: Office) -> None:
    run, here = tx.members._session.run, {"workspace_id": WORKSPACE}
    for id_, (coordinator, head, deputy) in office.departments.items():
        values = {"name": f"D{id_}", "name_key": f"d{id_}", "channel_id": f"C{id_}", "answer_hours": 16, "lead_days": 5}
        people = {"coordinator_id": coordinator, "head_id": head, "deputy_id": deputy}
        run(insert(DepartmentRow).values(**here, id=id_, **values, **people))
    for person in PEOPLE:
        department_id, has_topic = office.workers.get(person, (None, False))
        values = {"department_id": department_id, "topics": ["x"] if has_topic else []}
        person_is = {"standing": office.standings[person], "role": office.roles[person]}
        run(update(MemberRow).where(MemberRow.id == person).values(**values, **person_is))
    for number, (account_id, department_id, requester, visibility, answer) in enumerate(office.asked, start=1):
        values = {"kind": "expert", "what": "x", "needed_by": NOW.date(), "created_at": NOW, "version": 1}
        whose = {"account_id": account_id, "department_id": department_id, "requester_id": requester}
        answered: dict[str, Any] = {"state": "open"}
        if answer is not None:
            answered = {"state": "accepted", "answered_by_id": answer[0], "answered_at": NOW, "assignee_id": answer[1]}
        request = {"id": number, "number": number, "visibility": visibility, **values, **whose, **answered}
        run(insert(RequestRow).values(**here, **request))


@given(world=WORLDS, office=OFFICES)
@QUIET
def test_the_database_counts_the_requests_that_the_rule_shows(
    store: SqlStore, company: Company, world: World, office: Office
) -> None:
    with built(store, world) as tx:
        _staff(tx, office)
        departments = {department.id: department for department in tx.departments.all()}
        leads, admins = tx.members.kam_leads(), tx.members.admins()
        members = [member for person in PEOPLE if (member := tx.members.get(person)) and member.standing == "member"]
        for viewer in (CHANNEL, *map(tx.access.viewer, members)):
            expected = set()
            for number, (account_id, asked, requester, visibility, answer) in enumerate(office.asked, start=1):
                access = world.accounts[account_id].access
                department = departments[asked] if asked else None
                restricted = access is Access.RESTRICTED
                otherwise = request_desks.stand_in(leads, admins, requester, restricted=restricted)
                named = request_desks.named(department, otherwise, None) | {
                    one for one in answer or () if one is not None
                }
                if sees_request(viewer, account_id, access, visibility, requester, named, asked) is not Depth.NOTHING:
                    expected.add(f"R-{number}")
            open_ = tx.briefings.open_matters(ACCOUNTS, viewer, len(office.asked))
            assert {one.short_id for one in open_.requests} == expected
            assert open_.request_count == len(expected)


def test_departments_are_answered_for_by_their_people_and_key_persons(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    production = company.department("Production", coordinator=lea)
    expert = company.member("Expert", department_id=production, topics=["welding"])
    colleague = company.member("Colleague", department_id=production)

    def answers(member: Member) -> frozenset[DepartmentId]:
        with store.read(WORKSPACE) as tx:
            return tx.access.viewer(member).answers_for

    assert answers(lea) == answers(expert) == {production}
    assert answers(colleague) == frozenset()
    with store.read(WORKSPACE) as tx:
        assert tx.access.viewer(colleague).department_id == production


def test_nothing_of_another_workspace_is_counted(store: SqlStore, company: Company) -> None:
    other, lea = Company(store, WorkspaceId("T2")), company.member("Lea")
    other.account("Alpina", kam=other.member("Lea"))

    with store.read(WORKSPACE) as tx:
        assert tx.access.viewer(lea).circle == frozenset()
        assert tx.accounts.names(Viewer(lea.id, is_kam_lead=True)) == ()


def test_department_rows_are_read_with_their_people(store: SqlStore, company: Company) -> None:
    lea, ben = company.member("Lea"), company.member("Ben", standing=Standing.DEACTIVATED)
    production = company.department("Production", lea, channel="CPROD", head=ben)
    company.department("Assembly", lea)
    company.member("Expert", department_id=production, topics=["welding"])
    company.member("Colleague", department_id=production)

    with store.read(WORKSPACE) as tx:
        department = tx.departments.get(production)
        assert department is not None
        assert [found.name for found in tx.departments.all()] == ["Assembly", "Production"]
        assert tx.departments.in_channel(department.channel_id) == department
        assert tx.departments.get(DepartmentId(99)) is None
        assert [person.name for person in tx.departments.key_persons(production)] == ["Expert"]
    assert department.head is not None
    assert department.head.left
