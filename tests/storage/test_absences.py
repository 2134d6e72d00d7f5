from datetime import UTC, date, datetime, timedelta

from bot.domain.absences import Gone, Period
from bot.domain.identity import AbsenceId, MemberId
from bot.domain.members import Member
from storage.store import SqlStore
from tests.company import ELSEWHERE, NOW, WORKSPACE, Company

TODAY, DAY = date(2026, 11, 20), timedelta(days=1)


def enter(store: SqlStore, who: Member, start: int, end: int, deputy: Member | None = None) -> AbsenceId:
    with store.begin(WORKSPACE) as tx:
        period = Period(TODAY + DAY * start, TODAY + DAY * end, deputy.id if deputy else None)
        return tx.absences.add(who.id, period, NOW)


def away(store: SqlStore, at: datetime = NOW) -> dict[MemberId, Gone]:
    with store.read(WORKSPACE) as tx:
        return dict(tx.absences.away(at).gone)


def test_who_is_away_today_is_gone_until_the_last_day(store: SqlStore, company: Company) -> None:
    martin, ana, ben = (company.member(name) for name in ("Martin", "Ana", "Ben"))
    enter(store, martin, -3, 0, ana)
    enter(store, ana, 1, 2)
    enter(store, ben, -9, -1)
    assert away(store) == {martin.id: Gone(TODAY, ana.id)}
    assert away(store, NOW + DAY) == {ana.id: Gone(TODAY + DAY * 2)}


def test_an_absence_begins_and_ends_at_midnight_where_somebody_lives(store: SqlStore, company: Company) -> None:
    tokyo = company.member("Aya", time_zone="Asia/Tokyo")
    unit = company.department("Sales", tokyo, time_zone="America/New_York")
    york = company.member("Ben", time_zone=None, department_id=unit)
    swiss = company.member("Eva", time_zone=None)
    for member in (tokyo, york, swiss):
        enter(store, member, 0, 0)

    def hours(first: datetime) -> list[datetime]:
        return [first + timedelta(hours=step) for step in range(60)]

    begins = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
    gone = {member.id: [at for at in hours(begins) if member.id in away(store, at)] for member in (tokyo, york, swiss)}
    assert {who: (times[0].hour, len(times)) for who, times in gone.items()} == {
        tokyo.id: (15, 24),
        york.id: (5, 24),
        swiss.id: (23, 24),
    }


def test_who_left_is_away_with_the_deputy_they_named_while_absent(store: SqlStore, company: Company) -> None:
    left = company.member("Left", standing="deactivated")
    guest = company.member("Gil", standing="guest")
    company.member("Bot", standing="bot")
    ana = company.member("Ana")
    absent = company.member("Absent", standing="deactivated")
    enter(store, absent, 0, 3, ana)
    assert away(store) == {left.id: Gone(), guest.id: Gone(), absent.id: Gone(TODAY + DAY * 3, ana.id)}


def test_people_of_another_workspace_are_not_seen(store: SqlStore, company: Company) -> None:
    enter(store, company.member("Martin"), 0, 3)
    Company(store, workspace=ELSEWHERE).member("Ana", standing="deactivated")
    assert set(away(store)) == {"UMARTIN"}


def test_absences_ahead_are_those_that_are_not_over_the_nearest_first(store: SqlStore, company: Company) -> None:
    martin, ana = company.member("Martin"), company.member("Ana", standing="deactivated")
    later, soon, _over = enter(store, martin, 9, 12), enter(store, martin, -3, 0, ana), enter(store, martin, -9, -8)
    enter(store, ana, 0, 3)
    with store.read(WORKSPACE) as tx:
        ahead = tx.absences.ahead(martin.id, TODAY)
        beside = tx.absences.beside(TODAY - DAY * 8, TODAY)
    assert [one.id for one in ahead] == [soon, later]
    assert ahead[0].member == martin.person
    assert ahead[0].deputy == ana.person
    assert len(beside) == 3


def test_a_change_counts_once_and_only_while_nothing_else_changed(store: SqlStore, company: Company) -> None:
    martin, ana = company.member("Martin"), company.member("Ana")
    absence_id = enter(store, martin, 1, 3)
    other = Period(TODAY, TODAY + DAY, ana.id)
    with store.begin(WORKSPACE) as tx:
        tx.absences.hold(martin.id)
        assert tx.absences.change(absence_id, 1, other)
        assert not tx.absences.change(absence_id, 1, Period(TODAY, TODAY))
        changed = tx.absences.get(absence_id)
        assert changed is not None
        assert (changed.starts_on, changed.ends_on, changed.deputy, changed.version) == (
            TODAY,
            TODAY + DAY,
            ana.person,
            2,
        )
        assert tx.absences.withdraw(absence_id, 2, NOW)
        assert not tx.absences.withdraw(absence_id, 3, NOW)
        withdrawn = tx.absences.get(absence_id)
        assert withdrawn is not None
        assert withdrawn.is_withdrawn
        assert tx.absences.ahead(martin.id, TODAY) == ()
        assert tx.absences.get(AbsenceId(7)) is None
    assert away(store) == {}
