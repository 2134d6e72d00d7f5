"""Three servers for one comparison: the bot, the same statements without Bolt, and Bolt that only acknowledges."""

import json
import os
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from slack_bolt import Ack, App, BoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot.app import build
from bot.clock import utc_now
from bot.config import Settings
from bot.domain.delivery import ReplyTo
from bot.domain.identity import ChannelId, MemberId, WorkspaceId
from bot.domain.interactions import InteractionLogged, LogLine
from bot.i18n import translator
from bot.services import interactions
from bot.views import interactions as views
from handlers.web import Environ, StartResponse, Web, is_genuine
from storage.engine import make_engine
from storage.store import SqlStore

_SECRET = os.environ.get("SLACK_SIGNING_SECRET", "")


def full() -> Web:
    """Build the bot as it is, without its worker: only the way in is measured."""
    return build(Settings()).web


def running() -> Web:
    """Build and start the bot with everything it does in the background."""
    scharnier = build(Settings())
    scharnier.start()
    return scharnier.web


def plain() -> Any:
    """Do the same work by hand: signature, form, member, service, view, JSON."""
    store = SqlStore(make_engine(os.environ["DATABASE_URL"]))

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        raw = _raw(environ)
        form = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
        now, workspace, member_id = utc_now(), WorkspaceId(form["team_id"]), MemberId(form["user_id"])
        with store.read(workspace) as tx:
            actor = tx.members.get(member_id)
        assert actor is not None
        command = LogLine(actor, form["text"], ChannelId(form["channel_id"]), form["trigger_id"], ReplyTo(member_id))
        done = interactions.log_line(store, now, command)
        assert isinstance(done, InteractionLogged)
        return _answer(start_response, json.dumps(views.logged(done, translator("en", now))).encode())

    return application


def bare() -> Any:
    """Acknowledge with Bolt, nothing else."""
    app = App(
        token_verification_enabled=False,
        request_verification_enabled=False,
        process_before_response=True,
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-1"
        ),
    )

    def acknowledge(ack: Ack) -> None:
        ack("ok")

    app.command("/kam-log")(acknowledge)
    app.command("/kam-ask")(acknowledge)

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        raw = _raw(environ)
        headers = {"content-type": environ["CONTENT_TYPE"]}
        return _answer(start_response, app.dispatch(BoltRequest(body=raw.decode(), headers=headers)).body.encode())

    return application


def _raw(environ: Environ) -> bytes:
    raw: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    stamp, signature = environ["HTTP_X_SLACK_REQUEST_TIMESTAMP"], environ["HTTP_X_SLACK_SIGNATURE"]
    assert is_genuine(_SECRET.encode(), raw, stamp, signature, utc_now())
    return raw


def _answer(start_response: StartResponse, body: bytes) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
