from bot.domain.identity import AccountId
from bot.domain.interactions import REGRET
from bot.domain.members import Member
from tests.company import Company
from tests.handlers.interaction_play import buttons, stored
from tests.slack import Slack, words


def test_a_saved_edit_replaces_the_answer_it_came_from_and_edits_the_line(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.deliver()

    slack.press(lea, answer, "Edit")
    assert slack.submit(lea, text="Besuch mit Muster") == {}
    slack.deliver()

    [reply] = slack.out.replies
    assert (reply["url"], reply["replace"]) == ("https://hooks.slack.test/2", True)
    assert "I-1 at Helvetia Pumpen is changed" in words(reply)
    assert buttons(reply) == ["Edit", "Undo"]
    [line] = slack.out.to("CHPU")
    assert line["edited"]
    assert "Besuch mit Muster" in line["text"]


def test_undo_replaces_the_answer_and_takes_the_line_away(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.deliver()

    slack.press(lea, answer, "Undo")
    slack.deliver()

    [reply] = slack.out.replies
    assert reply["replace"]
    assert "I-1 at Helvetia Pumpen is withdrawn. Nobody else sees it any more." in words(reply)
    assert buttons(reply) == []
    assert slack.out.to("CHPU") == []
    assert "Withdrawn: only you and the audit still see it." in words(slack.command(lea, "/kam I-1"))
    slack.press(lea, answer, "Undo")
    assert "Lea Brunner withdrew I-1 already" in words(slack.modals.answers[-1])


def test_after_a_day_the_author_is_told_who_may_and_the_kam_may(
    slack: Slack, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.later(seconds=REGRET.total_seconds())

    for button in ("Edit", "Undo"):
        slack.press(lea, answer, button)
        assert "for I-1 that is Tobias Seidel" in words(slack.modals.answers[-1])
    shown = slack.command(tobias, "/kam I-1")
    slack.press(tobias, shown, "Edit")
    assert "Only me" not in words(slack.modals.opened[-1])
    slack.press(tobias, shown, "Undo")
    slack.deliver()
    assert "Only its author still sees it" in words(slack.out.replies[-1])


def test_a_note_without_a_kam_names_who_can_help_after_a_day(slack: Slack, company: Company, lea: Member) -> None:
    company.account("Waise")
    answer = slack.command(lea, "/kam-log Waise: Besuch")
    slack.later(seconds=REGRET.total_seconds())

    slack.press(lea, answer, "Undo")

    assert "I-1 has no KAM yet; ask a KAM lead" in words(slack.modals.answers[-1])


def test_of_two_editors_the_second_keeps_the_form_with_the_typed_text(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.press(lea, answer, "Edit")
    slack.press(lea, answer, "Edit")
    first, second = slack.modals.opened

    assert slack.submit(lea, first, text="eins") == {}
    refused = slack.submit(lea, second, text="zwei")

    assert "Lea Brunner changed I-1 while this form was open" in next(iter(refused["errors"].values()))
    assert stored(slack) == ["eins"]
