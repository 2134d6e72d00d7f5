from tests.company import Company
from tests.slack import Slack, words


def test_a_line_with_a_known_account_is_saved_at_once_and_told_to_its_channel(slack: Slack, company: Company) -> None:
    lea = company.member("Lea Brunner")
    company.account("Helvetia Pumpen", "HPU", kam=lea, channel_id="CHPU")

    answer = slack.command(lea, "/kam-log HPU: Besuch beim Einkauf, will den Liefertermin vorziehen")

    assert "Logged at Helvetia Pumpen as I-1" in words(answer)
    assert "Besuch beim Einkauf, will den Liefertermin vorziehen" in words(answer)
    slack.deliver()
    assert slack.out.to("CHPU")[0]["text"].startswith("🗒 Lea Brunner logged at Helvetia Pumpen")
