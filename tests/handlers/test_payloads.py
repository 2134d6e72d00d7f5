from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import names
from bot.domain.delivery import Posted, ReplyTo
from bot.domain.identity import ChannelId, MemberId
from handlers.payloads import (
    Click,
    DirectoryUser,
    Event,
    Malformed,
    Search,
    Sender,
    SlashCommand,
    Submission,
    View,
    as_typed,
    is_ours,
)

COMMAND = {"team_id": "T1", "user_id": "U1", "channel_id": "C1", "command": "/kam", "trigger_id": "t1"}


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("AT&amp;T &lt;3 &gt; 2", "AT&T <3 > 2"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&copy; &amp;copy; R&D", "&copy; &copy; R&D"),
        ("<@U1|lea> an <@U2>", "@lea an @U2"),
        ("<#C1|kunde> <#C2>", "#kunde #C2"),
        ("<!channel> <!here|here> <!subteam^S1|@einkauf>", "@channel @here @einkauf"),
        ("<https://arven.example/a?b=c&amp;d>", "https://arven.example/a?b=c&d"),
        ("<http://arven.example|arven.example>", "arven.example"),
        ("<mailto:lea@arven.example|lea@arven.example>", "lea@arven.example"),
        ("<https://evil.example|https://bank.example>", "https://evil.example"),
        ("Druck < 5 bar und > 3", "Druck < 5 bar und > 3"),
        ("a <b> c", "a <b> c"),
        ("<>", "<>"),
        ("O'Brien \"unbalanced 100 % AC/DC", "O'Brien \"unbalanced 100 % AC/DC"),
        ("a\x00b\ud800c", "a\ufffdb\ufffdc"),
        ("eins\r\nzwei\x07", "eins\nzwei"),
        ("שלום\u200f 👩‍👧", "שלום\u200f 👩‍👧"),
        ("   ", ""),
    ],
)
def test_text_becomes_what_the_person_saw_when_typing(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_what_slack_escaped_comes_back_as_typed(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert as_typed(escaped) == names.tidy(text)


@given(st.text())
def test_any_text_is_read_and_can_be_stored(text: str) -> None:
    as_typed(text).encode()


def test_a_command_knows_its_delivery_and_its_way_back() -> None:
    command = SlashCommand.read({**COMMAND, "text": "log  Helvetia: x", "response_url": ""})

    assert command.key == "trigger:t1"
    assert command.channel == "C1"
    assert command.reply_to == ReplyTo(MemberId("U1"), None)


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("", "", ""),
        ("log", "log", ""),
        ("log Helvetia:  a  b ", "log", "Helvetia:  a  b"),
        ("log\nHelvetia", "log", "Helvetia"),
        ("log\u00a0Helvetia", "log", "Helvetia"),
        ("next steps Helvetia  AG", "next steps", "Helvetia  AG"),
        ("Nächste Schritte", "Nächste Schritte", ""),
        ("next Helvetia", "next", "Helvetia"),
        ("log next steps", "log", "next steps"),
    ],
)
def test_a_verb_is_the_first_word_or_two(text: str, verb: str, rest: str) -> None:
    found, command = SlashCommand.read({**COMMAND, "text": text}).after_verb()
    assert (found, command.text) == (verb, rest)


def click(action: dict[str, Any], **fields: Any) -> Click:
    body = {"team": {"id": "T1"}, "user": {"id": "U1"}, "actions": [{"action_id": "a", **action}], **fields}
    return Click.read(body)


@pytest.mark.parametrize(
    ("action", "number", "pair"),
    [
        ({"value": "17"}, 17, (17, 0)),
        ({"value": "17:4"}, 0, (17, 4)),
        ({"value": "x"}, 0, (0, 0)),
        ({"value": "-1"}, 0, (0, 0)),
        ({"value": "٣"}, 0, (0, 0)),
        ({"value": "9" * 40}, 0, (0, 0)),
        ({"value": str(2**63 - 1)}, 2**63 - 1, (2**63 - 1, 0)),
        ({"value": str(2**63)}, 0, (0, 0)),
        ({"value": None}, 0, (0, 0)),
        ({}, 0, (0, 0)),
        ({"value": "5", "selected_option": {"value": "6"}}, 6, (6, 0)),
        ({"value": "5", "selected_option": None}, 5, (5, 0)),
    ],
)
def test_a_button_names_ids_or_nothing(action: dict[str, Any], number: int, pair: tuple[int, int]) -> None:
    pressed = click(action)
    assert (pressed.id, pressed.ids) == (number, pair)


