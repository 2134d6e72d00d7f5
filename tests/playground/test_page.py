"""What the browser page is given: its files, the sidebar, pages of messages, news; and who is kept away."""

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.front import PAGE
from playground.robot import Person, Playground, Refused
from playground.windows import Windows


@pytest.fixture
def http(slack: Playground) -> Iterator[httpx.Client]:
    """Call the playground as a browser does."""
    with httpx.Client(base_url=slack.url) as client:
        yield client


def texts(page: dict[str, Any]) -> list[str]:
    return [message["text"] for message in page["messages"]]


def test_the_page_and_its_files_are_served(http: httpx.Client) -> None:
    index = http.get("/")
    assert index.headers["content-type"] == "text/html; charset=utf-8"
    assert index.text == (PAGE / "index.html").read_text(encoding="utf-8")
    module, style = http.get("/page/js/dom.js"), http.get("/page/css/base.css")
    assert module.headers["content-type"] == "text/javascript; charset=utf-8"
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    for answer in (index, module, style):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
    assert http.get("/page/../server.py").status_code == 404
    assert http.get("/page/%2e%2e/server.py").status_code == 404


FOREIGN = {
    "another name for this machine": {"Host": "evil.example"},
    "a name that only begins like it": {"Host": "127.0.0.1.evil.example"},
    "no name": {"Host": ""},
    "a broken name": {"Host": "["},
    "another site": {"Origin": "http://evil.example"},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "a hidden origin": {"Origin": "null"},
}
OTHER_PAGES = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("case", FOREIGN)
def test_other_sites_pages_are_kept_away_from(case: str, slack: Playground, http: httpx.Client) -> None:
    for method, path in (("GET", "/"), ("GET", "/page/js/dom.js"), ("GET", "/_play/directory")):
        assert http.request(method, path, headers=FOREIGN[case]).status_code == 403
    slack.rules(tokens=False)
    assert http.post("/_play/reset", headers=FOREIGN[case]).status_code == 403
    assert http.delete("/_play/fault", headers=FOREIGN[case]).status_code == 403
    assert slack.get("rules")["rules"]["tokens"] is False


@pytest.mark.parametrize("headers", OTHER_PAGES)
def test_another_sites_page_cannot_call_the_web_api_with_the_token_that_everybody_knows(
    headers: dict[str, str], slack: Playground, http: httpx.Client
) -> None:
    call = {"token": "xoxb-playground", "channel": "C0HELV", "text": "From elsewhere"}
    assert http.post("/api/chat.postMessage", data=call, headers=headers).status_code == 403
    assert http.get("/api/chat.postMessage", params=call, headers=headers).status_code == 403
    assert http.get("/_play/directory", headers=headers).status_code == 403
    assert slack.traffic() == []


def test_a_link_on_another_site_may_lead_to_the_page(http: httpx.Client) -> None:
    assert http.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_the_own_page_is_let_in_by_either_name(slack: Playground, http: httpx.Client) -> None:
    port = httpx.URL(slack.url).port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "localhost"):
        own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert http.post("/_play/rules", json={}, headers=own).status_code == 200


def test_the_web_api_does_not_care_about_names(http: httpx.Client) -> None:
    answer = http.post("/api/auth.test", headers={"Host": "slack.example", "Authorization": "Bearer x"})
    assert answer.json()["error"] == "invalid_auth"


def test_nonsense_is_refused_with_a_sentence(slack: Playground, http: httpx.Client) -> None:
    for body in (b"{", b"[]", b'"x"'):
        assert http.post("/_play/command", content=body).status_code == 400
    assert http.get("/_play/traffic", params={"after": "x"}).status_code == 400
    assert http.get("/_play/listen").status_code == 400
    for name in ("state", "sidebar", "person"):
        assert http.get(f"/_play/{name}").json()["error"] == "missing: 'user'"
        with pytest.raises(Refused):
            slack.get(name, user="U0NOBODY")


