import json
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.domain.commitments import Kind, State
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.services import commitments
from storage.store import SqlStore
from storage.tables import FavourRow
from tests.company import NOW, WORKSPACE, Company
from tests.services.commitment_play import DUE, as_it_is, delivered, due_at, log, of_account, press, told
from tests.slack import Slack, words


def test_an_edited_log_keeps_state_id_owner_and_first_date_of_its_promise_and_step(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, helvetia: AccountId
) -> None:
    log(slack, lea, helvetia, promise="A seal", promise_due="2026-12-04", next_step="Call them")
    promise, step = of_account(store, helvetia)
    assert (promise.kind, step.kind) == (Kind.PROMISE, Kind.NEXT_STEP)
    commitments.finish(store, NOW, press(lea, step))
    edit(slack, lea, promise="A blue seal", promise_due="2026-12-07")
    (edited,) = of_account(store, helvetia)
    done = as_it_is(store, step)
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
