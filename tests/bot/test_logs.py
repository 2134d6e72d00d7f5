import io
import json
import logging
from typing import Any

import pytest

from bot import faults, logs

TOKENS = [
    "xoxb-123-456-abcDEF",
    "xoxe.xoxp-1-Mi0yLTEy",
    "xapp-1-A0-1-secret",
    "postgresql+psycopg://lea:geheim@db/scharnier",
    "https://hooks.slack.com/commands/T1/22/key",
    "http://127.0.0.1:9/actions/T1/key-of-a-click",
]


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_its_facts(log: io.StringIO) -> None:
    logging.getLogger("scharnier.front").info("answered %s", "now", extra=logs.facts(name="view log", ms=3.5))

    (line,) = read(log)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "scharnier.front",
        "message": "answered now",
        "name": "view log",
        "ms": 3.5,
    }


def test_everything_of_one_request_bears_its_id_and_the_next_has_another(log: io.StringIO) -> None:
    ours = logging.getLogger("scharnier")
    with logs.request() as first:
        ours.info("a")
        assert logs.request_id() == first
        ours.info("b")
    with logs.request() as second:
        ours.info("c")
    ours.info("d")

    assert [line.get("request") for line in read(log)] == [first, first, second, None]
    assert first != second
    assert logs.request_id() != logs.request_id(), "outside of a request there is none to share"


@pytest.mark.parametrize("token", TOKENS)
def test_no_key_reaches_the_log_wherever_it_stands(log: io.StringIO, token: str) -> None:
    secret = (
        token.rsplit("-", 1)[-1]
        if token.startswith("xo")
        else token.rsplit("//", maxsplit=1)[-1].split("@", maxsplit=1)[0]
    )
    try:
        int(token)
    except ValueError:
        logging.getLogger("scharnier").exception("could not read %s", token)

    assert secret not in log.getvalue()
    assert "***" in log.getvalue()


def test_a_line_break_cannot_forge_a_line(log: io.StringIO) -> None:
    logging.getLogger("scharnier").warning('x\r\n{"level":"ERROR"}\u2028\x85y')
    assert len(log.getvalue().splitlines()) == 1


def test_a_fault_is_written_by_class_and_place_only(log: io.StringIO) -> None:
    said = "Rabatt 40 Prozent"
    try:
        int(said)
    except ValueError as error:
        logging.getLogger("scharnier").error(  # noqa: TRY400  the place is given without the message
            "failed: %s", faults.name(error), exc_info=faults.place(error)
        )

    (line,) = read(log)
    assert "test_logs.py" in line["place"]
    assert "Rabatt" not in log.getvalue()


def test_others_speak_up_from_warnings_on_even_when_we_debug(log: io.StringIO) -> None:
    logging.getLogger("sqlalchemy.engine").info("INSERT … 'geheim'")
    logging.getLogger("slack_sdk.web").debug("payload 'geheim'")
    logging.getLogger("scharnier.worker").debug("ours")
    assert [line["message"] for line in read(log)] == ["ours"]
