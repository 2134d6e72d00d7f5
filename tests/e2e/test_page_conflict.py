"""A whole conflict in a browser, in both languages, on a desktop and a phone; pictures of each card are kept."""

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
    """Who plays, where, and in which language; what is asked for is something else at each device."""

    language: str
    kam: str
    coordinator: str
    sponsor: str
    deputy: str
    colleague: str
    """Sees the account's channel and has no part in it."""
    department: str
    channel: str
    account: str
    account_channel: str
    offers: dict[str, str]
    scope: str
    wishes: dict[str, str]
    why: str
    instead: str
    dilemma: str
    view: str
    question: str
    answer: str
    decision: str
    reason: str
    to_do: tuple[str, str]


GERMAN = Cast(
    language="de",
    kam="Lea Brunner",
    coordinator="Sandra Meier",
    sponsor="Martin Keller",
    deputy="Regula von Arx",
    colleague="Felix Rüegg",
    department="Produktion",
    channel="produktion",
    account="Helvetia Pumpen",
    account_channel="acc-helvetia-pumpen",
    offers={
        "desktop": "Sechzig Gehäuse für eine Nullserie",
        "phone": "Acht Wellen zum Vermessen",
    },
    scope="Die Hälfte sofort, der Rest mit der nächsten Rüstung",
    wishes={
        "desktop": "Neunzig Lagereinheiten vor der Messe",
        "phone": "Dreissig Dichtungen über Nacht",
    },
    why="Die Messe entscheidet über den Rahmenvertrag",
    instead="Dreissig bis Ende Monat, der Rest im Frühling",
    dilemma="Alles vor der Messe, oder wir sagen dem Kunden jetzt ab",
    view="Linie 3 ist bis März voll, und jede Umrüstung kostet uns zwei Tage für Ulm",
    question="Welche Hälfte braucht der Kunde zuerst?",
    answer="Die westliche Halle, die andere wird erst im April gebaut",
    decision="Die Hälfte vor der Messe, die andere im Frühling",
    reason="Die Messe braucht nur die westliche Halle",
    to_do=("Samstagsschicht buchen", "Dem Kunden den Plan zeigen"),
)
ENGLISH = Cast(
    language="en",
    kam="James Hartley",
    coordinator="Claire Dubois",
    sponsor="David Whitmore",
    deputy="Ana Costa",
    colleague="Priya Raman",
    department="Finance",
    channel="finance",
    account="Trautwyl UK",
    account_channel="acc-trautwyl-uk",
    offers={
        "desktop": "Ninety days to pay for the pilot order",
        "phone": "A credit note for the damaged pallets",
    },
    scope="Sixty days, ninety from the second order on",
    wishes={
        "desktop": "A fixed price in pounds for all of next year",
        "phone": "A rebate of four per cent from 800 pieces on",
    },
    why="They decide about the framework contract in January",
    instead="Fixed for six months, reviewed in June",
    dilemma="A price they can plan with, or we lose the contract in Leeds",
    view="The pound moved by six per cent this year, and every order would be at our risk",
    question="Which half of the year matters most to them?",
    answer="The first half, their budget is settled in June",
    decision="Fixed until June, then within three per cent",
    reason="It covers their budget and most of our risk",
    to_do=("Book the currency for six months", "Show the customer the plan"),
)


@pytest.fixture(params=["desktop", "phone"])
def device(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=[GERMAN, ENGLISH], ids=["de", "en"])
def stage(
    request: pytest.FixtureRequest, browser: Browser, own_slack: Playground, device: str
) -> Iterator[Stage[Cast]]:
    stage = Stage(browser, own_slack, request.param, device, {}, play="conflict-")
    yield stage
    stage.ends()


def test_a_whole_conflict_is_played_in_the_page(stage: Stage[Cast]) -> None:
    counter(stage)
    decline(stage)
    number = escalate(stage)
    state_view(stage)
    ask_back(stage)
    stand_in(stage)
    decide(stage)
    confirm(stage)
    keep(stage, number)
    read(stage, number)


def counter(stage: Stage[Cast]) -> None:
    """A counter-offer ends a request well: no conflict is needed."""
    cast, say, what = stage.cast, words(stage.cast.language), stage.cast.offers[stage.device]
    _asks(stage, what)
    coordinator = stage.window(cast.coordinator)
    coordinator.goes_to(cast.channel)
    coordinator.presses(say("Counter-offer"), coordinator.message(what))
    coordinator.fills(say("Another date"), in_days(50))
    coordinator.fills(say("Another scope"), cast.scope)
    stage.shoots(coordinator, "offering")
    coordinator.submits(say("Offer"))
    coordinator.is_done()
    expect(coordinator.message(what)).to_contain_text(say("🔁 Counter-offer"))
    stage.shoots(coordinator, "card-with-an-offer", tall=True)

    kam = stage.window(cast.kam)
    kam.reads_app()
    offer = kam.message(cast.scope)
    stage.shoots(kam, "offered")
    kam.presses(say("Take the offer"), offer)

    coordinator = stage.window(cast.coordinator)
    coordinator.goes_to(cast.channel)
    expect(coordinator.message(what)).to_contain_text(say("🟢 Accepted"))
    expect(coordinator.message(what)).to_contain_text(cast.scope)
    stage.shoots(coordinator, "card-accepted", tall=True)


