from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from bot.domain import networks
from bot.domain.absences import Away, Gone
from bot.domain.departments import Department
from bot.domain.identity import ChannelId, DepartmentId, MemberId
from bot.domain.members import Person
from bot.domain.networks import PAGE, Branch, Expert, Post, Seat

LEA, BEN, ANA, TOM = (Person(MemberId(f"U{name.upper()}"), name) for name in ("Lea", "Ben", "Ana", "Tom"))
PEOPLE = {person.id: person for person in (LEA, BEN, ANA, TOM)}
OLD = Person(MemberId("UOLD"), "Old", left=True)
PRODUCTION, SALES = DepartmentId(1), DepartmentId(2)
NOBODY = Away()


def department(number: DepartmentId = PRODUCTION, name: str = "Production", **values: Any) -> Department:
    return Department(number, name, ChannelId("C1"), **{"coordinator": LEA, **values})


def expert(person: Person, *topics: str, department_id: DepartmentId | None = PRODUCTION) -> Expert:
    return Expert(person, department_id, topics)


def shown(departments: Sequence[Department], *experts: Expert, away: Away = NOBODY) -> tuple[Branch, ...]:
    return networks.branches(departments, experts, away, PEOPLE)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("who knows Anne Dupont", "Anne Dupont"),
        ("Who knows Anne Dupont?", "Anne Dupont"),
        ("who has met: Helvetia ?", "Helvetia"),
        ("wer kennt Anne Dupont", "Anne Dupont"),
        ("Wer von uns kennt Anne Dupont?", "Anne Dupont"),
        ("wer hat Anne Dupont getroffen?", "Anne Dupont"),
        ("wer kennt", ""),
        ("Production", None),
        ("knows", None),
        ("", None),
    ],
)
def test_who_knows_is_told_from_a_department(typed: str, name: str | None) -> None:
    assert networks.asked_for(typed) == name


def test_a_department_shows_its_posts_and_what_is_vacant() -> None:
    (branch,) = shown([department(head=BEN)])

    assert branch.posts == ((Post.HEAD, Seat(BEN)), (Post.COORDINATOR, Seat(LEA)))
    assert branch.vacant == (Post.DEPUTY,)


def test_a_post_of_somebody_who_left_is_vacant() -> None:
    (branch,) = shown([department(head=OLD, deputy=OLD, coordinator=OLD)])

    assert branch.posts == ()
    assert branch.vacant == (Post.HEAD, Post.DEPUTY, Post.COORDINATOR)


def test_who_is_away_is_shown_with_whom_they_named() -> None:
    away = Away({BEN.id: Gone(date(2026, 12, 1), ANA.id)})
    departments = [department(head=BEN, deputy=TOM)]
    (branch,) = shown(departments, away=away)

    assert networks.stand_ins(departments, [], away) == {ANA.id, TOM.id, LEA.id}
    assert branch.posts[0] == (Post.HEAD, Seat(BEN, is_away=True, until=date(2026, 12, 1), stands_in=ANA))


def test_without_a_named_deputy_that_of_the_department_stands_in_for_its_head() -> None:
    away = Away({BEN.id: Gone(date(2026, 12, 1))})
    (branch,) = shown([department(head=BEN, deputy=TOM)], away=away)

    assert branch.posts[0][1].stands_in == TOM


def test_where_everybody_is_away_nobody_stands_in() -> None:
    away = Away({BEN.id: Gone(date(2026, 12, 1)), TOM.id: Gone(date(2026, 12, 1))})
    (branch,) = shown([department(head=BEN, deputy=TOM)], away=away)

    assert branch.posts[0][1] == Seat(BEN, is_away=True, until=date(2026, 12, 1))


def test_a_topic_that_one_person_of_the_whole_company_covers_is_marked() -> None:
    (branch,) = shown([department()], expert(LEA, "EDI", "Prices"), expert(BEN, "prices"))

    assert [(topic.name, topic.is_single) for topic in branch.topics] == [("EDI", True), ("Prices", False)]
    assert branch.topics[1].people == (Seat(LEA), Seat(BEN))


def test_a_topic_is_counted_once_a_person_however_it_is_written() -> None:
    (branch,) = shown([department()], expert(LEA, "EDI", "edi"))

    assert [topic.is_single for topic in branch.topics] == [True]


def test_a_topic_that_another_department_covers_too_is_no_gap() -> None:
    both = shown(
        [department(), department(SALES, "Sales")], expert(LEA, "EDI"), expert(BEN, "EDI", department_id=SALES)
    )

    assert [topic.is_single for branch in both for topic in branch.topics] == [False, False]


def test_key_persons_without_a_department_come_last() -> None:
    found = shown([department()], expert(LEA, "EDI", department_id=None))

    assert found[-1].department is None
    assert found[-1].topics[0].people == (Seat(LEA),)


def test_a_departments_name_shows_just_that() -> None:
    both = shown([department(), department(SALES, "Sales")])

    assert [branch.name for branch in networks.chosen(both, "SALES").branches] == ["Sales"]


def test_a_near_name_is_taken_where_it_is_the_only_one() -> None:
    both = shown([department(), department(SALES, "Legal")])

    assert [branch.name for branch in networks.chosen(both, "produktion").branches] == ["Production"]


def test_a_topic_shows_whoever_covers_it_and_nothing_else() -> None:
    both = shown(
        [department(), department(SALES, "Sales")],
        expert(LEA, "Price lists", "EDI"),
        expert(BEN, "Contracts", department_id=SALES),
    )
    found = networks.chosen(both, "price")

    assert found.topic == "Price lists"
    assert [(branch.name, [topic.name for topic in branch.topics]) for branch in found.branches] == [
        ("Production", ["Price lists"])
    ]


def test_where_nothing_is_called_so_the_departments_are_named() -> None:
    found = networks.chosen(shown([department()]), "xyz")

    assert found.branches == ()
    assert found.closest == ("Production",)


def test_many_departments_come_in_pages_and_a_page_beyond_the_last_is_the_first() -> None:
    many = shown([department(DepartmentId(number), f"D{number:02}") for number in range(PAGE + 2)])

    assert [branch.name for branch in networks.page(many, PAGE).branches] == ["D06", "D07"]
    assert networks.page(many, 99).offset == 0
    assert networks.page((), 0).branches == ()
