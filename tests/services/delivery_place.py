"""One company where every way of writing can be tried, and what its tables hold."""

import itertools
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.delivery import Subject
from bot.domain.duplicates import Pair
from bot.domain.members import Member
from storage.store import SqlStore
from storage.tables import AbsenceRow, Base, EscalationRow, InteractionRow, RequestRow
from tests.company import NOW, WORKSPACE, Company
from tests.conflict import CASE
from tests.slack import Slack

Deliver = Callable[[], Any]


class Place:
    """Lea (KAM of Helvetia) and Production, led by Sandra; Martin backs Lea. Every call makes something of its own."""

    def __init__(self, store: SqlStore) -> None:
        company = Company(store)
        self.slack, self.company, self.store = Slack(store, company), company, store
        self.lea, self.cora = company.member("Lea Brunner"), company.member("Cora Huber")
        self.sandra, self.martin = company.member("Sandra Meier"), company.member("Martin Keller", level=1)
        self.production = company.department("Production", self.cora, "CPROD", head=self.sandra)
        self.account = company.account("Helvetia Pumpen", "HPU", kam=self.lea)
        company.sponsorship(self.martin, self.lea)
        self.hugo = company.member("Hugo Blum")
        self._numbers = itertools.count(1)
        self._unknown = iter(("Quill & Feather", "Brandenberg", "Oystercatcher", "Zymurgy"))

    def fresh(self) -> str:
        """Return a name nothing else has."""
        return f"x{next(self._numbers)}"

    def contact(self) -> int:
        """Add a contact whom nobody looks after."""
        return self.company.contact(self.account, f"Contact {self.fresh()}", title="CEO")

    def twins(self) -> int:
        """Find two accounts of Lea's that may be one, and return the pair's id."""
        one, other = (self.company.account(f"Twin {self.fresh()}", kam=self.lea) for _ in range(2))
        with self.store.begin(WORKSPACE) as tx:
            ((twins_id, _),) = tx.duplicates.add(Subject.ACCOUNT, [Pair.of(one, other)], NOW)
        return twins_id

    def merged(self) -> int:
        """Merge two accounts and return the merge's id."""
        self.slack.click(self.lea, "merge.form", self.twins())
        assert self.slack.submit(self.lea) == {}
        with self.store.read(WORKSPACE) as tx:
            return tx.merges.recent(tx.access.viewer(self.lea), NOW - timedelta(days=1), 1)[0].merge_id

    def newest(self, table: type[Base]) -> int:
        """Return the id of what was made last."""
        made: Any = table
        with self.store.engine.connect() as connection:
            found: int = connection.execute(select(made.id).order_by(made.number.desc()).limit(1)).scalar_one()
            return found

    def note(self) -> int:
        """Log a note and return its id."""
        self.slack.command(self.lea, f"/kam-log HPU: note {self.fresh()}")
        return self.newest(InteractionRow)

    def question(self) -> int:
        """Log a line whose account is unclear and return the draft that keeps it."""
        asked = self.slack.command(self.lea, f"/kam-log {next(self._unknown)}: they want {self.fresh()}")
        return int(self.value_of(asked, "log.open"))

    @staticmethod
    def value_of(message: Mapping[str, Any], action_id: str) -> str:
        """Return what a button of a message carries."""
        found = re.search(rf'"action_id": "{action_id}".*?"value": "([0-9:]+)"', json.dumps(message, sort_keys=True))
        assert found, message
        return found[1]

    def view(self) -> Mapping[str, Any]:
        """Return the form that was opened last."""
        return {**self.slack.modals.opened[-1]}

    def request(self, what: str = "") -> int:
        """Send a request and return its id."""
        self.slack.command(self.lea, f"/kam-request Production HPU: {what or self.fresh()}")
        assert self.slack.submit(self.lea, kind="capacity", needed_by="2026-12-18") == {}
        return self.newest(RequestRow)

    def declined(self) -> int:
        """Send a request, decline it, and return its id."""
        request_id = self.request()
        self.slack.click(self.cora, "request.decline", request_id, ephemeral=False)
        assert self.slack.submit(self.cora, reason="capacity", words="not this month") == {}
        return request_id

    def accepted(self) -> int:
        """Send a request, accept it, and return its id."""
        request_id = self.request()
        self.slack.click(self.cora, "request.accept", request_id, ephemeral=False)
        assert self.slack.submit(self.cora) == {}
        return request_id

    def countered(self) -> str:
        """Send a request, offer something else, and return what its button carries."""
        request_id = self.request()
        self.slack.click(self.cora, "request.counter", request_id, ephemeral=False)
        assert self.slack.submit(self.cora, scope="one of them") == {}
        return f"{request_id}:2"

    def quality(self) -> int:
        """Return another department that can be asked."""
        return self.company.department(f"Quality {self.fresh()}", self.sandra)

    def previewed(self) -> Mapping[str, Any]:
        """Write a conflict and return its preview."""
        self.slack.command(self.lea, "/kam-escalate HPU")
        # Each in other words: who raises the same twice in a minute is asked whether they mean it.
        typed = {**CASE, "our_goal": f"Pilot line {self.fresh()}", "other_party": f"department:{self.production}"}
        shown = self.slack.submit(self.lea, **typed)
        view: Mapping[str, Any] = shown["view"]
        return view

    def conflict(self) -> int:
        """Raise a conflict and return its id."""
        assert self.slack.submit(self.lea, {**self.previewed()}) == {"response_action": "clear"}
        return self.newest(EscalationRow)

    def lead(self) -> Member:
        """Add a KAM lead."""
        return self.company.member(f"Zoe {self.fresh()}", role="kam_lead")

    def day(self) -> str:
        """Return a day on which nobody is away yet."""
        return f"{date(2026, 12, 1) + timedelta(days=next(self._numbers))}"

    def absence(self) -> str:
        """Enter an absence of Lea's and return what its buttons carry."""
        self.slack.click(self.lea, "absence.enter")
        day = self.day()
        assert self.slack.submit(self.lea, starts_on=day, ends_on=day, deputy=self.cora.id) == {}
        with self.store.engine.connect() as connection:
            newest = select(AbsenceRow.id).order_by(AbsenceRow.starts_on.desc()).limit(1)
            return f"{connection.execute(newest).scalar_one()}:1"

    def sponsorship(self) -> str:
        """Let Martin back somebody new and return what its buttons carry."""
        kam = self.company.member(f"Kam {self.fresh()}")
        self.company.sponsorship(self.martin, kam)
        return f"{kam.id}:{self.martin.id}"

    def settled(self) -> int:
        """Decide a conflict by a settlement that both sides may confirm."""
        conflict_id = self.conflict()
        self.slack.click(self.martin, "escalation.decide", conflict_id, ephemeral=False)
        typed: dict[str, Any] = {
            "kind": "settlement",
            "text": "One line from 8 December",
            "reason": "both can live with it",
        }
        assert self.slack.submit(self.martin, **typed) == {}
        return conflict_id

    def agreed(self) -> int:
        """Decide a conflict, with something for Lea to do."""
        conflict_id = self.conflict()
        self.slack.click(self.martin, "escalation.decide", conflict_id, ephemeral=False)
        typed: dict[str, Any] = {"kind": "advice", "text": "One line", "reason": "the audit"}
        to_do: dict[str, Any] = {"what1": "call them", "owner1": self.lea.id, "due1": "2026-12-01"}
        assert self.slack.submit(self.martin, **typed, **to_do) == {}
        return conflict_id

    def asked(self) -> int:
        """Ask Lea back about a conflict."""
        conflict_id = self.conflict()
        assert in_menu(self, self.martin, "ask", conflict_id, person=self.lea.id, text="Since when?")() == {}
        return conflict_id

    def offered(self) -> int:
        """Offer a conflict to Hugo."""
        conflict_id = self.conflict()
        assert in_menu(self, self.martin, "hand_over", conflict_id, person=self.hugo.id)() == {}
        return conflict_id

    def types(self, actor: Member, line: str) -> Deliver:
        """Type a command whose delivery comes as often as it is called."""
        trigger = self.fresh()
        return lambda: self.slack.command(actor, line, trigger=trigger)

    def presses(self, actor: Member, action_id: str, value: object = "", **extra: Any) -> Deliver:
        """Press a button."""
        trigger = self.fresh()
        return lambda: self.slack.click(actor, action_id, str(value), trigger=trigger, **extra)

    def submits(self, actor: Member, view: Mapping[str, Any], **typed: Any) -> Deliver:
        """Submit a form."""
        view_id = self.fresh()
        return lambda: self.slack.submit(actor, {**view}, view_id=view_id, **typed)

    def hears(self, event: dict[str, Any]) -> Deliver:
        """Send an event."""
        event_id = self.fresh()
        return lambda: self.slack.event(event, event_id)


def in_form(place: Place, actor: Member, action_id: str, value: object, **typed: Any) -> Deliver:
    """Open a form by a button and submit it."""
    place.slack.click(actor, action_id, str(value), ephemeral=False)
    return place.submits(actor, place.view(), **typed)


def in_menu(place: Place, actor: Member, verb: str, conflict_id: int, **typed: Any) -> Deliver:
    """Choose in a conflict's menu and submit the form."""
    return in_form(place, actor, "escalation.menu", f"{verb}:{conflict_id}", **typed)


def rows(store: SqlStore) -> dict[str, list[str]]:
    """Return everything that is stored."""
    with store.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
        }
