import logging

import pytest
from slack_sdk import WebClient

from handlers import payloads
from handlers.modals import ModalNotOpened, Modals
from handlers.payloads import Click
from tests.wire import Say, Wire, refuse

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VIEW = {"type": "modal", "callback_id": "log", "private_metadata": "{}", "blocks": []}
OLD = payloads.View(id="V1", hash="1.a")


@pytest.fixture
def modals(wire: Wire) -> Modals:
    return Modals(WebClient(token="xoxb-1", base_url=wire.api, timeout=1, retry_handlers=[]))


BAD = {
    "hang": Say(hang=True),
    "drop": Say(drop=True),
    "page": Say(b"<html>", status=502, content_type="text/html"),
    "empty": Say(b""),
    "used up": refuse("expired_trigger_id"),
    "no words": Say(b"[]"),
}


def test_a_form_is_opened_by_the_trigger_and_changed_by_its_hash(modals: Modals, wire: Wire) -> None:
    modals.open("t1", VIEW)
    modals.update(OLD, VIEW)

    assert wire.calls("views.open")[0]["trigger_id"] == "t1"
    (changed,) = wire.calls("views.update")
    assert (changed["view_id"], changed["hash"]) == ("V1", "1.a")


@pytest.mark.parametrize("how", BAD)
def test_a_form_that_slack_does_not_open_is_told(modals: Modals, wire: Wire, how: str) -> None:
    wire.says("views.open", BAD[how])
    wire.says("views.update", BAD[how])
    if BAD[how].hang:
        modals._client.timeout = 0.2  # type: ignore[assignment]  # urllib takes fractions

    with pytest.raises(ModalNotOpened) as refused:
        modals.open("t1", VIEW)
    assert refused.value.view == VIEW
    with pytest.raises(ModalNotOpened):
        modals.update(OLD, VIEW)


@pytest.mark.parametrize("code", ["not_found", "hash_conflict"])
def test_a_form_closed_or_changed_meanwhile_is_left_as_it_is(modals: Modals, wire: Wire, code: str) -> None:
    wire.says("views.update", refuse(code))
    modals.update(OLD, VIEW)


def test_a_failed_click_is_answered_without_the_outbox(modals: Modals, wire: Wire) -> None:
    modals.answer(f"{wire.url}/hook", {"text": "Sorry", "blocks": []})

    assert wire.heard[0].arguments == {
        "text": "Sorry",
        "blocks": [],
        "response_type": "ephemeral",
        "replace_original": False,
    }


def test_an_answer_that_cannot_be_posted_is_noted_without_its_text(
    modals: Modals, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.paths["/hook"] = Say(drop=True)
    for url in (f"{wire.url}/hook", "http://127.0.0.1:9/", "no url"):
        modals.answer(url, {"text": "secret", "blocks": []})
    noted = [record for record in caplog.records if record.name.startswith("scharnier")]
    assert len(noted) == 3
    assert {record.levelno for record in noted} == {logging.WARNING}
    assert "secret" not in caplog.text


def test_a_button_in_a_message_has_no_form() -> None:
    body = {"team": {"id": "T1"}, "user": {"id": "U1"}, "actions": [{"action_id": "log.more"}]}
    with pytest.raises(LookupError):
        Modals.view_of(Click.read(body))
    assert Modals.view_of(Click.read({**body, "view": {"id": "V1"}})).id == "V1"
