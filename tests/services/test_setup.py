from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import names
from bot.domain.identity import MemberId, WorkspaceId
from bot.domain.members import Profile, Standing
from bot.domain.questions import read_question
from bot.domain.setup import (
    Count,
    File,
    member_number,
)
from storage.store import SqlStore
from storage.tables import (
    AccountNameRow,
    AccountRow,
    AuditRow,
    ContactRow,
    CounterRow,
    HistoryRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    OutboxRow,
    SponsorshipRow,
    TeamRow,
)
from tests.company import NOW, WORKSPACE, Company
from tests.services.setup_desk import ACCOUNTS, COMPANY, CONTACTS, EVERYTHING, Desk, totals

SAMPLE = Path(__file__).parents[2] / "sample"


@pytest.fixture
def desk(store: SqlStore, company: Company, tmp_path: Path) -> Desk:
    assert company.workspace == WORKSPACE
    return Desk(store, tmp_path)


def sample() -> Mapping[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in SAMPLE.glob("*.csv")}


def test_the_sample_company_is_imported_and_importing_it_again_changes_nothing(desk: Desk) -> None:
    first = desk.bring(**sample())
    written = desk.written()
    desk.now += timedelta(days=1)
    again = desk.bring(**sample())

    assert all(count.new and not count.changed and not count.unchanged for count in first.counts.values())
    assert again.counts == {file: Count(unchanged=count.new) for file, count in first.counts.items()}
    assert desk.written() == written
    assert first.newcomers == again.newcomers == 0
    assert desk.rows(OutboxRow) == []


def test_a_company_is_stored_as_its_files_say(desk: Desk) -> None:
    desk.bring(**COMPANY)

    lea, helvetia = desk.row(MemberRow, id="ULEA"), desk.row(AccountRow, name="Helvetia")
    assert (helvetia.kam_id, helvetia.mission, helvetia.access, helvetia.kind) == ("ULEA", "Pumpen", "open", "customer")
    assert {row.key for row in desk.rows(AccountNameRow, account_id=helvetia.id)} == {"helvetia", "hpu"}
    assert desk.row(AccountRow, name="Trautwyl").access == "restricted"
    assert (lea.name, lea.role, lea.standing, lea.topics) == ("Lea", "member", "member", [])
    assert lea.department_id is not None
    suter = desk.row(ContactRow, name="Daniela Suter")
    assert (suter.decision_roles, suter.attitude) == (["buyer"], 5)
    assert suter.reports_to_id == desk.row(ContactRow, name="Urs Bachofner").id
    assert desk.row(TeamRow, member_id="UTOM").role == "expert"
    assert desk.row(SponsorshipRow, kam_id="ULEA").sponsor_id == "UTOM"


def test_imported_interactions_are_numbered_in_the_order_of_their_time(desk: Desk) -> None:
    desk.bring(**COMPANY)

    call, visit = desk.row(InteractionRow, kind="call"), desk.row(InteractionRow, kind="visit")
    assert (call.number, visit.number) == (1, 2)
    assert call.occurred_at == call.logged_at == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert len(desk.rows(InteractionContactRow, interaction_id=call.id)) == 2
    assert desk.row(CounterRow, kind="I").last == 2


def test_numbers_go_on_after_those_that_people_took(desk: Desk) -> None:
    desk.bring(**COMPANY)
    more = "account,author,when,text\nHelvetia,UTOM,2026-01-01,Noch früher\n"

    desk.bring(interactions=more)

    assert desk.row(InteractionRow, text="Noch früher").number == 3


def test_what_was_imported_is_found_and_nobody_was_told(desk: Desk) -> None:
    desk.bring(**COMPANY)

    with desk.store.read(WORKSPACE) as tx:
        for words in ("telefoniert", "Pumpen", "Bachofner"):
            found = tx.search.find(read_question(words), EVERYTHING, NOW, 0, 5)
            assert found.answers, words
    assert desk.rows(OutboxRow) == []


