"""What Slack sends, as typed values; the text of people is cleaned here, once."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.domain import menu, names
from bot.domain.delivery import Posted, Ref, ReplyTo, Subject
from bot.domain.identity import LARGEST_ID, ChannelId, MemberId, WorkspaceId, is_id

_ENTITY = re.compile(r"<(?:([@#!])|(?=\w+:))([^<>|\s]+)(?:\|([^<>]*))?>")


def as_typed(text: str) -> str:
    """Undo Slack's escaping: what the person saw when they typed it, mentions as ``@name``."""
    shown = _ENTITY.sub(lambda match: _shown(match[1] or "", match[2], match[3] or ""), text)
    # The ampersand comes last, so that a typed "&lt;" stays what it was.
    return names.tidy(shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _shown(mark: str, target: str, label: str) -> str:
    if mark:
        sign = "#" if mark == "#" else "@"
        return f"{sign}{(label or target).removeprefix(sign)}"
    # Slack makes links of "arven.example" and "lea@arven.example"; a label that says something else is not believed.
    return label if label and target.endswith(label) else target


class Malformed(Exception):
    """A signed request that is not what Slack sends."""


class _Payload(BaseModel):
    """Strange extra keys are Slack's right."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @classmethod
    def read(cls, body: object) -> Self:
        """Read a payload.

        Raises:
            Malformed: it is not what Slack sends.
        """
        try:
            return cls.model_validate(body)
        except ValidationError:
            raise Malformed(cls.__name__) from None


_Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""What machines write: no NUL and no half of a surrogate pair, which no database takes."""
_Name = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$")]
"""An id: Slack leaves none of them empty."""
_Seconds = Annotated[int, Field(ge=0, lt=2**35)]


class SlashCommand(_Payload):
    """A slash command, its text as the person typed it."""

    team_id: _Name
    user_id: _Name
    channel_id: _Name
    command: str
    text: str = ""
    trigger_id: _Name
    response_url: _Text = ""
    people: tuple[MemberId, ...] = ()
    """Who is mentioned in the text."""

    @model_validator(mode="before")
    @classmethod
    def _mentioned(cls, raw: Any) -> Any:
        """Keep the ids of mentions, which the text as it was typed has no more."""
        if not isinstance(raw, dict):
            return raw
        text = raw.get("text")
        found = _ENTITY.findall(text) if isinstance(text, str) else []
        return {**raw, "people": [target for mark, target, _ in found if mark == "@"]}

    @field_validator("text")
    @classmethod
    def _typed(cls, value: str) -> str:
        return as_typed(value)

    @property
    def key(self) -> str:
        """Return the inbox key of this delivery (reliability, 1h)."""
        return f"trigger:{self.trigger_id}"

    @property
    def channel(self) -> ChannelId:
        """Return where it was typed."""
        return ChannelId(self.channel_id)

    @property
    def reply_to(self) -> ReplyTo:
        """Return where a later answer goes."""
        return ReplyTo(MemberId(self.user_id), self.response_url or None)

    def after_verb(self) -> tuple[str, "SlashCommand"]:
        """Split ``/kam verb rest`` into the verb, which may have two words, and the command without it."""
        verb, rest = menu.split(self.text)
        return verb, self.model_copy(update={"text": rest})


class _Team(_Payload):
    id: _Name


class _User(_Payload):
    id: _Name
    team_id: str | None = None


class _Option(_Payload):
    value: _Text


class Action(_Payload):
    """One pressed button or chosen option."""

    action_id: _Text
    action_ts: _Text = ""
    value: _Text | None = None
    selected_option: _Option | None = None

    @property
    def chosen(self) -> str:
        """Return the option's value, or the button's."""
        return self.selected_option.value if self.selected_option else self.value or ""


class _Element(_Payload):
    """What an input holds; each type of input has one of these."""

    type: str = ""
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: tuple[_Option, ...] | None = None
    selected_user: _Text | None = None
    selected_users: tuple[_Text, ...] | None = None
    selected_conversation: _Text | None = None
    selected_date: date | None = None
    selected_date_time: _Seconds | None = None

    @property
    def held(self) -> Any:
        """Return what a person typed or chose; of a type that we do not use nothing."""
        read = _READERS.get(self.type)
        return read(self) if read else None


class _State(_Payload):
    values: dict[_Text, dict[str, _Element]] = Field(default_factory=dict)


class View(_Payload):
    """An open modal with what is typed into it."""

    id: _Text
    hash: _Text = ""
    callback_id: str = ""
    private_metadata: Annotated[Json[dict[str, Any]], BeforeValidator(lambda written: written or "{}")] = Field(
        default_factory=dict
    )
    """The ids and versions the modal carries."""
    state: _State = Field(default_factory=_State)

    def number(self, name: str) -> int | None:
        """Return one id, version or digest of the metadata."""
        value = self.private_metadata.get(name)
        return value if isinstance(value, int) and abs(value) <= LARGEST_ID else None

    def chosen(self, field: str) -> int | None:
        """Return the id chosen in a search of the form."""
        value = self.fields().get(field)
        return _whole(value) or None if isinstance(value, str) else None

    def fields(self) -> dict[str, Any]:
        """Return what the form's fields hold, by name; ``contacts~17`` is the field ``contacts``."""
        return {block.partition("~")[0]: _held(elements) for block, elements in self.state.values.items()}

    def block_ids(self) -> dict[str, str]:
        """Return the block of each field, so that an error stands at its field."""
        return {block.partition("~")[0]: block for block in self.state.values}


def _held(elements: dict[str, _Element]) -> Any:
    """Return the value of a block's one element, whatever its ``action_id``."""
    return next((element.held for element in elements.values()), None)


def _typed(element: _Element) -> str | None:
    return names.tidy(element.value or "") or None


def _option(element: _Element) -> str | None:
    return element.selected_option.value if element.selected_option else None


def _options(element: _Element) -> tuple[str, ...]:
    return tuple(option.value for option in element.selected_options or ())


def _instant(element: _Element) -> datetime | None:
    return datetime.fromtimestamp(element.selected_date_time, UTC) if element.selected_date_time else None


_READERS: Mapping[str, Callable[[_Element], Any]] = {
    "plain_text_input": _typed,
    "static_select": _option,
    "external_select": _option,
    "radio_buttons": _option,
    "multi_static_select": _options,
    "multi_external_select": _options,
    "checkboxes": _options,
    "users_select": lambda element: element.selected_user,
    "multi_users_select": lambda element: element.selected_users or (),
    "conversations_select": lambda element: element.selected_conversation,
    "datepicker": lambda element: element.selected_date,
    "datetimepicker": _instant,
}


class _Container(_Payload):
    type: str = ""
    is_ephemeral: bool = False
    channel_id: _Text = ""
    message_ts: _Text = ""
    view_id: _Text = ""


class Click(_Payload):
    """A pressed button, a choice in an overflow, or one in an open modal."""

    team: _Team
    user: _User
    trigger_id: _Text = ""
    response_url: _Text = ""
    container: _Container = Field(default_factory=_Container)
    actions: list[Action] = Field(min_length=1)
    view: View | None = None

    @property
    def action(self) -> Action:
        """Return what was pressed."""
        return self.actions[0]

    @property
    def key(self) -> str:
        """Return the inbox key of this delivery (reliability, 1h)."""
        if self.trigger_id:
            return f"trigger:{self.trigger_id}"
        stands_in = self.container.message_ts or self.container.view_id
        return f"click:{self.user.id}:{stands_in}:{self.action.action_id}:{self.action.action_ts}"

    @property
    def stands_at(self) -> Posted:
        """Return the message the button stands on; nothing is empty in Slack's own ids."""
        return Posted(ChannelId(self.container.channel_id), self.container.message_ts)

    @property
    def id(self) -> int:
        """Return the id the button carries; an old or strange value names nothing."""
        return _whole(self.action.chosen)

    @property
    def ids(self) -> tuple[int, int]:
        """Return the two ids of a button such as ``17:4``."""
        first, _, second = self.action.chosen.partition(":")
        return _whole(first), _whole(second)

    @property
    def choice(self) -> tuple[str, int]:
        """Return verb and id of a menu's option such as ``ask:17``."""
        verb, _, number = self.action.chosen.partition(":")
        return verb, _whole(number)

    @property
    def step(self) -> tuple[str, int, int, int]:
        """Return what is to be done with which version of which object, and with what of it: ``edit:17:4``."""
        verb, number, version, part = [*self.action.chosen.split(":", 3), "", "", ""][:4]
        return verb, _whole(number), _whole(version), _whole(part)

    @property
    def deed(self) -> tuple[str, int]:
        """Return what is to be done with which object: ``ask:17`` of a menu, or 17 of the button ``request.ask``."""
        name, menu, number = self.action.chosen.partition(":")
        if menu and not name.isdigit():
            return name, _whole(number)
        return self.action.action_id.partition(".")[2], self.id or self.ids[0]

    @property
    def about(self) -> Ref | None:
        """Return the object a button is about, as its name and value say; an old or strange one is about none."""
        kind, number = self.action.action_id.partition(".")[0], self.deed[1]
        match self.action.chosen.split("/"):
            case [_, named, part, *_] if not named.isdigit():
                # "done/promise/17/4/": promises and next steps share their buttons.
                kind, number = named, _whole(part)
            case [_, part, *_]:
                number = _whole(part)
        subject = next((one for one in Subject if one == kind), None)
        return Ref(subject, number) if subject is not None and number else None

    def reply(self, *, replace: bool | None = None) -> ReplyTo:
        """Return where the answer goes: in place of an ephemeral, beside a message that others see."""
        in_place = self.container.is_ephemeral if replace is None else replace
        return ReplyTo(MemberId(self.user.id), self.response_url or None, replace=in_place)


def _whole(text: str) -> int:
    return int(text) if is_id(text) else 0


class _Modal(View):
    type: str
    """Bolt looks for it without asking whether it is there."""


class Shortcut(_Payload):
    """A global shortcut; it was used nowhere in particular, so an answer can only be a modal or a direct message."""

    team: _Team
    user: _User
    callback_id: _Text
    trigger_id: _Text = ""


class Submission(_Payload):
    """A submitted modal."""

    team: _Team
    user: _User
    trigger_id: _Text = ""
    view: _Modal

    @property
    def key(self) -> str:
        """Return the inbox key of this delivery (reliability, 1h), and after ``#`` a digest of what is typed."""
        typed = json.dumps(self.view.fields(), sort_keys=True, default=str).encode()
        return f"view:{self.view.id}:{self.view.hash}#{hashlib.sha256(typed).hexdigest()}"


class Search(_Payload):
    """A select that asks for options."""

    team: _Team
    user: _User
    action_id: str
    value: str = ""
    view: View | None = None

    @field_validator("value")
    @classmethod
    def _tidied(cls, value: str) -> str:
        return names.tidy(value)


class Event(_Payload):
    """An event; its inner object stays raw, each listener takes what it needs."""

    team_id: _Name
    event_id: _Name
    event: dict[str, Any]

    @field_validator("event")
    @classmethod
    def _named(cls, value: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(value.get("type"), str):
            raise ValueError("an event without a type")  # noqa: TRY004  pydantic's convention
        return value

    @property
    def key(self) -> str:
        """Return the inbox key of this delivery (reliability, 1h)."""
        return f"event:{self.event_id}"

    @property
    def type(self) -> str:
        """Return what happened."""
        return str(self.event.get("type", ""))

    @property
    def user(self) -> object:
        """Return the person it is about, as the directory describes them."""
        return self.event.get("user")

    @property
    def channel(self) -> ChannelId:
        """Return the channel it is about.

        Raises:
            Malformed: it is about none.
        """
        return ChannelId(_About.read(self.event).channel)


class _About(_Payload):
    channel: _Name


_SHAPES: Mapping[str, type[_Payload]] = {
    "": SlashCommand,
    "block_actions": Click,
    "block_suggestion": Search,
    "event_callback": Event,
    "shortcut": Shortcut,
    "view_submission": Submission,
}


def is_ours(body: Mapping[str, Any]) -> bool:
    """Tell whether a body is of a kind that is listened to, and of its shape; Bolt stumbles over others."""
    kind = body.get("type", "")
    model = _SHAPES.get(kind) if isinstance(kind, str) else None
    try:
        return model is not None and model.read(body) is not None
    except Malformed:
        return False


class _Details(_Payload):
    display_name: str | None = None
    real_name: str | None = None
    email: _Text | None = None


class DirectoryUser(_Payload):
    """A person in Slack's directory."""

    id: _Name
    team_id: str | None = None
    name: str | None = None
    real_name: str | None = None
    profile: _Details = Field(default_factory=_Details)
    locale: _Text | None = None
    tz: _Text | None = None
    deleted: bool | None = None
    is_bot: bool | None = None
    is_stranger: bool | None = None
    is_restricted: bool | None = None
    is_ultra_restricted: bool | None = None
    is_owner: bool | None = None
    is_primary_owner: bool | None = None
    updated: _Seconds | None = None
    """When the directory changed this last, in seconds."""

    @property
    def changed_at(self) -> datetime | None:
        """Return when the directory changed this last, if it says so."""
        return datetime.fromtimestamp(self.updated, UTC) if self.updated else None

    @property
    def shown_name(self) -> str:
        """Return the name colleagues know, on one line."""
        given = (self.profile.display_name, self.real_name, self.profile.real_name, self.name)
        return next((clean for name in given if name and (clean := names.one_line(name))), self.id)


class Sender(_Payload):
    """Who sent a payload of any kind."""

    team_id: WorkspaceId
    user_id: MemberId | None

    @classmethod
    def of(cls, body: dict[str, Any]) -> Self:
        """Read team and user wherever this kind of payload has them."""
        user, team = body.get("user"), body.get("team")
        user_id = user.get("id") if isinstance(user, dict) else body.get("user_id")
        team_id = team.get("id") if isinstance(team, dict) else body.get("team_id")
        return cls(team_id=WorkspaceId(str(team_id or "")), user_id=MemberId(str(user_id)) if user_id else None)
