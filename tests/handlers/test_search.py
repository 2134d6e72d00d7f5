from bot.domain.access import Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.search_notes import Note
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


def test_a_filter_read_from_the_question_is_dropped_by_its_button(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    company.account("Helvetia Pumpen", "HPU")
    company.account("Trautwyl")
    slack.command(lea, "/kam-log HPU: Liefertermin hier")
    slack.command(lea, "/kam-log Trautwyl: Liefertermin dort")
    first = slack.command(lea, "/kam-ask Liefertermin HPU")
    assert "dort" not in words(first)
    assert "Account: Helvetia Pumpen" in words(first)
    slack.press(lea, first, "All accounts")
    slack.deliver()
    second = slack.out.replies[-1]
    assert second["replace"] is True
    assert "dort" in words(second)
    assert "Account: Helvetia" not in words(second)
    slack.press(lea, second, "As asked")
    slack.deliver()
    again = slack.out.replies[-1]
    assert "dort" not in words(again)
    assert "Account: Helvetia Pumpen" in words(again)


def test_a_mention_asks_for_what_a_colleague_wrote(slack: Slack, company: Company) -> None:
    lea, nina = company.member("Lea"), company.member("Nina Fäh")
    company.account("Helvetia Pumpen")
    slack.command(nina, "/kam-log Helvetia Pumpen: Dauerlauf bestanden")
    slack.command(lea, "/kam-log Helvetia Pumpen: Messe besucht")
    for mention in (f"<@{nina.id}|nfaeh>", f"<@{nina.id}>"):
        said = words(slack.command(lea, f"/kam-ask was hat {mention} notiert?"))
        assert "Written by: Nina Fäh" in said
        assert "Dauerlauf bestanden" in said
        assert "Messe" not in said


def test_a_colleague_who_may_know_is_asked_by_direct_message_once(slack: Slack, company: Company) -> None:
    lea, zora = company.member("Lea"), company.member("Zora", topics=["Zoll"], locale="de-DE")
    nothing = slack.command(lea, "/kam-ask Zoll")
    assert "Zora may know." in words(nothing)
    for _ in range(2):
        slack.press(lea, nothing, "Ask Zora")
        slack.deliver()
    assert "Your question went to Zora" in words(slack.out.replies[-1])
    (card,) = slack.out.to(zora)
    assert "Lea hat eine Frage" in words(card)
    assert "Zoll" in words(card)


def test_a_short_id_is_answered_with_its_object(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    company.account("Helvetia Pumpen", "HPU")
    slack.command(lea, "/kam-log HPU: Liefertermin hier")
    assert "Liefertermin hier" in words(slack.command(lea, "/kam-ask I-1"))


def test_words_that_tell_nothing_are_asked_for_more(slack: Slack, company: Company) -> None:
    assert "says too little" in words(slack.command(company.member("Lea"), "/kam-ask what is it"))
