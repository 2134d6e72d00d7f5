from bot.domain.delivery import ChannelFacts
from bot.domain.identity import ChannelId
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Slack, words


def test_an_answer_is_shared_from_its_button_after_a_look_at_who_reads_it(
    slack: Slack, company: Company, store: SqlStore
) -> None:
    lea, ben = company.member("Lea"), company.member("Ben")
    company.account("Helvetia")
    with store.begin(WORKSPACE) as tx:
        tx.channels.put(ChannelFacts(ChannelId("CSALES"), "sales", is_member=True, checked_at=NOW))
    slack.command(lea, "/kam-log Helvetia: Der Liefertermin steht")
    shown = slack.command(ben, "/kam-ask Liefertermin")
    slack.press(ben, shown, "Share …")
    assert "What to share" in words(slack.modals.opened[-1])
    preview = slack.submit(ben, channel="CSALES")
    assert "is public: everyone in the company can read it there." in words(preview["view"])
    slack.deliver()
    assert slack.out.to("CSALES") == []
    assert slack.submit(ben, preview["view"]) == {"response_action": "clear"}
    slack.deliver()
    (posted,) = slack.out.to("CSALES")
    assert "Der Liefertermin steht" in words(posted)


def test_where_nobody_knows_who_reads_it_the_look_says_so_and_what_to_do(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    company.account("Helvetia")
    slack.command(lea, "/kam-log Helvetia: Der Liefertermin steht")
    slack.press(lea, slack.command(lea, "/kam-ask Liefertermin"), "Share …")
    said = words(slack.submit(lea, channel="CNEW")["view"])
    assert "does not know who is in" in said
    assert "invite Scharnier there with /invite" in said
    assert "veryone who can open" not in said


def test_a_person_chosen_as_channel_is_an_error_at_that_field(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    company.account("Helvetia")
    slack.command(lea, "/kam-log Helvetia: Der Liefertermin steht")
    slack.press(lea, slack.command(lea, "/kam-ask Liefertermin"), "Share …")
    assert slack.submit(lea, channel="D123") == {
        "response_action": "errors",
        "errors": {"channel": "Please choose a channel."},
    }


def test_only_private_answers_are_kept_back_in_words(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    company.account("Medtech", kam=lea, access="restricted")
    slack.command(lea, "/kam-log Medtech: Der Liefertermin steht")
    slack.press(lea, slack.command(lea, "/kam-ask Liefertermin"), "Share …")
    assert "Only some people may read this," in words(slack.modals.answers[-1])
    slack.command(lea, "/kam-log Medtech: Der Liefertermin wankt")
    slack.press(lea, slack.command(lea, "/kam-ask Liefertermin"), "Share …")
    assert "Only some people may read these answers" in words(slack.modals.answers[-1])
