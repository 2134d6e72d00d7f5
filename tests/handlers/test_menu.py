import pytest

from tests.company import Company
from tests.slack import Slack, words


def labels(message: dict[str, object]) -> list[str]:
    """Return the labels of a message's buttons."""
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    return [
        element["text"]["text"]
        for block in blocks
        for element in block.get("elements", [])
        if element["type"] == "button"
    ]


def test_bare_kam_shows_the_menu(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")

    shown = slack.command(lea, "/kam")

    assert labels(shown)[:1] == ["Log"]
    assert {"Escalate", "Ask", "See an account", "Help"} <= set(labels(shown))
    assert "members.csv" not in words(shown)


def test_an_admin_of_an_empty_workspace_reads_three_steps_above_it(slack: Slack, company: Company) -> None:
    ada = company.member("Ada", role="admin", locale="de-DE")
    company.member("Zoe", role="kam_lead")

    shown = slack.command(ada, "/kam")

    assert "Drei Schritte, dann können alle loslegen" in words(shown)
    assert "✅ *Personen*" in words(shown)
    assert "2. *Bereiche*" in words(shown)
    assert "Erfassen" in labels(shown)


def test_log_in_the_menu_opens_the_form_and_its_answer_comes_back_here(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    account = company.account("Helvetia Pumpen", kam=lea)

    slack.press(lea, slack.command(lea, "/kam"), "Log")
    slack.submit(lea, account=str(account), text="Besuch beim Einkauf")
    slack.deliver()

    assert "Logged at Helvetia Pumpen as I-1" in words(slack.out.replies[-1])


def test_the_same_click_delivered_twice_opens_the_same_form(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    menu = slack.command(lea, "/kam")

    slack.press(lea, menu, "Log", trigger="t-same")
    slack.press(lea, menu, "Log", trigger="t-same")

    first, second = slack.modals.opened
    assert first["private_metadata"] == second["private_metadata"]


def test_a_form_that_slack_did_not_open_is_offered_again(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    menu = slack.command(lea, "/kam")
    slack.modals.silent = True

    assert slack.press(lea, menu, "Log").status == 200
    assert slack.modals.opened == []


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Ask", "Ask in your own words"),
        ("Help", "What you can do with Scharnier"),
        ("See an account", "Which account?"),
    ],
)
def test_the_other_buttons_say_what_to_type_beside_the_menu(
    slack: Slack, company: Company, label: str, said: str
) -> None:
    lea = company.member("Lea")
    company.account("Helvetia Pumpen")

    slack.press(lea, slack.command(lea, "/kam"), label)
    slack.deliver()

    [reply] = slack.out.replies
    assert said in words(reply)
    assert reply["replace"] is False


def test_help_names_each_command_in_both_languages_with_an_example(slack: Slack, company: Company) -> None:
    english = words(slack.command(company.member("Lea"), "/kam help"))
    german = words(slack.command(company.member("Tobias", locale="de-DE"), "/kam hilfe"))

    assert "*/kam-log · /kam log · /kam erfassen*" in english
    assert "*/kam-log · /kam erfassen · /kam log*" in german
    assert "Example: /kam account Helvetia Pumpen" in english
    assert "Beispiel: /kam kunde Helvetia Pumpen" in german
    assert "/kam I-240" in german


def test_help_says_what_a_persons_roles_allow(slack: Slack, company: Company) -> None:
    lea = company.member("Lea", role="kam_lead")
    company.account("Kamwerk", kam=lea)
    company.department("Production", lea)

    said = words(slack.command(lea, "/kam help"))

    assert "You answer the requests to Production" in said
    assert "You are KAM or deputy of Kamwerk" in said
    assert "You lead the KAMs" in said
    assert "You are an admin" not in said


def test_an_unknown_verb_gives_the_closest_in_the_readers_language(slack: Slack, company: Company) -> None:
    lea, tobias = company.member("Lea"), company.member("Tobias", locale="de-DE")

    assert "*/kam account*" in slack.command(lea, "/kam kundn Helvetia")["blocks"][0]["text"]["text"]
    assert "*/kam kunde*" in slack.command(tobias, "/kam acount Helvetia")["blocks"][0]["text"]["text"]
    assert "/kam hilfe zeigt" in words(slack.command(tobias, "/kam <!channel>"))


def test_a_guest_gets_neither_menu_nor_help(slack: Slack, company: Company) -> None:
    guest = company.member("Gast", standing="guest")

    for line in ("/kam", "/kam help", "/kam account Helvetia"):
        assert "full members" in words(slack.command(guest, line))
