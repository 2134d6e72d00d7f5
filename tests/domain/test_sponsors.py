import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.identity import AccountId, MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Backer, Chain, Link, Route, Skipped, Step, route
from bot.domain.sponsors import backer as backing

OWN, UP, ROOT = AccountId(1), AccountId(2), AccountId(3)
RAISER = MemberId("URAISER")


def backer(name: str, *, reachable: bool = True, level: int | None = None) -> Backer:
    return Backer(Person(MemberId(f"U{name.upper()}"), name, left=not reachable), reachable, level)


ADMIN = Person(MemberId("UADMIN"), "admin")


def chain(*links: Link, leads: tuple[Backer, ...] = ()) -> Chain:
    return Chain(OWN, {link.account_id: link for link in links}, leads, (ADMIN,))


def who(found: Route) -> list[str]:
    return [step.person.name for step in found.recipients if step.person]


def why(found: Route) -> list[tuple[Step, Skipped | None]]:
    return [(step.step, step.skipped) for step in found.skipped]


def test_the_own_sponsor_of_the_account_comes_first() -> None:
    found = route(chain(Link(OWN, None, backer("own"), backer("kams"))), RAISER, ())
    assert who(found) == ["own"]
    assert found.steps[-1].step is Step.OWN_SPONSOR
    assert not found.skipped


def test_without_an_own_sponsor_it_is_the_kams() -> None:
    found = route(chain(Link(OWN, None, None, backer("kams"))), RAISER, ())
    assert who(found) == ["kams"]
    assert why(found) == [(Step.OWN_SPONSOR, Skipped.EMPTY)]


def test_then_the_parents_own_and_its_kams_up_to_the_root() -> None:
    links = (Link(OWN, UP), Link(UP, ROOT, None, backer("upper")), Link(ROOT, None, backer("root")))
    assert who(route(chain(*links), RAISER, ())) == ["upper"]
    found = route(chain(*links), RAISER, {MemberId("UUPPER")})
    assert who(found) == ["root"]
    assert why(found) == [
        (Step.OWN_SPONSOR, Skipped.EMPTY),
        (Step.KAM_SPONSOR, Skipped.EMPTY),
        (Step.PARENT_SPONSOR, Skipped.EMPTY),
        (Step.PARENT_KAM_SPONSOR, Skipped.PARTY),
    ]


def test_then_all_kam_leads_who_take_no_side() -> None:
    leads = (backer("ana"), backer("ben"), backer("gone", reachable=False))
    found = route(chain(Link(OWN), leads=leads), RAISER, {MemberId("UBEN")})
    assert who(found) == ["ana"]
    assert [step.skipped for step in found.steps if step.step is Step.KAM_LEADS] == [
        None,
        Skipped.PARTY,
        Skipped.UNREACHABLE,
    ]


@pytest.mark.parametrize(
    ("sponsor", "parties", "reason"),
    [
        (backer("raiser"), (), Skipped.RAISER),
        (backer("side"), (MemberId("USIDE"),), Skipped.PARTY),
        (backer("gone", reachable=False), (), Skipped.UNREACHABLE),
    ],
)
def test_raiser_parties_and_those_who_left_are_skipped_and_shown(
    sponsor: Backer, parties: tuple[MemberId, ...], reason: Skipped
) -> None:
    found = route(chain(Link(OWN, None, sponsor, backer("kams"))), RAISER, parties)
    assert who(found) == ["kams"]
    assert found.skipped[0].person == sponsor.person
    assert found.skipped[0].skipped is reason


def test_nobody_at_all_and_the_kam_leads_are_asked_to_assign_a_sponsor() -> None:
    found = route(chain(Link(OWN), leads=(backer("raiser"),)), RAISER, ())
    assert not found.recipients
    assert [person.name for person in found.asked_to_assign] == ["raiser"]


def test_without_a_kam_lead_the_admins_are_asked() -> None:
    found = route(chain(Link(OWN), leads=(backer("gone", reachable=False),)), RAISER, ())
    assert found.asked_to_assign == (ADMIN,)
    assert route(Chain(None), RAISER, ()).asked_to_assign == ()


def test_a_ring_of_parents_ends() -> None:
    found = route(chain(Link(OWN, UP), Link(UP, OWN), leads=(backer("ana"),)), RAISER, ())
    assert who(found) == ["ana"]
    assert len(found.steps) == 5


def test_an_account_that_is_new_goes_to_the_kam_leads() -> None:
    assert who(route(Chain(None, {}, (backer("ana"),)), RAISER, ())) == ["ana"]


@pytest.mark.parametrize(("level", "junior"), [(1, False), (2, False), (3, True), (None, False)])
def test_a_sponsor_below_senior_management_is_a_warning(level: int | None, *, junior: bool) -> None:
    found = route(chain(Link(OWN, None, backer("own", level=level))), RAISER, ())
    assert found.recipients[0].is_junior is junior


def test_a_kam_lead_of_any_level_is_no_warning() -> None:
    found = route(chain(leads=(backer("ana", level=4),)), RAISER, ())
    assert not found.recipients[0].is_junior


def test_an_account_is_backed_by_the_first_who_can_be_reached() -> None:
    links = chain(Link(OWN, UP, backer("gone", reachable=False)), Link(UP, None, None, backer("upper"))).links
    found = backing(OWN, links)
    assert found is not None
    assert (found.step, found.person) == (Step.PARENT_KAM_SPONSOR, backer("upper").person)
    assert backing(OWN, {}) is None


_people = st.builds(
    Backer,
    st.builds(Person, st.sampled_from([MemberId(f"U{number}") for number in range(6)]), st.just("x")),
    st.booleans(),
)
_accounts = st.sampled_from([AccountId(number) for number in range(5)])
_links = st.lists(st.builds(Link, _accounts, st.none() | _accounts, st.none() | _people, st.none() | _people))


@given(
    _links,
    st.none() | _accounts,
    st.lists(_people, max_size=3),
    st.frozensets(st.sampled_from([MemberId(f"U{number}") for number in range(6)]), max_size=3),
)
def test_a_conflict_always_ends_with_somebody_reachable_or_somebody_is_told(
    links: list[Link], start: AccountId | None, leads: list[Backer], parties: frozenset[MemberId]
) -> None:
    raiser = MemberId("U0")
    tried = Chain(start, {link.account_id: link for link in links}, tuple(leads), (ADMIN,))
    reachable = {
        (backer.person.id, backer.is_reachable)
        for link in links
        for backer in (link.sponsor, link.kam_sponsor)
        if backer
    } | {(lead.person.id, lead.is_reachable) for lead in leads}

    found = route(tried, raiser, parties)

    for step in found.recipients:
        assert step.person is not None
        assert step.person.id != raiser
        assert step.person.id not in parties
        assert (step.person.id, True) in reachable
    assert bool(found.recipients) != bool(found.asked_to_assign)
    assert found.recipients == () or all(one.step is found.recipients[0].step for one in found.recipients)
