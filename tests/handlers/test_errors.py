import json
import logging
import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltContext
from sqlalchemy import text

from bot.i18n import translator
from bot.ports import StoreAway
from handlers import errors
from handlers.modals import Modals
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Slack, words

SORRY = "Something went wrong on our side and nothing was saved."
SECRET = "Rabatt 40 Prozent, geheim"


@pytest.fixture
def broken(slack: Slack) -> Callable[[str], None]:
    """Take a table away, as a database that fails in the middle of a request."""

    def drop(table: str) -> None:
        with slack.store.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_gone"))

    return drop


def reference(said: str) -> str:
    found = re.search(r"reference ([0-9a-f]{8})", said)
    assert found, said
    return found[1]


def test_a_command_that_fails_gives_a_reference_and_the_text_back(
    slack: Slack, company: Company, broken: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    lea = company.member("Lea")
    company.account("Helvetia")
    broken("interactions")

    answer = slack.command(lea, f"/kam-log Helvetia: {SECRET} &lt;!channel&gt;")

    assert answer["response_type"] == "ephemeral"
    assert SORRY in answer["text"]
    assert f"Your text was: Helvetia: {SECRET} &lt;!channel&gt;" in answer["text"]
    assert f"reference {reference(answer['text'])}" in caplog.text
    assert "OperationalError" in caplog.text
    assert SECRET not in caplog.text
    assert _count(slack, "inbox") == _count(slack, "outbox") == _count(slack, "history") == 0


def test_a_command_without_text_that_fails_repeats_nothing(
    slack: Slack, company: Company, broken: Callable[[str], None]
) -> None:
    lea = company.member("Lea")
    broken("drafts")
    assert "Your text was" not in slack.command(lea, "/kam-log")["text"]


def test_a_command_that_is_refused_gets_the_sentence(slack: Slack, company: Company) -> None:
    answer = slack.command(company.member("Lea"), "/kam quatsch &lt;!channel&gt;")
    assert answer["response_type"] == "ephemeral"
    assert "I don't know “quatsch”" in answer["text"]


def test_a_click_that_is_refused_is_answered_beside_the_button(slack: Slack, company: Company) -> None:
    answer = slack.click(company.member("Lea"), "log.undo", 4711)

    assert (answer.status, answer.body) == (200, "")
    assert [said["text"] for said in slack.modals.answers] == ["This is not here any more."]


def test_a_click_that_fails_gives_a_reference(
    slack: Slack, company: Company, broken: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    lea = company.member("Lea")
    broken("interactions")

    answer = slack.click(lea, "log.undo", 1)

    assert (answer.status, answer.body) == (200, "")
    assert reference(slack.modals.answers[0]["text"]) in caplog.text
    assert _count(slack, "inbox") == 0


def test_a_click_without_an_address_is_still_acknowledged(slack: Slack, company: Company) -> None:
    answer = slack.click(company.member("Lea"), "log.undo", 4711, response_url=None)
    assert (answer.status, answer.body) == (400, "")
    answer = slack.click(company.member("Lea 2"), "log.undo", 4711, response_url="")
    assert (answer.status, answer.body) == (200, "")
    assert slack.modals.answers == []


@pytest.mark.parametrize("action_id", ["log.from_2025", "value", "", "log.undo2"])
def test_a_button_of_another_release_says_so(slack: Slack, company: Company, action_id: str) -> None:
    assert slack.click(company.member("Lea"), action_id, "old").status == 200
    assert "out of date" in slack.modals.answers[0]["text"]


def test_shortcuts_and_closed_forms_nobody_listens_to_are_taken_note_of(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    asked = {"user": {"id": lea.id}, "trigger_id": "t", "callback_id": "old"}

    kinds: list[dict[str, Any]] = [
        {"type": "shortcut", **asked},
        {"type": "message_action", "message": {}, "response_url": "https://hooks.slack.test/3", **asked},
        {"type": "view_closed", "view": {"id": "V1", "callback_id": "old", "type": "modal"}, **asked},
        {"type": "something_new", **asked},
    ]
    assert {slack._interact(kind).status for kind in kinds} == {200}
    assert "out of date" in slack.modals.answers[0]["text"]


def opened(slack: Slack, company: Company) -> Any:
    lea = company.member("Lea")
    company.account("Helvetia")
    slack.command(lea, "/kam-log")
    return lea


def test_a_form_that_is_refused_stays_open_with_the_sentence_at_its_field(slack: Slack, company: Company) -> None:
    lea = opened(slack, company)

    answer = slack.submit(lea, account="4711", text=SECRET)

    assert answer["response_action"] == "errors"
    assert answer["errors"] == {"account": "This account is not here any more. Please choose another."}


def test_a_form_with_an_odd_field_says_how_to_mend_it(
    slack: Slack, company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    lea = opened(slack, company)

    answer = slack.submit(lea, account="no number", text=None)

    assert answer["response_action"] == "errors"
    assert answer["errors"] == {
        "account": "Please choose one of the offered values.",
        "text": "Please fill this in.",
    }
    assert caplog.records == []


def test_a_form_that_fails_stays_open_with_one_reference(
    slack: Slack, company: Company, broken: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    lea = opened(slack, company)
    broken("accounts")

    answer = slack.submit(lea, account="1", text=SECRET)

    assert answer["response_action"] == "errors"
    (said,) = answer["errors"].values()
    assert SORRY in said
    assert caplog.text.count("reference ") == 1
    assert reference(said) in caplog.text
    assert SECRET not in caplog.text


def test_a_form_of_another_release_without_a_field_is_replaced_by_the_sentence(slack: Slack, company: Company) -> None:
    view = {"blocks": [], "callback_id": "old", "private_metadata": "{}", "type": "modal"}

    answer = slack.submit(company.member("Lea"), view)

    assert answer["response_action"] == "update"
    assert "out of date" in words(answer["view"])


def test_a_form_that_lost_its_fields_is_replaced_by_what_is_missing(slack: Slack, company: Company) -> None:
    lea = opened(slack, company)

    answer = slack.submit(lea, {**slack.modals.opened[-1], "blocks": []})

    assert answer["response_action"] == "update"
    assert "Please fill this in." in words(answer["view"])


def test_a_form_that_fails_without_a_field_too(
    slack: Slack, company: Company, broken: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    lea = company.member("Lea")
    view = {"blocks": [], "callback_id": "escalation.preview", "private_metadata": '{"draft": 1}', "type": "modal"}
    broken("drafts")

    answer = slack.submit(lea, view)

    assert SORRY in words(answer["view"])
    assert reference(words(answer["view"])) in caplog.text


def test_a_search_that_fails_or_is_refused_offers_nothing(
    slack: Slack, company: Company, broken: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    lea = company.member("Lea")

    assert slack.search(lea, "an.old.search", "x") == []
    assert caplog.records == []
    broken("account_names")
    broken("accounts")
    assert slack.search(lea, "account.find", SECRET) == []
    assert "a search failed: OperationalError" in caplog.text
    assert SECRET not in caplog.text


def test_an_event_that_fails_comes_again_and_one_that_is_refused_does_not(
    slack: Slack, company: Company, broken: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    change = {"type": "user_change", "user": {"id": "U9", "name": SECRET}}
    assert slack.event({"type": "user_change", "user": {}}).status == 400
    broken("members")

    assert slack.event(change).status == 500
    assert "an event failed: OperationalError" in caplog.text
    assert SECRET not in caplog.text

    slack.store._known.clear()
    with slack.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM workspaces"))
    assert slack.event(change).status == 200


EVENTS = [
    "app_home_opened",
    "app_mention",
    "app_rate_limited",
    "app_requested",
    "app_uninstalled",
    "call_rejected",
    "channel_archive",
    "channel_created",
    "channel_deleted",
    "channel_history_changed",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "dnd_updated",
    "email_domain_changed",
    "emoji_changed",
    "file_shared",
    "function_executed",
    "grid_migration_started",
    "group_archive",
    "group_left",
    "im_created",
    "link_shared",
    "member_joined_channel",
    "member_left_channel",
    "message",
    "message_metadata_posted",
    "pin_added",
    "reaction_added",
    "shared_channel_invite_accepted",
    "star_added",
    "subteam_created",
    "team_access_granted",
    "team_domain_change",
    "team_join",
    "team_rename",
    "tokens_revoked",
    "url_verification",
    "user_change",
    "user_huddle_changed",
    "workflow_step_execute",
    "something_nobody_knows",
]


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_is_taken_note_of(slack: Slack, kind: str) -> None:
    event = {"type": kind, "user": {"id": "U9", "name": "x"}, "channel": "C1", "text": "x", "ts": "1.1"}
    if kind in {"message", "app_mention"}:
        event |= {"subtype": "bot_message", "user": "U9"}
    assert slack.event(event).status == 200


def test_a_form_slack_does_not_open_can_be_opened_by_a_button(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    slack.modals.silent = True

    answer = slack.command(lea, "/kam-log")
    assert "Slack did not open the form in time. What you typed is kept." in words(answer)

    slack.modals.silent = False
    slack.press(lea, answer, "Open the form")
    assert len(slack.modals.opened) == 1


def test_a_form_that_a_click_could_not_open_is_offered_again(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    slack.modals.silent = True
    answer = slack.command(lea, "/kam-log")

    slack.press(lea, answer, "Open the form")

    assert "Open the form" in words(slack.modals.answers[0])


@pytest.fixture
def locked(disk: SqlStore, tmp_path: Path) -> Callable[[], sqlite3.Connection]:
    """Hold the write lock from outside."""

    def hold() -> sqlite3.Connection:
        other = sqlite3.connect(tmp_path / "scharnier.db", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        return other

    return hold


def test_a_locked_database_saves_nothing_and_says_so(
    disk: SqlStore, locked: Callable[[], sqlite3.Connection], caplog: pytest.LogCaptureFixture
) -> None:
    slack = Slack(disk, Company(disk))
    lea = slack.company.member("Lea")
    slack.company.account("Helvetia")
    other = locked()
    release = threading.Timer(30, other.rollback)
    release.start()

    answer = slack.command(lea, f"/kam-log Helvetia: {SECRET}", trigger="t77")

    release.cancel()
    assert "database does not answer just now, so this was not saved" in answer["text"]
    assert SECRET in answer["text"]
    assert other.in_transaction, "the answer came while the lock was held"
    other.rollback()
    other.close()
    tables = ("interactions", "outbox", "history", "audit", "inbox", "search_notes", "counters")
    assert {table: _count(slack, table) for table in tables} == dict.fromkeys(tables, 0)
    assert SECRET not in caplog.text

    assert "I-1" in words(slack.command(lea, f"/kam-log Helvetia: {SECRET}", trigger="t77"))
    assert _count(slack, "interactions") == 1


def test_a_short_lock_is_waited_for(disk: SqlStore, locked: Callable[[], sqlite3.Connection]) -> None:
    slack = Slack(disk, Company(disk))
    lea = slack.company.member("Lea")
    slack.company.account("Helvetia")
    other = locked()
    threading.Timer(0.2, other.rollback).start()

    assert "I-1" in words(slack.command(lea, "/kam-log Helvetia: Besuch"))
    other.close()


def test_a_refused_click_is_answered_although_the_card_it_stands_on_cannot_be_refreshed(
    disk: SqlStore, locked: Callable[[], sqlite3.Connection], caplog: pytest.LogCaptureFixture
) -> None:
    slack = Slack(disk, Company(disk))
    lea = slack.company.member("Lea")
    other = locked()

    answer = slack.click(lea, "request.from_2025", 1, ephemeral=False)

    assert answer.status == 200
    assert "out of date" in slack.modals.answers[0]["text"]
    assert "a card could not be refreshed (StoreAway" in caplog.text
    other.rollback()
    other.close()


def test_reading_needs_no_lock(disk: SqlStore, locked: Callable[[], sqlite3.Connection]) -> None:
    slack = Slack(disk, Company(disk))
    lea = slack.company.member("Lea")
    slack.company.account("Helvetia")
    other = locked()

    assert slack.search(lea, "account.find", "Helv") == ["Helvetia"]
    other.rollback()
    other.close()


def test_only_the_shape_slack_sends_is_explained(slack: Slack) -> None:
    explain = errors.explainer(Modals(slack.app.client), slack.store)
    assert explain(RuntimeError("x"), {"type": "view_submission", "view": 5}, {}).status == 400


@pytest.mark.parametrize(
    ("in_doubt", "said"),
    [(True, "Please look whether it is there before you send it again."), (False, "was not saved")],
)
def test_a_connection_that_broke_while_saving_does_not_claim_that_nothing_was_saved(
    slack: Slack, in_doubt: bool, said: str
) -> None:
    explain = errors.explainer(Modals(slack.app.client), slack.store)
    body = {
        "command": "/kam-log",
        "team_id": WORKSPACE,
        "user_id": "ULEA",
        "channel_id": "C1",
        "text": SECRET,
        "trigger_id": "t1",
        "response_url": "",
    }
    away = StoreAway(is_cut=True, in_doubt=in_doubt)

    answer = explain(away, body, BoltContext({"t": translator("en", NOW)}))

    shown = json.loads(answer.body)["text"]
    assert said in shown
    assert ("was not saved" in shown) is not in_doubt
    assert SECRET in shown, "what was typed is not lost"


def _count(slack: Slack, table: str) -> int:
    with slack.store.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)
