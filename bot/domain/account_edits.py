"""Account edits: who may change what of an account, and what cannot be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from bot.domain import errors, names
from bot.domain.access import Access, Viewer, sees_assessments
from bot.domain.account_shape import Coverage, Rating, Stage, Standing
from bot.domain.accounts import (
    LONGEST_NAME,
    Account,
    AccountRef,
    Kind,
    Relation,
    TeamMember,
    TeamRole,
)
from bot.domain.contact_assessments import Measure
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ChannelId, DraftId, MemberId
from bot.domain.members import Member, Person

MOST_ALIASES = 20
RHYTHMS = (1, 2, 4, 8, 12, 26)
"""Weeks between two jour fixes that a form offers; tier A has one a month, tier B one every two (reference data, 1)."""
_CODES = """
    AE AR AT AU BA BE BG BR CA CH CL CN CO CY CZ DE DK EE EG ES FI FR GB GR HK HR HU ID IE IL IN IS IT JP KE KR
    LI LT LU LV MA MD ME MK MT MX MY NG NL NO NZ PE PH PK PL PT QA RO RS RU SA SE SG SI SK TH TN TR TW UA US UY VN XK ZA
"""
COUNTRIES = frozenset(_CODES.split())
"""Countries that a form offers; an import may bring others."""


class Deed(StrEnum):
    """What can be changed from the card, each with a form of its own."""

    EDIT = "edit"
    STAGE = "stage"
    RATE = "rate"
    TEAM = "team"

    @classmethod
    def named(cls, name: str) -> "Deed":
        """Read what a menu carries.

        Raises:
            errors.OutOfDate: no menu of this release carries it.
        """
        if name not in {deed.value for deed in cls}:
            raise errors.OutOfDate
        return cls(name)


class Part(StrEnum):
    """What somebody is for an account."""

    KAM = "kam"
    DEPUTY = "deputy"
    SPONSOR = "sponsor"
    TEAM = "team"


APPOINTED = (Part.KAM, Part.DEPUTY, Part.SPONSOR)
"""Parts that KAM leads give."""
PARTS = tuple(Part)


def deeds(viewer: Viewer, account_id: AccountId) -> tuple[Deed, ...]:
    """Return what this reader may change: KAM, deputies and KAM leads all, the circle the ratings (product, section 3)."""
    if viewer.is_kam_lead or account_id in viewer.kam_of:
        return tuple(Deed)
    return (Deed.RATE,) if sees_assessments(viewer, account_id) else ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the form "Edit account" holds."""

    name: str = ""
    aliases: tuple[str, ...] = ()
    kind: Kind = Kind.CUSTOMER
    tier: str | None = None
    parent_id: AccountId | None = None
    relation: Relation | None = None
    country: str | None = None
    language: str | None = None
    channel_id: ChannelId | None = None
    access: Access = Access.OPEN
    mission: str | None = None
    coverage: Coverage | None = None
    jour_fixe_weeks: int | None = None
    kam_id: MemberId | None = None
    deputy_id: MemberId | None = None
    sponsor_id: MemberId | None = None

    def overlaid(self, typed: "Facts", shown: Collection[str]) -> "Facts":
        """Return these facts with what a form says about the fields it showed."""
        changed: dict[str, Any] = {name: getattr(typed, name) for name in shown if name in _NAMES}
        merged = replace(self, **changed)
        # A relation says how a unit belongs to its parent, so it goes with the parent.
        return merged if merged.parent_id is not None else replace(merged, relation=None)

    def differing(self, other: "Facts") -> tuple[str, ...]:
        """Return the names of the fields that differ, in the form's order."""
        return tuple(name for name in _NAMES if getattr(self, name) != getattr(other, name))

    def part(self, part: Part) -> MemberId | None:
        """Return who has a part that KAM leads give."""
        found: MemberId | None = getattr(self, f"{part}_id")
        return found


_NAMES = tuple(one.name for one in fields(Facts))
_APPOINTMENTS = tuple(f"{part}_id" for part in APPOINTED)


def placed(typed: Facts, shown: Collection[str], parent_id: AccountId | None) -> Facts:
    """Return what was typed with the parent it means: Slack lets nobody take one back, so "part of no group" does.

    Args:
        typed: what the form holds.
        shown: the fields it showed.
        parent_id: the parent that the form showed first.

    Raises:
        errors.GroupUnfinished: one of parent and relation is missing.
    """
    if "relation" not in shown:
        return typed
    if typed.relation is None and typed.parent_id == parent_id:
        return replace(typed, parent_id=None)
    if (typed.relation is None) != (typed.parent_id is None):
        raise errors.GroupUnfinished("relation" if typed.relation is None else "parent")
    return typed


