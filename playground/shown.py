"""What the robot holds in its hands: a message or a form as a person reads it."""

from playground import controls
from playground.blocks import Payload
from playground.inputs import options_of
from playground.mrkdwn import Names
from playground.text import message_text, view_text


class Shown:
    """A message before somebody's eyes; empty (and false) if nothing was shown."""

    def __init__(self, message: Payload | None, channel: str, names: Names) -> None:
        self.message = message or {}
        self.channel = channel
        self._names = names

    def __bool__(self) -> bool:
        return bool(self.message)

    def __repr__(self) -> str:
        return f"<Shown {self.text!r}>"

    @property
    def ts(self) -> str:
        """Return the message's timestamp."""
        return str(self.message.get("ts", ""))

    @property
    def thread_ts(self) -> str | None:
        """Return the thread it stands in."""
        return self.message.get("thread_ts")

    @property
    def text(self) -> str:
        """Return what is read."""
        return message_text(self.message, self._names)

    @property
    def author(self) -> str:
        """Return who wrote it."""
        author = str(self.message.get("user", ""))
        return self._names.people.get(author, author)

    @property
    def is_ephemeral(self) -> bool:
        """Say whether only this person sees it."""
        return bool(self.message.get("is_ephemeral", False))

    @property
    def buttons(self) -> list[str]:
        """Return the labels of buttons and menu entries."""
        return [button.label for button in controls.buttons(self.message.get("blocks", []), self._names)]


class Form:
    """A modal or Home before somebody's eyes."""

    def __init__(self, view: Payload, names: Names) -> None:
        self.view = view
        self._names = names

    def __repr__(self) -> str:
        return f"<Form {self.title!r}>"

    @property
    def title(self) -> str:
        """Return the title, empty for a Home."""
        return str((self.view.get("title") or {}).get("text", ""))

    @property
    def text(self) -> str:
        """Return what is read."""
        return view_text(self.view, self._names)

    @property
    def fields(self) -> list[str]:
        """Return the labels of all inputs."""
        return [field.label for field in self._fields()]

    @property
    def values(self) -> dict[str, str]:
        """Return what stands in each input, by label."""
        return {field.label: field.shown for field in self._fields()}

    @property
    def buttons(self) -> list[str]:
        """Return the labels of buttons and menu entries inside the view."""
        return [button.label for button in controls.buttons(self.view["blocks"], self._names)]

    @property
    def errors(self) -> dict[str, str]:
        """Return the sentences at the fields, by label; under an empty label, that the app failed."""
        at = self.view.get("errors", {})
        errors = {field.label: at[field.block_id] for field in self._fields() if field.block_id in at}
        if self.view.get("failure"):
            errors[""] = self.view["failure"]
        return errors

    def options(self, label: str) -> list[str]:
        """Return the options of a list, by the field's label."""
        field = controls.pick_field(self._fields(), label)
        return [option["text"]["text"] for option in options_of(field.element, [])]

    def _fields(self) -> list[controls.Field]:
        return controls.fields(self.view["blocks"], self.view["state"]["values"], self._names)
