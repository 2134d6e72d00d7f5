import logging
import threading
from typing import Any

import pytest
from sqlalchemy import delete

from bot.domain.members import Standing
from handlers.limiter import Limiter
from storage.store import SqlStore
from storage.tables import WorkspaceRow
from tests.company import WORKSPACE, Company
from tests.slack import Slack, words
from tests.wire import Say, Wire, refuse

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOBODY = "for full members of this company's Slack"
TYPED = "Helvetia: <Druck> & Preis"


@pytest.fixture
def slack(store: SqlStore, company: Company, wire: Wire) -> Slack:
    """Slack at the payload level whose directory answers over real HTTP."""
    return with_directory(Slack(store, company), wire)


def with_directory(slack: Slack, wire: Wire) -> Slack:
    slack.app.client.base_url = wire.api
    slack.app.client.retry_handlers = []
    return slack


def person(user_id: str = "UNEW", **fields: Any) -> dict[str, Any]:
    return {
        "user": {
            "id": user_id,
            "team_id": WORKSPACE,
            "name": "nia",
            "real_name": "Nia  Okafor\n",
            "tz": "Europe/Zurich",
            "locale": "en-GB",
            "profile": {"display_name": "", "email": "nia@arven.example"},
            **fields,
        }
    }


def test_somebody_unknown_is_looked_up_once_and_may_go_on(slack: Slack, wire: Wire, company: Company) -> None:
    wire.says("users.info", person())
    company.account("Helvetia")

    assert "Logged at Helvetia" in words(slack.command("UNEW", f"/kam-log {TYPED}"))
    slack.command("UNEW", "/kam-log Helvetia: again")

    assert wire.calls("users.info") == [{"user": "UNEW", "include_locale": "1"}]
    nia = company.get("UNEW")
    assert nia is not None
    assert (nia.name, nia.email, nia.locale, nia.time_zone) == (
        "Nia Okafor",
        "nia@arven.example",
        "en-GB",
        "Europe/Zurich",
    )


def test_somebody_unknown_who_floods_does_not_keep_us_asking_slack(
    store: SqlStore, company: Company, wire: Wire
) -> None:
    wire.says("users.info", refuse("internal_error"))
    slack = with_directory(Slack(store, company, limiter=Limiter(4, 100)), wire)
    answers = [slack.command("UNEW", "/kam-log Helvetia: Besuch") for _ in range(5)]

    assert len(wire.calls("users.info")) == 2
    assert "I can't check who you are just now" in words(answers[0])
    assert "That was a lot in a short time" in words(answers[4])
    assert "Helvetia: Besuch" in words(answers[4])


REFUSED: dict[str, tuple[dict[str, Any], Standing]] = {
    "guest": ({"is_restricted": True}, Standing.GUEST),
    "ultra guest": ({"is_ultra_restricted": True, "is_restricted": True}, Standing.GUEST),
    "stranger": ({"is_stranger": True}, Standing.STRANGER),
    "foreign team": ({"team_id": "T2"}, Standing.STRANGER),
    "bot": ({"is_bot": True}, Standing.BOT),
    "deactivated": ({"deleted": True}, Standing.DEACTIVATED),
}


@pytest.mark.parametrize("who", REFUSED)
def test_whoever_is_no_full_member_is_refused_and_writes_nothing(
    slack: Slack, wire: Wire, company: Company, who: str
) -> None:
    fields, standing = REFUSED[who]
    wire.says("users.info", person(**fields))

    first, second = (slack.command("UNEW", f"/kam-log {TYPED}") for _ in range(2))

    said = "is deactivated" if standing is Standing.DEACTIVATED else NOBODY
    assert said in words(first)
    assert said in words(second)
    assert first["response_type"] == "ephemeral"
    assert len(wire.calls("users.info")) == 1
    found = company.get("UNEW")
    assert found is not None
    assert found.standing is standing
    assert _count(slack, "interactions") == 0


def test_slackbot_is_a_bot(slack: Slack, wire: Wire) -> None:
    wire.says("users.info", person("USLACKBOT"))
    assert NOBODY in words(slack.command("USLACKBOT", "/kam-log x"))


def test_guests_are_refused_in_forms_buttons_and_searches_too(slack: Slack, company: Company) -> None:
    guest = company.member("Gus", standing="guest")

    answer = slack.click(guest, "log.undo", 1)

    assert (answer.status, answer.body) == (200, "")
    assert NOBODY in words(slack.modals.answers[0])
    assert slack.search(guest, "account.find") == []
    view = {"blocks": [_input("text")], "callback_id": "log", "private_metadata": "{}", "type": "modal"}
    assert NOBODY in slack.submit(guest, view)["errors"]["text"]


