from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from bot.csv_files import read_folder
from bot.domain import merges, names
from bot.domain.access import Viewer
from bot.domain.delivery import ChannelFacts, Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, InteractionId, MemberId, MergeId, WorkspaceId
from bot.domain.interactions import WithdrawInteraction
from bot.domain.members import Profile, Standing
from bot.domain.questions import read_question
from bot.domain.setup import (
    ChannelInvite,
    Count,
    File,
    Flaw,
    ImportSetUp,
    Problem,
    SetUpImported,
    SetUpRefused,
    member_number,
)
from bot.services import interactions, setup
from storage.store import SqlStore
from storage.tables import (
    AccountNameRow,
    AccountRow,
    AuditRow,
    Base,
    ContactRow,
    CounterRow,
    HistoryRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    OutboxRow,
    SearchNoteRow,
    SponsorshipRow,
    TeamRow,
)
from tests.company import NOW, WORKSPACE, Company, channel

SAMPLE = Path(__file__).parents[2] / "sample"
BERLIN = ZoneInfo("Europe/Berlin")
EVERYTHING = Viewer(MemberId("UX"), is_kam_lead=True)

MEMBERS = """slack_id,name,email,department
ULEA,Lea,lea@arven.example,Technik
UTOM,Tom,tom@arven.example,
"""
DEPARTMENTS = """department,channel,coordinator
Technik,CTECH,ULEA
"""
ACCOUNTS = """account,aliases,kam,access,mission
Helvetia,HPU,lea@arven.example,,Pumpen
Trautwyl,,UTOM,restricted,
"""
CONTACTS = """account,name,title,decision_role,reports_to
Helvetia,Urs Bachofner,CEO,decider,
Helvetia,Daniela Suter,Einkauf,buyer|champion,Urs Bachofner
"""
INTERACTIONS = """account,author,when,text,kind,contacts
Helvetia,UTOM,2026-03-02 10:00,Später besucht,visit,Daniela Suter
HPU,tom@arven.example,2026-03-01 10:00,Zuerst telefoniert,call,Urs Bachofner|Daniela Suter
"""
COMPANY = {
    "members": MEMBERS,
    "departments": DEPARTMENTS,
    "accounts": ACCOUNTS,
    "team": "account,member,role\nHelvetia,UTOM,expert\n",
    "contacts": CONTACTS,
    "sponsors": "sponsor,kam\nUTOM,ULEA\n",
    "interactions": INTERACTIONS,
}


