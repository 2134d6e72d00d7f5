from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain import errors
from bot.domain.absences import Period
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import DraftId, MemberId
from bot.domain.members import Member, Profile, Standing
from bot.domain.setup import member_number
from bot.domain.sponsorships import (
    PAGE,
    Desk,
    EndSponsorship,
    OpenSponsorship,
    SaveSponsorship,
    Sponsorship,
    TurnSponsors,
)
from bot.ports import Transaction
from bot.services import members, sponsors
from storage.store import SqlStore
from storage.tables import MemberRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.race import second_of_two
from tests.slack import Slack, words


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner", id="ULEA")


@pytest.fixture
def martin(company: Company) -> Member:
    return company.member("Martin Keller", id="UMARTIN", level=1)


@pytest.fixture
def eva(company: Company) -> Member:
    return company.member("Eva Roth", id="UEVA", level=3)


@pytest.fixture
def ana(company: Company) -> Member:
    return company.member("Ana Costa", id="UANA")


@pytest.fixture
def zoe(company: Company) -> Member:
    return company.member("Zoe Lang", id="UZOE", role="kam_lead")


def opened(store: SqlStore, actor: Member, kam: Member | None = None, sponsor: Member | None = None) -> DraftId:
    reply_to = ReplyTo(actor.id, "https://hooks.slack.test/3", replace=True)
    command = OpenSponsorship(actor, new_key(), reply_to, kam.id if kam else None, sponsor.id if sponsor else None)
    return sponsors.open_form(store, NOW, command).draft_id


def assign(store: SqlStore, actor: Member, kam: Member, sponsor: Member, deputy: Member | None = None) -> None:
    draft_id, deputy_id = opened(store, actor), deputy.id if deputy else None
    sponsors.save(store, NOW, SaveSponsorship(actor, draft_id, sponsor.id, deputy_id, new_key(), kam.id))


def hand_over(
    store: SqlStore, actor: Member, kam: Member, before: Member, sponsor: Member, deputy: Member | None = None
) -> None:
    draft_id, deputy_id = opened(store, actor, kam, before), deputy.id if deputy else None
    sponsors.save(store, NOW, SaveSponsorship(actor, draft_id, sponsor.id, deputy_id, new_key()))


def end(store: SqlStore, actor: Member, kam: Member, sponsor: Member, key: str = "") -> None:
    command = EndSponsorship(actor, kam.id, sponsor.id, key or new_key(), ReplyTo(actor.id))
    sponsors.end(store, NOW, command)


def backing(store: SqlStore, kam: Member) -> Sponsorship | None:
    with store.read(WORKSPACE) as tx:
        return tx.sponsorships.of(kam.id)


def desk(store: SqlStore, actor: Member) -> Desk:
    return sponsors.desk(store, NOW, actor)


def told(slack: Slack, whom: Member) -> list[str]:
    for _ in range(3):
        slack.deliver()
        slack.later(seconds=2)
    return [post["text"] for post in slack.out.to(whom)]


def test_a_sponsor_is_assigned_and_everybody_concerned_hears_of_it(
    store: SqlStore, company: Company, slack: Slack, lea: Member, martin: Member, ana: Member, zoe: Member
) -> None:
    company.account("Helvetia Pumpen", kam=lea)
    assign(store, zoe, lea, martin, ana)
    found = backing(store, lea)
    assert found is not None
    assert (found.sponsor.person, found.deputy) == (martin.person, ana.person)
    assert told(slack, lea) == ["Martin Keller backs you as sponsor."]
    assert told(slack, martin) == ["You back Lea Brunner as sponsor."]
    assert told(slack, ana) == ["You stand in for Martin Keller as sponsor of Lea Brunner."]
    assert told(slack, zoe) == []
    assert "Helvetia Pumpen" in words(slack.out.to(martin)[0])
    assert slack.out.replies[0]["replace"]
    assert "Martin Keller" in words(slack.out.replies[0])


