import itertools
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.identity import MemberId
from bot.domain.members import Profile, Standing, Workspace
from bot.domain.working_time import DEFAULT, Calendar, parse
from bot.services import members
from storage.store import SqlStore
from tests.company import ELSEWHERE, NOW, WORKSPACE, Company


def profile(member_id: str = "ULEA", **fields: Any) -> Profile:
    return Profile(MemberId(member_id), **{"name": "Lea Brunner", "standing": Standing.MEMBER, **fields})


def names(store: SqlStore, who: str) -> list[str]:
    with store.read(WORKSPACE) as tx:
        return [person.name for person in getattr(tx.members, who)()]


def test_the_directory_adds_people_and_renames_them(store: SqlStore, company: Company) -> None:
    members.take_over(store, WORKSPACE, (profile(), profile("UBEN", name="Ben", standing=Standing.GUEST)))
    members.take_over(store, WORKSPACE, (profile(name="Lea Okafor", standing=Standing.DEACTIVATED),))
    members.take_over(store, WORKSPACE, ())

    lea, ben = company.get("ULEA"), company.get("UBEN")
    assert lea is not None
    assert ben is not None
    assert (lea.name, lea.standing, lea.person.left) == ("Lea Okafor", Standing.DEACTIVATED, True)
    assert ben.standing is Standing.GUEST
    assert company.get("UNOBODY") is None


def test_what_import_and_people_set_stays(store: SqlStore, company: Company) -> None:
    company.member(
        "Lea",
        id="ULEA",
        role="kam_lead",
        topics=["steel"],
        language="de",
        level=2,
        email="lea@a.example",
        time_zone="Asia/Tokyo",
    )

    members.take_over(store, WORKSPACE, (profile(email="other@a.example", time_zone="Europe/Rome", locale="fr-FR"),))

    lea = company.get("ULEA")
    assert lea is not None
    assert (lea.is_kam_lead, lea.topics, lea.language, lea.level) == (True, ("steel",), "de", 2)
    assert (lea.email, lea.time_zone, lea.locale) == ("lea@a.example", "Asia/Tokyo", "fr-FR")


def test_what_import_left_open_is_filled_from_the_directory(store: SqlStore, company: Company) -> None:
    company.member("Lea", id="ULEA", email=None, time_zone=None)

    members.take_over(store, WORKSPACE, (profile(email="lea@a.example", time_zone="Europe/Rome", locale="de-CH"),))
    members.take_over(store, WORKSPACE, (profile(locale=None),))

    lea = company.get("ULEA")
    assert lea is not None
    assert (lea.email, lea.time_zone) == ("lea@a.example", "Europe/Rome")
    assert lea.locale == "de-CH", "an event that says nothing about the language takes none away"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_in_whichever_order_news_of_a_person_come_the_newest_stays(
    store: SqlStore, company: Company, order: tuple[int, ...]
) -> None:
    news = [
        profile(name="Lea Brunner", at=NOW, locale="de-CH"),
        profile(name="Lea Okafor", at=NOW + timedelta(days=1), locale="de-CH"),
        profile(name="Lea Okafor", at=NOW + timedelta(days=2), standing=Standing.DEACTIVATED, locale=None),
    ]
    for number in (*order, *order):
        members.follow(store, NOW, WORKSPACE, news[number], f"event:{number}")
    members.take_over(store, WORKSPACE, (news[0],))

    lea = company.get("ULEA")
    assert lea is not None
    assert (lea.name, lea.standing) == ("Lea Okafor", Standing.DEACTIVATED)


def test_an_event_that_comes_again_late_undoes_nothing(store: SqlStore, company: Company) -> None:
    members.follow(store, NOW, WORKSPACE, profile(name="Lea Brunner"), "event:1")
    members.follow(store, NOW, WORKSPACE, profile(name="Lea Okafor"), "event:2")
    members.follow(store, NOW, WORKSPACE, profile(name="Lea Brunner"), "event:1")
    lea = company.get("ULEA")
    assert lea is not None
    assert lea.name == "Lea Okafor"


