import hashlib
import hmac
import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.front import Front as Answers
from handlers.web import LARGEST_BODY, Web
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Slack

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
many = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def signed(raw: bytes, stamp: int = int(NOW.timestamp()), secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"HTTP_X_SLACK_SIGNATURE": f"v0={digest}", "HTTP_X_SLACK_REQUEST_TIMESTAMP": str(stamp)}


class Front:
    """The web front as a WSGI server calls it."""

    def __init__(self, slack: Slack, secret: str = SECRET) -> None:
        self.reasons: list[str] = []
        self.web = Web(Answers(slack.app), secret, lambda: self.reasons, lambda: slack.now)
        self.status, self.body = 0, b""
        self.headers: dict[str, str] = {}

    def send(self, raw: bytes, content_type: str = FORM, **environ: Any) -> int:
        """Post a body to Slack's address; signed unless the headers are given."""
        given = environ or signed(raw)
        return self.call("POST", "/slack/events", raw, CONTENT_TYPE=content_type, **given)

    def call(self, method: str, path: str, raw: bytes = b"", **environ: Any) -> int:
        """Make any request; return its status."""

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            self.status, self.headers = int(status.split(maxsplit=1)[0]), dict(headers)

        request = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(raw)),
            "wsgi.input": io.BytesIO(raw),
            **environ,
        }
        self.body = b"".join(self.web(request, start))
        return self.status


@pytest.fixture
def front(slack: Slack) -> Front:
    return Front(slack)


@pytest.fixture
def written(slack: Slack) -> Callable[[], int]:
    """Count every row that was written on this connection."""
    with slack.store.engine.connect() as connection:
        driver = connection.connection.driver_connection
    return lambda: int(getattr(driver, "total_changes"))  # noqa: B009  a driver's attribute


@pytest.fixture
def body(company: Company) -> bytes:
    lea = company.member("Lea")
    company.account("Helvetia", kam=lea)
    return command(lea.id, "Helvetia: the secret of the day")


COMMAND = {
    "team_id": WORKSPACE,
    "channel_id": "CX",
    "command": "/kam-log",
    "text": "Helvetia: x",
    "trigger_id": "t1",
    "response_url": "https://hooks.slack.test/1",
}


def command(user_id: str, text: str) -> bytes:
    return urlencode({**COMMAND, "user_id": user_id, "text": text}).encode()


def test_a_genuine_command_is_answered_and_saved(front: Front, body: bytes, written: Callable[[], int]) -> None:
    before = written()

    assert front.send(body) == 200

    assert b"Helvetia" in front.body
    assert front.headers["Content-Length"] == str(len(front.body))
    assert written() > before


def _without(name: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda headers: {key: value for key, value in headers.items() if not key.endswith(name)}


FORGERIES: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "no signature": _without("SIGNATURE"),
    "no time": _without("TIMESTAMP"),
    "empty signature": lambda headers: {**headers, "HTTP_X_SLACK_SIGNATURE": ""},
    "another scheme": lambda headers: {
        **headers,
        "HTTP_X_SLACK_SIGNATURE": "v1" + headers["HTTP_X_SLACK_SIGNATURE"][2:],
    },
    "upper case": lambda headers: {**headers, "HTTP_X_SLACK_SIGNATURE": headers["HTTP_X_SLACK_SIGNATURE"].upper()},
    "cut": lambda headers: {**headers, "HTTP_X_SLACK_SIGNATURE": headers["HTTP_X_SLACK_SIGNATURE"][:-1]},
    "non-ASCII signature": lambda headers: {**headers, "HTTP_X_SLACK_SIGNATURE": "v0=ü" + "0" * 63},
    "time of words": lambda headers: {**headers, "HTTP_X_SLACK_REQUEST_TIMESTAMP": "abc"},
    "time in other digits": lambda headers: {**headers, "HTTP_X_SLACK_REQUEST_TIMESTAMP": "١٢٣"},
    "time with a sign": lambda headers: {**headers, "HTTP_X_SLACK_REQUEST_TIMESTAMP": "-1"},
    "endless time": lambda headers: {**headers, "HTTP_X_SLACK_REQUEST_TIMESTAMP": "9" * 5000},
    "another second": lambda headers: {**headers, "HTTP_X_SLACK_REQUEST_TIMESTAMP": str(int(NOW.timestamp()) + 1)},
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_request_is_refused_and_writes_nothing(
    front: Front, body: bytes, written: Callable[[], int], how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = written()

    assert front.send(body, **FORGERIES[how](signed(body)), REMOTE_ADDR="127.0.0.1") == 401

    assert front.body == b"signature"
    assert written() == before
    assert "secret of the day" not in caplog.text
    assert all("\n" not in record.getMessage() and record.exc_info is None for record in caplog.records)


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400])
def test_an_old_or_future_request_is_refused(front: Front, body: bytes, seconds: int) -> None:
    assert front.send(body, **signed(body, int(NOW.timestamp()) + seconds)) == 401


