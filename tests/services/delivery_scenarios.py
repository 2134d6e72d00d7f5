"""Every way of writing, as somebody at one company would do it, with a delivery that can be sent again."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.domain import commitments as promised
from bot.domain import demands as wished
from bot.domain.favours import Direction, NewFavour
from bot.domain.identity import AccountId
from bot.domain.interactions import Favour
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
from handlers.routes import Listener
from tests.company import NOW, WORKSPACE
from tests.conflict import CASE
from tests.services.delivery_place import Deliver, Place, in_form, in_menu


def _join(place: Place) -> Deliver:
    """Write the same conflict as somebody else, and join it in the preview."""
    conflict_id = place.conflict()
    other = place.company.member(f"Otto {place.fresh()}")
    place.slack.command(other, "/kam-escalate HPU")
    shown = place.slack.submit(other, **CASE, other_party=f"department:{place.production}")["view"]
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
    return place.submits(place.lea, place.view(), **CASE, other_party=f"department:{place.production}")


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
    return in_form(place, place.lea, "account.menu", f"{deed}:{_own_account(place)}", **typed)


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
        lambda at: in_form(at, at.cora, "request.counter", at.request(), scope="one of them", words="gladly"),
    ),
    (
        requests_.move,
        "",
        lambda at: in_form(at, at.cora, "request.move", at.accepted(), promised_on="2026-12-21", words="the bench"),
    ),
    (
        requests_.pass_on,
        "",
        lambda at: in_form(at, at.cora, "request.pass_on", at.request(), department=at.quality()),
    ),
    (requests_.say, "", lambda at: in_form(at, at.cora, "request.ask", at.request(), words="which line?")),
    (requests_.accept, "", lambda at: in_form(at, at.cora, "request.accept", at.request(), promised_on="2026-12-18")),
    (
        requests_.decline,
        "",
        lambda at: in_form(at, at.cora, "request.decline", at.request(), reason="capacity", words="not this month"),
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
        lambda at: in_form(
            at, at.martin, "escalation.decide", at.conflict(), kind="advice", text="One line", reason="the audit"
        ),
    ),
    (
        escalations_.state_view,
        "",
        lambda at: in_form(at, at.sandra, "escalation.state", at.conflict(), text="The plan is full"),
    ),
    (escalations_.confirm, "", lambda at: at.presses(at.lea, "escalation.confirm", at.settled())),
    (escalations_.keep, "", lambda at: at.presses(at.lea, "escalation.keep", at.settled())),
    (escalations_.done, "", lambda at: at.presses(at.lea, "escalation.done", f"{at.agreed()}:1")),
    (
        escalations_.ask,
        "",
        lambda at: in_menu(at, at.martin, "ask", at.conflict(), person=at.lea.id, text="Since when?"),
    ),
    (escalations_.answer, "", lambda at: in_form(at, at.lea, "escalation.answer", at.asked(), text="Since May")),
    (escalations_.give_back, "", lambda at: in_menu(at, at.martin, "return", at.conflict(), text="Try again")),
    (escalations_.hand_over, "", lambda at: in_menu(at, at.martin, "hand_over", at.conflict(), person=at.hugo.id)),
    (escalations_.take_back, "", lambda at: in_menu(at, at.martin, "take_back", at.offered(), text="I am back")),
    (escalations_.take_over, "", lambda at: at.presses(at.hugo, "escalation.take_over", at.offered())),
    (escalations_.leave, "", lambda at: at.presses(at.hugo, "escalation.leave", at.offered())),
    (escalations_.withdraw, "", lambda at: in_menu(at, at.lea, "withdraw", at.conflict(), text="Settled")),
    (escalations_.reopen, "", lambda at: in_form(at, at.lea, "escalation.reopen", at.settled(), text="Not kept")),
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
        lambda at: in_form(
            at, at.lea, "commitment.new", OWN_PROMISES, account=at.account, text=at.fresh(), due_on="2026-12-18"
        ),
    ),
    (
        commitments_.save_deed,
        "",
        lambda at: in_form(
            at, at.lea, "commitment.move", _step(at, promised.Deed.MOVE), due_on="2026-12-18", text="late"
        ),
    ),
    (favours_.turn, "", lambda at: at.presses(at.lea, "favour.mine", "member:0:0")),
    (favours_.of_account, "", lambda at: at.presses(at.lea, "favours.account", at.account)),
    (favours_.open_new, "", lambda at: at.presses(at.lea, "favour.new", "member:0:0")),
    (
        favours_.save,
        "",
        lambda at: in_form(at, at.lea, "favour.new", "member:0:0", account=at.account, kind="news", text=at.fresh()),
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
        lambda at: in_form(at, at.hugo, "demand.new", OWN_DEMANDS, account=at.account, text=at.fresh()),
    ),
    (
        demands_.decide,
        "",
        lambda at: in_form(at, at.lea, "demand.do", _demand(at, wished.Deed.DO), text="we do it"),
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
    (duplicates_.open_list, "", lambda at: at.presses(at.lea, "merge.twins")),
    (duplicates_.dismiss, "", lambda at: at.presses(at.lea, "twins.dismiss", at.twins())),
    (merges_.open_form, "", lambda at: at.presses(at.lea, "merge.form", at.twins())),
    (merges_.open_account, "", lambda at: at.presses(at.lea, "account.menu", f"merge:{at.account}")),
    (merges_.open_contact, "", lambda at: at.presses(at.lea, "contact.menu", f"merge:{at.contact()}")),
    (merges_.choose_other, "", _other_chosen),
    (merges_.merge, "", lambda at: in_form(at, at.lea, "merge.form", at.twins())),
    (merges_.undo, "", lambda at: at.presses(at.lea, "merge.undo", at.merged())),
    (menu_.explain_help, "", lambda at: at.presses(at.lea, "menu.help")),
    (menu_.explain_ask, "", lambda at: at.presses(at.lea, "menu.ask")),
    (members_.change, "", _person),
    (channels_.change, "", lambda at: at.hears({"type": "channel_archive", "channel": at.fresh().upper()})),
)
