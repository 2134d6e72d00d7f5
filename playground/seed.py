"""What the playground starts from: the people and channels of the seed file, the app of the manifest."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace itself."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Bot:
    """The app's own identity in the workspace."""

    user_id: str
    bot_id: str
    app_id: str
    name: str


@dataclass(slots=True)
class Person:
    """A member, a guest, or somebody of another company."""

    id: str
    name: str
    real_name: str
    email: str = ""
    locale: str = "en-US"
    tz: str = "Europe/Zurich"
    title: str = ""
    team_id: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class SeedMessage:
    """Something that somebody wrote before the playground started."""

    user: str
    text: str
    minutes_ago: float = 0.0


@dataclass(slots=True)
class SeedChannel:
    """A channel as the seed file has it."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    members: list[str] = field(default_factory=list)
    messages: list[SeedMessage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Seed:
    """The whole seed file."""

    team: Team
    bot: Bot
    users: list[Person]
    channels: list[SeedChannel]


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command of the manifest."""

    name: str
    should_escape: bool = False
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What of the app's manifest decides how Slack behaves."""

    name: str
    commands: dict[str, Command]
    scopes: frozenset[str]
    events: frozenset[str]
    home_tab: bool
    messages_tab: bool
    shortcuts: tuple[dict[str, Any], ...]


def known_fields(kind: type[_Record], raw: dict[str, Any]) -> dict[str, Any]:
    """Keep the keys that the record has; the seed may carry notes for its readers."""
    names = {item.name for item in dataclasses.fields(kind)}  # type: ignore[arg-type]  # all callers pass dataclasses
    return {name: value for name, value in raw.items() if name in names}


def load_seed(path: Path) -> Seed:
    """Read the seed file."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Seed(
        team=Team(**known_fields(Team, raw["team"])),
        bot=Bot(**known_fields(Bot, raw["bot"])),
        users=[Person(**known_fields(Person, user)) for user in raw["users"]],
        channels=[_channel(channel) for channel in raw["channels"]],
    )


def _channel(raw: dict[str, Any]) -> SeedChannel:
    messages = [SeedMessage(**known_fields(SeedMessage, message)) for message in raw.get("messages", [])]
    messages.sort(key=lambda message: message.minutes_ago, reverse=True)
    return SeedChannel(**{**known_fields(SeedChannel, raw), "messages": messages})


def load_manifest(path: Path) -> Manifest:
    """Read the app manifest."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    features = raw.get("features") or {}
    home = features.get("app_home") or {}
    commands = [
        Command(
            name=item["command"],
            should_escape=bool(item.get("should_escape", False)),
            description=item.get("description", ""),
            usage_hint=item.get("usage_hint", ""),
        )
        for item in features.get("slash_commands") or []
    ]
    scopes = ((raw.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    subscriptions = (raw.get("settings") or {}).get("event_subscriptions") or {}
    return Manifest(
        name=(features.get("bot_user") or {}).get("display_name", ""),
        commands={command.name: command for command in commands},
        scopes=frozenset(scopes),
        events=frozenset(subscriptions.get("bot_events") or []),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True))
        and not home.get("messages_tab_read_only_enabled", False),
        shortcuts=tuple(features.get("shortcuts") or []),
    )
