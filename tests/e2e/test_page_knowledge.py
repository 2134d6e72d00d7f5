"""What is known about an account in a browser, in both languages, on a desktop and a phone; pictures are kept."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, expect

from playground.robot import Playground
from sample.tour import in_days
from tests.e2e.stage import Stage, words
from tests.e2e.window import Window


@dataclass(frozen=True)
class Cast:
    """Who plays, where, and in which language."""

    language: str
    kam: str
    colleague: str
    """On the account's team."""
    stranger: str
    """Has no part in the account."""
    account: str
    contact: str
    title: str
    twin: str
    aims: str
    reason: str
    supposed: str
    basis: str
    note: str
    question: str
    step: str
    promise: str
    delay: str
    wish: str
    gaps: tuple[str, str, str]


GERMAN = Cast(
    language="de",
    kam="Lea Brunner",
    colleague="Nina Fäh",
    stranger="Sandra Meier",
    account="Helvetia Pumpen",
    contact="Nora Zbinden",
    title="Leiterin Instandhaltung",
    twin="Nora Zbinten",
    aims="Kein Stillstand am Sonntag, und Ersatzteile, die ihr Team selbst einbauen kann",
    reason="Hat unser Konzept ungefragt in der Geschäftsleitung vorgestellt",
    supposed="Übernimmt nächstes Jahr das Werk",
    basis="Leitet seit Mai die neue Linie",
    note="Die Schmierung der Portale quietscht seit den kalten Tagen, sie prüfen ein anderes Fett",
    question="Schmierung Portale",
    step="Im Labor nach einem Fett für tiefe Temperaturen fragen",
    promise="Ein Muster des kältefesten Fetts",
    delay="Das Labor mischt es erst nächste Woche an",
    wish="Am Sonntag eine Person in Bereitschaft, die vorbeikommt",
    gaps=("unser Service bis Mai ausgebucht ist", "eine Hotline von 7 bis 19 Uhr", "Nina Fäh"),
)
ENGLISH = Cast(
    language="en",
    kam="James Hartley",
    colleague="Priya Raman",
    stranger="Claire Dubois",
    account="Harrowmere Conveyors",
    contact="Fiona Kettlewell",
    title="Head of Maintenance",
    twin="Fiona Kettlevell",
    aims="No standstill on a Sunday, and spare parts that her own people can fit",
    reason="Put our concept before the board without being asked",
    supposed="May lead the plant next year",
    basis="Runs the new line since May",
    note="The lubrication of the gantry squeaks since the cold days, they look at another grease",
    question="gantry lubrication",
    step="Ask the laboratory about grease for low temperatures",
    promise="A sample of cold grease",
    delay="The laboratory mixes it next week only",
    wish="Somebody on call on Sundays who comes by",
    gaps=("our mechanics are booked until May", "a hotline from 7 to 19", "Priya Raman"),
)


@pytest.fixture(params=["desktop", "phone"])
def device(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=[GERMAN, ENGLISH], ids=["de", "en"])
def stage(
    request: pytest.FixtureRequest, browser: Browser, own_slack: Playground, device: str
) -> Iterator[Stage[Cast]]:
    # Nobody plays how fast a busy machine answers.
    own_slack.rules(ack_seconds=20, trigger_seconds=20)
    stage = Stage(browser, own_slack, request.param, device, {}, play="knowledge-")
    yield stage
    stage.ends()


def test_what_is_known_about_an_account_is_written_and_read_in_the_page(stage: Stage[Cast]) -> None:
    meet(stage)
    judge(stage)
    log(stage)
    read_account(stage)
    brief(stage)
    draw(stage)
    ask(stage)
    wish(stage)
    promise(stage)
    merge(stage)
    leave(stage)
    outside(stage)