@pytest.mark.parametrize("seconds", [-299, 299])
def test_a_clock_may_be_off_by_five_minutes(front: Front, body: bytes, seconds: int) -> None:
    assert front.send(body, **signed(body, int(NOW.timestamp()) + seconds)) == 200


def test_a_signature_of_another_secret_is_refused(front: Front, body: bytes) -> None:
    assert front.send(body, **signed(body, secret="another")) == 401


def test_the_same_bytes_again_are_answered_but_have_no_second_effect(
    front: Front, body: bytes, company: Company
) -> None:
    front.send(body)
    first = front.body

    assert front.send(body) == 200

    assert json.loads(front.body)["text"] == json.loads(first)["text"]
    with company.store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM interactions").scalar() == 1


class Unread(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError(size)


@pytest.mark.parametrize(
    ("length", "status"),
    [(str(LARGEST_BODY + 1), 413), ("9" * 5000, 413), ("-1", 400), ("abc", 400), ("١٢", 400), ("1.5", 400)],
)
def test_an_oversized_or_odd_length_is_refused_before_anything_is_read(front: Front, length: str, status: int) -> None:
    environ = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
    assert front.call("POST", "/slack/events", b"", **environ) == status


def test_a_body_of_the_largest_size_is_read(front: Front, body: bytes) -> None:
    padded = body + b"&x=" + b"y" * (LARGEST_BODY - len(body) - 3)
    assert front.send(padded) == 200


def test_a_body_without_a_length_counts_as_empty_unless_the_server_says_where_it_ends(
    front: Front, body: bytes
) -> None:
    chunked: dict[str, Any] = {**signed(body), "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}

    assert front.send(body, **chunked) == 401
    assert front.send(body, **{**chunked, "wsgi.input_terminated": True}) == 200
    assert front.send(b"", **signed(b""), CONTENT_LENGTH="") == 400


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"", FORM),
        (b"{", JSON),
        (b"null", JSON),
        (b"[]", JSON),
        (b"{}", JSON),
        (b'"x"', JSON),
        (b"1" * 5000, JSON),
        (b"[" * 20_000, JSON),
        (b'{"a":' * 20_000, JSON),
        (b'{"a":' * 70 + b"1" + b"}" * 70, JSON),
        (b"\xff\xfe{}", JSON),
        (b"payload=", FORM),
        (b"payload=[]", FORM),
        (b"payload=null", FORM),
        (b"payload=%7B", FORM),
        (b"payload=%7B%7D", FORM),
        (b"payload=%7B%22a%22%3A1%7D&payload=[]", FORM),
        (b"text=\xff", FORM),
        (b'{"type":"url_verification","challenge":"c"}', "text/plain"),
        (b'{"type":"url_verification","challenge":"c"}', ""),
        (b"a=1", "multipart/form-data; boundary=x"),
    ],
)
def test_what_slack_never_sends_is_a_bad_request_although_it_is_signed(
    front: Front, raw: bytes, content_type: str, written: Callable[[], int]
) -> None:
    before = written()
    assert front.send(raw, content_type) == 400
    assert written() == before


def test_slack_may_check_the_address(front: Front) -> None:
    challenge = json.dumps({"type": "url_verification", "challenge": "c0ffee", "token": "x"}).encode()

    assert front.send(challenge, "application/json; charset=utf-8") == 200
    assert b"c0ffee" in front.body
    assert front.send(b"ssl_check=1&token=x") == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/slack/events", 405, "POST"),
        ("PUT", "/slack/events", 405, "POST"),
        ("POST", "/healthz", 405, "GET, HEAD"),
        ("GET", "/", 404, None),
        ("POST", "/slack/events/", 404, None),
        ("GET", "/../etc/passwd", 404, None),
        ("HEAD", "/healthz", 200, None),
        ("GET", "/healthz", 200, None),
        ("GET", "/readyz", 200, None),
    ],
)
def test_other_addresses_and_methods(front: Front, method: str, path: str, status: int, allow: str | None) -> None:
    assert front.call(method, path) == status
    assert front.headers.get("Allow") == allow


def test_readiness_gives_its_reasons(front: Front) -> None:
    front.reasons = ["the database does not answer", "Slack has not answered yet"]

    assert front.call("GET", "/readyz") == 503
    assert front.body.decode().splitlines() == front.reasons
    assert front.call("GET", "/healthz") == 200


def test_without_a_secret_there_is_no_address_for_slack(slack: Slack) -> None:
    front = Front(slack, secret="")
    assert front.call("POST", "/slack/events", b"a=1", CONTENT_TYPE=FORM, **signed(b"a=1", secret="")) == 404


