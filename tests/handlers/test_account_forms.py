from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.identity import AccountId
from bot.domain.members import Member
from storage.tables import AccountRow
from tests.company import Company
from tests.slack import Slack, words


@pytest.fixture
def pumps(company: Company, lea: Member) -> AccountId:
    return company.account("Helvetia Pumpen", "HPU", kam=lea, tier="b")


def opens(slack: Slack, actor: Member, deed: str, account_id: AccountId) -> dict[str, Any]:
    """Choose from the card's menu and return the form."""
    slack.click(actor, "account.menu", f"{deed}:{account_id}")
    return slack.modals.opened[-1]


def card(slack: Slack, reader: Member, name: str = "Helvetia Pumpen") -> str:
    return words(slack.command(reader, f"/kam account {name}"))


def asked(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def test_the_kam_edits_from_the_card_and_the_card_is_shown_anew_in_its_place(
    slack: Slack, lea: Member, pumps: AccountId
) -> None:
    view = opens(slack, lea, "edit", pumps)
    assert asked(view) == ["tier", "mission", "jour_fixe", "coverage", "access"]
    assert slack.submit(lea, tier="a", mission="Stillstände senken", jour_fixe="4", coverage="mixed") == {}
    slack.deliver()

    [reply] = slack.out.replies
    assert reply["replace"] is True
    shown = words(reply)
    assert "*Helvetia Pumpen* · A · Strategic account" in shown
    assert "Stillstände senken" in shown
    assert "Mixed · jour fixe every 4 weeks" in shown


def test_more_shows_the_rarer_fields_and_what_is_not_shown_stays(
    slack: Slack, company: Company, lea: Member, pumps: AccountId
) -> None:
    group = company.account("Helvetia Gruppe")
    view = opens(slack, lea, "edit", pumps)
    slack.click(lea, "account.more", view={**view, "id": "V1", "hash": "1"}, container={"type": "view"})
    view = slack.modals.opened[-1]
    assert asked(view)[5:] == ["name", "aliases", "kind", "parent", "relation", "country", "language", "channel"]
    assert "More" not in words(view)

    typed: dict[str, Any] = {
        "aliases": "HPU\nPumpenwerk; HP",
        "parent": group,
        "relation": "site",
        "country": "CH",
        "channel": "CHPU",
    }
    assert slack.submit(lea, **typed, tier="none") == {}

    shown = card(slack, lea, "pumpenwerk")
    assert "Helvetia Gruppe, Site" in shown
    assert "*Helvetia Pumpen* · Customer" in shown
    assert "Helvetia Gruppe, Site" in words(slack.command(lea, "/kam account", channel="CHPU"))
    slack.submit(lea, opens(slack, lea, "edit", pumps), tier="c")
    assert "Helvetia Gruppe, Site" in card(slack, lea, "HP")


def test_a_kam_lead_is_asked_for_kam_deputy_and_sponsor(
    slack: Slack, company: Company, lea: Member, pumps: AccountId
) -> None:
    zoe, tobias = company.member("Zoe Lind", role="kam_lead"), company.member("Tobias Seidel")
    view = opens(slack, zoe, "edit", pumps)
    assert asked(view) == ["kam", "deputy", "tier", "mission", "jour_fixe", "coverage", "access"]
    assert slack.submit(zoe, kam=tobias.id, deputy=lea.id) == {}
    slack.deliver()

    assert "Zoe Lind made you KAM of Helvetia Pumpen." in words(slack.out.to(tobias)[0])
    assert [post["text"] for post in slack.out.to(lea)]
    assert "*KAM*\nTobias Seidel" in card(slack, zoe)


def test_what_cannot_be_stands_at_its_field_and_keeps_what_was_typed(
    slack: Slack, company: Company, lea: Member, pumps: AccountId
) -> None:
    zoe = company.member("Zoe Lind", role="kam_lead")
    opens(slack, zoe, "edit", pumps)

    answer = slack.submit(zoe, deputy=lea.id)

    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["deputy"]


def test_a_stage_needs_a_reason_when_it_changes(slack: Slack, company: Company, lea: Member, pumps: AccountId) -> None:
    view = opens(slack, lea, "stage", pumps)
    answer = slack.submit(lea, view, stage="cooperative")
    assert list(answer["errors"]) == ["reason"]
    assert "Please say in one sentence why" in answer["errors"]["reason"]

    said: dict[str, Any] = {
        "stage": "cooperative",
        "desired": "interdependent",
        "at_risk": ["yes"],
        "reason": "Der Einkauf wechselt.",
    }
    assert slack.submit(lea, view, **said) == {}

    shown = card(slack, lea)
    assert "Cooperative, Interdependent is wanted · ❗ at risk · since Fri 20 Nov" in shown
    assert "“Der Einkauf wechselt.”" in shown
    assert "Der Einkauf wechselt" not in card(slack, company.member("Marc Soler"))


def test_who_is_on_the_team_rates_and_others_never_see_it(
    slack: Slack, company: Company, lea: Member, pumps: AccountId
) -> None:
    eva, marc = company.member("Eva Roth"), company.member("Marc Soler")
    opens(slack, lea, "team", pumps)
    assert slack.submit(lea, people=[eva.id], role="expert", topic="Kupplungen") == {}
    slack.deliver()
    [told] = slack.out.to(eva)
    assert "Lea Brunner put you on the account team of Helvetia Pumpen." in words(told)

    slack.press(eva, slack.command(eva, "/kam account HPU"), "Rate the relationship")
    assert slack.submit(eva, relationship="4", partnership="none", reason="Sie rufen an.") == {}

    assert "Relationship: 4 · good (Eva Roth, Fri 20 Nov) · “Sie rufen an.”" in card(slack, lea)
    assert "Sie rufen an" not in card(slack, marc)
    assert "Rate" not in card(slack, marc)


def test_a_hostile_reason_stays_words(slack: Slack, lea: Member, pumps: AccountId) -> None:
    opens(slack, lea, "rate", pumps)
    slack.submit(lea, relationship="2", reason="<!channel> *fett* & <https://evil|bank>")

    assert "<!channel>" not in card(slack, lea)
    assert "<https" not in card(slack, lea)


def test_a_stranger_and_an_old_menu_are_told_what_is_possible(
    slack: Slack, company: Company, lea: Member, pumps: AccountId
) -> None:
    marc = company.member("Marc Soler")
    slack.click(marc, "account.menu", f"edit:{pumps}")
    slack.click(lea, "account.menu", f"paint:{pumps}")
    slack.click(marc, "account.menu", "edit:404")

    assert slack.modals.opened == []
    told, old, gone = [words(answer) for answer in slack.modals.answers]
    assert "please ask Lea Brunner" in told
    assert old
    assert "This account is not here any more" in gone


def test_a_form_that_slack_did_not_open_is_opened_again_with_a_button(
    slack: Slack, lea: Member, pumps: AccountId
) -> None:
    slack.modals.silent = True
    slack.click(lea, "account.menu", f"stage:{pumps}")
    slack.modals.silent = False
    [answer] = slack.modals.answers

    slack.press(lea, answer, "Open the form")

    assert slack.modals.opened[-1]["callback_id"] == "account.stage"


def test_pressed_twice_one_form_is_saved_once(slack: Slack, lea: Member, pumps: AccountId) -> None:
    view = opens(slack, lea, "edit", pumps)
    for _ in range(2):
        assert slack.submit(lea, view, view_id="V-same", tier="c") == {}
    slack.deliver()

    assert len(slack.out.replies) == 1


def test_strange_values_in_a_form_are_refused_at_their_field(slack: Slack, lea: Member, pumps: AccountId) -> None:
    opens(slack, lea, "edit", pumps)

    answer = slack.submit(lea, jour_fixe="-3", tier="z")

    assert set(answer["errors"]) == {"jour_fixe", "tier"}


def test_a_unit_is_chosen_on_the_card_and_the_way_back_as_well(slack: Slack, company: Company, lea: Member) -> None:
    group = company.account("Trautwyl", kam=lea)
    unit = company.account("Werk Ulm", parent=group, kam=lea)
    slack.command(lea, "/kam-log Werk Ulm: In Ulm")
    shown = slack.command(lea, "/kam account Trautwyl")
    choices = [option["value"] for option in shown["blocks"][0]["accessory"]["options"]]
    assert choices == [f"group:{group}", f"alone:{group}", f"group:{unit}"]

    for value in (f"alone:{group}", f"group:{unit}", "strange"):
        slack.click(lea, "account.unit", value)
        slack.later(seconds=2)
        slack.deliver()

    alone, below = slack.out.replies
    assert "In Ulm" not in words(alone)
    assert "In Ulm" in words(below)
    back = [option["text"]["text"] for option in below["blocks"][0]["accessory"]["options"]]
    assert back == ["Werk Ulm", "↑ Trautwyl"]
    assert len(slack.modals.answers) == 1


def test_a_hidden_unit_is_in_no_list_of_units(slack: Slack, company: Company, lea: Member) -> None:
    group = company.account("Trautwyl")
    company.account("Geheimwerk", parent=group, access="restricted", kam=lea)
    marc = company.member("Marc Soler")

    assert "Geheimwerk" in card(slack, lea, "Trautwyl")
    assert "Geheimwerk" not in card(slack, marc, "Trautwyl")


def test_who_lost_the_right_while_the_form_was_open_reads_who_has_it(
    slack: Slack, company: Company, lea: Member, pumps: AccountId
) -> None:
    opens(slack, lea, "edit", pumps)
    tobias = company.member("Tobias Seidel")
    with slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == pumps).values(kam_id=tobias.id))

    answer = slack.submit(lea, tier="a")

    assert "please ask Tobias Seidel" in str(answer["errors"])


def test_a_large_satisfaction_is_drawn_and_said(slack: Slack, company: Company, lea: Member, pumps: AccountId) -> None:
    for number in range(6):
        slack.command(lea, f"/kam-log HPU: Besuch {number}")
        slack.press(lea, slack.command(lea, f"/kam I-{number + 1}"), "Edit")
        view = slack.modals.opened[-1]
        slack.click(lea, "log.more", view={**view, "id": "V1", "hash": "1"}, container={"type": "view"})
        assert slack.submit(lea, satisfaction="4", satisfaction_source="customer") == {}

    shown = slack.command(lea, "/kam account HPU")

    assert "4 · satisfied, median of 6 values from 4 to 4" in words(shown)
    [chart] = [block for block in shown["blocks"] if block["type"] == "data_visualization"]
    [series] = chart["chart"]["series"]
    assert series["name"] == "The customer's words"
    assert [point["value"] for point in series["data"]] == [0, 0, 0, 6, 0]