def decline(stage: Stage[Cast]) -> None:
    cast, say, what = stage.cast, words(stage.cast.language), stage.cast.wishes[stage.device]
    _asks(stage, what, cast.why)
    coordinator = stage.window(cast.coordinator)
    coordinator.goes_to(cast.channel)
    coordinator.presses(say("Decline"), coordinator.message(what))
    coordinator.picks(say("What stands against it?"), say("it conflicts with our own goal"))
    coordinator.fills(say("What is possible instead?"), cast.instead)
    coordinator.submits(say("Decline"))
    coordinator.is_done()
    expect(coordinator.message(what)).to_contain_text(say("⚪ Not this time"))
    stage.shoots(coordinator, "card-declined", tall=True)


def escalate(stage: Stage[Cast]) -> str:
    """Put it before the sponsor; return the conflict's number."""
    cast, say = stage.cast, words(stage.cast.language)
    kam = stage.window(cast.kam)
    kam.reads_app()
    answer = kam.message(cast.instead)
    stage.shoots(kam, "declined")
    kam.presses(say("Escalate as goal conflict"), answer)
    kam.fills(say("Which decision do you ask for?"), cast.dilemma)
    stage.shoots(kam, "conflict", tall=True)
    kam.submits(say("Preview"))
    expect(kam.dialog).to_contain_text(cast.sponsor)
    expect(kam.dialog.get_by_label(say("Why do you send it anyway?"))).to_be_visible()
    stage.shoots(kam, "gate", tall=True)
    kam.goes_back(say("Back"))
    kam.fills(say("By when?"), in_days(12))
    kam.submits(say("Preview"))
    expect(kam.dialog.get_by_label(say("Why do you send it anyway?"))).to_have_count(0)
    stage.shoots(kam, "who-will-receive-it", tall=True)
    kam.submits(say("Send"))
    kam.is_done()
    number = re.search(r"E-\d+", kam.message(say("It is before {people}", people=cast.sponsor)).inner_text())
    assert number
    stage.shoots(kam, "raised")
    kam.goes_to(cast.account_channel)
    expect(kam.message(number[0])).to_contain_text(say("🤝 Backing asked"))
    stage.shoots(kam, "header")
    return number[0]


def state_view(stage: Stage[Cast]) -> None:
    cast, say = stage.cast, words(stage.cast.language)
    coordinator = stage.window(cast.coordinator)
    coordinator.reads_app()
    invited = coordinator.message(cast.dilemma)
    stage.shoots(coordinator, "invited", tall=True)
    coordinator.presses(say("State our view"), invited)
    coordinator.fills(say("Our view, in our own words"), cast.view)
    stage.shoots(coordinator, "stating", tall=True)
    coordinator.submits(say("Save"))
    coordinator.is_done()


def ask_back(stage: Stage[Cast]) -> None:
    cast, say = stage.cast, words(stage.cast.language)
    sponsor = stage.window(cast.sponsor)
    sponsor.reads_app()
    both = sponsor.message(cast.view)
    expect(both).to_contain_text(cast.dilemma)
    stage.shoots(sponsor, "both-sides", tall=True)
    sponsor.presses(say("Acknowledge"), both)
    expect(both).to_contain_text(say("👀 Acknowledged"))
    sponsor.chooses(say("Ask back"), both)
    sponsor.fills(say("Your question"), cast.question)
    stage.shoots(sponsor, "asking-back")
    sponsor.submits(say("Ask"))
    sponsor.is_done()

    kam = stage.window(cast.kam)
    kam.goes_to("general")
    kam.types("/kam conflicts")
    expect(kam.message(say("Your goal conflicts"))).to_contain_text(say("waits for you"))
    stage.shoots(kam, "conflicts")
    kam.reads_app()
    asked = kam.message(cast.question)
    stage.shoots(kam, "asked")
    kam.presses(say("Answer"), asked)
    kam.fills(say("Your answer"), cast.answer)
    stage.shoots(kam, "answering")
    kam.submits(say("Answer"))
    kam.is_done()

    sponsor = stage.window(cast.sponsor)
    sponsor.reads_app()
    sponsor.message(say("{person} answered your question", person=cast.kam))
    stage.shoots(sponsor, "answered")


