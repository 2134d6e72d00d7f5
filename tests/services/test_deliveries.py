"""Everything that writes is delivered twice, one after the other and at once, and has one effect (reliability, 1h)."""

import inspect
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from bot.domain import commitments as promised
from bot.domain import demands as wished
from bot.domain.delivery import Subject
from bot.domain.duplicates import Pair
from bot.domain.favours import Direction, NewFavour
from bot.domain.identity import AccountId
from bot.domain.interactions import Favour
from bot.domain.members import Member
from bot.services import (
    absences,
    account_edits,
    accounts,
    briefings,
    channels,
    commitments,
    contact_forms,
    contacts,
    demands,
    duplicates,
    escalation_decisions,
    escalation_handing,
    escalation_raising,
    escalations,
    favours,
    histories,
    interactions,
    maps,
    members,
    menu,
    merges,
    networks,
    request_answers,
    requests,
    search,
    search_sharing,
    sponsors,
    worklists,
)
from handlers import absences as absences_
from handlers import account_forms as account_forms_
from handlers import accounts as accounts_
from handlers import briefings as briefings_
from handlers import channels as channels_
from handlers import commitments as commitments_
from handlers import contacts as contacts_
from handlers import demands as demands_
from handlers import duplicates as duplicates_
from handlers import escalation_raising as escalation_raising_
from handlers import escalations as escalations_
from handlers import favours as favours_
from handlers import interactions as interactions_
from handlers import maps as maps_
from handlers import members as members_
from handlers import menu as menu_
from handlers import merges as merges_
from handlers import networks as networks_
from handlers import requests as requests_
from handlers import search as search_
from handlers import sponsors as sponsors_
from handlers import worklists as worklists_
from handlers.routes import ROUTES, Listener
from storage.store import SqlStore
from storage.tables import (
    AbsenceRow,
    Base,
    CardRow,
    EscalationRow,
    InteractionRow,
    MemberRow,
    OutboxRow,
    RequestRow,
)
from tests.company import NOW, WORKSPACE, Company
from tests.race import at_once
from tests.slack import Slack, words

SERVICES = (
    absences,
    account_edits,
    accounts,
    briefings,
    channels,
    commitments,
    contact_forms,
    contacts,
    demands,
    duplicates,
    escalation_decisions,
    escalation_handing,
    escalation_raising,
    escalations,
    favours,
    histories,
    interactions,
    maps,
    members,
    menu,
    merges,
    networks,
    request_answers,
    requests,
    search,
    search_sharing,
    sponsors,
    worklists,
)
CONFLICT: dict[str, Any] = {
    "our_goal": "Pilot line by December",
    "their_goal": "A stable plan",
    "tried": "Talked twice",
    "decision_wanted": "One line from 1 December",
    "decide_by": "2026-12-01",
}
NOT_COUNTED = {"search_words", "search_trigrams", "counters", "members"}
"""What the first of several finds there already."""
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
        typed = {**CONFLICT, "our_goal": f"Pilot line {self.fresh()}", "other_party": f"department:{self.production}"}
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
        assert _in_menu(self, self.martin, "ask", conflict_id, person=self.lea.id, text="Since when?")() == {}
        return conflict_id

    def offered(self) -> int:
        """Offer a conflict to Hugo."""
        conflict_id = self.conflict()
        assert _in_menu(self, self.martin, "hand_over", conflict_id, person=self.hugo.id)() == {}
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


def _in_form(place: Place, actor: Member, action_id: str, value: object, **typed: Any) -> Deliver:
    """Open a form by a button and submit it."""
    place.slack.click(actor, action_id, str(value), ephemeral=False)
    return place.submits(actor, place.view(), **typed)


def _in_menu(place: Place, actor: Member, verb: str, conflict_id: int, **typed: Any) -> Deliver:
    """Choose in a conflict's menu and submit the form."""
    return _in_form(place, actor, "escalation.menu", f"{verb}:{conflict_id}", **typed)


def _join(place: Place) -> Deliver:
    """Write the same conflict as somebody else, and join it in the preview."""
    conflict_id = place.conflict()
    other = place.company.member(f"Otto {place.fresh()}")
    place.slack.command(other, "/kam-escalate HPU")
    shown = place.slack.submit(other, **CONFLICT, other_party=f"department:{place.production}")["view"]
    view = {**shown, "id": "V1", "hash": "1.a"}
    return place.presses(other, "escalation.join", conflict_id, view=view, container={"type": "view", "view_id": "V1"})


def _log_form(place: Place) -> Deliver:
    place.slack.command(place.lea, "/kam-log")
    return place.submits(place.lea, place.view(), text=f"note {place.fresh()}", account=place.account)


def _edit_form(place: Place) -> Deliver:
    place.slack.click(place.lea, "log.edit", place.note())
    return place.submits(place.lea, place.view(), text=f"better {place.fresh()}")


def _again(place: Place) -> Deliver:
    line = f"/kam-log HPU: the same {place.fresh()}"
    place.slack.command(place.lea, line)
    asked = place.slack.command(place.lea, line)
    return place.presses(place.lea, "log.again", place.value_of(asked, "log.again"))


def _request_form(place: Place) -> Deliver:
    place.slack.command(place.lea, f"/kam-request Production HPU: {place.fresh()}")
    return place.submits(place.lea, place.view(), kind="capacity", needed_by="2026-12-18")


