"""Request, decline, escalate, both sides, decide, ask: the whole main job in both languages, over the wire."""

from dataclasses import dataclass

import pytest

from playground.robot import Playground
from sample.tour import in_days
from tests.e2e.stage import words


@dataclass(frozen=True)
class Cast:
    """Who plays, in which language, and the sentences one must be able to read."""

    language: str
    kam: str
    department: str
    channel: str
    coordinator: str
    account: str
    account_channel: str
    sponsor: str
    declined: str
    decided: str
    header: str


GERMAN = Cast(
    language="de",
    kam="Lea Brunner",
    department="Produktion",
    channel="#produktion",
    coordinator="Sandra Meier",
    account="Helvetia Pumpen",
    account_channel="#acc-helvetia-pumpen",
    sponsor="Martin Keller",
    declined="Sandra Meier (Produktion) kann",
    decided="Martin Keller hat entschieden",
    header="Zwei Ziele bei Helvetia Pumpen",
)
ENGLISH = Cast(
    language="en",
    kam="James Hartley",
    department="Finance",
    channel="#finance",
    coordinator="Claire Dubois",
    account="Harrowmere Conveyors",
    account_channel="#acc-harrowmere",
    sponsor="David Whitmore",
    declined="Claire Dubois (Finance) cannot do",
    decided="David Whitmore decided",
    header="Two goals at Harrowmere Conveyors",
)


@pytest.mark.parametrize("cast", [GERMAN, ENGLISH], ids=["de", "en"])
def test_a_request_is_declined_escalated_and_decided(world: Playground, cast: Cast) -> None:
    label = words(cast.language)
    kam, coordinator, sponsor = (world.person(name) for name in (cast.kam, cast.coordinator, cast.sponsor))
    what = f"Two engineers for {cast.account} <!channel> *now*"

    kam.types(f"/kam-request {cast.department} {what}", channel="#general")
    kam.fills(label("Account"), cast.account)
    kam.fills(label("What kind of help?"), label("Expert"))
    kam.fills(label("Needed by"), in_days(30))
    assert kam.submits() is None
    card = coordinator.waits_for("Two engineers for", cast.channel)
    assert "<!channel> *now*" in card.text.replace("\u200a", "")

    coordinator.clicks(label("Decline"), on=card)
    coordinator.fills(label("What stands against it?"), label("no capacity by then"))
    coordinator.fills(label("What is possible instead?"), "One engineer from March")
    assert coordinator.submits() is None
    coordinator.waits_for(label("⚪ Not this time"), cast.channel)
    answer = kam.waits_for(cast.declined)
    assert "One engineer from March" in answer.text

    kam.clicks(label("Escalate as goal conflict"), on=answer)
    kam.fills(label("Which decision do you ask for?"), "Both engineers in January, or a later date for the customer")
    preview = kam.submits()
    assert preview is not None
    assert cast.sponsor in preview.text
    kam.fills(label("Why do you send it anyway?"), "No date is needed yet")
    assert kam.submits() is None

    invited = coordinator.waits_for("Both engineers in January")
    coordinator.clicks(label("State our view"), on=invited)
    coordinator.fills(label("Our view, in our own words"), "The plan until March is promised to others")
    assert coordinator.submits() is None
    both = sponsor.waits_for("promised to others")
    assert "Two engineers for" in both.text

    sponsor.clicks(label("Acknowledge"), on=both)
    sponsor.waits_for(label("👀 Acknowledged"))
    sponsor.clicks(label("Decide"), on=both)
    sponsor.fills(label("Your decision"), "One in January, the second in March")
    sponsor.fills(label("Reason"), "The customer can start with one")
    assert sponsor.submits() is None

    for person in (kam, coordinator):
        # The card says that there is a decision, too; its words stand in the note alone.
        told = person.waits_for("One in January, the second in March")
        assert cast.decided in told.text
    header = kam.waits_for(cast.header, cast.account_channel)
    assert "engineer" not in header.text


@pytest.mark.parametrize(
    ("who", "question", "known"),
    [
        ("James Hartley", "what does Simon Ashworth want?", "Fixed prices in pounds for twelve months"),
        ("Lea Brunner", "Rahmenvertrag Trautwyl", "Lea Brunner"),
        ("Marc Soler", "packaging Harrowmere", "Harrowmere Conveyors"),
    ],
)
def test_asking_gives_what_is_stored_with_its_source(world: Playground, who: str, question: str, known: str) -> None:
    answer = world.person(who).types(f"/kam-ask {question}", channel="#general")

    assert answer.is_ephemeral
    assert known in answer.text
    assert "I-" in answer.text


def test_a_restricted_account_does_not_exist_for_an_outsider(world: Playground) -> None:
    outsider, insider = world.person("Marc Soler"), world.person("Lea Brunner")

    assert "Medtech" in insider.types("/kam account Trautwyl Medtech", channel="#general").text
    hidden = outsider.types("/kam account Trautwyl Medtech", channel="#general").text
    unknown = outsider.types("/kam account Trautwyl Xedtech", channel="#general").text
    assert hidden.replace("Medtech", "Xedtech") == unknown


@pytest.mark.parametrize(
    ("who", "menu"), [("Lea Brunner", "Was möchtest du tun?"), ("James Hartley", "What would you")]
)
def test_a_bare_command_opens_the_menu(world: Playground, who: str, menu: str) -> None:
    assert menu in world.person(who).types("/kam", channel="#general").text