def test_the_directory_says_who_people_are_and_what_the_app_has(slack: Playground) -> None:
    directory = slack.get("directory")
    people = {person["name"]: person for person in directory["people"]}
    assert people["lea.brunner"]["title"] == "KAM"
    assert people["fara"]["is_stranger"] is True
    assert people["otto"]["deleted"] is True
    assert directory["app"] == {
        "user_id": "U0BOT",
        "name": "scharnier",
        "home_tab": True,
        "messages_tab": True,
        "installed": True,
    }
    assert directory["commands"][0] == {"name": "/kam", "description": "Everything", "usage_hint": "[anything]"}
    assert {item["type"] for item in directory["shortcuts"]} == {"message", "global"}


def test_the_sidebar_has_the_persons_own_channels(slack: Playground, lea: Person, tom: Person) -> None:
    names = [channel["name"] for channel in slack.get("sidebar", user=lea.id)["channels"]]
    assert names == ["acct-helvetia", "done", "hidden", "open", "talk"]
    own = {channel["name"]: channel for channel in slack.get("sidebar", user=tom.id)["channels"]}
    assert set(own) == {"acct-helvetia", "talk"}
    assert (own["acct-helvetia"]["is_member_app"], own["talk"]["is_member_app"]) == (True, False)
    slack.post("channel", id="C0OPEN", set={"members": ["U0LEA", "U0TOM"], "name": "ours", "is_ext_shared": True})
    shared = next(item for item in slack.get("sidebar", user=tom.id)["channels"] if item["id"] == "C0OPEN")
    assert (shared["name"], shared["is_ext_shared"], shared["is_private"]) == ("ours", True, False)


def test_what_the_seed_says_was_written_and_read(slack: Playground, lea: Person) -> None:
    page = slack.get("messages", user=lea.id, channel="C0TALK")
    assert texts(page) == ["Lunch at noon", "Fine for <@U0LEA> &amp; me?"]
    assert [message["user"] for message in page["messages"]] == ["U0LEA", "U0TOM"]
    talk = next(item for item in slack.get("sidebar", user=lea.id)["channels"] if item["id"] == "C0TALK")
    assert (talk["unread"], talk["last_ts"]) == (0, page["messages"][1]["ts"])
    assert lea.types("Sure", channel="#talk").ts > talk["last_ts"]


def unread(slack: Playground, person: Person, channel: str) -> int:
    sidebar = slack.get("sidebar", user=person.id)
    rooms = [*sidebar["channels"], *sidebar["dms"], {"id": "app", **sidebar["app"]}]
    return int(next(room["unread"] for room in rooms if room["id"] == channel))


def test_what_others_wrote_is_unread_until_it_is_read(slack: Playground, lea: Person, tom: Person) -> None:
    first = lea.types("One", channel="#acct-helvetia")
    second = lea.types("Two", channel="#acct-helvetia")
    lea.types("In a thread", channel="#acct-helvetia", thread=first)
    assert (unread(slack, tom, "C0HELV"), unread(slack, lea, "C0HELV")) == (2, 0)
    slack.post("read", user=tom.id, channel="C0HELV", ts=first.ts)
    assert unread(slack, tom, "C0HELV") == 1
    slack.post("read", user=tom.id, channel="C0HELV", ts=second.ts)
    slack.post("read", user=tom.id, channel="C0HELV", ts=first.ts)
    assert unread(slack, tom, "C0HELV") == 0
    with pytest.raises(Refused):
        slack.post("read", user=tom.id, channel="C0OPEN", ts=first.ts)


def test_answering_reads_what_was_before(slack: Playground, lea: Person, tom: Person, web: WebClient) -> None:
    web.chat_postMessage(channel="C0HELV", text="From the app")
    assert unread(slack, lea, "C0HELV") == 1
    lea.types("Seen", channel="#acct-helvetia")
    assert (unread(slack, lea, "C0HELV"), unread(slack, tom, "C0HELV")) == (0, 2)


def test_a_message_that_is_deleted_is_no_more_unread(slack: Playground, lea: Person, web: WebClient) -> None:
    posted = web.chat_postMessage(channel="U0LEA", text="Oops")
    assert unread(slack, lea, "app") == 1
    web.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert unread(slack, lea, "app") == 0
    assert slack.get("messages", user=lea.id, channel="dm")["messages"] == []


