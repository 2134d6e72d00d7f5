from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.delivery import ChannelFacts, Claimed, Form, Outgoing, Priority, Ref, Subject
from bot.domain.setup import ChannelInvite, Flaw
from bot.services import setup
from storage.store import SqlStore
from storage.tables import AccountRow, InteractionContactRow
from tests.company import NOW, WORKSPACE, Company, channel
from tests.services.setup_desk import COMPANY, CONTACTS, INTERACTIONS, MEMBERS, Desk


@pytest.fixture
def desk(store: SqlStore, company: Company, tmp_path: Path) -> Desk:
    assert company.workspace == WORKSPACE
    return Desk(store, tmp_path)


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
