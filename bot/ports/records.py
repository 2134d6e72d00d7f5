"""What is kept beside the facts: what came in, what goes out, when, and who did it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import audit
from bot.domain.delivery import Claimed, Listed, Outgoing, Posted, Ref, State, Subject
from bot.domain.history import Change, Entry
from bot.domain.identity import ChannelId, EntryId
from bot.domain.pace import Batch, Gate, Limits
from bot.domain.timers import Moment, Timer


class Inbox(Protocol):
    """Deliveries that had an effect; the same delivery again gets the first answer."""

    def effect_of(self, key: str) -> Ref | None:
        """Return what this delivery made, if it came before."""

    def holds_the_same(self, key: str) -> bool:
        """Tell whether a delivery that came before had the same content: what follows ``#`` in its key."""

    def record(self, key: str, made: Ref, now: datetime) -> None:
        """Remember what this delivery made, in its transaction."""


class History(Protocol):
    """History entries and audit rows, written together."""

    def record(self, change: Change) -> EntryId:
        """Write both."""

    def record_all(self, changes: Sequence[Change]) -> list[EntryId]:
        """Write both for many changes, in two statements."""

    def entry(self, entry_id: EntryId) -> Entry | None:
        """Return one entry."""

    def of(self, about: Ref) -> tuple[Entry, ...]:
        """Return what happened to an object, oldest first; the reader's rights are asked before."""

    def last(self, about: Ref) -> Entry | None:
        """Return what happened to an object last; the reader's rights are asked before."""


class Outbox(Protocol):
    """What is to be told."""

    def put(self, outgoing: Outgoing, now: datetime) -> None:
        """Add a row; a waiting card edit of the same object and place is not added twice."""

    def is_mine(self, row: Claimed) -> bool:
        """Tell whether the lease of a row still holds, and let nobody take it until the commit."""

    def claim(
        self, now: datetime, limits: Limits, most: int, others: int, *, trial: bool = False, eager: bool = False
    ) -> Batch:
        """Lease what may go now, most urgent first, one row per lane.

        Args:
            now: the time.
            limits: how long a lease is and what may leave in a minute.
            most: rows at most.
            others: how many of them may be less urgent than escalations.
            trial: take one row although the gate is shut.
            eager: knock at a shut gate although it is not time yet.
        """

    def renew(self, leases: Collection[str], until: datetime) -> frozenset[int]:
        """Keep the rows under these leases; return which there still are."""

    def next_due(self, now: datetime, limits: Limits) -> datetime | None:
        """Return when something that cannot go now may go."""

    def gate(self) -> Gate:
        """Return what holds the workspace's messages up."""

    def hold_gate(self) -> Gate:
        """Return the same and let nobody else change it until the commit."""

    def set_gate(self, gate: Gate) -> None:
        """Keep a gate that is held."""

    def open_gate(self, now: datetime) -> None:
        """Slack answers again: what waited only for that is due now."""

    def card(self, topic: str, about: Ref, place: str) -> Posted | None:
        """Return where a card stands."""

    def standing_at(self, posted: Posted) -> tuple[str, Ref, str] | None:
        """Return ``(topic, object, place)`` of the card that stands there, if one does."""

    def is_told_at(self, about: Ref, posted: Posted) -> bool:
        """Tell whether what stands there was sent about an object, is no card of a channel, and is in no doubt."""

    def note_at(self, about: Ref, posted: Posted) -> Outgoing | None:
        """Return the note about an object to one person that stands there, if one does and is in no doubt.

        So is a card to one person after which the next one was posted: nobody edits it any more.
        """

    def cards_of(self, about: Ref) -> tuple[tuple[str, str], ...]:
        """Return ``(topic, place)`` of every card of an object that was posted or is waiting."""

    def card_waits(self, topic: str, about: Ref, place: str) -> bool:
        """Tell whether a card is still to be posted."""

    def forget_card(self, topic: str, about: Ref, place: str) -> None:
        """Forget a card that is gone from Slack."""

    def voice_of(self, channel_id: ChannelId) -> tuple[str | None, str | None]:
        """Return language and zone of the department or open account a channel belongs to."""

    def is_told(self, outgoing: Outgoing) -> bool:
        """Tell whether the same was told in the same place, or will be."""

    def sent(self, row: Claimed, posted: Posted | None, now: datetime, cause: str | None = None) -> bool:
        """Mark as sent, remember a card's place, wipe a used address; False if the lease is lost."""

    def retry(
        self,
        row: Claimed,
        now: datetime,
        wait: timedelta,
        cause: str,
        *,
        in_doubt: bool = False,
        asked: bool = False,
        fault: bool = False,
    ) -> None:
        """Try again later: a post keeps its turn and its place waits with it, anything else steps back.

        Args:
            row: under this worker's lease.
            now: the time.
            wait: until the next try.
            cause: why it failed.
            in_doubt: the message may stand in Slack.
            asked: Slack asked for the pause, so that nothing goes there before.
            fault: the fault is ours; only the first time others wait with it.
        """

    def release(self, row: Claimed, now: datetime, wait: timedelta = timedelta(0)) -> None:
        """Let a row wait that was not tried."""

    def repeat(self, row: Claimed, left: int) -> bool:
        """Write down how often a row may be posted again although it may stand already; False if the lease is lost."""

    def as_post(self, row: Claimed, now: datetime) -> None:
        """Post anew: the card is gone, or the answer's address is used up."""

    def park(self, row: Claimed, cause: str) -> None:
        """Set aside, visibly; nothing is deleted unsent."""

    def list(self, state: State | None = None, most: int = 100, after: int | None = None) -> tuple[Listed, ...]:
        """Return rows in one state, or all that are neither sent nor dropped, oldest first.

        Args:
            state: which ones.
            most: rows at most.
            after: the id of the last row seen, for the next page.
        """

    def count(self) -> dict[State, int]:
        """Count the rows by state."""

    def oldest(self) -> datetime | None:
        """Return since when the oldest row waits."""

    def get(self, row_id: int) -> Listed | None:
        """Return one row."""

    def short_id(self, about: Ref) -> str | None:
        """Return an object's short id, such as ``E-3``; it says nothing about its content."""

    def retry_now(self, row_id: int, now: datetime) -> bool:
        """Let a parked or waiting row go now, in doubt marked as a possible repeat; False if it is neither."""

    def park_by_hand(self, row_id: int, cause: str) -> bool:
        """Set a waiting row aside; False if it does not wait."""

    def drop(self, row_id: int, cause: str) -> bool:
        """Give a parked row up; it stays as a row. False if it is not parked."""