def test_a_click_knows_its_delivery_and_where_its_answer_goes() -> None:
    assert click({}, trigger_id="t9").key == "trigger:t9"
    on_message = click({"action_ts": "12.3"}, container={"message_ts": "1.1", "channel_id": "C1"})
    assert on_message.key == "click:U1:1.1:a:12.3"
    assert on_message.stands_at == Posted(ChannelId("C1"), "1.1")
    assert click({"action_ts": "12.3"}, container={"view_id": "V1"}).key == "click:U1:V1:a:12.3"

    on_own = click({}, response_url="https://x", container={"is_ephemeral": True})
    on_card = click({}, response_url="https://x", container={"is_ephemeral": False})
    assert on_own.reply() == ReplyTo(MemberId("U1"), "https://x", replace=True)
    assert on_card.reply() == ReplyTo(MemberId("U1"), "https://x", replace=False)
    assert on_card.reply(replace=True).replace
    assert click({}).reply() == ReplyTo(MemberId("U1"), None, replace=False)


def view(values: dict[str, Any], **fields: Any) -> View:
    return View.read({"id": "V1", "state": {"values": values}, **fields})


def test_a_form_reads_every_kind_of_field() -> None:
    options = [{"value": "1"}, {"value": "2"}]
    held = {
        "plain": ({"type": "plain_text_input", "value": " a\x00 "}, "a\ufffd"),
        "empty": ({"type": "plain_text_input", "value": None}, None),
        "blank": ({"type": "plain_text_input", "value": "   "}, None),
        "static": ({"type": "static_select", "selected_option": {"value": "visit"}}, "visit"),
        "nothing": ({"type": "static_select", "selected_option": None}, None),
        "external": ({"type": "external_select", "selected_option": {"value": "7"}}, "7"),
        "radio": ({"type": "radio_buttons", "selected_option": {"value": "x"}}, "x"),
        "multi": ({"type": "multi_static_select", "selected_options": options}, ("1", "2")),
        "multi2": ({"type": "multi_external_select", "selected_options": []}, ()),
        "check": ({"type": "checkboxes", "selected_options": None}, ()),
        "user": ({"type": "users_select", "selected_user": "U1"}, "U1"),
        "users": ({"type": "multi_users_select", "selected_users": ["U1"]}, ("U1",)),
        "nobody": ({"type": "multi_users_select", "selected_users": None}, ()),
        "day": ({"type": "datepicker", "selected_date": "2026-12-24"}, date(2026, 12, 24)),
        "noday": ({"type": "datepicker", "selected_date": None}, None),
        "time": (
            {"type": "datetimepicker", "selected_date_time": 1_700_000_000},
            datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        ),
        "notime": ({"type": "datetimepicker", "selected_date_time": None}, None),
        "new": ({"type": "of_next_year", "colour": 1}, None),
    }
    form = view({name: {"any_action": element} for name, (element, _) in held.items()} | {"bare": {}})

    assert form.fields() == {name: value for name, (_, value) in held.items()} | {"bare": None}


def test_a_field_keeps_its_name_under_a_new_block() -> None:
    form = view({"contacts~17": {"contact.find": {"type": "external_select", "selected_option": {"value": "4"}}}})

    assert form.fields() == {"contacts": "4"}
    assert form.block_ids() == {"contacts": "contacts~17"}
    assert form.chosen("contacts") == 4
    assert form.chosen("account") is None


def test_a_modal_carries_numbers_and_nothing_else() -> None:
    form = view({}, private_metadata='{"draft": 17, "text": "x", "version": null}')

    assert (form.number("draft"), form.number("text"), form.number("version"), form.number("gone")) == (
        17,
        None,
        None,
        None,
    )
    assert view({}).number("draft") is None
    assert view({}, private_metadata="").number("draft") is None


