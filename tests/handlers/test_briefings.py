import json
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.members import Member, Role
from storage.tables import AccountRow, InteractionRow
from tests.company import Company
from tests.slack import Slack, words


@pytest.fixture
def lea(slack: Slack, company: Company) -> Member:
    """Lea is KAM of Helvetia Pumpen, with a contact and a note."""
    lea = company.member("Lea Brunner", level=3)
    account = company.account("Helvetia Pumpen", "HPU", kam=lea, tier="a", mission="The quietest pump by 2029")
    company.contact(
        account,
        "Simon Ashworth",
        title="Head of Purchasing",
        level=2,
        decision_roles=["decider"],
        owner=lea,
        attitude=4,
    )
    slack.command(lea, "/kam-log HPU: visited purchasing, they want the delivery date moved forward")
    return lea


@pytest.fixture
def german(company: Company) -> Member:
    return company.member("Tobias Seidel", locale="de-DE")


def buttons(message: dict[str, Any]) -> list[str]:
    return [
        element["text"]["text"]
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element["type"] == "button"
    ]


def replied(slack: Slack) -> dict[str, Any]:
    slack.deliver()
    return slack.out.replies[-1]


class TestPage:
    def test_it_is_for_who_typed_and_cannot_be_shared(self, slack: Slack, lea: Member) -> None:
        answer = slack.command(lea, "/kam brief Helvetia Pumpen")

        shown = words(answer)
        assert answer.get("response_type", "ephemeral") == "ephemeral"
        for part in ("Briefing: *Helvetia Pumpen*", "quietest pump", "Simon Ashworth", "delivery date", "Worth asking"):
            assert part in shown
        assert "Only you see this page" in shown
        assert buttons(answer) == ["Eight lines", "Account card", "Log"]
        slack.deliver()
        assert slack.out.posts == []

    def test_in_german_every_word_is(self, slack: Slack, lea: Member, german: Member) -> None:
        shown = words(slack.command(german, "/kam briefing Helvetia Pumpen"))

        for part in ("Wen du treffen kannst", "Head of Purchasing", "Entscheider/in", "Gute Fragen", "Nur du siehst"):
            assert part in shown

    def test_for_executives_it_has_eight_lines_at_most(self, slack: Slack, lea: Member) -> None:
        for name in ("Helvetia Pumpen", "Simon Ashworth"):
            answer = slack.command(lea, f"/kam brief {name} exec")
            told = [line for line in words({"blocks": answer["blocks"][:-1]}).split("\n") if line]

            assert 4 <= len(told) <= 8
            assert told[-1].startswith("Only you see this page")
            assert buttons(answer) == ["Whole page", "Account card" if "Helv" in name else "Contact card", "Log"]

    def test_what_is_judged_is_shown_to_the_circle_only(self, slack: Slack, lea: Member, german: Member) -> None:
        for name in ("Helvetia Pumpen", "Simon Ashworth"):
            assert "Attitude to us: Supportive" in words(slack.command(lea, f"/kam brief {name}"))
            assert "Haltung" not in words(slack.command(german, f"/kam brief {name}"))

    def test_a_restricted_account_says_so_and_why_one_sees_it(
        self, slack: Slack, company: Company, lea: Member
    ) -> None:
        company.account("Geheimwerk", access="restricted", kam=lea)

        answer = slack.command(lea, "/kam brief Geheimwerk")

        assert "🔒 restricted" in words(answer)
        assert "because you are the account's KAM" in words(answer)
        assert "Geheimwerk" not in answer["text"], "notifications name no restricted account"

    def test_to_a_stranger_it_does_not_exist_in_the_same_words(
        self, slack: Slack, company: Company, lea: Member, german: Member
    ) -> None:
        hidden = company.account("Geheimwerk", access="restricted", kam=lea)
        company.contact(hidden, "Sibylle Kern")

        said = {
            slack.command(german, f"/kam brief {name}")["text"].replace(name, "…")
            for name in ("Geheimwerk", "Sibylle Kern", "Xyzqwv")
        }

        assert said == {"Ich kenne keinen Account und keine Kontaktperson namens …. Bitte die Schreibweise prüfen."}

    def test_hostile_names_are_shown_as_they_were_typed(self, slack: Slack, company: Company, lea: Member) -> None:
        account = company.account("<!channel> *boom*")
        company.contact(account, "<https://evil.example|x>", title="`code`")

        answer = slack.command(lea, "/kam brief &lt;!channel&gt; *boom*")

        said = [block["text"]["text"] for block in answer["blocks"] if block["type"] == "section" and "text" in block]
        assert "&lt;!channel&gt;" in said[0]
        assert not any("<!channel>" in text or "<https://evil" in text for text in said)

    def test_what_comes_from_a_restricted_unit_is_marked(self, slack: Slack, company: Company, lea: Member) -> None:
        group = company.account("Trautwyl", kam=lea)
        unit = company.account("Trautwyl Medtech", parent=group, access="restricted", kam=lea)
        company.contact(unit, "Silvan Gasser")

        assert "Trautwyl Medtech 🔒" in words(slack.command(lea, "/kam brief Trautwyl"))