def test_the_history_of_the_kam_names_who_did_it(store: SqlStore, lea: Member, martin: Member, zoe: Member) -> None:
    assign(store, zoe, lea, martin)
    end(store, zoe, lea, martin)
    with store.read(WORKSPACE) as tx:
        entries = tx.history.of(Ref(Subject.MEMBER, member_number(lea.id)))
    assert sorted(entry.action for entry in entries) == ["sponsor.assigned", "sponsor.ended"]
    assert {entry.actor for entry in entries} == {zoe.person}


def test_a_handover_is_told_to_the_former_sponsor_and_deputy_too(
    store: SqlStore, slack: Slack, lea: Member, martin: Member, eva: Member, ana: Member, zoe: Member
) -> None:
    assign(store, zoe, lea, martin, ana)
    told(slack, lea)
    hand_over(store, zoe, lea, martin, eva)
    found = backing(store, lea)
    assert found is not None
    assert (found.sponsor.person, found.deputy) == (eva.person, None)
    gone = "Eva Roth backs Lea Brunner now; you need not any more."
    assert told(slack, martin)[1:] == told(slack, ana)[1:] == [gone]
    assert told(slack, eva) == ["You back Lea Brunner as sponsor."]
    assert told(slack, lea)[1:] == ["Eva Roth backs you as sponsor."]


def test_a_form_saved_without_a_change_tells_nobody(
    store: SqlStore, slack: Slack, lea: Member, martin: Member, zoe: Member
) -> None:
    assign(store, zoe, lea, martin)
    told(slack, lea)
    hand_over(store, zoe, lea, martin, martin)
    assert len(told(slack, lea)) == len(told(slack, martin)) == 1


def test_the_end_of_a_sponsorship_is_told(
    store: SqlStore, slack: Slack, lea: Member, martin: Member, zoe: Member
) -> None:
    assign(store, zoe, lea, martin)
    told(slack, lea)
    end(store, zoe, lea, martin)
    assert backing(store, lea) is None
    assert told(slack, lea)[1:] == ["You have no sponsor any more."]
    assert told(slack, martin)[1:] == ["You don't back Lea Brunner any more."]


def test_an_admin_assigns_too_and_whoever_does_it_hears_nothing(
    store: SqlStore, company: Company, slack: Slack, lea: Member, martin: Member
) -> None:
    ada = company.member("Ada", role="admin")
    assign(store, ada, ada, martin)
    assign(store, ada, lea, martin)
    assert told(slack, ada) == []
    assert told(slack, lea) == ["Martin Keller backs you as sponsor."]


def test_nobody_gives_themselves_a_part_but_who_has_one_may_keep_it(
    store: SqlStore, company: Company, lea: Member, martin: Member, eva: Member, zoe: Member
) -> None:
    ada = company.member("Ada", role="admin")
    draft_id = opened(store, ada)
    for sponsor, deputy, field in ((ada, None, "sponsor"), (martin, ada, "deputy")):
        save = SaveSponsorship(ada, draft_id, sponsor.id, deputy.id if deputy else None, new_key(), lea.id)
        with pytest.raises(errors.SelfAppointed) as refused:
            sponsors.save(store, NOW, save)
        assert (refused.value.who, refused.value.field) == ((zoe.person,), field)
    assert backing(store, lea) is None
    assign(store, zoe, lea, ada)
    hand_over(store, ada, lea, ada, ada, eva)
    hand_over(store, ada, lea, ada, eva, ada)
    found = backing(store, lea)
    assert found is not None
    assert (found.sponsor.person, found.deputy) == (eva.person, ada.person)


