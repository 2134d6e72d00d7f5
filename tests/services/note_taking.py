"""Notes as people take, correct and undo them at a known company, and what is told of it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.access import Visibility
from bot.domain.delivery import Claimed, Form, Posted, ReplyTo
from bot.domain.identity import AccountId, DraftId
from bot.domain.interactions import (
    Details,
    EditLog,
    Interaction,
    InteractionLogged,
    LogForm,
    LogLine,
    SaveLog,
    StartLog,
    WithdrawInteraction,
)
from bot.domain.members import Member
from bot.services import delivery, interactions
from storage.store import SqlStore
from tests.company import NOW, PLENTY, WORKSPACE, Company, channel, new_key

ASKED_AT = "https://hooks.slack.test/question"
MINUTE = timedelta(minutes=1)


def log_line(store: SqlStore, actor: Member, text: str, where: str = "x", key: str = "", **when: float) -> Any:
    """Type a line of ``/kam-log``."""
    command = LogLine(actor, text, channel(where), key or f"trigger:{text[:50]}{when}", ReplyTo(actor.id, ASKED_AT))
    return interactions.log_line(store, NOW + timedelta(**when), command)


def logged(store: SqlStore, actor: Member, text: str, **more: Any) -> InteractionLogged:
    """Type one that names its account."""
    done = log_line(store, actor, text, **more)
    assert isinstance(done, InteractionLogged)
    return done


def log(store: SqlStore, author: Member, account_id: AccountId, text: str = "Besuch", **details: Any) -> Interaction:
    """Log through the form."""
    reply_to, key = ReplyTo(author.id), f"view:{text}:{details}"
    form = interactions.start(store, NOW, StartLog(author, None, f"click:{text}:{details}", reply_to))
    assert form.draft_id is not None
    save = SaveLog(author, Details(account_id, text, **details), key, draft_id=DraftId(form.draft_id))
    return interactions.save(store, NOW, save).interaction


def save(
    store: SqlStore, actor: Member, form: LogForm, key: str = "view:1", after: timedelta = timedelta(0), **details: Any
) -> InteractionLogged:
    """Submit the form of a note."""
    old = form.interaction
    kept: dict[str, Any] = {
        "account_id": form.account.id if form.account else AccountId(0),
        "text": form.text,
        "visibility": old.visibility if old else Visibility.COMPANY,
    }
    new_account = details.pop("new_account", None)
    command = SaveLog(actor, Details(**{**kept, **details}), key, form.draft_id, new_account, form.version)
    return interactions.save(store, NOW + after, command)


def edit(
    store: SqlStore,
    actor: Member,
    note: Interaction,
    key: str = "view:edit",
    after: timedelta = timedelta(0),
    **details: Any,
) -> InteractionLogged:
    """Open the form of a stored note and submit it."""
    command = EditLog(actor, note.id, new_key(), ReplyTo(actor.id, "https://edit", replace=True))
    form = interactions.form_to_edit(store, NOW + after, command)
    return save(store, actor, form, key, after, **details)


def undo(
    store: SqlStore, actor: Member, note: Interaction, key: str = "trigger:undo", after: timedelta = timedelta(0)
) -> Any:
    """Press *Undo*."""
    return interactions.withdraw(
        store, NOW + after, WithdrawInteraction(actor, note.id, key, ReplyTo(actor.id, "https://undo", replace=True))
    )


def told(store: SqlStore, now: timedelta = timedelta(0)) -> dict[tuple[str, str], Any]:
    """Load what waits in the outbox as the worker does, and mark it as sent; ``(topic, place)`` → value."""
    found: dict[tuple[str, str], Any] = {}
    for _ in range(20):
        with store.begin(WORKSPACE) as tx:
            rows = tx.outbox.claim(NOW + now + timedelta(hours=1), PLENTY, 50, 50).rows
            for row in rows:
                parcel = delivery.load(tx, row, NOW + now, "en")
                found[row.outgoing.topic, row.place] = parcel.told
                posted = None
                if row.outgoing.form is Form.CARD:
                    posted = parcel.standing_at or Posted(channel(row.place), f"ts{row.id}")
                    if parcel.told is None:
                        tx.outbox.forget_card(row.outgoing.topic, row.outgoing.about, row.place)
                        posted = None
                tx.outbox.sent(row, posted, NOW + now)
        if not rows:
            return found
    raise AssertionError(rows)


def rows(store: SqlStore, column: Any) -> list[Any]:
    """Read a column of a table."""
    with store.engine.connect() as connection:
        return list(connection.execute(select(column)).scalars())


class Known:
    """A company with an account, its people and an outsider."""

    def __init__(self, company: Company) -> None:
        self.lea, self.tobias, self.ben = company.member("Lea"), company.member("Tobias"), company.member("Ben")
        self.outsider = company.member("Out")
        self.helvetia = company.account("Helvetia", "HPU", kam=self.tobias, deputy=self.ben, channel_id="CHEL")
        self.alpina = company.account("Alpina", kam=self.ben, channel_id="CALP")
        self.secret = company.account("Geheim AG", access="restricted", kam=self.tobias, channel_id="CSEC")


def waiting_reply(store: SqlStore) -> Claimed:
    """Return the one answer that waits."""
    with store.begin(WORKSPACE) as tx:
        [reply] = [row for row in tx.outbox.claim(NOW + MINUTE, PLENTY, 9, 9).rows if row.outgoing.form is Form.REPLY]
    return reply