class Audit(Protocol):
    """The audit and the seals over it; an operator's, so no access rule is asked: it holds ids and field names only."""

    def hold(self) -> None:
        """Let one worker seal at a time, until the commit."""

    def last_seal(self) -> audit.Seal | None:
        """Return the end of the chain."""

    def take(self, number: int, before: datetime, most: int) -> list[audit.Row]:
        """Put the oldest unsealed rows under a seal and return exactly those, in any order."""

    def add_seal(self, seal: audit.Seal) -> None:
        """Add a link to the chain."""

    def seals(self, after: int | None, most: int) -> tuple[audit.Seal, ...]:
        """Return the next seals by number; None begins."""

    def count_seals(self) -> int:
        """Count the links of the chain."""

    def rows_of(self, number: int) -> tuple[audit.Row, ...]:
        """Return the rows that say they are under this seal.

        Raises:
            ValueError: a value is not what was written.
        """

    def strays(self, last: int) -> int:
        """Count the rows under seals that are not in the chain ``1…last``."""

    def tail(self) -> audit.Tail:
        """Count the rows that no seal covers yet."""

    def numbered(self, subject: Subject, number: int) -> Ref | None:
        """Return the object with a short number, whoever may see it."""

    def accounts_named(self, key: str) -> tuple[Ref, ...]:
        """Return the accounts that bear this name or alias."""

    def records(
        self, about: Collection[Ref], since: datetime | None, after: audit.Row | None, most: int
    ) -> tuple[audit.Record, ...]:
        """Return a page of what was done to these objects, or to all; what belongs to an account is part of it."""


class Timers(Protocol):
    """What has to happen at a time, once over all replicas."""

    def hold(self) -> None:
        """Let one replica at a time look after the standing timers, until the commit."""

    def set(self, timer: Timer) -> bool:
        """Let a step happen; False if this occurrence waits or happened already. A cancelled one waits again."""

    def cancel(self, about: Ref, step: str | None = None) -> int:
        """Let what waits for an object, or one step of it, not happen; return how many waited."""

    def move(self, about: Ref, step: str, due: Moment) -> int:
        """Let what waits for an object happen at another time; return how many waited."""

    def waiting(self, about: Ref, step: str) -> tuple[Timer, ...]:
        """Return what waits for an object, soonest first."""

    def set_aside(self) -> tuple[Timer, ...]:
        """Return the timers that failed too often."""

    def revive(self, now: datetime) -> int:
        """Let what failed too often happen now; return how many."""

    def due(self, now: datetime, most: int) -> tuple[int, ...]:
        """Return the ids of timers that are due, soonest first; another replica may be quicker."""

    def take(self, timer_id: int, now: datetime) -> Timer | None:
        """Hold a timer that is still due until the commit; None if another replica has it, or had."""

    def fired(self, timer: Timer, now: datetime) -> None:
        """Mark a held timer as done."""

    def retry(self, timer: Timer, at: datetime, cause: str) -> None:
        """Try again later."""

    def park(self, timer: Timer, cause: str) -> bool:
        """Set aside, visibly; False if another replica did something else meanwhile."""

    def next_due(self) -> datetime | None:
        """Return when the next timer wants to be looked at."""

    def reckon(self) -> int:
        """Bring the instants of waiting wall times up to the rules their zones have now; return how many changed."""


class Retention(Protocol):
    """Deletes rows that have done their work, at most so many at a time; returns how many went."""

    def inbox(self, before: datetime, most: int) -> int:
        """Forget deliveries."""

    def outbox(self, before: datetime, most: int) -> int:
        """Forget what was sent; what is unsent or set aside stays."""

    def drafts(self, before: datetime, most: int) -> int:
        """Forget typed text that nobody saved, and what is left of texts that were."""

    def timers(self, before: datetime, most: int) -> int:
        """Forget what is done or cancelled."""
