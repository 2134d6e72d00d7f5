"""A goal conflict played at the payload level."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from bot.domain.members import Member
from storage.tables import MemberRow
from tests.company import Company
from tests.slack import Slack, words

HOSTILE = "<!channel> <@U1> *bold* _it_ `code` <https://evil|bank> & :tada:\n> quote"
TYPED: dict[str, Any] = {
    "our_goal": "Pilot line by December",
    "their_goal": "A stable plan",
    "tried": "Talked twice",
    "decision_wanted": "One line from 1 December",
    "decide_by": "2026-12-01",
}


@dataclass
class Play:
    """Lea (KAM of Helvetia) against Production, headed by Sandra; Martin Keller backs Lea."""

    slack: Slack
    company: Company
    access: str = "open"

    def __post_init__(self) -> None:
        company = self.company
        self.lea = company.member("Lea Brunner")
        self.keller = company.member("Martin Keller", level=1)
        self.cora, self.sandra = company.member("Cora Huber"), company.member("Sandra Meier")
        self.otto = company.member("Otto Fremd")
        self.production = company.department("Production", self.cora, head=self.sandra)
        self.account = company.account("Helvetia Pumpen", "HPU", kam=self.lea, access=self.access, channel_id="CHPU")
        company.sponsorship(self.keller, self.lea)

    def preview(self, actor: Member | None = None, line: str = "HPU", **typed: Any) -> dict[str, Any]:
        actor = actor or self.lea
        self.slack.command(actor, f"/kam-escalate {line}")
        return self.slack.submit(actor, **{"other_party": f"department:{self.production}", **TYPED, **typed})

    def send(self, actor: Member | None = None, **typed: Any) -> None:
        anyway = typed.pop("anyway", None)
        view = self.preview(actor, **typed)["view"]
        given: dict[str, Any] = {"anyway": anyway} if anyway else {}
        assert self.slack.submit(actor or self.lea, view, **given) == {"response_action": "clear"}
        self.deliver()

    def deliver(self) -> None:
        for _ in range(8):
            self.slack.later(seconds=2)
            self.slack.deliver()

    def press(self, actor: Member, label: str, post: int = 0) -> Any:
        answer = self.slack.press(actor, self.slack.out.to(actor)[post], label, ephemeral=False)
        self.deliver()
        return answer

    def fill(self, actor: Member, **typed: Any) -> dict[str, Any]:
        answer = self.slack.submit(actor, **typed)
        self.deliver()
        return answer

    def decide(self, kind: str = "advice", **typed: Any) -> dict[str, Any]:
        self.press(self.keller, "Decide")
        return self.fill(self.keller, **{"text": "One line from 8 December", "reason": "audit", "kind": kind, **typed})

    def read(self, actor: Member | str, post: int = 0) -> str:
        return words(self.slack.out.to(actor)[post])

    def change(self, member: Member, **values: Any) -> None:
        with self.company.store.engine.begin() as connection:
            connection.execute(update(MemberRow).where(MemberRow.id == member.id).values(**values))


def labels(message: dict[str, Any]) -> list[str]:
    """Return the labels of the buttons on a message; the menu has none."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row if element["type"] == "button"]
