"""What is known about an account over the wire, in both languages: met, judged, promised, kept, left, merged, asked."""

import json
from dataclasses import dataclass

import pytest

from playground.robot import Person, Playground, Shown
from sample.tour import in_days
from tests.e2e.later import Clock
from tests.e2e.stage import words

DAYS = 9
"""They pass while a promise is open; there is a Monday among them, on which duplicates are looked for."""


@dataclass(frozen=True)
class Cast:
    """Who plays, in which language."""

    language: str
    kam: str
    colleague: str
    """On the account's team."""
    stranger: str
    """Has no part in the account."""
    account: str
    account_channel: str
    contact: str
    twin: str
    """The same person, written otherwise by somebody who did not look."""
    successor: str


GERMAN = Cast(
    language="de",
    kam="Lea Brunner",
    colleague="Nina Fäh",
    stranger="Sandra Meier",
    account="Helvetia Pumpen",
    account_channel="#acc-helvetia-pumpen",
    contact="Nora Zbinden",
    twin="Nora Zbinten",
    successor="Reto Amstutz",
)
ENGLISH = Cast(
    language="en",
    kam="James Hartley",
    colleague="Priya Raman",
    stranger="Claire Dubois",
    account="Harrowmere Conveyors",
    account_channel="#acc-harrowmere",
    contact="Fiona Kettlewell",
    twin="Fiona Kettlevell",
    successor="Rhys Pemberton",
)
JUDGED = ("Put our concept before the board", "May lead the plant next")
"""A piece of what only the account's circle reads."""
ASIDE = "#general"


@dataclass
class Play:
    """What is played: the people by their parts, and what a button or field is called."""

    slack: Playground
    cast: Cast

    def __post_init__(self) -> None:
        self.say = words(self.cast.language)
        self.kam, self.colleague = self.person(self.cast.kam), self.person(self.cast.colleague)
        self.stranger = self.person(self.cast.stranger)

    def person(self, name: str) -> Person:
        return self.slack.person(name)

    def contact(self, reader: Person) -> Shown:
        """Let somebody look the contact up."""
        return reader.types(f"/kam contact {self.cast.contact}", channel=ASIDE)


@pytest.mark.parametrize("cast", [GERMAN, ENGLISH], ids=["de", "en"])
def test_what_is_known_about_an_account_grows_is_kept_and_found(
    passing_world: tuple[Playground, Clock], cast: Cast
) -> None:
    slack, clock = passing_world
    play = Play(slack, cast)
    met(play)
    judged(play)
    logged(play)
    read(play)
    asked(play)
    wished(play)
    met_twice(play)
    moved(play)
    clock.passes(DAYS, slack)
    kept(play)
    merged(play)
    left(play)
    for secret in JUDGED:
        assert secret not in everything(play.stranger)


def met(play: Play) -> None:
    """A colleague meets somebody new; the KAM completes what is known and hands the care to the colleague."""
    say, kam, colleague, cast = play.say, play.kam, play.colleague, play.cast
    unknown = play.contact(colleague)
    colleague.clicks(say("New contact"), on=unknown)
    assert colleague.modal().values[say("Name")] == cast.contact
    colleague.fills(say("Account"), cast.account)
    colleague.fills(say("Title or function"), "Head of maintenance")
    assert colleague.submits() is None
    colleague.waits_for("Head of maintenance", ASIDE)

    kam.clicks(say("Edit"), on=play.contact(kam))
    kam.fills(say("Level"), say("Executive"))
    kam.fills(say("Decision role"), [say("Decider")])
    kam.fills(say("What does this person aim at?"), "No standstill on a Sunday")
    kam.fills(say("Relationship owner"), cast.colleague)
    assert kam.submits() is None
    told = colleague.waits_for(say("You look after {name} of {account} now.", name=cast.contact, account=cast.account))
    assert cast.kam in told.text


