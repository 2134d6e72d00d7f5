"""How promises and next steps are made, found, changed and heard of in Slack."""

from datetime import date
from typing import Any

from bot.domain.access import ITSELF
from bot.domain.commitments import Act, Commitment, Deed, Pressed
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId
from bot.domain.members import Member
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, new_key
from tests.slack import Slack

DUE = date(2026, 12, 4)
"""A Friday, two weeks after NOW."""


def of_account(store: SqlStore, account: AccountId, viewer: Member | None = None) -> list[Commitment]:
    """Read what is promised or to be done at an account."""
    with store.read(WORKSPACE) as tx:
        reader = tx.access.viewer(viewer) if viewer else ITSELF
        return list(tx.commitments.due([account], reader, NOW.date(), 100).commitments)


def as_it_is(store: SqlStore, one: Commitment) -> Commitment:
    """Read a promise or next step again, open or not."""
    with store.read(WORKSPACE) as tx:
        found = tx.commitments.whole(one.kind, one.id)
    assert found is not None
    return found


def make(slack: Slack, actor: Member, account: AccountId, verb: str = "promises", **typed: Any) -> None:
    """Fill the form behind *New*."""
    slack.press(actor, slack.command(actor, f"/kam {verb} HPU"), "New")
    answer = slack.submit(actor, account=account, **{"text": "A sample of the seal", "due_on": str(DUE), **typed})
    assert answer == {}, answer


def log(slack: Slack, actor: Member, account: AccountId, **typed: Any) -> None:
    """Fill the form of a note, the rarer fields too."""
    slack.press(actor, slack.command(actor, "/kam"), "Log")
    slack.press(actor, {"blocks": slack.modals.opened[-1]["blocks"]}, "More", view=in_modal(slack))
    answer = slack.submit(actor, **{"account": account, "text": "Visited the plant", **typed})
    assert answer == {}, answer


def in_modal(slack: Slack) -> dict[str, Any]:
    """Return the open modal as a click in it carries it."""
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
    """Choose in the menu of a line."""
    return slack.click(actor, "commitment.menu", chosen(message, label, at), **extra)


def delivered(slack: Slack) -> None:
    """Let everything leave."""
    for _ in range(3):
        slack.deliver()
        slack.later(seconds=2)


def told(slack: Slack, whom: Member) -> list[str]:
    """Return what somebody was sent."""
    delivered(slack)
    return [post["text"] for post in slack.out.to(whom)]


def press(actor: Member, commitment: Commitment, deed: Deed = Deed.DONE, key: str = "") -> Act:
    """Press a button of a promise or step as it stood."""
    pressed = Pressed(deed, commitment.kind, commitment.id, commitment.version)
    return Act(actor, pressed, key or new_key(), ReplyTo(actor.id, "https://hooks.slack.test/9"))


def due_at(store: SqlStore, commitment: Commitment) -> list[Any]:
    """Return when reminders of it wait for."""
    with store.read(WORKSPACE) as tx:
        return [timer.due.at for timer in tx.timers.waiting(commitment.about, "commitment.remind")]