def test_news_without_a_time_are_believed_and_keep_the_time_that_is_known(store: SqlStore, company: Company) -> None:
    members.take_over(store, WORKSPACE, (profile(at=NOW),))
    members.take_over(store, WORKSPACE, (profile(name="Lea Okafor"),))
    members.take_over(store, WORKSPACE, (profile(name="Lea Brunner", at=NOW - timedelta(days=1)),))
    lea = company.get("ULEA")
    assert lea is not None
    assert lea.name == "Lea Okafor"


def test_kam_leads_are_the_active_ones(store: SqlStore, company: Company) -> None:
    company.member("Zoe", role="kam_lead")
    company.member("Ana", role="kam_lead")
    company.member("Left", role="kam_lead", standing="deactivated")
    company.member("Lea")

    assert names(store, "kam_leads") == ["Ana", "Zoe"]


def test_owners_of_the_slack_workspace_stand_in_while_there_is_no_admin(store: SqlStore, company: Company) -> None:
    company.member("Olga", is_owner=True)
    company.member("Lea")
    assert names(store, "admins") == ["Olga"]
    assert _admins(company) == {"Olga"}

    company.member("Ada", role="admin")
    assert names(store, "admins") == ["Ada"]
    assert _admins(company) == {"Ada"}


@pytest.mark.parametrize(("standing", "expected"), [("member", "Lea"), ("deactivated", "Olga")])
def test_admins_named_by_setting_count_as_long_as_they_are_here(
    store: SqlStore, company: Company, standing: str, expected: str
) -> None:
    company.member("Olga", is_owner=True)
    lea = company.member("Lea", standing=standing)
    store.install(Workspace(WORKSPACE, "Arven", "en", "Europe/Zurich", "CH"), [lea.id, "UTYPO"], NOW)

    assert names(store, "admins") == [expected]
    assert expected in _admins(company)


def test_people_are_those_of_the_ids_that_are_known(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    left = company.member("Left", standing="deactivated")
    with store.read(WORKSPACE) as tx:
        assert tx.members.people([]) == {}
        found = tx.members.people([lea.id, left.id, MemberId("UNOBODY")])
    assert found == {lea.id: lea.person, left.id: left.person}


def test_a_member_of_another_workspace_is_unknown(store: SqlStore, company: Company) -> None:
    company.member("Lea", id="ULEA")
    assert Company(store, workspace=ELSEWHERE).get("ULEA") is None


def _admins(company: Company) -> set[str]:
    found = (company.get(f"U{name.upper()}") for name in ("Olga", "Lea", "Ada"))
    return {member.name for member in found if member is not None and member.is_admin}


def test_working_time_is_ones_own_else_the_departments_else_the_workspaces(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea", time_zone="Asia/Tokyo", country="JP")
    unit = company.department("Sales", lea, country="DE", region="BY", working_hours="Mo-Th 08:00-16:00")
    ben = company.member("Ben", time_zone=None, department_id=unit, working_hours="Fr 08:00-12:00")
    ana = company.member("Ana", time_zone=None, department_id=unit)
    with store.read(WORKSPACE) as tx:
        found = tx.members.calendars([lea.id, ben.id, ana.id, MemberId("UNOBODY")])
        assert tx.members.calendar(ana.id) == found[ana.id]
    zurich = ZoneInfo("Europe/Zurich")
    assert found == {
        lea.id: Calendar(ZoneInfo("Asia/Tokyo"), parse(DEFAULT), "JP"),
        ben.id: Calendar(zurich, parse("Fr 08:00-12:00"), "DE", "BY"),
        ana.id: Calendar(zurich, parse("Mo-Th 08:00-16:00"), "DE", "BY"),
        "UNOBODY": Calendar(zurich, parse(DEFAULT), "CH"),
    }
