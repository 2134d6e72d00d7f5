"""The courier: one row's way to Slack: load, show, look whether it stands already, send, write down what became of it."""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot import faults
from bot.domain.delivery import (
    FAULTS,
    LOOK_FOR,
    NO_ANSWER,
    REPLY_WINDOW,
    SHARING,
    Claimed,
    Failure,
    Form,
    Posted,
    Way,
    wait_before_retry,
)
from bot.domain.identity import ChannelId, WorkspaceId
from bot.domain.pace import PLACE_PAUSE
from bot.i18n import Translator, translator
from bot.ports import Poster, PostFailed, Store, StoreAway, Transaction
from bot.services import delivery, rerouting
from bot.services.delivery import Parcel
from bot.views import delivery as views
from bot.views.blocks import Message, Picture

_MARK_WAITS = (0.1, 0.5, 2.0, 5.0)
"""Seconds between the tries to mark a row; its lease is renewed meanwhile."""
_Answer = TypeVar("_Answer")
_log = logging.getLogger("scharnier.worker")


@dataclass(slots=True)
class _Try:
    """What is known of one try, whichever way it ends."""

    in_doubt: bool
    posting: bool = False
    repeating: bool = False
    cause: str | None = None


class Courier:
    """Delivers claimed rows, from any number of threads."""

    def __init__(
        self,
        store: Store,
        poster: Poster,
        clock: Callable[[], datetime],
        language: str,
        admin_channel: ChannelId | None = None,
    ) -> None:
        self._store = store
        self._poster = poster
        self._clock = clock
        self._language = language
        self._admin_channel = admin_channel

    def deliver(self, workspace_id: WorkspaceId, row: Claimed, holds: Callable[[], bool]) -> None:
        """Send one row outside any transaction, then mark it.

        Args:
            workspace_id: whose row it is.
            row: under this process's lease.
            holds: tells whether the lease still holds; nothing is posted without it.
        """
        now, this = self._clock(), _Try(row.in_doubt)
        try:
            with self._store.read(workspace_id) as tx:
                parcel = delivery.load(tx, row, now, self._language)
            posted = self._send(workspace_id, row, parcel, this, holds)
        except PostFailed as failed:
            self._failed(workspace_id, row, failed, this)
        except _Instead as instead:
            self._mark(workspace_id, _if_mine(row, instead.mark))
        except _LeaseLost:
            _log.warning("row %s was taken over by another worker", row.id)
        except StoreAway:
            away = "the database was away"
            self._mark(workspace_id, lambda tx: tx.outbox.retry(row, now, PLACE_PAUSE, away, in_doubt=this.in_doubt))
        except Exception as error:  # one bad row never blocks others (F24)  # noqa: BLE001
            self._broken(workspace_id, row, error, this)
        else:
            self._mark(workspace_id, lambda tx: self._sent(tx, row, posted, this))

    def knock(self, workspace_id: WorkspaceId) -> bool:
        """Ask Slack whether it answers and takes the token again; write down if not."""
        try:
            self._poster.probe()
        except PostFailed as failed:
            now = self._clock()
            with self._store.begin(workspace_id) as tx:
                self._note_trouble(tx, failed, now)
            return False
        return True

    def _send(
        self, workspace_id: WorkspaceId, row: Claimed, parcel: Parcel, this: _Try, holds: Callable[[], bool]
    ) -> Posted | None:
        now = self._clock()
        if parcel.must_wait:
            raise _Instead(lambda tx: tx.outbox.release(row, now, PLACE_PAUSE))
        if parcel.told is None:
            self._take_away(workspace_id, row, parcel, this)
            return None
        t = translator(parcel.language, now, parcel.time_zone)
        message = views.show(row.outgoing.topic, parcel.told, t)
        if isinstance(message, Picture):
            return self._hand_out(row, message, this, holds, now)
        if row.way is Way.REPLY:
            self._reply(row, message, t, this, now)
            return None
        return self._tell(workspace_id, row, parcel, message, t, this, holds)

    def _tell(
        self,
        workspace_id: WorkspaceId,
        row: Claimed,
        parcel: Parcel,
        message: Message,
        t: Translator,
        this: _Try,
        holds: Callable[[], bool],
    ) -> Posted | None:
        """Edit a card that stands, or post what does not stand yet."""
        now = self._clock()
        if row.outgoing.to_channel is not None:
            self._check_channel(workspace_id, row, parcel)
        standing = parcel.standing_at
        if standing is None and row.in_doubt:
            standing, message = self._settle(workspace_id, row, parcel, message, t, this)
        if standing is not None:
            if row.outgoing.form is Form.CARD:
                self._show(row, message, this, lambda shown: self._poster.update(standing, shown))
            return standing
        if row.way is Way.EDIT:
            raise _Instead(lambda tx: tx.outbox.as_post(row, now))
        if not holds():
            raise _LeaseLost
        this.posting = True
        return self._show(
            row, message, this, lambda shown: self._poster.post(row.place, shown, row.key, parcel.thread_ts)
        )

    def _reply(self, row: Claimed, message: Message, t: Translator, this: _Try, now: datetime) -> None:
        reply = row.outgoing.reply_to
        if reply is None or not reply.response_url or now - row.created_at >= REPLY_WINDOW:
            raise _Instead(lambda tx: tx.outbox.as_post(row, now))
        url, replaces = reply.response_url, reply.replace
        if row.in_doubt and not replaces:
            # An ephemeral message can be read by nobody but its reader.
            message = views.marked(message, t)
        this.posting = True
        self._show(row, message, this, lambda shown: self._poster.reply(url, shown, replace=replaces))

    def _hand_out(
        self, row: Claimed, picture: Picture, this: _Try, holds: Callable[[], bool], now: datetime
    ) -> Posted | None:
        """Upload a picture where nobody sees it, then share it with who asked: only the second step can be in doubt.

        Slack shares a moment after it answered, so that a doubtful one is looked for a little later, by its name.
        """
        if row.outgoing.reply_to is None or row.way is not Way.POST:
            raise TypeError(row.outgoing.topic)
        if row.in_doubt:
            if now - (row.tried_at or now) < SHARING:
                raise _Instead(lambda tx: tx.outbox.release(row, now, SHARING))
            found = self._look(row, None)
            this.in_doubt = False
            if found is not None:
                return found
        member_id = row.outgoing.reply_to.member_id
        try:
            file_id = self._poster.stage(picture.png, f"{row.key}.png")
            if not holds():
                raise _LeaseLost
            this.posting = True
            self._poster.share(member_id, file_id, picture.title.plain, picture.text.mrkdwn)
        except PostFailed as failed:
            if failed.failure is not Failure.OUR_BUG:
                raise
            _log.error("row %s is told in plain text: Slack refused its file (%s)", row.id, failed.code)
            this.cause = f"told in plain text: {failed.code}"
            return self._poster.post(member_id, picture.instead, row.key)
        return None

    @staticmethod
    def _show(row: Claimed, message: Message, this: _Try, send: Callable[[Message], _Answer]) -> _Answer:
        """Send a message; one whose form Slack refuses goes as a plain sentence at once."""
        try:
            return send(message)
        except PostFailed as failed:
            if failed.failure is not Failure.OUR_BUG:
                raise
            _log.error("row %s is told in plain text: Slack refused its form (%s)", row.id, failed.code)
            this.cause = f"told in plain text: {failed.code}"
        return send(views.plain(message))

    def _settle(
        self, workspace_id: WorkspaceId, row: Claimed, parcel: Parcel, message: Message, t: Translator, this: _Try
    ) -> tuple[Posted | None, Message]:
        """Look whether a post in doubt stands; where nobody can look it is repeated, marked, if it may be.

        Raises:
            PostFailed: ``UNREADABLE`` where it may not.
        """
        try:
            found = self._look(row, parcel.thread_ts)
        except PostFailed as failed:
            if failed.failure is not Failure.UNREADABLE or not row.repeats_left:
                raise
        else:
            this.in_doubt = False
            return found, message
        with self._store.begin(workspace_id) as tx:
            if not tx.outbox.repeat(row, row.repeats_left - 1):
                raise _LeaseLost
        this.repeating = True
        return None, views.marked(message, t)

    def _look(self, row: Claimed, thread_ts: str | None) -> Posted | None:
        # The clock may have been set back since.
        since = min(row.tried_at or row.created_at, self._clock())
        try:
            return self._poster.find(row.place, row.key, since, thread_ts)
        except PostFailed as failed:
            is_slow = failed.retry_after is not None and self._clock() - since > LOOK_FOR
            if not is_slow:
                raise
            raise PostFailed(Failure.UNREADABLE, failed.code) from failed

    def _take_away(self, workspace_id: WorkspaceId, row: Claimed, parcel: Parcel, this: _Try) -> None:
        """Take a card away of which there is nothing to tell any more."""
        if row.outgoing.form is not Form.CARD:
            return
        standing = parcel.standing_at
        if standing is None and row.in_doubt:
            standing = self._look(row, parcel.thread_ts)
            this.in_doubt = False
        if standing is None:
            return
        try:
            self._poster.delete(standing)
        except PostFailed as failed:
            if failed.failure is not Failure.CARD_GONE:
                raise
            this.cause = failed.code
        with self._store.begin(workspace_id) as tx:
            tx.outbox.forget_card(row.outgoing.topic, row.outgoing.about, row.place)

    def _check_channel(self, workspace_id: WorkspaceId, row: Claimed, parcel: Parcel) -> None:
        """Read the channel's facts if they are old; company content goes only where it is ours alone."""
        facts = parcel.channel
        if facts is None and row.outgoing.to_channel is not None:
            facts = self._poster.channel(row.outgoing.to_channel)
            with self._store.begin(workspace_id) as tx:
                tx.channels.put(facts)
        if facts is not None and not facts.usable:
            raise PostFailed(Failure.OTHER_WAY, "external" if facts.is_external else "not_in_channel")

    def _sent(self, tx: Transaction, row: Claimed, posted: Posted | None, this: _Try) -> None:
        now = self._clock()
        if not tx.outbox.sent(row, posted, now, this.cause):
            return
        if this.cause is not None and this.cause.startswith("told in plain text"):
            rerouting.tell_admins(tx, row, "delivery.plain", self._admin_channel, now)
        if row.after_trouble:
            tx.outbox.open_gate(now)

    def _failed(self, workspace_id: WorkspaceId, row: Claimed, failed: PostFailed, this: _Try) -> None:
        """Do what the class of a failure asks for; nothing is dropped."""
        now = self._clock()
        outgoing, code = row.outgoing, failed.code

        def mark(tx: Transaction) -> None:
            if not self._note_trouble(tx, failed, now) and row.after_trouble:
                tx.outbox.open_gate(now)
            self._unspend(tx, row, failed, this)
            match failed.failure:
                case Failure.PARK:
                    tx.outbox.release(row, now)
                case Failure.OTHER_WAY if rerouting.elsewhere(tx, row, now):
                    # There is nothing left to do about this row, so it is not set aside.
                    tx.outbox.sent(row, None, now, f"{code}: sent another way")
                case Failure.CARD_GONE if outgoing.form is Form.CARD and not this.posting:
                    tx.outbox.forget_card(outgoing.topic, outgoing.about, row.place)
                    tx.outbox.as_post(row, now)
                case Failure.CARD_GONE if outgoing.thread_of is not None:
                    delivery.forget_thread(tx, row)
                    tx.outbox.retry(row, now, timedelta(0), code)
                case Failure.EXPIRED:
                    tx.outbox.as_post(row, now)
                case Failure.UNREADABLE:
                    self._park(tx, row, f"in doubt: {code}", now)
                case Failure.OTHER_WAY | Failure.OUR_BUG | Failure.CARD_GONE:
                    self._park(tx, row, code, now)
                case _:
                    self._again(tx, row, failed, this, now)

        self._mark(workspace_id, _if_mine(row, mark))

    @staticmethod
    def _unspend(tx: Transaction, row: Claimed, failed: PostFailed, this: _Try) -> None:
        """Let a repeat that surely was not posted be made later."""
        if this.repeating and failed.failure in {Failure.NOT_DONE, Failure.PARK}:
            tx.outbox.repeat(row, row.repeats_left)

    @staticmethod
    def _again(tx: Transaction, row: Claimed, failed: PostFailed, this: _Try, now: datetime) -> None:
        """Let a row wait for another try."""
        tx.outbox.retry(
            row,
            now,
            wait_before_retry(row.attempts, failed.retry_after, random.random()),
            f"{NO_ANSWER}: {failed.code}" if failed.is_silence else failed.code,
            in_doubt=this.in_doubt or (this.posting and failed.failure is Failure.UNKNOWN),
            asked=failed.retry_after is not None,
        )

    def _note_trouble(self, tx: Transaction, failed: PostFailed, now: datetime) -> bool:
        """Write down what concerns the whole workspace; False if Slack answered and took the token."""
        if failed.is_silence:
            delivery.silent(tx, self._admin_channel, now)
        elif failed.failure is Failure.PARK:
            _log.error("Slack refuses the token (%s): nothing leaves, all of it is kept", failed.code)
            delivery.refused(tx, failed.code, now)
        else:
            return False
        return True

    def _park(self, tx: Transaction, row: Claimed, cause: str, now: datetime) -> None:
        """Set a row aside and tell the admins."""
        _log.error("row %s cannot be delivered: %s", row.id, cause)
        tx.outbox.park(row, cause)
        rerouting.tell_admins(tx, row, "delivery.undelivered", self._admin_channel, now)

    def _broken(self, workspace_id: WorkspaceId, row: Claimed, error: Exception, this: _Try) -> None:
        """Try again a few times, then set aside: the fault is ours."""
        now = self._clock()
        cause = f"our fault: {faults.name(error)}"
        _log.error("row %s cannot be told (%s)", row.id, cause, exc_info=faults.place(error))

        def mark(tx: Transaction) -> None:
            if row.faults + 1 < FAULTS:
                wait = wait_before_retry(row.faults + 1, None, random.random())
                tx.outbox.retry(row, now, wait, cause, in_doubt=this.in_doubt or this.posting, fault=True)
            else:
                self._park(tx, row, cause, now)

        self._mark(workspace_id, _if_mine(row, mark))

    def _mark(self, workspace_id: WorkspaceId, mark: Callable[[Transaction], object]) -> None:
        """Write down what became of a row, with patience: what is sent but not marked would have to be looked up."""
        for wait in _MARK_WAITS:
            try:
                with self._store.begin(workspace_id) as tx:
                    mark(tx)
            except Exception as error:  # the last try is below  # noqa: BLE001
                _log.warning("a row could not be marked yet (%s)", faults.name(error))
                threading.Event().wait(wait)
            else:
                return
        with self._store.begin(workspace_id) as tx:
            mark(tx)


def _if_mine(row: Claimed, mark: Callable[[Transaction], None]) -> Callable[[Transaction], None]:
    """Mark a row only under its lease: another worker may have it by now, or an earlier try was stored after all."""

    def checked(tx: Transaction) -> None:
        if tx.outbox.is_mine(row):
            mark(tx)

    return checked


class _Instead(Exception):
    """The row is not sent now; this is what becomes of it."""

    def __init__(self, mark: Callable[[Transaction], None]) -> None:
        super().__init__()
        self.mark = mark


class _LeaseLost(Exception):
    """Another worker may hold the row by now, so nothing is posted."""
