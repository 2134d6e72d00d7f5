"""``/kam contact`` and a name: who is meant, or is it a new one?"""

import pytest

from bot.domain.members import Member
from tests.company import Company
from tests.handlers.contact_play import answered, buttons
from tests.slack import Slack, words


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner", level=3)


@pytest.fixture
def tobias(company: Company) -> Member:
    return company.member("Tobias Frei", locale="de-DE")


def test_several_of_one_name_are_buttons_and_one_that_nobody_bears_becomes_a_new_contact(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    helvetia, nordfeld = company.account("Helvetia", kam=lea), company.account("Nordfeld")
    company.contact(helvetia, "Kim Meier", title="CEO")
    company.contact(nordfeld, "Kim Meier", title="Empfang")

    asked = slack.command(tobias, "/kam kontakt Kim Meier")
    assert "Mehrere Kontaktpersonen heißen Kim Meier. Welche?" in words(asked)
    assert buttons(asked) == ["Kim Meier · CEO · Helvetia", "Kim Meier · Empfang · Nordfeld", "Neue Kontaktperson"]
    slack.press(tobias, asked, "Kim Meier · Empfang · Nordfeld")
    assert "👤 *Kim Meier* · Empfang" in words(answered(slack))

    unknown = slack.command(tobias, "/kam kontakt Jördis Ægir-Λ")
    assert buttons(unknown) == ["Neue Kontaktperson"]
    slack.press(tobias, unknown, "Neue Kontaktperson")
    assert slack.submit(tobias, account=nordfeld, title="Leiterin Einkauf") == {}
    made = answered(slack)
    assert "👤 *Jördis Ægir-Λ* · Leiterin Einkauf" in words(made)
    assert buttons(made) == ["Nordfeld", "Briefing"]


def test_before_the_colon_an_account_nobody_knows_is_said_so_and_both_are_kept(slack: Slack, company: Company) -> None:
    tobias = company.member("Tobias", locale="de-DE")
    known = company.account("Helvetia Pumpen")
    company.contact(known, "Urs Bachofner")

    shown = slack.command(tobias, "/kam kontakt Nirgendwo <AG> *x*: Jördis Ægir")

    assert "Welcher Account mit Nirgendwo &lt;AG&gt;" in words(shown)
    assert "eine Kontaktperson namens Jördis Ægir kenne ich auch nicht" in words(shown)
    assert "/kam-log Nirgendwo" in words(shown)
    slack.press(tobias, shown, "Neue Kontaktperson")
    form = slack.modals.opened[-1]
    assert (
        next(one for one in form["blocks"] if one.get("block_id") == "name")["element"]["initial_value"]
        == "Jördis Ægir"
    )
    assert "Eingegeben war Nirgendwo" in words(form)
    assert slack.submit(tobias, account=str(known)) == {}
    slack.deliver()
    assert "Jördis Ægir" in words(slack.out.replies[-1])


def test_a_contact_of_another_account_is_only_offered_where_the_typed_one_is_unknown(
    slack: Slack, company: Company
) -> None:
    tobias, lea = company.member("Tobias"), company.member("Lea")
    company.contact(company.account("Helvetia Pumpen"), "Urs Bachofner")
    company.contact(company.account("Medtech", kam=lea, access="restricted"), "Eva Kern")

    shown = slack.command(tobias, "/kam contact Nirgendwo: Urs Bachofner")
    assert "I don't know which account Nirgendwo is. Is Urs Bachofner one of these?" in words(shown)
    assert len(buttons(shown)) == 2
    hidden, nobody = (slack.command(tobias, f"/kam contact {one}: Eva Kern") for one in ("Medtech", "Nowhere"))
    assert words(hidden).replace("Medtech", "Nowhere") == words(nobody)
    assert buttons(slack.command(tobias, "/kam contact Helvetia Pumpen:")) != []
    assert "called Nirgendwo" in words(slack.command(tobias, "/kam contact Nirgendwo:"))


@pytest.mark.parametrize("typed", ["Bachofner", "bachofner", "Helvetia: Bachofner"])
def test_several_of_one_surname_are_not_said_to_be_unknown(
    slack: Slack, company: Company, lea: Member, tobias: Member, typed: str
) -> None:
    helvetia = company.account("Helvetia", kam=lea)
    company.contact(helvetia, "Eva Bachofner")
    company.contact(helvetia, "Urs Bachofner")
    company.contact(helvetia, "Ina Bachofners")

    asked = slack.command(lea, f"/kam contact {typed}")

    surname = typed.removeprefix("Helvetia: ")
    assert f"Several contacts are called {surname}. Which one?" in words(asked)
    assert buttons(asked) == ["Eva Bachofner · Helvetia", "Urs Bachofner · Helvetia", "New contact"]
    german = words(slack.command(company.member("Anna", locale="de-DE"), f"/kam kontakt {typed}"))
    assert f"Mehrere Kontaktpersonen heißen {surname}. Welche?" in german


def test_a_surname_that_is_also_part_of_a_longer_one_shows_who_bears_it(
    slack: Slack, company: Company, lea: Member
) -> None:
    helvetia = company.account("Helvetia", kam=lea)
    company.contact(helvetia, "Eva Meier")
    company.contact(helvetia, "Urs Meierhans")

    assert "👤 *Eva Meier*" in words(slack.command(lea, "/kam contact Meier"))
    assert "I don't know a contact called Mei." in words(slack.command(lea, "/kam contact Mei"))


def test_a_name_typed_badly_is_asked_about_and_one_behind_an_account_is_looked_for_there(
    slack: Slack, company: Company, lea: Member
) -> None:
    helvetia, nordfeld = company.account("Helvetia", kam=lea), company.account("Nordfeld")
    company.contact(helvetia, "Urs Bachofner")
    company.contact(nordfeld, "Urs Kessler")

    assert buttons(slack.command(lea, "/kam contact Bachofener")) == ["Urs Bachofner · Helvetia", "New contact"]
    assert "*Urs Kessler*" in words(slack.command(lea, "/kam contact Nordfeld: Urs"))
    assert "*Urs Kessler*" in words(slack.command(lea, "/kam contact Nordfled: Urs"))
    assert "Urs Kessler · Nordfeld" in words(slack.command(lea, "/kam contact Nobody Ltd: Kessler"))
    lost = slack.command(lea, "/kam contact Nobody Ltd: Zed Xylander")
    assert "I don't know which account Nobody Ltd is, nor a contact called Zed Xylander." in words(lost)
    assert "A new account comes with the first log: /kam-log Nobody Ltd:" in words(lost)
    new = slack.command(lea, "/kam contact Nordfeld: Anna Zoller")
    slack.press(lea, new, "New contact")
    account = next(block for block in slack.modals.opened[-1]["blocks"] if block.get("block_id") == "account")
    assert account["element"]["initial_option"]["text"]["text"] == "Nordfeld"


def test_of_a_name_that_two_accounts_bear_no_new_account_is_offered(
    slack: Slack, company: Company, lea: Member
) -> None:
    for _ in range(2):
        company.account("Nordfeld")

    asked = slack.command(lea, "/kam contact Nordfeld: Anna Zoller")

    assert "I don't know which account Nordfeld is, nor a contact called Anna Zoller." in words(asked)
    assert "new account" not in words(asked)
    slack.press(lea, asked, "New contact")
    assert "You typed Nordfeld; no single account is called so." in words(slack.modals.opened[-1])
