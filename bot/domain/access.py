"""The access rule: who may see an account, a note, a request, a conflict (product, section 3)."""

# Storage states the same rule in SQL; a test holds the two equal.

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.domain.identity import AccountId, DepartmentId, MemberId


class Access(StrEnum):
    """Whether an account is open to every member."""

    OPEN = "open"
    RESTRICTED = "restricted"


class Visibility(StrEnum):
    """Who may read an interaction or a request."""

    COMPANY = "company"
    TEAM = "team"
    LEADERSHIP = "leadership"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A reader with the accounts they belong to, read once per transaction."""

    member_id: MemberId | None
    """None stands for a channel that every member can read."""
    is_kam_lead: bool = False
    is_admin: bool = False
    """Opens nothing by itself: an admin stands in where nobody else answers a request."""
    department_id: DepartmentId | None = None
    answers_for: frozenset[DepartmentId] = frozenset()
    """Departments whose requests this reader may answer."""
    circle: frozenset[AccountId] = frozenset()
    """Accounts with this reader as KAM, deputy, team, relationship owner, sponsor or sponsor's deputy."""
    leadership: frozenset[AccountId] = frozenset()
    """Accounts with this reader as KAM, deputy, sponsor or sponsor's deputy."""
    kam_of: frozenset[AccountId] = frozenset()
    """Accounts with this reader as KAM or deputy."""

    @property
    def departments(self) -> frozenset[DepartmentId]:
        """Return the departments this reader belongs to or answers for."""
        return self.answers_for if self.department_id is None else self.answers_for | {self.department_id}


CHANNEL = Viewer(member_id=None)
"""The reader of a channel: every member of the company, so open accounts and company content only."""


def sees_account(viewer: Viewer, account_id: AccountId, access: Access) -> bool:
    """Tell whether the account exists for this reader."""
    return access is Access.OPEN or viewer.is_kam_lead or account_id in viewer.circle


def sees_assessments(viewer: Viewer, account_id: AccountId) -> bool:
    """Tell whether somebody may read and write what is judged: the account's circle and KAM leads, never the company."""
    return viewer.is_kam_lead or account_id in viewer.circle


def sees_note(
    viewer: Viewer, account_id: AccountId, access: Access, visibility: Visibility, author_id: MemberId
) -> bool:
    """Tell whether this reader may read an interaction: its author always, others by account and visibility."""
    if viewer.member_id == author_id:
        return True
    if not sees_account(viewer, account_id, access):
        return False
    if visibility is Visibility.COMPANY:
        return True
    if visibility is Visibility.TEAM:
        return viewer.is_kam_lead or account_id in viewer.circle
    return visibility is Visibility.LEADERSHIP and (viewer.is_kam_lead or account_id in viewer.leadership)


ITSELF = Viewer(member_id=None, is_kam_lead=True)
"""Scharnier, where the clock acts: it reads everything, and shows nothing of it to anybody."""


class Depth(IntEnum):
    """How much of a request or conflict a reader sees."""

    NOTHING = 0
    HEADER = 1
    ALL = 2


def sees_request(
    viewer: Viewer,
    account_id: AccountId,
    access: Access,
    visibility: Visibility,
    requester_id: MemberId,
    named: Collection[MemberId],
    department_id: DepartmentId | None,
    offered_to: DepartmentId | None = None,
) -> Depth:
    """Tell how much of a request this reader sees: those it names and its department all, the company the header.

    ``offered_to`` is another department that was asked to take it over: it sees what it is to answer.
    """
    if viewer.member_id is not None and viewer.member_id in {requester_id, *named}:
        return Depth.ALL
    if not sees_account(viewer, account_id, access):
        return Depth.NOTHING
    if viewer.is_kam_lead or account_id in viewer.leadership:
        return Depth.ALL
    if visibility in {Visibility.LEADERSHIP, Visibility.PRIVATE}:
        return Depth.NOTHING
    in_department = any(one is not None and one in viewer.departments for one in (department_id, offered_to))
    if in_department or account_id in viewer.circle:
        return Depth.ALL
    return Depth.HEADER if visibility is Visibility.COMPANY else Depth.NOTHING


def sees_conflict(viewer: Viewer, account_id: AccountId, access: Access, insiders: Collection[MemberId]) -> Depth:
    """Tell how much of a conflict this reader sees.

    ``insiders`` are raiser, both parties, the account's KAM and the addressees; KAM leads see all, others the header.
    """
    if viewer.is_kam_lead or (viewer.member_id is not None and viewer.member_id in insiders):
        return Depth.ALL
    return Depth.HEADER if sees_account(viewer, account_id, access) else Depth.NOTHING