def meet(stage: Stage[Cast]) -> None:
    """A colleague writes a new person down; the KAM completes what is known."""
    cast, say = stage.cast, words(stage.cast.language)
    _adds(stage, stage.window(cast.colleague), cast.contact)
    kam = stage.window(cast.kam)
    card = _looks_up(kam, f"/kam contact {cast.contact}", f"👤 {cast.contact}")
    kam.presses(say("Edit"), card)
    kam.picks(say("Level"), say("Executive"))
    kam.marks(say("Decider"))
    kam.fills(say("What does this person aim at?"), cast.aims)
    kam.picks(say("Relationship owner"), cast.colleague)
    stage.shoots(kam, "editing", tall=True)
    kam.submits(say("Save"))
    kam.is_done()
    kam.message(cast.aims)
    colleague = stage.window(cast.colleague)
    colleague.reads_app()
    colleague.message(say("You look after {name} of {account} now.", name=cast.contact, account=cast.account))
    stage.shoots(colleague, "looks-after")


def judge(stage: Stage[Cast]) -> None:
    cast, say = stage.cast, words(stage.cast.language)
    kam = stage.window(cast.kam)
    card = _looks_up(kam, f"/kam contact {cast.contact}", cast.aims)
    kam.presses(say("Assess"), card)
    kam.picks(say("Attitude to us"), say("Speaks up for us"))
    kam.picks(say("Influence"), say("Shapes decisions"))
    kam.picks(say("Which of us knows them?"), cast.colleague)
    kam.picks(say("How well?"), say("Trusted"))
    kam.fills(say("What makes you think so?"), cast.reason)
    stage.shoots(kam, "judging", tall=True)
    kam.submits(say("Save"))
    kam.is_done()
    card = kam.message(cast.reason)
    kam.presses(say("Hypothesis"), card)
    kam.fills(say("What may happen?"), cast.supposed)
    kam.fills(say("What is it based on?"), cast.basis)
    stage.shoots(kam, "supposing", tall=True)
    kam.submits(say("Save"))
    kam.is_done()
    kam.message(cast.supposed)
    stage.shoots(kam, "contact", tall=True)


def log(stage: Stage[Cast]) -> None:
    """A visit with next step, promise and favour."""
    cast, say = stage.cast, words(stage.cast.language)
    colleague = stage.window(cast.colleague)
    colleague.goes_to("general")
    colleague.types("/kam-log")
    colleague.picks(say("Account"), cast.account)
    expect(colleague.dialog.get_by_role("combobox", name=say("Who was there from the account?"))).to_be_visible()
    colleague.fills(say("What happened?"), cast.note)
    colleague.picks(say("Who was there from the account?"), cast.contact)
    colleague.picks(say("How did you meet?"), say("Visit"))
    colleague.picks(say("What does it tell us?"), say("Need"))
    colleague.presses(say("More"), colleague.dialog)
    colleague.picks(say("Favour given"), say("Access to our expert"))
    colleague.fills(say("Next step"), cast.step)
    colleague.picks(say("Who does it?"), cast.colleague)
    colleague.fills(say("Until when?"), in_days(20))
    colleague.fills(say("Promise to the customer"), cast.promise)
    colleague.fills(say("Promised for"), in_days(4))
    stage.shoots(colleague, "logging", tall=True)
    colleague.submits(say("Save"))
    colleague.is_done()
    colleague.message(cast.promise)
    stage.shoots(colleague, "logged")


def read_account(stage: Stage[Cast]) -> None:
    cast = stage.cast
    kam = stage.window(cast.kam)
    card = _looks_up(kam, f"/kam account {cast.account}", cast.promise)
    expect(card).to_contain_text(cast.contact)
    stage.shoots(kam, "account", tall=True)
    favours = _looks_up(kam, f"/kam favour {cast.account}", "🎁")
    expect(favours).to_contain_text(cast.contact)
    stage.shoots(kam, "favours")


def brief(stage: Stage[Cast]) -> None:
    cast = stage.cast
    kam = stage.window(cast.kam)
    page = _looks_up(kam, f"/kam brief {cast.account}", cast.step)
    expect(page).to_contain_text(cast.supposed)
    stage.shoots(kam, "briefing", tall=True)
    kam.types(f"/kam brief {cast.account} exec")
    expect(kam.feed.get_by_role("article").last).not_to_contain_text(cast.supposed)
    stage.shoots(kam, "briefing-in-eight-lines")
    kam.types(f"/kam brief {cast.contact}")
    expect(kam.feed.get_by_role("article").last).to_contain_text(cast.aims)
    stage.shoots(kam, "briefing-of-a-contact", tall=True)


