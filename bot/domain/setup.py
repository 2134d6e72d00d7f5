"""Setting up: set-up data from files, and what an admin or coordinator still has to do."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.access import Access, Visibility
from bot.domain.accounts import Kind as AccountKind
from bot.domain.departments import ANSWER_HOURS, LEAD_DAYS
from bot.domain.identity import ChannelId, InteractionId, WorkspaceId
from bot.domain.interactions import Kind as InteractionKind
from bot.domain.members import Profile, Role


@dataclass(frozen=True, slots=True)
class ChannelInvite:
    """Scharnier cannot post into a channel: it must be invited, or the channel must be another."""

    channel_id: ChannelId
    channel_name: str | None
    """None for a private channel, whose name Slack does not tell."""
    owner_name: str
    """The department or account whose channel it is."""
    is_external: bool
    is_archived: bool


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What an admin of an empty workspace does next."""

    has_departments: bool
    has_accounts: bool
    has_kam_lead: bool


class File(StrEnum):
    """The files of the set-up data, in the order they are read (product, section 8)."""

    MEMBERS = "members.csv"
    DEPARTMENTS = "departments.csv"
    ACCOUNTS = "accounts.csv"
    TEAM = "team.csv"
    CONTACTS = "contacts.csv"
    SPONSORS = "sponsors.csv"
    INTERACTIONS = "interactions.csv"


Value = str | int | datetime | tuple[str, ...] | tuple[int, ...] | None
"""What a cell holds; None and () stand for an empty one."""
Values = Mapping[str, Value]
Key = str | int | tuple[int, str]
"""Slack's id of a member or KAM, our id of an object, account and member of a team, the import key of an interaction."""


class Flaw(StrEnum):
    """What can be wrong with the files; ``csv_files`` has a sentence for each."""

    UNREADABLE = "unreadable"
    MISNAMED = "misnamed"
    NO_HEADER = "no_header"
    NOT_UTF8 = "not_utf8"
    NUL = "nul"
    OPEN_QUOTE = "open_quote"
    STRAY_QUOTE = "stray_quote"
    UNKNOWN_COLUMN = "unknown_column"
    COLUMN_TWICE = "column_twice"
    COLUMN_MISSING = "column_missing"
    CELL_COUNT = "cell_count"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_ONE_OF = "not_one_of"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_SLACK_ID = "not_a_slack_id"
    NOT_A_PERSON = "not_a_person"
    NOT_A_CHANNEL = "not_a_channel"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_COUNTRY = "not_a_country"
    NOT_A_REGION = "not_a_region"
    NOT_A_ZONE = "not_a_zone"
    NOT_WORKING_HOURS = "not_working_hours"
    NOT_A_MOMENT = "not_a_moment"
    SOURCE_ALONE = "source_alone"
    TWO_ATTITUDES = "two_attitudes"
    RELATION_ALONE = "relation_alone"
    TWICE = "twice"
    UNKNOWN_EMAIL = "unknown_email"
    SHARED_EMAIL = "shared_email"
    UNKNOWN_DEPARTMENT = "unknown_department"
    UNKNOWN_ACCOUNT = "unknown_account"
    SHARED_ALIAS = "shared_alias"
    UNKNOWN_CONTACT = "unknown_contact"
    SHARED_CONTACT = "shared_contact"
    CIRCLE = "circle"
    OWN_SPONSOR = "own_sponsor"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the files that must be mended before anything is written."""

    file: str
    flaw: Flaw
    line: int | None = None
    column: str | None = None
    typed: str = ""
    hints: tuple[str, ...] = ()
    """What to write instead: legal keys, bounds, or the closest names."""
    other_line: int | None = None
    """Where the same key stands already."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: the sound cells of the columns the file has, by column."""

    file: File
    line: int
    values: Values
    lines: Mapping[str, int]
    """The line a cell begins in, where it is not the row's."""

    def problem(
        self,
        flaw: Flaw,
        column: str,
        *,
        hints: tuple[str, ...] = (),
        other: int | None = None,
        typed: str | None = None,
    ) -> Problem:
        """Name a problem of one cell."""
        value = self.values.get(column) if typed is None else typed
        words = "|".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
        return Problem(self.file, flaw, self.lines.get(column, self.line), column, words, hints, other)