class Desk:
    """Writes files and imports them, as an operator does."""

    def __init__(self, store: SqlStore, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.directory: list[Profile] = []
        self.seen: list[int] = []
        self.now = NOW
        self.dry_run = False

    def bring(self, **files: str) -> SetUpImported:
        for path in self.folder.iterdir():
            path.unlink()
        for name, content in files.items():
            (self.folder / f"{name}.csv").write_text(content, encoding="utf-8")
        data = read_folder(self.folder, BERLIN)
        command = ImportSetUp(WORKSPACE, data, self.directory, self.dry_run)
        return setup.import_files(self.store, self.now, command, self.seen.append)

    def refused(self, **files: str) -> list[Problem]:
        with pytest.raises(SetUpRefused) as refused:
            self.bring(**files)
        return list(refused.value.problems)

    def refused_once(self, **files: str) -> Problem:
        (problem,) = self.refused(**files)
        return problem

    def rows(self, table: type[Base], **values: Any) -> list[Any]:
        with self.store.engine.connect() as connection:
            found = connection.execute(select(table.__table__)).all()
        return [row for row in found if all(getattr(row, name) == value for name, value in values.items())]

    def row(self, table: type[Base], **values: Any) -> Any:
        (row,) = self.rows(table, **values)
        return row

    def written(self) -> int:
        with self.store.engine.connect() as connection:
            return sum(
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in Base.metadata.sorted_tables
                if table.name != "workspaces"
            )


@pytest.fixture
def desk(store: SqlStore, company: Company, tmp_path: Path) -> Desk:
    assert company.workspace == WORKSPACE
    return Desk(store, tmp_path)


def totals(done: SetUpImported) -> dict[str, tuple[int, int, int]]:
    return {str(file): (count.new, count.changed, count.unchanged) for file, count in done.counts.items()}


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


# People


def test_an_unknown_slack_id_is_a_new_member_named_by_the_directory_or_later(desk: Desk) -> None:
    desk.directory = [
        Profile(MemberId("UANA"), "Ana Costa", Standing.GUEST, "ana@x.example", "de-DE", "Europe/Madrid", is_owner=True)
    ]
    done = desk.bring(accounts="account,kam,deputy\nHelvetia,UANA,UNEW\n")

    ana, new = desk.row(MemberRow, id="UANA"), desk.row(MemberRow, id="UNEW")
    assert done.newcomers == 2
    assert (ana.name, ana.standing, ana.locale, ana.time_zone, ana.is_owner) == (
        "Ana Costa",
        "guest",
        "de-DE",
        "Europe/Madrid",
        True,
    )
    assert (new.name, new.standing, new.locale) == ("UNEW", "member", None)
    assert desk.bring(accounts="account,kam,deputy\nHelvetia,UANA,UNEW\n").newcomers == 0


def test_a_file_names_a_member_until_the_directory_has_spoken(desk: Desk) -> None:
    desk.bring(accounts="account,kam\nHelvetia,ULEA\n")
    named = desk.bring(members="slack_id,name,email\nULEA,Lea,lea@x.example\n")
    assert (totals(named)["members.csv"], desk.row(MemberRow).name) == ((0, 1, 0), "Lea")

    with desk.store.begin(WORKSPACE) as tx:
        tx.members.put_profiles([Profile(MemberId("ULEA"), "Lea Brunner", Standing.MEMBER, locale="de-DE")])
    again = desk.bring(members="slack_id,name,email\nULEA,Lea,\n")

    assert totals(again)["members.csv"] == (0, 0, 1)
    assert (desk.row(MemberRow).name, desk.row(MemberRow).email) == ("Lea Brunner", "lea@x.example")


def test_a_described_member_who_is_in_the_directory_stays_the_same_on_the_next_run(desk: Desk) -> None:
    desk.directory = [
        Profile(MemberId("ULEA"), "Lea Brunner", Standing.MEMBER, "lea@x.example", "de-DE", "Europe/Zurich")
    ]
    files = {"members": "slack_id,name,time_zone\nULEA,Lea,\n", "sponsors": "sponsor,kam\nUTOM,lea@x.example\n"}

    first, again = desk.bring(**files), desk.bring(**files)

    assert totals(first)["members.csv"] == (1, 0, 0)
    assert totals(again)["members.csv"] == (0, 0, 1)
    assert desk.row(MemberRow, id="ULEA").name == "Lea Brunner"


def test_an_address_is_looked_up_in_the_file_then_in_the_store_then_in_the_directory(desk: Desk) -> None:
    desk.bring(members="slack_id,name,email\nUOLD,Old,lea@x.example\nUTOM,Tom,Tom@x.example\n")
    desk.directory = [Profile(MemberId("UANA"), "Ana", Standing.MEMBER, "ana@x.example")]

    desk.bring(
        members="slack_id,name,email\nULEA,Lea,LEA@x.example\n",
        accounts="account,kam,deputy,sponsor\nHelvetia,lea@x.example,tom@x.example,ana@x.example\n",
    )

    account = desk.row(AccountRow)
    # In the store two people bear the address now, but the file says whose it is.
    assert (account.kam_id, account.deputy_id, account.sponsor_id) == ("ULEA", "UTOM", "UANA")


def test_of_two_people_with_one_address_the_active_one_is_meant(desk: Desk) -> None:
    desk.bring(members="slack_id,name,email\nUOLD,Old,lea@x.example\nUNEW,New,lea@x.example\n")
    with desk.store.engine.begin() as connection:
        connection.execute(update(MemberRow).where(MemberRow.id == "UOLD").values(standing="deactivated"))

    desk.bring(accounts="account,kam\nHelvetia,lea@x.example\n")

    assert desk.row(AccountRow).kam_id == "UNEW"


def test_an_address_of_several_people_or_of_nobody_is_an_error_of_the_row(desk: Desk) -> None:
    desk.bring(members="slack_id,name,email\nU1,One,lea@x.example\nU2,Two,lea@x.example\n")

    shared, unknown = desk.refused(accounts="account,kam,deputy\nHelvetia,lea@x.example,nobody@x.example\n")

    assert (shared.flaw, shared.hints, shared.column) == (Flaw.SHARED_EMAIL, ("U1", "U2"), "kam")
    assert (unknown.flaw, unknown.line, unknown.column) == (Flaw.UNKNOWN_EMAIL, 2, "deputy")


# What refers to what


def test_nothing_is_written_when_one_row_is_wrong_and_every_problem_is_listed_in_order(desk: Desk) -> None:
    problems = desk.refused(
        **{
            **COMPANY,
            "interactions": INTERACTIONS.replace("HPU", "HPX"),
            "team": "account,member,role\nHelvetia,UTOM,boss\n",
            "members": MEMBERS.replace("Technik", "Technk"),
        }
    )

    assert [(problem.file, problem.line, problem.column, problem.flaw) for problem in problems] == [
        ("members.csv", 2, "department", Flaw.UNKNOWN_DEPARTMENT),
        ("team.csv", 2, "role", Flaw.NOT_ONE_OF),
        ("interactions.csv", 3, "account", Flaw.UNKNOWN_ACCOUNT),
    ]
    assert problems[0].hints == ("Technik",)
    assert desk.written() == 0


def test_an_unknown_account_is_answered_with_the_closest(desk: Desk) -> None:
    problem = desk.refused_once(**{**COMPANY, "contacts": CONTACTS + "Helvetya,X,,,\n"})

    assert (problem.flaw, problem.line, problem.hints) == (Flaw.UNKNOWN_ACCOUNT, 4, ("Helvetia",))


def test_an_alias_of_several_accounts_names_none(desk: Desk) -> None:
    files = {"accounts": "account,aliases\nWerk Ulm,Werk\nWerk Gera,Werk\n", "contacts": "account,name\nWerk,Lang\n"}

    problem = desk.refused_once(**files)

    assert (problem.flaw, problem.hints) == (Flaw.SHARED_ALIAS, ("Werk Gera", "Werk Ulm"))


def test_of_stored_namesakes_the_one_with_the_files_access_is_meant_else_the_oldest(
    desk: Desk, company: Company
) -> None:
    company.account("Helvetia")
    company.account("Helvetia", access="restricted")

    desk.bring(accounts="account,access,mission\nHelvetia,restricted,secret\n")
    desk.bring(accounts="account,mission\nHelvetia,open\n")

    assert {row.access: row.mission for row in desk.rows(AccountRow)} == {"restricted": "secret", "open": "open"}


@pytest.mark.parametrize(
    ("files", "line", "other"),
    [
        ({"members": "slack_id,name\nU1,Lea\nU1,Tom\n"}, 3, 2),
        ({"departments": "department,channel,coordinator\nTechnik,C1,U1\n\ntechnik,C2,U1\n"}, 4, 2),
        ({"accounts": "account\nHelvetia\nHELVETIA\n"}, 3, 2),
        ({"accounts": "account\nA\n", "team": "account,member\nA,U1\nA,U1\n"}, 3, 2),
        ({"accounts": "account\nA\n", "contacts": "account,name\nA,Suter\nA,suter\n"}, 3, 2),
        ({"sponsors": "sponsor,kam\nU1,U2\nU3,U2\n"}, 3, 2),
        (
            {
                "accounts": "account\nA\n",
                "interactions": "account,author,when,text\nA,U1,2026-01-01,x\nA,U1,2026-01-01T12:00+01:00,x\n",
            },
            3,
            2,
        ),
    ],
)
def test_a_key_that_comes_twice_names_both_lines(desk: Desk, files: dict[str, str], line: int, other: int) -> None:
    problem = desk.refused_once(**files)

    assert (problem.flaw, problem.line, problem.other_line) == (Flaw.TWICE, line, other)


@pytest.mark.parametrize(
    ("accounts", "line"),
    [
        ("account,parent\nA,B\nB,C\nC,A\n", 2),
        ("account,parent\nA,A\n", 2),
        ("account,parent\nRoot,\nX,A\nA,B\nB,A\n", 4),
    ],
)
def test_parents_that_form_a_circle_are_named_once(desk: Desk, accounts: str, line: int) -> None:
    problem = desk.refused_once(accounts=accounts)

    assert (problem.flaw, problem.line, problem.column) == (Flaw.CIRCLE, line, "parent")


def test_a_circle_that_closes_over_a_stored_parent_is_found(desk: Desk) -> None:
    desk.bring(accounts="account,parent\nGroup,\nUnit,Group\n")

    problem = desk.refused_once(accounts="account,parent\nGroup,Unit\n")

    assert (problem.flaw, problem.line) == (Flaw.CIRCLE, 2)


def test_contacts_do_not_report_in_a_circle(desk: Desk) -> None:
    problem = desk.refused_once(
        accounts="account\nA\n", contacts="account,name,reports_to\nA,Suter,Lang\nA,Lang,Suter\n"
    )

    assert (problem.flaw, problem.file, problem.column) == (Flaw.CIRCLE, "contacts.csv", "reports_to")


def test_nobody_backs_themselves(desk: Desk) -> None:
    assert desk.refused_once(sponsors="sponsor,kam\nU1,U1\n").flaw is Flaw.OWN_SPONSOR


GROUP = """account,parent,access
Group,,
Unit,Group,
Hidden,Group,restricted
Other,,
"""


@pytest.mark.parametrize(
    ("contacts", "met", "flaw"),
    [
        ("Group,Suter\n", "Unit", None),
        ("Unit,Suter\nHidden,Suter\n", "Group", None),
        ("Unit,Suter\nGroup,Suter\n", "Hidden", Flaw.SHARED_CONTACT),
        ("Hidden,Suter\n", "Group", Flaw.UNKNOWN_CONTACT),
        ("Hidden,Suter\n", "Hidden", None),
        ("Other,Suter\n", "Group", Flaw.UNKNOWN_CONTACT),
    ],
)
def test_a_contact_is_one_of_the_account_or_the_only_one_in_the_open_accounts_of_its_group(
    desk: Desk, contacts: str, met: str, flaw: Flaw | None
) -> None:
    files = {
        "accounts": GROUP,
        "contacts": "account,name\n" + contacts,
        "interactions": f"account,author,when,text,contacts\n{met},U1,2026-01-01,x,Suter\n",
    }
    if flaw is None:
        desk.bring(**files)
        assert len(desk.rows(InteractionContactRow)) == 1
    else:
        assert desk.refused_once(**files).flaw is flaw


def test_an_unknown_contact_is_answered_with_the_closest_of_the_account(desk: Desk) -> None:
    desk.bring(**{**COMPANY, "contacts": CONTACTS + "Trautwyl,Daniela Sutterr,,,\n"})

    problems = desk.refused(
        contacts="account,name\nHelvetia,Ines Lang\nTrautwyl,Daniela Sutterer\n",
        interactions="account,author,when,text,contacts\nHelvetia,UTOM,2026-01-01,x,Daniela Sutter|Ines Lange\n",
    )

    assert [(one.typed, one.hints) for one in problems] == [
        ("Daniela Sutter", ("Daniela Suter",)),
        ("Ines Lange", ("Ines Lang",)),
    ]


@pytest.mark.parametrize("broken", ["members", "departments", "accounts", "contacts"])
def test_what_refers_to_a_file_that_could_not_be_read_is_not_judged(desk: Desk, broken: str) -> None:
    problems = desk.refused(**{**COMPANY, broken: COMPANY[broken].replace("\n", ',"x\n', 1)})

    assert {problem.file for problem in problems} == {f"{broken}.csv"}


def test_a_row_whose_key_cannot_be_read_is_reported_and_nothing_else_fails(desk: Desk) -> None:
    problems = desk.refused(
        members="slack_id,name\n,Lea\n",
        departments="department,channel,coordinator\n,C1,U1\n",
        accounts="account,tier\nA,\n,a\n",
        team="account,member\nA,\n,U1\n",
        contacts="account,name\nA,\n,Suter\n",
        sponsors="sponsor,kam\n,U1\nU1,\n",
        interactions="account,author,when,text\nA,,2026-01-01,x\nA,U1,,x\nA,U1,2026-01-01,\n,U1,2026-01-01,x\n",
    )

    assert {problem.flaw for problem in problems} == {Flaw.EMPTY}
    assert len(problems) == 13


def test_a_wrong_file_of_many_rows_is_judged_quickly(desk: Desk) -> None:
    lines = "".join(f"Acount {n},U1,2026-01-01,x\n" for n in range(5000))

    problems = desk.refused(accounts="account\nAccount\n", interactions="account,author,when,text\n" + lines)

    assert len(problems) == 5000
    assert problems[0].hints
    assert not problems[-1].hints


def test_an_address_that_the_directory_keeps_to_itself_is_unknown(desk: Desk) -> None:
    desk.directory = [Profile(MemberId("UBOT"), "Bot", Standing.BOT), Profile(MemberId("UANA"), "Ana", Standing.MEMBER)]

    assert desk.refused_once(sponsors="sponsor,kam\nana@x.example,U1\n").flaw is Flaw.UNKNOWN_EMAIL


# Channels that wait for an invitation


@pytest.mark.parametrize("subject", [Subject.DEPARTMENT, Subject.ACCOUNT])
@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (None, None),
        (ChannelFacts(channel("x"), "team-x", is_member=True), None),
        (ChannelFacts(channel("x"), "team-x"), ChannelInvite(channel("x"), "team-x", "Helvetia", False, False)),
        (ChannelFacts(channel("x"), is_external=True), ChannelInvite(channel("x"), None, "Helvetia", True, False)),
    ],
)
def test_whoever_answers_for_a_channel_is_told_as_long_as_it_is_closed(
    store: SqlStore, company: Company, subject: Subject, facts: ChannelFacts | None, told: ChannelInvite | None
) -> None:
    lea = company.member("Lea")
    ids = {
        Subject.DEPARTMENT: int(company.department("Helvetia", lea, "CX")),
        Subject.ACCOUNT: int(company.account("Helvetia", channel_id="CX")),
    }
    outgoing = Outgoing(Form.NOTE, "channel.invite", Ref(subject, ids[subject]), Priority.REQUEST, to_member=lea.id)
    gone = replace(outgoing, about=Ref(subject, 999))
    with store.begin(WORKSPACE) as tx:
        if facts is not None:
            tx.channels.put(facts)
        shown = [setup.invite_notice(tx, Claimed(1, "k", one, NOW, 1, "l"), NOW) for one in (outgoing, gone)]

    assert shown == [told, None]