class TestWhich:
    def test_a_slip_offers_accounts_and_contacts_as_buttons_that_show_the_page(self, slack: Slack, lea: Member) -> None:
        asked = slack.command(lea, "/kam brief Simon Ashwroth exec")
        assert buttons(asked) == ["Simon Ashworth at Helvetia Pumpen"]

        slack.press(lea, asked, "Simon Ashworth at Helvetia Pumpen")

        answer = replied(slack)
        assert answer["replace"]
        assert "Simon Ashworth* · Head of Purchasing · Helvetia Pumpen" in words(answer)

    def test_without_a_name_the_latest_accounts_are_offered(self, slack: Slack, lea: Member) -> None:
        assert buttons(slack.command(lea, "/kam brief")) == ["Helvetia Pumpen"]


class TestButtons:
    def test_the_other_length_takes_the_place_of_the_page(self, slack: Slack, lea: Member) -> None:
        slack.press(lea, slack.command(lea, "/kam brief Helvetia Pumpen"), "Eight lines")
        short = replied(slack)
        slack.press(lea, short, "Whole page")
        whole = replied(slack)

        assert short["replace"]
        assert "Worth asking" not in words(short)
        assert "Worth asking" in words(whole)

    @pytest.mark.parametrize(
        ("name", "card"), [("Helvetia Pumpen", "Account card"), ("Simon Ashworth", "Contact card")]
    )
    def test_the_card_is_shown_beside_it(self, slack: Slack, lea: Member, name: str, card: str) -> None:
        slack.press(lea, slack.command(lea, f"/kam brief {name}"), card)

        answer = replied(slack)
        assert not answer["replace"]
        assert name in words(answer)

    @pytest.mark.parametrize("name", ["Helvetia Pumpen", "Simon Ashworth"])
    def test_every_part_leads_to_the_whole_of_it_beside_the_page(self, slack: Slack, lea: Member, name: str) -> None:
        page = slack.command(lea, f"/kam brief {name}")
        (menu,) = (element for element in page["blocks"][-1]["elements"] if element["type"] == "overflow")
        assert len(menu["options"]) == 5

        for option in menu["options"]:
            slack.click(lea, menu["action_id"], option["value"])
            answer = replied(slack)
            assert not answer["replace"]
            assert "Helvetia Pumpen" in words(answer), option

        assert slack.modals.answers == []

    def test_a_button_of_an_older_release_is_refused_in_words(self, slack: Slack, lea: Member) -> None:
        for action in ("briefing.turn", "briefing.pick0", "briefing.menu", "briefing.add"):
            slack.click(lea, action, "nothing of ours")

        assert len(slack.modals.answers) == 4
        assert all("out of date" in answer["text"] for answer in slack.modals.answers)

    def test_who_lost_the_right_learns_that_it_is_not_here(
        self, slack: Slack, company: Company, lea: Member, german: Member
    ) -> None:
        hidden = company.account("Geheimwerk", access="restricted", kam=lea)
        page = slack.command(lea, "/kam brief Geheimwerk")
        with company.store.engine.begin() as connection:
            connection.execute(update(AccountRow).where(AccountRow.id == hidden).values(kam_id=german.id))

        slack.press(lea, page, "Eight lines")

        assert "not here any more" in slack.modals.answers[-1]["text"]
        assert "Geheimwerk" not in json.dumps(slack.modals.answers)


