from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain import errors
from bot.domain.commitments import Pressed
from bot.domain.identity import AccountId
from bot.domain.members import Member
from storage.store import SqlStore
from storage.tables import AccountRow
from tests.company import Company
from tests.services.commitment_play import DUE, make, of_account, pick
from tests.slack import Slack


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