def test_a_conversation_comes_in_pages_without_gaps(slack: Playground, lea: Person, web: WebClient) -> None:
    for n in range(7):
        lea.types(str(n), channel="#acct-helvetia")
        if n == 3:
            web.chat_postEphemeral(channel="C0HELV", user=lea.id, text="only you")
    newest = slack.get("messages", user=lea.id, channel="C0HELV", limit=3)
    assert (texts(newest), newest["has_more"]) == (["4", "5", "6"], True)
    middle = slack.get("messages", user=lea.id, channel="C0HELV", limit=3, before=newest["messages"][0]["ts"])
    assert (texts(middle), middle["has_more"]) == (["1", "2", "3", "only you"], True)
    oldest = slack.get("messages", user=lea.id, channel="C0HELV", limit=3, before=middle["messages"][0]["ts"])
    assert (texts(oldest), oldest["has_more"]) == (["0"], False)
    with pytest.raises(Refused):
        slack.get("messages", user="U0FAR", channel="C0HELV")


def test_a_thread_stands_beside_the_channel(slack: Playground, lea: Person, tom: Person, web: WebClient) -> None:
    slack.rules(post_pace=False)
    root = lea.types("Root", channel="#acct-helvetia")
    tom.types("First reply", channel="#acct-helvetia", thread=root)
    web.chat_postMessage(channel="C0HELV", text="Second", thread_ts=root.ts)
    last = web.chat_postMessage(channel="C0HELV", text="For all", thread_ts=root.ts, reply_broadcast=True)
    page = slack.get("messages", user=lea.id, channel="C0HELV")
    assert texts(page) == ["Root", "For all"]
    summary = {key: page["messages"][0][key] for key in ("reply_count", "reply_users", "latest_reply")}
    assert summary == {"reply_count": 3, "reply_users": ["U0TOM", "U0BOT"], "latest_reply": last["ts"]}
    thread = slack.get("messages", user=lea.id, channel="C0HELV", thread_ts=root.ts)
    assert texts(thread) == ["Root", "First reply", "Second", "For all"]
    tail = slack.get("messages", user=lea.id, channel="C0HELV", thread_ts=root.ts, limit=1)
    assert (texts(tail), tail["has_more"]) == (["For all"], True)
    history = web.conversations_history(channel="C0HELV")["messages"]
    assert [message["text"] for message in history] == ["For all", "Root"]


def test_two_people_write_to_each_other_and_the_app_does_not_hear(
    slack: Playground, lea: Person, tom: Person, web: WebClient
) -> None:
    channel = slack.post("dm", user=lea.id, **{"with": tom.id})["channel"]
    assert slack.post("dm", user=tom.id, **{"with": lea.id})["channel"] == channel
    before = slack.mark()
    lea.types("Between us", channel=channel)
    assert slack.traffic(before) == []
    dms = slack.get("sidebar", user=tom.id)["dms"]
    assert [(item["id"], item["with"], item["unread"]) for item in dms] == [(channel, lea.id, 1)]
    assert [message.text for message in tom.reads(channel)] == ["Between us"]
    with pytest.raises(Exception, match="channel_not_found"):
        web.chat_postMessage(channel=channel, text="Let me in")
    with pytest.raises(Refused):
        slack.get("messages", user="U0FAR", channel=channel)
    with pytest.raises(Refused, match="nobody active"):
        slack.post("dm", user=lea.id, **{"with": "U0OLD"})
    assert (
        slack.post("dm", user=lea.id, **{"with": "U0BOT"})["channel"]
        == slack.get("sidebar", user=lea.id)["app"]["channel"]
    )


def test_a_reaction_is_added_and_taken_away(slack: Playground, lea: Person) -> None:
    said = lea.types("Nice", channel="#acct-helvetia")
    where = {"user": lea.id, "channel": "C0HELV", "ts": said.ts, "name": "eyes"}

    def reactions() -> Any:
        return slack.get("messages", user=lea.id, channel="C0HELV")["messages"][-1].get("reactions")

    for _ in range(2):
        slack.post("react", **where)
    assert reactions() == [{"name": "eyes", "users": [lea.id], "count": 1}]
    for _ in range(2):
        slack.post("react", **where, remove=True)
    assert reactions() == []


