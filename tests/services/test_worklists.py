"""Lists as people get them: what is whose, what is hidden, pages, filters, and one of them opened."""

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.domain.access import Access
from bot.domain.identity import AccountId
from bot.domain.members import Member, Role, Standing
from storage.tables import AccountRow, EscalationRow, MemberRow, RecipientRow, RequestJoinerRow, RequestRow
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Slack, words

CANARY = "Zanzibar"


class Office:
    """Lea (KAM of Helvetia and of a restricted account), Production with Cora and Sandra, Martin who backs Lea."""

    def __init__(self, slack: Slack, company: Company) -> None:
        self.slack, self.company = slack, company
        self.lea, self.cora, self.sandra = (company.member(name) for name in ("Lea Brunner", "Cora Huber", "Sandra M"))
        self.martin, self.nina = company.member("Martin Keller", level=1), company.member("Nina Novak")
        self.production = company.department("Production", self.cora, "CPROD", head=self.sandra)
        self.helvetia = company.account("Helvetia Pumpen", "HPU", kam=self.lea)
        self.secret = company.account(CANARY, kam=self.lea, access=Access.RESTRICTED)
        company.sponsorship(self.martin, self.lea)
        self._made = 0

    def request(self, what: str = "two engineers", account: AccountId | None = None, **values: Any) -> int:
        """Store a request of Lea's to Production."""
        self._made += 1
        row = {
            "id": self._made,
            "number": self._made,
            "account_id": account or self.helvetia,
            "department_id": self.production,
            "requester_id": self.lea.id,
            "kind": "capacity",
            "what": what,
            "needed_by": date(2026, 12, 18),
            "visibility": "company",
            "state": "open",
            "created_at": NOW,
            "version": 1,
        }
        self._insert(RequestRow, {**row, **values})
        return self._made

    def conflict(self, account: AccountId | None = None, **values: Any) -> int:
        """Store a conflict between Lea and Production that lies with Martin."""
        self._made += 1
        texts = dict.fromkeys(("their_goal", "tried", "effect", "options"), "") | {"our_goal": "Our goal"}
        row = {
            "id": self._made,
            "number": self._made,
            "account_id": account or self.helvetia,
            "raiser_id": self.lea.id,
            "party_a_id": self.lea.id,
            "party_b_id": self.sandra.id,
            "party_b_department_id": self.production,
            "decision_wanted": "One line from December",
            "state": "raised",
            "created_at": NOW,
            "version": 1,
        }
        self._insert(EscalationRow, {**row, **texts, **values})
        received = {"escalation_id": self._made, "position": 0, "step": "kam_sponsor", "member_id": self.martin.id}
        self._insert(RecipientRow, received)
        return self._made

    def say(self, actor: Member | str, line: str) -> str:
        """Return what somebody sees who types a line."""
        return words(self.slack.command(actor, line))

    def turned(self, actor: Member, action_id: str, value: str) -> dict[str, Any]:
        """Press a button of a list and return what takes the list's place."""
        self.slack.click(actor, action_id, value)
        self.slack.deliver()
        reply = self.slack.out.replies.pop()
        assert reply["replace"]
        return reply

    def pressed(self, actor: Member, message: Mapping[str, Any], label: str) -> dict[str, Any]:
        """Press a button by its label and return the answer."""
        self.slack.press(actor, message, label)
        self.slack.deliver()
        return self.slack.out.replies.pop()

    def change(self, table: Any, id_: int | str, **values: Any) -> None:
        """Change a row."""
        with self.slack.store.engine.begin() as connection:
            connection.execute(update(table).where(table.id == id_).values(**values))

    def _insert(self, table: Any, row: dict[str, Any]) -> None:
        with self.slack.store.engine.begin() as connection:
            connection.execute(insert(table).values(workspace_id=WORKSPACE, **row))


@pytest.fixture
def office(slack: Slack, company: Company) -> Office:
    return Office(slack, company)


def ids(shown: Mapping[str, Any] | str) -> list[str]:
    """Return the short ids of a list in their order."""
    return re.findall(r"\*([RE]-\d+)\*", shown if isinstance(shown, str) else words(shown))


def test_one_sees_what_one_asked_for_with_state_account_people_and_date(office: Office) -> None:
    office.request()

    shown = office.slack.command(office.lea, "/kam requests")

    assert shown["text"] == "Your requests: 1 is under way"
    assert "🟡 *R-1* · two engineers\nOpen · Helvetia Pumpen · Lea Brunner asks Production" in words(shown)
    assert "needed by Fri 18 Dec" in words(shown)