def stand_in(stage: Stage[Cast]) -> None:
    cast, say = stage.cast, words(stage.cast.language)
    sponsor = stage.window(cast.sponsor)
    sponsor.goes_to("general")
    sponsor.types("/kam absence")
    sponsor.presses(say("Enter absence"), sponsor.message(say("You have entered no absence.")))
    sponsor.fills(say("Last day"), in_days(9))
    sponsor.picks(say("Deputy"), cast.deputy)
    stage.shoots(sponsor, "absence")
    sponsor.submits(say("Save"))
    sponsor.is_done()
    sponsor.message(say("{person} stands in", person=cast.deputy))
    stage.shoots(sponsor, "absences")

    deputy = stage.window(cast.deputy)
    deputy.reads_app()
    told = deputy.message(
        say(
            "What would go to them comes to you in that time: goal conflicts, customers' wishes, and reminders of their "
            "promises and next steps, as far as you may read them. Requests stay where they are."
        )
    )
    expect(told).to_contain_text(cast.sponsor)
    card = deputy.message(cast.answer)
    expect(card).to_contain_text(say("{person} in the stead of {other}", person=cast.deputy, other=cast.sponsor))
    stage.shoots(deputy, "standing-in", tall=True)


def decide(stage: Stage[Cast]) -> None:
    cast, say = stage.cast, words(stage.cast.language)
    deputy = stage.window(cast.deputy)
    deputy.reads_app()
    deputy.presses(say("Decide"), deputy.message(cast.answer))
    deputy.fills(say("Your decision"), cast.decision)
    deputy.fills(say("Reason"), cast.reason)
    deputy.presses(say("More"), deputy.dialog)
    deputy.marks(say("Settlement: I ask each side to confirm"))
    for at, (what, owner) in enumerate(zip(cast.to_do, (cast.coordinator, cast.kam), strict=True), 1):
        deputy.fills(say("What is to be done ({number})", number=at), what)
        deputy.picks(say("By whom ({number})", number=at), owner)
        deputy.fills(say("Until when ({number})", number=at), in_days(5))
    stage.shoots(deputy, "deciding", tall=True)
    deputy.submits(say("Decide"))
    deputy.is_done()


def confirm(stage: Stage[Cast]) -> None:
    """Both sides read the decision and confirm the settlement."""
    cast, say = stage.cast, words(stage.cast.language)
    for name in (cast.coordinator, cast.kam):
        side = stage.window(name)
        side.reads_app()
        told = side.message(cast.decision)
        expect(told).to_contain_text(cast.sponsor)
        stage.shoots(side, "decision", tall=True)
        side.presses(say("Confirm the settlement"), told)
        expect(told.get_by_role("button", name=say("Confirm the settlement"))).to_have_count(0)


def keep(stage: Stage[Cast], number: str) -> None:
    """What was agreed is done; then it is kept, and each reads so."""
    cast, say = stage.cast, words(stage.cast.language)
    for name, what in zip((cast.coordinator, cast.kam), cast.to_do, strict=True):
        owner = stage.window(name)
        owner.reads_app()
        told = owner.message(cast.decision)
        owner.presses(say("Done"), told)
        expect(told).to_contain_text(f"✅ {what}")
    stage.shoots(owner, "kept", tall=True)
    for name in (cast.deputy, cast.coordinator):
        told_of = stage.window(name)
        told_of.reads_app()
        expect(told_of.message(say("The decision is kept"))).to_contain_text(number)
    stage.shoots(told_of, "told-that-it-is-kept", tall=True)
    told_of.goes_to(cast.channel)
    thread = told_of.reads_thread(told_of.message(cast.wishes[stage.device]))
    expect(thread.get_by_role("article").last).to_contain_text(number)
    stage.shoots(told_of, "thread")


def read(stage: Stage[Cast], number: str) -> None:
    """The KAM reads what happened; somebody else reads that it exists, and nothing of what it is about."""
    cast, say = stage.cast, words(stage.cast.language)
    kam = stage.window(cast.kam)
    kam.goes_to("general")
    kam.types(f"/kam {number}")
    kam.message(say("History"))
    stage.shoots(kam, "history", tall=True)

    colleague = stage.window(cast.colleague)
    colleague.goes_to(cast.account_channel)
    header = colleague.message(number)
    expect(header).to_contain_text(say("✅ Kept"))
    for secret in (cast.kam, cast.coordinator, cast.dilemma, cast.view, cast.decision):
        expect(header).not_to_contain_text(secret)
    stage.shoots(colleague, "header-for-everybody")


def _asks(stage: Stage[Cast], what: str, why: str = "") -> None:
    cast, say = stage.cast, words(stage.cast.language)
    kam = stage.window(cast.kam)
    kam.goes_to("general")
    kam.types(f"/kam-request {cast.department} {what}")
    kam.picks(say("Account"), cast.account)
    kam.picks(say("What kind of help?"), say("Capacity"))
    kam.fills(say("Why does it matter to the customer?"), why)
    kam.fills(say("Needed by"), in_days(40))
    kam.submits(say("Send"))
    kam.is_done()