def judged(play: Play) -> None:
    """The KAM judges and supposes; colleagues outside the circle read what everybody may know, and nothing of it."""
    say, kam, cast = play.say, play.kam, play.cast
    kam.clicks(say("Assess"), on=play.contact(kam))
    kam.fills(say("Attitude to us"), say("Speaks up for us"))
    kam.fills(say("Influence"), say("Shapes decisions"))
    kam.fills(say("Which of us knows them?"), cast.colleague)
    kam.fills(say("How well?"), say("Trusted"))
    kam.fills(say("What makes you think so?"), JUDGED[0])
    assert kam.submits() is None
    card = kam.waits_for(JUDGED[0], ASIDE)
    assert say("Speaks up for us") in card.text
    assert say("(claimed)") in card.text
    kam.clicks(say("Hypothesis"), on=card)
    kam.fills(say("What may happen?"), JUDGED[1])
    kam.fills(say("What is it based on?"), "Runs the new line since May")
    assert kam.submits() is None
    kam.waits_for(JUDGED[1], ASIDE)

    seen = play.contact(play.stranger)
    assert "No standstill on a Sunday" in seen.text
    assert say("Speaks up for us") not in seen.text
    assert say("Edit") not in seen.buttons


def logged(play: Play) -> None:
    """The colleague logs a visit with a next step, a promise and a favour."""
    say, colleague, cast = play.say, play.colleague, play.cast
    colleague.types("/kam-log", channel=ASIDE)
    colleague.fills(say("Account"), cast.account)
    colleague.fills(say("What happened?"), "The lubrication of the gantry squeaks since the cold days")
    colleague.fills(say("Who was there from the account?"), [cast.contact])
    colleague.fills(say("How did you meet?"), say("Visit"))
    colleague.fills(say("What does it tell us?"), say("Need"))
    colleague.clicks(say("More"))
    colleague.fills(say("Favour given"), say("Access to our expert"))
    colleague.fills(say("Next step"), "Ask the laboratory about cold grease")
    colleague.fills(say("Who does it?"), cast.colleague)
    colleague.fills(say("Until when?"), in_days(20))
    colleague.fills(say("Promise to the customer"), "A sample of cold grease")
    colleague.fills(say("Promised for"), in_days(4))
    assert colleague.submits() is None
    answer = colleague.waits_for("lubrication of the gantry", ASIDE)
    for kept in ("cold grease", "laboratory", cast.contact):
        assert kept in answer.text
    in_channel = play.kam.waits_for("lubrication of the gantry", cast.account_channel)
    assert cast.contact not in in_channel.text


def read(play: Play) -> None:
    """The KAM reads card, briefing, map and picture before the next visit, and who of us knows the contact."""
    say, kam, cast = play.say, play.kam, play.cast
    card = kam.types(f"/kam account {cast.account}", channel=ASIDE)
    for known in (cast.contact, "A sample of cold grease", "lubrication of the gantry"):
        assert known in card.text
    page = kam.types(f"/kam brief {cast.account}", channel=ASIDE)
    for known in (cast.contact, "A sample of cold grease", "laboratory", "lubrication of the gantry", cast.colleague):
        assert known in page.text
    short = kam.types(f"/kam brief {cast.account} exec", channel=ASIDE)
    assert len(short.text.splitlines()) < len(page.text.splitlines())
    about = kam.types(f"/kam brief {cast.contact}", channel=ASIDE)
    for known in ("No standstill on a Sunday", say("Speaks up for us"), "lubrication of the gantry"):
        assert known in about.text
    for_others = play.stranger.types(f"/kam brief {cast.contact}", channel=ASIDE)
    assert "No standstill on a Sunday" in for_others.text
    assert say("Speaks up for us") not in for_others.text

    shown = kam.types(f"/kam map {cast.account}", channel=ASIDE)
    assert cast.contact in shown.text
    kam.clicks(say("Picture"), on=shown)
    kam.waits_for(f"(file: {cast.account}", timeout=20)
    knows = kam.types(f"/kam network who knows {cast.contact}", channel=ASIDE)
    assert cast.colleague in knows.text
    favours = kam.types(f"/kam favour {cast.account}", channel=ASIDE)
    assert cast.contact in favours.text


def asked(play: Play) -> None:
    """A stranger asks, takes the filter away, and shares the answer with a channel after seeing who will read it."""
    say, stranger, cast = play.say, play.stranger, play.cast
    answer = stranger.types(f"/kam-ask gantry lubrication {cast.account}", channel=ASIDE)
    assert say("Account: {account}", account=cast.account) in answer.text
    assert "squeaks since the cold days" in answer.text
    assert cast.colleague in answer.text
    stranger.clicks(say("All accounts"), on=answer)
    # The answer is replaced by the wider one.
    stranger.waits_until_gone(say("Account: {account}", account=cast.account), ASIDE)
    wider = stranger.waits_for("squeaks since the cold days", ASIDE)
    stranger.clicks(say("Share …"), on=wider)
    stranger.fills(say("Channel"), ASIDE)
    preview = stranger.submits()
    assert preview is not None
    assert ASIDE in preview.text
    assert stranger.submits() is None
    # A channel of all reads the workspace's language.
    shared = play.kam.waits_for(cast.stranger, ASIDE)
    assert "squeaks since the cold days" in shared.text
    assert not shared.is_ephemeral


