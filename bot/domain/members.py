"""Members: who somebody is to us, and in which language they read."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.identity import ChannelId, DepartmentId, MemberId, WorkspaceId


class Standing(StrEnum):
    """What Slack says a person is; only full members may use Scharnier."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    """Somebody of another company, through Slack Connect."""
    BOT = "bot"
    DEACTIVATED = "deactivated"


class Role(StrEnum):
    """What a member is besides being a member."""

    MEMBER = "member"
    KAM_LEAD = "kam_lead"
    ADMIN = "admin"


LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The tenant: one Slack team and its defaults."""

    id: WorkspaceId
    name: str
    language: str
    time_zone: str
    country: str
    bot_user_id: MemberId | None = None
    url: str | None = None
    """Where its messages are opened; None until Slack said it."""

    def today(self, now: datetime) -> date:
        """Return which day it is where the company is."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def link(self, channel_id: ChannelId, ts: str) -> str | None:
        """Return where a message is opened (Slack, "chat.getPermalink"), None while nobody knows."""
        return f"{self.url.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}" if self.url else None


@dataclass(frozen=True, slots=True)
class Person:
    """A member as others see them."""

    id: MemberId
    name: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What the Slack directory tells about a person."""

    id: MemberId
    name: str
    standing: Standing
    email: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    is_owner: bool = False
    at: datetime | None = None
    """When Slack changed it last, so that older news does not overwrite newer."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of our company, with what import and settings add to the directory."""

    workspace_id: WorkspaceId
    id: MemberId
    name: str
    standing: Standing = Standing.MEMBER
    role: Role = Role.MEMBER
    is_admin: bool = False
    """Admin by role, by setting, or as the Slack workspace's owner while there is neither."""
    department_id: DepartmentId | None = None
    level: int | None = None
    topics: tuple[str, ...] = ()
    email: str | None = None
    language: str | None = None
    """Own choice; the Slack locale counts only while there is none."""
    locale: str | None = None
    time_zone: str | None = None

    @property
    def is_kam_lead(self) -> bool:
        """Tell whether this member leads the KAMs."""
        return self.role is Role.KAM_LEAD

    @property
    def person(self) -> Person:
        """Show this member as others see them."""
        return Person(self.id, self.name, left=self.standing is Standing.DEACTIVATED)


def reading_language(own: str | None, locale: str | None, default: str) -> str:
    """Choose the language for a person: own choice → Slack locale → default (product, principle 7)."""
    for wish in (own, locale):
        if wish and (short := wish.replace("_", "-").split("-")[0].lower()) in LANGUAGES:
            return short
    return default
