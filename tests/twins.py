"""Two accounts that are one, for tests of duplicates and merges."""

from datetime import timedelta
from typing import Any

from bot.domain.delivery import Subject
from bot.domain.duplicates import Pair
from bot.domain.identity import MergeId, TwinsId
from bot.domain.members import Member, Role
from bot.services import timers
from bot.services.timers import WORKSPACE as EVERYTHING
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Slack, words


def find(slack: Slack) -> None:
    """Let a round of the finder run now, and its cards leave."""
    timers.keep(slack.store, WORKSPACE, slack.now)
    with slack.store.read(WORKSPACE) as tx:
        (timer,) = tx.timers.waiting(EVERYTHING, "duplicates.find")
    slack.later(seconds=(timer.due.at - slack.now).total_seconds())
    assert timers.fire(slack.store, WORKSPACE, timer.id, slack.now)
    while slack.deliver():
        slack.later(seconds=2)


def pair(company: Company, subject: Subject, one: int, other: int) -> TwinsId:
    """Keep a pair as if it had been found."""
    with company.store.begin(WORKSPACE) as tx:
        ((twins_id, _),) = tx.duplicates.add(subject, [Pair.of(one, other)], NOW)
    return twins_id


class Two:
    """Lea looks after two accounts that are one; Vera leads the KAMs, Tom is anybody."""

    def __init__(self, slack: Slack, company: Company) -> None:
        self.slack, self.company = slack, company
        self.vera = company.member("Vera Roth", role=Role.KAM_LEAD)
        self.lea, self.tom = company.member("Lea Brunner"), company.member("Tom Frei")
        self.goes = company.account("Helvetia Pumpn", "HPX", kam=self.lea)
        self.stays = company.account("Helvetia Pumpen", kam=self.lea, tier="a", mission="Best pumps")
        for text in ("visited them", "called them"):
            slack.command(self.lea, f"/kam-log Helvetia Pumpen: {text}")
        slack.command(self.lea, "/kam-log Helvetia Pumpn: one note here")

    def found(self) -> TwinsId:
        """Return the pair as found."""
        return pair(self.company, Subject.ACCOUNT, self.goes, self.stays)

    def form(self, actor: Member | None = None, twins_id: TwinsId | None = None) -> dict[str, Any]:
        """Open the form and return it."""
        self.slack.click(actor or self.lea, "merge.form", twins_id or self.found())
        return {**self.slack.modals.opened[-1]}

    def merge(self) -> MergeId:
        """Merge the two and return the merge's id."""
        self.form()
        assert self.slack.submit(self.lea) == {}
        self.slack.deliver()
        with self.slack.store.read(WORKSPACE) as tx:
            return tx.merges.recent(tx.access.viewer(self.lea), NOW - timedelta(days=1), 5)[0].merge_id

    def said(self) -> str:
        """Return the last answer to a click or form."""
        return words(self.slack.out.replies[-1])

    def refused(self) -> str:
        """Return why the last click did nothing."""
        return words(self.slack.modals.answers[-1])
