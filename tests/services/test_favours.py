"""Favours: written down, listed without a sum, and taken back."""

import json
from typing import Any

import pytest

from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Member
from storage.store import SqlStore
from tests.company import WORKSPACE, Company
from tests.slack import Slack, words


@pytest.fixture
def anna(company: Company, helvetia: AccountId) -> ContactId:
    return company.contact(helvetia, "Anna Keller")


def write_down(slack: Slack, actor: Member, account: AccountId, where: str = "HPU", **typed: Any) -> dict[str, Any]:
    listed = slack.command(actor, f"/kam favour {where}")
    slack.press(actor, listed, "Neu" if actor.locale == "de-DE" else "New")
    given = {"account": account, "kind": "introduction", "text": "Introduced them to our laboratory", **typed}
    return slack.submit(actor, **given)


def shown(slack: Slack) -> dict[str, Any]:
    slack.deliver()
    return slack.out.replies[-1]


def test_a_favour_is_written_down_and_stands_in_the_lists_of_contact_account_and_giver(
    slack: Slack, lea: Member, helvetia: AccountId, anna: ContactId
) -> None:
    assert "No favour is written down here yet." in words(slack.command(lea, "/kam favour"))
    assert write_down(slack, lea, helvetia, contact=anna, value="3") == {}
    said = words(shown(slack))
    assert "Favours at Helvetia Pumpen" in said
    for place in ("", "HPU", "Anna Keller"):
        said = words(slack.command(lea, f"/kam favour {place}"))
        assert "Lea Brunner to Anna Keller:* Introduced them to our laboratory" in said
        assert "the receiver: Great help" in said
        assert "see our gift policy" in said


def test_in_german_the_same(slack: Slack, ben: Member, helvetia: AccountId, anna: ContactId) -> None:
    assert write_down(slack, ben, helvetia, "Anna Keller", direction="received", text="Tipp zur Messe") == {}
    said = words(slack.command(ben, "/kam vorleistung Anna Keller"))
    assert "Vorleistungen für und von Anna Keller" in said
    assert "Anna Keller an Ben Okafor:* Tipp zur Messe" in said
    assert "Geschenke und Einladungen sind keine Vorleistungen" in said


