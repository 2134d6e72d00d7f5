"""The tour: the five steps of the main job, played in the local Slack, with what each person sees."""

import sys
import textwrap
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot import demo
from bot.clock import utc_now
from bot.i18n import translator
from playground.robot import Form, Person, Playground, Shown

_WIDTH = 110
_COMPANY = ZoneInfo("Europe/Zurich")


class Narrator:
    """Prints who does what, and what they see."""

    def __init__(self) -> None:
        self._step = 0

    def step(self, title: str) -> None:
        """Begin the next step."""
        self._step += 1
        print(f"\n{'─' * _WIDTH}\n{self._step}. {title}\n{'─' * _WIDTH}")

    def does(self, person: Person, what: str) -> None:
        """Say what somebody does."""
        print(f"\n▶ {person.name} {what}")

    def sees(self, person: Person, where: str, thing: Shown | Form) -> None:
        """Show what is before somebody's eyes."""
        print(f"  {person.name} sees {where}:")
        print(textwrap.indent(thing.text, "    ┃ "))


def play(slack: Playground) -> None:
    """Play the main job with the sample company."""
    tell = Narrator()
    lea, james, marc, martin = map(slack.person, ("Lea Brunner", "James Hartley", "Marc Soler", "Martin Keller"))
    log(tell, lea)
    request(tell, lea, marc)
    escalate(tell, lea, marc, martin)
    ask(tell, lea, james)
    menu(tell, lea, james)
    print(f"\n{'─' * _WIDTH}\nThat was the main job: log, request, escalate, ask. Nothing is left running.")


def log(tell: Narrator, lea: Person) -> None:
    """Log a visit in one line; the account's channel hears of it."""
    tell.step("Log: one line after a visit, stored at once")
    line = "/kam-log Helvetia Pumpen: Besuch beim Einkauf, will den Liefertermin vorziehen"
    tell.does(lea, f"types in #general: {line}")
    tell.sees(lea, "only for herself", lea.types(line, channel="#general"))
    tell.sees(lea, "in #acc-helvetia-pumpen", lea.waits_for("Liefertermin vorziehen", "#acc-helvetia-pumpen"))


def request(tell: Narrator, lea: Person, marc: Person) -> None:
    """Ask a department; it declines with a reason and says what is possible instead."""
    tell.step("Request: a department is asked, never ordered")
    de, en = says("de"), says("en")
    line = "/kam-request Logistics Zwei Paletten K40 eine Woche früher"
    tell.does(lea, f"types: {line}")
    lea.types(line, channel="#general")
    lea.fills(de("Account"), "Helvetia Pumpen")
    lea.fills(de("What kind of help?"), de("Date"))
    lea.fills(de("Why does it matter to the customer?"), "Ihre Linie steht sonst ab Montag")
    lea.fills(de("Needed by"), in_days(21))
    tell.sees(lea, "the form, filled in", lea.modal())
    lea.submits()
    tell.sees(lea, "only for herself", lea.waits_for("R-1", "#general"))
    card = marc.waits_for("R-1", "#logistics")
    tell.sees(marc, "in #logistics", card)
    tell.does(marc, "declines, and says what is possible instead")
    marc.clicks(en("Decline"), on=card)
    marc.fills(en("What stands against it?"), marc.modal().options(en("What stands against it?"))[0])
    marc.fills(en("What is possible instead?"), "One pallet by truck on Friday, the other a week later")
    tell.sees(marc, "the form, filled in", marc.modal())
    marc.submits()
    tell.sees(marc, "the card, edited in place", marc.waits_for(en("⚪ Not this time"), "#logistics"))
    tell.sees(lea, "by direct message", lea.waits_for("R-1"))


def escalate(tell: Narrator, lea: Person, marc: Person, martin: Person) -> None:
    """Put the conflict before the sponsor; the other side states its view; the sponsor decides."""
    tell.step("Escalate: both sides before the account's sponsor, who decides")
    de, en = says("de"), says("en")
    tell.does(lea, "presses the button on the decline")
    lea.clicks(de("Escalate as goal conflict"))
    lea.fills(de("Which decision do you ask for?"), "Beide Paletten am Freitag, oder wir sagen dem Kunden ab")
    lea.fills(de("By when?"), in_days(5))
    lea.submits()
    tell.sees(lea, "before it is sent", lea.modal())
    lea.submits()
    tell.sees(lea, "by direct message", lea.waits_for("E-1"))
    tell.sees(marc, "by direct message", marc.waits_for("E-1"))
    tell.does(marc, "states the view of Logistics")
    marc.clicks(en("State our view"))
    marc.fills(
        en("Our view, in our own words"), "Friday's truck is full; a second one costs more than the pallets earn"
    )
    marc.submits()
    both = martin.waits_for("second one costs")
    tell.sees(martin, "by direct message, both sides", both)
    martin.clicks(de("Acknowledge"), on=both)
    martin.waits_for(de("👀 Acknowledged"))
    tell.does(martin, "decides")
    martin.clicks(de("Decide"))
    martin.fills(
        de("Your decision"), "Eine Palette am Freitag, die zweite am Dienstag; die Mehrkosten trägt der Vertrieb"
    )
    martin.fills(de("Reason"), "Der Kunde kann mit einer Palette starten")
    martin.submits()
    for person in (lea, marc):
        tell.sees(person, "by direct message", person.waits_for("Mehrkosten"))
    tell.sees(lea, "in #acc-helvetia-pumpen, like everybody there", lea.waits_for("E-1", "#acc-helvetia-pumpen"))


def ask(tell: Narrator, lea: Person, james: Person) -> None:
    """Ask what is known, in one's own words; read an account's card, and a briefing before the next visit."""
    tell.step("Ask: what is known, with its sources")
    for person, line in (
        (lea, "/kam-ask Liefertermin Helvetia Pumpen"),
        (james, "/kam-ask what does Simon Ashworth want?"),
        (lea, "/kam account Helvetia Pumpen"),
        (lea, "/kam briefing Helvetia Pumpen exec"),
        (james, "/kam brief Simon Ashworth"),
    ):
        tell.does(person, f"types: {line}")
        tell.sees(person, "only for themselves", person.types(line, channel="#general"))


def menu(tell: Narrator, lea: Person, james: Person) -> None:
    """Open the menu and the help, and mistype a verb."""
    tell.step("Menu and help: nobody reads a manual")
    for person, line in ((lea, "/kam"), (james, "/kam help"), (lea, "/kam eskaliren")):
        tell.does(person, f"types: {line}")
        tell.sees(person, "only for themselves", person.types(line, channel="#general"))


def says(language: str) -> Callable[[str], str]:
    """Return what a button or field is called in a language."""
    t = translator(language, utc_now())
    return lambda source: t(source).plain


def in_days(days: int) -> str:
    """Return a day from today on as a date picker takes it; at the sample company the day begins before it does in UTC."""
    return (utc_now().astimezone(_COMPANY).date() + timedelta(days=days)).isoformat()


def main() -> None:
    """Start everything, play, end everything."""
    print("Starting a local Slack, importing the sample company, starting Scharnier ...", flush=True)
    try:
        with demo.running("socket", story=True) as address, Playground(address) as slack:
            play(slack)
    except demo.DemoFailed as failed:
        sys.exit(str(failed))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")


if __name__ == "__main__":
    main()