def wished(play: Play) -> None:
    """A wish is passed on and declined considerately: nothing is sent before the KAM finished the text."""
    say, kam, stranger, cast = play.say, play.kam, play.stranger, play.cast
    stranger.types(f"/kam demand {cast.account}: a mechanic on call on Sundays", channel=ASIDE)
    card = kam.waits_for("a mechanic on call on Sundays")
    kam.clicks(say("Not this time"), on=card)
    kam.fills(say("Reason"), say("no capacity by then"))
    unfinished = kam.submits()
    assert unfinished is not None
    assert say("Your answer") in unfinished.errors
    prefilled = unfinished.values[say("Your answer")]
    assert "a mechanic on call on Sundays" in prefilled
    for gap in ("our mechanics are booked until May", "a hotline from 7 to 19", cast.colleague):
        prefilled = prefilled.replace("[…]", gap, 1)
    kam.fills(say("Your answer"), prefilled)
    assert kam.submits() is None
    told = stranger.waits_for("a hotline from 7 to 19")
    assert "our mechanics are booked until May" in told.text
    kam.waits_for(say("⚪ not this time").partition(" ")[2])


def met_twice(play: Play) -> None:
    """Somebody writes the same person down again; they are told once, and may."""
    say, stranger, cast = play.say, play.stranger, play.cast
    unknown = stranger.types(f"/kam contact {cast.account}: {cast.twin}", channel=ASIDE)
    stranger.clicks(say("New contact"), on=unknown)
    stranger.fills(say("Account"), cast.account)
    stranger.fills(say("Name"), cast.twin)
    near = stranger.submits()
    assert near is not None
    assert cast.contact in near.errors[say("Name")]
    assert stranger.submits() is None
    stranger.waits_for(f"👤 {cast.twin}", ASIDE)


def moved(play: Play) -> None:
    """The colleague moves the promise; the KAM hears why, and the first date stays."""
    say, colleague = play.say, play.colleague
    mine = colleague.types("/kam promises", channel=ASIDE)
    assert "A sample of cold grease" in mine.text
    colleague.clicks(say("Move"), on=mine)
    colleague.fills(say("New date"), in_days(DAYS))
    colleague.fills(say("Why?"), "The laboratory mixes it next week")
    assert colleague.submits() is None
    told = play.kam.waits_for("The laboratory mixes it next week")
    assert play.cast.colleague in told.text


def kept(play: Play) -> None:
    """On its day the promise stands before the colleague again, who keeps it."""
    say, colleague = play.say, play.colleague
    reminded = colleague.waits_for("A sample of cold grease", timeout=20)
    assert say("due today") in reminded.text
    colleague.clicks(say("Kept"), on=reminded)
    kept = colleague.waits_for(say("kept on {day}", day="").strip())
    assert kept.buttons == []
    mine = colleague.types("/kam promises", channel=ASIDE)
    assert "A sample of cold grease" not in mine.text


def merged(play: Play) -> None:
    """On Monday the twins were found; the KAM merges them and takes it back."""
    say, kam, cast = play.say, play.kam, play.cast
    twins = kam.waits_for(cast.twin, timeout=20)
    assert cast.contact in twins.text
    kam.clicks(say("Same: merge"), on=twins)
    assert say("Merge contacts") == kam.modal().title
    assert say("Speaks up for us") in kam.modal().text
    stays = say("Which one stays?")
    kam.fills(stays, next(option for option in kam.modal().options(stays) if cast.contact in option))
    assert kam.submits() is None
    done = kam.waits_for(say("✅ {name} is now part of {into}.", name=cast.twin, into=cast.contact))
    found = play.stranger.types(f"/kam contact {cast.twin}", channel=ASIDE)
    assert cast.contact in found.text
    assert f"👤 {cast.twin}" not in found.text
    kam.clicks(say("Undo"), on=done)
    kam.waits_for(say("↩️ {name} stands on its own again.", name=cast.twin))
    found = play.stranger.types(f"/kam contact {cast.twin}", channel=ASIDE)
    assert f"👤 {cast.twin}" in found.text


