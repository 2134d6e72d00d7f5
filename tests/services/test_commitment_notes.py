"""What is left of a message about a promise or next step once it was used, or somebody was faster."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.services import timers
from storage.store import SqlStore
from storage.tables import AccountRow, PromiseRow
from tests.company import WORKSPACE, Company
from tests.services.commitment_play import delivered, make, pick, told
from tests.slack import Slack, words


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner")


@pytest.fixture
def kai(company: Company) -> Member:
    return company.member("Kai Vogt")


@pytest.fixture
def helvetia(company: Company, kai: Member) -> AccountId:
    return company.account("Helvetia Pumpen", "HPU", kam=kai)


@pytest.fixture
def note(slack: Slack, lea: Member, kai: Member, helvetia: AccountId) -> dict[str, Any]:
    """What the KAM hears of a promise that Lea moved."""
    make(slack, lea, helvetia)
    move(slack, lea, "2026-12-11")
    assert told(slack, kai) == ["Promise, Helvetia Pumpen: Lea Brunner moved it to Fri 11 Dec"]
    (note,) = slack.out.to(kai)
    assert labels(note) == ["Kept", "Move"]
    return note


def move(slack: Slack, actor: Member, day: str) -> None:
    pick(slack, actor, slack.command(actor, "/kam promises"), "Move")
    assert slack.submit(actor, due_on=day, text="The seal is late") == {}
    delivered(slack)


def on(slack: Slack, whom: Member, at: int = 0) -> dict[str, Any]:
    """Say where a message of somebody's stands, as Slack does when it is pressed."""
    ts = slack.out.to(whom)[at]["ts"]
    return {
        "ephemeral": False,
        "container": {"type": "message", "channel_id": f"D{whom.id}", "message_ts": ts, "is_ephemeral": False},
    }


def labels(message: dict[str, Any]) -> list[str]:
    """Return what the buttons of a message say."""
    elements = [one for block in message["blocks"] for one in block.get("elements", [])]
    return [one["text"]["text"] for one in elements if one.get("type") == "button"]


def replaced(slack: Slack) -> dict[str, Any]:
    """Return what stands in place of the message that was pressed last."""
    delivered(slack)
    shown = slack.out.replies[-1]
    assert shown["replace"]
    return shown


@pytest.mark.parametrize(
    ("deed", "typed", "said"),
    [
        ("Kept", None, "kept on Fri 20 Nov"),
        ("Move", {"due_on": "2026-12-18", "text": "Later"}, "Fri 18 Dec (first Fri 4 Dec)"),
        ("Hand over", {"owner": "UKAIVOGT"}, "Kai Vogt"),
        ("Withdraw", {}, "withdrawn on Fri 20 Nov"),
    ],
)
def test_a_note_from_which_something_was_done_shows_what_became_of_it(
    slack: Slack, kai: Member, note: dict[str, Any], deed: str, typed: dict[str, Any] | None, said: str
) -> None:
    if deed in labels(note):
        slack.press(kai, note, deed, **on(slack, kai))
    else:
        pick(slack, kai, note, deed, **on(slack, kai))
    assert typed is None or slack.submit(kai, **typed) == {}
    shown = replaced(slack)
    assert said in words(shown)
    assert labels(shown) == ([] if deed in {"Kept", "Withdraw"} else ["Kept", "Move"])


@pytest.mark.parametrize("deed", ["Kept", "Move"])
def test_a_note_that_was_overtaken_is_answered_with_who_was_faster_and_loses_its_buttons(
    slack: Slack, store: SqlStore, lea: Member, kai: Member, note: dict[str, Any], deed: str
) -> None:
    pick(slack, lea, slack.command(lea, "/kam promises"), "✅ Kept")
    delivered(slack)
    for _ in range(2):
        slack.press(kai, note, deed, **on(slack, kai))
        assert "Lea Brunner marked it as kept" in words(slack.modals.answers[-1])
    shown = replaced(slack)
    assert labels(shown) == []
    assert "Lea Brunner moved it*" in words(shown), "it still tells what happened then"
    assert "✅ kept on Fri 20 Nov" in words(shown)
    with store.engine.connect() as connection:
        assert connection.execute(select(func.max(PromiseRow.version))).scalar_one() == 3, "moved, then kept once"


def test_a_note_of_another_date_does_not_say_that_a_later_one_was_theirs(
    slack: Slack, lea: Member, kai: Member, note: dict[str, Any]
) -> None:
    move(slack, lea, "2026-12-18")
    slack.press(kai, note, "Kept", **on(slack, kai))
    assert "Lea Brunner moved it to another date" in words(slack.modals.answers[-1])
    shown = replaced(slack)
    assert "Lea Brunner moved it*" in words(shown)
    assert "🟡 open · Fri 18 Dec (first Fri 4 Dec) · Lea Brunner" in words(shown)
    slack.press(kai, shown, "Kept", **on(slack, kai))
    assert "kept on Fri 20 Nov" in words(replaced(slack)), "its buttons are those of now"


def test_who_may_no_longer_see_it_is_shown_nothing_of_it_when_they_press(
    slack: Slack, store: SqlStore, kai: Member, note: dict[str, Any]
) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(kam_id=None, access="restricted"))
    before = len(slack.out.replies)
    slack.press(kai, note, "Kept", **on(slack, kai))
    delivered(slack)
    assert len(slack.out.replies) == before
    assert "Helvetia" not in words(slack.modals.answers[-1])


def reminded_twice(slack: Slack, lea: Member, helvetia: AccountId) -> list[dict[str, Any]]:
    """Return what stands in Lea's messages once a promise came near."""
    make(slack, lea, helvetia)
    delivered(slack)
    for days in (7, 6):
        slack.later(days=days)
        with slack.store.read(WORKSPACE) as tx:
            due = tx.timers.due(slack.now, 50)
        for timer_id in due:
            timers.fire(slack.store, WORKSPACE, timer_id, slack.now)
        delivered(slack)
    reminders = slack.out.to(lea)
    assert [labels(one) for one in reminders] == [["Kept", "Move"], ["Kept", "Move"]]
    return reminders


def test_an_older_reminder_shows_what_became_of_it_when_it_is_pressed(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    first, _ = reminded_twice(slack, lea, helvetia)
    slack.press(lea, first, "Kept", **on(slack, lea, 0))
    assert labels(replaced(slack)) == []
    assert labels(slack.out.to(lea)[1]) == [], "the one that stands is edited"
    slack.press(lea, first, "Kept", **on(slack, lea, 0))
    assert "Lea Brunner marked it as kept" in words(slack.modals.answers[-1])


def test_an_older_reminder_of_what_is_over_loses_its_buttons_when_it_is_pressed(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    first, _ = reminded_twice(slack, lea, helvetia)
    pick(slack, lea, slack.command(lea, "/kam promises"), "Withdraw")
    assert slack.submit(lea) == {}
    delivered(slack)
    slack.press(lea, first, "Kept", **on(slack, lea, 0))
    shown = replaced(slack)
    assert labels(shown) == []
    assert "withdrawn on" in words(shown)
