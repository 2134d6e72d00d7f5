from bot.domain.access import Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.search import Note
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Slack, words


def test_what_was_logged_is_found_with_its_source(slack: Slack, company: Company) -> None:
    lea, tobias = company.member("Lea Brunner"), company.member("Tobias", locale="de-DE")
    company.account("Helvetia Pumpen", "HPU")
    slack.command(lea, "/kam-log HPU: Besuch beim Einkauf, will den Liefertermin vorziehen")

    for command in (
        "/kam-ask Liefertermine HPU",
        "/kam frage Liefertermine HPU",
        "/kam ask Liefertermin: Helvetia Pumpen",
    ):
        answer = words(slack.command(tobias, command))
        assert "Besuch beim Einkauf, will den Liefertermin vorziehen" in answer
        assert "Lea Brunner" in answer
        assert "Helvetia Pumpen · I-1" in answer
        assert "Was zu" in answer


def test_pages_replace_each_other_on_request(slack: Slack, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    with slack.store.begin(WORKSPACE) as tx:
        for at in range(7):
            tx.search.put(
                Note(Ref(Subject.INTERACTION, at), helvetia, lea.id, Visibility.COMPANY, NOW, f"Besuch Nr{at}")
            )
    first = slack.command(lea, "/kam-ask Besuch")
    slack.press(lea, first, "More")
    slack.deliver()
    second = slack.out.replies[-1]
    assert second["replace"] is True
    shown = {f"Nr{at}" for at in range(7) if f"Nr{at}" in words(second)}
    assert len(shown) == 2
    slack.press(lea, second, "Back")
    slack.deliver()
    assert words({"blocks": slack.out.replies[-1]["blocks"]}) == words({"blocks": first["blocks"]})


def test_an_empty_question_is_taught_how_to_ask(slack: Slack, company: Company) -> None:
    assert "/kam-ask delivery date Helvetia" in words(slack.command(company.member("Lea"), "/kam-ask"))
