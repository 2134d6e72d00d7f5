"""Promises and next steps: listed, made, done, moved, handed over, withdrawn; those of a note follow it."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain import errors
from bot.domain.access import ITSELF
from bot.domain.commitments import Act, Commitment, Deed, Kind, NewCommitment, Pressed, State
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.domain.timers import Moment, Timer
from bot.services import commitments, timers
from storage.store import SqlStore
from storage.tables import AccountRow, FavourRow, TimerRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.race import at_once
from tests.slack import Slack, words

DUE = date(2026, 12, 4)
"""A Friday, two weeks after NOW."""


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner")


@pytest.fixture
def kai(company: Company) -> Member:
    return company.member("Kai Vogt")


@pytest.fixture
def ben(company: Company) -> Member:
    return company.member("Ben Okafor", locale="de-DE")


@pytest.fixture
def helvetia(company: Company, kai: Member) -> AccountId:
    return company.account("Helvetia Pumpen", "HPU", kam=kai)


def of_account(store: SqlStore, account: AccountId, viewer: Member | None = None, **wanted: Any) -> list[Commitment]:
    with store.read(WORKSPACE) as tx:
        reader = tx.access.viewer(viewer) if viewer else ITSELF
        return list(tx.commitments.of_accounts([account], reader, **wanted))


def make(slack: Slack, actor: Member, account: AccountId, verb: str = "promises", **typed: Any) -> None:
    slack.press(actor, slack.command(actor, f"/kam {verb} HPU"), "New")
    answer = slack.submit(actor, account=account, **{"text": "A sample of the seal", "due_on": str(DUE), **typed})
    assert answer == {}, answer


def log(slack: Slack, actor: Member, account: AccountId, **typed: Any) -> None:
    slack.press(actor, slack.command(actor, "/kam"), "Log")
    slack.press(actor, {"blocks": slack.modals.opened[-1]["blocks"]}, "More", view=in_modal(slack))
    answer = slack.submit(actor, **{"account": account, "text": "Visited the plant", **typed})
    assert answer == {}, answer


def in_modal(slack: Slack) -> dict[str, Any]:
    return {**slack.modals.opened[-1], "id": "V1", "hash": "1.a", "state": {"values": {}}}


def chosen(message: dict[str, Any], label: str, at: int = 0) -> str:
    """Return what the menu of a line carries under a label."""
    menus = [
        block["accessory"] for block in message["blocks"] if block.get("accessory", {}).get("type") == "overflow"
    ] + [
        element
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("type") == "overflow"
    ]
    found: str = next(option["value"] for option in menus[at]["options"] if option["text"]["text"] == label)
    return found


def pick(slack: Slack, actor: Member, message: dict[str, Any], label: str, at: int = 0, **extra: Any) -> Any:
    return slack.click(actor, "commitment.menu", chosen(message, label, at), **extra)


def fire(slack: Slack) -> None:
    """Let every due timer happen."""
    for _ in range(4):
        with slack.store.read(WORKSPACE) as tx:
            due = tx.timers.due(slack.now, 50)
        for timer_id in due:
            timers.fire(slack.store, WORKSPACE, timer_id, slack.now)


def delivered(slack: Slack) -> None:
    for _ in range(3):
        slack.deliver()
        slack.later(seconds=2)


def told(slack: Slack, whom: Member) -> list[str]:
    delivered(slack)
    return [post["text"] for post in slack.out.to(whom)]


def test_a_promise_is_made_shown_and_kept(slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId) -> None:
    assert "No promise is open here." in words(slack.command(lea, "/kam promises"))
    make(slack, lea, helvetia)
    delivered(slack)
    listed = slack.out.replies[-1]
    assert "Promises to Helvetia Pumpen" in words(listed)
    assert "A sample of the seal" in words(listed)
    assert "Fri 4 Dec" in words(slack.command(lea, "/kam promises"))

    pick(slack, lea, slack.command(lea, "/kam promises"), "✅ Kept")
    delivered(slack)
    assert "No promise is open here." in words(slack.out.replies[-1]), "the list is shown anew"
    (kept,) = of_account(store, helvetia, closed_since=date(2026, 11, 20))
    assert (kept.state, kept.closed_on, kept.first_due_on) == (State.DONE, date(2026, 11, 20), DUE)
    with store.read(WORKSPACE) as tx:
        entry = tx.history.last(kept.about)
        assert tx.timers.waiting(kept.about, "commitment.remind") == ()
    assert entry is not None
    assert (entry.action, entry.actor) == ("promise.done", lea.person)


def test_in_german_the_same(slack: Slack, ben: Member, helvetia: AccountId) -> None:
    slack.press(ben, slack.command(ben, "/kam aufgaben HPU"), "Neu")
    slack.submit(ben, account=helvetia, text="Angebot schicken", due_on="2026-12-04")
    delivered(slack)
    assert "Nächste Schritte für Helvetia Pumpen" in words(slack.out.replies[-1])
    assert "Fr 4. Dez." in words(slack.command(ben, "/kam aufgaben"))
    assert "Hier ist keine Zusage offen." in words(slack.command(ben, "/kam zusagen"))


def test_a_moved_promise_keeps_its_first_date_and_the_kam_hears_why(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    pick(slack, lea, slack.command(lea, "/kam promises"), "Move")
    assert slack.submit(lea, due_on="2026-12-11", text="The seal is late") == {}
    (moved,) = of_account(store, helvetia)
    assert (moved.due_on, moved.first_due_on, moved.was_moved) == (date(2026, 12, 11), DUE, True)
    assert told(slack, kai) == ["Promise, Helvetia Pumpen: Lea Brunner moved it to Fri 11 Dec"]
    assert "The seal is late" in words(slack.out.to(kai)[0])
    assert "Fri 11 Dec (first Fri 4 Dec)" in words(slack.command(lea, "/kam promises"))


def test_a_date_that_is_over_is_refused_and_what_was_typed_stays(
    slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId
) -> None:
    slack.press(lea, slack.command(lea, "/kam promises HPU"), "New")
    answer = slack.submit(lea, account=helvetia, text="Late", due_on="2026-11-19")
    assert answer["errors"] == {"due_on": "Thu 19 Nov is over. Please choose today or later."}
    assert of_account(store, helvetia) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": "x" * 501}, "This has 501 characters, 500 fit."),
        ({"due_on": None}, "Please choose the date that was promised."),
        ({"text": "   "}, "Please"),
    ],
)
def test_what_a_form_cannot_take_is_said_at_its_field(
    slack: Slack, lea: Member, helvetia: AccountId, typed: dict[str, Any], said: str
) -> None:
    slack.press(lea, slack.command(lea, "/kam promises HPU"), "New")
    answer = slack.submit(lea, account=helvetia, **{"text": "A seal", "due_on": "2026-12-04", **typed})
    assert list(answer["errors"]) == list(typed)
    assert said in answer["errors"][next(iter(typed))]


def test_a_step_for_somebody_else_tells_them_and_handing_over_tells_the_next(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, ben: Member, helvetia: AccountId
) -> None:
    make(slack, kai, helvetia, "todo", owner=lea.id)
    assert told(slack, lea) == ["Next step, Helvetia Pumpen: due on Fri 4 Dec"]
    pick(slack, lea, slack.out.to(lea)[0], "Hand over", ephemeral=False)
    assert slack.submit(lea, owner=ben.id, text="You know the plant") == {}
    assert "because Kai Vogt gave it to you" in words(slack.out.to(lea)[0])
    assert told(slack, ben) == ["Nächster Schritt, Helvetia Pumpen: fällig am Fr 4. Dez."]
    assert "Lea Brunner*: You know the plant" in words(slack.out.to(ben)[0]), "what the next should know"
    assert "weil Lea Brunner es dir übergeben hat" in words(slack.out.to(ben)[0])
    (step,) = of_account(store, helvetia)
    assert step.owner == ben.person
    assert "Ben Okafor" in words(slack.out.to(lea)[0]), "her card is edited"
    assert len(slack.out.to(lea)) == 1


def test_an_owner_whose_promise_the_kam_gives_to_somebody_else_hears_of_it(
    slack: Slack, lea: Member, kai: Member, ben: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    pick(slack, kai, slack.command(kai, "/kam promises HPU"), "Hand over")
    assert slack.submit(kai, owner=ben.id, text="Lea is on the road") == {}
    assert told(slack, lea) == ["Promise, Helvetia Pumpen: Kai Vogt gave it to Ben Okafor"]


def test_who_does_somebody_elses_step_tells_them(slack: Slack, lea: Member, kai: Member, helvetia: AccountId) -> None:
    make(slack, lea, helvetia, "todo")
    pick(slack, kai, slack.command(kai, "/kam todo HPU"), "✅ Done")
    assert told(slack, lea) == ["Next step, Helvetia Pumpen: Kai Vogt marked it as done"]


def test_a_stranger_sees_no_menu_and_a_forged_press_is_refused_with_who_may(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    listed = slack.command(ben, "/kam zusagen HPU")
    assert "A sample of the seal" in words(listed)
    assert "commitment.menu" not in json.dumps(listed)
    (promise,) = of_account(store, helvetia)
    with pytest.raises(errors.NotYourCommitment):
        commitments.finish(store, NOW, press(ben, promise))
    slack.click(ben, "commitment.done", press(ben, promise).pressed.key)
    assert "Lea Brunner kümmert sich darum und kann es ändern, ebenso Kai Vogt als KAM." in words(
        slack.modals.answers[-1]
    )


def press(actor: Member, commitment: Commitment, deed: Deed = Deed.DONE, key: str = "") -> Act:
    pressed = Pressed(deed, commitment.kind, commitment.id, commitment.version)
    return Act(actor, pressed, key or new_key(), ReplyTo(actor.id, "https://hooks.slack.test/9"))


def test_pressed_twice_it_is_done_once_and_the_second_of_two_hears_who_was_first(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    (promise,) = of_account(store, helvetia)
    command = press(lea, promise, key=new_key())
    commitments.finish(store, NOW + timedelta(minutes=1), command)
    commitments.finish(store, NOW + timedelta(minutes=2), command)
    with pytest.raises(errors.CommitmentChanged) as late:
        commitments.finish(store, NOW, press(kai, promise))
    assert (late.value.action, late.value.by) == ("promise.done", lea.person)
    slack.click(kai, "commitment.done", press(kai, promise).pressed.key)
    assert "Lea Brunner marked it as kept" in words(slack.modals.answers[-1])


def test_of_many_who_finish_at_once_one_does(slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId) -> None:
    make(slack, lea, helvetia)
    (promise,) = of_account(store, helvetia)
    answers = at_once(lambda: commitments.finish(store, NOW, press(lea, promise)), 4)
    assert sum(answer is None for answer in answers) == 1
    assert {type(answer) for answer in answers if answer is not None} == {errors.CommitmentChanged}


def test_a_note_of_a_restricted_account_exists_for_its_circle_and_whoever_has_the_step(
    slack: Slack, store: SqlStore, company: Company, lea: Member, kai: Member, ben: Member
) -> None:
    hidden = company.account("Orion Werke", "ORI", kam=kai, access="restricted")
    log(slack, kai, hidden, next_step="Check the plant", next_step_owner=lea.id, next_step_due="2026-12-04")
    assert [one.text for one in of_account(store, hidden, kai)] == ["Check the plant"]
    (hers,) = of_account(store, hidden, lea)
    assert (hers.text, hers.number) == ("Check the plant", None), "of the note itself she knows nothing"
    assert of_account(store, hidden, ben) == []
    assert told(slack, lea) == ["Next step, a restricted account: due on Fri 4 Dec"]
    assert "ORI" in words(slack.command(ben, "/kam promises ORI"))
    (step,) = of_account(store, hidden)
    with pytest.raises(errors.UnknownObject):
        commitments.finish(store, NOW, press(ben, step))


@pytest.mark.parametrize(("visibility", "seen"), [("company", 1), ("team", 0), ("leadership", 0), ("private", 0)])
def test_a_promise_is_seen_by_whom_its_visibility_names(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId, visibility: str, seen: int
) -> None:
    make(slack, lea, helvetia, visibility=visibility)
    log(slack, lea, helvetia, promise="Another seal", promise_due="2026-12-04", visibility=visibility)
    assert len(of_account(store, helvetia, lea)) == 2
    assert len(of_account(store, helvetia, ben)) == 2 * seen
    assert ("seal" in words(slack.command(ben, "/kam zusagen HPU"))) is bool(seen)


def test_an_edited_log_keeps_state_id_owner_and_first_date_of_its_promise_and_step(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, helvetia: AccountId
) -> None:
    log(slack, lea, helvetia, promise="A seal", promise_due="2026-12-04", next_step="Call them")
    promise, step = of_account(store, helvetia)
    assert (promise.kind, step.kind) == (Kind.PROMISE, Kind.NEXT_STEP)
    commitments.finish(store, NOW, press(lea, step))
    edit(slack, lea, promise="A blue seal", promise_due="2026-12-07")
    edited, done = of_account(store, helvetia, closed_since=date(2026, 11, 1))
    assert (edited.id, edited.text, edited.due_on, edited.first_due_on) == (
        promise.id,
        "A blue seal",
        date(2026, 12, 7),
        DUE,
    )
    assert (done.id, done.state) == (step.id, State.DONE)
    assert "Promise, Helvetia Pumpen: Lea Brunner moved it to Mon 7 Dec" in told(slack, kai)
    waiting = due_at(store, promise)
    assert [moment.date() for moment in waiting] == [date(2026, 11, 30)], "the clock follows"


def edit(slack: Slack, actor: Member, **typed: Any) -> None:
    delivered(slack)
    shown = next(one for one in reversed(slack.out.replies) if "log.edit" in json.dumps(one))
    slack.press(actor, shown, "Edit")
    assert slack.submit(actor, **typed) == {}


def due_at(store: SqlStore, commitment: Commitment) -> list[Any]:
    with store.read(WORKSPACE) as tx:
        return [timer.due.at for timer in tx.timers.waiting(commitment.about, "commitment.remind")]


def log_both(slack: Slack, lea: Member, ben: Member, account: AccountId) -> None:
    log(
        slack,
        lea,
        account,
        promise="A seal",
        promise_due="2026-12-04",
        next_step="Call them",
        next_step_owner=ben.id,
        next_step_due="2026-12-01",
    )


def test_what_is_taken_out_of_a_log_is_withdrawn(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    log_both(slack, lea, ben, helvetia)
    step, promise = of_account(store, helvetia)
    assert told(slack, ben) == ["Nächster Schritt, Helvetia Pumpen: fällig am Di 1. Dez."]
    edit(slack, lea, next_step="")
    assert [one.id for one in of_account(store, helvetia)] == [promise.id]
    assert "zurückgezogen" in words(edited(slack, ben)), "what was told is edited"
    assert due_at(store, step) == []
    assert "Call them" not in words(slack.command(lea, "/kam I-1"))


def test_promise_and_step_of_an_undone_log_go_with_it(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    log_both(slack, lea, ben, helvetia)
    step, promise = of_account(store, helvetia)
    delivered(slack)
    shown = next(one for one in reversed(slack.out.replies) if "log.undo" in json.dumps(one))
    slack.press(lea, shown, "Undo")
    assert of_account(store, helvetia) == []
    assert due_at(store, promise) == due_at(store, step) == []
    assert words(edited(slack, ben)) == "↩️ Das wurde zurückgenommen, oder du kümmerst dich nicht mehr darum."


def edited(slack: Slack, whom: Member) -> dict[str, Any]:
    delivered(slack)
    (post,) = slack.out.to(whom)
    return post


def test_a_favour_ticked_in_a_log_is_a_favour_that_follows_it(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    anna = company.contact(helvetia, "Anna Keller")
    log(slack, lea, helvetia, favour="introduction")
    edit(slack, lea, contacts=[anna])
    with store.read(WORKSPACE) as tx:
        reader = tx.access.viewer(ben)
        (favour,) = tx.favours.of_contacts([anna], reader, 5)
    assert (favour.text, favour.kind, favour.number, favour.member) == (
        "Visited the plant",
        "introduction",
        1,
        lea.person,
    )
    edit(slack, lea, visibility="team")
    with store.read(WORKSPACE) as tx:
        assert tx.favours.of_accounts([helvetia], tx.access.viewer(ben), 5) == ()
    with store.engine.connect() as connection:
        assert connection.execute(select(FavourRow.withdrawn_at)).scalars().all() == [None], "one row all the time"


def test_a_promise_reminds_its_owner_before_and_on_the_day_and_the_kam_afterwards(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    delivered(slack)
    heard: dict[date, list[str]] = {}
    for _ in range(24):
        fire(slack)
        before = len(slack.out.posts)
        delivered(slack)
        for post in slack.out.posts[before:]:
            heard.setdefault(slack.now.date(), []).append(f"{post['place']} {post['text']}")
        slack.later(hours=24 - (6 / 3600))
    assert heard == {
        date(2026, 11, 27): [f"{lea.id} Promise, Helvetia Pumpen: due on Fri 4 Dec"],
        date(2026, 12, 3): [f"{lea.id} Promise, Helvetia Pumpen: due on Fri 4 Dec"],
        date(2026, 12, 4): [f"{lea.id} Promise, Helvetia Pumpen: due today"],
        date(2026, 12, 7): [f"{kai.id} Promise, Helvetia Pumpen: was due on Fri 4 Dec"],
    }
    slack.press(kai, slack.out.to(kai)[-1], "Kept", ephemeral=False)
    assert of_account(store, helvetia) == []
    delivered(slack)
    assert "kept on" in words(slack.out.to(kai)[-1])


def test_of_an_absent_owner_the_deputy_is_reminded_and_may_act(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia, "todo")
    slack.press(lea, slack.command(lea, "/kam absence"), "Enter absence")
    slack.submit(lea, starts_on="2026-12-01", ends_on="2026-12-11", deputy=ben.id)
    slack.later(days=14)
    fire(slack)
    texts = told(slack, ben)
    assert texts[-1] == "Nächster Schritt, Helvetia Pumpen: heute fällig"
    shown = slack.out.to(ben)[-1]
    assert "Du siehst das, weil du Lea Brunner vertrittst." in words(shown)
    slack.press(ben, shown, "Erledigt", ephemeral=False)
    assert of_account(store, helvetia) == []


def test_what_is_older_than_reminders_is_watched_from_now_on_and_its_past_is_not_told(
    slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    (promise,) = of_account(store, helvetia)
    delivered(slack)
    with store.begin(WORKSPACE) as tx:
        tx.timers.cancel(promise.about)
        tx.timers.set(Timer(promise.about, "commitment.begin", Moment(NOW - timedelta(days=90)), "first"))
    fire(slack)
    assert told(slack, lea) == []
    assert [at.date() for at in due_at(store, promise)] == [date(2026, 11, 27)]


def test_somebody_without_a_day_is_reminded_of_nothing(
    slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia, "todo", due_on=None)
    with store.engine.connect() as connection:
        steps = connection.execute(select(TimerRow.step).where(TimerRow.subject == "next_step")).all()
    assert steps == []
    assert "no date" in words(slack.command(lea, "/kam todo"))


def test_a_merged_account_has_no_promises(
    slack: Slack, store: SqlStore, company: Company, lea: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    other = company.account("Helvetia Pumpen AG")
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == helvetia).values(merged_into_id=other))
    assert of_account(store, helvetia) == []
    assert "No promise is open here." in words(slack.command(lea, "/kam promises"))


def test_the_form_of_a_promise_offers_the_contacts_of_the_account_that_was_chosen(
    slack: Slack, store: SqlStore, company: Company, lea: Member, helvetia: AccountId
) -> None:
    anna = company.contact(helvetia, "Anna Keller")
    slack.press(lea, slack.command(lea, "/kam promises"), "New")
    slack.choose(lea, "account", str(helvetia))
    assert slack.search(lea, "contact.find") == ["Anna Keller"]
    typed: dict[str, Any] = {"account": helvetia, "text": "A seal", "due_on": str(DUE), "contact": anna}
    assert slack.submit(lea, **typed) == {}
    (promise,) = of_account(store, helvetia)
    assert promise.contact is not None
    assert promise.contact.name == "Anna Keller"


def test_a_form_that_slack_did_not_open_is_opened_again(
    slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId
) -> None:
    slack.modals.silent = True
    slack.press(lea, slack.command(lea, "/kam promises HPU"), "New")
    slack.modals.silent = False
    slack.press(lea, slack.modals.answers[-1], "Open the form")
    assert slack.submit(lea, text="A seal", due_on=str(DUE)) == {}
    slack.modals.silent = True
    pick(slack, lea, slack.command(lea, "/kam promises"), "Move")
    slack.modals.silent = False
    slack.press(lea, slack.modals.answers[-1], "Open the form")
    assert slack.submit(lea, due_on="2026-12-11", text="late") == {}
    assert of_account(store, helvetia)[0].due_on == date(2026, 12, 11)


def test_a_form_sent_again_with_other_content_is_told_that_it_was_saved(
    slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId
) -> None:
    slack.press(lea, slack.command(lea, "/kam promises HPU"), "New")
    view = {**slack.modals.opened[-1]}
    assert slack.submit(lea, {**view}, view_id="V9", text="A seal", due_on=str(DUE)) == {}
    assert "errors" in slack.submit(lea, {**view}, view_id="V9", text="Two seals", due_on=str(DUE))
    pick(slack, lea, slack.command(lea, "/kam promises"), "Withdraw")
    view = {**slack.modals.opened[-1]}
    assert slack.submit(lea, {**view}, view_id="V10", text="not needed") == {}
    assert "errors" in slack.submit(lea, {**view}, view_id="V10", text="never mind")
    assert of_account(store, helvetia) == []


def test_of_two_open_forms_the_second_is_told_who_was_first(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    (promise,) = of_account(store, helvetia)
    with pytest.raises(errors.OutOfDate):
        Pressed.of("")
    slack.later(minutes=1)
    pick(slack, lea, slack.command(lea, "/kam promises"), "Move")
    hers = {**slack.modals.opened[-1]}
    pick(slack, kai, slack.command(kai, "/kam promises HPU"), "Withdraw")
    assert slack.submit(lea, hers, due_on="2026-12-11", text="late") == {}
    (said,) = slack.submit(kai, text="no need")["errors"].values()
    assert "Lea Brunner moved it to another date" in said
    assert of_account(store, helvetia)[0].id == promise.id


def test_who_lost_the_right_while_the_form_was_open_is_told_who_may(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    pick(slack, kai, slack.command(kai, "/kam promises HPU"), "Move")
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == helvetia).values(kam_id=None))
    (said,) = slack.submit(kai, due_on="2026-12-11", text="late")["errors"].values()
    assert said == "Lea Brunner looks after this and can change it. Please ask them."


def test_somebody_who_is_no_colleague_cannot_be_given_it(
    slack: Slack, store: SqlStore, company: Company, lea: Member, helvetia: AccountId
) -> None:
    gone = company.member("Otto Gone", standing="deactivated")
    make(slack, lea, helvetia)
    pick(slack, lea, slack.command(lea, "/kam promises"), "Hand over")
    assert list(slack.submit(lea, owner=gone.id)["errors"]) == ["owner"]
    slack.press(lea, slack.command(lea, "/kam promises HPU"), "New")
    assert list(slack.submit(lea, text="A seal", due_on=str(DUE), owner=gone.id)["errors"]) == ["owner"]
    assert len(of_account(store, helvetia)) == 1


def test_a_long_list_has_pages_and_a_page_that_emptied_is_the_first(
    slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId
) -> None:
    with store.begin(WORKSPACE) as tx:
        for day in range(1, 13):
            new = NewCommitment(Kind.NEXT_STEP, helvetia, f"step {day:02}", date(2026, 11, day + 14), lea.id, lea.id)
            tx.commitments.add(new, NOW)
    first = slack.command(lea, "/kam todo")
    assert "12 are open · ⏳ 5 are overdue" in words(first)
    assert words(first).index("step 01") < words(first).index("step 10")
    assert "step 11" not in words(first)
    slack.press(lea, first, "More")
    delivered(slack)
    assert "step 12" in words(slack.out.replies[-1])
    assert "Page 2 of 2" in words(slack.out.replies[-1])
    slack.click(lea, "worklist.filter", "next_step:mine:late:7")
    delivered(slack)
    assert "step 05" in words(slack.out.replies[-1])
    slack.click(lea, "todo.account", helvetia)
    slack.click(lea, "promises.account", helvetia)
    slack.click(lea, "worklist.filter", "promise:mine:closed:0")
    delivered(slack)
    assert {reply["text"].partition(":")[0] for reply in slack.out.replies[-3:]} == {
        "Next steps for Helvetia Pumpen",
        "Promises to Helvetia Pumpen",
        "Your promises",
    }


def test_a_name_that_is_not_clear_is_asked_about_and_one_nobody_bears_is_refused(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    assert "Which account do you mean?" in words(slack.command(lea, "/kam promises Helvetia Pumpn"))
    assert "I don't know an account called Zymurgy" in words(slack.command(lea, "/kam todo Zymurgy"))


def test_without_a_kam_the_kam_leads_hear_of_a_promise_that_is_over(
    slack: Slack, store: SqlStore, company: Company, lea: Member
) -> None:
    zoe = company.member("Zoe Lang", role="kam_lead")
    account = company.account("Brandneu", "HPU")
    make(slack, lea, account)
    slack.later(days=18)
    fire(slack)
    assert told(slack, zoe) == ["Promise, Brandneu: was due on Fri 4 Dec"]
    slack.press(zoe, slack.out.to(zoe)[0], "Kept", ephemeral=False)
    assert of_account(store, account) == []


def test_where_no_deputy_may_read_it_the_kam_is_reminded_instead(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, ben: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia, "todo", visibility="leadership")
    slack.press(lea, slack.command(lea, "/kam absence"), "Enter absence")
    slack.submit(lea, starts_on="2026-12-01", ends_on="2026-12-11", deputy=ben.id)
    slack.later(days=14)
    fire(slack)
    assert "Nächster" not in " ".join(told(slack, ben))
    assert told(slack, kai) == ["Next step, Helvetia Pumpen: due today"]


def test_a_timer_of_what_was_done_meanwhile_tells_nobody(
    slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    (promise,) = of_account(store, helvetia)
    commitments.finish(store, NOW, press(lea, promise))
    for step in ("commitment.remind", "commitment.begin"):
        with store.begin(WORKSPACE) as tx:
            tx.timers.set(Timer(promise.about, step, Moment(NOW), step))
    delivered(slack)
    fire(slack)
    assert told(slack, lea) == []


def test_a_promise_that_was_over_when_it_was_logged_reaches_the_kam_the_next_working_day(
    slack: Slack, lea: Member, kai: Member, helvetia: AccountId
) -> None:
    log(slack, lea, helvetia, promise="A seal", promise_due="2026-11-18")
    slack.later(days=3)
    fire(slack)
    assert told(slack, kai) == ["Promise, Helvetia Pumpen: was due on Wed 18 Nov"]


def test_the_readers_of_both_kinds_may_ask_for_none(store: SqlStore, helvetia: AccountId) -> None:
    assert of_account(store, helvetia, kinds=()) == []