# What people did since


def test_an_interaction_that_was_edited_or_undone_since_is_not_brought_back(desk: Desk, company: Company) -> None:
    desk.bring(**COMPANY)
    call, visit = desk.row(InteractionRow, kind="call"), desk.row(InteractionRow, kind="visit")
    with desk.store.engine.begin() as connection:
        connection.execute(update(InteractionRow).where(InteractionRow.id == visit.id).values(text="Besucht, ergänzt"))
    lea = company.get("ULEA")
    assert lea is not None
    undo = WithdrawInteraction(lea, InteractionId(call.id), "trigger:1", ReplyTo(lea.id))
    interactions.withdraw(desk.store, NOW, undo)

    again = desk.bring(interactions=INTERACTIONS.replace(",call,", ",video,"))

    assert totals(again)["interactions.csv"] == (0, 0, 2)
    assert desk.row(InteractionRow, id=visit.id).text == "Besucht, ergänzt"
    assert desk.row(InteractionRow, id=call.id).withdrawn_at == NOW
    assert desk.rows(SearchNoteRow, subject="interaction", object_id=call.id) == []


def test_a_planned_interaction_counts_as_logged_now(desk: Desk) -> None:
    desk.bring(accounts="account\nA\n", interactions="account,author,when,text\nA,U1,2027-01-01,geplant\n")

    assert desk.row(InteractionRow).logged_at == NOW