def _alike(place: Place, choice: str) -> Deliver:
    """Ask for the same as somebody else, and say what is meant."""
    what, other = place.fresh() * 4, place.company.member(f"Otto {place.fresh()}")
    request_id = place.request(what)
    place.slack.command(other, f"/kam-request Production HPU: {what}")
    shown = place.slack.submit(other, kind="capacity", needed_by="2026-12-18")["view"]
    return place.submits(other, shown, choice=request_id if choice == "join" else choice)


def _conflict_form(place: Place) -> Deliver:
    place.slack.command(place.lea, "/kam-escalate HPU")
    return place.submits(place.lea, place.view(), **CONFLICT, other_party=f"department:{place.production}")


def _more(place: Place) -> Deliver:
    place.slack.command(place.lea, "/kam-escalate HPU: a goal")
    typed = {"tried": {"value": {"type": "plain_text_input", "value": "talked twice"}}}
    shown = {**place.view(), "id": "V1", "hash": "1.a", "state": {"values": typed}}
    return place.presses(place.lea, "escalation.more", view=shown, container={"type": "view", "view_id": "V1"})


def _asked(place: Place) -> str:
    """Log more notes than one page of an answer holds, and return what to ask for."""
    word = f"sealing{place.fresh()}"
    for number in range(8):
        place.slack.command(place.lea, f"/kam-log HPU: {word} {number}")
    return word


def _page(place: Place) -> Deliver:
    answer = place.slack.command(place.lea, f"/kam-ask {_asked(place)}")
    return place.presses(place.lea, "ask.more", place.value_of(answer, "ask.more"))


def _colleague(place: Place) -> Deliver:
    place.lead()
    answer = place.slack.command(place.lea, f"/kam-ask {place.fresh()}")
    found = re.search(r'"ask.person0".*?"value": "([^"]+)"', json.dumps(answer, sort_keys=True))
    assert found, answer
    return place.presses(place.lea, "ask.person0", found[1])


def _share(place: Place) -> Deliver:
    answer = place.slack.command(place.lea, f"/kam-ask {_asked(place)}")
    place.slack.press(place.lea, answer, "Share …")
    preview = place.slack.submit(place.lea, {**place.view()}, channel="CSALES")
    return place.submits(place.lea, preview["view"])


def _person(place: Place) -> Deliver:
    user = {"id": f"U{place.fresh().upper()}", "name": "new", "team_id": WORKSPACE, "updated": 1_700_000_000}
    return place.hears({"type": "user_change", "user": user})


def _absence_form(place: Place) -> Deliver:
    place.slack.click(place.lea, "absence.enter")
    day = place.day()
    return place.submits(place.lea, place.view(), starts_on=day, ends_on=day, deputy=place.cora.id)


def _sponsorship_form(place: Place) -> Deliver:
    lead, kam = place.lead(), place.company.member(f"Kam {place.fresh()}")
    place.slack.click(lead, "sponsor.assign")
    return place.submits(lead, place.view(), kam=kam.id, sponsor=place.martin.id, deputy=place.cora.id)


def _own_account(place: Place) -> AccountId:
    return place.company.account(f"Account {place.fresh()}", kam=place.lea)


def _account_form(place: Place, deed: str, **typed: Any) -> Deliver:
    return _in_form(place, place.lea, "account.menu", f"{deed}:{_own_account(place)}", **typed)


def _from_declined(place: Place) -> Deliver:
    return place.presses(place.lea, "escalation.from_request", place.declined())


def _other_chosen(at: Place) -> Deliver:
    at.slack.click(at.lea, "account.menu", f"merge:{at.account}")
    other = at.company.account(f"Twin {at.fresh()}", kam=at.lea)
    return at.submits(at.lea, at.view(), other=other)


def _contact_kept(at: Place) -> Deliver:
    asked = at.slack.command(at.lea, f"/kam contact {at.fresh()} Nobody")
    return at.presses(at.lea, "contact.new", at.value_of(asked, "contact.new"))


def _contact_form(at: Place, deed: str, **typed: Any) -> Deliver:
    at.slack.click(at.lea, "contact.menu", f"{deed}:{at.contact()}:1")
    return at.submits(at.lea, at.view(), **typed)


def _step(at: Place, deed: promised.Deed) -> str:
    """Let Lea have something to do, and return what a button of it carries."""
    new = promised.NewCommitment(
        promised.Kind.NEXT_STEP, at.account, at.fresh(), date(2026, 12, 1), at.lea.id, at.lea.id
    )
    with at.store.begin(WORKSPACE) as tx:
        made = tx.commitments.add(new, NOW)
    return promised.Pressed(deed, promised.Kind.NEXT_STEP, made, 1).key


def _favour(at: Place) -> str:
    """Write a favour down, and return what its button carries."""
    new = NewFavour(at.account, Favour.NEWS, Direction.GIVEN, at.fresh(), date(2026, 11, 2), at.lea.id, at.lea.id)
    with at.store.begin(WORKSPACE) as tx:
        return f"{tx.favours.add(new, NOW)}/account:{at.account}:0"


def _demand(at: Place, deed: wished.Deed) -> str:
    """Pass a wish of Hugo's on to Lea, and return what a button of it carries."""
    with at.store.begin(WORKSPACE) as tx:
        new = wished.NewDemand(at.account, wished.Source.CUSTOMER, at.fresh(), at.hugo.id)
        return wished.Pressed(deed, tx.demands.add(new, NOW), 1).key


