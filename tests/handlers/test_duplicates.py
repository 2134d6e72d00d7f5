"""Duplicates in Slack: found, offered when something new is named, told to who may see both, answered once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.delivery import Priority, Ref, Subject, card_at
from bot.domain.duplicates import CARDS
from bot.domain.members import Member, Role
from bot.services.timers import WORKSPACE as EVERYTHING
from storage.tables import AccountRow, ContactRow, DraftRow
from tests.company import WORKSPACE, Company
from tests.slack import Slack, words
from tests.twins import Two, find, pair

HOSTILE = "<!channel> *Helvetia* Pumpen & Söhne"


@pytest.fixture
def two(slack: Slack, company: Company) -> Two:
    return Two(slack, company)


def test_the_finder_asks_whoever_looks_after_both_with_one_card_and_never_again(two: Two) -> None:
    find(two.slack)

    (card,) = two.slack.out.to(two.lea)[-1:]
    assert "Are Helvetia Pumpn and Helvetia Pumpen one and the same?" in words(card)
    assert "because you look after both" in words(card)
    assert not [post for post in two.slack.out.to(two.vera) if "one and the same" in words(post)]
    count = len(two.slack.out.posts)
    two.slack.later(days=7)
    find(two.slack)
    assert len(two.slack.out.posts) == count


def test_the_finder_goes_on_monday_mornings_where_the_workspace_is(slack: Slack, company: Company) -> None:
    find(slack)

    assert slack.now.strftime("%A %H:%M") == "Monday 06:30"
    with slack.store.read(WORKSPACE) as tx:
        (timer,) = tx.timers.waiting(EVERYTHING, "duplicates.find")
    assert timer.due.at - slack.now == timedelta(days=7)


def test_a_pair_that_nobody_looks_after_alone_is_for_the_kam_leads(slack: Slack, company: Company) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD)
    lea, tom = company.member("Lea Brunner"), company.member("Tom Frei")
    company.account("Helvetia Pumpen", kam=lea)
    company.account("Helvetia Pumpen AG", kam=tom)

    find(slack)

    (card,) = slack.out.to(vera)
    assert "because you lead the KAMs" in words(card)
    assert not slack.out.to(lea)
    assert not slack.out.to(tom)


def test_a_hidden_twin_is_told_to_nobody_who_sees_only_one(slack: Slack, company: Company) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD)
    lea, tom = company.member("Lea Brunner"), company.member("Tom Frei")
    company.account("Helvetia Pumpen", kam=lea, access="restricted")
    company.account("Helvetia Pumpen", kam=tom)

    find(slack)

    (card,) = slack.out.to(vera)
    assert card["text"] == "Two accounts may be one and the same."
    assert "🔒" in words(card)
    assert not slack.out.to(tom)
    assert not slack.out.to(lea)
    assert "No duplicates wait for you" in words(slack.command(tom, "/kam duplicates"))


def test_a_name_that_only_a_hidden_account_bears_is_created_with_the_same_words(slack: Slack, company: Company) -> None:
    lea, tom = company.member("Lea Brunner"), company.member("Tom Frei")
    company.account("Helvetia Pumpen", kam=lea, access="restricted")

    said = []
    for name in ("Helvetia Pumpen", "Brandenberg Motoren"):
        slack.command(tom, f"/kam-log {name}: visited them")
        slack.click(tom, "log.new", _value(slack, name))
        slack.deliver()
        said.append(words(slack.out.replies[-1]).replace(name, "NAME"))

    assert said[0].replace("I-1", "") == said[1].replace("I-2", "")


def _value(slack: Slack, name: str) -> int:
    with slack.store.engine.connect() as connection:
        rows = connection.execute(select(DraftRow.id, DraftRow.fields).where(DraftRow.used_at.is_(None))).all()
    return next(int(row.id) for row in rows if row.fields.get("account") == name)


def test_of_many_pairs_one_person_gets_a_few_cards_and_the_rest_in_the_list(slack: Slack, company: Company) -> None:
    lea = company.member("Lea Brunner")
    for name in ("Arven", "Brandenberg", "Calanda", "Dornach", "Engadin", "Flims", "Glarus"):
        company.account(f"{name} Motoren", kam=lea)
        company.account(f"{name} Motoren AG", kam=lea)

    find(slack)

    assert len(slack.out.to(lea)) == CARDS
    assert "6 more pairs wait" in words(slack.out.to(lea)[0])
    assert "7 pairs may be one and the same" in words(slack.command(lea, "/kam dubletten"))


def test_two_different_ones_is_kept_for_ever_and_shown_on_every_card(slack: Slack, company: Company) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD)
    ana = company.member("Ana Costa", role=Role.KAM_LEAD)
    company.account("Helvetia Pumpen")
    company.account("Helvetia Pumpen AG")
    find(slack)

    slack.press(vera, slack.out.to(vera)[0], "Two different ones", ephemeral=False)
    slack.deliver()

    for lead in (vera, ana):
        (card,) = slack.out.to(lead)
        assert "Two different ones, says Vera Roth" in words(card)
        assert "Same: merge" not in words(card)
    slack.later(days=7)
    find(slack)
    assert len(slack.out.to(vera)) == 1
    assert "No duplicates wait" in words(slack.command(ana, "/kam duplicates"))


def test_the_second_of_two_who_answer_is_told_who_was_first(two: Two) -> None:
    twins_id = two.found()
    two.slack.click(two.vera, "twins.dismiss", twins_id)
    two.slack.click(two.lea, "twins.dismiss", twins_id)
    assert "Vera Roth said that these are two different ones" in two.refused()
    two.slack.click(two.lea, "merge.form", twins_id)
    assert "Vera Roth said that these are two different ones" in two.refused()


def test_hostile_names_stay_text_everywhere(slack: Slack, company: Company) -> None:
    lea = company.member("Lea Brunner")
    company.account(HOSTILE, kam=lea)
    company.account(f"{HOSTILE} AG", kam=lea)
    find(slack)
    (card,) = slack.out.to(lea)
    slack.press(lea, card, "Same: merge", ephemeral=False)
    assert slack.submit(lea) == {}
    slack.deliver()

    for shown in (card, slack.out.replies[-1], slack.command(lea, "/kam duplicates"), slack.modals.opened[-1]):
        assert "<!channel>" not in str(shown.get("text"))
        assert not [text for text in _markup(shown["blocks"]) if "<!channel>" in text]


def _markup(part: Any) -> list[str]:
    """Return every text that Slack would read as markup."""
    if isinstance(part, list):
        return [text for one in part for text in _markup(one)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "mrkdwn" else []
    return own + [text for one in part.values() for text in _markup(one)]


def test_the_list_turns_its_pages_and_comes_back_to_the_first(slack: Slack, company: Company) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD)
    accounts = [company.account(f"Account {at}") for at in range(11)]
    for other in accounts[1:]:
        pair(company, Subject.ACCOUNT, accounts[0], other)
    first = slack.command(vera, "/kam duplicates")
    assert "10 pairs may be one and the same" in words(first)

    slack.press(vera, first, "More")
    slack.deliver()
    second = slack.out.replies[-1]
    assert words(second).count("Same: merge") == 2
    slack.press(vera, second, "Back")
    slack.deliver()
    assert words(slack.out.replies[-1]).count("Same: merge") == 8


def test_a_page_that_is_empty_by_now_is_the_first_one(slack: Slack, company: Company) -> None:
    vera = company.member("Vera Roth", role=Role.KAM_LEAD)
    pair(company, Subject.ACCOUNT, company.account("Helvetia"), company.account("Helvetia AG"))

    slack.click(vera, "twins.more", 8)
    slack.deliver()

    assert "1 pair may be one and the same" in words(slack.out.replies[-1])


def test_a_card_that_waits_is_not_told_to_who_may_not_see_both_any_more(slack: Slack, company: Company) -> None:
    lea = company.member("Lea Brunner")
    accounts = [company.account(name, kam=lea) for name in ("Helvetia", "Helvetia AG")]
    twins_id = pair(company, Subject.ACCOUNT, *accounts)
    with slack.store.begin(WORKSPACE) as tx:
        tx.outbox.put(card_at(lea.id, "duplicates.card", Ref(Subject.TWINS, twins_id), Priority.DIGEST), slack.now)
    with slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(kam_id=None, access="restricted"))

    slack.deliver()

    assert not slack.out.to(lea)


def test_everything_is_said_in_german(slack: Slack, company: Company) -> None:
    lea = company.member("Lea Brunner", locale="de-DE")
    company.account("Helvetia Pumpn", kam=lea)
    company.account("Helvetia Pumpen", kam=lea)
    find(slack)
    (card,) = slack.out.to(lea)
    assert "Sind Helvetia Pumpn und Helvetia Pumpen ein und dasselbe?" in words(card)
    slack.press(lea, card, "Dasselbe: zusammenführen", ephemeral=False)
    assert "Accounts zusammenführen" in words(slack.modals.opened[-1])
    assert slack.submit(lea) == {}
    slack.deliver()
    assert "ist jetzt Teil von" in words(slack.out.replies[-1])
    assert "Zuletzt zusammengeführt" in words(slack.command(lea, "/kam dubletten"))


def _names(slack: Slack, table: Any = AccountRow) -> list[str]:
    with slack.store.engine.connect() as connection:
        return sorted(connection.execute(select(table.name)).scalars())


def test_a_form_names_what_a_new_account_may_be_and_creates_it_when_it_is_sent_again(two: Two) -> None:
    two.slack.command(two.tom, "/kam-log")
    two.slack.click(
        two.tom,
        "log.unlisted",
        view={**two.slack.modals.opened[-1], "id": "V1", "hash": "1", "state": {"values": {}}},
        container={"type": "view"},
    )
    form = {**two.slack.modals.opened[-1]}
    typed = {"new_account": "Helvetia Pumpen GmbH", "text": "visited them"}

    answer = two.slack.submit(two.tom, form, **typed)

    assert answer["errors"]["new_account"] == (
        "Is it one of these: Helvetia Pumpen and Helvetia Pumpn? Then please choose it, or type its name. "
        "If Helvetia Pumpen GmbH is another one, just send it again."
    )
    assert "Helvetia Pumpen GmbH" not in _names(two.slack)
    assert two.slack.submit(two.tom, form, **typed) == {}
    assert "Helvetia Pumpen GmbH" in _names(two.slack)


def _more_of_request(slack: Slack, actor: Member) -> None:
    """Open the request form with the field for a new account's name."""
    slack.command(actor, "/kam-request Production two engineers")
    view = {**slack.modals.opened[-1], "id": "V1", "hash": "1", "state": {"values": {}}}
    slack.click(actor, "request.more", view=view, container={"type": "view"})


