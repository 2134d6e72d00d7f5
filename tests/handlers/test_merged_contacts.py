"""Contacts that meet by a merge of their accounts are compared; one merged across accounts brings no judgements."""

import pytest

from bot.domain.delivery import Subject
from bot.domain.members import Role
from tests.company import Company
from tests.slack import Slack, words
from tests.twins import Two, pair


@pytest.fixture
def two(slack: Slack, company: Company) -> Two:
    return Two(slack, company)


def test_contacts_of_one_name_that_meet_by_a_merge_are_proposed_at_once(two: Two) -> None:
    for account in (two.goes, two.stays):
        two.company.contact(account, "Sandra Meier")
        two.company.contact(account, "Urs Bachofner" if account == two.goes else "Bachofner, Urs")
    two.company.contact(two.goes, "Eva Kern")
    two.company.contact(two.company.account("Nordfeld", kam=two.lea), "Eva Kern")

    two.merge()

    answer = two.slack.out.replies[-1]
    assert "2 pairs of contacts stand there now that may be one person each." in words(answer)
    two.slack.press(two.lea, answer, "Compare the contacts")
    two.slack.deliver()
    listed = two.slack.out.replies[-1]
    assert not listed["replace"], "the answer with Undo stays"
    assert "Sandra Meier" in words(listed)
    assert "Bachofner, Urs" in words(listed)
    assert "Eva Kern" not in words(listed)
    two.slack.later(seconds=60)
    two.slack.deliver()
    hers = [words(post) for post in two.slack.out.to(two.lea)]
    assert not any("Sandra Meier" in said for said in hers), "she has read it in the answer"


def test_the_kam_gets_a_card_of_such_contacts_where_a_kam_lead_merged(two: Two) -> None:
    for account in (two.goes, two.stays):
        two.company.contact(account, "Sandra Meier")
    two.form(two.vera)
    assert two.slack.submit(two.vera) == {}
    for _ in range(5):
        two.slack.deliver()
        two.slack.later(seconds=5)

    assert "1 pair of contacts stands there now that may be one person." in two.said()
    assert any("Sandra Meier" in words(post) for post in two.slack.out.to(two.lea))
    assert not any("Sandra Meier" in words(post) for post in two.slack.out.to(two.vera))


def test_a_merge_without_such_contacts_says_nothing_of_them(two: Two) -> None:
    two.company.contact(two.goes, "Sandra Meier")
    two.company.contact(two.stays, "Urs Bachofner")

    two.merge()

    assert "pair" not in two.said()
    assert "Compare" not in str(two.slack.out.replies[-1])


def test_contacts_that_meet_by_a_merge_are_compared_by_address_and_only_across(two: Two) -> None:
    for account, name, address in (
        (two.goes, "Hans Müller", "hans.mueller@x.example"),
        (two.stays, "Hans Möller", "hans.moeller@x.example"),
        (two.goes, "Petra Frei", "frei@x.example"),
        (two.stays, "Petra Huber", "Frei@x.example"),
        (two.stays, "S. Meier", None),
        (two.stays, "Sandra Meier", None),
        (two.goes, "Eva Kern", None),
        (two.goes, "E. Kern", None),
    ):
        two.company.contact(account, name, email=address)

    two.merge()

    answer = two.slack.out.replies[-1]
    assert "1 pair of contacts stands there now that may be one person." in words(answer)
    two.slack.press(two.lea, answer, "Compare the contacts")
    two.slack.deliver()
    assert "Petra Huber" in words(two.slack.out.replies[-1])
    assert not any(name in words(two.slack.out.replies[-1]) for name in ("Möller", "Meier", "Kern"))


def test_who_said_that_two_contacts_are_two_is_not_asked_again_by_a_merge(two: Two) -> None:
    one, other = (two.company.contact(account, "Sandra Meier") for account in (two.goes, two.stays))
    twins_id = pair(two.company, Subject.CONTACT, one, other)
    two.slack.click(two.lea, "twins.dismiss", twins_id)

    two.merge()

    assert "pair" not in two.said()


@pytest.mark.parametrize(
    ("locale", "says"),
    [("en", "is not kept"), ("de", "wird nicht übernommen")],
)
def test_the_form_says_that_what_one_circle_judged_does_not_come_to_another(
    slack: Slack, company: Company, locale: str, says: str
) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD, locale=locale)
    goes = company.contact(company.account("Alpha"), "Urs Frei", attitude=2)
    stays = company.contact(company.account("Beta"), "Urs Frei")
    slack.click(vera, "merge.form", pair(company, Subject.CONTACT, goes, stays))
    slack.choose(vera, "stays", str(stays))

    assert says in words(slack.modals.opened[-1])
