"""A department, an account and the people around them, for tests that send and answer requests."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.domain.access import Viewer
from bot.domain.delivery import Claimed, Posted, ReplyTo
from bot.domain.identity import ChannelId
from bot.domain.members import Member
from bot.domain.request_commands import (
    AcceptRequest,
    Act,
    BeginRequest,
    Counter,
    DeclineRequest,
    MovePromise,
    PassOn,
    Say,
    SendRequest,
)
from bot.domain.request_results import RequestForm, RequestsAlike, RequestSent
from bot.domain.requests import Action, DeclineReason, Details, Header, Kind, Request
from bot.services import delivery, request_answers, requests, timers
from storage.store import SqlStore
from storage.tables import Base
from tests.company import NOW, PLENTY, WORKSPACE, Company, new_key

TODAY = NOW.date()
LATER = date(2026, 12, 18)


def send(store: SqlStore, now: datetime, command: SendRequest) -> RequestSent:
    """Send a form that is like no other."""
    done = requests.send(store, now, command)
    assert isinstance(done, RequestSent)
    return done


class Desk:
    """A department, an account and the people around them; sends and answers requests."""

    def __init__(self, store: SqlStore, company: Company, **account: Any) -> None:
        self.store, self.company = store, company
        self.lea, self.sandra, self.ben = (company.member(name) for name in ("Lea", "Sandra", "Ben"))
        self.cara, self.tobias = company.member("Cara"), company.member("Tobias")
        self.department = company.department("Production", self.sandra, "CPROD", head=self.ben, deputy=self.cara)
        self.olga = company.member("Olga", department_id=self.department, topics=["lasers"])
        self.account = company.account("Helvetia", kam=self.tobias, **account)
        self._keys = 0

    def key(self) -> str:
        """Return the key of a new delivery."""
        self._keys += 1
        return f"view:{self._keys}"

    def draft(self, actor: Member, text: str = "") -> RequestForm:
        """Open the form."""
        return requests.begin(
            self.store, NOW, BeginRequest(actor, new_key(), ReplyTo(actor.id, "https://hooks.slack.test"), text)
        )

    def details(self, **changes: Any) -> Details:
        """Fill in the form."""
        filled = Details("Two engineers\nfor a week", Kind.EXPERT, LATER, self.department, self.account)
        return replace(filled, **changes)

    def send(self, actor: Member | None = None, key: str = "", **changes: Any) -> Request:
        """Send the form."""
        actor = actor or self.lea
        draft_id = self.draft(actor).draft_id
        command = SendRequest(actor, self.details(**changes), draft_id, TODAY, key or self.key())
        done = requests.send(self.store, NOW, command)
        if isinstance(done, RequestsAlike):
            done = requests.send(self.store, NOW, replace(command, details=None, key=self.key()))
        assert isinstance(done, RequestSent)
        return done.request

    def accept(self, actor: Member, request: Request, **changes: Any) -> Request:
        """Accept."""
        command = AcceptRequest(actor, request.id, self.version(request), LATER, actor.id, TODAY, self.key(), "Gladly")
        return request_answers.accept(self.store, NOW + timedelta(hours=1), replace(command, **changes))

    def decline(self, actor: Member, request: Request, **changes: Any) -> Request:
        """Decline."""
        command = DeclineRequest(
            actor, request.id, self.version(request), DeclineReason.CAPACITY, "One from 8 December", self.key()
        )
        return request_answers.decline(self.store, NOW + timedelta(hours=1), replace(command, **changes))

    def sent(self) -> list[Claimed]:
        """Let everything that is to be told be posted."""
        with self.store.begin(WORKSPACE) as tx:
            rows: list[Claimed] = []
            while more := tx.outbox.claim(NOW + timedelta(days=1), PLENTY, 50, 50).rows:
                for row in more:
                    tx.outbox.sent(row, Posted(ChannelId(row.place), f"1.{len(rows)}"), NOW)
                    rows.append(row)
        return rows

    def posted(self, topic: str, place: str) -> Posted:
        """Let everything be posted, and return where this stands."""
        rows = self.sent()
        at = next(at for at, row in enumerate(rows) if (row.outgoing.topic, row.place) == (topic, place))
        return Posted(ChannelId(place), f"1.{at}")

    def places(self) -> list[tuple[str, str]]:
        """Return topic and place of everything that was to be told."""
        return sorted((row.outgoing.topic, row.place) for row in self.sent())

    def load(self, topic: str, place: str) -> Any:
        """Load what is to be told at this place."""
        row = next(row for row in self.sent() if (row.outgoing.topic, row.place) == (topic, place))
        return self.loaded(row)

    def loaded(self, row: Claimed) -> Any:
        """Load what a row tells."""
        with self.store.read(WORKSPACE) as tx:
            return delivery.LOADERS[row.outgoing.topic](tx, row, NOW)

    def change(self, table: type[Base], key: str | int, **values: Any) -> None:
        """Change a row behind the services' back."""
        columns = table.__table__
        with self.store.engine.begin() as connection:
            connection.execute(update(table).where(columns.c.id == key).values(**values))

    def seen(self, viewer: Member | Viewer, request: Request) -> Request | Header | None:
        """Read a request with somebody's rights."""
        with self.store.read(WORKSPACE) as tx:
            reader = viewer if isinstance(viewer, Viewer) else tx.access.viewer(viewer)
            return tx.requests.seen(request.id, reader)

    def version(self, request: Request) -> int:
        """Return the version the request has now."""
        return self.now(request).version

    def now(self, request: Request) -> Request:
        """Return the request as it is now."""
        with self.store.read(WORKSPACE) as tx:
            found = tx.requests.get(request.id, Viewer(None, is_kam_lead=True))
        assert found is not None
        return found

    def say(self, actor: Member, request: Request, action: Action, words: str = "", **changes: Any) -> Request:
        """Do what needs words alone."""
        at = changes.pop("at", NOW + timedelta(hours=2))
        command = Say(actor, request.id, self.version(request), action, words, self.key())
        return request_answers.say(self.store, at, replace(command, **changes))

    def act(self, actor: Member, request: Request, action: Action, **changes: Any) -> Request:
        """Press a button."""
        at = changes.pop("at", NOW + timedelta(hours=3))
        reply_to = ReplyTo(actor.id, "https://hooks.slack.test/act")
        command = Act(actor, request.id, self.version(request), action, TODAY, new_key(), reply_to)
        return request_answers.act(self.store, at, replace(command, **changes))

    def counter(self, actor: Member, request: Request, action: Action = Action.COUNTER, **changes: Any) -> Request:
        """Offer something else."""
        at = changes.pop("at", NOW + timedelta(hours=1))
        changes = changes or {"offered_on": LATER, "scope": "one engineer"}
        command = Counter(actor, request.id, self.version(request), action, TODAY, self.key())
        return request_answers.counter(self.store, at, replace(command, **changes))

    def move(self, actor: Member, request: Request, promised_on: date, **changes: Any) -> Request:
        """Promise another date."""
        at = changes.pop("at", NOW + timedelta(hours=2))
        command = MovePromise(
            actor, request.id, self.version(request), promised_on, "The bench is free later", TODAY, self.key()
        )
        return request_answers.move(self.store, at, replace(command, **changes))

    def pass_on(self, actor: Member, request: Request, department: Any, **changes: Any) -> Request:
        """Offer it to another department."""
        at = changes.pop("at", NOW + timedelta(hours=1))
        command = PassOn(actor, request.id, self.version(request), department, "They plan it", self.key())
        return request_answers.pass_on(self.store, at, replace(command, **changes))

    def tick(self, until: datetime) -> None:
        """Let everything happen that is due until then, each at its time."""
        while True:
            with self.store.read(WORKSPACE) as tx:
                due = tx.timers.next_due()
                if due is None or due > until:
                    return
                (first, *_) = tx.timers.due(due, 1)
            assert timers.fire(self.store, WORKSPACE, first, due)

    def after(self, until: datetime) -> None:
        """Let everything happen that was due until then, as after a time in which nothing ran."""
        with self.store.read(WORKSPACE) as tx:
            late = tx.timers.due(until, 99)
        for timer_id in late:
            assert timers.fire(self.store, WORKSPACE, timer_id, until)

    def history(self, request: Request) -> list[str]:
        """Return what happened, oldest first."""
        with self.store.read(WORKSPACE) as tx:
            return [entry.action.removeprefix("request.") for entry in tx.history.of(request.about)]

    def heard(self) -> list[tuple[str, str]]:
        """Return what was told to whom since this was asked last, cards left out: ``(action, place)``."""
        with self.store.read(WORKSPACE) as tx:
            told = [(row, tx.history.entry(row.outgoing.entry_id)) for row in self.sent() if row.outgoing.entry_id]
        found = [(entry.action.removeprefix("request."), row.place) for row, entry in told if entry]
        return sorted((action, place) for action, place in found)
