"""Merges: one account or contact is taken into another, what of it survives, and how that is taken back (G13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain import errors
from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import DraftId, MemberId, MergeId, TwinsId
from bot.domain.members import Member, Person

UNDO = timedelta(days=30)
"""So long a merge can be taken back; then what it changed is forgotten."""

_GROUPS: Mapping[Subject, tuple[tuple[str, ...], ...]] = {
    Subject.ACCOUNT: (
        ("tier",),
        ("country",),
        ("language",),
        ("channel_id",),
        ("kam_id",),
        ("deputy_id",),
        ("sponsor_id",),
        ("mission",),
        ("stage", "desired_stage", "is_at_risk", "stage_reason", "stage_at"),
        ("coverage",),
        ("jour_fixe_weeks",),
    ),
    Subject.CONTACT: (
        ("email",),
        ("phone",),
        ("title",),
        ("level",),
        ("attitude",),
        ("influence",),
        ("aims",),
        ("owner_id",),
        ("counterpart_id",),
        ("wished_days",),
    ),
}
"""What belongs together: where the survivor lacks the first, all of them come from the other."""
_JUDGED = frozenset({"attitude", "influence"})
"""What the circle of a contact's account judges, and nobody else reads."""
_LINE: Mapping[Subject, tuple[str, ...]] = {
    Subject.ACCOUNT: ("parent_id", "relation"),
    Subject.CONTACT: ("reports_to_id",),
}
"""Whom it stands below."""
_COMPARED: Mapping[Subject, tuple[str, ...]] = {
    Subject.ACCOUNT: (
        "access",
        "kind",
        "kam_id",
        "deputy_id",
        "sponsor_id",
        "tier",
        "parent_id",
        "country",
        "language",
        "channel_id",
        "mission",
        "stage",
        "coverage",
        "jour_fixe_weeks",
    ),
    Subject.CONTACT: (
        "account_id",
        "title",
        "level",
        "email",
        "phone",
        "decision_roles",
        "attitude",
        "influence",
        "aims",
        "owner_id",
        "counterpart_id",
        "reports_to_id",
        "left_on",
    ),
}
"""What the form compares, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that are merged, with everything that is stored of it."""

    about: Ref
    name: str
    account: AccountRef
    """Itself, or the contact's."""
    version: int
    values: Mapping[str, Any]
    """By column."""
    above: tuple[int, ...] = ()
    """The ids it stands below, the nearest first."""
    named: Mapping[str, Person | AccountRef | str] = field(default_factory=dict)
    """Who or what the ids among the values are, as far as the reader may know."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """What moves if this one goes, by table, as far as the reader may see it."""

    @property
    def id(self) -> int:
        """Return its id."""
        return self.about.id

    @property
    def entered_at(self) -> datetime:
        """Return when it was entered; ids tell no order, they are random."""
        at: datetime = self.values["created_at"]
        return at

    @property
    def is_restricted(self) -> bool:
        """Tell whether its account is hidden from most."""
        return self.account.restricted


@dataclass(frozen=True, slots=True)
class Differing:
    """A value in which the two differ."""

    field: str
    """The column."""
    kept: Any
    given_up: Any
    """Empty where only one of them has a value."""


@dataclass(frozen=True, slots=True)
class MergeForm:
    """What somebody sees before they merge two."""

    draft_id: DraftId
    stays: Side
    """As proposed, or as chosen."""
    goes: Side
    differing: tuple[Differing, ...]
    joins: tuple[Person, ...] = ()
    """Who looked after the one that goes, and stays on the team of the one that stays."""
    is_fixed: bool = False
    """Nobody may choose which one stays; see ``must_stay``."""


@dataclass(frozen=True, slots=True)
class OtherForm:
    """Asks which other account or contact is the same as this one."""

    draft_id: DraftId
    one: Side


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge as it stands."""

    id: MergeId
    subject: Subject
    from_id: int
    into_id: int
    name: str
    """Of the one that went."""
    into: str
    account: AccountRef
    """Where it is now: the survivor itself, or the contact's account."""
    by: Person
    at: datetime
    counts: Mapping[str, int] = field(default_factory=dict)
    """What moved, by table, as far as whoever did it may know of it."""
    undone_by: Person | None = None
    undone_at: datetime | None = None
    carers: tuple[frozenset[MemberId], ...] = ()
    """Who looks after the one that went, and after the one it is part of."""

    def may_be_undone_until(self) -> datetime:
        """Return until when it can be taken back."""
        return self.at + UNDO


