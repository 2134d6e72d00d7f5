"""Races: several people decide the same thing at once through two replicas; one wins, the others are told who, what, when."""

import itertools
import random
import re
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from sqlalchemy import select

from storage.tables import DecisionRow, EscalationRow, RequestRow
from tests.torture.deeds import NEEDED_BY, TEAMS, Deeds, Team, Told
from tests.torture.people import Answer, Stuck, words
from tests.torture.world import LEADS, World

DESKS = {
    "Produktion": ("U0SMEIER01", "U0JUERGENH", "U0EYILDIZ1"),
    "Finance": ("U0CDUBOIS1", "U0TIMHOF01", "U0APFISTER"),
    "Logistics": ("U0MARCSOLR", "U0ANACOSTA", "U0HBRANDT1"),
    "Qualität": ("U0FRUEEGG1", "U0ZGRAGGEN", "U0BKOEHLER"),
}
"""Who may answer a request: coordinator, head, and deputy or key person."""
UNBACKED = "Nordfeld Windkraft"
"""An account without KAM and sponsor: its conflicts go to all KAM leads."""
_OUTCOME = {
    "accept": r"accepted it|hat angenommen",
    "decline": r"not this time|für diesmal abgesagt",
    "decide": r"decided|schon entschieden",
    "acknowledge": r"on already|kümmert sich schon",
}
_KINDS = ("answer", "decide", "answer", "acknowledge", "answer")
_TIME = re.compile(r"\d{1,2}:\d{2}")
_LOSER_SECONDS = 10.0


@dataclass
class Races:
    """How many races were run, and what was wrong with them."""

    run: int = 0
    losers: int = 0
    slowest: float = 0.0
    """Seconds until the last loser of a race was told."""
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)


