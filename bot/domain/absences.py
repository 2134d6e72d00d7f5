"""Absences: who is away when, and who stands in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain import errors
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AbsenceId, DraftId, MemberId
from bot.domain.members import Member, Person


@dataclass(frozen=True, slots=True)
class Gone:
    """Why somebody cannot act now."""

    until: date | None = None
    """The last day of the absence, where they live; None for people who left."""
    deputy_id: MemberId | None = None
    """Whom they named."""


@dataclass(frozen=True, slots=True)
class Away:
    """Everybody who is away at one instant, each by the date where they live; who left is away as well."""

    gone: Mapping[MemberId, Gone] = field(default_factory=dict)

    def is_away(self, member_id: MemberId) -> bool:
        """Tell whether somebody cannot act now."""
        return member_id in self.gone

    def until(self, member_id: MemberId) -> date | None:
        """Return the last day of somebody's absence; None while they are here, and for people who left."""
        return self.gone[member_id].until if member_id in self.gone else None

    def stand_in(self, member_id: MemberId, otherwise: MemberId | None = None) -> MemberId | None:
        """Return who acts for somebody now: they themselves, else the first along the chain of deputies who is here (G10).

        ``otherwise`` and its deputies are tried where that chain ends without anybody. None if nobody is left; a ring
        of deputies ends where it began.
        """
        seen: set[MemberId] = set()
        for start in (member_id, otherwise):
            at = start
            while at is not None and at not in seen:
                if at not in self.gone:
                    return at
                seen.add(at)
                at = self.gone[at].deputy_id
        return None

    def for_whom(self, member_id: MemberId | None, people: Iterable[MemberId]) -> frozenset[MemberId]:
        """Return for whom of some people somebody acts now, themselves left out; a channel acts for nobody."""
        if member_id is None:
            return frozenset()
        return frozenset(one for one in people if self.is_away(one) and self.stand_in(one) == member_id)


SHOWN = 7
"""Absences of one kind that an answer lists; each takes up to two of the fifty blocks of a message."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a form says of an absence."""

    starts_on: date
    ends_on: date
    """The last day."""
    deputy_id: MemberId | None = None

    def check(self, today: date, member_id: MemberId, others: Iterable["Absence"], began: date | None = None) -> None:
        """Refuse a period nobody can be away in.

        Args:
            today: the day it is where this person lives.
            member_id: who is away.
            others: their other absences.
            began: the first day as it was, if it is no new absence; that may be over.

        Raises:
            errors.PastDate: it is over, or begins in the past.
            errors.EndsBeforeStart: the last day lies before the first.
            errors.AlreadyAway: it shares a day with another absence.
            errors.OwnDeputy: nobody stands in for themselves.
        """
        if self.starts_on < today and self.starts_on != began:
            raise errors.PastDate(self.starts_on, today, "starts_on")
        if self.ends_on < self.starts_on:
            raise errors.EndsBeforeStart
        if self.ends_on < today:
            raise errors.PastDate(self.ends_on, today, "ends_on")
        for other in others:
            if other.overlaps(self.starts_on, self.ends_on):
                raise errors.AlreadyAway(other.starts_on, other.ends_on)
        if self.deputy_id == member_id:
            raise errors.OwnDeputy


@dataclass(frozen=True, slots=True)
class Absence:
    """A period in which somebody is away; both days are theirs, where they live."""

    id: AbsenceId
    member: Person
    starts_on: date
    ends_on: date
    """The last day."""
    deputy: Person | None = None
    is_withdrawn: bool = False
    version: int = 1

    def covers(self, day: date) -> bool:
        """Tell whether somebody is away on a day."""
        return not self.is_withdrawn and self.starts_on <= day <= self.ends_on

    def overlaps(self, starts_on: date, ends_on: date) -> bool:
        """Tell whether it shares a day with another period."""
        return not self.is_withdrawn and self.starts_on <= ends_on and starts_on <= self.ends_on


def uncovered(absence: Absence, others: Iterable[Absence]) -> date | None:
    """Return the first day of an absence on which its deputies lead to nobody; None where somebody is always there.

    Where no deputy is named nobody is expected: the sponsor's own deputy and the KAM leads stand in then.
    """
    if absence.deputy is None:
        return None
    beside = [other for other in others if other.overlaps(absence.starts_on, absence.ends_on)]
    changes = {other.starts_on for other in beside} | {other.ends_on + timedelta(days=1) for other in beside}
    days = {absence.starts_on} | {day for day in changes if absence.covers(day)}
    return next((day for day in sorted(days) if _on(day, [*beside, absence]).stand_in(absence.member.id) is None), None)


def _on(day: date, absences: Iterable[Absence]) -> Away:
    away = [absence for absence in absences if absence.covers(day)]
    left = [absence.deputy.id for absence in away if absence.deputy is not None and absence.deputy.left]
    gone = {one.member.id: Gone(one.ends_on, one.deputy.id if one.deputy else None) for one in away}
    return Away({**dict.fromkeys(left, Gone()), **gone})


@dataclass(frozen=True, slots=True)
class Planned:
    """An absence in a list."""

    absence: Absence
    uncovered: date | None = None
    """The first day on which its deputies lead to nobody."""
    has_begun: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``/kam absence`` shows."""

    own: tuple[Planned, ...] = ()
    standing_in: tuple[Absence, ...] = ()
    """Absences in which the reader stands in for others."""
    others: tuple[Planned, ...] | None = None
    """For KAM leads: absences of those who back or look after accounts; None for everybody else."""


@dataclass(frozen=True, slots=True)
class AbsenceForm:
    """The form of a new absence, or of one that is changed."""

    draft_id: DraftId
    first_day: date
    """The day it is where the person lives."""
    absence: Absence | None = None
    asks_who: bool = False
    """Whether it is for somebody else."""


@dataclass(frozen=True, slots=True)
class AbsenceTold:
    """What somebody hears of an absence."""

    absence: Absence
    by: Person | None
    is_over: bool = False
    """It was ended early and is over now."""


@dataclass(frozen=True, slots=True)
class OpenAbsence:
    """Open the form of an absence; without one that of a new one."""

    actor: Member
    key: str
    reply_to: ReplyTo
    absence_id: AbsenceId | None = None
    version: int = 0
    for_other: bool = False


@dataclass(frozen=True, slots=True)
class EnterAbsence:
    """Enter one's own absence by a line of text."""

    actor: Member
    text: str
    key: str
    deputy_id: MemberId | None = None
    """Who is named in it."""


@dataclass(frozen=True, slots=True)
class SaveAbsence:
    """Save the form."""

    actor: Member
    draft_id: DraftId
    period: Period
    key: str
    member_id: MemberId | None = None
    """Who is away, where the form asks for it."""


@dataclass(frozen=True, slots=True)
class EndAbsence:
    """Take an absence back; one that has begun ends with the day before."""

    actor: Member
    absence_id: AbsenceId
    version: int
    key: str
    reply_to: ReplyTo
