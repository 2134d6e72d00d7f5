"""Promises and next steps: listed, made, done, moved, handed over, withdrawn; those of a note follow it."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.domain import errors
from bot.domain.commitments import Kind, NewCommitment, State
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.services import commitments
from storage.store import SqlStore
from storage.tables import AccountRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.race import at_once
from tests.services.commitment_play import DUE, as_it_is, delivered, log, make, of_account, pick, press, told
from tests.slack import Slack, words


def test_a_promise_is_made_shown_and_kept(slack: Slack, store: SqlStore, lea: Member, helvetia: AccountId) -> None:
    assert "No promise is open here." in words(slack.command(lea, "/kam promises"))
    make(slack, lea, helvetia)
    delivered(slack)
    listed = slack.out.replies[-1]
    assert "Promises to Helvetia Pumpen" in words(listed)
    assert "A sample of the seal" in words(listed)
    assert "Fri 4 Dec" in words(slack.command(lea, "/kam promises"))

    (promise,) = of_account(store, helvetia)
    pick(slack, lea, slack.command(lea, "/kam promises"), "✅ Kept")
    delivered(slack)
    assert "No promise is open here." in words(slack.out.replies[-1]), "the list is shown anew"
    assert of_account(store, helvetia) == []
    kept = as_it_is(store, promise)
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


def test_a_merged_account_has_no_promises(
    slack: Slack, store: SqlStore, company: Company, lea: Member, helvetia: AccountId
) -> None:
    make(slack, lea, helvetia)
    other = company.account("Helvetia Pumpen AG")
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == helvetia).values(merged_into_id=other))
    assert of_account(store, helvetia) == []
    assert "No promise is open here." in words(slack.command(lea, "/kam promises"))


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
