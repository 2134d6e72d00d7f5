"""The clock of promises and next steps: reminders in the owner's working time, then the KAM."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.absences import Away
from bot.domain.commitments import Commitment, Kind, State, reminders
from bot.domain.delivery import Priority, card_at
from bot.domain.identity import CommitmentId, MemberId
from bot.domain.members import Standing
from bot.domain.request_times import Watch, missed
from bot.domain.timers import Moment, Timer
from bot.domain.working_time import Calendar
from bot.ports import Transaction

CARD = "commitment.card"
REMIND = "commitment.remind"
BEGIN = "commitment.begin"
"""Of what is older than reminders: from now on it is watched."""


def wind(tx: Transaction, commitment: Commitment, now: datetime) -> None:
    """Set the next reminder of a promise or next step as it is now, and cancel all others."""
    tx.timers.cancel(commitment.about)
    if commitment.state is not State.OPEN or commitment.due_on is None:
        return
    calendar = tx.members.calendar(commitment.owner.id)
    for timer in _ahead(commitment, calendar, now) or _missed(commitment, calendar, now):
        tx.timers.set(timer)


def begin(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Watch what is older than reminders; of days that are over nobody hears, as nobody could say that it is done."""
    commitment = _open(tx, timer)
    if commitment is None:
        return ()
    return _ahead(commitment, tx.members.calendar(commitment.owner.id), now)


def remind(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Remind the owner, or who stands in; once a promise is over, let the KAM know."""
    commitment = _open(tx, timer)
    if commitment is None:
        return ()
    calendar = tx.members.calendar(commitment.owner.id)
    behind = [watch for watch, moment in reminders(commitment, calendar) if moment.at <= now]
    if behind:
        away = tx.absences.away(now)
        is_over = behind[-1] is Watch.AFTERWARDS
        for member_id in _answerable(tx, commitment, away) if is_over else _doing(tx, commitment, away):
            call(tx, commitment, member_id, now)
    return _ahead(commitment, calendar, now)


def call(tx: Transaction, commitment: Commitment, member_id: MemberId, now: datetime) -> None:
    """Show somebody the card anew, at the end of their messages: an edit of an older one would not be noticed."""
    tx.outbox.forget_card(CARD, commitment.about, member_id)
    tx.outbox.put(card_at(member_id, CARD, commitment.about, Priority.REQUEST), now)


def _open(tx: Transaction, timer: Timer) -> Commitment | None:
    commitment = tx.commitments.whole(Kind(timer.about.subject), CommitmentId(timer.about.id))
    return commitment if commitment is not None and commitment.state is State.OPEN else None


def _ahead(commitment: Commitment, calendar: Calendar, now: datetime) -> tuple[Timer, ...]:
    ahead = [moment for _, moment in reminders(commitment, calendar) if moment.at > now]
    return tuple(_timer(commitment, moment) for moment in ahead[:1])


def _missed(commitment: Commitment, calendar: Calendar, now: datetime) -> tuple[Timer, ...]:
    """Look once more at a promise whose day was over when it was written down."""
    return (_timer(commitment, missed(calendar, now)),) if commitment.kind is Kind.PROMISE else ()


def _timer(commitment: Commitment, moment: Moment) -> Timer:
    return Timer(commitment.about, REMIND, moment, f"{commitment.version}:{moment.at.isoformat()}")


def _doing(tx: Transaction, commitment: Commitment, away: Away) -> Sequence[MemberId]:
    """Return who is reminded: the owner, else who stands in and may read it, else whoever answers for the account."""
    owner_id = commitment.owner.id
    acting = away.stand_in(owner_id)
    if acting == owner_id or (acting is not None and _may_read(tx, commitment, acting)):
        return (acting,)
    return _answerable(tx, commitment, away)


def _answerable(tx: Transaction, commitment: Commitment, away: Away) -> Sequence[MemberId]:
    """Return the account's KAM or who stands in for them; without one the KAM leads."""
    kam = tx.accounts.kam_if_active(commitment.account.id)
    if kam is None:
        return [lead.id for lead in tx.members.kam_leads()]
    acting = away.stand_in(kam.id)
    return (acting if acting is not None and _may_read(tx, commitment, acting) else kam.id,)


def _may_read(tx: Transaction, commitment: Commitment, member_id: MemberId) -> bool:
    member = tx.members.get(member_id)
    if member is None or member.standing is not Standing.MEMBER:
        return False
    return tx.commitments.get(commitment.kind, commitment.id, tx.access.viewer(member)) is not None