class TestForm:
    def use_shortcut(self, slack: Slack, actor: Member) -> None:
        slack._interact({"type": "shortcut", "user": {"id": actor.id}, "trigger_id": "t1", "callback_id": "briefing"})

    def test_the_shortcut_asks_whom_one_meets_and_shows_the_page_in_its_place(self, slack: Slack, lea: Member) -> None:
        self.use_shortcut(slack, lea)
        assert slack.search(lea, "briefing.find", "ash") == ["Simon Ashworth at Helvetia Pumpen"]
        (value,) = self.values(slack, lea, "ash")

        answer = slack.submit(lea, about=value, length="short")

        assert answer["response_action"] == "update"
        assert "Our side" in words(answer["view"])
        assert len(answer["view"]["title"]["text"]) <= 24

    def values(self, slack: Slack, actor: Member, typed: str) -> list[str]:
        body = {"type": "block_suggestion", "user": {"id": actor.id}, "action_id": "briefing.find", "value": typed}
        return [option["value"] for option in json.loads(slack._interact(body).body)["options"]]

    def test_the_menu_opens_the_same_form(self, slack: Slack, lea: Member) -> None:
        slack.press(lea, slack.command(lea, "/kam"), "Briefing")

        assert slack.modals.opened[-1]["callback_id"] == "briefing"
        (value,) = self.values(slack, lea, "")
        assert "Worth asking" in words(slack.submit(lea, about=value)["view"])

    def test_who_lost_the_right_meanwhile_is_told_at_the_field_and_keeps_the_form(
        self, slack: Slack, company: Company, lea: Member, german: Member
    ) -> None:
        hidden = company.account("Geheimwerk", access="restricted", kam=german)
        self.use_shortcut(slack, lea)

        for about in (f"account:{hidden}", "account:999", "contact:999", "what is this"):
            answer = slack.submit(lea, about=about)
            assert answer["response_action"] == "errors"
            assert set(answer["errors"]) == {"about"}

    def test_a_silent_slack_is_told_where_that_is_possible(self, slack: Slack, lea: Member) -> None:
        menu = slack.command(lea, "/kam")
        slack.modals.silent = True

        slack.press(lea, menu, "Briefing")

        assert "press the button again" in slack.modals.answers[-1]["text"]


class TestEightLines:
    @pytest.mark.parametrize("typed", ["HPU", "Ashworth"])
    def test_an_executive_is_told_that_the_relationship_is_at_risk(
        self, slack: Slack, lea: Member, german: Member, typed: str
    ) -> None:
        assert "🚩" not in words(slack.command(lea, f"/kam brief {typed} exec"))
        with slack.store.engine.begin() as connection:
            connection.execute(update(AccountRow).values(is_at_risk=True))

        assert "🚩 the relationship is at risk" in words(slack.command(lea, f"/kam brief {typed} exec")).split("\n")[0]
        assert "🚩 die Beziehung ist gefährdet" in words(slack.command(german, f"/kam briefing {typed} exec"))


@pytest.mark.parametrize(
    ("visibility", "english", "german"),
    [
        ("private", "🔒 Only me", ""),
        ("leadership", "🔒 KAM, deputy, sponsor, KAM leads", "🔒 KAM, Stellvertretung, Patenschaft, KAM-Leitung"),
        ("company", "", ""),
    ],
)
def test_a_note_that_not_everybody_may_read_says_so_in_every_list(
    slack: Slack, company: Company, lea: Member, visibility: str, english: str, german: str
) -> None:
    with slack.store.engine.begin() as connection:
        connection.execute(update(InteractionRow).values(visibility=visibility, category="need"))
    lead = company.member("Vera Roth", role=Role.KAM_LEAD, locale="de-DE")

    for line in ("/kam brief HPU", "/kam brief HPU exec", "/kam account HPU"):
        said = words(slack.command(lea, line))
        assert "they want the delivery date" in said
        assert english in said
        assert ("🔒" in said) == bool(english)
        assert german in words(slack.command(lead, line))