OWN_PROMISES, OWN_DEMANDS = "promise:mine:under_way:0", "demand:mine:under_way:0"
SCENARIOS: tuple[tuple[Listener, str, Callable[[Place], Deliver]], ...] = (
    (interactions_.log_interaction, "a line", lambda at: at.types(at.lea, f"/kam-log HPU: note {at.fresh()}")),
    (interactions_.log_interaction, "a question", lambda at: at.types(at.lea, f"/kam-log No{at.fresh()}: they call")),
    (interactions_.log_interaction, "the form", lambda at: at.types(at.lea, "/kam-log")),
    (interactions_.start_log, "", lambda at: at.presses(at.lea, "log.start", at.account)),
    (interactions_.pick_account, "", lambda at: at.presses(at.lea, "log.pick0", f"{at.question()}:{at.account}")),
    (interactions_.pick_account, "again", _again),
    (interactions_.new_account, "", lambda at: at.presses(at.lea, "log.new", at.question())),
    (interactions_.open_draft, "", lambda at: at.presses(at.lea, "log.open", at.question())),
    (interactions_.open_edit, "", lambda at: at.presses(at.lea, "log.edit", at.note())),
    (interactions_.undo, "", lambda at: at.presses(at.lea, "log.undo", at.note())),
    (interactions_.read_on, "", lambda at: at.presses(at.lea, "interaction.more", f"{at.note()}:1")),
    (interactions_.save_form, "new", _log_form),
    (interactions_.save_form, "edit", _edit_form),
    (requests_.ask_department, "", lambda at: at.types(at.lea, f"/kam-request Production HPU: {at.fresh()}")),
    (requests_.start, "", lambda at: at.presses(at.lea, "request.start", at.account)),
    (requests_.open_form, "", lambda at: at.presses(at.cora, "request.accept", at.request())),
    (requests_.open_form, "of the menu", lambda at: at.presses(at.cora, "request.menu", f"ask:{at.request()}")),
    (requests_.send, "", _request_form),
    (requests_.send_or_join, "join", lambda at: _alike(at, "join")),
    (requests_.send_or_join, "send", lambda at: _alike(at, "send")),
    (requests_.act, "", lambda at: at.presses(at.lea, "request.take", at.countered())),
    (
        requests_.counter,
        "",
        lambda at: _in_form(at, at.cora, "request.counter", at.request(), scope="one of them", words="gladly"),
    ),
    (
        requests_.move,
        "",
        lambda at: _in_form(at, at.cora, "request.move", at.accepted(), promised_on="2026-12-21", words="the bench"),
    ),
    (
        requests_.pass_on,
        "",
        lambda at: _in_form(at, at.cora, "request.pass_on", at.request(), department=at.quality()),
    ),
    (requests_.say, "", lambda at: _in_form(at, at.cora, "request.ask", at.request(), words="which line?")),
    (requests_.accept, "", lambda at: _in_form(at, at.cora, "request.accept", at.request(), promised_on="2026-12-18")),
    (
        requests_.decline,
        "",
        lambda at: _in_form(at, at.cora, "request.decline", at.request(), reason="capacity", words="not this month"),
    ),
    (escalation_raising_.escalate, "", lambda at: at.types(at.lea, "/kam-escalate HPU: a goal")),
    (escalation_raising_.start, "", lambda at: at.presses(at.lea, "escalation.start", at.account)),
    (escalation_raising_.from_request, "", _from_declined),
    (escalation_raising_.show_more, "", _more),
    (escalation_raising_.preview, "", _conflict_form),
    (escalation_raising_.send, "", lambda at: at.submits(at.lea, at.previewed())),
    (escalations_.open_form, "", lambda at: at.presses(at.lea, "escalation.menu", f"withdraw:{at.conflict()}")),
    (escalations_.acknowledge, "", lambda at: at.presses(at.martin, "escalation.acknowledge", at.conflict())),
    (
        escalations_.decide,
        "",
        lambda at: _in_form(
            at, at.martin, "escalation.decide", at.conflict(), kind="advice", text="One line", reason="the audit"
        ),
    ),
    (
        escalations_.state_view,
        "",
        lambda at: _in_form(at, at.sandra, "escalation.state", at.conflict(), text="The plan is full"),
    ),
    (escalations_.confirm, "", lambda at: at.presses(at.lea, "escalation.confirm", at.settled())),
    (escalations_.keep, "", lambda at: at.presses(at.lea, "escalation.keep", at.settled())),
    (escalations_.done, "", lambda at: at.presses(at.lea, "escalation.done", f"{at.agreed()}:1")),
    (
        escalations_.ask,
        "",
        lambda at: _in_menu(at, at.martin, "ask", at.conflict(), person=at.lea.id, text="Since when?"),
    ),
    (escalations_.answer, "", lambda at: _in_form(at, at.lea, "escalation.answer", at.asked(), text="Since May")),
    (escalations_.give_back, "", lambda at: _in_menu(at, at.martin, "return", at.conflict(), text="Try again")),
    (escalations_.hand_over, "", lambda at: _in_menu(at, at.martin, "hand_over", at.conflict(), person=at.hugo.id)),
    (escalations_.take_back, "", lambda at: _in_menu(at, at.martin, "take_back", at.offered(), text="I am back")),
    (escalations_.take_over, "", lambda at: at.presses(at.hugo, "escalation.take_over", at.offered())),
    (escalations_.leave, "", lambda at: at.presses(at.hugo, "escalation.leave", at.offered())),
    (escalations_.withdraw, "", lambda at: _in_menu(at, at.lea, "withdraw", at.conflict(), text="Settled")),
    (escalations_.reopen, "", lambda at: _in_form(at, at.lea, "escalation.reopen", at.settled(), text="Not kept")),
    (escalation_raising_.join, "", _join),
    (search_.ask, "", lambda at: at.types(at.lea, f"/kam-ask {_asked(at)}")),
    (search_.turn_page, "", _page),
    (search_.ask_colleague, "", _colleague),
    (search_.share, "", _share),
    (worklists_.start, "", lambda at: at.presses(at.lea, "menu.requests", "request:mine:under_way:0")),
    (worklists_.turn, "", lambda at: at.presses(at.lea, "worklist.filter", "request:mine:late:0")),
    (worklists_.requests_of, "", lambda at: at.presses(at.lea, "requests.account", at.account)),
    (worklists_.conflicts_of, "", lambda at: at.presses(at.lea, "conflicts.account", at.account)),
    (worklists_.open_request, "", lambda at: at.presses(at.lea, "request.show", at.request())),
    (worklists_.open_conflict, "", lambda at: at.presses(at.lea, "escalation.show", at.conflict())),
    (absences_.show, "with days", lambda at: at.types(at.lea, f"/kam absence {at.day()}")),
    (worklists_.promises_of, "", lambda at: at.presses(at.lea, "promises.account", at.account)),
    (worklists_.steps_of, "", lambda at: at.presses(at.lea, "todo.account", at.account)),
    (worklists_.demands_of, "", lambda at: at.presses(at.lea, "demands.account", at.account)),
    (commitments_.choose, "at once", lambda at: at.presses(at.lea, "commitment.done", _step(at, promised.Deed.DONE))),
    (commitments_.choose, "a form", lambda at: at.presses(at.lea, "commitment.move", _step(at, promised.Deed.MOVE))),
    (commitments_.open_new, "", lambda at: at.presses(at.lea, "commitment.new", OWN_PROMISES)),
    (
        commitments_.save_new,
        "",
        lambda at: _in_form(
            at, at.lea, "commitment.new", OWN_PROMISES, account=at.account, text=at.fresh(), due_on="2026-12-18"
        ),
    ),
    (
        commitments_.save_deed,
        "",
        lambda at: _in_form(
            at, at.lea, "commitment.move", _step(at, promised.Deed.MOVE), due_on="2026-12-18", text="late"
        ),
    ),
    (favours_.turn, "", lambda at: at.presses(at.lea, "favour.mine", "member:0:0")),
    (favours_.of_account, "", lambda at: at.presses(at.lea, "favours.account", at.account)),
    (favours_.open_new, "", lambda at: at.presses(at.lea, "favour.new", "member:0:0")),
    (
        favours_.save,
        "",
        lambda at: _in_form(at, at.lea, "favour.new", "member:0:0", account=at.account, kind="news", text=at.fresh()),
    ),
    (favours_.withdraw, "", lambda at: at.presses(at.lea, "favour.withdraw", _favour(at))),
    (demands_.pass_on, "a line", lambda at: at.types(at.hugo, f"/kam demand HPU: {at.fresh()}")),
    (demands_.pass_on, "the form", lambda at: at.types(at.hugo, "/kam demand")),
    (demands_.open_new, "", lambda at: at.presses(at.hugo, "demand.new", OWN_DEMANDS)),
    (demands_.choose, "a form", lambda at: at.presses(at.lea, "demand.do", _demand(at, wished.Deed.DO))),
    (
        demands_.choose,
        "at once",
        lambda at: at.presses(at.hugo, "demand.withdraw", _demand(at, wished.Deed.WITHDRAW)),
    ),
    (
        demands_.save,
        "",
        lambda at: _in_form(at, at.hugo, "demand.new", OWN_DEMANDS, account=at.account, text=at.fresh()),
    ),
    (
        demands_.decide,
        "",
        lambda at: _in_form(at, at.lea, "demand.do", _demand(at, wished.Deed.DO), text="we do it"),
    ),
    (absences_.open_new, "", lambda at: at.presses(at.lea, "absence.enter")),
    (absences_.open_other, "", lambda at: at.presses(at.lead(), "absence.enter_other")),
    (absences_.open_change, "", lambda at: at.presses(at.lea, "absence.change", at.absence())),
    (absences_.save, "", _absence_form),
    (absences_.end, "", lambda at: at.presses(at.lea, "absence.end", at.absence())),
    (sponsors_.turn_page, "", lambda at: at.presses(at.lead(), "sponsor.more", 7)),
    (sponsors_.open_new, "", lambda at: at.presses(at.lead(), "sponsor.assign")),
    (sponsors_.open_hand_over, "", lambda at: at.presses(at.lead(), "sponsor.hand_over", at.sponsorship())),
    (sponsors_.save, "", _sponsorship_form),
    (sponsors_.end, "", lambda at: at.presses(at.lead(), "sponsor.end", at.sponsorship())),
    (contacts_.show, "", lambda at: at.types(at.lea, f"/kam contact {at.fresh()} Nobody")),
    (contacts_.press, "a form", lambda at: at.presses(at.lea, "contact.edit", f"edit:{at.contact()}:1")),
    (contacts_.press, "at once", lambda at: at.presses(at.lea, "contact.menu", f"take_over:{at.contact()}:1")),
    (contacts_.open_new, "", _contact_kept),
    (contacts_.show_account, "", lambda at: at.presses(at.lea, "contact.account", at.account)),
    (contacts_.create, "", lambda at: _contact_form(at, "new", name=at.fresh(), account=at.account)),
    (contacts_.edit, "", lambda at: _contact_form(at, "edit", aims="no surprises")),
    (contacts_.assess, "", lambda at: _contact_form(at, "assess", attitude=4, reason="said so")),
    (contacts_.move, "", lambda at: _contact_form(at, "move", title="COO", from_on="2026-11-02")),
    (contacts_.let_go, "", lambda at: _contact_form(at, "leave", left_on="2026-11-02")),
    (contacts_.suppose, "", lambda at: _contact_form(at, "suppose", text="may lead", basis="runs the line")),
    (contacts_.draw, "", lambda at: _contact_form(at, "influence", influences=[at.contact()])),
    (maps_.open_map, "", lambda at: at.presses(at.lea, "map.open", at.account)),
    (maps_.turn, "", lambda at: at.presses(at.lea, "map.back", f"{at.account}:0")),
    (maps_.show_customers, "", lambda at: at.presses(at.lea, "map.customer", at.account)),
    (maps_.turn_customers, "", lambda at: at.presses(at.lea, "map.customer_back", f"{at.account}:0")),
    (maps_.send_picture, "", lambda at: at.presses(at.lea, "map.picture", _own_account(at))),
    (maps_.send_customers_picture, "", lambda at: at.presses(at.lea, "map.customer_picture", _own_account(at))),
    (maps_.act, "", lambda at: at.presses(at.lea, "map.menu", f"known:{at.account}")),
    (networks_.turn, "", lambda at: at.presses(at.lea, "network.back", 0)),
    (networks_.who_knows_account, "", lambda at: at.presses(at.lea, "network.account0", at.account)),
    (
        networks_.who_knows_contact,
        "",
        lambda at: at.presses(at.lea, "network.contact0", at.company.contact(at.account, at.fresh())),
    ),
    (accounts_.pick, "", lambda at: at.presses(at.lea, "account.pick0", at.account)),
    (accounts_.ask_which, "", lambda at: at.presses(at.lea, "account.which")),
    (accounts_.turn, "", lambda at: at.presses(at.lea, "account.unit", f"alone:{at.account}")),
    (account_forms_.open_menu, "", lambda at: at.presses(at.lea, "account.menu", f"edit:{at.account}")),
    (account_forms_.save_facts, "", lambda at: _account_form(at, "edit", tier="a")),
    (account_forms_.save_stage, "", lambda at: _account_form(at, "stage", reason="said so")),
    (account_forms_.save_ratings, "", lambda at: _account_form(at, "rate", relationship="4", reason="said so")),
    (account_forms_.save_team, "", lambda at: _account_form(at, "team", people=[at.hugo.id])),
    (briefings_.turn, "", lambda at: at.presses(at.lea, "briefing.turn", f"account:{at.account}:exec")),
    (briefings_.add, "", lambda at: at.presses(at.lea, "briefing.add", f"account:{at.account}")),
    (briefings_.show_part, "", lambda at: at.presses(at.lea, "briefing.part", f"account:{at.account}")),
    (duplicates_.turn, "", lambda at: at.presses(at.lea, "twins.more", 8)),
    (duplicates_.dismiss, "", lambda at: at.presses(at.lea, "twins.dismiss", at.twins())),
    (merges_.open_form, "", lambda at: at.presses(at.lea, "merge.form", at.twins())),
    (merges_.open_account, "", lambda at: at.presses(at.lea, "account.menu", f"merge:{at.account}")),
    (merges_.open_contact, "", lambda at: at.presses(at.lea, "contact.menu", f"merge:{at.contact()}")),
    (merges_.choose_other, "", _other_chosen),
    (merges_.merge, "", lambda at: _in_form(at, at.lea, "merge.form", at.twins())),
    (merges_.undo, "", lambda at: at.presses(at.lea, "merge.undo", at.merged())),
    (menu_.explain_help, "", lambda at: at.presses(at.lea, "menu.help")),
    (menu_.explain_ask, "", lambda at: at.presses(at.lea, "menu.ask")),
    (members_.change, "", _person),
    (channels_.change, "", lambda at: at.hears({"type": "channel_archive", "channel": at.fresh().upper()})),
)
IDS = [f"{made.__module__.removeprefix('handlers.')}.{made.__name__} {what}".rstrip() for made, what, _ in SCENARIOS]


