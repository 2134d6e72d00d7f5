"""``/kam contact``: typed, pressed and filled in as people do, and what they read."""

from typing import Any

import pytest

from bot.domain.members import Member
from tests.company import Company
from tests.handlers.contact_play import answered, buttons, choose
from tests.slack import Slack, words

HOSTILE = "*Werk* <!channel> & <https://evil|bank> `x`\u202e 𝒳"


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner", level=3)


@pytest.fixture
def tobias(company: Company) -> Member:
    return company.member("Tobias Frei", locale="de-DE")


def test_a_name_leads_to_the_person_card(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account("Helvetia Pumpen", kam=lea, tier="a")
    urs = company.contact(
        account,
        "Urs Bachofner",
        title="Inhaber und CEO",
        level=1,
        decision_roles=["decider"],
        aims="Lieferanten, die zwanzig Jahre bleiben.",
        owner=lea,
    )
    company.contact(account, "Daniela Suter", reports_to_id=urs)

    shown = slack.command(lea, "/kam contact bachofner")

    said = words(shown)
    assert shown["text"] == "Urs Bachofner at Helvetia Pumpen"
    assert "👤 *Urs Bachofner* · Inhaber und CEO" in said
    for fact in ("Executive", "Decider", "Lea Brunner", "hint: two levels or more apart", "not met yet"):
        assert fact in said, fact
    assert "every 90 days, 180 at the latest" in said
    assert "Lieferanten, die zwanzig Jahre bleiben." in said
    assert "Reporting to them: Daniela Suter" in said
    assert buttons(shown)[:8] == [
        "Helvetia Pumpen",
        "Briefing",
        "Edit",
        "Assess",
        "Hypothesis",
        "New position",
        "Left the company",
        "Who listens to them",
    ]


def test_outside_the_circle_the_card_has_no_judgement_and_leads_to_account_and_briefing_only(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    account = company.account("Helvetia Pumpen", kam=lea)
    company.contact(account, "Urs Bachofner", attitude=5, influence=3)

    theirs, ours = slack.command(tobias, "/kam kontakt Urs Bachofner"), slack.command(lea, "/kam contact Urs Bachofner")

    assert buttons(theirs) == ["Helvetia Pumpen", "Briefing"]
    assert "Setzt sich" not in words(theirs)
    assert "Prägt" not in words(theirs)
    assert "*Speaks up for us*" in words(ours)
    assert "*Shapes decisions*" in words(ours)


def test_an_edit_keeps_what_the_short_form_does_not_show_and_more_shows_it(
    slack: Slack, company: Company, lea: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Urs Bachofner", title="Leiter Einkauf", email="urs@helvetia.example")
    boss = company.contact(account, "Ada Boss")

    slack.press(lea, slack.command(lea, "/kam contact Urs"), "Edit")
    level = next(block for block in slack.modals.opened[-1]["blocks"] if block.get("block_id") == "level")
    assert level["element"]["initial_option"]["text"]["text"] == "Management"
    assert level["hint"]["text"] == "Suggested by the title: Management. Rank counts, not size."
    assert slack.submit(lea, roles=["decider", "buyer"], aims="Ruhe im Werk", rhythm="30") == {}
    said = words(answered(slack))
    assert "Decider and Buyer" in said
    assert "Reached by: urs@helvetia.example" in said
    assert "wishes to hear from us every 30 days" in said

    slack.press(lea, slack.out.replies[-1], "Edit")
    opened = slack.modals.opened[-1]
    slack.click(
        lea, "contact.more", "", view={**opened, "id": "V1", "state": {"values": {}}}, container={"type": "view"}
    )
    assert slack.search(lea, "contact.beside") == ["Ada Boss"]
    assert slack.submit(lea, reports_to=boss, phone="+41 44 000 00 00") == {}
    said = words(answered(slack))
    assert "Reports to: Ada Boss" in said
    assert "Reached by: urs@helvetia.example · +41 44 000 00 00" in said


def test_what_is_judged_shows_words_rater_and_reason_and_a_claim_as_a_claim(
    slack: Slack, company: Company, lea: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Urs Bachofner")

    slack.press(lea, slack.command(lea, "/kam contact Urs"), "Assess")
    answer = slack.submit(lea, reason="Hat uns dem Vorstand empfohlen")
    assert "attitude, influence" in answer["errors"]["attitude"]
    assert slack.submit(lea, attitude=5, member=lea.id, strength=3, desired=4, reason="Hat uns empfohlen") == {}

    said = words(answered(slack))
    assert "Attitude to us: *Speaks up for us* · Fri 20 Nov, Lea Brunner · “Hat uns empfohlen”" in said
    assert "Lea Brunner knows them: *Trusted* (claimed) · wished: Sought-after adviser" in said


def test_what_was_judged_in_one_go_says_when_who_and_why_once(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Urs Bachofner")

    slack.press(lea, slack.command(lea, "/kam contact Urs"), "Assess")
    assert slack.submit(lea, attitude=4, influence=3, reason="Ruft vor Entscheiden an") == {}

    said = words(answered(slack))
    assert "Attitude to us: *Supportive* · Influence: *Shapes decisions* · Fri 20 Nov, Lea Brunner · “Ruft" in said
    assert said.count("Ruft vor Entscheiden an") == 1


def test_after_half_a_year_a_button_asks_whether_it_is_still_right(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Urs Bachofner")
    slack.press(lea, slack.command(lea, "/kam contact Urs"), "Assess")
    slack.submit(lea, attitude=2, reason="Lobt Orlik")
    assert "Still right?" not in buttons(slack.command(lea, "/kam contact Urs"))

    slack.later(days=181)
    old = slack.command(lea, "/kam contact Urs")
    assert "⏳ more than half a year ago" in words(old)
    slack.press(lea, old, "Still right?")
    renewed = answered(slack)

    assert "Still right?" not in buttons(renewed)
    assert "*Reserved* · Thu 20 May, Lea Brunner · “Lobt Orlik”" in words(renewed)


def test_who_moves_keeps_where_they_stood_and_the_kam_they_leave_hears_of_it(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    helvetia, nordfeld = company.account("Helvetia", kam=tobias), company.account("Nordfeld", kam=lea)
    company.team(helvetia, lea)
    company.contact(helvetia, "Urs Bachofner", title="CEO", level=1, attitude=5)

    choose(slack, lea, slack.command(lea, "/kam contact Urs"), "New position")
    late = slack.submit(lea, account=nordfeld, title="Beirat", from_on="2026-12-01")
    assert "lies ahead" in late["errors"]["from_on"]
    assert slack.submit(lea, account=nordfeld, title="Beirat", from_on="2026-11-02") == {}

    said = words(answered(slack))
    assert "👤 *Urs Bachofner* · Beirat" in said
    assert "CEO, Helvetia · Executive · until Sun 1 Nov" in said
    assert "In this position since Mon 2 Nov" in said
    assert "Speaks up" not in said
    [told] = slack.out.to(tobias)
    assert told["text"] == "Urs Bachofner ist von Helvetia zu Nordfeld gewechselt."


def test_who_leaves_is_told_to_the_kam_with_what_now_lacks_and_a_successor_takes_over(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    account = company.account("Helvetia", kam=tobias)
    company.team(account, lea)
    urs = company.contact(account, "Urs Bachofner", title="CEO", level=1, decision_roles=["decider"], attitude=5)
    company.contact(account, "Daniela Suter", reports_to_id=urs)

    choose(slack, lea, slack.command(lea, "/kam contact Urs"), "Left the company")
    warned = words(slack.modals.opened[-1])
    assert "Without this person no decider is known there and nobody known there speaks up for us." in warned
    assert slack.submit(lea, left_on="2026-11-13") == {}
    assert "*Urs Bachofner* (left)" in words(answered(slack))
    [told] = slack.out.to(tobias)
    assert told["text"] == "Urs Bachofner hat Helvetia verlassen; letzter Tag war Fr 13. Nov."
    assert "Ohne diese Person ist dort niemand mehr bekannt, der oder die entscheidet" in words(told)

    slack.press(tobias, told, "Nachfolge benennen", ephemeral=False)
    assert slack.submit(tobias, name="Regula Amrein") == {}
    said = words(answered(slack))
    assert "👤 *Regula Amrein* · CEO" in said
    assert "An sie berichten: Daniela Suter" in said


def test_a_hypothesis_stands_with_its_basis_until_it_came_true_or_is_given_up(
    slack: Slack, company: Company, lea: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Urs Bachofner")

    slack.press(lea, slack.command(lea, "/kam contact Urs"), "Hypothesis")
    assert slack.submit(lea, text="Leitet bald die Sparte", basis="Führt die neue Linie") == {}
    card = answered(slack)
    assert "Leitet bald die Sparte" in words(card)
    assert "Because: “Führt die neue Linie”" in words(card)
    choose(slack, lea, card, "Came true", "contact.hypothesis")
    assert "✅ Came true" in words(answered(slack))
    choose(slack, lea, card, "Give up", "contact.hypothesis")
    assert "Lea Brunner changed Urs Bachofner in the meantime" in words(slack.modals.answers[-1])


def test_whoever_takes_a_contact_over_looks_after_them_and_the_one_before_hears_of_it(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Urs Bachofner", owner=tobias)

    choose(slack, lea, slack.command(lea, "/kam contact Urs"), "I look after them")

    assert "I look after them" not in buttons(answered(slack))
    [told] = slack.out.to(tobias)
    assert told["text"] == "Du musst Urs Bachofner von Helvetia nicht mehr betreuen."


def test_the_second_of_two_who_edit_is_told_who_was_first_and_keeps_what_they_typed(
    slack: Slack, company: Company, lea: Member
) -> None:
    other = company.member("Cora Huber")
    account = company.account("Helvetia", kam=lea)
    company.team(account, other)
    company.contact(account, "Urs Bachofner")
    card = slack.command(lea, "/kam contact Urs")
    slack.press(lea, card, "Edit")
    mine = slack.modals.opened[-1]
    slack.press(other, card, "Edit")
    assert slack.submit(other, aims="Ruhe") == {}

    refused = slack.submit(lea, mine, aims="Mein langer Text")

    assert refused["response_action"] == "errors"
    assert "Cora Huber changed Urs Bachofner in the meantime" in next(iter(refused["errors"].values()))


def test_a_restricted_account_has_no_contact_for_strangers_in_the_same_words_as_nobody(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    hidden = company.account("Geheimwerk", kam=lea, access="restricted")
    contact = company.contact(hidden, "Urs Bachofner")

    theirs, nobody = (
        slack.command(tobias, "/kam kontakt Urs Bachofner"),
        slack.command(tobias, "/kam kontakt Urs Bachofnes"),
    )
    assert words(theirs).replace("Bachofner", "Bachofnes") == words(nobody)
    slack.click(tobias, "contact.show", f"show:{contact}:0")
    slack.click(tobias, "contact.edit", f"edit:{contact}:1")
    slack.click(tobias, "contact.edit", "edit:4711:1")
    first, second, third = (words(answer) for answer in slack.modals.answers[-3:])
    assert first == second == third
    mine = slack.command(lea, "/kam contact Urs Bachofner")
    assert "Urs" not in mine["text"]
    assert "You see it because you are the account's KAM." in words(mine)


def test_without_a_name_those_one_met_last_are_offered(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    urs = company.contact(account, "Urs Bachofner")
    assert buttons(slack.command(lea, "/kam contact")) == ["New contact"]
    slack.command(lea, "/kam-log")
    assert slack.submit(lea, account=account, text="Besuch") == {}
    slack.command(lea, "/kam-log")
    slack.choose(lea, "account", str(account))
    assert slack.submit(lea, account=account, text="Besuch im Werk", contacts=[urs]) == {}

    slack.deliver()

    asked = slack.command(lea, "/kam contact")

    assert buttons(asked) == ["Urs Bachofner · Helvetia", "New contact"]
    slack.press(lea, asked, "Urs Bachofner · Helvetia")
    assert "Fri 20 Nov · Lea Brunner · I-2" in words(answered(slack))
    assert "🟢 in touch" in words(slack.out.replies[-1])
    slack.press(lea, slack.out.replies[-1], "Helvetia")
    assert "The card of Helvetia" in answered(slack)["text"]


def test_a_form_that_slack_did_not_open_is_offered_again_with_the_name(
    slack: Slack, company: Company, lea: Member
) -> None:
    company.account("Helvetia", kam=lea)
    asked = slack.command(lea, "/kam contact Anna Zoller")
    slack.modals.silent = True
    slack.press(lea, asked, "New contact")
    slack.modals.silent = False
    slack.press(lea, slack.modals.answers[-1], "Open the form")
    name = next(block for block in slack.modals.opened[-1]["blocks"] if block.get("block_id") == "name")
    assert name["element"]["initial_value"] == "Anna Zoller"


def test_hostile_text_stays_text(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account(HOSTILE, kam=lea)
    company.contact(account, f"Urs {HOSTILE}", title=HOSTILE, aims=HOSTILE, email=HOSTILE, phone=HOSTILE)

    shown = slack.command(lea, "/kam contact Urs")
    slack.press(lea, shown, "Hypothesis")
    assert slack.submit(lea, text=HOSTILE, basis=HOSTILE) == {}

    for message in (shown, answered(slack)):
        assert "<!channel>" not in _markup(message)
        assert "<https://evil" not in _markup(message)


def test_an_old_button_is_answered_and_does_nothing(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    contact = company.contact(account, "Urs Bachofner")

    slack.click(lea, "contact.menu", f"fly:{contact}:1")

    assert "This is out of date" in words(slack.modals.answers[-1])


def _markup(part: Any) -> str:
    """Return every text that Slack reads as markup."""
    if isinstance(part, list):
        return "\n".join(map(_markup, part))
    if not isinstance(part, dict):
        return ""
    own = part["text"] if part.get("type") == "mrkdwn" else ""
    return "\n".join([own, *map(_markup, part.values())])


def test_who_listens_to_whom_is_among_what_is_judged_and_for_everybody_else_there_is_nothing_of_it(
    slack: Slack, company: Company
) -> None:
    kam, stranger = company.member("Lea Brunner"), company.member("Tobias")
    account = company.account("Nordfeld", kam=kam)
    boss = company.contact(account, "Urs Bachofner")
    company.contact(account, "Nils Egli", reports_to_id=boss)
    without = [words(slack.command(stranger, f"/kam {verb} Urs Bachofner")) for verb in ("contact", "brief")]
    choose(slack, kam, slack.command(kam, "/kam contact Nils Egli"), "Who listens to them")
    assert "Only the account's circle reads this." in words(slack.modals.opened[-1])
    assert slack.submit(kam, influences=[str(boss)]) == {}

    for verb, title in (
        ("contact", "Judged, for the account's circle only"),
        ("brief", "Judged by the account's circle"),
    ):
        told = words(slack.command(kam, f"/kam {verb} Urs Bachofner"))
        assert "Listens to: Nils Egli" in told[told.index(title) :]
    assert "Is listened to by: Urs Bachofner" in words(slack.command(kam, "/kam contact Nils Egli"))
    for verb, before in zip(("contact", "brief"), without, strict=True):
        assert words(slack.command(stranger, f"/kam {verb} Urs Bachofner")) == before
    assert "listen" not in "".join(without).casefold()
    assert "Nils Egli" in without[0], "who reports to whom is no judgement"


def test_who_reads_one_line_of_influence_is_told_whose_circle_judged_it(slack: Slack, company: Company) -> None:
    kam, stranger = company.member("Lea Brunner"), company.member("Tobias")
    group = company.account("Nordfeld Group")
    boss = company.contact(group, "Urs Bachofner")
    company.contact(company.account("Nordfeld", kam=kam, parent=group, relation="division"), "Nils Egli")
    choose(slack, kam, slack.command(kam, "/kam contact Nils Egli"), "Who listens to them")
    assert slack.submit(kam, influences=[str(boss)]) == {}

    shown = words(slack.command(kam, "/kam contact Urs Bachofner"))

    title = "Judged, for the circle of Nordfeld only"
    assert "Listens to: Nils Egli" in shown[shown.index(title) :]
    assert "Visible to everyone in the company; what is judged only to its circle." in shown
    others = words(slack.command(stranger, "/kam contact Urs Bachofner"))
    assert "Visible to everyone in the company. Something to add?" in others
    assert "judged" not in others.casefold()
