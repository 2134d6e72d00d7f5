"""What people do while the world is hurt, and what each of them may rely on afterwards."""

import itertools
import random
import re
import threading
import time
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables import CardRow, EscalationRow, RequestRow
from tests.torture.people import People, Stuck
from tests.torture.world import World

SAVED = re.compile(r"\bI-\d+")
"""What the answer to a log says when it is saved, in either language."""
_numbers = itertools.count()
NEEDED_BY = "2027-03-02"
_PAUSE_SECONDS = 0.3
_STORED_SECONDS = 120.0


@dataclass(frozen=True)
class Team:
    """Who works with whom, so that several teams can be busy at once."""

    kam: str
    account: str
    account_channel: str
    department: str
    department_channel: str
    coordinator: str


TEAMS = (
    Team("U0BRUNNER", "Helvetia Pumpen", "C0HELVPUMP", "Produktion", "C0PRODUKT1", "U0SMEIER01"),
    Team("U0HARTLEY", "Harrowmere Conveyors", "C0HARROWME", "Finance", "C0FINANCE1", "U0CDUBOIS1"),
    Team("U0TSEIDEL", "Arvenstein Service", "C0SERVICE1", "Logistics", "C0LOGISTIC", "U0MARCSOLR"),
    Team("U0MSTADLER", "Trautwyl Gruppe", "C0TRAUTWYL", "Qualität", "C0QUALITY1", "U0FRUEEGG1"),
)


@dataclass
class Told:
    """One thing that somebody said, and whether they were told that it is saved."""

    token: str
    what: str
    """``log``, ``request``, ``accept``, ``decline``, ``conflict`` or ``decision``."""
    team: Team
    acked: bool = False
    refused: bool = False
    """Somebody else was first: it must be stored nowhere."""


@dataclass
class Record:
    """Everything that people said; the ledger is held against it."""

    said: list[Told] = field(default_factory=list)
    presses: int = 0
    """How often somebody pressed again because no answer came."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, what: str, team: Team) -> Told:
        """Note that somebody is about to say something."""
        with self._lock:
            told = Told(f"tk{next(_numbers):05d}x", what, team)
            self.said.append(told)
            return told

    def pressed(self, times: int) -> None:
        """Count the presses beyond the first."""
        with self._lock:
            self.presses += times - 1

    def of(self, what: str) -> list[Told]:
        """Return what was said of one kind."""
        return [told for told in self.said if told.what == what]


class Deeds:
    """The main job in pieces; each is repeated as people repeat what got no answer."""

    def __init__(self, world: World, record: Record) -> None:
        self._world = world
        self.record = record
        self.people = People(world.slack)

    def log(self, team: Team) -> Told:
        """Log one line, once: who got no answer looks, and does not type it again."""
        told = self.record.begin("log", team)
        with self.people.hands(team.kam):
            answer = self.people.types(team.kam, f"/kam-log {team.account}: {told.token} visited purchasing")
        told.acked = answer.acked and SAVED.search(answer.text) is not None
        return told

    def request(self, team: Team) -> int:
        """Ask the department; returns the request's id."""
        told, people, kam = self.record.begin("request", team), self.people, team.kam
        line = f"/kam-request {team.department} {team.account}: {told.token} two engineers"
        with people.hands(kam):
            people.opens(kam, "request", lambda: people.types(kam, line))
            people.fills(kam, kind="expert", needed_by=NEEDED_BY)
            self.record.pressed(people.sends(kam, "request"))
            # Who asks for much the same is offered to join instead, and asks all the same.
            view = people.modal(kam)
            if view is not None and view["callback_id"] == "request.alike":
                people.fills(kam, choice="send")
                self.record.pressed(people.sends(kam, "request.alike"))
        told.acked = True
        return self.stored(RequestRow.id, RequestRow.what, told.token)

    def answer(self, team: Team, request_id: int, what: str) -> None:
        """Accept or decline a request from its card."""
        told, people, who = self.record.begin(what, team), self.people, team.coordinator
        place, button = team.department_channel, f"request.{what}"
        people.sees(who, place, button, str(request_id))
        with people.hands(who):
            people.opens(who, button, lambda: people.presses(who, place, button, str(request_id)))
            if what == "accept":
                people.fills(who, promised_on=NEEDED_BY, assignee=who, words=f"{told.token} by then")
            else:
                people.fills(who, reason="capacity", words=f"{told.token} one engineer later")
            self.record.pressed(people.sends(who, f"request.{what}"))
        told.acked = True

    def escalate(self, team: Team, request_id: int) -> int:
        """Put a declined request before the sponsor; returns the conflict's id."""
        told, people, kam = self.record.begin("conflict", team), self.people, team.kam
        button, value = "escalation.from_request", str(request_id)
        people.sees(kam, "dm", button, value)
        with people.hands(kam):
            people.opens(kam, "escalation", lambda: people.presses(kam, "dm", button, value))
            people.fills(kam, decision_wanted=f"{told.token} both engineers")
            self.record.pressed(people.sends(kam, "escalation"))
            people.fills(kam, anyway="the date is not known")
            self.record.pressed(people.sends(kam, "escalation.preview"))
        told.acked = True
        return self.stored(EscalationRow.id, EscalationRow.decision_wanted, told.token)

    def decide(self, team: Team, escalation_id: int) -> None:
        """Decide as whoever received the conflict first."""
        told, people, who = self.record.begin("decision", team), self.people, self._addressee(escalation_id)
        button, value = "escalation.decide", str(escalation_id)
        people.sees(who, "dm", button, value)
        with people.hands(who):
            people.opens(who, button, lambda: people.presses(who, "dm", button, value))
            people.fills(who, text=f"{told.token} one now, one in March", reason="both can start", kind="advice")
            self.record.pressed(people.sends(who, "escalation.decide"))
        told.acked = True

    def all(self, team: Team, chance: random.Random) -> None:
        """Play a piece of the main job, often cut short."""
        request_id = self.request(team)
        if chance.random() < 0.25:
            return
        if chance.random() < 0.4:
            self.answer(team, request_id, "accept")
            return
        self.answer(team, request_id, "decline")
        if chance.random() < 0.5:
            return
        escalation_id = self.escalate(team, request_id)
        if chance.random() < 0.7:
            self.decide(team, escalation_id)

    def stored(self, column: InstrumentedAttribute[int], where: InstrumentedAttribute[str], token: str) -> int:
        """Return the one row that holds a word in a column."""
        found = self._world.values(select(column).where(where.contains(token)))
        if len(found) != 1:
            raise Stuck(f"{token} is stored {len(found)} times although it was acknowledged")
        return int(found[0])

    def _addressee(self, escalation_id: int) -> str:
        query = select(CardRow.place).where(CardRow.topic == "escalation.card", CardRow.object_id == escalation_id)
        until = time.monotonic() + _STORED_SECONDS
        while time.monotonic() < until:
            if places := sorted(self._world.values(query)):
                return str(places[0])
            time.sleep(_PAUSE_SECONDS)
        raise Stuck(f"nobody was told of conflict {escalation_id}")