@dataclass(frozen=True, slots=True)
class SetUpData:
    """What a folder of files says."""

    rows: Mapping[File, Sequence[Row]]
    """Only the files that are there."""
    problems: tuple[Problem, ...] = ()
    broken: frozenset[File] = frozenset()
    """Files that could not be read to their end, so that what refers to them cannot be judged."""


@dataclass(frozen=True, slots=True)
class Merged:
    """An account or contact that was taken into another; its name leads there."""

    id: int
    name: str
    into_id: int
    account_id: int | None = None
    """Of a contact."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored already, by key, each with the attributes that files can set."""

    members: Mapping[str, Values]
    departments: Mapping[int, Values]
    accounts: Mapping[int, Values]
    team: Mapping[tuple[int, str], Values]
    contacts: Mapping[int, Values]
    sponsors: Mapping[str, Values]
    merged_accounts: Sequence[Merged] = ()
    merged_contacts: Sequence[Merged] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """An object as the files want it, every reference resolved."""

    key: Key
    values: Values


@dataclass(frozen=True, slots=True)
class Wanted:
    """All objects the files want, by file; new members named only by their Slack id come apart."""

    records: Mapping[File, Sequence[Record]]
    newcomers: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class ImportSetUp:
    """Bring the set-up data of one workspace up to what the files say."""

    workspace_id: WorkspaceId
    data: SetUpData
    directory: Sequence[Profile] = ()
    """Slack's directory, if Slack answered."""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """What an import did with the rows of one file."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class SetUpImported:
    """Everything is stored, or would be."""

    counts: Mapping[File, Count]
    newcomers: int
    """Members that no row describes, added because a row names their Slack id."""
    dry_run: bool


class SetUpRefused(Exception):
    """The files have problems, so nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


ATTRIBUTES: Mapping[File, Values] = {
    File.MEMBERS: {
        "name": None,
        "email": None,
        "department_id": None,
        "level": None,
        "role": Role.MEMBER,
        "topics": (),
        "language": None,
        "time_zone": None,
        "country": None,
        "region": None,
        "working_hours": None,
    },
    File.DEPARTMENTS: {
        "name": None,
        "channel_id": None,
        "coordinator_id": None,
        "head_id": None,
        "deputy_id": None,
        "answer_hours": ANSWER_HOURS,
        "lead_days": LEAD_DAYS,
        "language": None,
        "time_zone": None,
        "country": None,
        "region": None,
        "working_hours": None,
    },
    File.ACCOUNTS: {
        "name": None,
        "parent_id": None,
        "relation": None,
        "kind": AccountKind.CUSTOMER,
        "tier": None,
        "aliases": (),
        "country": None,
        "language": None,
        "channel_id": None,
        "kam_id": None,
        "deputy_id": None,
        "sponsor_id": None,
        "access": Access.OPEN,
        "mission": None,
    },
    File.TEAM: {"role": None, "topic": None},
    File.CONTACTS: {
        "account_id": None,
        "name": None,
        "email": None,
        "title": None,
        "level": None,
        "decision_roles": (),
        "attitude": None,
        "influence": None,
        "aims": None,
        "owner_id": None,
        "reports_to_id": None,
    },
    File.SPONSORS: {"sponsor_id": None, "deputy_id": None},
    File.INTERACTIONS: {
        "account_id": None,
        "author_id": None,
        "occurred_at": None,
        "text": None,
        "kind": InteractionKind.OTHER,
        "category": None,
        "satisfaction": None,
        "satisfaction_source": None,
        "contact_ids": (),
        "visibility": Visibility.COMPANY,
    },
}
"""What each file can set, with the value of an empty cell and of a new object whose file lacks the column."""


def import_key(account_id: int, author_id: str, when: datetime, text: str) -> str:
    """Return what makes an imported interaction the same one again: account, author, moment and text."""
    whole = "\n".join((str(account_id), author_id, when.astimezone(UTC).isoformat(), text))
    return hashlib.sha256(whole.encode()).hexdigest()


def member_number(member_id: str) -> int:
    """Return a Slack id as the number under which history and audit know a member; it can be turned back."""
    return int(member_id, 36)


def member_of(number: int) -> str:
    """Turn the number of a member back into the Slack id."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + digits
    return digits


@dataclass(frozen=True, slots=True)
class StoredInteraction:
    """An interaction that an earlier import made."""

    id: InteractionId
    values: Values
    withdrawn: bool
