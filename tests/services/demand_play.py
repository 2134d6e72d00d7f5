"""How wishes are passed on and taken up, and what people hear of them in Slack."""

from typing import Any

from bot.domain.access import ITSELF
from bot.domain.delivery import Subject
from bot.domain.demands import Demand
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.domain.worklists import Filter, Scope, Worklist
from bot.services import timers
from storage.store import SqlStore
from tests.company import WORKSPACE
from tests.slack import Slack


def stored(store: SqlStore, account: AccountId, shown: Filter = Filter.UNDER_WAY) -> list[Demand]:
    """Return what an account has of demands."""
    asked = Worklist(Subject.DEMAND, Scope.ACCOUNT, account, shown)
    with store.read(WORKSPACE) as tx:
        return list(tx.demands.page(asked, ITSELF, [account]).demands)


def fire(slack: Slack) -> None:
    """Let the timers go off that are due."""
    with slack.store.read(WORKSPACE) as tx:
        due = tx.timers.due(slack.now, 50)
    for timer_id in due:
        timers.fire(slack.store, WORKSPACE, timer_id, slack.now)


def told(slack: Slack, whom: Member) -> list[dict[str, Any]]:
    """Return every message somebody has, the newest last."""
    for _ in range(3):
        slack.deliver()
        slack.later(seconds=2)
    return slack.out.to(whom)


def pass_on(slack: Slack, actor: Member, text: str = "deliveries twice a week") -> dict[str, Any]:
    """Pass on a wish of Helvetia Pumpen."""
    return slack.command(actor, f"/kam demand HPU: {text}")


def taken(slack: Slack, lea: Member, ben: Member, owner: Member) -> dict[str, Any]:
    """Let Lea take up Ben's wish, and return the card of its next step as its owner has it."""
    pass_on(slack, ben)
    slack.press(lea, told(slack, lea)[-1], "Do it", ephemeral=False)
    assert slack.submit(lea, owner=owner.id, text="Plan a second delivery") == {}
    return told(slack, owner)[-1]


def away(slack: Slack, who: Member, deputy: Member | None = None) -> None:
    """Enter an absence of three weeks."""
    slack.press(who, slack.command(who, "/kam absence"), "Enter absence")
    slack.submit(who, starts_on="2026-11-20", ends_on="2026-12-11", deputy=deputy.id if deputy else None)


def demand_of(slack: Slack, whom: Member) -> dict[str, Any]:
    """Return the newest card of a demand somebody has; other messages may stand beside it."""
    return [post for post in told(slack, whom) if post["text"].startswith("Demand")][-1]


def deeds_in_the_list(slack: Slack, reader: Member) -> list[str]:
    """Return what the menus of an account's list offer somebody."""
    blocks = slack.command(reader, "/kam demand HPU")["blocks"]
    menus = (one["accessory"]["options"] for one in blocks if one.get("accessory", {}).get("type") == "overflow")
    return [option["text"]["text"] for menu in menus for option in menu]