def test_an_account_that_people_created_is_completed_and_not_doubled(desk: Desk, company: Company) -> None:
    account_id = company.account("helvetia")

    done = desk.bring(accounts="account,kam\nHelvetia,ULEA\n", contacts="account,name\nHelvetia,Suter\n")

    assert totals(done)["accounts.csv"] == (0, 1, 0)
    assert desk.row(AccountRow).id == account_id
    with desk.store.read(WORKSPACE) as tx:
        account = tx.accounts.get(AccountId(account_id), EVERYTHING)
    assert account is not None
    assert (account.name, account.kam and account.kam.id) == ("Helvetia", "ULEA")


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


# What was merged since

TWINS = {
    **COMPANY,
    "accounts": """account,parent,aliases,kam,access,mission,tier
Helvetia,,HPU,lea@arven.example,,,a
Helvetia AG,Helvetia,HAG,,restricted,Pumpen,b
Helvetia Ulm,Helvetia AG,,,,,
""",
    "team": "account,member,role\nHelvetia,UTOM,expert\nHelvetia AG,UTOM,support\nHAG,ULEA,support\n",
    "contacts": """account,name,title,decision_role,reports_to
Helvetia,Urs Bachofner,CEO,decider,
Helvetia,U. Bachofner,,buyer,Urs Bachofner
Helvetia,Daniela Suter,,,U. Bachofner
Helvetia AG,Rolf Lang,,,
""",
    "interactions": """account,author,when,text,kind,contacts
Helvetia,UTOM,2026-03-02 10:00,Besucht,visit,U. Bachofner|Daniela Suter
Helvetia AG,UTOM,2026-03-02 10:00,Besucht,visit,Rolf Lang
HAG,UTOM,2026-03-03 10:00,Angerufen,call,
""",
}


