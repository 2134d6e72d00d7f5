"""The building blocks of messages and modals: typed text in, Slack's Block Kit out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypedDict

import slackblocks as slack

from bot.i18n import Typed, Words, bold
from bot.i18n.graphemes import continues, end_of_words
from bot.i18n.words import Text

Block = slack.Block
Element = slack.Element
Choice = tuple[str, Text]
"""A stored key and its label."""

_SECTION = 3000
_FIELD = 2000
_HEADER = 150
_BUTTON = 75
_OPTION = 75
_LABEL = 2000
_PLACEHOLDER = 150
_TITLE = 24
_NOTIFICATION = 3000
_CHART_TITLE, _CHART_LABEL = 50, 20
MESSAGE_TEXT = 9500
"""All text of one message; Slack refuses more than about 11 000 characters although each block is legal."""
TYPED = 3000
"""Characters one text input takes."""
OPTIONS = 100


class Message(TypedDict):
    """What is sent or edited: the notification's sentence and the blocks."""

    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is sent as a file into one person's direct messages."""

    png: bytes
    title: Words
    text: Words
    """The notification's sentence, above the picture."""
    instead: Message
    """What is said where Slack does not take the file."""


class Options(TypedDict):
    """What a search offers."""

    options: list[dict[str, Any]]


View = dict[str, Any]
"""A modal as Slack's ``views.*`` take it."""


def message(text: Words, *blocks: Block | None) -> Message:
    """Put a message together; ``text`` is what notifications and screen readers say."""
    return {
        "text": _cut_markup(text.mrkdwn, _NOTIFICATION),
        "blocks": [block._resolve() for block in blocks if block is not None],  # noqa: SLF001  its only way to a dict
    }


def only(text: Words) -> Message:
    """Put a message of one sentence together."""
    return message(text, section(text))


def modal(
    callback_id: str,
    title: Words,
    *blocks: Block | None,
    submit: Words | None = None,
    close: Words | None = None,
    metadata: Mapping[str, int | str | None] | None = None,
) -> View:
    """Put a modal together; ``metadata`` carries ids and versions only, never text, never rights."""
    view = slack.ModalView(
        title=_plain(title, _TITLE),
        blocks=[block for block in blocks if block is not None],
        submit=_plain(submit, _TITLE) if submit else None,
        close=_plain(close, _TITLE) if close else None,
        private_metadata=json.dumps({key: value for key, value in (metadata or {}).items() if value is not None}),
        callback_id=callback_id,
    )
    return dict(view.to_dict())


def section(text: Text, button: Element | None = None, name: str | None = None) -> Block:
    """Write a paragraph."""
    return slack.SectionBlock(text=_mrkdwn(text, _SECTION), accessory=button, block_id=name)


def facts(pairs: Iterable[tuple[Words, Text]]) -> Block | None:
    """Show up to six facts in two columns, label above value; empty values are left out."""
    fields = [
        _mrkdwn(Words(f"{label.plain}\n{value.plain}", f"{bold(label).mrkdwn}\n{value.mrkdwn}"), _FIELD)
        for label, value in pairs
        if value.plain.strip()
    ]
    return slack.SectionBlock(fields=list(fields[:10])) if fields else None


def quote(text: Typed, most: int = TYPED) -> Block:
    """Show a person's own words as a quote, cut where a character ends."""
    return slack.RichTextBlock(slack.RichTextQuote([slack.RichText(cut(text.text, most) or "…")]))


def context(*parts: Text) -> Block | None:
    """Write the grey line: who can see it and why, who changed it last."""
    kept = [part for part in parts if part.plain]
    if not kept:
        return None
    line = " · ".join(part.mrkdwn for part in kept)
    return slack.ContextBlock(elements=[slack.Text(_cut_markup(line, _FIELD), slack.TextType.MARKDOWN, verbatim=True)])


def header(text: Text) -> Block:
    """Write a headline above several parts."""
    return slack.HeaderBlock(_plain(text, _HEADER))


def table(head: Sequence[Text], rows: Iterable[Sequence[Text]]) -> Block:
    """Show rows under headings; Slack takes one table a message, of up to 100 rows."""
    return slack.TableBlock(
        rows=[[slack.RawText(cell.plain or "–") for cell in row] for row in (head, *rows)],
        column_settings=[slack.ColumnSettings(is_wrapped=True) for _ in head],
    )


def divider() -> Block:
    """Draw a line."""
    return slack.DividerBlock()


