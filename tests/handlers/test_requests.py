from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.access import Visibility
from bot.domain.delivery import ChannelFacts
from bot.domain.identity import ChannelId
from bot.domain.members import Member, Role, Standing
from tests.company import Company
from tests.slack import Slack, words


@dataclass
class Plant:
    """A department that builds things, and who asks it."""

    slack: Slack
    company: Company
    lea: Member = field(init=False)
    sandra: Member = field(init=False)
    ben: Member = field(init=False)

    def __post_init__(self) -> None:
        self.lea = self.company.member("Lea Brunner")
        self.sandra = self.company.member("Sandra Meier")
        self.ben = self.company.member("Ben Frei")
        self.department = self.company.department("Production", self.sandra, "CPROD", head=self.ben)
        self.account = self.company.account("Helvetia Pumpen", "HPU", channel_id="CHPU")

    def form(self, actor: Member | None = None, line: str = "Production HPU: Two engineers\nfor a week") -> str:
        """Open the form and return what it shows."""
        assert self.slack.command(actor or self.lea, f"/kam-request {line}") == {}
        return words(self.slack.modals.opened[-1])

    def send(self, actor: Member | None = None, line: str = "", **typed: Any) -> dict[str, Any]:
        """Send a request; return what the modal answers."""
        self.form(actor, line or "Production HPU: Two engineers\nfor a week")
        filled = {"kind": "capacity", "needed_by": "2026-12-18", **typed}
        return self.slack.submit(actor or self.lea, **filled)

    def card(self) -> dict[str, Any]:
        """Return the card in the department's channel as it stands now."""
        self.deliver()
        return self.slack.out.to("CPROD")[0]

    def deliver(self) -> None:
        """Let everything be posted; one place takes one message a second."""
        for _ in range(4):
            self.slack.deliver()
            self.slack.later(seconds=2)

    def errors(self, answer: dict[str, Any]) -> dict[str, str]:
        """Return what a refused modal says at which field."""
        assert answer["response_action"] == "errors"
        said: dict[str, str] = answer["errors"]
        return said


@pytest.fixture
def plant(slack: Slack, company: Company) -> Plant:
    return Plant(slack, company)


def test_a_request_is_asked_accepted_and_heard_of(plant: Plant) -> None:
    form = plant.form()
    for shown in (
        "Production",
        "Helvetia Pumpen",
        "wants to answer within 16 working hours",
        "Fri 27 Nov at the earliest",
    ):
        assert shown in form
    assert plant.slack.submit(plant.lea, kind="capacity", needed_by="2026-12-18", why="It decides") == {}

    card = plant.card()
    assert "R-1 is with Production" in words(plant.slack.out.replies[0])
    assert "🟡 *R-1* · Two engineers" in words(card)
    assert "<@USANDRAMEIER>, please answer." in words(card)

    plant.slack.press(plant.sandra, card, "Accept", ephemeral=False)
    assert "Needed by Fri 18 Dec." in words(plant.slack.modals.opened[-1])
    assert plant.slack.submit(plant.sandra, assignee=plant.ben.id, words="Gladly") == {}

    card = plant.card()
    assert card["edited"]
    assert "🟢 Sandra Meier accepted R-1, promised for Fri 18 Dec. Ben Frei takes it on." in words(card)
    assert "<@" not in words(card)
    assert "Accept\n" not in words(card)
    line = plant.slack.out.to("CPROD")[1]
    assert (line["thread_ts"], line["text"]) == (
        card["ts"],
        "Sandra Meier accepted R-1, promised for Fri 18 Dec. Ben Frei takes it on.",
    )
    assert "Sandra Meier (Production) accepted R-1" in plant.slack.out.to(plant.lea)[0]["text"]
    assert "You take on R-1" in plant.slack.out.to(plant.ben)[0]["text"]
    assert len(plant.slack.out.posts) == 4