# ------------------------------------------------------------------ the list is whole
def _use_cases(listener: Listener) -> Iterator[Callable[..., Any]]:
    """Return the use cases a listener calls."""
    known = {service.__name__.rpartition(".")[2]: service for service in SERVICES}
    for module, name in re.findall(r"\b(\w+)\.(\w+)\(\s*store\b", inspect.getsource(listener)):
        yield getattr(known[module], name)


def test_every_listener_that_writes_is_delivered_twice_below() -> None:
    writing = {
        listener
        for listener in ROUTES.values()
        if any("store.begin(" in inspect.getsource(use_case) for use_case in _use_cases(listener))
    }
    assert {listener for listener, _, _ in SCENARIOS} == writing


def test_every_listener_reaches_the_store_through_use_cases_that_the_test_above_can_see() -> None:
    for listener in set(ROUTES.values()):
        takes_store = "store" in inspect.signature(listener).parameters
        assert bool([*_use_cases(listener)]) == takes_store, listener


def test_every_use_case_that_is_delivered_remembers_it_in_its_own_transaction() -> None:
    # What cannot have a second effect by what it is, and why.
    idempotent = {
        merges.choose_other: "keeps which other one was chosen",
        contact_forms.open_draft: "sets the address of an answer to what it is",
        interactions.form_from_draft: "sets the address of an answer to what it is",
        escalation_raising.form_with_more: "keeps the text that is in the form",
        escalation_raising.propose: "keeps the text that is in the form",
    }
    for listener, _, _ in SCENARIOS:
        for use_case in _use_cases(listener):
            source = inspect.getsource(use_case)
            if "store.begin(" in source and use_case not in idempotent:
                assert re.search(r"inbox\.(effect_of|earlier)\(|drafts\.kept\(", source), use_case