def actions(*elements: Element | None, name: str | None = None) -> Block | None:
    """Put buttons in a row."""
    kept = [element for element in elements if element is not None]
    return slack.ActionsBlock(elements=kept, block_id=name) if kept else None


@dataclass(frozen=True, slots=True)
class Confirm:
    """A question before something that cannot be taken back."""

    title: Words
    text: Words
    yes: Words
    no: Words


def button(
    label: Text,
    action_id: str,
    value: str | int = "",
    style: Literal["primary", "danger"] | None = None,
    confirm: Confirm | None = None,
) -> Element:
    """Make a button; ``action_id`` names the listener, ``value`` carries an id."""
    return slack.Button(
        text=_plain(label, _BUTTON),
        action_id=action_id,
        value=str(value) or None,
        style=style,
        confirm=_confirm(confirm),
    )


def link(label: Text, action_id: str, url: str) -> Element:
    """Make a button that opens an address; Slack tells of the press all the same."""
    return slack.Button(text=_plain(label, _BUTTON), action_id=action_id, url=url)


def overflow(action_id: str, choices: Sequence[Choice]) -> Element:
    """Make the menu of what is done rarely: two to five choices."""
    return slack.OverflowMenu(action_id=action_id, options=[_option(choice) for choice in choices])


def field(
    name: str,
    label: Words,
    element: Element,
    hint: Words | None = None,
    *,
    optional: bool = False,
    asks_at_once: bool = False,
) -> Block:
    """Ask for one value; ``name`` is the form's field, ``asks_at_once`` reports a choice before the submit."""
    return slack.InputBlock(
        label=_plain(label, _LABEL),
        element=element,
        block_id=name,
        hint=_plain(hint, _LABEL) if hint else None,
        optional=optional,
        dispatch_action=asks_at_once,
    )


def text_input(
    initial: str = "", *, many_lines: bool = False, example: Words | None = None, most: int = TYPED
) -> Element:
    """Ask for typed text."""
    return slack.PlainTextInput(
        action_id="value",
        initial_value=initial[:most] or None,
        multiline=many_lines,
        max_length=most,
        placeholder=_plain(example, _PLACEHOLDER) if example else None,
    )


def select(
    choices: Sequence[Choice], initial: str | None = None, placeholder: Words | None = None, action_id: str = "value"
) -> Element:
    """Offer a list to choose one from."""
    options = [_option(choice) for choice in choices[:OPTIONS]]
    chosen = next((option for option, choice in zip(options, choices, strict=False) if choice[0] == initial), None)
    return slack.StaticSelectMenu(
        action_id=action_id,
        options=options,
        initial_option=chosen,
        placeholder=_plain(placeholder, _PLACEHOLDER) if placeholder else None,
    )


def radio(choices: Sequence[Choice], initial: str | None = None) -> Element:
    """Offer a few choices side by side."""
    options = [_option(choice) for choice in choices]
    chosen = next((option for option, choice in zip(options, choices, strict=True) if choice[0] == initial), None)
    return slack.RadioButtonGroup(action_id="value", options=options, initial_option=chosen)


def checkboxes(choices: Sequence[Choice], initial: Sequence[str] = ()) -> Element:
    """Offer several choices to tick."""
    options = [_option(choice) for choice in choices]
    ticked = [option for option, choice in zip(options, choices, strict=True) if choice[0] in initial]
    return slack.CheckboxGroup(action_id="value", options=options, initial_options=ticked or None)


def search(action_id: str, placeholder: Words, initial: Choice | None = None) -> Element:
    """Offer a search that shows recent choices before anything is typed."""
    return slack.ExternalSelectMenu(
        action_id=action_id,
        min_query_length=0,
        initial_option=_option(initial) if initial else None,
        placeholder=_plain(placeholder, _PLACEHOLDER),
    )


def multi_search(action_id: str, placeholder: Words, initial: Sequence[Choice] = ()) -> Element:
    """Offer a search for several."""
    return slack.ExternalMultiSelectMenu(
        action_id=action_id,
        min_query_length=0,
        initial_options=[_option(choice) for choice in initial] or None,
        placeholder=_plain(placeholder, _PLACEHOLDER),
    )


def person(initial: str | None = None, placeholder: Words | None = None) -> Element:
    """Offer Slack's own list of people."""
    return slack.UserSelectMenu(
        action_id="value",
        initial_user=initial,
        placeholder=_plain(placeholder, _PLACEHOLDER) if placeholder else None,
    )