def test_the_same_in_german(office: Office) -> None:
    lena = office.company.member("Lena Vogt", locale="de-DE")
    office.request(requester_id=lena.id, state="question")

    shown = office.slack.command(lena, "/kam anfragen")

    assert shown["text"] == "Deine Anfragen: 1 läuft · 1 wartet auf dich"
    assert "💬 *R-1* · two engineers\n*wartet auf dich* · Rückfrage · Helvetia Pumpen" in words(shown)
    assert "Lena Vogt bittet Production · gebraucht bis Fr 18. Dez." in words(shown)


def test_the_menu_leads_to_every_list_of_mine_and_stays(office: Office) -> None:
    menu = office.slack.command(office.lea, "/kam")

    for label, headline in (
        ("My requests", "Your requests"),
        ("My goal conflicts", "Your goal conflicts"),
        ("My promises", "Your promises"),
        ("My next steps", "Your next steps"),
    ):
        shown = office.pressed(office.lea, menu, label)
        assert headline in words(shown)
        assert not shown["replace"]


def test_what_waits_for_the_reader_comes_first_then_what_is_late_then_the_nearest(office: Office) -> None:
    office.request(needed_by=date(2026, 12, 1))
    office.request(needed_by=date(2026, 11, 19))
    office.request(needed_by=date(2026, 12, 24), state="delivered")
    office.request(needed_by=date(2026, 11, 25))

    shown = office.say(office.lea, "/kam requests")

    assert ids(shown) == ["R-3", "R-2", "R-4", "R-1"]
    assert "4 are under way · 1 waits for you · ⏳ 1 is late" in shown


def test_what_a_department_is_asked_waits_for_its_people_and_its_queue_is_oldest_first(office: Office) -> None:
    office.request(created_at=NOW - timedelta(days=1))
    office.request(created_at=NOW - timedelta(days=3))
    office.request(created_at=NOW - timedelta(days=9), state="accepted", answered_by_id=office.cora.id)

    mine = office.slack.command(office.cora, "/kam requests")
    queue = office.pressed(office.cora, mine, "My department's")

    assert ids(mine) == ["R-1", "R-2"]
    assert ids(queue) == ["R-2", "R-1", "R-3"]
    assert "Your department's requests" in words(queue)
    assert "3 are under way · 2 wait for you" in words(queue)


def test_a_question_waits_for_the_kam_too_and_what_is_only_theirs_to_know_does_not(office: Office) -> None:
    account = office.company.account("Alpen Kabel", kam=office.nina, deputy=office.martin)
    office.request("a question", account, state="question")
    office.request("an offer", account, state="countered")

    for kam in (office.nina, office.martin):
        listed = office.say(kam, "/kam requests")
        assert ids(listed) == ["R-1"]
        assert "1 waits for you" in listed or "*waits for you*" in listed
    office.change(AccountRow, account, kam_id=office.lea.id)
    assert ids(office.say(office.nina, "/kam requests")) == []


def test_an_assignee_and_whoever_joined_have_it_in_their_list(office: Office) -> None:
    made = office.request(state="accepted", assignee_id=office.nina.id, answered_by_id=office.cora.id, answered_at=NOW)
    joiner = {"request_id": made, "member_id": office.martin.id, "words": "", "at": NOW}
    office._insert(RequestJoinerRow, joiner)

    assert "*waits for you*" in office.say(office.nina, "/kam requests")
    assert ids(office.say(office.martin, "/kam requests")) == ["R-1"]


def test_a_conflict_waits_for_its_sponsor_and_says_what_is_wanted_to_insiders_only(office: Office) -> None:
    office.conflict(decide_by=date(2026, 12, 1))

    sponsor = office.say(office.martin, "/kam conflicts")
    colleague = office.say(office.nina, "/kam conflicts HPU")

    assert "🤝 *E-1* · One line from December\n*waits for you* · Backing asked · Helvetia Pumpen" in sponsor
    assert "Lea Brunner asks for backing · with Martin Keller · decision by Tue 1 Dec" in sponsor
    assert "🤝 *E-1*\nBacking asked · Helvetia Pumpen · Production · decision by Tue 1 Dec" in colleague
    assert not any(hidden in colleague for hidden in ("Lea Brunner", "Martin Keller", "One line"))
    assert "waits" not in colleague


def test_who_sees_the_header_of_a_request_gets_no_persons(office: Office) -> None:
    office.request(state="accepted", assignee_id=office.cora.id, answered_by_id=office.cora.id, promised_on=NOW.date())

    shown = office.say(office.nina, "/kam requests Helvetia Pumpen")

    assert "Accepted · Helvetia Pumpen · Production · promised for Fri 20 Nov" in shown
    assert "Lea" not in shown
    assert "Cora" not in shown


LINES = ("/kam requests", f"/kam requests {CANARY}", "/kam conflicts", f"/kam conflicts {CANARY}")


