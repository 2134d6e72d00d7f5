import json
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.identity import AccountId
from bot.domain.members import Member
from tests.company import Company
from tests.handlers.interaction_play import inputs, press_in_form, quoted, stored
from tests.slack import Slack, words


def test_the_form_asks_seven_things_at_first_and_keeps_them_under_more(
    slack: Slack, company: Company, lea: Member, helvetia: AccountId
) -> None:
    slack.command(lea, "/kam-log")
    plain = inputs(slack.modals.opened[-1])
    slack.choose(lea, "account", str(helvetia))
    chosen = inputs(slack.modals.opened[-1])
    press_in_form(slack, lea, "More")
    more = inputs(slack.modals.opened[-1])

    assert len(plain) <= 7
    assert len(chosen) <= 7
    assert f"contacts~{helvetia}" in chosen
    assert list(more)[: len(chosen)] == list(chosen)
    assert all(more[name]["action_id"] == chosen[name]["action_id"] for name in chosen)
    assert {"participants", "satisfaction", "promise_due", "next_step_owner"} < set(more)
    assert "More" not in words(slack.modals.opened[-1])


def test_the_contacts_follow_the_account(slack: Slack, company: Company, lea: Member, helvetia: AccountId) -> None:
    alpina = company.account("Alpina")
    company.contact(helvetia, "Anna Frei")
    company.contact(alpina, "Alma <!here>")
    slack.command(lea, "/kam-log HPU:")
    assert slack.search(lea, "contact.find") == ["Anna Frei"]

    slack.choose(lea, "account", str(alpina))

    assert f"contacts~{alpina}" in inputs(slack.modals.opened[-1])
    assert slack.search(lea, "contact.find") == ["Alma <!here>"]
    assert slack.search(lea, "account.find", "alp") == ["Alpina"]


def test_a_new_account_can_be_named_in_the_form(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.command(lea, "/kam-log")
    press_in_form(slack, lea, "New account")
    press_in_form(slack, lea, "More")

    assert {"new_account", "participants"} < set(inputs(slack.modals.opened[-1]))
    assert "account" not in inputs(slack.modals.opened[-1])
    assert slack.submit(lea, text="Besuch", new_account="x" * 121)["errors"].keys() == {"new_account"}
    assert slack.submit(lea, text="Besuch", new_account="\u200b")["errors"].keys() == {"new_account"}
    assert slack.submit(lea, text="Besuch", new_account="Neuwerk") == {}
    slack.deliver()
    assert "Neuwerk is new" in words(slack.out.replies[-1])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "\u200b\ufeff"}, "text"),
        ({"account": 999}, "account"),
        ({"account": None}, "account"),
        ({"satisfaction": 2}, "satisfaction_source"),
        ({"satisfaction": 7, "satisfaction_source": "ours"}, "satisfaction"),
        ({"promise": "Muster"}, "promise_due"),
        ({"promise_due": "2026-12-01"}, "promise"),
        ({"visibility": "everybody"}, "visibility"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_is_lost(
    slack: Slack, lea: Member, helvetia: AccountId, typed: dict[str, Any], field: str
) -> None:
    slack.command(lea, "/kam-log")
    press_in_form(slack, lea, "More")

    answer = slack.submit(lea, **{"account": helvetia, "text": "Besuch", **typed})

    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field]
    assert slack.submit(lea, account=helvetia, text="Besuch") == {}
    assert stored(slack) == ["Besuch"]


def test_a_form_submitted_twice_gives_one_record(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.command(lea, "/kam-log HPU:")

    assert slack.submit(lea, view_id="V7", text="Besuch") == slack.submit(lea, view_id="V7", text="Besuch") == {}
    assert "saved already" in next(iter(slack.submit(lea, text="Besuch")["errors"].values()))
    slack.deliver()
    assert (stored(slack), len(slack.out.replies)) == (["Besuch"], 1)


def test_lone_surrogates_and_nul_are_stored_as_what_every_database_takes(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    slack.command(lea, "/kam-log HPU:")

    assert slack.submit(lea, text="a\ud800b\0c") == {}
    assert stored(slack) == ["a\ufffdb\ufffdc"]


def test_a_form_slack_did_not_open_in_time_opens_by_a_button_with_what_was_typed(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    slack.modals.silent = True
    late = slack.command(lea, "/kam-log Neuwerk AG:")
    slack.press(lea, slack.command(lea, "/kam-log Termin um 10:30"), "Choose in the form")
    slack.modals.silent = False

    assert "What you typed is kept" in words(late)
    slack.press(lea, late, "Open the form")
    assert inputs(slack.modals.opened[-1])["new_account"]["initial_value"] == "Neuwerk AG"
    slack.press(lea, slack.modals.answers[-1], "Open the form")
    assert inputs(slack.modals.opened[-1])["text"]["initial_value"] == "Termin um 10:30"


def test_an_edit_slack_did_not_open_in_time_opens_by_a_button(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.modals.silent = True
    slack.press(lea, answer, "Edit")
    slack.modals.silent = False

    slack.press(lea, slack.modals.answers[-1], "Open the form")

    assert inputs(slack.modals.opened[-1])["text"]["initial_value"] == "Besuch"
    assert slack.submit(lea, text="anders") == {}
    assert stored(slack) == ["anders"]


def test_a_failing_database_saves_nothing_and_gives_the_words_back(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    slack.command(lea, "/kam-log HPU:")
    question = slack.command(lea, "/kam-log Helvetiabau: Besuch")
    with slack.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE interactions RENAME TO gone"))

    command = slack.command(lea, "/kam-log HPU: meine vielen Worte")
    form = slack.submit(lea, text="Anruf")
    slack.press(lea, question, "Helvetia Pumpen")

    assert "nothing was saved" in words(command)
    assert "meine vielen Worte" in words(command)
    assert "nothing was saved" in next(iter(form["errors"].values()))
    assert "nothing was saved" in words(slack.modals.answers[-1])
    with slack.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO interactions"))
    slack.press(lea, question, "Helvetia Pumpen")
    assert slack.submit(lea, text="Anruf") == {}
    assert len(stored(slack)) == 2


def test_a_hundred_kilobytes_are_stored_whole_shown_cut_and_not_lost_by_an_edit(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    long = ("wörter und 👩\u200d🔧 " * 8000).strip()
    answer = slack.command(lea, f"/kam-log HPU: {long}")

    assert stored(slack) == [long]
    assert len(quoted(answer)) <= 3000
    slack.press(lea, answer, "Edit")
    assert "more characters stay as they are" in json.dumps(slack.modals.opened[-1])
    assert slack.submit(lea, category="need") == {}
    assert stored(slack) == [long]


def test_a_form_can_be_started_from_a_button(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.click(lea, "log.start", helvetia)

    assert slack.submit(lea, text="Besuch") == {}
    slack.deliver()
    assert not slack.out.replies[-1]["replace"]