def _merge(desk: Desk, stays: Ref, goes: Ref) -> MergeId:
    with desk.store.begin(WORKSPACE) as tx:
        sides = [tx.merges.side(one, EVERYTHING) for one in (stays, goes)]
        assert sides[0]
        assert sides[1]
        changes, joins = merges.surviving(sides[0], sides[1]), merges.joins(sides[0], sides[1])
        merge_id = tx.merges.merge(sides[0], sides[1], changes, joins, MemberId("ULEA"), NOW)
    assert merge_id is not None
    return merge_id


def _merged(desk: Desk) -> None:
    """Import, and merge the two accounts and the two contacts."""
    desk.bring(**TWINS)
    account, other = desk.row(AccountRow, name="Helvetia"), desk.row(AccountRow, name="Helvetia AG")
    urs, short = desk.row(ContactRow, name="Urs Bachofner"), desk.row(ContactRow, name="U. Bachofner")
    _merge(desk, Ref(Subject.ACCOUNT, account.id), Ref(Subject.ACCOUNT, other.id))
    _merge(desk, Ref(Subject.CONTACT, short.id), Ref(Subject.CONTACT, urs.id))


def test_the_same_files_change_nothing_after_accounts_and_contacts_were_merged(desk: Desk) -> None:
    _merged(desk)
    written = desk.written()

    again = desk.bring(**TWINS)

    assert {(new, changed) for new, changed, _same in totals(again).values()} == {(0, 0)}
    assert desk.written() == written
    assert desk.row(AccountRow, name="Helvetia").access == "restricted"
    assert desk.row(AccountRow, name="Helvetia").mission == "Pumpen"