def draw(stage: Stage[Cast]) -> None:
    """The map, its picture, the version for the customer, and who knows the contact."""
    cast, say = stage.cast, words(stage.cast.language)
    kam = stage.window(cast.kam)
    shown = _looks_up(kam, f"/kam map {cast.account}", say("At the customer"))
    stage.shoots(kam, "map", tall=True)
    kam.presses(say("Picture"), shown)
    kam.presses(say("For the customer"), shown)
    kam.message(say("You may show this to the customer: it holds names, function and level, and nothing we judge."))
    stage.shoots(kam, "map-for-the-customer", tall=True)
    _looks_up(kam, f"/kam network who knows {cast.contact}", say("Who of us knows {name}", name=cast.contact))
    stage.shoots(kam, "who-knows")
    kam.reads_app()
    expect(kam.feed.get_by_role("img", name=cast.account).last).to_be_visible(timeout=20_000)
    stage.shoots(kam, "map-as-a-picture", tall=True)


def ask(stage: Stage[Cast]) -> None:
    """Somebody else asks, takes the filter away, and shares the answer."""
    cast, say = stage.cast, words(stage.cast.language)
    stranger = stage.window(cast.stranger)
    applied = say("Account: {account}", account=cast.account)
    answer = _looks_up(stranger, f"/kam-ask {cast.question} {cast.account}", applied)
    expect(answer).to_contain_text(cast.note)
    stage.shoots(stranger, "asked", tall=True)
    stranger.presses(say("All accounts"), answer)
    expect(stranger.feed.get_by_text(applied)).to_have_count(0)
    wider = stranger.message(cast.note)
    stranger.presses(say("Share …"), wider)
    stranger.picks(say("Channel"), "# general")
    stage.shoots(stranger, "sharing", tall=True)
    stranger.submits(say("Next"))
    expect(stranger.dialog.get_by_role("heading")).to_have_text(say("Who will read it"))
    stage.shoots(stranger, "who-will-read-it", tall=True)
    stranger.submits(say("Share"))
    stranger.is_done()
    expect(stranger.feed.get_by_role("article").last).to_contain_text(cast.stranger)
    stage.shoots(stranger, "shared")


def wish(stage: Stage[Cast]) -> None:
    """A wish is declined considerately."""
    cast, say = stage.cast, words(stage.cast.language)
    stranger = stage.window(cast.stranger)
    stranger.goes_to("general")
    stranger.types(f"/kam demand {cast.account}: {cast.wish}")
    stranger.message(say("Passed on"))
    stage.shoots(stranger, "passed-on")
    kam = stage.window(cast.kam)
    kam.reads_app()
    card = kam.message(cast.wish)
    stage.shoots(kam, "demand", tall=True)
    kam.presses(say("Not this time"), card)
    kam.picks(say("Reason"), say("no capacity by then"))
    answer = kam.dialog.get_by_label(say("Your answer"))
    text = answer.input_value()
    stage.shoots(kam, "declining", tall=True)
    for gap in cast.gaps:
        text = text.replace("[…]", gap, 1)
    kam.fills(say("Your answer"), text)
    kam.submits(say("Send"))
    kam.is_done()
    expect(kam.message(cast.wish)).to_contain_text(cast.gaps[0])
    stage.shoots(kam, "declined", tall=True)
    stranger = stage.window(cast.stranger)
    stranger.reads_app()
    stranger.message(cast.gaps[1])
    stage.shoots(stranger, "answered")


def promise(stage: Stage[Cast]) -> None:
    """A promise is moved, which the KAM hears, and kept."""
    cast, say = stage.cast, words(stage.cast.language)
    colleague = stage.window(cast.colleague)
    mine = _looks_up(colleague, "/kam promises", say("Your promises"))
    stage.shoots(colleague, "promises")
    colleague.chooses(say("Move"), mine)
    colleague.fills(say("New date"), in_days(9))
    colleague.fills(say("Why?"), cast.delay)
    stage.shoots(colleague, "moving")
    colleague.submits(say("Move"))
    colleague.is_done()
    kam = stage.window(cast.kam)
    kam.reads_app()
    told = kam.message(cast.delay)
    stage.shoots(kam, "moved")
    kam.presses(say("Kept"), told)
    expect(kam.message(cast.promise)).to_contain_text(say("kept on {day}", day="").strip())
    stage.shoots(kam, "kept")
    _looks_up(colleague := stage.window(cast.colleague), "/kam todo", say("Your next steps"))
    stage.shoots(colleague, "next-steps")