def test_a_notice_is_dismissed_by_the_person_it_is_for(slack: Playground, lea: Person, tom: Person) -> None:
    slack.bot_at("http://127.0.0.1:9/nobody")
    for person in (lea, tom):
        person.uses_shortcut("Log something")
    notice = slack.get("person", user=lea.id)["toasts"][0]
    assert (notice["kind"], notice["text"]) == ("error", "Die App hat nicht geantwortet (dispatch_failed).")
    slack.post("toast", user=tom.id, id=notice["id"])
    assert len(lea.toasts()) == 1
    slack.post("toast", user=lea.id, id=notice["id"])
    slack.post("toast", user=lea.id, id=notice["id"])
    assert lea.toasts() == []
    assert tom.toasts() == ["The app did not respond (dispatch_failed)."]


class Window:
    """An open browser window as the server sees it."""

    def __init__(self, slack: Playground, user: str) -> None:
        self.told: list[dict[str, Any]] = []
        self._heard = threading.Condition()
        self._answer = slack._http.build_request("GET", "/_play/listen", params={"user": user})
        self._client = httpx.Client(base_url=slack.url, timeout=10)
        self._stream = self._client.send(self._answer, stream=True)
        self._lines = self._stream.iter_lines()
        assert next(self._lines).startswith("retry:")
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            for line in self._lines:
                if line.startswith("data: "):
                    with self._heard:
                        self.told.append(json.loads(line.removeprefix("data: ")))
                        self._heard.notify_all()
        except httpx.HTTPError:
            pass

    def waits_for(self, **wanted: Any) -> dict[str, Any]:
        """Return the first news that says all this."""

        def met() -> dict[str, Any] | None:
            return next((news for news in self.told if wanted.items() <= news.items()), None)

        with self._heard:
            assert self._heard.wait_for(met, 5), self.told
            found = met()
        assert found is not None
        return found

    def close(self) -> None:
        self._stream.close()
        self._client.close()


@pytest.fixture
def window(slack: Playground, lea: Person) -> Iterator[Window]:
    """Open a window in front of Lea."""
    opened = Window(slack, lea.id)
    yield opened
    opened.close()


def test_a_window_hears_of_messages_in_own_channels_only(window: Window, slack: Playground, tom: Person) -> None:
    slack.post("channel", id="C0OPEN", set={"members": ["U0TOM"]})
    window.waits_for(directory=True)
    tom.types("Not for you", channel="#open")
    tom.types("For you", channel="#acct-helvetia")
    news = window.waits_for(channels=["C0HELV"])
    assert (news["sidebar"], news["person"]) == (True, False)
    assert not any("C0OPEN" in told["channels"] for told in window.told)


def test_a_window_hears_of_own_ephemerals_only(window: Window, web: WebClient, slack: Playground) -> None:
    web.chat_postEphemeral(channel="C0HELV", user="U0TOM", text="for Tom")
    slack.post("read", user="U0LEA", channel="C0TALK", ts="1.000000")
    window.waits_for(sidebar=True)
    assert not any(told["channels"] for told in window.told)
    web.chat_postEphemeral(channel="C0HELV", user="U0LEA", text="for Lea")
    window.waits_for(channels=["C0HELV"], sidebar=False)


def test_a_window_hears_of_notices_reads_changes_and_the_reset(window: Window, slack: Playground, lea: Person) -> None:
    slack.bot_at("http://127.0.0.1:9/nobody")
    lea.uses_shortcut("Log something")
    window.waits_for(person=True)
    slack.post("read", user=lea.id, channel="C0TALK", ts="1.000000")
    window.waits_for(sidebar=True, directory=False)
    slack.post("user", id="U0TOM", set={"title": "Head"})
    window.waits_for(directory=True)
    slack.reset()
    window.waits_for(channels=["C0DONE", "C0HELV", "C0HIDE", "C0OPEN", "C0TALK"], person=True, directory=True)


