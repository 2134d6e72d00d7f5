"""A whole conflict over the wire, in both languages: declined, put before the sponsor, settled by the deputy, kept."""

import re
from dataclasses import dataclass

import pytest

from playground.robot import Person, Playground, Shown
from sample.tour import in_days
from tests.e2e.stage import words


@dataclass(frozen=True)
class Cast:
    """Who plays, in which language."""

    language: str
    kam: str
    department: str
    channel: str
    coordinator: str
    helper: str
    account: str
    account_channel: str
    sponsor: str
    deputy: str
    colleague: str
    """Sees the account's channel and has no part in it."""


GERMAN = Cast(
    language="de",
    kam="Lea Brunner",
    department="Produktion",
    channel="#produktion",
    coordinator="Sandra Meier",
    helper="Emre Yıldız",
    account="Helvetia Pumpen",
    account_channel="#acc-helvetia-pumpen",
    sponsor="Martin Keller",
    deputy="Regula von Arx",
    colleague="Felix Rüegg",
)
ENGLISH = Cast(
    language="en",
    kam="James Hartley",
    department="Finance",
    channel="#finance",
    coordinator="Claire Dubois",
    helper="Thomas Imhof",
    account="Trautwyl UK",
    account_channel="#acc-trautwyl-uk",
    sponsor="David Whitmore",
    deputy="Ana Costa",
    colleague="Priya Raman",
)
SECRETS = ("Ninety units", "Line 3 is full", "Which half", "The western half", "Half now", "Book the shift")
"""A piece of what each person writes."""


@dataclass
class Play:
    """A conflict that is played: the people by their parts, and what a button or field is called."""

    slack: Playground
    cast: Cast

    def __post_init__(self) -> None:
        self.say = words(self.cast.language)
        self.kam, self.coordinator = self.person(self.cast.kam), self.person(self.cast.coordinator)
        self.sponsor, self.deputy = self.person(self.cast.sponsor), self.person(self.cast.deputy)
        self.colleague = self.person(self.cast.colleague)

    def person(self, name: str) -> Person:
        return self.slack.person(name)

    def asks(self, what: str) -> Shown:
        """Let the KAM ask the department; return its card."""
        say = self.say
        self.kam.types(f"/kam-request {self.cast.department} {what}", channel="#general")
        self.kam.fills(say("Account"), self.cast.account)
        self.kam.fills(say("What kind of help?"), say("Capacity"))
        self.kam.fills(say("Needed by"), in_days(40))
        assert self.kam.submits() is None
        return self.coordinator.waits_for(what, self.cast.channel)


@pytest.mark.parametrize("cast", [GERMAN, ENGLISH], ids=["de", "en"])
def test_a_counter_offer_is_taken_delivered_and_confirmed(world: Playground, cast: Cast) -> None:
    play = Play(world, cast)
    say, kam, coordinator = play.say, play.kam, play.coordinator
    card = play.asks("A trial batch of sixty housings")

    coordinator.clicks(say("Counter-offer"), on=card)
    coordinator.fills(say("Another date"), in_days(50))
    coordinator.fills(say("Another scope"), "Forty housings")
    assert coordinator.submits() is None
    coordinator.waits_for(say("🔁 Counter-offer"), cast.channel)
    offer = kam.waits_for("Forty housings")
    kam.clicks(say("Take the offer"), on=offer)

    coordinator.waits_for(say("🟢 Accepted"), cast.channel)
    mine = coordinator.waits_for("A trial batch of sixty housings")
    coordinator.clicks(say("Delivered"), on=mine)
    coordinator.fills(say("What was delivered?"), "Forty housings on two pallets")
    assert coordinator.submits() is None
    kam.clicks(say("Confirm"), on=kam.waits_for("two pallets"))
    done = coordinator.waits_for(say("✅ Confirmed"), cast.channel)
    assert done.buttons == []


@pytest.mark.parametrize("cast", [GERMAN, ENGLISH], ids=["de", "en"])
def test_a_conflict_is_settled_by_the_deputy_and_kept(own_world: Playground, cast: Cast) -> None:
    play = Play(own_world, cast)
    before = len(play.colleague.dm())
    number = raised(play)
    both_views(play, number)
    asked_back(play, number)
    with_deputy(play, number)
    settled(play, number)
    kept(play, number)

    assert len(play.colleague.dm()) == before
    shown = play.colleague.types(f"/kam {number}", channel="#general").text
    in_channel = play.colleague.waits_for(number, cast.account_channel).text
    for text in (shown, in_channel):
        assert cast.account in text
        for secret in (*SECRETS, cast.kam, cast.coordinator, cast.sponsor, cast.deputy):
            assert secret not in text