@pytest.mark.parametrize("who", ["lea", "martin"])
def test_nobody_else_assigns_and_the_sentence_says_who_does(
    store: SqlStore, request: pytest.FixtureRequest, lea: Member, martin: Member, ana: Member, zoe: Member, who: str
) -> None:
    actor: Member = request.getfixturevalue(who)
    assign(store, zoe, lea, martin)
    draft_id = opened(store, zoe)
    save = SaveSponsorship(actor, draft_id, ana.id, None, new_key(), actor.id)
    tries: list[Callable[[], object]] = [
        lambda: opened(store, actor),
        lambda: opened(store, actor, lea, martin),
        lambda: sponsors.save(store, NOW, save),
        lambda: sponsors.open_again(store, actor, draft_id),
        lambda: end(store, actor, lea, martin),
    ]
    for tried in tries:
        with pytest.raises(errors.MayNotAssignSponsors) as refused:
            tried()
        assert refused.value.who == (zoe.person,)
    assert backing(store, lea) is not None


def test_who_lost_the_right_while_the_form_was_open_is_refused(
    store: SqlStore, company: Company, lea: Member, martin: Member, zoe: Member
) -> None:
    draft_id = opened(store, zoe)
    with store.engine.begin() as connection:
        connection.execute(update(MemberRow).where(MemberRow.id == zoe.id).values(role="member"))
    was = company.get(zoe.id)
    assert was is not None
    with pytest.raises(errors.MayNotAssignSponsors):
        sponsors.save(store, NOW, SaveSponsorship(was, draft_id, martin.id, None, new_key(), lea.id))