def test_a_restricted_account_leaks_into_no_list_of_whoever_may_not_see_it(office: Office) -> None:
    admin = office.company.member("Ada Admin", role=Role.ADMIN)
    worker = office.company.member("Wanda", department_id=office.production)
    key_person = office.company.member("Karl", department_id=office.production, topics=["lasers"])
    open_one = office.request(requester_id=worker.id)
    office.request(f"{CANARY} line", office.secret)
    office.conflict(office.secret, party_b_id=office.martin.id)
    outsiders = (office.nina, admin, worker, key_person)

    for reader in outsiders:
        for line in LINES:
            said = office.say(reader, line)
            # A name that was typed is said back, as it is for a name that nothing bears.
            assert said == office.say(reader, line.replace(CANARY, "Xanadu")).replace("Xanadu", CANARY), (
                reader.name,
                line,
            )
            assert "line" not in said
        for subject in ("request", "escalation"):
            for scope in ("mine", "department", office.helvetia):
                for shown in ("under_way", "waiting", "late", "closed"):
                    told = office.turned(reader, "worklist.filter", f"{subject}:{scope}:{shown}:0")
                    assert CANARY not in json.dumps(told)
                    assert set(ids(told)) <= {f"R-{open_one}"}
    named, circle = (office.cora, office.sandra), (office.lea, office.martin)
    for reader in named:
        assert "R-2" in ids(office.turned(reader, "worklist.filter", "request:mine:under_way:0"))
    for reader in circle:
        assert ids(office.turned(reader, "requests.account", str(office.secret))) == ["R-2"]


def test_the_kam_lead_sees_it(office: Office) -> None:
    lead = office.company.member("Lena Lead", role=Role.KAM_LEAD)
    office.request(account=office.secret)

    assert f"🔒 {CANARY}" in office.say(lead, f"/kam requests {CANARY}")


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.STRANGER, Standing.BOT, Standing.DEACTIVATED])
@pytest.mark.parametrize("line", LINES)
def test_guests_and_strangers_get_no_list(office: Office, standing: Standing, line: str) -> None:
    office.request(account=office.secret)
    outsider = office.company.member("Otto", standing=standing)

    said = office.say(outsider, line)

    assert ids(said) == []
    assert CANARY not in said
    office.slack.click(outsider, "worklist.filter", "request:mine:under_way:0")
    office.slack.deliver()
    assert office.slack.out.replies == []


def test_a_list_has_pages_in_both_directions(office: Office) -> None:
    for _ in range(45):
        office.request()

    first = office.slack.command(office.lea, "/kam requests")
    second = office.pressed(office.lea, first, "More")
    third = office.pressed(office.lea, second, "More")
    again = office.pressed(office.lea, third, "Back")

    assert [len(ids(page)) for page in (first, second, third)] == [20, 20, 5]
    assert len({*ids(first), *ids(second), *ids(third)}) == 45
    assert "Page 3 of 3" in words(third)
    assert ids(again) == ids(second)
    assert "45 are under way" in words(third)


def test_a_page_that_is_gone_meanwhile_becomes_the_first(office: Office) -> None:
    office.request()

    shown = office.turned(office.lea, "worklist.more", "request:mine:under_way:7")

    assert ids(shown) == ["R-1"]


@pytest.mark.parametrize(
    ("shown", "listed"),
    [
        ("under_way", ["R-2", "R-1"]),
        ("late", ["R-2"]),
        ("waiting", []),
        ("closed", ["R-4", "R-3"]),
        ("declined", ["R-3"]),
        ("question", []),
    ],
)
def test_a_filter_changes_the_list_in_its_place(office: Office, shown: str, listed: list[str]) -> None:
    office.request()
    office.request(needed_by=date(2026, 11, 19))
    office.request(state="declined", closed_at=NOW - timedelta(days=2))
    office.request(state="confirmed", closed_at=NOW - timedelta(days=1))

    told = office.turned(office.lea, "worklist.filter", f"request:mine:{shown}:0")

    assert ids(told) == listed
    if not listed:
        assert "Another filter may show more." in words(told)


def test_an_accounts_list_counts_its_units_and_is_chosen_by_name_by_alias_or_in_the_list(office: Office) -> None:
    unit = office.company.account("Helvetia Nord", parent_id=office.helvetia)
    office.request()
    office.request(account=unit)
    office.request(account=office.company.account("Other"))

    for shown in (
        office.slack.command(office.nina, "/kam requests HPU"),
        office.slack.command(office.nina, "/kam anfragen helvetia pumpen:"),
        office.turned(office.nina, "requests.account", str(office.helvetia)),
    ):
        assert ids(shown) == ["R-1", "R-2"]
        assert "Requests for Helvetia Pumpen" in words(shown)
    for action_id in ("requests.account", "conflicts.account"):
        offered = office.slack.search(office.nina, action_id)
        assert "Helvetia Pumpen" in offered
        assert CANARY not in offered
    conflicts = office.turned(office.nina, "conflicts.account", str(office.helvetia))
    assert "Goal conflicts at Helvetia Pumpen" in words(conflicts)