@dataclass(frozen=True, slots=True)
class MergeTold:
    """What is told of a merge: what moved, or what went back."""

    merge: Merged
    may_undo: bool = False
    left: int = 0
    """What taking it back left as it is, because somebody changed it since."""
    alike: int = 0
    """Pairs of contacts that stand at one account since, and may be one person each."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a merge back could not restore, because it was changed since."""

    fields: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class OpenMerge:
    """Open the form for a pair that was found."""

    actor: Member
    twins_id: TwinsId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class OpenByHand:
    """Ask which other one is the same as this one."""

    actor: Member
    about: Ref
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class ChooseOther:
    """Go on with the other one that was chosen by hand."""

    actor: Member
    draft_id: DraftId
    other_id: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Take one of two into the other."""

    actor: Member
    draft_id: DraftId
    stays_id: int
    versions: Mapping[int, int]
    """Of both, by id, as the form showed them."""
    key: str


@dataclass(frozen=True, slots=True)
class UndoMerge:
    """Take a merge back."""

    actor: Member
    merge_id: MergeId
    key: str
    reply_to: ReplyTo


def may_merge(viewer: Viewer, sides: Iterable[Side]) -> bool:
    """Tell whether somebody may merge: a KAM lead, or who looks after both; contacts also whose owner they are."""
    return viewer.is_kam_lead or all(_looks_after(viewer, side) for side in sides)


def may_undo(viewer: Viewer, merge: Merged) -> bool:
    """Tell whether somebody may take a merge back: whoever could make it."""
    return viewer.is_kam_lead or all(viewer.member_id in carers for carers in merge.carers)


def surviving(stays: Side, goes: Side) -> dict[str, Any]:
    """Return the values of the survivor that change: what it lacks comes from the other, hidden stays hidden.

    What the circle of one account judged of a contact does not come to that of another.
    """
    mine, theirs = stays.values, goes.values
    subject = stays.about.subject
    changed: dict[str, Any] = {}
    for group in _GROUPS[subject]:
        if group[0] in _JUDGED and changes_circle(stays, goes):
            continue
        if mine[group[0]] in {None, ""}:
            changed |= {name: theirs[name] for name in group}
    if subject is Subject.ACCOUNT:
        if theirs["access"] == Access.RESTRICTED:
            changed["access"] = str(Access.RESTRICTED)
        kam, deputy = (changed.get(name, mine[name]) for name in ("kam_id", "deputy_id"))
        if deputy is not None and deputy == kam:
            changed["deputy_id"] = mine["deputy_id"] if mine["deputy_id"] != kam else None
    else:
        changed["decision_roles"] = list(dict.fromkeys([*mine["decision_roles"], *theirs["decision_roles"]]))
    changed |= _line(stays, goes)
    return {name: value for name, value in changed.items() if value != mine[name]}


def differing(stays: Side, goes: Side) -> tuple[Differing, ...]:
    """Return in which values the two differ, and which one is kept."""
    after = {**stays.values, **surviving(stays, goes)}
    found = []
    for name in _COMPARED[stays.about.subject]:
        mine, theirs, kept = stays.values[name], goes.values[name], after[name]
        if mine == theirs or (_is_empty(mine) and _is_empty(theirs)):
            continue
        given_up = mine if kept != mine else theirs
        is_lost = not _is_empty(given_up) and not (isinstance(kept, list) and set(given_up) <= set(kept))
        found.append(Differing(name, kept, given_up if is_lost else None))
    return tuple(found)


def joins(stays: Side, goes: Side) -> tuple[MemberId, ...]:
    """Return who looked after the one that goes and would not look after the survivor: they join its team."""
    if stays.about.subject is not Subject.ACCOUNT:
        return ()
    after = {**stays.values, **surviving(stays, goes)}
    former = dict.fromkeys(goes.values[name] for name in ("kam_id", "deputy_id"))
    return tuple(
        MemberId(one) for one in former if one is not None and one not in {after["kam_id"], after["deputy_id"]}
    )


def must_stay(one: Side, other: Side) -> Side | None:
    """Return the contact at a restricted account if the other is at an open one: what was hidden stays hidden.

    Accounts need no such rule: of two the survivor is restricted if one was.
    """
    if one.about.subject is Subject.ACCOUNT or one.is_restricted == other.is_restricted:
        return None
    return one if one.is_restricted else other


def changes_circle(stays: Side, goes: Side) -> bool:
    """Tell whether others than before would read what is judged of the contact that goes."""
    return stays.about.subject is Subject.CONTACT and stays.account.id != goes.account.id


def check_undo(merge: Merged, now: datetime) -> None:
    """Check that a merge can be taken back.

    Raises:
        errors.AlreadyUndone: somebody did.
        errors.UndoOver: it is too long ago.
    """
    if merge.undone_at is not None:
        raise errors.AlreadyUndone(merge.undone_by, merge.undone_at)
    if now > merge.may_be_undone_until():
        raise errors.UndoOver(UNDO.days, merge.at)


def better_kept(one: Side, other: Side) -> Side:
    """Return which of two is proposed to stay: with more that refers to it, else with a KAM, else entered first."""

    def weight(side: Side) -> tuple[int, bool, float, int]:
        is_looked_after = bool(side.values.get("kam_id") or side.values.get("owner_id"))
        return sum(side.counts.values()), is_looked_after, -side.entered_at.timestamp(), -side.id

    return max(one, other, key=weight)


def _looks_after(viewer: Viewer, side: Side) -> bool:
    if side.account.id in viewer.kam_of:
        return True
    return (
        side.about.subject is Subject.CONTACT
        and viewer.member_id is not None
        and side.values["owner_id"] == viewer.member_id
    )


def _line(stays: Side, goes: Side) -> dict[str, Any]:
    """Return whom the survivor stands below; it never stands below itself, however the two stood to each other."""
    group = _LINE[stays.about.subject]
    takes_place = goes.id in stays.above
    lacks = stays.values[group[0]] is None and stays.id not in goes.above
    if not (takes_place or lacks) or goes.values[group[0]] == stays.id:
        return {}
    return {name: goes.values[name] for name in group}


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [])