def test_a_submission_is_known_by_its_view_and_apart_from_that_by_what_is_typed() -> None:
    def key(typed: str, **fields: str) -> tuple[str, str]:
        values = {"text": {"value": {"type": "plain_text_input", "value": typed}}}
        view = {"id": "V1", "hash": "h", "type": "modal", "state": {"values": values}, **fields}
        body = {"team": {"id": "T1"}, "user": {"id": "U1"}, "view": view}
        name, _, content = Submission.read(body).key.partition("#")
        return name, content

    assert key("one")[0] == key("two")[0] == "view:V1:h"
    assert key("one") == key("one")
    assert key("one")[1] != key("two")[1]
    assert "one" not in "".join(key("one")), "nobody's words in a key"
    assert key("one", hash="i")[0] == "view:V1:i"
    assert key("\ud800")[0] == "view:V1:h", "a digest can be made of whatever is typed"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "view_submission"},
        {"type": "view_submission", "team": {"id": "T"}, "user": {"id": "U"}, "view": {"id": "V"}},
        {"type": "block_actions", "team": {"id": "T"}, "user": {"id": "U"}, "actions": []},
        {"type": "block_actions", "team": {"id": "T"}, "user": {"id": "U"}, "actions": [{}]},
        {"type": "block_suggestion", "team": {"id": "T"}, "user": {"id": "U"}},
        {"type": "event_callback", "team_id": "T", "event_id": "Ev1", "event": []},
        {"type": "event_callback", "team_id": "T", "event_id": "Ev1", "event": {"type": 5}},
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": "x"}},
        {"type": "event_callback", "team_id": "T", "event": {"type": "x"}},
        {"type": "something_new"},
        {"type": {}},
        {"type": None},
        {**COMMAND, "text": 5},
    ],
)
def test_other_shapes_are_not_ours(body: dict[str, Any]) -> None:
    assert not is_ours(body)


ASKED = {"team": {"id": "T"}, "user": {"id": "U"}}
PRESSED: dict[str, Any] = {"type": "block_actions", **ASKED, "actions": [{"action_id": "a"}]}
SENT: dict[str, Any] = {"type": "view_submission", **ASKED, "view": {"id": "V", "type": "modal"}}
HAPPENED: dict[str, Any] = {"type": "event_callback", "team_id": "T", "event_id": "Ev1", "event": {"type": "x"}}


@pytest.mark.parametrize("strange", ["a\x00", "\ud800", "\udc00b"])
def test_what_no_database_takes_is_in_nothing_that_machines_write(strange: str) -> None:
    """It would end as a fault in the middle of a transaction."""
    for name in ("team_id", "user_id", "channel_id", "trigger_id", "response_url"):
        assert not is_ours({**COMMAND, name: strange}), name
    for name in ("action_id", "action_ts", "value"):
        assert not is_ours({**PRESSED, "actions": [{"action_id": "a", name: strange}]}), name
    for name in ("channel_id", "message_ts", "view_id"):
        assert not is_ours({**PRESSED, "container": {name: strange}}), name
    for name in ("trigger_id", "response_url"):
        assert not is_ours({**PRESSED, name: strange}), name
    for name in ("id", "hash"):
        assert not is_ours({**SENT, "view": {**SENT["view"], name: strange}}), name
    for name in ("team", "user"):
        assert not is_ours({**SENT, name: {"id": strange}}), name
    for name in ("team_id", "event_id"):
        assert not is_ours({**HAPPENED, name: strange}), name
    for name in ("id", "locale", "tz"):
        with pytest.raises(Malformed):
            DirectoryUser.read({"id": "U1", name: strange})


@pytest.mark.parametrize("name", ["team_id", "user_id", "channel_id", "trigger_id"])
def test_a_command_without_its_ids_is_not_ours(name: str) -> None:
    """An empty trigger would be one key for everybody's commands."""
    assert not is_ours({**COMMAND, name: ""})