def test_what_is_new_under_a_merged_name_comes_to_the_survivor(desk: Desk) -> None:
    _merged(desk)
    account, short = desk.row(AccountRow, name="Helvetia"), desk.row(ContactRow, name="U. Bachofner")

    done = desk.bring(
        accounts="account,aliases,tier\nHelvetia,Pumpenbau,c\n",
        contacts="account,name,decision_role,reports_to\nHAG,Eva Neu,,Urs Bachofner\nHelvetia,U. Bachofner,user,\n",
        team="account,member\nHelvetia AG,UNEW\n",
        interactions="account,author,when,text\nHelvetia AG,UTOM,2026-03-09 10:00,Neu\n",
    )

    assert totals(done)["accounts.csv"] == (0, 1, 0)
    assert desk.row(ContactRow, name="Eva Neu").account_id == account.id
    assert desk.row(ContactRow, name="Eva Neu").reports_to_id == short.id
    assert desk.row(ContactRow, id=short.id).decision_roles == ["buyer", "decider", "user"]
    assert desk.row(TeamRow, member_id="UNEW").account_id == account.id
    assert desk.row(InteractionRow, text="Neu").account_id == account.id
    names_ = {row.name for row in desk.rows(AccountNameRow, account_id=account.id)}
    assert names_ == {"Helvetia", "HPU", "Helvetia AG", "HAG", "Pumpenbau"}


def test_a_new_account_may_bear_the_name_of_one_that_was_merged(desk: Desk, company: Company) -> None:
    _merged(desk)
    company.account("Helvetia AG")

    done = desk.bring(accounts="account,tier\nHelvetia AG,c\n", contacts="account,name\nHelvetia AG,Eva Neu\n")

    assert totals(done)["accounts.csv"] == (0, 1, 0)
    new = desk.row(AccountRow, name="Helvetia AG", merged_into_id=None)
    assert (new.tier, desk.row(ContactRow, name="Eva Neu").account_id) == ("c", new.id)
