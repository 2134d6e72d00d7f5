import io
import json
import re

import pytest
from sqlalchemy import text

from handlers import front
from handlers.front import Front
from tests.company import WORKSPACE, Company
from tests.slack import Slack, words

COMMAND = {
    "team_id": WORKSPACE,
    "user_id": "ULEA",
    "channel_id": "C1",
    "command": "/kam-log",
    "text": "Helvetia: Rabatt 40 Prozent, geheim",
    "trigger_id": "t1",
    "response_url": "http://127.0.0.1:9/commands/T1/key-of-the-answer",
}


@pytest.fixture
def seen() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def way_in(slack: Slack, company: Company, seen: list[tuple[str, int]]) -> Front:
    company.member("Lea", id="ULEA")
    company.account("Helvetia")
    return Front(slack.app, lambda name, status, seconds: seen.append((name, status)) if seconds >= 0 else None)


def test_an_answer_is_counted_and_logged_without_what_was_said(
    way_in: Front, seen: list[tuple[str, int]], log: io.StringIO
) -> None:
    answer = way_in.answer(COMMAND)

    assert "I-1" in answer.body
    assert seen == [("command /kam-log", 200)]
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["message"], line["name"], line["status"]) == ("answered", "command /kam-log", 200)
    assert line["ms"] > 0
    for secret in ("geheim", "Helvetia", "key-of-the-answer", "ULEA"):
        assert secret not in log.getvalue()


def test_the_reference_of_an_apology_is_the_id_of_all_lines_of_its_request(
    way_in: Front, slack: Slack, log: io.StringIO
) -> None:
    with slack.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE interactions RENAME TO away"))

    said = words(json.loads(way_in.answer(COMMAND).body))

    reference = re.search(r"reference ([0-9a-f]{8})", said)
    assert reference is not None
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["request"] for line in lines} == {reference[1]}
    assert [line["level"] for line in lines] == ["ERROR", "INFO"]
    assert "geheim" not in log.getvalue()


def test_whoever_comes_near_three_seconds_is_named(
    way_in: Front, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "SLOW_SECONDS", 0.0)
    way_in.answer(COMMAND)
    assert json.loads(log.getvalue())["level"] == "WARNING"


@pytest.mark.parametrize(
    "body", [{"type": 5}, {"type": "view_submission", "view": 5}, {"actions": [5]}, {"command": 5}]
)
def test_what_slack_does_not_send_is_counted_under_one_name(
    way_in: Front, seen: list[tuple[str, int]], body: dict[str, object]
) -> None:
    way_in.answer({"team": {"id": WORKSPACE}, **body})
    assert [name for name, _ in seen] == ["other"]
