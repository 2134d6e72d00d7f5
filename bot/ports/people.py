"""What is kept of people, their rights, departments and channels."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.absences import Absence, Away, Period
from bot.domain.access import Viewer
from bot.domain.delivery import ChannelFacts
from bot.domain.departments import Department
from bot.domain.identity import AbsenceId, ChannelId, DepartmentId, InteractionId, MemberId
from bot.domain.interactions import Interaction
from bot.domain.members import Member, Person, Profile
from bot.domain.setup import File, Known, Record, StoredInteraction
from bot.domain.working_time import Calendar


class Members(Protocol):
    """People of the workspace."""

    def get(self, member_id: MemberId) -> Member | None:
        """Return anybody known, guests and deactivated people too."""

    def people(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Person]:
        """Return those of the ids that are known."""

    def calendar(self, member_id: MemberId) -> Calendar:
        """Return somebody's working time: their own, else the department's, else the workspace's (product, section 8)."""

    def calendars(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Calendar]:
        """Return the working time of several people in one statement; that of unknown people is the workspace's."""

    def put_profiles(self, profiles: Iterable[Profile]) -> None:
        """Store what the directory says; what import and people set stays."""

    def kam_leads(self) -> tuple[Person, ...]:
        """Return the active KAM leads."""

    def admins(self) -> tuple[Person, ...]:
        """Return the admins by role or setting; while there is none, the Slack workspace's owners."""


class Absences(Protocol):
    """Who is away when."""

    def away(self, now: datetime) -> Away:
        """Return everybody who is away now, by the date where they live, in one statement."""

    def get(self, absence_id: AbsenceId) -> Absence | None:
        """Return an absence, withdrawn ones too."""

    def hold(self, member_id: MemberId) -> None:
        """Let nobody else change the absences of this person until the commit."""

    def ahead(self, member_id: MemberId, today: date) -> tuple[Absence, ...]:
        """Return somebody's absences that are not over, the nearest first."""

    def standing_in(self, member_id: MemberId, today: date) -> tuple[Absence, ...]:
        """Return the absences that are not over and name somebody as deputy, the nearest first."""

    def of_leadership(self, today: date) -> tuple[Absence, ...]:
        """Return the absences, not over, of those who back or look after accounts, the nearest first."""

    def leads(self, member_id: MemberId) -> bool:
        """Tell whether somebody backs or looks after an account, as deputy too."""

    def beside(self, starts_on: date, ends_on: date) -> tuple[Absence, ...]:
        """Return everybody's absences that share a day with a period."""

    def add(self, member_id: MemberId, period: Period, now: datetime) -> AbsenceId:
        """Store a new absence."""

    def change(self, absence_id: AbsenceId, version: int, period: Period) -> bool:
        """Store other dates or another deputy, if nothing changed since ``version``."""

    def withdraw(self, absence_id: AbsenceId, version: int, now: datetime) -> bool:
        """Take an absence back, if nothing changed since ``version``."""


class AccessRights(Protocol):
    """What the access rule needs to know about a reader."""

    def viewer(self, member: Member) -> Viewer:
        """Read the accounts and departments a member belongs to, in one statement."""


class Channels(Protocol):
    """What Slack said about channels."""

    def get(self, channel_id: ChannelId) -> ChannelFacts | None:
        """Return the facts last read."""

    def put(self, facts: ChannelFacts) -> None:
        """Store what was read, unless something newer is known."""

    def forget(self, channel_id: ChannelId, now: datetime) -> None:
        """Let nothing go there until the channel is read again, from now on."""


class Departments(Protocol):
    """Units that receive requests."""

    def in_channel(self, channel_id: ChannelId) -> Department | None:
        """Return the department bound to a channel."""

    def get(self, department_id: DepartmentId) -> Department | None:
        """Return a department."""

    def all(self) -> tuple[Department, ...]:
        """Return all departments by name."""

    def key_persons(self, department_id: DepartmentId) -> tuple[Person, ...]:
        """Return the department's people with a topic: they may answer its requests too."""


class SetUp(Protocol):
    """Set-up data, read whole and written in bulk; an operator's, so no access rule is asked."""

    def take_time(self) -> None:
        """Let this transaction take as long as it needs, one import at a time."""

    def settle(self) -> None:
        """Let the database look at the new sizes."""

    def new_id(self) -> int:
        """Return an id for a new object, so that others can refer to it before it is stored."""

    def known(self) -> Known:
        """Read what is stored, interactions excepted."""

    def imported(self, keys: Collection[str]) -> dict[str, StoredInteraction]:
        """Return the interactions that an earlier import made, by import key."""

    def interactions(self, ids: Collection[InteractionId]) -> tuple[Interaction, ...]:
        """Read interactions whole, to index them again."""

    def numbers(self, count: int) -> Iterator[int]:
        """Take the next short numbers of interactions; the counter is held until the commit."""

    def add(self, file: File, records: Sequence[Record], now: datetime) -> None:
        """Insert new objects."""

    def change(self, file: File, records: Sequence[Record], now: datetime) -> None:
        """Overwrite the attributes that the records have, and nothing else."""
