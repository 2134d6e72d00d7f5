from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.absences import EndAbsence, OpenAbsence, Period, Plan, SaveAbsence
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import AbsenceId, DraftId, MemberId
from bot.domain.members import Member, Profile, Standing
from bot.ports import Transaction
from bot.services import absences, members
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.race import second_of_two
from tests.slack import Slack

TODAY, DAY = date(2026, 11, 20), timedelta(days=1)


@pytest.fixture
def martin(company: Company) -> Member:
    return company.member("Martin Keller", id="UMARTIN")


@pytest.fixture
def ana(company: Company) -> Member:
    return company.member("Ana Costa", id="UANA")


@pytest.fixture
def ben(company: Company) -> Member:
    return company.member("Ben Okafor", id="UBEN")


@pytest.fixture
def zoe(company: Company) -> Member:
    return company.member("Zoe Lang", id="UZOE", role="kam_lead")


def days(start: int, end: int, deputy: Member | None = None) -> Period:
    return Period(TODAY + DAY * start, TODAY + DAY * end, deputy.id if deputy else None)


def opened(store: SqlStore, actor: Member, seen: AbsenceId | None = None, version: int = 0, **values: Any) -> DraftId:
    command = OpenAbsence(actor, new_key(), ReplyTo(actor.id, "https://hooks.slack.test/3"), seen, version, **values)
    return absences.open_form(store, NOW, command).draft_id


def enter(
    store: SqlStore, actor: Member, period: Period, *, now: Any = NOW, member: Member | None = None, key: str = ""
) -> AbsenceId:
    draft_id = opened(store, actor, for_other=member is not None)
    command = SaveAbsence(actor, draft_id, period, key or new_key(), member.id if member else None)
    absences.save(store, now, command)
    with store.read(WORKSPACE) as tx:
        made = tx.inbox.effect_of(command.key)
    assert made is not None
    return AbsenceId(made.id)


def change(
    store: SqlStore, actor: Member, absence_id: AbsenceId, version: int, period: Period, *, now: Any = NOW
) -> None:
    absences.save(store, now, SaveAbsence(actor, opened(store, actor, absence_id, version), period, new_key()))


def end(store: SqlStore, actor: Member, absence_id: AbsenceId, version: int = 1, *, now: Any = NOW) -> None:
    absences.end(store, now, EndAbsence(actor, absence_id, version, new_key(), ReplyTo(actor.id)))


def planned(store: SqlStore, actor: Member, now: Any = NOW) -> Plan:
    return absences.plan(store, now, actor)


def told(slack: Slack, whom: Member) -> list[str]:
    for _ in range(3):
        slack.deliver()
        slack.later(seconds=2)
    return [post["text"] for post in slack.out.to(whom)]


def test_an_absence_is_entered_and_its_deputy_hears_of_it(
    store: SqlStore, slack: Slack, martin: Member, ana: Member
) -> None:
    absence_id = enter(store, martin, days(17, 21, ana))
    own = planned(store, martin).own
    assert [(one.absence.id, one.absence.starts_on, one.absence.deputy, one.uncovered) for one in own] == [
        (absence_id, date(2026, 12, 7), ana.person, None)
    ]
    assert planned(store, ana).standing_in[0].id == absence_id
    assert told(slack, ana) == ["You stand in for Martin Keller: Mon 7 Dec to Fri 11 Dec."]
    assert told(slack, martin) == []
    assert "Your absences" in slack.out.replies[0]["text"]


def test_without_a_deputy_nobody_is_told(store: SqlStore, slack: Slack, martin: Member) -> None:
    enter(store, martin, days(0, 0))
    assert told(slack, martin) == []
    assert slack.out.posts == []


def test_the_history_names_the_fields_and_no_values(store: SqlStore, martin: Member, ana: Member) -> None:
    absence_id = enter(store, martin, days(1, 2, ana))
    with store.read(WORKSPACE) as tx:
        (entry,) = tx.history.of(Ref(Subject.ABSENCE, absence_id))
    assert (entry.action, entry.actor, entry.words) == ("absence.entered", martin.person, None)