def test_more_shows_effort_day_and_visibility_and_keeps_what_is_typed(
    slack: Slack, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    slack.press(lea, slack.command(lea, "/kam favour HPU"), "New")
    view = {**slack.modals.opened[-1], "id": "V1", "hash": "1.a", "state": {"values": {}}}
    slack.press(lea, view, "More", view=view, container={"type": "view"})
    typed: dict[str, Any] = {
        "kind": "news",
        "text": "A tender",
        "effort": "minutes",
        "on": "2026-11-02",
        "visibility": "team",
    }
    assert slack.submit(lea, account=helvetia, **typed) == {}
    said = words(slack.command(lea, "/kam favour HPU"))
    assert "Mon 2 Nov · Pointer to news · Minutes" in said
    assert "A tender" not in words(slack.command(ben, "/kam favour HPU"))


def test_its_author_takes_a_favour_back_and_nobody_else_can(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    write_down(slack, lea, helvetia)
    assert "favour.withdraw" not in json.dumps(slack.command(ben, "/kam favour HPU"))
    with store.read(WORKSPACE) as tx:
        (favour,) = tx.favours.of_accounts([helvetia], tx.access.viewer(lea), 5)
    value = f"{favour.id}/account:{helvetia}:0"
    slack.click(ben, "favour.withdraw", value)
    assert "Eine Vorleistung nimmt zurück, wer sie festgehalten hat" in words(slack.modals.answers[-1])
    slack.click(lea, "favour.withdraw", value)
    assert "No favour is written down here yet." in words(shown(slack))
    slack.click(lea, "favour.withdraw", value)
    assert len(slack.modals.answers) == 2, "the second press is refused"


@pytest.mark.parametrize("value", ["", "x", "1", "1/x", "99999999999999999999/member:0:0", "1/account:9e9:0"])
def test_a_strange_button_is_out_of_date(slack: Slack, lea: Member, value: str) -> None:
    slack.click(lea, "favour.withdraw", value)
    assert len(slack.modals.answers) == 1


def test_of_a_restricted_account_a_stranger_learns_nothing(slack: Slack, company: Company, ben: Member) -> None:
    kai = company.member("Kai Orion")
    hidden = company.account("Orion Werke", "ORI", kam=kai, access="restricted")
    company.contact(hidden, "Zoe Stern")
    assert write_down(slack, kai, hidden, "ORI") == {}
    unknown = words(slack.command(ben, "/kam vorleistung Zoe Mond"))
    assert words(slack.command(ben, "/kam vorleistung Zoe Stern")) == unknown.replace("Zoe Mond", "Zoe Stern")
    slack.click(ben, "favours.account", hidden)
    assert len(slack.modals.answers) == 1


def test_hostile_text_stays_text(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    assert write_down(slack, lea, helvetia, text="<!channel> *x* {gap} " + "y" * 400) == {}
    listed = slack.command(lea, "/kam favour HPU")
    assert "<!channel>" not in json.dumps(listed)


def test_a_form_that_slack_did_not_open_is_opened_again_and_saved_once(
    slack: Slack, lea: Member, helvetia: AccountId, anna: ContactId
) -> None:
    slack.modals.silent = True
    slack.press(lea, slack.command(lea, "/kam favour Anna Keller"), "New")
    slack.modals.silent = False
    slack.press(lea, slack.modals.answers[-1], "Open the form")
    view = {**slack.modals.opened[-1]}
    assert slack.submit(lea, {**view}, view_id="V9", kind="news", text="A tender") == {}
    assert "Favours to and from Anna Keller" in words(shown(slack))
    assert "errors" in slack.submit(lea, {**view}, view_id="V9", kind="news", text="Two tenders")


def test_the_form_offers_the_contacts_of_the_account_that_was_chosen(
    slack: Slack, lea: Member, helvetia: AccountId, anna: ContactId
) -> None:
    slack.press(lea, slack.command(lea, "/kam favour"), "New")
    slack.choose(lea, "account", str(helvetia))
    assert slack.search(lea, "contact.find") == ["Anna Keller"]
    slack.choose(lea, "account", str(helvetia))
    assert slack.submit(lea, account=helvetia, kind="news", text="A tender", contact=anna) == {}
    assert "Favours you gave or received" in words(shown(slack))
    assert anna


def test_a_long_list_has_pages(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    for number in range(11):
        write_down(slack, lea, helvetia, text=f"favour {number:02}")
        slack.deliver()
    listed = slack.command(lea, "/kam favour HPU")
    slack.press(lea, listed, "More")
    second = shown(slack)
    slack.press(lea, second, "Back")
    assert len([block for block in shown(slack)["blocks"] if block.get("accessory")]) == 10
    slack.click(lea, "favours.account", helvetia)
    assert "Favours at Helvetia Pumpen" in words(shown(slack))
    assert "Which account" in words(slack.command(lea, "/kam favour Helvetia Pumpn"))


@pytest.mark.parametrize("typed", ["O'Brien", "o'brien", "Maeve"])
def test_a_part_of_a_contacts_name_names_them(
    slack: Slack, company: Company, lea: Member, helvetia: AccountId, typed: str
) -> None:
    company.contact(helvetia, "Maeve O'Brien")
    assert "Favours to and from Maeve O'Brien" in words(slack.command(lea, f"/kam favour {typed}"))


def test_of_several_who_bear_a_name_the_reader_chooses_one_they_may_see(
    slack: Slack, company: Company, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    company.contact(helvetia, "Eva Suter")
    company.contact(company.account("Nordfeld"), "Reto Suter")
    hidden = company.account("Orion Werke", "ORI", kam=company.member("Kai Orion"), access="restricted")
    company.contact(hidden, "Zoe Suter")
    asked = slack.command(lea, "/kam favour Suter")
    assert "Several contacts are called Suter. Which one?" in words(asked)
    assert "Zoe" not in json.dumps(asked)
    slack.press(lea, asked, "Reto Suter at Nordfeld")
    assert "Favours to and from Reto Suter" in words(shown(slack))
    assert "Mehrere Kontaktpersonen heißen Suter. Welche?" in words(slack.command(ben, "/kam vorleistung Suter"))


def test_an_accounts_own_name_goes_before_a_part_of_a_contacts(
    slack: Slack, company: Company, lea: Member, helvetia: AccountId
) -> None:
    company.account("Suter")
    company.contact(helvetia, "Eva Suter")
    assert "Favours at Suter" in words(slack.command(lea, "/kam favour Suter"))