def people(initial: Sequence[str] = (), placeholder: Words | None = None) -> Element:
    """Offer Slack's own list of people, for several."""
    return slack.UserMultiSelectMenu(
        action_id="value",
        initial_users=list(initial) or None,
        placeholder=_plain(placeholder, _PLACEHOLDER) if placeholder else None,
    )


def channel(initial: str | None = None, placeholder: Words | None = None) -> Element:
    """Offer Slack's own list of this company's channels, public and private."""
    return slack.ConversationSelectMenu(
        action_id="value",
        initial_conversation=initial,
        filter=slack.ConversationFilter(
            include=["public", "private"], exclude_external_shared_channels=True, exclude_bot_users=True
        ),
        placeholder=_plain(placeholder, _PLACEHOLDER) if placeholder else None,
    )


def bars(title: Words, labels: Sequence[Words], series: Sequence[tuple[Words, Sequence[int]]]) -> Block:
    """Draw up to twelve rows of bars over the same labels, each label and name at most 20 characters; messages only."""
    names = [cut(label.plain, _CHART_LABEL) for label in labels]
    rows = [
        slack.DataSeries(
            cut(name.plain, _CHART_LABEL),
            [slack.DataPoint(label, value) for label, value in zip(names, values, strict=True)],
        )
        for name, values in series
    ]
    chart = slack.BarChart(rows, slack.AxisConfig(names))
    return slack.DataVisualizationBlock(cut(title.plain, _CHART_TITLE), chart)


def day(initial: date | None = None) -> Element:
    """Offer a calendar."""
    return slack.DatePicker(action_id="value", initial_date=initial.isoformat() if initial else None)


def day_and_time(initial: datetime | None = None) -> Element:
    """Offer a calendar with a clock."""
    return slack.DateTimePicker(action_id="value", initial_datetime=int(initial.timestamp()) if initial else None)


def options(choices: Iterable[Choice]) -> Options:
    """Answer a search: at most 100 options."""
    return {"options": [_option(choice)._resolve() for choice in list(choices)[:OPTIONS]]}  # noqa: SLF001  see message()


def page(text: str, offset: int, most: int) -> tuple[str, int | None]:
    """Take at most ``most`` characters from ``offset`` on, up to the end of a word, and say where the next page begins.

    Nothing is lost between two pages, and none begins inside a grapheme.
    """
    start = min(max(offset, 0), len(text))
    if len(text) - start <= most:
        return text[start:], None
    end = start + most
    blank = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
    if blank > start + most // 2:
        return text[start : blank + 1], blank + 1
    while end > start + 1 and continues(text, end):
        end -= 1
    return text[start:end], end


def cut(text: str, most: int) -> str:
    """Shorten what a person typed to at most ``most`` characters, to whole words if it can be, marked by an ellipsis."""
    return text if len(text) <= most else text[: end_of_words(text, most - 1)].rstrip() + "…"


def _cut_markup(text: str, most: int) -> str:
    """Shorten mrkdwn to at most ``most`` characters, never inside an entity, marked by an ellipsis."""
    if len(text) <= most:
        return text
    end = end_of_words(text, most - 1)
    if end < most - 1 and text[end] == ";" and "&" in text[max(0, end - 4) : end]:
        end += 1  # That mark ends an entity, no sentence.
    # What people typed is escaped, so a "<" is ours and its ">" follows.
    opened, closed = text.rfind("<", 0, end), text.rfind(">", 0, end)
    ampersand = text.rfind("&", max(0, end - 4), end)
    if opened > closed:
        end = opened
    elif ampersand >= 0 and ";" not in text[ampersand:end]:
        end = ampersand
    return text[:end].rstrip() + "…"


def _plain(text: Text, most: int) -> slack.Text:
    # Slack refuses an empty text, and a name can be all invisible characters.
    return slack.Text(cut(text.plain, most) or "…", slack.TextType.PLAINTEXT, emoji=False)


def _mrkdwn(text: Text, most: int) -> slack.Text:
    return slack.Text(_cut_markup(text.mrkdwn, most) or "…", slack.TextType.MARKDOWN, verbatim=True)


def _option(choice: Choice) -> slack.Option:
    key, label = choice
    return slack.Option(text=_plain(label, _OPTION), value=key)


def _confirm(confirm: Confirm | None) -> slack.ConfirmationDialogue | None:
    if confirm is None:
        return None
    return slack.ConfirmationDialogue(
        title=_plain(confirm.title, 100),
        text=_plain(confirm.text, 300),
        confirm=_plain(confirm.yes, 30),
        deny=_plain(confirm.no, 30),
    )