def test_a_decline_comes_with_words_and_the_way_to_the_sponsor(plant: Plant) -> None:
    plant.send()
    plant.slack.press(plant.sandra, plant.card(), "Decline", ephemeral=False)
    said = plant.errors(plant.slack.submit(plant.sandra, reason="goal", words=" "))
    assert set(said) == {"words"}
    assert plant.slack.submit(plant.sandra, reason="goal", words="One from 8 December") == {}

    plant.deliver()
    told = plant.slack.out.to(plant.lea)[0]
    assert "⚪ Sandra Meier (Production) cannot do R-1 this time: it conflicts with our own goal." in words(told)
    assert "One from 8 December" in words(told)
    button = told["blocks"][-1]["elements"][0]
    assert (button["action_id"], button["style"]) == ("escalation.from_request", "primary")


@pytest.mark.parametrize("command", ["/kam-request", "/kam request", "/kam anfrage"])
def test_every_name_of_the_command_opens_the_form(plant: Plant, command: str) -> None:
    plant.slack.command(plant.lea, f"{command} production: two engineers")
    opened = plant.slack.modals.opened[-1]
    assert opened["callback_id"] == "request"
    assert "two engineers" in str(opened)


def test_german_is_spoken_to_germans(plant: Plant) -> None:
    tobias = plant.company.member("Tobias", locale="de-DE")
    form = plant.form(tobias)
    assert "Bereich anfragen" in form
    assert "Production will innerhalb von 16 Arbeitsstunden antworten" in form
    said = plant.errors(plant.slack.submit(tobias, kind="date", needed_by="2026-11-19"))
    assert said["needed_by"].startswith("Do 19. Nov.")


def test_the_form_follows_what_is_chosen_and_keeps_what_is_typed(plant: Plant, company: Company) -> None:
    secret = company.account("Nachtfalter", kam=plant.lea, access="restricted")
    legal = company.department("Legal", plant.ben, "CLEGAL", lead_days=1)
    plant.form(line="something about a contract")
    before = [block["block_id"] for block in plant.slack.modals.opened[-1]["blocks"] if block["type"] == "input"]

    plant.slack.choose(plant.lea, "department", str(legal))
    assert "asks for 1 working day: Mon 23 Nov at the earliest" in words(plant.slack.modals.opened[-1])
    plant.slack.choose(plant.lea, "account", str(secret), department=legal, needed_by="2026-11-20")
    shown = words(plant.slack.modals.opened[-1])
    assert "🔒 Nachtfalter is restricted: nothing goes to a channel." in shown
    assert "only Ben Frei will see this" in shown
    assert "that is in 0 working days" in shown
    after = [block["block_id"] for block in plant.slack.modals.opened[-1]["blocks"] if block["type"] == "input"]
    assert after == before, "Slack keeps what is typed under the same ids"

    view = {**plant.slack.modals.opened[-1], "id": "V1", "hash": "1"}
    plant.slack.click(plant.lea, "request.more", view=view, container={"type": "view"})
    assert "Or a new account" in words(plant.slack.modals.opened[-1])
    plant.slack.choose(plant.lea, "visibility", Visibility.TEAM, department=legal, account=plant.account)
    shown = words(plant.slack.modals.opened[-1])
    assert "Ben Frei get it by direct message" in shown
    assert "Or a new account" in shown


def test_departments_and_accounts_are_searched(plant: Plant) -> None:
    plant.form()
    assert plant.slack.search(plant.lea, "request.department", "prod") == ["Production"]
    assert plant.slack.search(plant.lea, "request.account", "helv") == ["Helvetia Pumpen"]