def test_a_window_that_was_closed_is_forgotten(
    http: httpx.Client, web: WebClient, slack: Playground, lea: Person
) -> None:
    def notices_of_a_call_to_something_unknown() -> int:
        before = len(lea.toasts())
        with pytest.raises(SlackApiError, match="unknown_method"):
            web.api_call("chat.shout")
        return len(lea.toasts()) - before

    with http.stream("GET", "/_play/listen", params={"user": lea.id}) as window:
        lines = window.iter_lines()
        assert next(lines).startswith("retry:")
        assert notices_of_a_call_to_something_unknown() == 1
    told = [notices_of_a_call_to_something_unknown() for _ in range(10)]  # the server hears of the end a little later
    assert told[-1] == 0


def test_what_changes_before_a_window_is_told_comes_in_one_piece() -> None:
    async def listen() -> list[dict[str, Any]]:
        windows = Windows()
        told = windows.told("U0LEA")
        await anext(told)
        windows.changed({"U0LEA"}, channel="C2", sidebar=True)
        windows.changed({"U0LEA", "U0TOM"}, channel="C1")
        windows.changed({"U0TOM"}, channel="C3", directory=True)
        windows.logged()
        first = await anext(told)
        windows.logged()
        second = await anext(told)
        windows.end()
        assert [rest async for rest in told] == []
        assert windows.people() == set()
        return [json.loads(event.partition("data: ")[2]) for event in (first, second)]

    quiet = {"channels": [], "person": False, "sidebar": False, "directory": False}
    assert asyncio.run(listen()) == [
        {**quiet, "channels": ["C1", "C2"], "sidebar": True, "traffic": 1},
        {**quiet, "traffic": 2},
    ]


def test_a_short_log_leaves_payloads_out(web: WebClient, slack: Playground) -> None:
    with pytest.raises(Exception, match="invalid_blocks"):
        web.chat_postMessage(channel="C0HELV", text="x", blocks=[{"type": "poem"}])
    web.auth_test()
    request, answer, *rest = slack.get("traffic", brief=1)["entries"]
    assert "payload" not in request
    assert (request["channel"], request["user"]) == ("C0HELV", None)
    assert (answer["error"], answer["status"]) == ("invalid_blocks", 200)
    assert answer["reasons"] == ["[ERROR] unsupported type: poem [json-pointer:/blocks/0/type]"]
    page = slack.get("traffic", after=1, limit=2)
    assert ([entry["n"] for entry in page["entries"]], page["last"]) == ([2, 3], 4)
    whole = slack.get("traffic", exchange=request["exchange"])["entries"]
    assert [entry["phase"] for entry in whole] == ["request", "answer"]
    assert whole[0]["payload"]["blocks"] == [{"type": "poem"}]
    assert slack.get("traffic", exchange=99)["entries"] == []
    assert len(rest) == 2


def test_a_short_log_says_which_scope_was_missing(web: WebClient, slack: Playground) -> None:
    slack.post("channel", id="C0HIDE", set={"members": ["U0LEA", "U0BOT"]})
    with pytest.raises(SlackApiError, match="missing_scope"):
        web.conversations_history(channel="C0HIDE")
    request, answer = slack.get("traffic", brief=1)["entries"]
    assert answer["needed"] == "groups:history"
    assert "chat:write" in answer["provided"].split(",")
    assert "needed" not in request


def test_the_log_keeps_what_was_said_then(web: WebClient, slack: Playground, lea: Person) -> None:
    posted = web.chat_postMessage(channel="C0HELV", text="Then")
    lea.types("noise", channel="#acct-helvetia")
    slack.post("react", user=lea.id, channel="C0HELV", ts=posted["ts"], name="eyes")
    web.chat_update(channel="C0HELV", ts=posted["ts"], text="Now")
    answer = slack.traffic()[1]["payload"]["message"]
    assert (answer["text"], answer.get("reactions"), answer.get("edited")) == ("Then", None, None)