def test_each_object_that_is_new_or_changed_leaves_one_history_and_one_audit_entry(desk: Desk) -> None:
    desk.bring(**COMPANY)
    first = desk.rows(AuditRow)
    desk.bring(**{**COMPANY, "accounts": ACCOUNTS.replace("Pumpen", "Pressen")})

    assert sorted(row.action for row in first) == sorted(
        ["member.imported"] * 2
        + ["department.imported", "team.imported", "sponsor.imported"]
        + ["account.imported", "contact.imported", "interaction.imported"] * 2
    )
    (changed,) = [row for row in desk.rows(AuditRow) if row.id not in {one.id for one in first}]
    assert (changed.action, changed.fields, changed.actor_id) == ("account.imported", ["mission"], None)
    assert len(desk.rows(HistoryRow)) == len(desk.rows(AuditRow)) == len(first) + 1
    assert desk.row(AuditRow, action="sponsor.imported").object_id == member_number("ULEA")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("members", "Technik", ""),
        ("departments", "CTECH", "COTHER"),
        ("accounts", "Pumpen", ""),
        ("accounts", "restricted", ""),
        ("accounts", "HPU", "HPU|H. Pumpen"),
        ("accounts", "Helvetia", "HELVETIA"),
        ("team", "expert", "support"),
        ("contacts", "buyer|champion,", "buyer,"),
        ("contacts", "champion,Urs Bachofner", "champion,"),
        ("interactions", "visit", "event"),
        ("interactions", "Urs Bachofner|", ""),
    ],
)
def test_a_changed_cell_changes_one_object_and_only_once(desk: Desk, file: str, old: str, new: str) -> None:
    with_attitude = "account,name,title,decision_role,reports_to,attitude\n" + "".join(
        f"{line},\n" for line in CONTACTS.splitlines()[1:]
    )
    files = {**COMPANY, "contacts": with_attitude}
    desk.bring(**files)
    files[file] = files[file].replace(old, new)

    changed, again = desk.bring(**files), desk.bring(**files)

    count = changed.counts[File(f"{file}.csv")]
    assert (count.new, count.changed) == (0, 1)
    assert all(not one.new and not one.changed for one in again.counts.values())


def test_aliases_are_replaced_and_the_name_stays(desk: Desk) -> None:
    desk.bring(accounts="account,aliases\nHelvetia,HPU|Helvetia|hpu\n")
    desk.bring(accounts="account,aliases\nhelvetia,HP\n")

    account = desk.row(AccountRow)
    assert (account.name, account.version) == ("helvetia", 2)
    assert {row.name for row in desk.rows(AccountNameRow)} == {"helvetia", "HP"}


def test_what_the_directory_tells_stays_when_the_files_say_nothing_of_it(desk: Desk) -> None:
    files = {"members": "slack_id,name,email,time_zone\nULEA,Lea,,\n"}
    desk.bring(**files)
    with desk.store.begin(WORKSPACE) as tx:
        lea = Profile(MemberId("ULEA"), "Lea", Standing.MEMBER, "lea@x.example", "de-CH", "Europe/Zurich")
        tx.members.put_profiles([lea])

    again = desk.bring(**files)

    assert totals(again)["members.csv"] == (0, 0, 1)
    row = desk.row(MemberRow, id="ULEA")
    assert (row.email, row.time_zone) == ("lea@x.example", "Europe/Zurich")


def test_a_missing_column_leaves_values_alone_and_an_empty_cell_sets_the_default(desk: Desk) -> None:
    desk.bring(accounts="account,tier,kind,mission\nHelvetia,a,supplier,Pumpen\n")

    desk.bring(accounts="account,kind\nHelvetia,\n")

    account = desk.row(AccountRow)
    assert (account.tier, account.kind, account.mission) == ("a", "customer", "Pumpen")


def test_a_dry_run_counts_everything_and_writes_nothing(desk: Desk) -> None:
    desk.dry_run = True
    tried = desk.bring(**COMPANY)
    written = desk.written()
    desk.dry_run = False
    done = desk.bring(**COMPANY)

    assert (tried.dry_run, done.dry_run) == (True, False)
    assert tried.counts == done.counts
    assert totals(tried)["interactions.csv"] == (2, 0, 0)
    assert written == 0


def test_progress_counts_every_row(desk: Desk) -> None:
    done = desk.bring(**COMPANY)

    assert sum(desk.seen) == sum(count.new for count in done.counts.values())


def test_a_planned_interaction_counts_as_logged_now(desk: Desk) -> None:
    desk.bring(accounts="account\nA\n", interactions="account,author,when,text\nA,U1,2027-01-01,geplant\n")

    assert desk.row(InteractionRow).logged_at == NOW


def test_another_workspace_is_not_touched(desk: Desk, store: SqlStore) -> None:
    other = Company(store, workspace=WorkspaceId("T2"))
    other.account("Helvetia")

    desk.bring(**COMPANY)

    assert desk.row(AccountRow, workspace_id="T2").kam_id is None
    assert desk.row(AccountRow, workspace_id="T1", name="Helvetia").kam_id == "ULEA"


@pytest.mark.parametrize("text", ["<!channel>", "O'Brien", "AC/DC 100 %", "“unbalanced", "👩‍🔧", "\u202eabc"])
def test_hostile_text_is_stored_as_it_stands(desk: Desk, text: str) -> None:
    desk.bring(accounts="account\nA\n", interactions=f"account,author,when,text\nA,U1,2026-01-01,{text}\n")

    assert desk.row(InteractionRow).text == names.tidy(text)
