from bot.domain.identity import AccountId
from bot.domain.members import Member
from tests.company import Company
from tests.handlers.interaction_play import press_in_form
from tests.slack import Slack, words


def test_a_complaint_reaches_the_kam_by_dm_at_once_and_is_edited_to_withdrawn(
    slack: Slack, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    slack.command(lea, "/kam-log HPU:")
    press_in_form(slack, lea, "More")
    slack.submit(lea, text="Lieferung kaputt", tags=["complaint"], satisfaction=1, satisfaction_source="customer")
    slack.deliver()

    [notice] = slack.out.to(tobias)
    assert (
        "Lea Brunner logged something at Helvetia Pumpen that may need you: Complaint, 1 · very unsatisfied"
        in notice["text"]
    )
    assert "You get this at once because you answer for Helvetia Pumpen." in words(notice)
    slack.press(lea, slack.out.replies[-1], "Edit")
    slack.submit(lea, tags=[], satisfaction=4, satisfaction_source="customer")
    slack.deliver()
    assert "I-1 was corrected" in slack.out.to(tobias)[0]["text"]
    slack.press(lea, slack.out.replies[-1], "Undo")
    slack.deliver()
    assert slack.out.to(tobias)[0]["text"] == "This note is withdrawn."


def test_a_notice_of_a_moved_note_says_so(
    slack: Slack, company: Company, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    alpina = company.account("Alpina")
    slack.command(lea, "/kam-log HPU:")
    slack.submit(lea, text="Mitbewerber war da", category="competitor")
    slack.deliver()
    slack.press(lea, slack.out.replies[-1], "Edit")
    slack.submit(lea, account=alpina)
    slack.deliver()

    assert "another account now" in slack.out.to(tobias)[0]["text"]


def test_a_notification_about_a_restricted_account_does_not_name_it(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    secret = company.account("Geheimwerk", access="restricted", kam=tobias)
    company.team(secret, lea)
    slack.command(lea, "/kam-log Geheimwerk:")
    slack.submit(lea, text="Ärger", category="risk")
    slack.deliver()

    [notice] = slack.out.to(tobias)
    assert notice["text"] == "Lea Brunner logged something that may need you: Risk"
    assert "Geheimwerk" in words(notice)
