import pytest

from bot.domain.members import Member
from tests.company import Company
from tests.slack import Slack, words


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner", id="ULEA")


@pytest.fixture
def tobias(company: Company) -> Member:
    return company.member("Tobias Frei", id="UTOBIAS", locale="de-DE")


def test_the_network_shows_departments_topics_and_vacancies(slack: Slack, company: Company, lea: Member) -> None:
    sales = company.department("Sales", lea)
    company.member("Ana Costa", department_id=sales, topics=["Prices"])

    shown = slack.command(lea, "/kam network")

    assert shown["text"] == "Who answers for what"
    assert "*Sales*\nCoordinator: Lea Brunner\n• Ana Costa: Prices\nOne person only: Prices" in words(shown)
    assert "🚩 Vacant: Head and Deputy" in words(shown)


def test_the_german_verb_answers_in_german(slack: Slack, company: Company, tobias: Member) -> None:
    company.department("Technik", tobias)

    shown = slack.command(tobias, "/kam netzwerk technik")

    assert shown["text"] == "Wer wofür zuständig ist"
    assert "Koordination: Tobias Frei\n🚩 Unbesetzt: Leitung und Stellvertretung" in words(shown)


def test_a_topic_names_whoever_covers_it(slack: Slack, company: Company, lea: Member) -> None:
    sales = company.department("Sales", lea)
    for name in ("Ana Costa", "Ben Roth"):
        company.member(name, department_id=sales, topics=["Prices", "EDI"])

    shown = slack.command(lea, "/kam network prices")

    assert shown["text"] == "Who answers for Prices"
    assert "• Prices: Ana Costa and Ben Roth" in words(shown)
    assert "EDI" not in words(shown)
    assert "One person only" not in words(shown)


def test_departments_come_in_pages(slack: Slack, company: Company, lea: Member) -> None:
    for number in range(8):
        company.department(f"D{number}", lea)
    shown = slack.command(lea, "/kam network")
    assert "*D6*" not in words(shown)
    slack.press(lea, shown, "More departments")
    slack.deliver()
    second = slack.out.replies[-1]
    assert "*D6*" in words(second)
    slack.press(lea, second, "Back")
    slack.deliver()
    assert "*D0*" in words(slack.out.replies[-1])


def test_who_knows_is_asked_in_both_languages(slack: Slack, company: Company, lea: Member, tobias: Member) -> None:
    account = company.account("Helvetia")
    company.contact(account, "Anne Dupont", title="CEO", owner=lea)

    english = words(slack.command(lea, "/kam network who knows Anne Dupont?"))
    german = words(slack.command(tobias, "/kam netzwerk wer kennt Anne Dupont?"))

    assert "*Who of us knows Anne Dupont* · CEO, Helvetia" in english
    assert "Looks after them: Lea Brunner" in english
    assert "Nobody has logged meeting them yet" in english
    assert "*Wer von uns Anne Dupont kennt* · CEO, Helvetia" in german


def test_a_name_that_is_not_clear_is_asked_back_and_its_buttons_answer(
    slack: Slack, company: Company, lea: Member
) -> None:
    account = company.account("Dupont")
    company.contact(account, "Dupont")
    asked = slack.command(lea, "/kam network who knows Dupont")
    for label, said in (("Dupont, Dupont", "Looks after them"), ("Dupont", "KAM and deputy")):
        slack.press(lea, asked, label)
        slack.deliver()
        assert slack.out.replies[-1]["text"] == "Who of us knows Dupont"
        assert said not in words(slack.out.replies[-1])


def test_an_account_is_chosen_from_the_list(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account("Helvetia", kam=lea)

    assert slack.search(lea, "network.account", "helv") == ["Helvetia"]
    slack.click(lea, "network.account", account)
    slack.deliver()

    assert "KAM and deputy: Lea Brunner" in words(slack.out.replies[-1])


def test_a_restricted_account_is_answered_as_one_that_does_not_exist(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    secret = company.account("Kolibri", access="restricted", kam=lea)
    company.contact(secret, "Anne Dupont")

    def told(name: str) -> str:
        return words(slack.command(tobias, f"/kam network who knows {name}")).replace(name, "X")

    assert told("Kolibri") == told("Nirwana") == told("Anne Dupont")
    assert "Helvetia" not in told("Kolibri")
    assert slack.command(lea, "/kam network who knows Kolibri")["text"] == "Who of us knows them: a restricted account"


def test_hostile_text_is_a_name_like_any_other(slack: Slack, company: Company, lea: Member) -> None:
    company.department("<!channel> *D*", lea)
    for text in ("<!channel> *D*", "who knows <!everyone>", "who knows '; DROP TABLE members --", "*" * 900):
        shown = slack.command(lea, f"/kam network {text}")
        assert "<!channel>" not in str(shown["blocks"]).replace("&lt;!channel&gt;", "")
