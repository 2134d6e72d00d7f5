"""The main job in a browser: five people, two languages, a desktop and a phone; pictures of each step are kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from playground.robot import Playground
from sample.tour import in_days
from tests.e2e.stage import Stage, words


@dataclass(frozen=True)
class Cast:
    """Who plays, where, and in which language; visit and wish are others at each device."""

    language: str
    visitor: str
    kam: str
    coordinator: str
    sponsor: str
    colleague: str
    department: str
    channel: str
    account: str
    account_channel: str
    visits: dict[str, str]
    question: str
    wishes: dict[str, str]
    kind: str
    why: str
    against: str
    instead: str
    dilemma: str
    view: str
    decision: str
    reason: str


GERMAN = Cast(
    language="de",
    visitor="Nina Fäh",
    kam="Lea Brunner",
    coordinator="Sandra Meier",
    sponsor="Martin Keller",
    colleague="Felix Rüegg",
    department="Produktion",
    channel="produktion",
    account="Helvetia Pumpen",
    account_channel="acc-helvetia-pumpen",
    visits={
        "desktop": "Besuch in der Montage, der Prüfstand läuft erst ab Februar",
        "phone": "Anruf aus der Montage, am Prüfstand fehlt noch die Abnahme",
    },
    question="Prüfstand Montage",
    wishes={
        "desktop": "Zwanzig Lagereinheiten eine Woche früher",
        "phone": "Vier Lagereinheiten als Ersatz bis zur Abnahme",
    },
    kind="Date",
    why="Ihre Montage steht sonst am Montag still",
    against="no capacity by then",
    instead="Zehn am Freitag, zehn eine Woche später",
    dilemma="Alle zwanzig am Freitag, oder wir sagen dem Kunden ab",
    view="Am Freitag fehlt eine Schicht, und Ulm wartet schon länger",
    decision="Zehn am Freitag, zehn am Dienstag; die Sonderschicht trägt der Vertrieb",
    reason="Mit zehn Stück kann der Kunde beginnen",
)
ENGLISH = Cast(
    language="en",
    visitor="Priya Raman",
    kam="James Hartley",
    coordinator="Claire Dubois",
    sponsor="David Whitmore",
    colleague="Marc Soler",
    department="Finance",
    channel="finance",
    account="Harrowmere Conveyors",
    account_channel="acc-harrowmere",
    visits={
        "desktop": "Workshop with the designers, the gearbox is settled",
        "phone": "Second workshop, the gearbox gets a lighter housing",
    },
    question="gearbox workshop",
    wishes={
        "desktop": "Payment terms of ninety days for one year",
        "phone": "A bonus of two per cent above 1,500 pieces",
    },
    kind="Decision",
    why="They are building a hall and would sign for three years",
    against="it conflicts with our own goal",
    instead="Sixty days for six months, with a forecast every month",
    dilemma="Ninety days until December, or we lose the framework contract",
    view="Two of their invoices are overdue, and our own credit line is at its limit",
    decision="Sixty days for the whole year, ninety from the second year on",
    reason="It keeps the contract and our credit line",
)


@pytest.fixture(params=["desktop", "phone"])
def device(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=[GERMAN, ENGLISH], ids=["de", "en"])
def stage(request: pytest.FixtureRequest, browser: Browser, slack: Playground, device: str) -> Iterator[Stage[Cast]]:
    stage = Stage(browser, slack, request.param, device, {})
    yield stage
    stage.ends()


def test_the_main_job_is_done_by_five_people_in_the_page(stage: Stage[Cast]) -> None:
    log(stage)
    request(stage)
    decline(stage)
    escalate(stage)
    decide(stage)
    ask(stage)


def log(stage: Stage[Cast]) -> None:
    cast = stage.cast
    if stage.device == "desktop":
        stage.window(cast.kam).goes_to(cast.account_channel)
    visitor = stage.window(cast.visitor)
    visitor.goes_to("general")
    visitor.types(f"/kam-log {cast.account}: {cast.visits[stage.device]}")
    answer = visitor.message(cast.visits[stage.device])
    expect(answer).to_contain_text(visitor.chrome.only_you)
    expect(answer).to_contain_text("I-")
    stage.shoots(visitor, "logged")

    kam = stage.window(cast.kam)
    kam.goes_to(cast.account_channel)
    kam.message(cast.visits[stage.device])
    stage.shoots(kam, "told-to-the-account-channel")


def request(stage: Stage[Cast]) -> None:
    cast, say = stage.cast, words(stage.cast.language)
    kam = stage.window(cast.kam)
    kam.goes_to("general")
    kam.types(f"/kam-request {cast.department} {cast.wishes[stage.device]}")
    kam.picks(say("Account"), cast.account)
    kam.picks(say("What kind of help?"), say(cast.kind))
    kam.fills(say("Why does it matter to the customer?"), cast.why)
    kam.fills(say("Needed by"), in_days(30))
    stage.shoots(kam, "request-form")
    kam.submits(say("Send"))
    kam.is_done()
    expect(kam.message(cast.wishes[stage.device])).to_contain_text("R-")
    stage.shoots(kam, "requested")


def decline(stage: Stage[Cast]) -> None:
    cast, say = stage.cast, words(stage.cast.language)
    coordinator = stage.window(cast.coordinator)
    coordinator.goes_to(cast.channel)
    card = coordinator.message(cast.wishes[stage.device])
    stage.shoots(coordinator, "card")
    coordinator.presses(say("Decline"), card)
    coordinator.picks(say("What stands against it?"), say(cast.against))
    coordinator.fills(say("What is possible instead?"), cast.instead)
    stage.shoots(coordinator, "declining")
    coordinator.submits(say("Decline"))
    coordinator.is_done()
    expect(coordinator.message(cast.wishes[stage.device])).to_contain_text(say("⚪ Not this time"))
    stage.shoots(coordinator, "declined")


def escalate(stage: Stage[Cast]) -> None:
    cast, say = stage.cast, words(stage.cast.language)
    kam = stage.window(cast.kam)
    kam.reads_app()
    answer = kam.message(cast.instead)
    stage.shoots(kam, "answer")
    kam.presses(say("Escalate as goal conflict"), answer)
    kam.fills(say("Which decision do you ask for?"), cast.dilemma)
    kam.fills(say("By when?"), in_days(10))
    stage.shoots(kam, "conflict")
    kam.submits(say("Preview"))
    expect(kam.dialog).to_contain_text(cast.sponsor)
    stage.shoots(kam, "who-will-receive-it")
    kam.submits(say("Send"))
    kam.is_done()

    coordinator = stage.window(cast.coordinator)
    coordinator.reads_app()
    invited = coordinator.message(cast.dilemma)
    coordinator.presses(say("State our view"), invited)
    coordinator.fills(say("Our view, in our own words"), cast.view)
    coordinator.submits(say("Save"))
    coordinator.is_done()


def decide(stage: Stage[Cast]) -> None:
    cast, say = stage.cast, words(stage.cast.language)
    sponsor = stage.window(cast.sponsor)
    sponsor.reads_app()
    both = sponsor.message(cast.view)
    expect(both).to_contain_text(cast.dilemma)
    sponsor.presses(say("Acknowledge"), both)
    expect(both).to_contain_text(say("👀 Acknowledged"))
    stage.shoots(sponsor, "both-sides")
    sponsor.presses(say("Decide"), both)
    sponsor.fills(say("Your decision"), cast.decision)
    sponsor.fills(say("Reason"), cast.reason)
    stage.shoots(sponsor, "deciding")
    sponsor.submits(say("Decide"))
    sponsor.is_done()
    for name in (cast.kam, cast.coordinator):
        told = stage.window(name)
        told.reads_app()
        number = re.search(r"E-\d+", told.message(cast.decision).inner_text())
        stage.shoots(told, "decision")
    assert number
    kam = stage.window(cast.kam)
    kam.goes_to(cast.account_channel)
    header = kam.message(number[0])
    expect(header).to_contain_text(say("⚖️ Decided"))
    expect(header).not_to_contain_text(cast.decision)
    stage.shoots(kam, "header-for-everybody")


def ask(stage: Stage[Cast]) -> None:
    cast = stage.cast
    colleague = stage.window(cast.colleague)
    colleague.goes_to("general")
    colleague.types(f"/kam-ask {cast.question}")
    known = colleague.message(cast.question)
    expect(known).to_contain_text(cast.visits[stage.device])
    expect(known).to_contain_text(cast.visitor)
    stage.shoots(colleague, "asked")