def test_a_past_date_is_refused_at_its_field_and_nothing_is_sent(plant: Plant) -> None:
    said = plant.errors(plant.send(needed_by="2026-11-19"))
    assert said == {"needed_by": "Thu 19 Nov is over. Please choose today or later."}
    plant.deliver()
    assert plant.slack.out.posts == []
    assert plant.slack.submit(plant.lea, kind="capacity", needed_by="2026-11-23") == {}
    assert "⏳ Short notice" in words(plant.card())


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"what": ""}, "what"),
        ({"what": "\u200b\u202e"}, "what"),
        ({"what": "w" * 3001}, "what"),
        ({"why": "w" * 1001}, "why"),
        ({"kind": "bribe"}, "kind"),
        ({"department": "999"}, "department"),
        ({"department": "x"}, "department"),
        ({"department": str(2**70)}, "department"),
        ({"account": "-1"}, "account"),
        ({"account": "999"}, "account"),
        ({"needed_by": None}, "needed_by"),
    ],
)
def test_bad_input_is_told_at_its_field(plant: Plant, typed: dict[str, Any], at: str) -> None:
    assert set(plant.errors(plant.send(**typed))) == {at}


def test_a_request_that_nobody_may_read_is_no_choice(plant: Plant) -> None:
    plant.form()
    view = {**plant.slack.modals.opened[-1], "id": "V1", "hash": "1"}
    plant.slack.click(plant.lea, "request.more", view=view, container={"type": "view"})
    said = plant.errors(plant.slack.submit(plant.lea, kind="date", needed_by="2026-12-18", visibility="private"))
    assert set(said) == {"visibility"}
    said = plant.errors(plant.slack.submit(plant.lea, kind="date", needed_by="2026-12-18", importance="9"))
    assert set(said) == {"importance"}


@pytest.mark.parametrize(
    "text",
    [
        "<!channel> and &lt;@U1&gt; *bold*",
        "שלום\u202eabc",
        "O'Brien AC/DC 100 % \"unbalanced",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 hi",
        "nul \0 and \ud800 surrogate",
    ],
)
def test_hostile_text_is_stored_and_shown_literally(plant: Plant, text: str) -> None:
    assert plant.send(what=text, why=text) == {}
    card = plant.card()
    raw = str([block for block in card["blocks"] if block["type"] != "rich_text"]) + card["text"]
    assert "<!channel>" not in raw
    assert "<@U1>" not in raw
    assert "*bold*" not in raw
    shown = words(plant.slack.command(plant.lea, "/kam R-1"))
    first = text.replace("\u202e", " ").split(maxsplit=1)[0]
    assert first.replace("<", "&lt;").replace(">", "&gt;") in shown


def test_a_line_of_100_kb_opens_the_form_and_says_that_it_was_cut(plant: Plant) -> None:
    assert "its first 3,000 characters are here" in plant.form(line="Production " + "word " * 20_000)
    assert plant.slack.submit(plant.lea, account=plant.account, kind="date", needed_by="2026-12-18") == {}


def test_a_new_account_is_named_in_the_form(plant: Plant) -> None:
    plant.form(line="Production two engineers")
    view = {**plant.slack.modals.opened[-1], "id": "V1", "hash": "1"}
    plant.slack.click(plant.lea, "request.more", view=view, container={"type": "view"})
    said = plant.errors(plant.slack.submit(plant.lea, kind="date", needed_by="2026-12-18"))
    assert set(said) == {"account"}
    assert plant.slack.submit(plant.lea, kind="date", needed_by="2026-12-18", new_account="Neukunde AG") == {}
    assert "Neukunde AG" in words(plant.card())


def test_when_slack_does_not_open_the_form_the_text_is_kept(plant: Plant) -> None:
    plant.slack.modals.silent = True
    answer = plant.slack.command(plant.lea, "/kam-request Production HPU: Two engineers")
    plant.slack.modals.silent = False
    plant.slack.press(plant.lea, answer, "Open the form")
    assert "Two engineers" in str(plant.slack.modals.opened[-1])
    assert plant.slack.submit(plant.lea, kind="date", needed_by="2026-12-18") == {}


def test_when_slack_does_not_open_an_answer_the_button_can_be_pressed_again(plant: Plant) -> None:
    plant.send()
    card = plant.card()
    plant.slack.modals.silent = True
    plant.slack.press(plant.sandra, card, "Accept", ephemeral=False)
    assert "Please press the button again" in words(plant.slack.modals.answers[-1])


