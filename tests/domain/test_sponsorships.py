from dataclasses import replace

import pytest

from bot.domain import errors, sponsorships
from bot.domain.access import Access
from bot.domain.accounts import AccountRef
from bot.domain.identity import AccountId, MemberId, WorkspaceId
from bot.domain.members import Member, Person, Role
from bot.domain.setup import member_number, member_of
from bot.domain.sponsors import Backer
from bot.domain.sponsorships import PAGE, Backed, Register, Sponsorship, Tended


def person(name: str, *, left: bool = False) -> Person:
    return Person(MemberId(f"U{name.upper()}"), name, left)


def backer(name: str, level: int | None = 1, *, left: bool = False) -> Backer:
    return Backer(person(name, left=left), is_reachable=not left, level=level)


def tended(
    number: int, name: str, *, kam: str | None = None, sponsor: Backer | None = None, parent: int = 0, seen: bool = True
) -> Tended:
    ref = AccountRef(AccountId(number), name, Access.OPEN if seen else Access.RESTRICTED)
    return Tended(ref, seen, AccountId(parent) if parent else None, person(kam) if kam else None, sponsor)


MARTIN, EVA = backer("Martin"), backer("Eva", 3)
LEA = Sponsorship(person("Lea"), MARTIN, person("Ana"))
BEN = Sponsorship(person("Ben"), EVA)
REGISTER = Register(
    (LEA, BEN),
    (
        tended(1, "Helvetia", kam="Lea"),
        tended(2, "Kolb", kam="Lea", sponsor=EVA),
        tended(3, "Zeller", kam="Ben"),
        tended(4, "Hidden", kam="Ben", seen=False),
        tended(5, "Alone"),
        tended(6, "Unit", parent=1),
        tended(7, "Unbacked", kam="Zoe"),
    ),
    {MARTIN.person.id: 3},
)


def test_only_kam_leads_and_admins_assign_sponsors() -> None:
    anybody = Member(WorkspaceId("T1"), MemberId("U1"), "Lea")
    assert not sponsorships.may_assign(anybody)
    assert sponsorships.may_assign(replace(anybody, role=Role.KAM_LEAD))
    assert sponsorships.may_assign(replace(anybody, is_admin=True))


@pytest.mark.parametrize(
    ("kam", "sponsor", "deputy", "field"),
    [
        ("U1", "U1", None, "sponsor"),
        ("U1", "U2", "U1", "deputy"),
        ("U1", "U2", "U2", "deputy"),
        ("U1", "U2", "U3", None),
        ("U1", "U2", None, None),
    ],
)
def test_kam_sponsor_and_deputy_are_three_people(kam: str, sponsor: str, deputy: str | None, field: str | None) -> None:
    ids = MemberId(kam), MemberId(sponsor), MemberId(deputy) if deputy else None
    if field is None:
        sponsorships.check(*ids)
        return
    with pytest.raises(errors.TwoParts) as refused:
        sponsorships.check(*ids)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("actor", "sponsor", "deputy", "before", "field"),
    [
        ("UZOE", "UZOE", None, None, "sponsor"),
        ("UZOE", "UEVA", "UZOE", LEA, "deputy"),
        ("UZOE", "UEVA", "UANA", None, None),
        ("UMARTIN", "UMARTIN", "UEVA", LEA, None),
        ("UANA", "UANA", "UEVA", LEA, "sponsor"),
        ("UANA", "UEVA", "UANA", LEA, None),
        ("UEVA", "UEVA", None, LEA, "sponsor"),
    ],
)
def test_nobody_gives_themselves_a_part_they_did_not_have(
    actor: str, sponsor: str, deputy: str | None, before: Sponsorship | None, field: str | None
) -> None:
    ids = MemberId(actor), MemberId(sponsor), MemberId(deputy) if deputy else None
    assert sponsorships.self_appointed(*ids, before) == field


def test_an_account_is_backed_by_name_by_its_kam_or_by_the_one_above() -> None:
    found = sponsorships.backers(REGISTER)
    assert {number: one.person.name for number, one in found.items() if one.person} == {
        1: "Martin",
        2: "Eva",
        3: "Eva",
        4: "Eva",
        6: "Martin",
    }