def test_a_hidden_account_is_never_offered(slack: Slack, company: Company) -> None:
    tom = company.member("Tom Frei")
    company.account("Helvetia Pumpen", access="restricted")
    company.account("Arven")
    company.department("Production", company.member("Cora Huber"), "CPROD")
    _more_of_request(slack, tom)

    answer = slack.submit(
        tom, kind="capacity", needed_by="2026-12-18", new_account="Helvetia Pumpen AG", what="two engineers"
    )

    assert answer == {}
    assert "Helvetia Pumpen AG" in _names(slack)


def test_a_request_for_a_new_account_names_what_it_may_be(slack: Slack, company: Company) -> None:
    tom = company.member("Tom Frei")
    company.account("Helvetia Pumpen")
    company.department("Production", company.member("Cora Huber"), "CPROD")
    _more_of_request(slack, tom)
    form = {**slack.modals.opened[-1]}
    typed = {"kind": "capacity", "needed_by": "2026-12-18", "new_account": "Helvetia Pumpn", "what": "two engineers"}

    assert "Is it one of these: Helvetia Pumpen?" in slack.submit(tom, form, **typed)["errors"]["new_account"]
    assert slack.submit(tom, form, **typed) == {}
    assert "Helvetia Pumpn" in _names(slack)


def test_a_conflict_on_a_new_account_names_what_it_may_be(slack: Slack, company: Company) -> None:
    tom, cora = company.member("Tom Frei"), company.member("Cora Huber")
    company.account("Helvetia Pumpen")
    production = company.department("Production", cora, "CPROD")
    slack.command(tom, "/kam-escalate Helvetia Pumpn AG: one line from December")
    form = {**slack.modals.opened[-1]}
    typed = {
        "other_party": f"department:{production}",
        "our_goal": "one line",
        "their_goal": "a stable plan",
        "tried": "talked twice",
        "decision_wanted": "one line from 1 December",
        "decide_by": "2026-12-01",
    }

    first, second = (slack.submit(tom, form, **typed) for _ in range(2))

    assert "Is it one of these: Helvetia Pumpen?" in next(iter(first["errors"].values()))
    assert second["response_action"] in {"push", "update"}


def test_a_new_contact_may_be_one_that_is_there(slack: Slack, company: Company) -> None:
    lea = company.member("Lea Brunner")
    account = company.account("Helvetia Pumpen", kam=lea)
    company.contact(account, "Sandra Meier")
    slack.press(lea, slack.command(lea, "/kam contact Helvetia Pumpen: S. Meier"), "New contact")
    form = {**slack.modals.opened[-1]}

    answer = slack.submit(lea, form, name="S. Meier", account=account)

    assert "Is it one of these: Sandra Meier? Then it is there already." in answer["errors"]["name"]
    assert slack.submit(lea, form, name="S. Meier", account=account) == {}
    assert _names(slack, ContactRow) == ["S. Meier", "Sandra Meier"]