@pytest.mark.parametrize(
    ("kam", "sponsor", "deputy", "refusal", "field"),
    [
        ("ULEA", "ULEA", None, errors.TwoParts, "sponsor"),
        ("ULEA", "UMARTIN", "UMARTIN", errors.TwoParts, "deputy"),
        ("ULEA", "UMARTIN", "ULEFT", errors.NoFullMember, "deputy"),
        ("ULEA", "ULEFT", None, errors.NoFullMember, "sponsor"),
        ("ULEA", "UNOBODY", None, errors.NoFullMember, "sponsor"),
        ("ULEFT", "UMARTIN", None, errors.NoFullMember, "kam"),
        (None, "UMARTIN", None, errors.NoFullMember, "kam"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    store: SqlStore,
    company: Company,
    lea: Member,
    martin: Member,
    zoe: Member,
    kam: str | None,
    sponsor: str,
    deputy: str | None,
    refusal: type[errors.Refusal],
    field: str,
) -> None:
    company.member("Left", standing="deactivated")
    draft_id = opened(store, zoe)
    ids: list[Any] = [MemberId(one) if one else None for one in (sponsor, deputy, kam)]
    with pytest.raises(refusal) as refused:
        sponsors.save(store, NOW, SaveSponsorship(zoe, draft_id, ids[0], ids[1], new_key(), ids[2]))
    assert refused.value.field == field
    assert backing(store, lea) is None
    sponsors.save(store, NOW, SaveSponsorship(zoe, draft_id, martin.id, None, new_key(), lea.id))
    assert backing(store, lea) is not None, "the mended form is saved"


def test_the_second_is_told_who_was_first(
    store: SqlStore, company: Company, lea: Member, martin: Member, eva: Member, zoe: Member
) -> None:
    ada = company.member("Ada", role="admin")
    late = opened(store, ada)
    assign(store, zoe, lea, martin)
    late_change = opened(store, ada, lea, martin)
    save = SaveSponsorship(ada, late, eva.id, None, new_key(), lea.id)
    with pytest.raises(errors.SponsorChanged) as refused:
        sponsors.save(store, NOW, save)
    assert (refused.value.sponsor, refused.value.by, refused.value.at) == (martin.person, zoe.person, NOW)
    hand_over(store, zoe, lea, martin, eva)
    tries: list[Callable[[], object]] = [
        lambda: sponsors.save(store, NOW, SaveSponsorship(ada, late_change, martin.id, None, new_key())),
        lambda: sponsors.open_again(store, ada, late_change),
        lambda: opened(store, ada, lea, martin),
        lambda: end(store, ada, lea, martin),
    ]
    for tried in tries:
        with pytest.raises(errors.SponsorChanged) as refused:
            tried()
        assert refused.value.sponsor == eva.person


@pytest.mark.postgres
def test_of_two_at_the_same_moment_the_second_is_told_who_was_first(postgres_store: SqlStore) -> None:
    store, company = postgres_store, Company(postgres_store)
    lea, martin, eva = (company.member(name) for name in ("Lea", "Martin", "Eva"))
    zoe = company.member("Zoe", role="kam_lead")
    new = SaveSponsorship(zoe, opened(store, zoe), eva.id, None, new_key(), lea.id)

    def assigned(tx: Transaction) -> None:
        assert tx.sponsorships.assign(lea.id, martin.id, None)

    def deputy(tx: Transaction) -> None:
        before = tx.sponsorships.of(lea.id)
        assert before is not None
        assert tx.sponsorships.hand_over(before, martin.id, None if before.deputy else eva.id)

    with pytest.raises(errors.SponsorChanged) as refused:
        second_of_two(store, assigned, lambda: sponsors.save(store, NOW, new))
    assert refused.value.sponsor == martin.person
    change = SaveSponsorship(zoe, opened(store, zoe, lea, martin), eva.id, None, new_key())
    for tried in (lambda: sponsors.save(store, NOW, change), lambda: end(store, zoe, lea, martin)):
        with pytest.raises(errors.SponsorChanged):
            second_of_two(store, deputy, tried)
    assert backing(store, lea) is not None


def test_a_late_press_on_what_has_ended_says_so_and_a_forged_one_finds_nothing(
    store: SqlStore, company: Company, lea: Member, martin: Member, zoe: Member
) -> None:
    company.sponsorship(martin, lea)
    with store.begin(WORKSPACE) as tx:
        before = tx.sponsorships.of(lea.id)
        assert before is not None
        tx.sponsorships.end(before)
    with pytest.raises(errors.SponsorChanged) as refused:
        end(store, zoe, lea, martin)
    assert (refused.value.sponsor, refused.value.by, refused.value.at) == (None, None, None)
    forged = EndSponsorship(zoe, MemberId("<!channel>"), martin.id, new_key(), ReplyTo(zoe.id))
    with pytest.raises(errors.UnknownObject):
        sponsors.end(store, NOW, forged)


def test_the_same_delivery_twice_has_one_effect(
    store: SqlStore, slack: Slack, lea: Member, martin: Member, eva: Member, zoe: Member
) -> None:
    draft_id = opened(store, zoe)
    for _ in range(2):
        sponsors.save(store, NOW, SaveSponsorship(zoe, draft_id, martin.id, None, "view:V1:h#a", lea.id))
    with pytest.raises(errors.DraftGone):
        sponsors.save(store, NOW, SaveSponsorship(zoe, draft_id, eva.id, None, "view:V1:h#b", lea.id))
    assert len(told(slack, martin)) == 1
    command = OpenSponsorship(zoe, new_key(), ReplyTo(zoe.id), lea.id, martin.id)
    first, second = (sponsors.open_form(store, NOW, command) for _ in range(2))
    assert first == second == sponsors.open_again(store, zoe, first.draft_id)
    for _ in range(2):
        end(store, zoe, lea, martin, "trigger:end")
    turned = TurnSponsors(zoe, PAGE, "trigger:turn", ReplyTo(zoe.id, "https://hooks.slack.test/9"))
    for _ in range(2):
        sponsors.turn_page(store, NOW, turned)
    told(slack, zoe)
    assert len([reply for reply in slack.out.replies if reply["url"].endswith("9")]) == 1


def test_a_kam_sees_who_backs_them_and_nothing_of_others(
    store: SqlStore, company: Company, lea: Member, martin: Member, eva: Member, ana: Member, zoe: Member
) -> None:
    company.account("Helvetia Pumpen", kam=lea)
    company.account("Zeller", kam=ana)
    company.sponsorship(martin, lea, eva)
    company.sponsorship(eva, ana)
    shown = desk(store, lea)
    (mine,) = shown.mine
    assert (mine.sponsor, mine.deputy, [account.name for account in mine.accounts], mine.is_away) == (
        martin.person,
        eva.person,
        ["Helvetia Pumpen"],
        False,
    )
    assert (shown.table, shown.gaps, shown.assigned_by) == (None, None, (zoe.person,))


def test_while_the_sponsor_is_away_their_deputy_is_named(
    store: SqlStore, company: Company, lea: Member, martin: Member, eva: Member, ana: Member
) -> None:
    company.sponsorship(martin, lea, eva)
    today = NOW.date()
    with store.begin(WORKSPACE) as tx:
        tx.absences.add(martin.id, Period(today, today + timedelta(days=2)), NOW)
    (mine,) = desk(store, lea).mine
    assert (mine.is_away, mine.away_until, mine.stands_in) == (True, today + timedelta(days=2), eva.person)
    with store.begin(WORKSPACE) as tx:
        tx.absences.add(eva.id, Period(today, today), NOW)
    assert desk(store, lea).mine[0].stands_in is None
    assert desk(store, ana).mine == ()


def test_sponsors_and_their_deputies_see_whom_they_back(
    store: SqlStore, company: Company, lea: Member, martin: Member, eva: Member
) -> None:
    company.account("Helvetia Pumpen", kam=lea, access="restricted")
    company.sponsorship(martin, lea, eva)
    for one in (martin, eva):
        (line,) = desk(store, one).backing
        assert [account.name for account in line.accounts] == ["Helvetia Pumpen"]
        assert desk(store, one).table is None


def test_kam_leads_see_all_and_admins_what_is_open(
    store: SqlStore, company: Company, lea: Member, martin: Member, zoe: Member
) -> None:
    company.account("Open", kam=lea)
    company.account("Hidden", kam=lea, access="restricted")
    company.account("Nobody's", access="restricted")
    company.sponsorship(martin, lea)
    ada = company.member("Ada", role="admin")
    (line,) = desk(store, zoe).table or ()
    assert [account.name for account in line.accounts] == ["Hidden", "Open"]
    (line,) = desk(store, ada).table or ()
    assert [account.name for account in line.accounts] == ["Open"]
    lead_gaps, admin_gaps = desk(store, zoe).gaps, desk(store, ada).gaps
    assert lead_gaps is not None
    assert admin_gaps is not None
    assert [account.name for account in lead_gaps.accounts] == ["Nobody's"]
    assert admin_gaps.accounts == ()


def test_a_long_table_is_turned_page_by_page(
    store: SqlStore, company: Company, slack: Slack, martin: Member, zoe: Member
) -> None:
    for number in range(PAGE + 2):
        company.sponsorship(martin, company.member(f"Kam {number}", id=f"UK{number}"))
    first = desk(store, zoe)
    assert (len(first.table or ()), first.before, first.after, first.gaps is None) == (PAGE, None, PAGE, False)
    sponsors.turn_page(store, NOW, TurnSponsors(zoe, PAGE, new_key(), ReplyTo(zoe.id, "https://hooks.slack.test/9")))
    told(slack, zoe)
    shown = words(slack.out.replies[0])
    assert "Kam 8" in shown
    assert "Kam 6" not in shown


def test_who_left_before_it_was_told_hears_nothing(
    store: SqlStore, slack: Slack, lea: Member, martin: Member, zoe: Member
) -> None:
    assign(store, zoe, lea, martin)
    members.take_over(store, WORKSPACE, (Profile(martin.id, martin.name, Standing.DEACTIVATED),))
    members.take_over(store, WORKSPACE, (Profile(zoe.id, zoe.name, Standing.GUEST),))
    assert told(slack, martin) == []
    assert told(slack, lea) == ["Martin Keller (left) backs you as sponsor."]
    assert slack.out.replies == []
