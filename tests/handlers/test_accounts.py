from typing import Any

import pytest
from sqlalchemy import update

from storage.tables import AccountRow
from tests.company import Company
from tests.slack import Slack, words

HOSTILE = "*Werk* <!channel> & <https://evil|bank> `x`\u202e 𝒳"


def drawn(message: dict[str, Any]) -> int:
    """Count the characters of all text of a message."""
    return len(words({"blocks": message["blocks"]}))


def markup(part: Any) -> list[str]:
    """Return every text that Slack reads as markup."""
    if isinstance(part, list):
        return [text for item in part for text in markup(item)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "mrkdwn" else []
    return own + [text for value in part.values() for text in markup(value)]


def test_the_card_is_shown_at_once_to_whoever_asked(slack: Slack, company: Company) -> None:
    lea = company.member("Lea Brunner")
    company.account("Helvetia Pumpen", "HPU", kam=lea, tier="b", mission="Stillstände um ein Viertel senken")
    slack.command(lea, "/kam-log HPU: Besuch beim Einkauf")

    shown = slack.command(lea, "/kam account hpu")

    assert shown["text"] == "The card of Helvetia Pumpen"
    said = words(shown)
    assert "*Helvetia Pumpen* · B · Key account" in said
    assert "Stillstände um ein Viertel senken" in said
    assert "I-1 · Fri 20 Nov · Other · Lea Brunner: Besuch beim Einkauf" in said
    assert "🚩 Nobody stands in for the KAM. A KAM lead names a deputy with Edit." in said
    assert "🚩 No jour fixe is set. The KAM chooses how often with Edit." in said
    assert "Visible to everyone in the company" in said


def test_the_card_is_german_for_german_readers(slack: Slack, company: Company) -> None:
    tobias = company.member("Tobias", locale="de-DE")
    company.account("Helvetia Pumpen", tier="b")

    shown = slack.command(tobias, "/kam kunde Helvetia Pumpen")

    assert "*Helvetia Pumpen* · B · Schlüsselkunde" in words(shown)
    assert "kein Wert im letzten Jahr" in words(shown)


def test_a_restricted_card_says_why_one_sees_it_and_its_notification_names_nothing(
    slack: Slack, company: Company
) -> None:
    lea, tobias = company.member("Lea"), company.member("Tobias")
    company.account("Geheimwerk", kam=lea, access="restricted")

    shown = slack.command(lea, "/kam account Geheimwerk")

    assert "🔒 Only KAM, deputy, account team, relationship owners, sponsor and KAM leads see this account." in words(
        shown
    )
    assert "You see it because you are its KAM." in words(shown)
    assert "Geheimwerk" not in shown["text"]
    unknown, hidden = slack.command(tobias, "/kam account Nirgendwo"), slack.command(tobias, "/kam account Geheimwerk")
    assert words(hidden).replace("Geheimwerk", "Nirgendwo") == words(unknown)


def test_a_near_name_is_offered_as_a_button_that_puts_the_card_in_its_place(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    company.account("Helvetia Pumpen")

    asked = slack.command(lea, "/kam account Helvetia Pumpn")
    assert "Did you mean *Helvetia Pumpen*?" in words(asked)
    slack.press(lea, asked, "Helvetia Pumpen")
    slack.deliver()

    [reply] = slack.out.replies
    assert reply["replace"] is True
    assert "*Helvetia Pumpen*" in words(reply)


def test_pressed_twice_the_card_comes_once(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    company.account("Helvetia Pumpen")
    asked = slack.command(lea, "/kam account")

    for _ in range(2):
        slack.press(lea, asked, "Helvetia Pumpen", trigger="t-same")
    slack.deliver()

    assert len(slack.out.replies) == 1


def test_who_lost_the_right_meanwhile_gets_no_card(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    account = company.account("Geheimwerk", access="restricted", kam=lea)
    asked = slack.command(lea, "/kam account")
    assert "Geheimwerk 🔒" in words(asked)
    with slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == account).values(kam_id=None))

    assert slack.press(lea, asked, "Geheimwerk 🔒").status == 200
    slack.deliver()

    assert slack.out.replies == []


def test_with_no_account_at_all_the_first_log_is_explained(slack: Slack, company: Company) -> None:
    assert "The first log creates one" in words(slack.command(company.member("Lea"), "/kam account"))


def test_log_on_the_card_opens_the_form_with_the_account(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    company.account("Helvetia Pumpen")

    slack.press(lea, slack.command(lea, "/kam account Helvetia Pumpen"), "Log")
    slack.submit(lea, text="Besuch")

    assert "Lea: Besuch" in words(slack.command(lea, "/kam account Helvetia Pumpen"))


def test_a_thousand_units_and_contacts_with_hostile_names_stay_inside_slacks_limits(
    slack: Slack, company: Company
) -> None:
    lea = company.member(HOSTILE * 3)
    group = company.account("Trautwyl", kam=lea, deputy=lea, sponsor=lea, mission=HOSTILE * 50, tier="a")
    for at in range(12):
        unit = company.account(f"{at} {HOSTILE * 2}"[:120], parent=group)
        company.contact(unit, f"{at} {HOSTILE * 9}", title=HOSTILE * 9, level=1, decision_roles=["decider", "coach"])
        company.team(unit, lea)
        slack.command(lea, f"/kam-log Trautwyl: {HOSTILE * 40}")
    company.team(group, lea, "expert")

    shown = slack.command(lea, "/kam account Trautwyl")

    assert drawn(shown) < 9_500
    assert len(shown["blocks"]) <= 50
    assert "and 6 more" in words(shown)
    for text in markup(shown["blocks"]):
        assert "<!" not in text
        assert "<http" not in text


class TestOneInteraction:
    def test_its_id_shows_it_with_what_this_person_may_do(self, slack: Slack, company: Company) -> None:
        lea, tobias = company.member("Lea"), company.member("Tobias")
        company.account("Helvetia Pumpen")
        slack.command(lea, "/kam-log Helvetia Pumpen: Besuch")

        mine, theirs = slack.command(lea, "/kam i-1"), slack.command(tobias, "/kam I-1")

        assert "*I-1 · Other at Helvetia Pumpen*" in words(mine)
        assert "Edit" in words(mine)
        assert "Edit" not in words(theirs)

    def test_a_number_that_is_hidden_and_one_that_is_not_there_are_the_same(
        self, slack: Slack, company: Company
    ) -> None:
        lea, tobias = company.member("Lea"), company.member("Tobias")
        company.account("Geheimwerk", access="restricted", kam=lea)
        slack.command(lea, "/kam-log Geheimwerk: Besuch")

        assert words(slack.command(tobias, "/kam I-1")) == words(slack.command(tobias, "/kam I-2")).replace("2", "1")

    @pytest.mark.parametrize("text", ["Wort " * 8_000, "ohneleerzeichen" * 3_000, "🇨🇭👩🏽‍🔧" * 3_000])
    def test_a_long_text_is_read_page_by_page_and_nothing_is_lost(
        self, slack: Slack, company: Company, text: str
    ) -> None:
        lea = company.member("Lea")
        company.account("Helvetia Pumpen")
        slack.command(lea, f"/kam-log Helvetia Pumpen: {text}")

        page = slack.command(lea, "/kam I-1")
        read = [_quoted(page)]
        while "Show more" in words(page):
            assert drawn(page) < 9_500
            slack.press(lea, page, "Show more")
            slack.later(seconds=2)
            slack.deliver()
            page = slack.out.replies[-1]
            read.append(_quoted(page))

        assert "".join(read) == text.strip()
        assert len(read) > 2

    def test_show_more_is_answered_once_and_only_to_who_still_may_read(self, slack: Slack, company: Company) -> None:
        lea, tobias = company.member("Lea"), company.member("Tobias")
        company.account("Helvetia Pumpen")
        slack.command(lea, f"/kam-log Helvetia Pumpen: {'Wort ' * 3_000}")
        page = slack.command(tobias, "/kam I-1")

        slack.press(tobias, page, "Show more", trigger="t-same")
        slack.press(tobias, page, "Show more", trigger="t-same")
        slack.deliver()
        assert len(slack.out.replies) == 1
        slack.press(lea, slack.command(lea, "/kam I-1"), "Undo")
        slack.press(tobias, page, "Show more")
        slack.later(seconds=2)
        slack.deliver()
        assert [reply for reply in slack.out.replies if "continued" in words(reply)] == slack.out.replies[:1]

    def test_what_was_withdrawn_between_click_and_answer_is_not_shown(self, slack: Slack, company: Company) -> None:
        lea, tobias = company.member("Lea"), company.member("Tobias")
        company.account("Helvetia Pumpen")
        slack.command(lea, f"/kam-log Helvetia Pumpen: {'Wort ' * 3_000}")
        slack.press(tobias, slack.command(tobias, "/kam I-1"), "Show more")
        slack.press(lea, slack.command(lea, "/kam I-1"), "Undo")
        slack.deliver()

        assert not [reply for reply in slack.out.replies if "continued" in words(reply)]


def _quoted(message: dict[str, Any]) -> str:
    return "".join(
        part["text"]
        for block in message["blocks"]
        if block["type"] == "rich_text"
        for element in block["elements"]
        for part in element["elements"]
    )
