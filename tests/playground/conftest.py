"""A playground process and an unmodified Bolt app for the tests."""

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect
from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from playground.robot import Person, Playground
from tests.browser import launch
from tests.playground.page_blocks import CHANNEL, TOM, Payload, address

HERE = Path(__file__).parent
SECRET = "playground-signing-secret"
BOT_TOKEN = "xoxb-playground"
APP_TOKEN = "xapp-playground"


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log_message(self, *_args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let these tests talk to 127.0.0.1."""


@pytest.fixture(scope="session")
def _process() -> Iterator[Playground]:
    with Playground.start(HERE / "slack.json", HERE / "manifest.yml") as slack:
        yield slack


@pytest.fixture
def slack(_process: Playground) -> Playground:
    """Give a playground as fresh as after its start."""
    _process.post("reset")
    return _process


@pytest.fixture
def web(slack: Playground) -> WebClient:
    return WebClient(token=BOT_TOKEN, base_url=slack.api, retry_handlers=[])


@pytest.fixture
def app(slack: Playground) -> App:
    client = WebClient(token=BOT_TOKEN, base_url=slack.api, retry_handlers=[])
    app = App(client=client, signing_secret=SECRET, process_before_response=True)
    slack.post("reset")  # a Bolt app asks auth.test when it is made
    return app


@contextmanager
def served(app: App) -> Iterator[str]:
    """Serve a Bolt app over HTTP and yield its request URL."""
    with make_server("127.0.0.1", 0, SlackRequestHandler(app), _Threads, _Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/slack/events"
        server.shutdown()
        thread.join()


@pytest.fixture
def bot(app: App, slack: Playground) -> Iterator[App]:
    """Give a Bolt app that hears by HTTP."""
    with served(app) as url:
        slack.bot_at(url)
        yield app


@pytest.fixture
def socket_bot(app: App, slack: Playground) -> Iterator[App]:
    """Give a Bolt app that hears by Socket Mode."""
    web_client = WebClient(token=APP_TOKEN, base_url=slack.api)
    handler = SocketModeHandler(app, APP_TOKEN, web_client=web_client)
    handler.connect()  # type: ignore[no-untyped-call]  # the SDK gives it no types
    slack.bot_by_socket()
    slack.waits_for_sockets()
    yield app
    handler.client.auto_reconnect_enabled = False
    slack.post("disconnect", reason="cut")
    # the client's threads look up every 3 s only, so nobody waits for them
    threading.Thread(target=_end, args=(handler,), daemon=True).start()


def _end(handler: SocketModeHandler) -> None:
    # the SDK's own thread may take the cut connection away while it is being closed
    with contextlib.suppress(AttributeError):
        handler.close()  # type: ignore[no-untyped-call]  # the SDK gives it no types


@pytest.fixture
def lea(slack: Playground) -> Person:
    return slack.person("Lea Brunner")


@pytest.fixture
def tom(slack: Playground) -> Person:
    return slack.person("Tom Ward")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launch() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser, slack: Playground) -> Iterator[Page]:
    """Give a page; an error in its scripts fails the test."""
    errors: list[Exception] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108  Playwright marks the function it is given
    page.route(re.compile(r"https://\w+\.example/"), lambda route: route.abort())
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def shows(page: Page, slack: Playground, web: WebClient) -> Callable[..., Locator]:
    """Post blocks and return the message as it stands on a person's page."""

    def post(*blocks: Payload, user: str = TOM) -> Locator:
        web.chat_postMessage(channel=CHANNEL, text="a message", blocks=list(blocks))
        page.goto(address(slack, user))
        message = page.get_by_role("article").filter(has=page.locator(".block")).first
        expect(message).to_be_visible()
        return message

    return post


@pytest.fixture
def goes_deaf(page: Page) -> Callable[[], None]:
    """Let the page hear of no message any more, once what it is asking for just now is answered."""
    asking: set[Request] = set()
    page.on("request", lambda asked: asking.add(asked))  # noqa: PLW0108  Playwright marks the function it is given
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda asked: asking.discard(asked))  # noqa: PLW0108  as above

    def deafen() -> None:
        page.route("**/_play/messages*", lambda route: route.abort())
        while any("/_play/messages" in asked.url for asked in asking):
            page.wait_for_timeout(20)

    return deafen