# ------------------------------------------------------------------ one after the other
def rows(store: SqlStore) -> dict[str, list[str]]:
    """Return everything that is stored."""
    with store.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize(("_listener", "_what", "scenario"), SCENARIOS, ids=IDS)
def test_a_second_delivery_changes_nothing_and_is_answered_as_the_first(
    store: SqlStore, _listener: Listener, _what: str, scenario: Callable[[Place], Deliver]
) -> None:
    place = Place(store)
    deliver = scenario(place)
    before, opened = rows(store), len(place.slack.modals.opened)
    first = deliver()
    once = rows(store)
    assert once != before, "the delivery has an effect"
    shown = place.slack.modals.opened[opened:]
    place.slack.later(seconds=90)

    again = deliver()

    assert rows(store) == once
    assert place.slack.modals.answers == [], "nobody is refused"
    if isinstance(first, dict):
        assert words(again) == words(first)
        assert again.keys() == first.keys()
        assert again.get("response_action") == first.get("response_action")
    else:
        assert (again.status, again.body) == (first.status, first.body)
    if len(shown) == 1 and len(place.slack.modals.opened) > opened + 1:
        assert place.slack.modals.opened[-1]["private_metadata"] == shown[0]["private_metadata"], "the same draft"


# ------------------------------------------------------------------ at once
def counts(store: SqlStore) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
            if table.name not in NOT_COUNTED
        }