def test_other_dates_and_another_deputy_are_told_to_both_deputies(
    store: SqlStore, slack: Slack, martin: Member, ana: Member, ben: Member
) -> None:
    absence_id = enter(store, martin, days(17, 21, ana))
    told(slack, ana)
    change(store, martin, absence_id, 1, days(17, 20, ana))
    assert told(slack, ana)[1:] == ["You stand in for Martin Keller: Mon 7 Dec to Thu 10 Dec."]
    change(store, martin, absence_id, 2, days(17, 20, ben))
    assert told(slack, ana)[2:] == ["You need not stand in for Martin Keller any more: Mon 7 Dec to Thu 10 Dec."]
    assert told(slack, ben) == ["You stand in for Martin Keller: Mon 7 Dec to Thu 10 Dec."]


def test_a_form_saved_without_a_change_tells_nobody(store: SqlStore, slack: Slack, martin: Member, ana: Member) -> None:
    absence_id = enter(store, martin, days(17, 21, ana))
    told(slack, ana)
    change(store, martin, absence_id, 1, days(17, 21, ana))
    assert len(told(slack, ana)) == 1


def test_an_absence_ahead_is_taken_back_and_its_deputy_hears_of_it(
    store: SqlStore, slack: Slack, martin: Member, ana: Member
) -> None:
    absence_id = enter(store, martin, days(0, 4, ana))
    told(slack, ana)
    end(store, martin, absence_id)
    assert (planned(store, martin).own, planned(store, ana).standing_in) == ((), ())
    assert told(slack, ana)[1:] == [
        "You need not stand in for Martin Keller: the absence Fri 20 Nov to Tue 24 Nov was taken back."
    ]


def test_an_absence_that_has_begun_ends_with_the_day_before(
    store: SqlStore, slack: Slack, martin: Member, ana: Member
) -> None:
    absence_id = enter(store, martin, days(0, 4, ana))
    assert told(slack, ana)
    slack.later(days=2)
    assert planned(store, martin, slack.now).own[0].has_begun
    end(store, martin, absence_id, now=slack.now)
    with store.read(WORKSPACE) as tx:
        absence = tx.absences.get(absence_id)
        assert absence is not None
        assert (absence.starts_on, absence.ends_on, absence.is_withdrawn) == (TODAY, TODAY + DAY, False)
        assert tx.history.of(Ref(Subject.ABSENCE, absence_id))[-1].action == "absence.ended"
        assert not tx.absences.away(slack.now).is_away(martin.id)
    assert told(slack, ana)[1:] == ["Martin Keller is back: you need not stand in any more."]


def test_what_no_longer_holds_when_it_is_sent_is_not_told(
    store: SqlStore, slack: Slack, martin: Member, ana: Member, ben: Member
) -> None:
    absence_id = enter(store, martin, days(17, 21, ana))
    change(store, martin, absence_id, 1, days(17, 21, ben))
    change(store, martin, absence_id, 2, days(17, 21, ana))
    assert told(slack, ben) == ["You need not stand in for Martin Keller any more: Mon 7 Dec to Fri 11 Dec."]
    assert set(told(slack, ana)) == {"You stand in for Martin Keller: Mon 7 Dec to Fri 11 Dec."}