def merge(stage: Stage[Cast]) -> None:
    """The same person stands there twice; the KAM merges the two and takes it back."""
    cast, say = stage.cast, words(stage.cast.language)
    _adds(stage, stage.window(cast.stranger), cast.twin, near=cast.contact)
    kam = stage.window(cast.kam)
    card = _looks_up(kam, f"/kam contact {cast.twin}", f"👤 {cast.twin}")
    kam.chooses(say("Same as another one …"), card)
    kam.picks(say("The other one"), cast.contact)
    stage.shoots(kam, "which-other-one")
    kam.submits(say("Go on"))
    expect(kam.dialog.get_by_role("combobox", name=say("Which one stays?"))).to_be_visible()
    expect(kam.dialog).to_contain_text(say("Speaks up for us"))
    stage.shoots(kam, "merging", tall=True)
    kam.submits(say("Merge"))
    kam.is_done()
    done = kam.message(say("✅ {name} is now part of {into}.", name=cast.twin, into=cast.contact))
    stage.shoots(kam, "merged")
    kam.presses(say("Undo"), done)
    stage.shoots(kam, "taking-back")
    kam.presses(say("Yes"), kam.dialog)
    kam.message(say("↩️ {name} stands on its own again.", name=cast.twin))
    stage.shoots(kam, "taken-back")
    kam.types("/kam duplicates")
    kam.message(
        say(
            "Scharnier looks for duplicates every Monday. Same as another one … on the card of an account or contact "
            "merges two by hand."
        )
    )
    stage.shoots(kam, "duplicates")


def leave(stage: Stage[Cast]) -> None:
    """The contact leaves; the KAM hears what the account lacks."""
    cast, say = stage.cast, words(stage.cast.language)
    colleague = stage.window(cast.colleague)
    card = _looks_up(colleague, f"/kam contact {cast.contact}", cast.aims)
    # The first menu is the hypothesis's.
    colleague.chooses(say("Left the company"), card, menu=1)
    expect(colleague.dialog).to_be_visible()
    stage.shoots(colleague, "leaving")
    colleague.fills(say("Last day"), in_days(-1))
    colleague.submits(say("Save"))
    colleague.is_done()
    colleague.message(say("(left)"))
    stage.shoots(colleague, "left", tall=True)
    kam = stage.window(cast.kam)
    kam.reads_app()
    told = kam.message(say("Name successor"))
    stage.shoots(kam, "told-of-leaving")
    kam.presses(say("Name successor"), told)
    expect(kam.dialog).to_contain_text(cast.contact)
    stage.shoots(kam, "successor", tall=True)
    kam.goes_back(say("Cancel"))


def outside(stage: Stage[Cast]) -> None:
    """Somebody else reads what everybody may, and nothing that was judged."""
    cast = stage.cast
    stranger = stage.window(cast.stranger)
    card = _looks_up(stranger, f"/kam contact {cast.contact}", cast.aims)
    for secret in (cast.reason, cast.supposed):
        expect(card).not_to_contain_text(secret)
    stage.shoots(stranger, "contact-for-others", tall=True)


def _adds(stage: Stage[Cast], window: Window, name: str, near: str = "") -> None:
    """Write a new contact down; who is like it is named once."""
    cast, say = stage.cast, words(stage.cast.language)
    unknown = _looks_up(window, f"/kam contact {name}", say("New contact"))
    if not near:
        stage.shoots(window, "unknown")
    window.presses(say("New contact"), unknown)
    window.picks(say("Account"), cast.account)
    window.fills(say("Title or function"), cast.title)
    window.submits(say("Save"))
    if near:
        expect(window.dialog).to_contain_text(near)
        stage.shoots(window, "alike")
        window.submits(say("Save"))
    window.is_done()
    window.message(f"👤 {name}")


def _looks_up(window: Window, line: str, text: str) -> Locator:
    """Type a command in a channel of all; return its answer, known by words that stand in none before it."""
    window.goes_to("general")
    window.types(line)
    return window.message(text)
