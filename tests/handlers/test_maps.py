from typing import Any

import pytest

from bot.domain.delivery import Failure
from bot.domain.maps import MOST_IN_PICTURE
from bot.domain.members import Member
from bot.ports import PostFailed
from tests.company import Company
from tests.slack import Slack, words


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner", id="ULEA", level=4)


@pytest.fixture
def tobias(company: Company) -> Member:
    return company.member("Tobias Frei", id="UTOBIAS", locale="de-DE", level=1)


def table(message: dict[str, Any]) -> list[list[str]]:
    (found,) = (block for block in message["blocks"] if block["type"] == "table")
    return [[cell["text"] for cell in row] for row in found["rows"]]


def labels(message: dict[str, Any]) -> list[str]:
    """Return what can be pressed or chosen."""
    elements = [element for block in message["blocks"] for element in block.get("elements", [])]
    pressed = [element["text"]["text"] for element in elements if element["type"] == "button"]
    return pressed + [option["text"]["text"] for element in elements for option in element.get("options", [])]


def test_a_map_shows_the_tree_the_mirror_and_hints(slack: Slack, company: Company, lea: Member, tobias: Member) -> None:
    group = company.account("Helvetia", kam=lea)
    lyon = company.account("Werk Lyon", parent=group, relation="site", country="FR")
    company.contact(group, "Anne Dupont", title="CEO", level=1, decision_roles=["decider"])
    company.contact(lyon, "Tom Ward", level=1, owner=lea)
    company.account("Werk Genf", parent=group)

    shown = slack.command(lea, "/kam map Helvetia")

    assert table(shown) == [
        ["At the customer", "Of us", "Level", "Decision role", "Last contact"],
        ["Anne Dupont, CEO", "🔴 decider, nobody of us", "Executive", "Decider", "not met yet"],
        ["Tom Ward, Werk Lyon", "🟠 Lea Brunner, Specialist (3 levels apart)", "Executive", "–", "not met yet"],
    ]
    text = words(shown)
    assert (
        "*Helvetia* · KAM Lea Brunner\n\u2003└ Werk Genf · nobody looks after it\n\u2003└ Werk Lyon, Site, FR" in text
    )
    assert "🔴 Deciders nobody looks after: Anne Dupont." in text
    assert "🟠 Levels apart: Tom Ward ↔ Lea Brunner." in text
    assert "Units nobody looks after: Werk Genf." in text
    assert labels(shown) == [
        "Picture",
        "For the customer",
        "Account card",
        "Who of us knows this account?",
        "Our network inside",
    ]


def test_the_german_verb_answers_in_german(slack: Slack, company: Company, tobias: Member) -> None:
    account = company.account("Größler & Söhne", kam=tobias)
    company.contact(account, "Jürgen Mäßig", level=2, decision_roles=["buyer"], owner=tobias)

    shown = slack.command(tobias, "/kam karte Größler & Söhne")

    assert shown["text"] == "Die Karte von Größler &amp; Söhne"
    assert table(shown)[1] == [
        "Jürgen Mäßig",
        "Tobias Frei, Geschäftsleitung",
        "Bereichsleitung",
        "Einkäufer/in",
        "noch nicht getroffen",
    ]


def test_a_name_that_is_not_clear_is_asked_back_and_the_button_shows_the_map(
    slack: Slack, company: Company, lea: Member
) -> None:
    company.account("Helvetia Pumpen")
    asked = slack.command(lea, "/kam map Helvetia Pumpn")
    slack.press(lea, asked, "Helvetia Pumpen")
    slack.deliver()

    assert slack.out.replies[-1]["text"] == "The map of Helvetia Pumpen"
    assert "/kam map and its name" in words(slack.command(lea, "/kam map"))


def test_without_a_name_it_is_the_channels_account(slack: Slack, company: Company, lea: Member) -> None:
    company.account("Helvetia", channel_id="CHELV")

    assert slack.command(lea, "/kam map", channel="CHELV")["text"] == "The map of Helvetia"


def test_a_map_with_a_hidden_unit_says_that_it_is_for_its_reader(slack: Slack, company: Company, lea: Member) -> None:
    group = company.account("Helvetia", kam=lea)
    secret = company.account("Kolibri", parent=group, access="restricted", kam=lea)
    company.contact(secret, "Anne Dupont", owner=lea)
    shown = slack.command(lea, "/kam map Helvetia")

    assert table(shown)[1][0] == "Anne Dupont, Kolibri 🔒"
    assert "Not everybody sees all of these units" in words(shown)
    slack.press(lea, shown, "Picture")
    slack.deliver()
    assert "for you alone" in slack.out.posts[0]["text"]


