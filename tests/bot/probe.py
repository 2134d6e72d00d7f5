"""Rows of the outbox whose content a test makes up, and a look at what became of them."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from bot.domain.delivery import Claimed, Failure, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.identity import ChannelId, MemberId
from bot.domain.pace import Limits
from bot.i18n import Translator, Typed
from bot.ports import PostFailed, Transaction
from bot.views import blocks
from storage.tables import OutboxRow
from tests.company import WORKSPACE
from tests.slack import Slack

FAILED = "ratelimited"


@dataclass
class Facts:
    """What the probe's rows tell; an exception is raised instead."""

    told: dict[int, str | Exception | None] = field(default_factory=dict)

    def load(self, tx: Transaction, row: Claimed, now: datetime) -> str | None:
        """Load what a row tells."""
        assert tx.workspace.id == WORKSPACE
        assert now is not None
        fact = self.told.get(row.outgoing.about.id, f"fact {row.outgoing.about.id}")
        if isinstance(fact, Exception):
            raise fact
        return fact


def show(told: str, t: Translator) -> blocks.Message:
    """Show it, with the reader's language."""
    return blocks.only(t("{told}", told=Typed(f"{told} ({t.language})")))


def card(about: int = 1, place: str = "CA") -> Outgoing:
    return _to(Outgoing(Form.CARD, "probe.card", Ref(Subject.REQUEST, about), Priority.REQUEST), place)


def note(about: int = 1, place: str = "CA", priority: Priority = Priority.REQUEST) -> Outgoing:
    return _to(Outgoing(Form.NOTE, "probe.note", Ref(Subject.REQUEST, about), priority), place)


def reply(about: int = 1, member: str = "ULEA", url: str | None = "https://hooks.slack.test/1") -> Outgoing:
    to = ReplyTo(MemberId(member), url)
    return Outgoing(Form.REPLY, "probe.reply", Ref(Subject.REQUEST, about), Priority.REPLY, reply_to=to)


def _to(row: Outgoing, place: str) -> Outgoing:
    if place.startswith("C"):
        return replace(row, to_channel=ChannelId(place))
    return replace(row, to_member=MemberId(place))


def put(slack: Slack, *rows: Outgoing) -> None:
    with slack.store.begin(WORKSPACE) as tx:
        for row in rows:
            tx.outbox.put(row, slack.now)


def fail(slack: Slack, failure: Failure, code: str = "x", retry_after: float | None = None, times: int = 1) -> None:
    slack.out.failures += [PostFailed(failure, code, retry_after) for _ in range(times)]


def claim(slack: Slack, most: int = 1) -> tuple[Claimed, ...]:
    with slack.store.begin(WORKSPACE) as tx:
        return tx.outbox.claim(slack.now, Limits(), most, most).rows


def rows(slack: Slack) -> list[tuple[str, str | None]]:
    with slack.store.engine.connect() as connection:
        found = connection.execute(
            select(OutboxRow.state, OutboxRow.cause).order_by(OutboxRow.created_at, OutboxRow.id)
        )
        return [(row.state, row.cause) for row in found]


def texts(slack: Slack, place: str = "CA") -> list[str]:
    return [post["text"] for post in slack.out.to(place)]