def left(play: Play) -> None:
    """The contact leaves: the KAM hears what the account lacks, and names who comes after."""
    say, kam, colleague, cast = play.say, play.kam, play.colleague, play.cast
    colleague.clicks(say("Left the company"), on=play.contact(colleague))
    colleague.fills(say("Last day"), in_days(DAYS - 1))
    assert colleague.submits() is None
    told = kam.waits_for(say("Name successor"))
    assert cast.contact in told.text
    kam.clicks(say("Name successor"), on=told)
    kam.fills(say("Name"), cast.successor)
    assert kam.submits() is None
    kam.waits_for(f"👤 {cast.successor}")
    assert say("(left)") in play.contact(play.stranger).text


@pytest.mark.parametrize(
    ("stranger", "hidden"),
    [("Emre Yıldız", "Zaunkönig"), ("Ana Costa", "Goldammer"), ("Samuel Frei", "Rohrdommel")],
    ids=["de", "en", "admin"],
)
def test_what_a_restricted_account_knows_shows_to_nobody_else(world: Playground, stranger: str, hidden: str) -> None:
    lea, other = world.person("Lea Brunner"), world.person(stranger)
    person, no_word = f"Beat {hidden}", f"X{hidden[1:]}"
    hide(world, lea, hidden)
    for line in (f"/kam account {HIDDEN}", f"/kam brief {HIDDEN}", f"/kam map {HIDDEN}", f"/kam contact {person}"):
        assert hidden in lea.types(line, channel=ASIDE).text

    for line in PROBES:
        asked = line.format(account=HIDDEN, contact=person)
        made_up = asked.replace("Medtech", "Xedtech").replace(hidden, no_word)
        answer, nothing = (other.types(each, channel=ASIDE) for each in (asked, made_up))
        assert answer.text.replace("Medtech", "Xedtech").replace(hidden, no_word) == nothing.text, asked
        assert answer.buttons == nothing.buttons, asked
    for line in GROUP:
        other.types(line, channel=ASIDE)
    world.quiet()
    # What one typed oneself is repeated, and is no news.
    assert hidden not in everything(other).replace(person, "")


HIDDEN = "Trautwyl Medtech"
PROBES = (
    "/kam account {account}",
    "/kam contact {contact}",
    "/kam brief {account}",
    "/kam brief {contact} exec",
    "/kam map {account}",
    "/kam network who knows {contact}",
    "/kam promises {account}",
    "/kam todo {account}",
    "/kam favour {account}",
    "/kam demand {account}",
    "/kam-ask {account}",
    "/kam-ask {contact}",
)
"""What somebody tries who heard of an account or a person; ``{account}`` and ``{contact}`` stand for names."""
GROUP = (
    *(f"/kam {verb} Trautwyl Gruppe" for verb in ("account", "brief", "map", "promises", "todo", "favour", "demand")),
    "/kam network who knows Trautwyl Gruppe",
    "/kam duplicates",
)
"""What shows a group with its units."""


def hide(slack: Playground, lea: Person, word: str) -> None:
    """Let everything become known about a restricted account that may become known about one, with a word in it."""
    say = words("de")
    unknown = lea.types(f"/kam contact Beat {word}", channel=ASIDE)
    lea.clicks(say("New contact"), on=unknown)
    lea.fills(say("Account"), f"🔒 {HIDDEN}")
    assert lea.submits() is None
    lea.waits_for(f"👤 Beat {word}", ASIDE)
    lea.types("/kam-log", channel=ASIDE)
    lea.fills(say("Account"), f"🔒 {HIDDEN}")
    lea.fills(say("What happened?"), f"{word} was shown")
    lea.fills(say("Who was there from the account?"), [f"Beat {word}"])
    lea.clicks(say("More"))
    lea.fills(say("Favour given"), say("Introduction"))
    lea.fills(say("Next step"), f"Order {word}")
    lea.fills(say("Until when?"), in_days(3))
    lea.fills(say("Promise to the customer"), f"A sample of {word}")
    lea.fills(say("Promised for"), in_days(3))
    assert lea.submits() is None
    lea.types(f"/kam demand {HIDDEN}: more of {word}", channel=ASIDE)
    slack.quiet()


def everything(person: Person) -> str:
    """Return all that is before somebody's eyes, and what lies behind it."""
    return json.dumps(person.slack.get("state", user=person.id), ensure_ascii=False)
