"""What Slack refuses is refused, and what it takes is taken."""

import copy
from typing import Any

import pytest

from playground.errors import SlackError
from playground.limits import check_message, check_options, check_view

Payload = dict[str, Any]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Payload:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str = "v", **more: Any) -> Payload:
    return {"text": plain(text), "value": value, **more}


def section(**more: Any) -> Payload:
    return {"type": "section", "text": mrkdwn("x"), **more}


def actions(*elements: Payload) -> Payload:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Payload:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def select(**more: Any) -> Payload:
    return {"type": "static_select", "action_id": "pick", "options": [option("One", "1")], **more}


def asks(element: Payload, **more: Any) -> Payload:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def modal(*blocks: Payload, **more: Any) -> Payload:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Save"), "blocks": list(blocks), **more}


def chart(kind: str = "bar", **more: Any) -> Payload:
    series = [{"name": "2026", "data": [{"label": "Q1", "value": 3}]}]
    return {
        "type": "data_visualization",
        "title": "Visits",
        "chart": {"type": kind, "series": series, "axis_config": {"categories": ["Q1"]}, **more},
    }


def rich(*parts: Payload) -> Payload:
    return {"type": "rich_text", "elements": list(parts)}


REFUSED_IN_MESSAGES: dict[str, tuple[Any, str]] = {
    "no object": (["x"], "must provide an object [json-pointer:/blocks/0]"),
    "no type": ([{}], "missing required field: type [json-pointer:/blocks/0]"),
    "an unknown block": ([{"type": "poem"}], "unsupported type: poem [json-pointer:/blocks/0/type]"),
    "an alert": ([{"type": "alert", "text": plain("x")}], "unsupported type: alert"),
    "a file": ([{"type": "file", "external_id": "x", "source": "remote"}], "unsupported type: file"),
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "a foreign key": ([{"type": "divider", "color": "red"}], "invalid additional property: color"),
    "a section without text": ([{"type": "section"}], "must provide one of text, fields"),
    "an empty text": ([section(text=mrkdwn(""))], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "3001 characters": ([section(text=mrkdwn("x" * 3001))], "must be less than 3001 characters"),
    "11 fields": ([{"type": "section", "fields": [mrkdwn("x")] * 11}], "no more than 10 items allowed"),
    "a field of 2001": (
        [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
        "[json-pointer:/blocks/0/fields/0/text]",
    ),
    "emoji in mrkdwn": ([section(text={**mrkdwn("x"), "emoji": True})], "invalid additional property: emoji"),
    "verbatim in plain": ([section(text={**plain("x"), "verbatim": True})], "invalid additional property: verbatim"),
    "mrkdwn in a header": ([{"type": "header", "text": mrkdwn("x")}], "unsupported type: mrkdwn"),
    "a header of 151": ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    "the same block_id twice": ([section(block_id="a"), section(block_id="a")], "block_id a already exists"),
    "the same block_id within a container": (
        [
            section(block_id="a"),
            {"type": "container", "title": plain("x"), "child_blocks": [section(block_id="a")]},
        ],
        "block_id a already exists [json-pointer:/blocks/1/child_blocks/0/block_id]",
    ),
    "a block_id of 256": ([section(block_id="a" * 256)], "must be less than 256 characters"),
    "an input as accessory": ([section(accessory={"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    "an input among buttons": ([actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    "no elements": ([actions()], "no fewer than 1 items allowed"),
    "26 elements": ([actions(*(button(action_id=str(n)) for n in range(26)))], "no more than 25 items allowed"),
    "the same action_id twice": ([actions(button(), button())], "action_id go already exists in this block"),
    "a button text of 76": ([actions(button(text=plain("x" * 76)))], "must be less than 76 characters"),
    "a button with mrkdwn": ([actions(button(text=mrkdwn("x")))], "unsupported type: mrkdwn"),
    "a button value of 2001": ([actions(button(value="x" * 2001))], "must be less than 2001 characters"),
    "a blue button": ([actions(button(style="blue"))], "must be one of primary, danger"),
    "a number as value": ([actions(button(value=17))], "must be a string"),
    "a long question": (
        [
            actions(
                button(
                    confirm={"title": plain("x" * 101), "text": plain("x"), "confirm": plain("x"), "deny": plain("x")}
                )
            )
        ],
        "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
    ),
    "a question without no": (
        [actions(button(confirm={"title": plain("x"), "text": plain("x"), "confirm": plain("x")}))],
        "missing required field: deny",
    ),
    "101 options": ([section(accessory=select(options=[option("x", str(n)) for n in range(101)]))], "no more than 100"),
    "no options": ([section(accessory=select(options=[]))], "no fewer than 1 items allowed"),
    "options and groups": (
        [section(accessory=select(option_groups=[{"label": plain("x"), "options": [option("x")]}]))],
        "must provide exactly one of options, option_groups",
    ),
    "an option of 76": ([section(accessory=select(options=[option("x" * 76)]))], "must be less than 76 characters"),
    "an option value of 151": ([section(accessory=select(options=[option("x", "v" * 151)]))], "less than 151"),
    "an option with a link in a select": (
        [section(accessory=select(options=[option("x", url="https://e.example")]))],
        "url",
    ),
    "mrkdwn in a select": ([section(accessory=select(options=[{"text": mrkdwn("x"), "value": "v"}]))], "mrkdwn"),
    "an initial option from elsewhere": (
        [section(accessory=select(initial_option=option("Two", "2")))],
        "initial_option must be one of the options",
    ),
    "an initial option with another text": (
        [section(accessory=select(initial_option=option("one", "1")))],
        "initial_option must be one of the options",
    ),
    "one menu entry": ([section(accessory={"type": "overflow", "options": [option("x")]})], "no fewer than 2 items"),
    "six menu entries": ([section(accessory={"type": "overflow", "options": [option("x")] * 6})], "no more than 5"),
    "eleven boxes": ([actions({"type": "checkboxes", "options": [option("x", str(n)) for n in range(11)]})], "than 10"),
    "initial boxes from elsewhere": (
        [actions({"type": "checkboxes", "options": [option("x")], "initial_options": [option("y")]})],
        "initial_options must be one of the options",
    ),
    "a day that is none": ([actions({"type": "datepicker", "initial_date": "1.2.2026"})], "required pattern"),
    "a time that is none": ([actions({"type": "timepicker", "initial_time": "25:00"})], "required pattern"),
    "a moment in milliseconds": (
        [actions({"type": "datetimepicker", "initial_date_time": 1_700_000_000_000})],
        "must be at most 9999999999",
    ),
    "eleven in a context": ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10 items allowed"),
    "a button in a context": ([{"type": "context", "elements": [button()]}], "unsupported type: button"),
    "an image without words": ([{"type": "image", "image_url": "https://e.example/a.png"}], "required field: alt_text"),
    "an image from nowhere": ([{"type": "image", "alt_text": "x"}], "exactly one of image_url, slack_file"),
    "two tables": ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2, "no more than 1 table"),
    "a row of 21": ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}], "no more than 20 items"),
    "a data table without caption": (
        [{"type": "data_table", "rows": [[{"type": "raw_text", "text": "x"}]] * 2}],
        "missing required field: caption",
    ),
    "three charts": ([chart()] * 3, "no more than 2 data_visualization"),
    "a chart without a point": ([chart(axis_config={"categories": ["Q1", "Q2"]})], "one point for every category"),
    "a file input": ([asks({"type": "file_input"})], "unsupported type: file_input"),
    "an empty rich text": (
        [rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]})],
        "must be more than 0 characters",
    ),
    "a deep list": (
        [rich({"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": []})],
        "must be at most 8",
    ),
    "four buttons on a card": ([{"type": "card", "title": plain("x"), "actions": [button()] * 4}], "no more than 3"),
    "a closed box that stays closed": (
        [{"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}], "default_collapsed": True}],
        "needs is_collapsible",
    ),
}


@pytest.mark.parametrize("case", REFUSED_IN_MESSAGES)
def test_a_message_is_refused_for(case: str) -> None:
    blocks, finding = REFUSED_IN_MESSAGES[case]
    with pytest.raises(SlackError) as refusal:
        check_message({"blocks": copy.deepcopy(blocks)})
    assert refusal.value.code == "invalid_blocks"
    assert finding in "\n".join(refusal.value.messages)


def test_a_message_of_all_its_blocks_is_taken() -> None:
    confirm = {"title": plain("Sure?"), "text": mrkdwn("*Really*"), "confirm": plain("Yes"), "deny": plain("No")}
    text = {"type": "text", "text": "x", "style": {"bold": True}}
    line = {"type": "rich_text_section", "elements": [text, {"type": "user", "user_id": "U1"}]}
    check_message(
        {
            "text": "x",
            "blocks": [
                {"type": "header", "text": plain("x" * 150)},
                section(text=mrkdwn("x" * 3000), accessory=select(initial_option=option("One", "1"))),
                section(text=plain("x"), accessory={"type": "overflow", "options": [option("a"), option("b", "w")]}),
                {"type": "section", "fields": [mrkdwn("x")] * 10},
                actions(
                    button(confirm=confirm, style="danger", value="1"), button(action_id="b", url="https://e.example")
                ),
                actions({"type": "users_select", "action_id": "u"}, {"type": "datepicker", "action_id": "d"}),
                {"type": "context", "elements": [mrkdwn("x"), plain("y")]},
                rich(line, {"type": "rich_text_list", "style": "ordered", "elements": [line]}),
                {"type": "markdown", "text": "# x"},
                {
                    "type": "table",
                    "rows": [[{"type": "raw_text", "text": "x"}]],
                    "column_settings": [None, {"align": "right"}],
                },
                chart("line"),
                {**chart(), "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]}},
                asks({"type": "plain_text_input", "action_id": "note"}),
            ],
        }
    )


def test_the_sum_of_all_texts_is_bounded() -> None:
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message({"blocks": [section(text=mrkdwn("x" * 3000))] * 4})
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message({"blocks": [{"type": "markdown", "text": "x" * 7000}] * 2})


def test_blocks_that_are_no_list_are_refused() -> None:
    with pytest.raises(SlackError, match="invalid_blocks_format"):
        check_message({"blocks": {"type": "divider"}})


def test_blocks_of_attachments_are_checked_too() -> None:
    with pytest.raises(SlackError) as refusal:
        check_message({"attachments": [{"blocks": [{"type": "poem"}]}]})
    assert "/attachments/0/blocks/0/type" in refusal.value.messages[0]
    with pytest.raises(SlackError, match="too_many_attachments"):
        check_message({"attachments": [{}] * 101})


NOTE = {"type": "plain_text_input", "action_id": "value"}
REFUSED_VIEWS: dict[str, tuple[Payload, str]] = {
    "no title": ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
    "a title of 25": (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
    "a submit of 25": (modal(submit=plain("x" * 25)), "[json-pointer:/view/submit/text]"),
    "inputs without submit": (
        {"type": "modal", "title": plain("x"), "blocks": [asks(NOTE)]},
        "submit is required when an input block is present",
    ),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    "3001 of metadata": (modal(private_metadata="x" * 3001), "[json-pointer:/view/private_metadata]"),
    "a callback_id of 256": (modal(callback_id="x" * 256), "[json-pointer:/view/callback_id]"),
    "a markdown block": (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    "a table": (modal({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}), "unsupported type: table"),
    "a button as input": (modal(asks(button())), "unsupported type: button"),
    "a label of 2001": (modal(asks(NOTE, label=plain("x" * 2001))), "must be less than 2001 characters"),
    "a label in mrkdwn": (modal(asks(NOTE, label=mrkdwn("x"))), "unsupported type: mrkdwn"),
    "a placeholder of 151": (modal(asks({**NOTE, "placeholder": plain("x" * 151)})), "less than 151 characters"),
    "a max_length of 3001": (modal(asks({**NOTE, "max_length": 3001})), "must be at most 3000"),
    "min over max": (modal(asks({**NOTE, "min_length": 9, "max_length": 3})), "must not be greater than max_length"),
    "a number without its kind": (modal(asks({"type": "number_input"})), "required field: is_decimal_allowed"),
    "numbers as numbers": (
        modal(asks({"type": "number_input", "is_decimal_allowed": False, "min_value": 1})),
        "must be a string",
    ),
    "two first fields": (modal(*[asks({**NOTE, "focus_on_load": True})] * 2), "focus_on_load is allowed once"),
    "a dispatched file": (modal(asks({"type": "file_input"}, dispatch_action=True)), "not allowed with file_input"),
    "an alert of 201": (modal({"type": "alert", "text": plain("x" * 201)}), "must be less than 201 characters"),
    "a Home with a title": ({"type": "home", "title": plain("x"), "blocks": []}, "invalid additional property: title"),
    "a chart on a Home": ({"type": "home", "blocks": [chart()]}, "unsupported type: data_visualization"),
    "a container on a Home": (
        {"type": "home", "blocks": [{"type": "container", "title": plain("x"), "child_blocks": [section()]}]},
        "unsupported type: container",
    ),
    "an unknown kind": ({"type": "popup", "blocks": []}, "unsupported type: popup"),
    "an unknown key": (modal(size="large"), "invalid additional property: size"),
}


@pytest.mark.parametrize("case", REFUSED_VIEWS)
def test_a_view_is_refused_for(case: str) -> None:
    view, finding = REFUSED_VIEWS[case]
    with pytest.raises(SlackError) as refusal:
        check_view(view)
    assert refusal.value.code == "invalid_arguments"
    assert finding in "\n".join(refusal.value.messages)


def test_a_view_over_250_kb_is_refused() -> None:
    huge = [option("x" * 75, "ä" * 75 + str(n), description=plain("x" * 75)) for n in range(100)]
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*[asks(select(options=huge), block_id=str(n)) for n in range(20)]))


def test_a_form_of_all_inputs_is_taken() -> None:
    kinds: list[Payload] = [
        NOTE,
        {"type": "email_text_input"},
        {"type": "url_text_input"},
        {"type": "number_input", "is_decimal_allowed": True, "min_value": "1", "max_value": "9.5"},
        {"type": "rich_text_input"},
        select(),
        {"type": "external_select", "min_query_length": 0, "placeholder": plain("Find")},
        {"type": "multi_external_select", "max_selected_items": 3},
        {"type": "multi_users_select", "initial_users": ["U1"]},
        {"type": "conversations_select", "filter": {"include": ["public"]}, "response_url_enabled": True},
        {"type": "channels_select"},
        {"type": "checkboxes", "options": [{"text": mrkdwn("*x*"), "value": "v", "description": mrkdwn("_y_")}]},
        {"type": "radio_buttons", "options": [option("x")], "initial_option": option("x")},
        {"type": "datepicker", "initial_date": "2026-02-01"},
        {"type": "timepicker", "initial_time": "09:30"},
        {"type": "datetimepicker", "initial_date_time": 1_800_000_000},
        {"type": "file_input", "max_files": 2},
    ]
    check_view(modal(*[asks(kind, hint=plain("h"), optional=True) for kind in kinds], private_metadata="17"))


def test_options_of_a_search_are_checked() -> None:
    check_options({"options": []})
    check_options({"option_groups": [{"label": plain("x"), "options": [option("x")]}]})
    refused: list[Any] = [{}, {"options": [option("x")] * 101}, {"options": [option("x" * 76)]}, []]
    for wrong in refused:
        with pytest.raises(SlackError, match="invalid_options"):
            check_options(wrong)