def test_a_restricted_map_is_told_apart_from_nothing_by_nobody_else(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    account = company.account("Kolibri", access="restricted", kam=lea)
    company.contact(account, "Anne Dupont")
    seen = slack.command(lea, "/kam map Kolibri")

    assert seen["text"] == "The map of a restricted account"
    assert "Only KAM, deputy, account team" in words(seen)
    hidden = words(slack.command(tobias, "/kam map Kolibri"))
    nothing = words(slack.command(tobias, "/kam map Nirwana"))
    assert hidden.replace("Kolibri", "X") == nothing.replace("Nirwana", "X")
    for label in ("Picture", "For the customer", "Account card"):
        slack.press(tobias, seen, label)
    slack.click(tobias, "map.menu", f"known:{account}")
    slack.deliver()
    assert "Anne Dupont" not in str(slack.out.replies) + str(slack.out.posts) + str(slack.modals.answers)
    assert slack.out.posts == []


def test_the_version_for_the_customer_says_so_and_has_its_own_picture(
    slack: Slack, company: Company, lea: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Anne Dupont", title="CEO", level=1, decision_roles=["decider"], attitude=1, owner=lea)
    slack.press(lea, slack.command(lea, "/kam map Helvetia"), "For the customer")
    slack.deliver()
    shown = slack.out.replies[-1]

    assert table(shown) == [
        ["Helvetia", "Arven", "Level"],
        ["Anne Dupont, CEO", "Lea Brunner, Specialist", "Executive"],
    ]
    assert "You may show this to the customer" in words(shown)
    slack.press(lea, shown, "Picture")
    slack.deliver()
    (post,) = slack.out.posts
    assert post["title"] == "Helvetia · Who works with whom"
    slack.press(lea, shown, "Back to the map")
    slack.deliver()
    assert slack.out.replies[-1]["text"] == "The map of Helvetia"


def test_pages_of_both_versions_are_turned(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account("Helvetia")
    for number in range(25):
        company.contact(account, f"Contact {number:02}")
    shown = slack.command(lea, "/kam map Helvetia")
    for label, first in (("More contacts", "Contact 20"), ("Back", "Contact 00")):
        slack.press(lea, shown, label)
        slack.deliver()
        shown = slack.out.replies[-1]
        assert table(shown)[1][0] == first
    slack.press(lea, shown, "For the customer")
    slack.deliver()
    for label, first in (("More contacts", "Contact 20"), ("Back", "Contact 00")):
        slack.press(lea, slack.out.replies[-1], label)
        slack.deliver()
        assert table(slack.out.replies[-1])[1][0] == first


def test_the_menu_leads_to_the_group_above_to_who_knows_them_and_to_the_network(
    slack: Slack, company: Company, lea: Member
) -> None:
    group = company.account("Helvetia")
    lyon = company.account("Werk Lyon", parent=group)
    assert "Map of the group above" in labels(slack.command(lea, "/kam map Werk Lyon"))
    for value, text in (
        (f"open:{group}", "The map of Helvetia"),
        (f"known:{lyon}", "Who of us knows Werk Lyon"),
        (f"network:{lyon}", "There are no departments yet"),
    ):
        slack.click(lea, "map.menu", value)
        slack.deliver()
        assert slack.out.replies[-1]["text"].startswith(text)


def test_the_account_card_is_one_press_away(slack: Slack, company: Company, lea: Member) -> None:
    company.account("Helvetia")
    slack.press(lea, slack.command(lea, "/kam map Helvetia"), "Account card")
    slack.deliver()

    assert slack.out.replies[-1]["text"] == "The card of Helvetia"


def test_more_contacts_than_a_picture_shows_are_left_to_the_units(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account("Helvetia")
    for number in range(MOST_IN_PICTURE + 1):
        company.contact(account, f"Contact {number:03}")
    shown = slack.command(lea, "/kam map Helvetia")
    assert "Picture" not in labels(shown)
    assert f"A picture shows up to {MOST_IN_PICTURE} contacts" in words(shown)

    # A button of an older map shows as many as there is room for, and says that there are more.
    slack.click(lea, "map.picture", account)
    slack.deliver()

    assert len(slack.out.posts) == 1


def test_names_of_people_cannot_become_markup_or_reach_outside_their_cell(
    slack: Slack, company: Company, lea: Member
) -> None:
    account = company.account("<!channel> *H*")
    company.contact(account, "<@ULEA> *x* \u202e`y`\nz", title="a|b", decision_roles=["decider"])
    slack.click(lea, "map.open", account)
    slack.click(lea, "map.picture", account)
    slack.deliver()

    shown = slack.out.replies[0]
    markup = [block["text"]["text"] for block in shown["blocks"] if block["type"] == "section"]
    assert not any("<!channel>" in text or "<@ULEA>" in text for text in [*markup, shown["text"]])
    assert len(slack.out.posts) == 1
    assert "<!channel>" not in slack.out.posts[0]["text"]


# --------------------------------------------------------------- what Slack does with a picture
def picture(slack: Slack, company: Company, lea: Member) -> None:
    account = company.account("Helvetia", kam=lea)
    company.contact(account, "Anne Dupont")
    slack.click(lea, "map.picture", account)


def test_a_file_that_slack_refuses_is_told_in_words_and_the_admins_hear_of_it(
    slack: Slack, company: Company, lea: Member
) -> None:
    company.member("Ada Admin", id="UADA", role="admin")
    picture(slack, company, lea)
    slack.out.refuse_files = PostFailed(Failure.OUR_BUG, "file_uploads_disabled")
    slack.deliver()
    slack.later(seconds=5)
    slack.deliver()

    (told,) = slack.out.to(lea)
    assert told["text"] == "Slack did not take the picture. /kam map shows the same as a table."
    assert len(slack.out.to("UADA")) == 1
