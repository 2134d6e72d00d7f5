import json
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from bot.domain.delivery import Failure, Posted
from bot.domain.identity import ChannelId, MemberId
from bot.ports import PostFailed
from handlers.poster import SlackPoster
from tests.wire import Say, Wire, refuse

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LEA = MemberId("ULEA")
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


@pytest.fixture
def observed() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def poster(wire: Wire, observed: list[tuple[str, str]]) -> SlackPoster:
    client = WebClient(token="xoxb-1", base_url=wire.api, timeout=1, retry_handlers=[])
    wire.says("files.getUploadURLExternal", {"upload_url": f"{wire.url}/upload/1", "file_id": "F1"})
    wire.says("conversations.open", {"channel": {"id": "D9"}})
    return SlackPoster(client, lambda: NOW, lambda method, outcome: observed.append((method, outcome)))


def test_a_file_is_uploaded_where_nobody_sees_it_and_then_shared_with_one_person(
    poster: SlackPoster, wire: Wire, observed: list[tuple[str, str]]
) -> None:
    file_id = poster.stage(PNG, "key-1.png")
    assert wire.calls("files.completeUploadExternal") == []
    poster.share(LEA, file_id, "Helvetia · Map", "The map")

    assert wire.calls("files.getUploadURLExternal") == [{"filename": "key-1.png", "length": str(len(PNG))}]
    (upload,) = (heard for heard in wire.heard if heard.path == "/upload/1")
    assert upload.raw == PNG
    (shared,) = wire.calls("files.completeUploadExternal")
    assert json.loads(shared.pop("files")) == [{"id": "F1", "title": "Helvetia · Map"}]
    assert shared == {"channel_id": "D9", "initial_comment": "The map"}
    assert wire.calls("conversations.open") == [{"users": "ULEA"}]
    assert ("upload", "ok") in observed


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal", "conversations.open"])
def test_a_token_that_may_not_hand_out_files_is_good_for_everything_else(
    poster: SlackPoster, wire: Wire, method: str
) -> None:
    wire.paths[f"/api/{method}"] = refuse("missing_scope")

    with pytest.raises(PostFailed) as failed:
        poster.share(LEA, poster.stage(PNG, "k.png"), "t", "c")

    assert (failed.value.failure, failed.value.code) == (Failure.OUR_BUG, "missing_scope")


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        (Say(status=503), Failure.UNKNOWN),
        (Say(status=429, headers={"Retry-After": "3"}), Failure.NOT_DONE),
        (Say(status=413), Failure.OUR_BUG),
        (Say(drop=True), Failure.UNKNOWN),
        (Say(hang=True), Failure.UNKNOWN),
    ],
)
def test_what_a_failed_upload_means(
    poster: SlackPoster,
    wire: Wire,
    observed: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    said: Say,
    failure: Failure,
) -> None:
    monkeypatch.setattr("handlers.poster.WAIT_SECONDS", 0.2)
    wire.paths["/upload/1"] = said

    with pytest.raises(PostFailed) as failed:
        poster.stage(PNG, "k.png")

    assert failed.value.failure is failure
    assert observed[-1] == ("upload", failure)


def test_another_refusal_keeps_its_meaning(poster: SlackPoster, wire: Wire) -> None:
    wire.paths["/api/files.completeUploadExternal"] = refuse("channel_not_found")

    with pytest.raises(PostFailed) as failed:
        poster.share(LEA, "F1", "t", "c")

    assert failed.value.failure is Failure.OTHER_WAY


def test_a_file_in_doubt_is_found_by_its_name(poster: SlackPoster, wire: Wire) -> None:
    messages = [
        {"ts": "3.3", "text": "no file"},
        {"ts": "2.2", "files": [{"id": "F0", "name": "other.png"}]},
        {"ts": "1.1", "files": [{"id": "F1", "name": "key-1.png"}]},
    ]
    wire.says("conversations.history", {"messages": messages})

    assert poster.find("ULEA", "key-1", NOW) == Posted(ChannelId("D9"), "1.1")
    assert poster.find("ULEA", "key-2", NOW) is None
