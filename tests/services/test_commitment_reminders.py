from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.domain.commitments import State
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.domain.timers import Moment, Timer
from bot.services import commitments, timers
from storage.store import SqlStore
from storage.tables import TimerRow
from tests.company import NOW, WORKSPACE, Company
from tests.services.commitment_play import delivered, due_at, log, make, of_account, pick, press, told
from tests.slack import Slack, words


def fire(slack: Slack) -> None:
    """Let every due timer happen."""
    for _ in range(4):
        with slack.store.read(WORKSPACE) as tx:
            due = tx.timers.due(slack.now, 50)
        for timer_id in due:
            timers.fire(slack.store, WORKSPACE, timer_id, slack.now)


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


@pytest.mark.parametrize("verb", ["promises", "todo"])
def test_who_stands_in_has_in_the_lists_what_the_owner_has_and_nobody_else(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, helvetia: AccountId, verb: str
) -> None:
    otto = company.member("Otto")
    make(slack, lea, helvetia, verb)
    slack.press(lea, slack.command(lea, "/kam absence"), "Enter absence")
    slack.submit(lea, starts_on="2026-11-20", ends_on="2026-11-27", deputy=ben.id)

    def deeds(reader: Member) -> list[str]:
        blocks = slack.command(reader, f"/kam {verb} HPU")["blocks"]
        menus = (one["accessory"]["options"] for one in blocks if one.get("accessory", {}).get("type") == "overflow")
        return [option["text"]["text"] for menu in menus for option in menu]

    kept = {"promises": "✅ Eingehalten", "todo": "✅ Erledigt"}[verb]
    assert deeds(ben) == [kept, "Verschieben", "Übergeben", "Zurückziehen"]
    assert len(deeds(lea)) == 4
    assert deeds(otto) == []
    listed = slack.command(ben, f"/kam {verb} HPU")
    slack.later(days=10)
    assert deeds(ben) == [], "she is back"
    pick(slack, ben, listed, kept)
    assert "Lea Brunner kümmert sich darum" in words(slack.modals.answers[-1])
    assert [one.state for one in of_account(store, helvetia)] == [State.OPEN]


def test_an_author_who_stands_in_may_hand_over_as_the_owner_may(
    slack: Slack, store: SqlStore, company: Company, lea: Member, helvetia: AccountId
) -> None:
    otto = company.member("Otto")
    make(slack, otto, helvetia, owner=lea.id)
    assert "Hand over" not in str(slack.command(otto, "/kam promises HPU"))
    slack.press(lea, slack.command(lea, "/kam absence"), "Enter absence")
    slack.submit(lea, starts_on="2026-11-20", ends_on="2026-11-27", deputy=otto.id)
    pick(slack, otto, slack.command(otto, "/kam promises HPU"), "Hand over")
    assert slack.submit(otto, owner=otto.id) == {}
    assert [one.owner for one in of_account(store, helvetia)] == [otto.person]


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