@pytest.mark.parametrize(
    ("period", "refusal", "field"),
    [
        (days(-1, 3), errors.PastDate, "starts_on"),
        (days(3, 2), errors.EndsBeforeStart, "ends_on"),
        (days(12, 14), errors.AlreadyAway, "starts_on"),
        (days(8, 10), errors.AlreadyAway, "starts_on"),
        (Period(TODAY, TODAY, MemberId("UMARTIN")), errors.OwnDeputy, "deputy"),
        (Period(TODAY, TODAY, MemberId("UNOBODY")), errors.NoFullMember, "deputy"),
        (Period(TODAY, TODAY, MemberId("ULEFT")), errors.NoFullMember, "deputy"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_written(
    store: SqlStore, company: Company, martin: Member, period: Period, refusal: type[errors.Refusal], field: str
) -> None:
    company.member("Left", standing="deactivated")
    enter(store, martin, days(10, 12))
    draft_id = opened(store, martin)
    with pytest.raises(refusal) as refused:
        absences.save(store, NOW, SaveAbsence(martin, draft_id, period, new_key()))
    assert refused.value.field == field
    assert len(planned(store, martin).own) == 1
    absences.save(store, NOW, SaveAbsence(martin, draft_id, days(1, 2), new_key()))
    assert len(planned(store, martin).own) == 2, "the mended form is saved"


def test_the_first_day_of_one_that_has_begun_may_stay_but_not_be_moved_into_the_past(
    store: SqlStore, slack: Slack, martin: Member
) -> None:
    absence_id = enter(store, martin, days(0, 4))
    slack.later(days=2)
    for period, version in ((days(0, 6), 1), (days(0, 2), 2)):
        draft_id = opened(store, martin, absence_id, version)
        absences.save(store, slack.now, SaveAbsence(martin, draft_id, period, new_key()))
    draft_id = opened(store, martin, absence_id, 3)
    for period, field in ((days(-1, 4), "starts_on"), (days(0, 1), "ends_on")):
        with pytest.raises(errors.PastDate) as refused:
            absences.save(store, slack.now, SaveAbsence(martin, draft_id, period, new_key()))
        assert refused.value.field == field


def test_a_chain_that_leads_back_is_saved_and_warned_of(store: SqlStore, martin: Member, ana: Member) -> None:
    enter(store, martin, days(0, 4, ana))
    enter(store, ana, days(3, 9, martin))
    assert planned(store, martin).own[0].uncovered == TODAY + DAY * 3
    assert planned(store, ana).own[0].uncovered == TODAY + DAY * 3


def test_the_same_form_twice_is_one_absence_and_with_other_content_a_refusal(
    store: SqlStore, martin: Member, ana: Member
) -> None:
    draft_id, key = opened(store, martin), "view:V1:h"
    for _ in range(2):
        absences.save(store, NOW, SaveAbsence(martin, draft_id, days(1, 2, ana), f"{key}#a"))
    with pytest.raises(errors.DraftGone):
        absences.save(store, NOW, SaveAbsence(martin, draft_id, days(5, 6, ana), f"{key}#b"))
    assert len(planned(store, martin).own) == 1


def test_the_same_click_twice_opens_one_draft_and_ends_once(
    store: SqlStore, slack: Slack, martin: Member, ana: Member
) -> None:
    absence_id = enter(store, martin, days(1, 2, ana))
    command = OpenAbsence(martin, new_key(), ReplyTo(martin.id), absence_id, 1)
    first, second = (absences.open_form(store, NOW, command) for _ in range(2))
    assert first == second
    assert absences.open_again(store, NOW, martin, first.draft_id) == first
    told(slack, ana)
    ended = EndAbsence(martin, absence_id, 1, new_key(), ReplyTo(martin.id))
    for _ in range(2):
        absences.end(store, NOW, ended)
    assert len(told(slack, ana)) == 2


def test_who_comes_second_is_told_who_was_first(store: SqlStore, company: Company, martin: Member, zoe: Member) -> None:
    company.sponsorship(martin, zoe)
    absence_id = enter(store, martin, days(1, 4))
    late = opened(store, martin, absence_id, 1)
    later = NOW + timedelta(minutes=1)
    change(store, zoe, absence_id, 1, days(1, 5), now=later)
    tries: list[Callable[[], object]] = [
        lambda: absences.save(store, NOW, SaveAbsence(martin, late, days(1, 3), new_key())),
        lambda: absences.open_again(store, NOW, martin, late),
        lambda: opened(store, martin, absence_id, 1),
        lambda: end(store, martin, absence_id, 1),
    ]
    for tried in tries:
        with pytest.raises(errors.AbsenceChanged) as refused:
            tried()
        assert (refused.value.by, refused.value.at, refused.value.is_over) == (zoe.person, later, False)


@pytest.mark.postgres
def test_of_two_changes_at_the_same_moment_the_second_is_refused(postgres_store: SqlStore) -> None:
    store, martin = postgres_store, Company(postgres_store).member("Martin Keller", id="UMARTIN")
    absence_id = enter(store, martin, days(1, 4))
    form = SaveAbsence(martin, opened(store, martin, absence_id, 1), days(1, 3), new_key())
    ended = EndAbsence(martin, absence_id, 2, new_key(), ReplyTo(martin.id))
    for version, tried in (
        (1, lambda: absences.save(store, NOW, form)),
        (2, lambda: absences.end(store, NOW, ended)),
    ):

        def first(tx: Transaction, version: int = version) -> None:
            assert tx.absences.change(absence_id, version, days(1, 5 + version))

        with pytest.raises(errors.AbsenceChanged):
            second_of_two(store, first, tried)
    assert planned(store, martin).own[0].absence.ends_on == TODAY + DAY * 7


def test_what_is_over_or_taken_back_is_changed_no_more(store: SqlStore, slack: Slack, martin: Member) -> None:
    back, over = enter(store, martin, days(5, 6)), enter(store, martin, days(0, 0))
    end(store, martin, back)
    slack.later(days=1)
    for absence_id, version in ((back, 2), (over, 1)):
        with pytest.raises(errors.AbsenceChanged) as refused:
            end(store, martin, absence_id, version, now=slack.now)
        assert refused.value.is_over


def test_others_find_no_absence_of_anybody(store: SqlStore, martin: Member, ana: Member, zoe: Member) -> None:
    absence_id = enter(store, martin, days(1, 4, ana))
    for stranger in (ana, zoe):
        for tried in (opened, end):
            with pytest.raises(errors.UnknownObject):
                tried(store, stranger, absence_id, 1)
    with pytest.raises(errors.UnknownObject):
        end(store, martin, AbsenceId(7))
    with pytest.raises(errors.DraftGone):
        absences.open_again(store, NOW, ana, opened(store, martin))


def test_a_kam_lead_enters_absences_for_those_who_back_or_look_after_accounts(
    store: SqlStore, company: Company, slack: Slack, martin: Member, ana: Member, zoe: Member
) -> None:
    company.account("Helvetia Pumpen", sponsor=martin)
    assert planned(store, martin).others is None
    absence_id = enter(store, zoe, days(1, 4, ana), member=martin)
    assert [one.absence.id for one in planned(store, zoe).others or ()] == [absence_id]
    assert told(slack, martin) == ["Zoe Lang entered an absence for you: Sat 21 Nov to Tue 24 Nov."]
    assert told(slack, ana) == ["You stand in for Martin Keller: Sat 21 Nov to Tue 24 Nov."]
    end(store, zoe, absence_id)
    assert told(slack, martin)[1:] == ["Zoe Lang took your absence back: Sat 21 Nov to Tue 24 Nov."]


def test_nobody_enters_an_absence_for_just_anybody(
    store: SqlStore, company: Company, martin: Member, ana: Member, zoe: Member
) -> None:
    company.account("Helvetia Pumpen", kam=martin)
    for whom, name in ((ana.id, "Ana Costa"), (MemberId("UNOBODY"), "")):
        draft_id = opened(store, zoe, for_other=True)
        with pytest.raises(errors.BacksNobody) as refused:
            absences.save(store, NOW, SaveAbsence(zoe, draft_id, days(1, 2), new_key(), whom))
        assert (refused.value.name, refused.value.field) == (name, "member")
    enter(store, ana, days(1, 2), member=martin)
    assert planned(store, martin).own == (), "who leads no KAMs enters their own only"
    assert len(planned(store, ana).own) == 1


def test_who_left_meanwhile_hears_nothing(store: SqlStore, slack: Slack, martin: Member, ana: Member) -> None:
    end(store, martin, enter(store, martin, days(1, 2, ana)))
    members.take_over(store, WORKSPACE, (Profile(ana.id, ana.name, Standing.DEACTIVATED),))
    assert told(slack, ana) == []