def test_a_fault_before_any_listener_is_a_plain_500_without_a_word_of_the_body(
    front: Front, slack: Slack, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(next: Callable[[], Any]) -> None:  # noqa: A002  Bolt's name
        raise LookupError("secret of the day")

    def worse(error: Exception) -> None:
        raise RuntimeError(str(error))

    slack.app._middleware_list.insert(0, slack.app._middleware_list[0])
    slack.app.middleware(broken)
    slack.app.error(worse)

    assert front.send(body) == 500
    assert front.body == b"not answered"
    assert "RuntimeError from LookupError" in caplog.text
    assert "secret of the day" not in caplog.text


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _templates(user_id: str) -> list[dict[str, Any]]:
    view = {
        "id": "V1",
        "hash": "1.a",
        "callback_id": "log",
        "private_metadata": '{"draft": 1}',
        "state": {"values": {"text": {"value": {"type": "plain_text_input", "value": "x"}}}},
    }
    common = {"team": {"id": WORKSPACE}, "user": {"id": user_id}, "trigger_id": "t9"}
    return [
        {**common, "type": "view_submission", "view": view},
        {
            **common,
            "type": "block_suggestion",
            "action_id": "account.find",
            "block_id": "b",
            "value": "x",
            "view": view,
        },
        {
            **common,
            "type": "block_actions",
            "container": {"type": "message"},
            "actions": [{"type": "button", "action_id": "log.undo", "value": "1", "block_id": "b", "action_ts": "1"}],
        },
        {**common, "type": "view_closed", "view": view},
        {**common, "type": "shortcut", "callback_id": "old"},
        {**common, "type": "message_action", "callback_id": "old", "message": {"text": "x"}},
        {
            "type": "event_callback",
            "team_id": WORKSPACE,
            "event_id": "Ev1",
            "event": {"type": "user_change", "user": {"id": "U9", "name": "x", "profile": {"email": "a@b.example"}}},
        },
        {
            "type": "event_callback",
            "team_id": WORKSPACE,
            "event_id": "Ev1",
            "event": {"type": "channel_archive", "channel": "C1"},
        },
    ]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from _places(part, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(copy[path[0]], path[1:], new)
    return copy


@many
@given(data=st.data())
def test_a_signed_request_of_any_shape_is_answered_or_refused_never_a_fault(
    front: Front, slack: Slack, data: Any
) -> None:
    lea = slack.company.get("UFUZZ") or slack.company.member("Lea", id="UFUZZ")
    template = data.draw(st.sampled_from(_templates(lea.id)))
    place = data.draw(st.sampled_from(list(_places(template))))
    raw = json.dumps(_replaced(template, place, data.draw(JSON_VALUES))).encode()
    as_json = template["type"] == "event_callback"

    status = front.send(raw, JSON) if as_json else front.send(urlencode({"payload": raw.decode()}).encode())

    assert status in {200, 400}


@few
@given(data=st.data())
def test_a_command_of_any_fields_is_answered_or_refused(front: Front, slack: Slack, data: Any) -> None:
    lea = slack.company.get("UFUZZ") or slack.company.member("Lea", id="UFUZZ")
    fields = data.draw(
        st.dictionaries(
            st.sampled_from(["team_id", "command", "text", "trigger_id", "response_url", "user"]), st.text()
        )
    )
    raw = urlencode({**COMMAND, "user_id": lea.id, **fields}).encode()
    assert front.send(raw) in {200, 400}


@many
@given(data=st.data())
def test_nothing_is_written_without_a_valid_signature(
    front: Front, body: bytes, written: Callable[[], int], data: Any
) -> None:
    before = written()
    at = data.draw(st.integers(0, len(body) - 1))
    changed = data.draw(
        st.sampled_from(
            [
                body[:at],
                body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :],
                body + b"&text=x",
                body[::-1],
            ]
        )
        | st.binary(min_size=1, max_size=80)
    )
    length = data.draw(st.sampled_from([str(len(changed)), "0", "-3", "x", str(10**7), ""]))
    content_type = data.draw(st.sampled_from([FORM, JSON, "", "text/plain", "\x00"]))

    status = front.send(changed, content_type, **{**signed(body), "CONTENT_LENGTH": length})

    assert status in {400, 401, 413}
    assert written() == before


@many
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "", "G\x00T"]),
    path=st.sampled_from(["/slack/events", "/healthz", "/readyz"]) | st.text(max_size=20),
)
def test_any_method_and_path_gets_a_plain_answer(front: Front, method: str, path: str) -> None:
    assert front.call(method, path) in {200, 400, 401, 404, 405}


def test_an_hour_later_a_recorded_request_is_worthless(front: Front, slack: Slack, body: bytes) -> None:
    recorded = signed(body)
    slack.now += timedelta(hours=1)
    assert front.send(body, **recorded) == 401
