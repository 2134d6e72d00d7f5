"""Merges in Slack: the form, what moves, Undo; who may, twice, late, hidden, by hand."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.delivery import Ref, Subject
from bot.services import timers
from storage.tables import (
    AccountNameRow,
    AccountRow,
    AuditRow,
    InteractionRow,
    MergedValueRow,
    MergeRow,
    TimerRow,
)
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Slack, words
from tests.twins import Two, find, pair


@pytest.fixture
def two(slack: Slack, company: Company) -> Two:
    return Two(slack, company)


def test_the_form_shows_what_moves_and_what_differs_and_proposes_the_fuller_one(two: Two) -> None:
    shown = words(two.form())

    assert "*Helvetia Pumpn* becomes part of *Helvetia Pumpen*, with 1 note." in shown
    assert "taken back for 30 days" in shown


def test_choosing_the_other_one_shows_what_then_moves(two: Two) -> None:
    two.form()
    two.slack.choose(two.lea, "stays", str(two.goes))

    shown = words(two.slack.modals.opened[-1])
    assert "*Helvetia Pumpen* becomes part of *Helvetia Pumpn*, with 2 notes." in shown
    assert "Best pumps" in shown


def test_a_merge_moves_everything_and_says_so(two: Two) -> None:
    two.merge()

    assert "✅ Helvetia Pumpn is now part of Helvetia Pumpen." in two.said()
    assert "It brought 1 note." in two.said()
    with two.slack.store.engine.connect() as connection:
        assert set(connection.execute(select(InteractionRow.account_id)).scalars()) == {two.stays}
        bearing = connection.execute(select(AccountNameRow.name).where(AccountNameRow.account_id == two.stays))
        assert {*bearing.scalars()} == {"Helvetia Pumpen", "Helvetia Pumpn", "HPX"}
        audited = connection.execute(select(AuditRow.object_id).where(AuditRow.action == "account.merged")).scalars()
        assert {*audited} == {two.goes, two.stays}
    assert "Helvetia Pumpen" in words(two.slack.command(two.tom, "/kam account HPX"))
    assert "one note here" in words(two.slack.command(two.tom, "/kam-ask note Helvetia Pumpen"))


def test_an_old_button_leads_to_the_survivor(two: Two) -> None:
    two.merge()
    two.slack.click(two.tom, "account.pick0", two.goes)
    two.slack.deliver()

    assert "Helvetia Pumpen" in two.said()


def test_a_form_that_comes_twice_merges_once(two: Two) -> None:
    form = two.form()
    for _ in range(2):
        assert two.slack.submit(two.lea, form, view_id="V9") == {}
    two.slack.deliver()

    with two.slack.store.read(WORKSPACE) as tx:
        assert len(tx.merges.recent(tx.access.viewer(two.lea), NOW - timedelta(days=1), 5)) == 1


def test_the_second_of_two_who_merge_is_told_who_did_it(two: Two) -> None:
    twins_id = two.found()
    forms = [(who, two.form(who, twins_id)) for who in (two.vera, two.lea)]
    assert two.slack.submit(forms[0][0], forms[0][1]) == {}

    answer = two.slack.submit(forms[1][0], forms[1][1])

    assert "Vera Roth merged Helvetia Pumpn into Helvetia Pumpen" in answer["errors"]["stays"]


def test_a_form_about_what_was_changed_since_asks_to_look_again(two: Two) -> None:
    form = two.form()
    with two.slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == two.goes).values(version=7))

    answer = two.slack.submit(two.lea, form)

    assert (
        "Helvetia Pumpn was changed" in answer["errors"]["stays"]
        or "changed Helvetia Pumpn" in answer["errors"]["stays"]
    )


def test_undo_takes_everything_back_and_keeps_what_was_added_since(two: Two) -> None:
    merge_id = two.merge()
    two.slack.later(days=29)
    two.slack.command(two.lea, "/kam-log HPX: said after the merge")

    two.slack.click(two.lea, "merge.undo", merge_id)
    two.slack.deliver()

    assert "Helvetia Pumpn stands on its own again" in two.said()
    assert "What was added since the merge stays with Helvetia Pumpen" in two.said()
    with two.slack.store.engine.connect() as connection:
        rows = connection.execute(select(InteractionRow.text, InteractionRow.account_id)).all()
    at = {row.text: row.account_id for row in rows}
    assert at["one note here"] == two.goes
    assert at["said after the merge"] == two.stays


def test_after_thirty_days_undo_is_refused_in_words(two: Two) -> None:
    merge_id = two.merge()
    two.slack.later(days=31)
    two.slack.click(two.lea, "merge.undo", merge_id)

    assert "can be taken back for 30 days" in two.refused()


def test_undo_is_done_once_and_the_second_is_told(two: Two) -> None:
    merge_id = two.merge()
    two.slack.click(two.vera, "merge.undo", merge_id)
    two.slack.click(two.lea, "merge.undo", merge_id)

    assert "Vera Roth took this merge back" in two.refused()


def test_what_was_merged_further_is_taken_back_last_first(two: Two) -> None:
    merge_id = two.merge()
    third = two.company.account("Helvetia", kam=two.lea)
    two.slack.click(two.lea, "merge.form", pair(two.company, Subject.ACCOUNT, two.stays, third))
    assert two.slack.submit(two.lea, stays=str(third)) == {}

    two.slack.click(two.lea, "merge.undo", merge_id)

    assert "Helvetia Pumpen is part of Helvetia by now" in two.refused()


def test_who_looks_after_only_one_may_not_decide_and_hears_who_may(two: Two) -> None:
    twins_id = two.found()
    with two.slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == two.goes).values(kam_id=two.tom.id))

    for action in ("twins.dismiss", "merge.form"):
        two.slack.click(two.lea, action, twins_id)
        assert "Only who looks after both may do this, or a KAM lead: Vera Roth." in two.refused()


def test_who_lost_the_right_meanwhile_merges_nothing(two: Two) -> None:
    form = two.form()
    with two.slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == two.goes).values(kam_id=None))

    assert "Only who looks after both" in two.slack.submit(two.lea, form)["errors"]["stays"]


@pytest.mark.parametrize("action", ["twins.dismiss", "merge.form", "merge.undo"])
def test_a_stranger_with_a_hidden_pairs_id_hears_the_same_as_for_any_other_number(two: Two, action: str) -> None:
    with two.slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(access="restricted"))
    known = two.merge() if action == "merge.undo" else two.found()

    answers = []
    for value in (known, 424242):
        two.slack.click(two.tom, action, value)
        answers.append(two.refused())

    assert answers[0] == answers[1]


def test_merging_an_open_and_a_restricted_one_says_what_that_means_and_hides_both(two: Two) -> None:
    with two.slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == two.goes).values(access="restricted"))
    shown = words(two.form())
    assert "Helvetia Pumpn is restricted, so both are from then on" in shown
    assert "Account team and relationship owners of Helvetia Pumpen then see all of Helvetia Pumpn" in shown
    assert "already stays there" in shown

    assert two.slack.submit(two.lea) == {}
    two.slack.deliver()

    assert two.slack.out.replies[-1]["text"] == "Two restricted accounts were merged or taken apart."
    with two.slack.store.engine.connect() as connection:
        assert (
            connection.execute(select(AccountRow.access).where(AccountRow.id == two.stays)).scalar_one() == "restricted"
        )
    assert "don't know" in words(two.slack.command(two.tom, "/kam account Helvetia Pumpen"))


def test_who_looked_after_the_other_one_stays_on_the_team_and_hears_of_it(two: Two) -> None:
    with two.slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == two.goes).values(kam_id=two.tom.id))
    shown = words(two.form(two.vera))
    assert "On the account team from then on: Tom Frei." in shown
    assert "*KAM*: Lea Brunner instead of Tom Frei" in shown

    assert two.slack.submit(two.vera) == {}
    two.slack.deliver()

    told = words(two.slack.out.to(two.tom)[-1])
    assert "Vera Roth merged Helvetia Pumpn into Helvetia Pumpen." in told
    assert "because you look after one of the two" in told
    with two.slack.store.read(WORKSPACE) as tx:
        assert two.stays in tx.access.viewer(two.tom).circle


def test_by_hand_one_chooses_the_other_and_then_sees_the_form(two: Two) -> None:
    two.slack.click(two.lea, "account.menu", f"merge:{two.goes}")
    assert "Which account is the same as *Helvetia Pumpn*?" in words(two.slack.modals.opened[-1])

    answer = two.slack.submit(two.lea, other=str(two.stays))

    assert answer["response_action"] == "update"
    assert "becomes part of" in words(answer["view"])
    assert two.slack.submit(two.lea, answer["view"]) == {}
    two.slack.deliver()
    assert "is now part of" in two.said()


def test_by_hand_neither_itself_nor_what_one_may_not_see_is_taken(two: Two) -> None:
    hidden = two.company.account("Arven", access="restricted")
    two.slack.click(two.lea, "account.menu", f"merge:{two.goes}")

    assert "same one" in two.slack.submit(two.lea, other=str(two.goes))["errors"]["other"]
    said = [two.slack.submit(two.lea, other=str(one))["errors"]["other"] for one in (hidden, 424242)]
    assert said[0] == said[1] == "That one does not exist any more. Please choose another."


def test_by_hand_who_may_not_is_told_at_once(two: Two) -> None:
    two.slack.click(two.tom, "account.menu", f"merge:{two.goes}")

    assert "Only who looks after both" in two.refused()


def test_contacts_are_merged_by_whoever_is_their_owner(slack: Slack, company: Company) -> None:
    lea = company.member("Lea Brunner")
    account = company.account("Helvetia Pumpen")
    goes = company.contact(account, "S. Meier", owner=lea, title="Buyer", decision_roles=["buyer"])
    stays = company.contact(account, "Sandra Meier", owner=lea, email="sandra@x.example")
    find(slack)
    (card,) = slack.out.to(lea)
    assert "Are S. Meier and Sandra Meier one and the same?" in words(card)

    slack.press(lea, card, "Same: merge", ephemeral=False)
    assert slack.submit(lea, stays=str(stays)) == {}
    slack.deliver()

    assert "✅ S. Meier is now part of Sandra Meier." in words(slack.out.replies[-1])
    assert "merged S. Meier into Sandra Meier" in words(slack.out.to(lea)[0])
    with slack.store.read(WORKSPACE) as tx:
        side = tx.merges.side(Ref(Subject.CONTACT, stays), tx.access.viewer(lea))
    assert side is not None
    assert (side.values["title"], side.values["email"], side.values["decision_roles"]) == (
        "Buyer",
        "sandra@x.example",
        ["buyer"],
    )
    assert goes != stays


def test_a_contact_is_found_by_the_name_that_was_merged_away(slack: Slack, company: Company) -> None:
    lea, tom = company.member("Lea Brunner"), company.member("Tom Frei")
    account = company.account("Helvetia Pumpen", kam=lea)
    goes, stays = company.contact(account, "S. Meier"), company.contact(account, "Sandra Meier")
    slack.click(lea, "merge.form", pair(company, Subject.CONTACT, goes, stays))
    assert slack.submit(lea, stays=str(stays)) == {}

    for typed in ("/kam contact S. Meier", "/kam contact Helvetia Pumpen: s. meier", "/kam network who knows S. Meier"):
        assert "Sandra Meier" in words(slack.command(tom, typed))
    assert "S. Meier" not in words(slack.command(tom, "/kam contact S. Meier"))

    with slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(access="restricted"))
    assert "Sandra" not in words(slack.command(tom, "/kam contact S. Meier"))


def test_a_contact_of_a_restricted_account_never_becomes_part_of_an_open_one(slack: Slack, company: Company) -> None:
    lea, tom = company.member("Lea Brunner"), company.member("Tom Frei")
    top = company.account("Helvetia", kam=lea)
    unit = company.account("Helvetia Medtech", kam=lea, parent_id=top, access="restricted")
    seen = company.contact(top, "S. Meier", title="Buyer")
    hidden = company.contact(unit, "Sandra Meier", email="secret@x.example")
    slack.click(lea, "merge.form", pair(company, Subject.CONTACT, seen, hidden))
    form = slack.modals.opened[-1]
    shown = words(form)
    assert "only those who see Helvetia Medtech see this contact" in shown
    assert "The one at the restricted account stays" in shown
    assert "S. Meier (Helvetia)" not in shown

    assert "changed" in str(slack.submit(lea, form, stays=str(seen))["errors"]["stays"])
    assert slack.submit(lea, form, stays=str(hidden)) == {}
    slack.deliver()

    assert slack.out.replies[-1]["text"] == "Two contacts of a restricted account were merged or taken apart."
    for name in ("S. Meier", "Sandra Meier"):
        assert "secret" not in words(slack.command(tom, f"/kam contact {name}"))


def test_what_was_written_for_few_is_not_opened_by_taking_the_merge_back(two: Two) -> None:
    with two.slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == two.goes).values(access="restricted"))
    merge_id = two.merge()
    two.slack.later(seconds=60)
    two.slack.command(two.lea, "/kam-log Helvetia Pumpen: nobody else may know")

    two.slack.click(two.lea, "merge.undo", merge_id)
    two.slack.deliver()

    assert "🔒 Helvetia Pumpen stays restricted." in two.said()
    assert "don't know" in words(two.slack.command(two.tom, "/kam account Helvetia Pumpen"))


def test_an_account_is_open_again_where_nothing_was_added(two: Two) -> None:
    with two.slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == two.goes).values(access="restricted"))
    two.slack.click(two.lea, "merge.undo", two.merge())
    two.slack.deliver()

    assert "stays restricted" not in two.said()
    assert "Best pumps" in words(two.slack.command(two.tom, "/kam account Helvetia Pumpen"))
    assert "don't know" in words(two.slack.command(two.tom, "/kam account Helvetia Pumpn"))


def test_two_restricted_accounts_become_one_circle_and_the_form_says_so(two: Two) -> None:
    with two.slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(access="restricted"))

    assert "whoever sees one of them sees everything of both" in words(two.form())


def test_the_menu_of_the_account_card_offers_it_to_who_looks_after_it(two: Two) -> None:
    assert "Same as another one …" in words(two.slack.command(two.lea, "/kam account HPX"))
    assert "Same as another one …" not in words(two.slack.command(two.tom, "/kam account HPX"))


def test_by_hand_the_other_contact_is_searched_in_the_whole_group(slack: Slack, company: Company) -> None:
    lea = company.member("Lea Brunner")
    top = company.account("Helvetia", kam=lea)
    unit = company.account("Helvetia Pumpen", kam=lea, parent_id=top)
    one = company.contact(unit, "S. Meier")
    company.contact(top, "Sandra Meier")
    company.contact(company.account("Arven"), "Sandra Meierhans")

    slack.click(lea, "contact.menu", f"merge:{one}")

    assert slack.search(lea, "merge.find_contact") == ["Sandra Meier"]

    hidden = company.account("Helvetia Medtech", kam=lea, parent_id=unit, access="restricted")
    company.contact(hidden, "Sandra Meier-Roth")
    assert slack.search(lea, "merge.find_contact") == ["Sandra Meier", "Sandra Meier-Roth"]


def test_by_hand_nobody_is_offered_whom_one_may_not_see(slack: Slack, company: Company) -> None:
    tom = company.member("Tom Frei")
    top = company.account("Helvetia", kam=tom)
    one = company.contact(top, "S. Meier")
    company.contact(company.account("Helvetia Medtech", parent_id=top, access="restricted"), "Sandra Meier")

    slack.click(tom, "contact.menu", f"merge:{one}")

    assert slack.search(tom, "merge.find_contact") == []


def test_the_list_offers_to_take_back_what_was_merged_lately(two: Two) -> None:
    two.merge()

    shown = words(two.slack.command(two.lea, "/kam duplicates"))

    assert "Merged lately" in shown
    assert "Helvetia Pumpn into Helvetia Pumpen, Lea Brunner" in shown
    assert "No duplicates wait for you" in words(two.slack.command(two.tom, "/kam duplicates"))


def test_a_form_that_slack_did_not_open_opens_later(two: Two) -> None:
    two.slack.modals.silent = True
    two.slack.click(two.lea, "merge.form", two.found())
    two.slack.modals.silent = False

    two.slack.press(two.lea, two.slack.modals.answers[-1], "Open the form")

    assert "becomes part of" in words(two.slack.modals.opened[-1])


def test_what_merges_changed_is_forgotten_at_night_when_it_cannot_be_taken_back(two: Two) -> None:
    two.merge()
    two.slack.later(days=31)
    timers.keep(two.slack.store, WORKSPACE, two.slack.now)
    with two.slack.store.engine.connect() as connection:
        timer = connection.execute(select(TimerRow.id, TimerRow.due_at).where(TimerRow.step == "merges.purge")).one()
    assert timers.fire(two.slack.store, WORKSPACE, timer.id, timer.due_at)

    with two.slack.store.engine.connect() as connection:
        assert connection.execute(select(MergedValueRow.position)).all() == []
        assert len(connection.execute(select(MergeRow.id)).all()) == 1
