import json
import re
from datetime import timedelta

import pytest

from bot.domain.identity import AccountId
from bot.domain.members import Member, Role
from tests.company import Company
from tests.handlers.interaction_play import buttons, inputs, stored
from tests.slack import Slack, words


def test_a_line_with_a_known_account_is_saved_at_once_and_told_to_its_channel(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch beim Einkauf, will den Liefertermin vorziehen")

    assert "Logged at Helvetia Pumpen as I-1" in words(answer)
    assert "Besuch beim Einkauf, will den Liefertermin vorziehen" in words(answer)
    assert "KAM: Tobias Seidel" in words(answer)
    assert buttons(answer) == ["Edit", "Undo"]
    slack.deliver()
    assert slack.out.to("CHPU")[0]["text"].startswith("🗒 Lea Brunner logged at Helvetia Pumpen")


def test_a_guessed_account_is_named_first(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    answer = slack.command(lea, "/kam-log Helvetai Pumpen: Besuch")

    assert words(answer).startswith("*Read as Helvetia Pumpen: logged as I-1*")
    assert "If you meant another account, press Edit" in words(answer)


def test_a_german_reads_german(slack: Slack, company: Company, helvetia: AccountId) -> None:
    anna = company.member("Anna", locale="de-CH")

    assert "Bei Helvetia Pumpen erfasst als I-1" in words(slack.command(anna, "/kam erfassen HPU: Besuch"))
    assert buttons(slack.command(anna, "/kam-log Neuwerk: Besuch"))[-2:] == ["Neuer Account", "Im Formular wählen"]


def test_the_channels_line_follows_its_form(slack: Slack, company: Company, lea: Member, helvetia: AccountId) -> None:
    anna = company.contact(helvetia, "Anna Frei")
    slack.command(lea, "/kam-log HPU:")
    slack.submit(
        lea, text="Will Muster " + "x" * 200, kind="visit", category="need", contacts=[anna], visibility="company"
    )
    slack.deliver()

    [line] = slack.out.to("CHPU")
    assert re.fullmatch(
        r"🗒 Lea Brunner logged a visit at Helvetia Pumpen \(need\): Will Muster x{127}… · I-1", line["text"]
    )
    assert "Anna" not in json.dumps(line)


def test_a_planned_visit_says_so(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.command(lea, "/kam-log HPU:")
    slack.submit(lea, text="Jahresgespräch", kind="visit", occurred_at=int((slack.now + timedelta(days=4)).timestamp()))
    slack.deliver()

    assert (
        "logged a visit at Helvetia Pumpen, planned for Tue 24 Nov: Jahresgespräch" in slack.out.to("CHPU")[0]["text"]
    )
    assert "(planned)" in words(slack.out.replies[-1])


@pytest.mark.parametrize("count", [2, 100])
def test_a_burst_is_one_message_inside_slacks_limits(
    slack: Slack, lea: Member, helvetia: AccountId, count: int
) -> None:
    for number in range(count):
        slack.command(lea, f"/kam-log HPU: {'&' * 140} {number}")
    slack.deliver()

    [message] = slack.out.to("CHPU")
    assert len(message["blocks"]) <= 50
    assert sum(len(block["text"]["text"]) for block in message["blocks"]) < 9500
    assert ("more" in words(message)) == (count == 100)


def test_an_unclear_account_is_asked_for_and_the_pick_replaces_the_question(
    slack: Slack, company: Company, lea: Member, helvetia: AccountId
) -> None:
    company.account("Helvetia Ventile")
    company.account("Alpina")

    question = slack.command(lea, "/kam-log Helvetiabau: Besuch *jetzt*")
    assert "I don't know an account called Helvetiabau. Which one is it?" in words(question)
    assert buttons(question)[:2] == ["Helvetia Pumpen", "Helvetia Ventile"]
    assert buttons(question)[-2:] == ["New account", "Choose in the form"]
    assert stored(slack) == []

    slack.press(lea, question, "Helvetia Pumpen")
    slack.deliver()
    [reply] = slack.out.replies
    assert (reply["url"], reply["replace"]) == ("https://hooks.slack.test/2", True)
    assert "Logged at Helvetia Pumpen as I-1" in words(reply)
    assert stored(slack) == ["Besuch *jetzt*"]


def test_a_new_account_is_created_by_a_button_and_has_no_kam_yet(slack: Slack, company: Company, lea: Member) -> None:
    lead = company.member("Nina Keller", role=Role.KAM_LEAD, locale="de-DE")

    slack.press(lea, slack.command(lea, "/kam-log O'Brien & Söhne <AG>: Besuch"), "New account")
    slack.deliver()

    assert "O'Brien &amp; Söhne &lt;AG&gt; is new and I-1 is logged" in words(slack.out.replies[-1])
    assert "no KAM yet" in words(slack.out.replies[-1])
    assert "O'Brien &amp; Söhne &lt;AG&gt;" in slack.out.to(lead)[0]["text"]


def test_with_nothing_imported_a_line_without_a_colon_gets_its_account_in_the_form(slack: Slack, lea: Member) -> None:
    question = slack.command(lea, "/kam-log Besuch bei Helvetia um 10:30")

    slack.press(lea, question, "New account")
    view = slack.modals.opened[-1]
    assert inputs(view)["text"]["initial_value"] == "Besuch bei Helvetia um 10:30"
    assert slack.submit(lea, new_account="Helvetia") == {}
    slack.deliver()

    assert "Helvetia is new and I-1 is logged" in words(slack.out.replies[-1])
    assert slack.out.replies[-1]["replace"]
    assert stored(slack) == ["Besuch bei Helvetia um 10:30"]


def test_two_accounts_of_one_name_can_be_told_apart_when_one_is_hidden_from_most(
    slack: Slack, company: Company, lea: Member
) -> None:
    company.account("Alpina")
    company.account("Alpina", access="restricted", kam=lea)

    question = slack.command(lea, "/kam-log Alpina: Besuch")

    assert "Several accounts are called Alpina. Which one is it?" in words(question)
    assert sorted(buttons(question)[:2]) == ["Alpina", "🔒 Alpina"]
    slack.press(lea, question, "🔒 Alpina")
    slack.deliver()
    assert "🔒 Restricted account: only its own people see this." in words(slack.out.replies[-1])


def test_a_question_answered_by_another_person_or_twice_is_refused(
    slack: Slack, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    question = slack.command(lea, "/kam-log Helvetiabau: Besuch")

    slack.press(tobias, question, "Helvetia Pumpen")
    slack.press(tobias, question, "Choose in the form")
    assert stored(slack) == []
    slack.press(lea, question, "Helvetia Pumpen")
    slack.press(lea, question, "New account")
    assert stored(slack) == ["Besuch"]
    assert all("saved already, or was somebody else's" in words(answer) for answer in slack.modals.answers)
    assert len(slack.modals.answers) == 3


@pytest.mark.parametrize("value", ["", "abc", "99", "9" * 30, "<!channel>"])
@pytest.mark.parametrize("action", ["log.edit", "log.undo", "log.open", "log.new", "log.pick0", "interaction.more"])
def test_a_button_with_a_strange_value_is_refused(
    slack: Slack, lea: Member, helvetia: AccountId, action: str, value: str
) -> None:
    assert slack.click(lea, action, value).status == 200

    assert re.search("not here any more|saved already", words(slack.modals.answers[-1]))


def test_a_long_note_is_read_on(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.command(lea, f"/kam-log HPU: {'wort ' * 2000}Ende")

    slack.press(lea, slack.command(lea, "/kam I-1"), "Show more")
    slack.deliver()

    assert "I-1 at Helvetia Pumpen, continued" in words(slack.out.replies[-1])
    assert "Ende" in words(slack.out.replies[-1])