def gained(store: SqlStore, act: Callable[[], object]) -> dict[str, int]:
    before = counts(store)
    act()
    return {name: count - before[name] for name, count in counts(store).items() if count != before[name]}


@pytest.mark.parametrize(("_listener", "_what", "scenario"), SCENARIOS, ids=IDS)
def test_deliveries_at_the_same_moment_have_the_effect_of_one(
    store: SqlStore, disk: SqlStore, _listener: Listener, _what: str, scenario: Callable[[Place], Deliver]
) -> None:
    place = Place(disk if store.engine.dialect.name == "sqlite" else store)
    of_one = gained(place.store, scenario(place))
    deliver = scenario(place)
    answers: list[Any] = []

    of_three = gained(place.store, lambda: answers.extend(at_once(deliver, 3)))

    assert of_three == of_one
    assert not [fault for fault in answers if isinstance(fault, BaseException)]
    assert place.slack.modals.answers == [], "nobody is refused"
    if isinstance(answers[0], dict):
        assert len({words(answer) for answer in answers}) == 1


# ------------------------------------------------------------------ the same form with other content
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_form_that_was_saved_says_what_was_saved_when_it_comes_with_other_content(
    store: SqlStore, language: str
) -> None:
    place = Place(store)
    if language == "de":
        place.lea = place.company.member("Lena Vogt", locale="de-DE")
    place.slack.command(place.lea, "/kam-log")
    view = place.view()
    assert place.slack.submit(place.lea, {**view}, view_id="V1", text="they like it", account=place.account) == {}
    before = rows(store)

    refused = place.slack.submit(place.lea, {**view}, view_id="V1", text="they love it", account=place.account)

    (said,) = refused["errors"].values()
    if language == "en":
        assert said.startswith("This form is saved already, as I-1: “they like it”.")
    else:
        assert said.startswith("Dieses Formular ist schon gespeichert, als I-1: „they like it“.")
    assert rows(store) == before