class Racer:
    """Sets races up and looks at how they ended."""

    def __init__(self, world: World, deeds: Deeds) -> None:
        self.done = Races()
        self._world = world
        self._deeds = deeds
        self._people = deeds.people
        self._names = {one["id"]: one["real_name"] for one in world.slack.get("directory")["people"]}
        self._lock = threading.Lock()

    def play(self, count: int, seed: int, until: float) -> Races:
        """Run so many races of each kind in turn, with all teams side by side."""
        left = itertools.islice(itertools.cycle(_KINDS), count)

        def run(team: Team, chance: random.Random) -> None:
            while time.monotonic() < until:
                with self._lock:
                    kind = next(left, None)
                try:
                    if kind is None:
                        return
                    self._one(kind, team, chance)
                except Stuck as stuck:
                    self.done.stuck.append(str(stuck))

        threads = [threading.Thread(target=run, args=(team, random.Random(f"{seed} {team.kam}"))) for team in TEAMS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.done

    def _one(self, kind: str, team: Team, chance: random.Random) -> None:
        if kind == "answer":
            self.answers(team, chance)
        elif kind == "decide":
            self.decisions(team, chance.randint(2, len(LEADS)))
        else:
            self.acknowledgements(team, chance.randint(2, len(LEADS)))

    def answers(self, team: Team, chance: random.Random) -> None:
        """Let the people of a department accept and decline one request at once."""
        actors = chance.sample(DESKS[team.department], chance.randint(2, 3))
        request_id = self._deeds.request(team)
        picks = {who: chance.choice(("accept", "decline")) for who in actors}
        told = {who: self._deeds.record.begin(pick, team) for who, pick in picks.items()}
        with self._hands(actors):
            for who, pick in picks.items():
                self._form(who, team.department_channel, f"request.{pick}", request_id)
                if pick == "accept":
                    self._people.fills(who, promised_on=NEEDED_BY, assignee=who, words=told[who].token)
                else:
                    self._people.fills(who, reason="capacity", words=told[who].token)
            answers, seconds = self._at_once({who: self._submit(who) for who in actors})
            self._close(actors)
        columns = select(RequestRow.number, RequestRow.state, RequestRow.answered_by_id, RequestRow.answer_words)
        with self._world.engine.connect() as connection:
            row = connection.execute(columns.where(RequestRow.id == request_id)).one()
        winner = str(row.answered_by_id)
        wanted = {"accept": "accepted", "decline": "declined"}.get(picks.get(winner, ""))
        if row.state != wanted or told[winner].token not in row.answer_words:
            self.done.wrong.append(f"R-{row.number} is {row.state} by {winner}, who chose {picks.get(winner)}")
        told[winner].acked = True
        self._judge(f"R-{row.number}", picks.get(winner, ""), winner, answers, seconds)
        self._forget(told, winner)

    def decisions(self, team: Team, count: int) -> None:
        """Let several KAM leads decide one conflict at once."""
        actors, escalation_id = LEADS[:count], self._conflict(team)
        told = {who: self._deeds.record.begin("decision", team) for who in actors}
        with self._hands(actors):
            for who in actors:
                self._form(who, "dm", "escalation.decide", escalation_id)
                self._people.fills(who, text=told[who].token, reason="both can start", kind="advice")
            answers, seconds = self._at_once({who: self._submit(who) for who in actors})
            self._close(actors)
        with self._world.engine.connect() as connection:
            number = connection.execute(select(EscalationRow.number).where(EscalationRow.id == escalation_id)).scalar()
            row = connection.execute(
                select(DecisionRow.decided_by_id, DecisionRow.text).where(DecisionRow.escalation_id == escalation_id)
            ).one_or_none()
        winner = str(row.decided_by_id) if row else "nobody"
        if row is None or told[winner].token not in row.text:
            self.done.wrong.append(f"E-{number}: the decision stored is not the winner's")
            return
        told[winner].acked = True
        self._judge(f"E-{number}", "decide", winner, answers, seconds)
        self._forget(told, winner)

    def acknowledgements(self, team: Team, count: int) -> None:
        """Let several KAM leads take one conflict on at once."""
        actors, escalation_id = LEADS[:count], self._conflict(team)
        with self._hands(actors):
            answers, seconds = self._at_once({who: self._press(who, escalation_id) for who in actors})
        with self._world.engine.connect() as connection:
            row = connection.execute(
                select(EscalationRow.number, EscalationRow.acknowledged_by_id).where(EscalationRow.id == escalation_id)
            ).one()
        self._judge(f"E-{row.number}", "acknowledge", str(row.acknowledged_by_id), answers, seconds)

    def _conflict(self, team: Team) -> int:
        told, people, kam = self._deeds.record.begin("conflict", team), self._people, team.kam
        with people.hands(kam):
            people.opens(kam, "escalation", lambda: people.types(kam, f"/kam-escalate {UNBACKED}"))
            # Its coordinator leads no KAMs, so that all leads are asked.
            other = "Produktion" if team.department != "Produktion" else "Finance"
            people.fills(kam, other_party=other, decision_wanted=f"{told.token} which of the two")
            people.sends(kam, "escalation")
            people.fills(kam, anyway="the date is not known")
            people.sends(kam, "escalation.preview")
        told.acked = True
        return self._deeds.stored(EscalationRow.id, EscalationRow.decision_wanted, told.token)

    def _form(self, who: str, place: str, button: str, object_id: int) -> None:
        """Open the form of a button, which bears its name."""
        self._people.opens(who, button, lambda: self._people.presses(who, place, button, str(object_id)))

    def _hands(self, actors: tuple[str, ...] | list[str]) -> ExitStack:
        stack = ExitStack()
        for who in sorted(actors):
            stack.enter_context(self._people.hands(who))
        return stack

    def _submit(self, who: str) -> Callable[[], str]:
        def act() -> str:
            answer = self._people.submits(who)
            view = self._people.modal(who)
            return "" if view is None else self._said(answer)

        return act

    def _press(self, who: str, escalation_id: int) -> Callable[[], str]:
        # Everybody presses on the card that they saw before the race.
        card = self._people.sees(who, "dm", "escalation.acknowledge", str(escalation_id))

        def act() -> str:
            before = {message["ts"] for message in self._people.reads(who)}
            self._people.clicks(who, card, "escalation.acknowledge")
            until = time.monotonic() + _LOSER_SECONDS
            while time.monotonic() < until:
                for message in self._people.reads(who):
                    if message["ts"] not in before and re.search(_OUTCOME["acknowledge"], message["text"]):
                        return " ".join(words(message))
                if self._acknowledged_by(escalation_id) == who:
                    return ""
            return "told nothing"

        return act

    def _acknowledged_by(self, escalation_id: int) -> str | None:
        query = select(EscalationRow.acknowledged_by_id).where(EscalationRow.id == escalation_id)
        with self._world.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    @staticmethod
    def _said(answer: Answer) -> str:
        return " ".join([*answer.errors.values(), answer.text])

    @staticmethod
    def _at_once(acts: dict[str, Callable[[], str]]) -> tuple[dict[str, str], float]:
        """Do all of it behind a barrier; returns what each was told, empty for who won, and how long it took."""
        barrier, told = threading.Barrier(len(acts)), {}

        def run(who: str, act: Callable[[], str]) -> None:
            barrier.wait()
            told[who] = act()

        threads = [threading.Thread(target=run, args=item) for item in acts.items()]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return told, time.monotonic() - begun

    def _close(self, actors: tuple[str, ...] | list[str]) -> None:
        for who in actors:
            self._people.closes(who)

    @staticmethod
    def _forget(told: dict[str, Told], winner: str) -> None:
        """Mark that what losers wrote must stand nowhere."""
        for who, one in told.items():
            if who != winner:
                one.refused = True

    def _judge(self, short_id: str, outcome: str, winner: str, answers: dict[str, str], seconds: float) -> None:
        with self._lock:
            self.done.run += 1
            self.done.losers += len(answers) - 1
            self.done.slowest = max(self.done.slowest, seconds)
            if [who for who, said in answers.items() if not said] != [winner]:
                self.done.wrong.append(f"{short_id} was won by {winner}, but told so: {answers}")
                return
            for who, said in answers.items():
                if who == winner:
                    continue
                knows = self._names[winner] in said and short_id in said and _TIME.search(said)
                if not knows or not re.search(_OUTCOME[outcome], said):
                    self.done.wrong.append(f"{short_id} {outcome} by {winner}; {who} was told {said!r}")
