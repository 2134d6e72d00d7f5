import pytest
from slack_bolt import Ack

from bot.domain import errors
from handlers import dispatch, interactions, routes
from handlers.payloads import SlashCommand
from handlers.routes import Kind


def command(line: str) -> SlashCommand:
    name, _, text = line.partition(" ")
    return SlashCommand(team_id="T1", user_id="U1", channel_id="C1", command=name, text=text, trigger_id="t")


def asks_too_much(ack: Ack, client: object) -> None: ...


def asks_by_keyword(ack: Ack, *, store: object) -> None: ...


def asks_for_all(*ack: Ack) -> None: ...


@pytest.mark.parametrize("listener", [asks_too_much, asks_by_keyword, asks_for_all])
def test_a_listener_that_asks_for_what_nobody_gives_stops_the_start(listener: routes.Listener) -> None:
    with pytest.raises(TypeError, match=listener.__name__):
        dispatch.check({(Kind.ACTION, "x.y"): listener})


def test_the_routes_pass() -> None:
    dispatch.check()


@pytest.mark.parametrize(
    "line", ["/kam-log Helvetia: x", "/kam log Helvetia: x", "/kam LOG Helvetia: x", "/kam erfassen Helvetia: x"]
)
def test_a_verb_and_its_command_reach_the_same_listener_with_the_same_text(line: str) -> None:
    listener, heard = dispatch.listener_of(command(line))
    assert listener is interactions.log_interaction
    assert heard.text == "Helvetia: x"


@pytest.mark.parametrize("line", ["/kam I-240", "/kam i-240", "/kam I-240 bitte"])
def test_a_short_id_is_a_verb_of_its_own(line: str) -> None:
    listener, heard = dispatch.listener_of(command(line))
    assert listener is interactions.show
    assert heard.text == "240"


@pytest.mark.parametrize(
    "line", ["/kam X-1", "/kam I-", "/kam I-٣", "/kam I-1234567890123", "/kam lgo x", "/kam " + "x" * 100_000]
)
def test_an_unknown_verb_is_refused(line: str) -> None:
    with pytest.raises(errors.UnknownVerb):
        dispatch.listener_of(command(line))


def test_a_near_verb_gets_the_closest() -> None:
    with pytest.raises(errors.UnknownVerb) as refused:
        dispatch.listener_of(command("/kam lgo Helvetia"))
    assert "log" in [getattr(verb, "name", verb) for verb in refused.value.closest]


def test_a_command_of_another_release_is_refused() -> None:
    with pytest.raises(errors.UnknownVerb) as refused:
        dispatch.listener_of(command("/kam-old x"))
    assert refused.value.typed == "/kam-old"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "verb"),
        ("  LOG Helvetia: secret", "verb log"),
        ("hilfe", "verb help"),
        ("i-12", "object I"),
        ("secret Helvetia", "other"),
        ("X-12", "other"),
        (None, "other"),
    ],
)
def test_figures_name_what_was_asked_as_the_table_does_and_never_what_was_typed(text: str | None, name: str) -> None:
    body = {"command": "/kam", "text": text} if text is not None else {"command": "/secret", "text": "secret"}
    assert dispatch.name_of(body) == name