@pytest.mark.parametrize(
    "element",
    [
        5,
        {"type": "plain_text_input", "value": 5},
        {"type": "static_select", "selected_option": "visit"},
        {"type": "static_select", "selected_option": {}},
        {"type": "static_select", "selected_option": {"value": "\x00"}},
        {"type": "checkboxes", "selected_options": [None]},
        {"type": "checkboxes", "selected_options": 1},
        {"type": "users_select", "selected_user": "\ud800"},
        {"type": "multi_users_select", "selected_users": [7]},
        {"type": "datepicker", "selected_date": "tomorrow"},
        {"type": "datetimepicker", "selected_date_time": 10**30},
        {"type": "datetimepicker", "selected_date_time": -1},
    ],
)
def test_a_form_that_holds_what_no_input_holds_is_refused_as_a_whole(element: object) -> None:
    assert not is_ours({**SENT, "view": {**SENT["view"], "state": {"values": {"text": {"value": element}}}}})


@pytest.mark.parametrize(
    "written", ["no json", "[1]", "null", "7", "[" * 100_000, '{"a":' * 100_000, '{"draft": "\\ud800"}']
)
def test_a_form_that_carries_what_we_never_wrote_is_refused(written: str) -> None:
    assert not is_ours({**SENT, "view": {**SENT["view"], "private_metadata": written}})


def test_what_a_person_types_into_a_search_is_cleaned() -> None:
    asked = Search.read({"type": "block_suggestion", **ASKED, "action_id": "a", "value": " Hel\x00v\ud800 "})
    assert asked.value == "Hel\ufffdv\ufffd"


def test_our_shapes_are_ours() -> None:
    assert is_ours(COMMAND)
    assert is_ours(SENT)
    assert is_ours(PRESSED)
    assert is_ours({"type": "block_suggestion", **ASKED, "action_id": "a"})
    assert is_ours(HAPPENED)


def test_a_malformed_payload_is_told_by_its_kind_and_not_by_its_content() -> None:
    with pytest.raises(Malformed) as refused:
        Search.read({"team": "secret"})
    assert str(refused.value) == "Search"
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("body", "team", "user"),
    [
        (COMMAND, "T1", "U1"),
        ({"team": {"id": "T1"}, "user": {"id": "U1"}}, "T1", "U1"),
        ({"team_id": "T1", "event": {"user": "U1"}}, "T1", None),
        ({"team": None, "user": {}}, "", None),
        ({"team": {}, "user": None}, "", None),
        ({}, "", None),
    ],
)
def test_the_sender_is_found_in_every_kind(body: dict[str, Any], team: str, user: str | None) -> None:
    sender = Sender.of(body)
    assert (sender.team_id, sender.user_id) == (team, user)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"profile": {"display_name": "lea", "real_name": "L"}, "real_name": "Lea Brunner", "name": "lb"}, "lea"),
        ({"profile": {"display_name": " \u200b\n"}, "real_name": "Lea\nBrunner"}, "Lea Brunner"),
        ({"profile": {"real_name": "Lea B"}}, "Lea B"),
        ({"name": "lb"}, "lb"),
        ({"name": "a\ud800b"}, "a\ufffdb"),
        ({}, "U1"),
    ],
)
def test_a_person_has_a_name_on_one_line(fields: dict[str, Any], name: str) -> None:
    assert DirectoryUser.read({"id": "U1", **fields}).shown_name == name


@pytest.mark.parametrize(
    ("updated", "at"), [(1_700_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)), (0, None)]
)
def test_a_person_tells_when_they_changed_last(updated: int, at: datetime | None) -> None:
    assert DirectoryUser.read({"id": "U1", "updated": updated}).changed_at == at
    assert DirectoryUser.read({"id": "U1"}).changed_at is None
    with pytest.raises(Malformed):
        DirectoryUser.read({"id": "U1", "updated": 10**15})


def test_an_event_tells_whom_and_which_channel_it_is_about() -> None:
    event = Event.read(
        {"team_id": "T1", "event_id": "Ev1", "event": {"type": "x", "user": {"id": "U1"}, "channel": "C1"}}
    )
    assert (event.type, event.user, event.channel, event.key) == ("x", {"id": "U1"}, "C1", "event:Ev1")
    bare = Event.read({"team_id": "T1", "event_id": "Ev1", "event": {"type": "x"}})
    assert bare.user is None
    for channel in ({}, {"channel": ""}, {"channel": {"id": "C1"}}, {"channel": "C\x001"}):
        with pytest.raises(Malformed):
            assert Event.read({"team_id": "T1", "event_id": "Ev1", "event": {"type": "x", **channel}}).channel