@pytest.mark.parametrize(
    ("listener", "changed", "said"),
    [
        (requests_.send, {"what": "something else"}, "R-1: “x"),
        (requests_.accept, {"promised_on": "2026-12-19"}, "R-1: “x"),
        (requests_.decline, {"words": "never mind"}, "R-1: “not this month”"),
        (escalations_.decide, {"text": "Two lines"}, "E-1: “One line”"),
        (escalations_.state_view, {"text": "It is not full"}, "E-1: “The plan is full”"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_form_says_so(store: SqlStore, listener: Listener, changed: dict[str, Any], said: str) -> None:
    place = Place(store)
    scenario = next(scenario for made, _, scenario in SCENARIOS if made is listener)
    kept: list[tuple[Member, Mapping[str, Any], dict[str, Any]]] = []

    def keeps(actor: Member, view: Mapping[str, Any], **typed: Any) -> Deliver:
        kept.append((actor, view, typed))
        return lambda: place.slack.submit(actor, {**view}, view_id="V-same", **typed)

    place.submits = keeps  # type: ignore[method-assign]
    assert scenario(place)() == {}
    before = rows(store)
    actor, view, typed = kept[-1]

    refused = place.slack.submit(actor, {**view}, view_id="V-same", **{**typed, **changed})

    assert said in next(iter(refused["errors"].values()))
    assert rows(store) == before


def test_a_refused_form_stores_no_key_and_can_be_sent_again_mended(store: SqlStore) -> None:
    place = Place(store)
    place.slack.command(place.lea, "/kam-log")
    view = place.view()
    refused = place.slack.submit(place.lea, {**view}, view_id="V1", text=" ", account=place.account)
    assert "errors" in refused
    assert place.slack.submit(place.lea, {**view}, view_id="V1", text="they like it", account=place.account) == {}
    with store.engine.connect() as connection:
        assert [*connection.execute(select(InteractionRow.text)).scalars()] == ["they like it"]


# ------------------------------------------------------------------ the second of two people
def _two_edits(place: Place) -> tuple[Deliver, Deliver]:
    made = place.note()
    place.slack.click(place.lea, "log.edit", made)
    one = place.submits(place.lea, place.view(), text="one")
    place.slack.click(place.lea, "log.edit", made)
    return one, place.submits(place.lea, place.view(), text="two")


ADVICE: dict[str, Any] = {"kind": "advice", "text": "One line", "reason": "the audit"}
TwoDeliveries = Callable[[Place], tuple[Deliver, Deliver]]
SECOND: tuple[tuple[str, TwoDeliveries, str, str], ...] = (
    (
        "accept",
        lambda at: (
            _in_form(at, at.cora, "request.accept", (made := at.request()), promised_on="2026-12-18"),
            _in_form(at, at.sandra, "request.decline", made, reason="capacity", words="no"),
        ),
        "R-1 is answered already: Cora Huber accepted it",
        "R-1 ist schon beantwortet: Cora Huber hat angenommen",
    ),
    (
        "decline",
        lambda at: (
            _in_form(at, at.cora, "request.decline", (made := at.request()), reason="capacity", words="no"),
            _in_form(at, at.sandra, "request.accept", made, promised_on="2026-12-18"),
        ),
        "R-1 is answered already: Cora Huber said not this time",
        "R-1 ist schon beantwortet: Cora Huber",
    ),
    (
        "decide",
        lambda at: (
            _in_form(at, at.martin, "escalation.decide", (made := at.conflict()), **ADVICE),
            _in_form(at, at.martin, "escalation.decide", made, **{**ADVICE, "text": "Two lines"}),
        ),
        "Martin Keller decided E-1 already",
        "Martin Keller hat E-1 schon entschieden",
    ),
    (
        "state after the decision",
        lambda at: (
            _in_form(at, at.martin, "escalation.decide", (made := at.conflict()), **ADVICE),
            _in_form(at, at.sandra, "escalation.state", made, text="The plan is full"),
        ),
        "Martin Keller decided E-1 already",
        "Martin Keller hat E-1 schon entschieden",
    ),
    (
        "acknowledge",
        lambda at: (
            at.presses(at.martin, "escalation.acknowledge", (made := at.conflict())),
            at.presses(at.martin, "escalation.acknowledge", made),
        ),
        "Martin Keller took E-1 on already",
        "Martin Keller kümmert sich schon um E-1",
    ),
    (
        "undo",
        lambda at: (at.presses(at.lea, "log.undo", (made := at.note())), at.presses(at.lea, "log.undo", made)),
        "Lea Brunner withdrew I-1 already",
        "Lea Brunner hat I-1 schon zurückgezogen",
    ),
    (
        "edit",
        _two_edits,
        "Lea Brunner changed I-1 while this form was open",
        "Lea Brunner hat I-1 geändert, während dieses Formular offen war",
    ),
)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("_what", "two", "english", "german"), SECOND, ids=[what for what, _, _, _ in SECOND])
def test_the_second_of_two_is_told_who_was_first_and_when(
    store: SqlStore,
    language: str,
    _what: str,
    two: TwoDeliveries,
    english: str,
    german: str,
) -> None:
    place = Place(store)
    if language == "de":
        _in_german(store)
    first, second = two(place)
    first()
    place.slack.later(minutes=5)
    before = rows(store)
    answer = second()
    said = next(iter(answer["errors"].values())) if isinstance(answer, dict) else place.slack.modals.answers[0]["text"]
    assert (english if language == "en" else german) in said
    assert re.search(r"\d{1,2}[:.]\d\d|<!date", said), f"no time: {said}"
    assert rows(store) == before


def _in_german(store: SqlStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(MemberRow).values(language="de"))


# ------------------------------------------------------------------ the same words twice
def test_the_same_line_twice_within_a_minute_is_asked_about_and_saved_again_on_request(store: SqlStore) -> None:
    place = Place(store)
    place.slack.command(place.lea, "/kam-log HPU: they like it")
    asked = place.slack.command(place.lea, "/kam-log HPU: they like it")
    assert "You saved the same words for Helvetia Pumpen a moment ago, as I-1." in words(asked)
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(InteractionRow)).scalar_one() == 1

    place.slack.press(place.lea, asked, "Save again")
    place.slack.press(place.lea, asked, "Save again")

    with store.engine.connect() as connection:
        assert [*connection.execute(select(InteractionRow.text)).scalars()] == ["they like it"] * 2
    assert len(place.slack.modals.answers) == 1, "the second press is told that it is done"


def test_two_commands_of_the_same_words_at_the_same_moment_are_asked_about(store: SqlStore, disk: SqlStore) -> None:
    place = Place(disk if store.engine.dialect.name == "sqlite" else store)
    answers: list[Any] = at_once(
        lambda: place.slack.command(place.lea, "/kam-log HPU: they like it", trigger=place.fresh()), 4
    )
    assert sum("Save again" in words(answer) for answer in answers) == 3
    with place.store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(InteractionRow)).scalar_one() == 1


