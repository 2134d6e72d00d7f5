"""Merges of two that bear one name: how each is told from the other."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.delivery import Subject
from bot.domain.members import Role
from storage.tables import ContactRow
from tests.company import NOW, Company
from tests.slack import Slack, words
from tests.twins import find, pair


@pytest.mark.parametrize(
    ("locale", "moves", "merged", "told", "undone", "by_then"),
    [
        (
            "en-GB",
            "*Dirk Wulfes (Buyer)* becomes part of *Dirk Wulfes (Head of Purchasing)*",
            "✅ The two entries called Dirk Wulfes are one now.",
            "Vera Roth merged the two entries called Dirk Wulfes.",
            "↩️ There are two entries called Dirk Wulfes again.",
            "two entries called Dirk Wulfes, Vera Roth",
        ),
        (
            "de-DE",
            "*Dirk Wulfes (Buyer)* wird Teil von *Dirk Wulfes (Head of Purchasing)*",
            "✅ Die beiden Einträge zu Dirk Wulfes sind jetzt einer.",
            "Vera Roth hat die beiden Einträge zu Dirk Wulfes zusammengeführt.",
            "↩️ Zu Dirk Wulfes gibt es wieder zwei Einträge.",
            "zwei Einträge zu Dirk Wulfes, Vera Roth",
        ),
    ],
)
def test_two_of_one_name_are_told_apart_by_what_differs(
    slack: Slack, company: Company, locale: str, moves: str, merged: str, told: str, undone: str, by_then: str
) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD, locale=locale)
    lea = company.member("Lea Brunner", locale=locale)
    account = company.account("Nordfeld", kam=lea)
    stays, goes = (
        company.contact(account, "Dirk Wulfes", title=title, owner=lea) for title in ("Head of Purchasing", "Buyer")
    )
    slack.click(vera, "merge.form", pair(company, Subject.CONTACT, stays, goes))
    form = slack.modals.opened[-1]
    choices = [option["text"]["text"] for option in form["blocks"][0]["element"]["options"]]
    assert choices == ["Dirk Wulfes (Head of Purchasing)", "Dirk Wulfes (Buyer)"]
    assert moves in words(form)

    assert slack.submit(vera, stays=str(stays)) == {}
    slack.deliver()
    answer = slack.out.replies[-1]
    assert merged in words(answer)
    assert told in words(slack.out.to(lea)[-1])
    assert by_then in words(slack.command(vera, "/kam duplicates"))

    slack.press(vera, answer, "Undo" if locale == "en-GB" else "Rückgängig")
    slack.deliver()
    assert undone in words(slack.out.replies[-1])


@pytest.mark.parametrize(
    ("locale", "asked"),
    [
        ("en-GB", "Are the two entries called Dirk Wulfes one and the same?"),
        ("de-DE", "Sind die beiden Einträge zu Dirk Wulfes ein und dasselbe?"),
    ],
)
def test_the_card_about_two_of_one_name_says_it_once(slack: Slack, company: Company, locale: str, asked: str) -> None:
    lea = company.member("Lea Brunner", locale=locale)
    account = company.account("Nordfeld", kam=lea)
    for title in ("Buyer", "Head of Purchasing"):
        company.contact(account, "Dirk Wulfes", title=title)
    find(slack)
    (card,) = slack.out.to(lea)
    assert asked in words(card)


def test_of_two_of_one_name_each_is_known_by_what_only_it_has(slack: Slack, company: Company) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD)
    account = company.account("Nordfeld")
    one, other = company.contact(account, "Dirk Wulfes", title="Buyer"), company.contact(account, "Dirk Wulfes")
    with slack.store.engine.begin() as connection:
        day = NOW - timedelta(days=30)
        connection.execute(update(ContactRow).where(ContactRow.id == other).values(created_at=day))

    slack.click(vera, "merge.form", pair(company, Subject.CONTACT, one, other))

    element = slack.modals.opened[-1]["blocks"][0]["element"]
    choices = [option["text"]["text"] for option in element["options"]]
    assert choices == ["Dirk Wulfes (Buyer)", "Dirk Wulfes (known since Wed 21 Oct)"]


def test_two_of_one_name_with_nothing_that_differs_are_told_apart_by_which_came_first(
    slack: Slack, company: Company
) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD)
    account = company.account("Nordfeld")
    one, other = company.contact(account, "Dirk Wulfes"), company.contact(account, "Dirk Wulfes")
    with slack.store.engine.begin() as connection:
        earlier = NOW - timedelta(minutes=1)
        connection.execute(update(ContactRow).where(ContactRow.id == other).values(created_at=earlier))

    slack.click(vera, "merge.form", pair(company, Subject.CONTACT, one, other))

    element = slack.modals.opened[-1]["blocks"][0]["element"]
    choices = [option["text"]["text"] for option in element["options"]]
    assert choices == ["Dirk Wulfes (entered later)", "Dirk Wulfes (entered first)"]
    assert element["initial_option"]["value"] == str(other)


def test_of_two_entered_at_one_time_none_is_said_to_be_the_first(slack: Slack, company: Company) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD)
    account = company.account("Nordfeld")
    one, other = company.contact(account, "Dirk Wulfes"), company.contact(account, "Dirk Wulfes")

    slack.click(vera, "merge.form", pair(company, Subject.CONTACT, one, other))

    element = slack.modals.opened[-1]["blocks"][0]["element"]
    assert [option["text"]["text"] for option in element["options"]] == ["Dirk Wulfes (Nordfeld)"] * 2