def test_a_button_opens_the_form_for_its_account(plant: Plant) -> None:
    plant.slack.click(plant.lea, "request.start", plant.account)
    assert "Helvetia Pumpen" in words(plant.slack.modals.opened[-1])
    plant.slack.click(plant.lea, "request.start")
    assert "Helvetia Pumpen" not in words(plant.slack.modals.opened[-1])


def test_who_may_not_answer_is_told_who_can(plant: Plant) -> None:
    plant.send()
    for label in ("Accept", "Decline"):
        plant.slack.press(plant.lea, plant.card(), label, ephemeral=False)
        assert "R-1 is answered by Production: Sandra Meier or Ben Frei." in words(plant.slack.modals.answers[-1])


def test_the_second_of_two_is_told_in_the_form_who_was_first(plant: Plant) -> None:
    plant.send()
    card = plant.card()
    plant.slack.press(plant.sandra, card, "Accept", ephemeral=False)
    first = plant.slack.modals.opened[-1]
    plant.slack.press(plant.ben, card, "Decline", ephemeral=False)
    second = plant.slack.modals.opened[-1]
    assert plant.slack.submit(plant.sandra, first) == {}
    (said,) = plant.errors(plant.slack.submit(plant.ben, second, reason="value", words="no")).values()
    assert said.startswith("R-1 is answered already: Sandra Meier accepted it, Fri 20 Nov")
    plant.slack.press(plant.ben, card, "Decline", ephemeral=False)
    assert "Sandra Meier accepted it" in words(plant.slack.modals.answers[-1])


def test_the_same_submit_twice_tells_once(plant: Plant) -> None:
    plant.send()
    plant.slack.press(plant.sandra, plant.card(), "Accept", ephemeral=False)
    view = plant.slack.modals.opened[-1]
    assert plant.slack.submit(plant.sandra, view, view_id="VSAME") == {}
    assert plant.slack.submit(plant.sandra, view, view_id="VSAME") == {}
    plant.deliver()
    assert len(plant.slack.out.to(plant.lea)) == 1


def test_a_guest_is_refused(plant: Plant, company: Company) -> None:
    guest = company.member("Gast", standing=Standing.GUEST)
    assert "full members" in words(plant.slack.command(guest, "/kam-request Production two engineers"))
    assert plant.slack.modals.opened == []


def test_a_guest_cannot_take_it_on(plant: Plant, company: Company) -> None:
    guest = company.member("Gast", standing=Standing.GUEST)
    plant.send()
    plant.slack.press(plant.sandra, plant.card(), "Accept", ephemeral=False)
    said = plant.errors(plant.slack.submit(plant.sandra, assignee=guest.id))
    assert said == {
        "assignee": "Gast is no full member of this Slack and would not see it. Please choose somebody else."
    }
    said = plant.errors(plant.slack.submit(plant.sandra, assignee="UNKNOWN"))
    assert "must be a full member" in said["assignee"]


def test_a_restricted_account_reaches_only_the_named_by_dm(plant: Plant, company: Company) -> None:
    company.account("Nachtfalter", kam=plant.lea, access="restricted")
    plant.send(line="Production Nachtfalter: Two engineers")
    plant.deliver()
    assert plant.slack.out.to("CPROD") == []
    for person in (plant.sandra, plant.ben):
        (card,) = plant.slack.out.to(person)
        assert "🔒 Restricted account" in words(card)
        assert "You get this because you answer for Production." in words(card)
        assert "Nachtfalter" not in card["text"]
    outsider = company.member("Olga", department_id=plant.department, topics=["lasers"])
    assert words(plant.slack.command(outsider, "/kam R-1")) == "I don't know R-1. Please check the number."
    plant.slack.press(outsider, plant.slack.out.to(plant.ben)[0], "Accept")
    assert "This is not here any more." in words(plant.slack.modals.answers[-1])

    plant.slack.press(plant.ben, plant.slack.out.to(plant.ben)[0], "Accept", ephemeral=False)
    assert "They will see this request." in words(plant.slack.modals.opened[-1])
    assert plant.slack.submit(plant.ben) == {}
    plant.deliver()
    for person in (plant.sandra, plant.ben):
        (card,) = plant.slack.out.to(person)
        assert "🟢 Ben Frei accepted R-1" in words(card)
    assert "Nachtfalter" not in plant.slack.out.to(plant.lea)[0]["text"]


