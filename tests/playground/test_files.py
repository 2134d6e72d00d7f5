"""Files come in three steps, are seen only by whom they were shared with, and stand on the page as pictures."""

import io
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.files import LARGEST
from playground.robot import Person, Playground


def png(colour: str = "red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 20), colour).save(written, "PNG")
    return written.getvalue()


def announced(web: WebClient, content: bytes, name: str = "map.png") -> tuple[str, str]:
    answer = web.files_getUploadURLExternal(filename=name, length=len(content))
    return answer["upload_url"], answer["file_id"]


def uploaded(web: WebClient, content: bytes, name: str = "map.png") -> str:
    url, file_id = announced(web, content, name)
    assert httpx.post(url, content=content).status_code == 200
    return file_id


def refusal(web: WebClient, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        web.files_completeUploadExternal(**arguments)
    return str(caught.value.response["error"])


def test_a_file_is_announced_received_and_shared_as_one_message(web: WebClient, lea: Person) -> None:
    channel = web.conversations_open(users="U0LEA")["channel"]["id"]
    file_id = uploaded(web, png())
    shared = web.files_completeUploadExternal(
        files=[{"id": file_id, "title": "Helvetia · Map"}], channel_id=channel, initial_comment="Here it is"
    )

    (message,) = web.conversations_history(channel=channel)["messages"]
    assert message["files"][0]["name"] == "map.png"
    assert message["files"] == shared["files"]
    assert httpx.get(message["files"][0]["url_private"]).content == png()
    assert lea.waits_for("Here it is").text == "Here it is\n(file: Helvetia · Map)"


def test_the_sdks_own_upload_works_as_with_slack(web: WebClient) -> None:
    channel = web.conversations_open(users="U0LEA")["channel"]["id"]
    web.files_upload_v2(channel=channel, content=png(), filename="map.png", title="Map")

    assert web.conversations_history(channel=channel)["messages"][0]["files"][0]["title"] == "Map"


def test_nobody_sees_a_file_that_was_not_shared(web: WebClient) -> None:
    channel = web.conversations_open(users="U0LEA")["channel"]["id"]
    web.files_completeUploadExternal(files=[{"id": uploaded(web, png()), "title": "x"}])

    assert web.conversations_history(channel=channel)["messages"] == []


def test_what_is_not_there_yet_cannot_be_shared(web: WebClient, slack: Playground) -> None:
    _, file_id = announced(web, png())
    channel = web.conversations_open(users="U0LEA")["channel"]["id"]

    assert refusal(web, files=[{"id": file_id, "title": "x"}], channel_id=channel) == "file_not_found"
    assert refusal(web, files=[{"id": "F0NONE", "title": "x"}], channel_id=channel) == "file_not_found"
    assert httpx.get(slack.api.replace("/api/", f"/files/{file_id}")).status_code == 404


def test_content_comes_once_and_as_long_as_announced(web: WebClient) -> None:
    url, _ = announced(web, png())
    assert httpx.post(url, content=b"short").status_code == 400

    url, _ = announced(web, png())
    assert [httpx.post(url, content=png()).status_code for _ in range(2)] == [200, 400]


def test_arguments_that_slack_refuses_are_refused(web: WebClient) -> None:
    file_id = uploaded(web, png())
    files = [{"id": file_id, "title": "x"}]

    assert refusal(web, files=files, channel_id="U0LEA") == "invalid_arguments"
    assert refusal(web, files=files, channel_id="C0NOWHERE") == "channel_not_found"
    assert refusal(web, files=[], channel_id="D0LEA") == "invalid_arguments"
    for length in (0, LARGEST + 1):
        with pytest.raises(SlackApiError):
            web.files_getUploadURLExternal(filename="x.png", length=length)


def test_a_fault_can_strike_each_step(web: WebClient, slack: Playground) -> None:
    url, file_id = announced(web, png())
    slack.fault("upload", "http", status=503, body="", times=1)
    assert httpx.post(url, content=png()).status_code == 503
    assert httpx.post(url, content=png()).status_code == 200

    channel = web.conversations_open(users="U0LEA")["channel"]["id"]
    slack.fault("files.completeUploadExternal", "drop", channel=channel, times=1)
    with pytest.raises(Exception):  # noqa: B017, PT011  whatever the SDK makes of a cut connection
        web.files_completeUploadExternal(files=[{"id": file_id, "title": "x"}], channel_id=channel)
    assert len(web.conversations_history(channel=channel)["messages"]) == 1


def test_the_page_shows_a_picture_where_it_was_shared(page: Page, slack: Playground, web: WebClient) -> None:
    channel = web.conversations_open(users="U0LEA")["channel"]["id"]
    files: list[dict[str, str | None]] = [{"id": uploaded(web, png()), "title": "Helvetia · Map"}]
    web.files_completeUploadExternal(files=files, channel_id=channel, initial_comment="Here it is")
    page.goto(f"{slack.url}/?as=U0LEA&channel={channel}")

    picture = page.get_by_role("img", name="Helvetia · Map")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [40, 20]
    assert picture.locator("xpath=..").get_attribute("href") == picture.get_attribute("src")


def test_the_page_offers_another_file_as_a_link(page: Page, slack: Playground, web: WebClient) -> None:
    channel = web.conversations_open(users="U0LEA")["channel"]["id"]
    script = b"<script>document.title = 'run'</script>"
    files: list[dict[str, str | None]] = [{"id": uploaded(web, script, "notes.html"), "title": "<b>Notes</b>"}]
    web.files_completeUploadExternal(files=files, channel_id=channel)
    page.goto(f"{slack.url}/?as=U0LEA&channel={channel}")

    expect(page.get_by_role("link", name="<b>Notes</b>")).to_be_visible()
    (message,) = web.conversations_history(channel=channel)["messages"]
    served = httpx.get(message["files"][0]["url_private"])
    assert served.headers["content-type"] == "application/octet-stream"