def test_a_name_that_is_not_exact_is_asked_back_and_an_unknown_one_refused(office: Office) -> None:
    near = office.slack.command(office.nina, "/kam requests Helvetja Pumpn")

    assert "Which account do you mean?" in near["text"]
    assert near["blocks"][1]["elements"][0]["action_id"] == "requests.account"
    assert "Qqq" in office.say(office.nina, "/kam conflicts Qqq")


def test_one_that_is_opened_stands_beside_the_list_with_what_its_reader_can_do(office: Office) -> None:
    office.request()
    asked = office.slack.command(office.cora, "/kam requests")

    whole = office.pressed(office.cora, asked, "Show")
    listed = office.slack.command(office.nina, "/kam requests HPU")
    header = office.pressed(office.nina, listed, "Show")

    assert not whole["replace"]
    assert "Accept" in words(whole)
    assert "R-1" in header["text"]
    assert "Accept" not in words(header)
    assert "Lea" not in words(header)


def test_a_conflict_opens_as_deep_as_its_reader_sees_it(office: Office) -> None:
    made = office.conflict()
    for reader, is_whole in ((office.martin, True), (office.nina, False)):
        listed = office.slack.command(reader, "/kam conflicts HPU")
        opened = office.pressed(reader, listed, "Show")
        assert f"E-{made}" in words(opened)
        assert ("Our goal" in words(opened)) == is_whole
        assert ("Decide" in words(opened)) == is_whole


def test_whoever_lost_the_right_meanwhile_gets_nothing(office: Office) -> None:
    office.request()
    made = office.conflict()
    office.change(AccountRow, office.helvetia, access=Access.RESTRICTED)

    for action_id, value in (
        ("requests.account", office.helvetia),
        ("conflicts.account", office.helvetia),
        ("worklist.filter", f"request:{office.helvetia}:late:0"),
        ("request.show", 1),
        ("escalation.show", made),
        ("request.history", 1),
        ("escalation.history", made),
    ):
        office.slack.click(office.nina, action_id, value)
    office.slack.deliver()

    assert office.slack.out.replies == []
    assert office.slack.modals.opened == []
    assert len(office.slack.modals.answers) == 7
    assert "Helvetia" not in json.dumps(office.slack.modals.answers)


def test_a_right_lost_between_click_and_answer_counts_too(office: Office) -> None:
    office.request()
    office.conflict()
    for action_id, value in (
        ("worklist.filter", f"request:{office.helvetia}:under_way:0"),
        ("request.show", 1),
        ("escalation.show", 2),
    ):
        office.slack.click(office.nina, action_id, value)
    office.slack.click(office.cora, "worklist.filter", "request:department:under_way:0")
    office.change(AccountRow, office.helvetia, access=Access.RESTRICTED)
    office.change(MemberRow, office.cora.id, standing=Standing.GUEST)

    office.slack.deliver()

    assert office.slack.out.replies == []


@pytest.mark.parametrize("value", ["", "x", "request:mine:raised:0", "escalation:9:open:0", "request:mine:late:-1"])
def test_a_button_of_another_release_is_out_of_date(office: Office, value: str) -> None:
    office.slack.click(office.lea, "worklist.filter", value)

    assert "out of date" in json.dumps(office.slack.modals.answers)


def test_hostile_names_stay_text(office: Office) -> None:
    hostile = "<!channel> *x* _y_ `z`"
    mallory = office.company.member(hostile, id="UMALLORY")
    account = office.company.account(f"{hostile} AG", kam=mallory)
    office.request(f"{hostile}\n> more", account, requester_id=mallory.id)

    shown = json.dumps(office.slack.command(mallory, "/kam requests"))

    assert "<!channel>" not in shown
    assert "&lt;!channel&gt;" in shown


def test_whoever_left_is_marked(office: Office) -> None:
    office.request()
    office.change(MemberRow, office.lea.id, standing=Standing.DEACTIVATED)

    assert "Lea Brunner (left) asks Production" in office.say(office.cora, "/kam requests")


def test_an_empty_list_says_what_to_do_next(office: Office) -> None:
    requests, conflicts = (office.slack.command(office.nina, f"/kam {verb}") for verb in ("requests", "conflicts"))

    assert "/kam-request" in words(requests)
    assert "/kam-escalate" in words(conflicts)
    office.slack.press(office.nina, requests, "Request")
    assert office.slack.modals.opened[-1]["callback_id"] == "request"