@pytest.mark.parametrize("other", ["later", "another author", "other words", "another account", "after an undo"])
def test_what_is_not_the_same_is_saved_at_once(store: SqlStore, other: str) -> None:
    place = Place(store)
    place.slack.command(place.lea, "/kam-log HPU: they like it")
    author, line = place.lea, "/kam-log HPU: they like it"
    match other:
        case "later":
            place.slack.later(seconds=61)
        case "another author":
            author = place.cora
        case "other words":
            line += "."
        case "another account":
            place.company.account("Borealis")
            line = "/kam-log Borealis: they like it"
        case "after an undo":
            place.slack.click(place.lea, "log.undo", place.newest(InteractionRow))
    assert "I-2" in words(place.slack.command(author, line))


def test_the_same_words_about_another_day_are_saved_at_once(store: SqlStore) -> None:
    place = Place(store)
    for occurred in (NOW - timedelta(days=2), NOW - timedelta(days=1)):
        place.slack.command(place.lea, "/kam-log")
        typed: dict[str, Any] = {
            "text": "Telefonat",
            "account": place.account,
            "occurred_at": int(occurred.timestamp()),
        }
        assert place.slack.submit(place.lea, **typed) == {}


def test_the_form_keeps_the_same_words_until_a_minute_is_over(store: SqlStore) -> None:
    place = Place(store)
    place.slack.command(place.lea, "/kam-log HPU: they like it")
    place.slack.command(place.lea, "/kam-log")
    view = place.view()
    refused = place.slack.submit(place.lea, {**view}, view_id="V1", text="they like it", account=place.account)
    assert "as I-1" in refused["errors"]["text"]
    place.slack.later(seconds=61)
    assert place.slack.submit(place.lea, {**view}, view_id="V1", text="they like it", account=place.account) == {}


# ------------------------------------------------------------------ what is over
def _stands(place: Place, request_id: int, channel: str = "CPROD", ts: str = "1700000000.1") -> None:
    """Let the card of a request stand in a channel."""
    with place.store.engine.begin() as connection:
        connection.execute(OutboxRow.__table__.delete())  # type: ignore[attr-defined]
        connection.execute(
            insert(CardRow).values(
                workspace_id=WORKSPACE,
                topic="request.card",
                object_id=request_id,
                place="CPROD",
                subject="request",
                channel_id=channel,
                ts=ts,
            )
        )


def _waiting_cards(place: Place) -> list[tuple[str, int]]:
    with place.store.engine.connect() as connection:
        cards_ = select(OutboxRow.place, OutboxRow.object_id).where(OutboxRow.form == "card")
        return [(row.place, row.object_id) for row in connection.execute(cards_)]


ON_CARD = {"type": "message", "channel_id": "CPROD", "message_ts": "1700000000.1", "is_ephemeral": False}


@pytest.mark.parametrize("action_id", ["request.from_2025", "request.decline"])
def test_a_button_that_is_over_is_refused_and_its_card_is_shown_anew(store: SqlStore, action_id: str) -> None:
    place = Place(store)
    request_id = place.declined()
    _stands(place, request_id)
    answer = place.slack.click(place.cora, action_id, request_id, container=ON_CARD)
    assert answer.status == 200
    said = place.slack.modals.answers[0]["text"]
    assert ("out of date" if "2025" in action_id else "answered already") in said
    assert _waiting_cards(place) == [("CPROD", request_id)]
    place.slack.click(place.cora, action_id, request_id, container=ON_CARD)
    assert len(_waiting_cards(place)) == 1, "waiting edits are one"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {**ON_CARD, "message_ts": "1.1"},
        {**ON_CARD, "channel_id": "COTHER"},
        {"type": "view", "view_id": "V1"},
        {},
    ],
)
def test_a_button_on_no_card_refreshes_none(store: SqlStore, elsewhere: dict[str, Any]) -> None:
    place = Place(store)
    _stands(place, place.declined())
    assert place.slack.click(place.cora, "request.from_2025", 1, container=elsewhere).status == 200
    assert _waiting_cards(place) == []


def test_a_guest_who_presses_refreshes_nothing(store: SqlStore) -> None:
    place = Place(store)
    request_id = place.declined()
    _stands(place, request_id)
    guest = place.company.member("Gast", standing="guest")
    place.slack.click(guest, "request.from_2025", request_id, container=ON_CARD)
    assert _waiting_cards(place) == []
