"""A restore as people in Slack see it: nothing is told twice."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from playground.process import started
from playground.robot import Playground
from tests.commands.conftest import Run
from tests.test_cli import address_of, ask, serving, wait_until_gone

ROOT = Path(__file__).parents[2]
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-t", "SLACK_SIGNING_SECRET": "s", "PORT": "0"}

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A local Slack without a bot yet."""
    seed = ["--seed", str(ROOT / "sample/slack.json"), "--manifest", str(ROOT / "manifest.yml")]
    with started([*seed, "--bot-token", "xoxb-t", "--signing-secret", "s"]) as url, Playground(url) as slack:
        yield slack


@contextmanager
def bot(slack: Playground, folder: Path, url: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the bot until the block ends, then stop it as an operator does."""
    settings = {**TOKENS, "SLACK_API_URL": f"{slack.url}/api/", "DATABASE_URL": url}
    with serving(folder, **settings) as process:
        address, _ = address_of(process)
        assert any(ask(f"{address}/readyz")[0] == 200 for _ in range(200))
        slack.bot_at(f"{address}/slack/events")
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        assert wait_until_gone([process.pid])


def posts(slack: Playground, word: str) -> int:
    """Count the messages in Slack's log of what was posted that hold a word."""
    return sum(
        1
        for entry in slack.traffic()
        if entry["name"] == "chat.postMessage" and entry["phase"] == "request" and word in str(entry["payload"])
    )


def test_what_was_sent_after_the_backup_is_not_sent_again_by_a_restore_nor_by_a_retry(
    url: str, run: Run, slack: Playground, tmp_path: Path
) -> None:
    settings = {**TOKENS, "SLACK_API_URL": f"{slack.url}/api/", "DATABASE_URL": url}
    assert run("import", str(ROOT / "sample"), **settings).exit_code == 0
    lea = slack.person("Lea Brunner")
    with bot(slack, tmp_path, url):
        lea.types("/kam-log Helvetia Pumpen: Notiz eins", channel="#general")
        lea.waits_for("Notiz eins", "#acc-helvetia-pumpen")
        away = slack.fault("chat.postMessage", "error", code="service_unavailable", times=None)
        lea.types("/kam-log Trautwyl: Notiz zwei", channel="#general")
        slack.waits_until_struck(away)
        assert run("backup", "kept.backup", **settings).exit_code == 0
        assert b"xoxb-t" not in (tmp_path / "kept.backup").read_bytes()
        slack.no_faults()
        lea.waits_for("Notiz zwei", "#acc-trautwyl", timeout=40)
        lea.types("/kam-log Helvetia Pumpen: Notiz drei", channel="#general")
        lea.waits_for("Notiz drei", "#acc-helvetia-pumpen", timeout=20)
    before = {word: posts(slack, f"Notiz {word}") for word in ("eins", "zwei", "drei")}

    restored = run("restore", "kept.backup", "--force", "--yes", **settings)
    assert restored.exit_code == 0, restored.output
    assert "1 unsent message is set aside" in restored.stdout
    with bot(slack, tmp_path, url):
        slack.quiet(milliseconds=2000)
        assert {word: posts(slack, f"Notiz {word}") for word in before} == before

        mark = slack.mark()
        assert run("outbox", "retry", "--all-parked", **settings).exit_code == 0
        slack.waits_for_call("conversations.history", after=mark, timeout=20)
        slack.quiet(milliseconds=2000)
    assert {word: posts(slack, f"Notiz {word}") for word in before} == before
    assert run("outbox", "list", **settings).stdout.startswith("0 pending, 0 sending")
