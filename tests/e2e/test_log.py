"""The first step of the main job, as people do it, over the wire."""

import pytest

from playground.robot import Playground

GERMAN, ENGLISH = "Lea Brunner", "James Hartley"


@pytest.mark.parametrize(
    ("who", "said", "undo", "gone"),
    [
        (GERMAN, "Bei Harrowmere Conveyors erfasst als I-", "Rückgängig", "ist zurückgezogen"),
        (ENGLISH, "Logged at Harrowmere Conveyors as I-", "Undo", "is withdrawn"),
    ],
)
def test_one_line_is_stored_told_to_the_channel_and_taken_back(
    world: Playground, who: str, said: str, undo: str, gone: str
) -> None:
    person = world.person(who)
    note = f"{who} checks the first delivery of January"

    answer = person.types(f"/kam-log Harrowmere Conveyors: {note}", channel="#general")
    assert said in answer.text
    line = world.person(ENGLISH).waits_for(note, "#acc-harrowmere")
    assert line.text.startswith("🗒")

    person.clicks(undo, on=answer)
    person.waits_for(gone, "#general")
    world.person(ENGLISH).waits_until_gone(note, "#acc-harrowmere")


@pytest.mark.parametrize(
    ("who", "asked", "new", "done"),
    [
        (GERMAN, "Welcher ist es?", "Neuer Account", "ist neu"),
        (ENGLISH, "Which one is it?", "New account", "is new"),
    ],
)
def test_an_unknown_account_is_created_without_losing_a_word(
    world: Playground, who: str, asked: str, new: str, done: str
) -> None:
    person = world.person(who)

    answer = person.types(f"/kam-log Zwirnerei {who}: <!channel> *Bitte* & O'Brien 100 %", channel="#general")
    assert asked in answer.text
    person.clicks(new, on=answer)

    stored = person.waits_for(done, "#general")
    assert "*Bitte* & O'Brien 100 %" in stored.text.replace("\u200a", "")


def test_a_guest_is_refused_politely(world: Playground) -> None:
    answer = world.person("Paul Neumann").types("/kam-log Helvetia Pumpen: hello", channel="#general")

    assert answer.is_ephemeral
    assert "Helvetia" not in answer.text


def test_somebody_whom_no_file_names_may_log_at_once(world: Playground) -> None:
    answer = world.person("Jonas Widmer").types("/kam-log Helvetia Pumpen: kurz telefoniert", channel="#general")

    assert "I-" in answer.text
