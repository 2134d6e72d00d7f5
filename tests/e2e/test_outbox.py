"""Messages whose answers are lost on the wire: found again by their key, never doubled."""

import pytest

from playground.robot import Playground


# An account whose channel has a line already gets no second post within the same few minutes, so each has its own.
@pytest.mark.parametrize(
    ("mode", "account", "channel", "name", "reader"),
    [
        ("drop", "Trautwyl UK", "C0TRAUTWUK", "#acc-trautwyl-uk", "Lea Brunner"),
        ("refuse", "Nordfeld", "C0NORDFELD", "#acc-nordfeld", "Nina Fäh"),
    ],
)
def test_a_line_whose_answer_is_lost_stands_in_the_channel_once(
    world: Playground, mode: str, account: str, channel: str, name: str, reader: str
) -> None:
    note, before, person = f"the answer to this is lost ({mode})", world.mark(), world.person(reader)
    fault = world.fault("chat.postMessage", mode, channel=channel)
    try:
        world.person("James Hartley").types(f"/kam-log {account}: {note}", channel="#general")
        world.waits_until_struck(fault, timeout=20)
        world.waits_for_call("conversations.history", after=before, timeout=30)
    finally:
        world.no_faults(fault)

    line = person.waits_for(note, name, timeout=30)
    world.quiet(milliseconds=1500, timeout=30)
    assert [shown.ts for shown in person.reads(name) if note in shown.text] == [line.ts]