def facts_of(account: Account, aliases: Collection[str]) -> Facts:
    """Return what is known of an account as its form holds it; ``aliases`` may hold its name, too."""
    return Facts(
        name=account.name,
        aliases=_others(account.name, aliases),
        kind=account.kind,
        tier=account.tier,
        parent_id=account.parent_id,
        relation=account.relation,
        country=account.country,
        language=account.language,
        channel_id=account.channel_id,
        access=account.access,
        mission=account.mission,
        coverage=Coverage(account.coverage) if account.coverage else None,
        jour_fixe_weeks=account.jour_fixe_weeks,
        kam_id=account.kam.id if account.kam else None,
        deputy_id=account.deputy.id if account.deputy else None,
        sponsor_id=account.sponsor.id if account.sponsor else None,
    )


def tidied(before: Facts, after: Facts) -> Facts:
    """Return facts with each name on one line and once; a name that was given up stays as an alias."""
    name = names.one_line(after.name)
    given_up = (before.name,) if names.match_key(name) != names.match_key(before.name) else ()
    aliases = (names.one_line(alias) for alias in (*after.aliases, *given_up))
    return replace(after, name=name, aliases=_others(name, tuple(alias for alias in aliases if alias)))


def check(before: Facts, after: Facts, actor_id: MemberId, *, assigns: bool) -> None:
    """Refuse facts that cannot be.

    Args:
        before: what is stored.
        after: what is to be stored, tidied.
        actor_id: who changes it.
        assigns: whether they give the parts of KAM, deputy and sponsor.

    Raises:
        errors.Refusal: with the field.
    """
    if not after.name:
        raise errors.NameMissing("name")
    for field_name, written in (("name", [after.name]), ("aliases", after.aliases)):
        longest = max(map(len, written), default=0)
        if longest > LONGEST_NAME:
            raise errors.NameTooLong(longest, LONGEST_NAME, field_name)
    if len(after.aliases) > MOST_ALIASES:
        raise errors.TooManyAliases(len(after.aliases), MOST_ALIASES)
    if not assigns and any(name in _APPOINTMENTS for name in before.differing(after)):
        raise errors.MayNotAppoint
    taken: set[MemberId] = set()
    for part in APPOINTED:
        member_id = after.part(part)
        if member_id is None:
            continue
        if member_id in taken:
            raise errors.TwoParts(part)
        taken.add(member_id)
        if part is Part.SPONSOR and member_id == actor_id and member_id != before.sponsor_id:
            raise errors.SelfAppointed((), part)


def _others(name: str, aliases: Collection[str]) -> tuple[str, ...]:
    found = {names.match_key(alias): alias for alias in reversed(tuple(aliases))}
    found.pop(names.match_key(name), None)
    return tuple(sorted(found.values(), key=names.match_key))


@dataclass(frozen=True, slots=True)
class AccountForm:
    """One of the forms that the card opens."""

    deed: Deed
    draft_id: DraftId
    account: Account
    aliases: tuple[str, ...] = ()
    parent: AccountRef | None = None
    """As far as whoever edits may see it."""
    team: tuple[TeamMember, ...] = ()
    ratings: tuple[Rating, ...] = ()
    assigns: bool = False
    """Whether the form asks for KAM, deputy and sponsor."""
    more: bool = False
    """Whether the rarer fields are shown."""


@dataclass(frozen=True, slots=True)
class OpenAccountForm:
    """Open one of the forms."""

    actor: Member
    account_id: AccountId
    deed: Deed
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class SaveFacts:
    """Save the form "Edit account"."""

    actor: Member
    draft_id: DraftId
    key: str
    facts: Facts
    shown: Collection[str] = field(default_factory=frozenset)
    """Names of the fields that the form showed; the others stay as they are."""


@dataclass(frozen=True, slots=True)
class SaveStage:
    """Save the form "Relationship stage"."""

    actor: Member
    draft_id: DraftId
    key: str
    stage: Stage | None
    desired: Stage | None
    is_at_risk: bool
    reason: str

    @property
    def standing(self) -> Standing:
        """Return the judgement."""
        return Standing(self.stage, self.desired, self.is_at_risk, self.reason or None)


@dataclass(frozen=True, slots=True)
class SaveRatings:
    """Save the form "Rate relationship"."""

    actor: Member
    draft_id: DraftId
    key: str
    values: Mapping[Measure, int | None]
    """None takes a judgement back: not known."""
    reason: str


@dataclass(frozen=True, slots=True)
class SaveTeam:
    """Save the form "Account team"."""

    actor: Member
    draft_id: DraftId
    key: str
    member_ids: tuple[MemberId, ...]
    role: TeamRole | None = None
    """Of those who join."""
    topic: str | None = None
    """Of those who join."""


@dataclass(frozen=True, slots=True)
class PartGiven:
    """Somebody hears that they have a part for an account now, or not any more."""

    account: AccountRef
    part: Part
    by: Person
    is_over: bool = False