def test_the_table_has_a_line_for_each_kam_and_for_accounts_with_a_sponsor_of_their_own() -> None:
    lines = sponsorships.table(REGISTER)
    assert [
        (line.sponsor.person.name, line.sponsorship.kam.name if line.sponsorship else None, line.conflicts)
        for line in lines
    ] == [("Eva", "Ben", 0), ("Eva", None, 0), ("Martin", "Lea", 3)]
    assert [[account.name for account in line.accounts] for line in lines] == [["Zeller"], ["Kolb"], ["Helvetia"]]
    assert [line.is_junior for line in lines] == [True, True, False]


def test_a_level_that_is_not_known_is_no_reason_to_warn() -> None:
    assert not Backed(backer("Eva", None)).is_junior
    assert not Backed(backer("Eva", 2)).is_junior


def test_what_is_missing_is_named_as_far_as_the_reader_sees_it() -> None:
    left = replace(BEN, sponsor=backer("Gone", left=True), deputy=person("Gone2", left=True))
    register = replace(
        REGISTER,
        sponsorships=(LEA, left),
        accounts=(*REGISTER.accounts, tended(8, "Secret", seen=False), tended(9, "Own", sponsor=EVA)),
    )
    gaps = sponsorships.gaps(register)
    assert [kam.name for kam in gaps.kams] == ["Zoe"]
    assert [sponsor.name for sponsor in gaps.left] == ["Gone"]
    assert [kam.name for kam in gaps.without_deputy] == ["Ben"]
    assert [account.name for account in gaps.accounts] == ["Alone", "Unbacked", "Zeller"]
    assert sponsorships.gaps(Register()) == sponsorships.Gaps()


def test_a_kam_who_left_is_no_gap() -> None:
    account = replace(tended(1, "Helvetia"), kam=person("Old", left=True))
    assert sponsorships.gaps(Register((), (account,))).kams == ()


def test_my_sponsors_are_those_of_me_and_of_my_accounts() -> None:
    martin, eva = sponsorships.mine(REGISTER, LEA.kam.id, {AccountId(1), AccountId(2)})
    assert (martin.sponsor, martin.deputy, [account.name for account in martin.accounts]) == (
        MARTIN.person,
        LEA.deputy,
        ["Helvetia"],
    )
    assert (eva.sponsor, eva.level, eva.deputy, [account.name for account in eva.accounts]) == (
        EVA.person,
        3,
        None,
        ["Kolb"],
    )


def test_who_backs_me_shows_without_an_account_and_not_once_they_left() -> None:
    assert [one.sponsor for one in sponsorships.mine(Register((LEA,)), LEA.kam.id, ())] == [MARTIN.person]
    left = replace(LEA, sponsor=backer("Martin", left=True))
    assert sponsorships.mine(Register((left,)), LEA.kam.id, ()) == ()
    assert sponsorships.mine(REGISTER, MemberId("UZOE"), {AccountId(5), AccountId(7)}) == ()


def test_pages_follow_each_other_without_a_line_lost() -> None:
    lines = [Backed(backer(f"S{number}")) for number in range(2 * PAGE + 1)]
    first, before, after = sponsorships.page(lines, 0)
    assert (len(first), before, after) == (PAGE, None, PAGE)
    second, before, after = sponsorships.page(lines, PAGE)
    assert (before, after) == (0, 2 * PAGE)
    last, before, after = sponsorships.page(lines, 2 * PAGE)
    assert (before, after) == (PAGE, None)
    assert [*first, *second, *last] == lines
    assert sponsorships.page(lines, 999) == (last, PAGE, None)
    assert sponsorships.page(lines, -5)[0] == first
    assert sponsorships.page([], 0) == ((), None, None)


@pytest.mark.parametrize("member_id", ["U012ABCDEF", "W1", "UMARTIN"])
def test_the_number_of_a_member_turns_back_into_the_id(member_id: str) -> None:
    assert member_of(member_number(member_id)) == member_id