def test_a_closed_channel_sends_the_card_to_coordinator_and_head(plant: Plant) -> None:
    plant.slack.out.channels["CPROD"] = ChannelFacts(
        ChannelId("CPROD"), "prod", is_member=False, checked_at=plant.slack.now
    )
    plant.send()
    plant.deliver()
    cards = [post for post in plant.slack.out.to(plant.sandra) if "R-1" in post["text"]]
    assert len(cards) == 1
    assert "You get this because you answer for Production." in words(cards[0])
    plant.slack.press(plant.sandra, cards[0], "Accept", ephemeral=False)
    assert plant.slack.submit(plant.sandra) == {}
    plant.deliver()
    assert "🟢 Sandra Meier accepted R-1" in words(cards[0])
    assert plant.slack.out.to("CPROD") == []


def test_a_number_shows_what_one_can_do_and_is_replaced_by_the_answer(plant: Plant) -> None:
    plant.send()
    plant.deliver()
    shown = plant.slack.command(plant.sandra, "/kam R-1")
    assert "Accept" in words(shown)
    assert "Lea Brunner asked" in words(shown)
    plant.slack.press(plant.sandra, shown, "Accept")
    assert plant.slack.submit(plant.sandra) == {}
    plant.deliver()
    answer = plant.slack.out.replies[-1]
    assert answer["replace"] is True
    assert "Sandra Meier accepted" in words(answer)
    assert "Accept" not in words(answer).splitlines()
    assert "Accept" not in words(plant.slack.command(plant.lea, "/kam r-1")).splitlines()


def test_a_colleague_sees_the_header_and_finds_it(plant: Plant, company: Company) -> None:
    plant.send()
    nobody = company.member("Nobody")
    header = words(plant.slack.command(nobody, "/kam R-1"))
    assert "🟡 *R-1* · Two engineers" in header
    assert "Lea Brunner" not in header
    assert "for a week" not in header
    assert "R-1" in words(plant.slack.command(nobody, "/kam-ask engineers"))


def test_without_departments_it_goes_to_the_kam_leads_and_says_so(slack: Slack, company: Company) -> None:
    lea, leon = company.member("Lea"), company.member("Leon", role=Role.KAM_LEAD)
    company.account("Helvetia")
    slack.command(lea, "/kam-request Helvetia: Two engineers")
    form = slack.modals.opened[-1]
    assert "No department is set up yet, so this goes to Leon." in words(form)
    assert "department" not in [block.get("block_id") for block in form["blocks"]]
    assert slack.submit(lea, kind="expert", needed_by="2026-12-18") == {}
    slack.deliver()
    assert "No department is set up yet, so R-1 is with Leon" in words(slack.out.replies[-1])
    (card,) = slack.out.to(leon)
    assert "You get this because no department is set up yet." in words(card)
    slack.press(lea, card, "Accept")
    assert "R-1 is answered by Leon." in words(slack.modals.answers[-1])
    slack.press(leon, card, "Accept", ephemeral=False)
    assert slack.submit(leon) == {}


def test_with_nobody_to_ask_the_text_comes_back(slack: Slack, company: Company) -> None:
    answer = words(slack.command(company.member("Lea"), "/kam-request two engineers"))
    assert "No department, KAM lead or admin is set up yet" in answer
    assert "two engineers" in answer


def test_a_sent_form_cannot_be_sent_again(plant: Plant) -> None:
    plant.send()
    (said,) = plant.errors(plant.slack.submit(plant.lea, kind="date", needed_by="2026-12-18")).values()
    assert said.startswith("This text is saved already")
