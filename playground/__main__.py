"""``python -m playground``: starts the local Slack and prints where it is."""

import argparse
import asyncio
import json
import socket
import sys
import threading
from pathlib import Path

import uvicorn

from playground.control import control_routes
from playground.seed import load_manifest, load_seed
from playground.server import Slack, application
from playground.web_api import Tokens

HOST = "127.0.0.1"
POLL_SECONDS = 0.01


def arguments(argv: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--seed", type=Path, required=True, help="people and channels, JSON")
    parser.add_argument("--manifest", type=Path, required=True, help="the app's manifest, YAML")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--bot", help="the bot's request URL, for --transport http")
    parser.add_argument("--transport", choices=["http", "socket"], default="http")
    parser.add_argument("--signing-secret", default="playground-signing-secret")
    parser.add_argument("--bot-token", default="xoxb-playground")
    parser.add_argument("--app-token", default="xapp-playground")
    parser.add_argument("--parent-stdin", action="store_true", help="end when standard input is closed")
    return parser.parse_args(argv)


class Server(uvicorn.Server):
    """Lets the browser windows go before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, slack: Slack) -> None:
        super().__init__(config)
        self._slack = slack

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End."""
        self._slack.windows.end()
        await super().shutdown(sockets)


async def serve(slack: Slack, listener: socket.socket, *, parent_stdin: bool) -> None:
    """Serve until a signal comes or the parent is gone."""
    config = uvicorn.Config(
        application(slack, control_routes(slack)),
        log_level="error",
        access_log=False,
        lifespan="off",
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
    )
    server = Server(config, slack)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers a flag, no event
        await asyncio.sleep(POLL_SECONDS)
    if parent_stdin:
        threading.Thread(target=_leave_with_parent, args=(server,), daemon=True).start()
    sys.stdout.write(json.dumps({"url": slack.base_url, "api": f"{slack.base_url}/api/"}) + "\n")
    sys.stdout.flush()
    await serving


def _leave_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


def main(argv: list[str]) -> None:
    """Start the playground."""
    options = arguments(argv)
    # asyncio switches Nagle's 40 ms off only for sockets that name the protocol
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, options.port))
    except OSError as problem:
        sys.exit(f"Port {options.port} cannot be used: {problem.strerror}.")
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    tokens = Tokens(bot=options.bot_token, app=options.app_token)
    seed, manifest = load_seed(options.seed), load_manifest(options.manifest)
    slack = Slack(seed, manifest, tokens, options.signing_secret, url)
    slack.deliver_to(options.transport, options.bot)
    asyncio.run(serve(slack, listener, parent_stdin=options.parent_stdin))


if __name__ == "__main__":
    main(sys.argv[1:])