@pytest.mark.parametrize("code", ["user_not_found", "user_not_visible"])
def test_somebody_whom_slack_does_not_show_is_of_another_company(slack: Slack, wire: Wire, code: str) -> None:
    wire.says("users.info", refuse(code))
    assert NOBODY in words(slack.command("UALIEN", "/kam-log x"))


SILENCE = {
    "hang": Say(hang=True),
    "drop": Say(drop=True),
    "html": Say(b"<html>bad gateway</html>", status=502, content_type="text/html"),
    "html with 200": Say(b"<html>login</html>", content_type="text/html"),
    "empty": Say(b""),
    "rate limit": Say({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "30"}),
    "refusal": refuse("internal_error"),
    "nobody": Say({"ok": True}),
    "somebody else": Say({"ok": True, **person("UOTHER")}),
    "no object": Say({"ok": True, "user": {"name": "x"}}),
}


@pytest.mark.parametrize("how", SILENCE)
def test_if_slack_does_not_say_who_somebody_is_the_text_comes_back(
    slack: Slack, wire: Wire, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "scharnier")
    wire.says("users.info", SILENCE[how])
    if SILENCE[how].hang:
        slack.app.client.timeout = 0.2  # type: ignore[assignment]  # urllib takes fractions

    answer = slack.command("UNEW", "/kam-log Helvetia: &lt;Druck&gt; &amp; Preis")

    assert "I can't check who you are just now" in answer["text"]
    assert "Your text was: Helvetia: &lt;Druck&gt; &amp; Preis" in answer["text"]
    assert "Druck" not in caplog.text
    assert _count(slack, "members") == (1 if how == "somebody else" else 0)


def test_without_a_network_too(slack: Slack, wire: Wire) -> None:
    slack.app.client.base_url = "http://127.0.0.1:9/"
    assert "Your text was: x" in slack.command("UNEW", "/kam-log x")["text"]


def test_two_first_commands_at_once_make_one_member(disk: SqlStore, wire: Wire) -> None:
    slack = with_directory(Slack(disk, Company(disk)), wire)
    both = threading.Barrier(2)

    def directory(_heard: object) -> Say:
        both.wait(5)
        return Say({"ok": True, **person()})

    wire.paths["/api/users.info"] = directory
    threads = [threading.Thread(target=slack.command, args=("UNEW", "/kam help")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert _count(slack, "members") == 1


def test_another_workspace_is_refused(slack: Slack, company: Company) -> None:
    lea = company.member("Lea")
    answer = slack.app.dispatch(slack_request(team_id="T2", user_id=lea.id))
    assert "not installed in your workspace" in str(answer.body)
    assert _count(slack, "interactions") == 0


def test_until_the_workspace_is_known_nothing_is_written(slack: Slack, store: SqlStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(delete(WorkspaceRow))
    store._known.clear()

    assert "Scharnier is starting" in slack.command("UNEW", f"/kam-log {TYPED}")["text"]
    assert _count(slack, "members") == 0


@pytest.mark.parametrize(
    ("own", "locale", "german"),
    [
        ("de", "en-GB", True),
        ("en", "de-DE", False),
        (None, "de-CH", True),
        (None, "de_AT", True),
        (None, "fr-FR", False),
        (None, None, False),
    ],
)
def test_the_language_is_the_own_choice_then_slacks_then_the_default(
    slack: Slack, company: Company, own: str | None, locale: str | None, german: bool
) -> None:
    lea = company.member("Lea", language=own, locale=locale)
    answer = slack.command(lea, "/kam quatsch")
    assert ("zeigt" in answer["text"]) is german


def test_an_event_has_no_actor_and_needs_none(slack: Slack, wire: Wire, company: Company) -> None:
    company.member("Lea")

    answer = slack.event({"type": "user_change", **person("ULEA", real_name="Lea Brunner-Okafor")})

    assert answer.status == 200
    lea = company.get("ULEA")
    assert lea is not None
    assert lea.name == "Lea Brunner-Okafor"
    assert wire.heard == []


def _count(slack: Slack, table: str) -> int:
    with slack.store.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)


def _input(name: str) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "value"}
    return {"type": "input", "block_id": name, "element": element, "label": {"type": "plain_text", "text": name}}


def slack_request(**fields: str) -> Any:
    from urllib.parse import urlencode

    from slack_bolt import BoltRequest

    from tests.slack import FORM

    body = {"command": "/kam-log", "channel_id": "C1", "text": "x", "trigger_id": "t", "response_url": "", **fields}
    return BoltRequest(body=urlencode(body), headers=FORM)
