import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.members import Member
from tests.company import Company
from tests.slack import Slack, words


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner", id="ULEA")


@pytest.fixture
def martin(company: Company) -> Member:
    return company.member("Martin Keller", id="UMARTIN", level=1, locale="de-DE")


@pytest.fixture
def zoe(company: Company) -> Member:
    return company.member("Zoe Lang", id="UZOE", role="kam_lead")


def links(message: dict[str, Any]) -> dict[str, str]:
    return {
        element["text"]["text"]: element["url"]
        for block in message["blocks"]
        for element in [*block.get("elements", []), block.get("accessory") or {}]
        if element.get("url")
    }


def marked_up(part: Any) -> Iterator[str]:
    """Yield every text in which Slack reads markup."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for inner in part.values():
            yield from marked_up(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from marked_up(inner)


def test_a_sponsor_is_assigned_handed_over_and_ended(
    slack: Slack, company: Company, lea: Member, martin: Member, zoe: Member
) -> None:
    eva = company.member("Eva Roth", id="UEVA", level=3)
    company.account("Helvetia Pumpen", kam=lea)
    shown = slack.command(zoe, "/kam sponsor")
    assert "KAMs without a sponsor: Lea Brunner" in words(shown)
    assert "Accounts nobody backs: Helvetia Pumpen" in words(shown)
    slack.press(zoe, shown, "Assign sponsor")
    assert slack.submit(zoe, kam=lea.id, sponsor=martin.id, deputy=eva.id) == {}
    slack.deliver()
    table = slack.out.replies[-1]
    assert "*Martin Keller* · Executive\nbacks Lea Brunner · deputy Eva Roth · Helvetia Pumpen" in words(table)
    assert "Du hast die Patenschaft für Lea Brunner." in words(slack.out.to(martin)[0])

    slack.press(zoe, table, "Change")
    assert "Who backs Lea Brunner from now on?" in words(slack.modals.opened[-1])
    assert slack.submit(zoe, sponsor=eva.id, deputy=martin.id) == {}
    slack.deliver()
    table = slack.out.replies[-1]
    assert "⚠️ Management: may not reach far enough" in words(table)
    slack.press(zoe, table, "End")
    slack.deliver()
    assert "KAMs without a sponsor: Lea Brunner" in words(slack.out.replies[-1])


def test_talk_to_my_sponsor_opens_the_direct_messages_and_keeps_nothing(
    slack: Slack, company: Company, lea: Member, martin: Member
) -> None:
    company.account("Helvetia Pumpen", kam=lea)
    company.sponsorship(martin, lea)
    shown = slack.command(lea, "/kam sponsor")
    assert links(shown) == {"Talk to my sponsor": "slack://user?team=T1&id=UMARTIN"}
    assert "Hello Martin Keller, do you have a quarter of an hour for me? It is about Helvetia Pumpen." in json.dumps(
        shown, ensure_ascii=False
    )
    answered = slack.press(lea, shown, "Talk to my sponsor")
    assert (answered.status, answered.body) == (200, "")
    assert slack.modals.answers == []
    slack.deliver()
    assert slack.out.posts == slack.out.replies == []


def test_the_text_to_copy_names_open_conflicts_of_ones_own_accounts(
    slack: Slack, company: Company, lea: Member, martin: Member
) -> None:
    company.account("Helvetia Pumpen", "HPU", kam=lea)
    company.sponsorship(martin, lea)
    cora = company.member("Cora Huber")
    slack.command(lea, "/kam-escalate HPU")
    shown = slack.submit(
        lea,
        other_party=f"member:{cora.id}",
        our_goal="Pilot line",
        their_goal="A stable plan",
        tried="Talked",
        decision_wanted="One line",
        decide_by="2026-12-01",
    )
    slack.submit(lea, shown["view"])
    assert "open just now: E-1." in json.dumps(slack.command(lea, "/kam sponsor"))


def test_somebody_without_an_account_reads_who_assigns_sponsors(
    slack: Slack, company: Company, martin: Member, zoe: Member
) -> None:
    shown = slack.command(martin, "/kam pate")
    assert "Du betreust keinen Account" in words(shown)
    assert "Zoe Lang" in words(shown)
    assert "Patenschaft vergeben" not in words(shown)


def test_a_forged_press_is_told_who_assigns(slack: Slack, company: Company, lea: Member, zoe: Member) -> None:
    for action_id in ("sponsor.assign", "sponsor.hand_over", "sponsor.end"):
        slack.click(lea, action_id, "ULEA:UMARTIN")
    assert [words(answer) for answer in slack.modals.answers] == [
        "KAM leads and admins assign sponsors: please ask Zoe Lang."
    ] * 3
    assert slack.modals.opened == []


def test_three_parts_are_three_people(slack: Slack, lea: Member, martin: Member, zoe: Member) -> None:
    slack.press(zoe, slack.command(zoe, "/kam sponsor"), "Assign sponsor")
    said = "KAM, sponsor and deputy are three people. Please choose somebody else."
    assert slack.submit(zoe, kam=lea.id, sponsor=lea.id)["errors"] == {"sponsor": said}
    assert slack.submit(zoe, kam=lea.id, sponsor=martin.id, deputy=martin.id)["errors"] == {"deputy": said}


def test_nobody_assigns_themselves(slack: Slack, company: Company, lea: Member, zoe: Member) -> None:
    slack.press(zoe, slack.command(zoe, "/kam sponsor"), "Assign sponsor")
    alone = slack.submit(zoe, kam=lea.id, sponsor=zoe.id)["errors"]["sponsor"]
    assert alone == "Nobody assigns themselves. Please name somebody else, or ask for a second KAM lead or admin."
    company.member("Ina", role="kam_lead")
    assert slack.submit(zoe, kam=lea.id, sponsor=zoe.id)["errors"]["sponsor"] == (
        "Nobody assigns themselves. Please ask Ina to do it."
    )


def test_a_late_press_is_told_who_backs_the_kam_now(
    slack: Slack, company: Company, lea: Member, martin: Member, zoe: Member
) -> None:
    ada = company.member("Ada", role="admin")
    company.sponsorship(martin, lea)
    old = slack.command(ada, "/kam sponsor")
    slack.press(zoe, slack.command(zoe, "/kam sponsor"), "End")
    slack.press(ada, old, "End")
    (answer,) = slack.modals.answers
    assert words(answer).startswith("Nobody backs Lea Brunner any more. Zoe Lang changed it, ")


def test_a_long_table_is_turned_forth_and_back(slack: Slack, company: Company, martin: Member, zoe: Member) -> None:
    for number in range(8):
        company.sponsorship(martin, company.member(f"Kam {number}", id=f"UK{number}"))
    first = slack.command(zoe, "/kam sponsor")
    slack.press(zoe, first, "Show more")
    slack.deliver()
    second = slack.out.replies[-1]
    assert "backs Kam 7" in words(second)
    slack.press(zoe, second, "Back")
    slack.deliver()
    assert words(slack.out.replies[-1]) == words(first)


def test_a_form_slack_does_not_open_is_opened_again(slack: Slack, lea: Member, martin: Member, zoe: Member) -> None:
    slack.modals.silent = True
    slack.press(zoe, slack.command(zoe, "/kam sponsor"), "Assign sponsor")
    slack.modals.silent = False
    (again,) = slack.modals.answers
    slack.press(zoe, again, "Open the form")
    assert slack.submit(zoe, kam=lea.id, sponsor=martin.id) == {}


@pytest.mark.parametrize("value", ["", ":", "x", "<!channel>:*x*", "ULEA"])
def test_a_button_that_carries_nonsense_changes_nothing(slack: Slack, lea: Member, zoe: Member, value: str) -> None:
    for action_id in ("sponsor.hand_over", "sponsor.end"):
        slack.click(zoe, action_id, value)
    assert len(slack.modals.answers) == 2
    assert slack.modals.opened == []


def test_what_people_are_called_is_shown_literally(slack: Slack, company: Company, zoe: Member) -> None:
    kam = company.member("<!channel> *Kam*", id="UKAM")
    company.sponsorship(company.member("_Boss_ <https://evil.example|x>", id="UBOSS"), kam)
    company.account("<!here>", kam=kam)
    for shown in (slack.command(zoe, "/kam sponsor"), slack.command(kam, "/kam sponsor")):
        read = "".join(marked_up(shown["blocks"]))
        assert "&lt;!channel&gt;" in read or "&lt;!here&gt;" in read
        assert "<!" not in read
        assert "<https://evil" not in read