def raised(play: Play) -> str:
    """Decline with what is possible; put it before the sponsor, past the gate; return the conflict's number."""
    say, kam, coordinator, cast = play.say, play.kam, play.coordinator, play.cast
    card = play.asks("Ninety units before the fair")
    coordinator.clicks(say("Decline"), on=card)
    coordinator.fills(say("What stands against it?"), say("it conflicts with our own goal"))
    coordinator.fills(say("What is possible instead?"), "Thirty units, the rest in spring")
    assert coordinator.submits() is None

    answer = kam.waits_for("Thirty units, the rest in spring")
    kam.clicks(say("Escalate as goal conflict"), on=answer)
    kam.fills(say("Which decision do you ask for?"), "Ninety units, or a word to the customer")
    preview = kam.submits()
    assert preview is not None
    assert cast.sponsor in preview.text
    kam.closes()
    kam.fills(say("By when?"), in_days(12))
    preview = kam.submits()
    assert preview is not None
    assert say("Why do you send it anyway?") not in preview.fields
    assert kam.submits() is None

    told = kam.waits_for(say("It is before {people}", people=cast.sponsor))
    number = re.search(r"E-\d+", told.text)
    assert number
    header = kam.waits_for(number[0], cast.account_channel)
    assert say("🤝 Backing asked") in header.text
    return number[0]


def both_views(play: Play, number: str) -> None:
    """The other side states its view, which stands beside the raiser's words on the sponsor's card."""
    say, coordinator = play.say, play.coordinator
    invited = coordinator.waits_for("Ninety units, or a word to the customer")
    coordinator.clicks(say("State our view"), on=invited)
    coordinator.fills(say("Our view, in our own words"), "Line 3 is full until spring")
    assert coordinator.submits() is None
    both = play.sponsor.waits_for("Line 3 is full")
    assert number in both.text
    assert "Ninety units before the fair" in both.text


def asked_back(play: Play, number: str) -> None:
    """The sponsor takes it on and asks; whoever raised it answers."""
    say, kam, sponsor = play.say, play.kam, play.sponsor
    card = sponsor.waits_for(number)
    sponsor.clicks(say("Acknowledge"), on=card)
    kam.waits_for(say("{person} has seen it and takes care of it", person=play.cast.sponsor))
    sponsor.clicks(say("Ask back"), on=card)
    sponsor.fills(say("Your question"), "Which half do they need first?")
    assert sponsor.submits() is None
    kam.clicks(say("Answer"), on=kam.waits_for("Which half do they need first?"))
    kam.fills(say("Your answer"), "The western half, for the fair")
    assert kam.submits() is None
    sponsor.waits_for(say("{person} answered your question", person=play.cast.kam))


def with_deputy(play: Play, number: str) -> None:
    """The sponsor goes away: the deputy hears of it and has the conflict with everything that was said."""
    say, sponsor, deputy, cast = play.say, play.sponsor, play.deputy, play.cast
    plan = sponsor.types("/kam absence", channel="#general")
    sponsor.clicks(say("Enter absence"), on=plan)
    sponsor.fills(say("Last day"), in_days(9))
    sponsor.fills(say("Deputy"), cast.deputy)
    assert sponsor.submits() is None
    sponsor.waits_for(say("{person} stands in", person=cast.deputy), "#general")
    deputy.waits_for(say("You stand in for {person}: {days}.", person=cast.sponsor, days="").rstrip(": ."))
    card = deputy.waits_for("The western half")
    assert number in card.text
    assert say("{person} in the stead of {other}", person=cast.deputy, other=cast.sponsor) in card.text


def settled(play: Play, number: str) -> None:
    """The deputy settles it with two actions; both sides hear of it and confirm, and the request's thread has a line."""
    say, deputy, cast = play.say, play.deputy, play.cast
    card = deputy.waits_for("The western half")
    deputy.clicks(say("Decide"), on=card)
    deputy.clicks(say("More"))
    deputy.fills(say("Your decision"), "Half now, half in spring")
    deputy.fills(say("Reason"), "The fair needs the western half only")
    deputy.fills(say("What is it?"), say("Settlement: I ask each side to confirm"))
    actions = [("Book the shift", cast.coordinator), ("Tell the customer", cast.kam)]
    for at, (what, owner) in enumerate(actions, 1):
        deputy.fills(say("What is to be done ({number})", number=at), what)
        deputy.fills(say("By whom ({number})", number=at), owner)
        deputy.fills(say("Until when ({number})", number=at), in_days(5))
    assert deputy.submits() is None

    for person in (play.kam, play.coordinator):
        told = person.waits_for("Half now, half in spring")
        assert cast.deputy in told.text
        assert cast.sponsor in told.text
        person.clicks(say("Confirm the settlement"), on=told)
    line = play.coordinator.waits_for(number, cast.channel)
    assert line.thread_ts
    assert not any(secret in line.text for secret in SECRETS[1:])


def kept(play: Play, number: str) -> None:
    """Each does what is theirs; with the last one the decision is kept, and everybody reads it."""
    say = play.say
    for person in (play.coordinator, play.kam):
        person.clicks(say("Done"), on=person.waits_for("Half now, half in spring"))
    # Who did the last thing knows.
    for person in (play.coordinator, play.deputy):
        assert number in person.waits_for(say("The decision is kept")).text
    over = play.kam.waits_for(say("✅ Kept"), play.cast.account_channel)
    assert number in over.text
