import json
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.domain.identity import WorkspaceId
from storage.tables import RequestRow
from tests.commands.conftest import Firm, Run
from tests.company import NOW, WORKSPACE, Company


def request(firm: Firm, number: int, account_id: int = 1) -> None:
    row = {
        "workspace_id": WORKSPACE,
        "id": number + 1000,
        "number": number,
        "account_id": account_id,
        "requester_id": "ULEA",
        "kind": "people",
        "what": "Geheim: zwei Leute",
        "needed_by": NOW.date(),
        "visibility": "company",
        "state": "sent",
        "created_at": NOW,
        "version": 1,
    }
    with firm.store.engine.begin() as connection:
        connection.execute(insert(RequestRow).values(row))


# Who did what


def test_who_did_what_when_is_shown_in_ids_and_field_names_never_in_words(firm: Firm, run: Run) -> None:
    firm.company.account("Helvetia")
    request(firm, 12)
    firm.act(1012, ago=20)
    firm.act(1012, "request.declined")

    shown = run("audit", "R-12")
    in_json = json.loads(run("audit", "r-12", "--json").stdout)

    lines = shown.stdout.splitlines()
    assert [line.split("  ")[1:] for line in lines] == [
        ["Lea <ULEA>", "request.sent", "R-12", "state"],
        ["Lea <ULEA>", "request.declined", "R-12", "state"],
    ]
    assert [row["action"] for row in in_json["rows"]] == ["request.sent", "request.declined"]
    assert in_json["rows"][0].keys() == {"at", "actor", "name", "action", "object", "object_id", "fields"}
    assert "Geheim" not in shown.output + json.dumps(in_json)


def test_an_accounts_name_shows_everything_that_belongs_to_it_and_nothing_else(firm: Firm, run: Run) -> None:
    helvetia = firm.company.account("Helvetia Pumpen", "HP")
    other = firm.company.account("Trautwyl")
    request(firm, 1, helvetia)
    request(firm, 2, other)
    firm.act(1001)
    firm.act(1002)

    shown = run("audit", "  hELVETIA pumpen ")
    by_alias = run("audit", "hp")

    assert [line.split("  ")[3] for line in shown.stdout.splitlines()] == ["R-1"]
    assert by_alias.stdout == shown.stdout


@pytest.mark.parametrize(
    "what", ["R-99", "E-1", "I-5", "Nobody", "R-", "R-x", "R-99999999999999999999", "show", "", "'; --"]
)
def test_what_is_not_there_is_said_with_what_to_write(firm: Firm, run: Run, what: str) -> None:
    firm.act()

    done = run("audit", "show", what)

    assert done.exit_code == 1
    assert "write a short id such as R-12" in done.stderr
    assert done.stdout == ""


def test_without_an_object_everything_is_shown_page_by_page_and_none_twice(
    firm: Firm, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.commands import audit

    monkeypatch.setattr(audit, "_PAGE", 3)
    for number in range(8):
        firm.act(number, ago=30)

    shown = run("audit").stdout.splitlines()

    assert len(shown) == len(set(shown)) == 8


def test_since_when_may_be_a_date_or_a_time_ago(firm: Firm, run: Run) -> None:
    firm.act(1, ago=180)
    firm.act(2, ago=10)

    ago, dated, future, wrong = (run("audit", "--since", when) for when in ("1h", "2020-01-01", "2999-01-01", "soon"))

    assert [line.split("  ")[3] for line in ago.stdout.splitlines()] == ["request 2"]
    assert len(dated.stdout.splitlines()) == 2
    assert future.stdout == ""
    assert wrong.exit_code == 2
    assert "soon" in wrong.stderr


def test_a_name_cannot_speak_to_the_terminal(firm: Firm, run: Run) -> None:
    firm.company.member("Eve\x1b[2J\nroot\u202e", id="UEVE")
    firm.act(actor="UEVE")

    shown = run("audit").stdout

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert len(shown.splitlines()) == 1


def test_scharnier_itself_the_operator_and_who_left_are_told_apart(firm: Firm, run: Run) -> None:
    firm.company.member("Tom", standing="deactivated")
    firm.act(actor="UTOM", ago=30)
    firm.act(actor="operator", ago=20)
    firm.change("UPDATE audit SET actor_id = NULL WHERE actor_id = 'operator'")
    firm.act(actor="operator")

    shown = [line.split("  ")[1] for line in run("audit").stdout.splitlines()]

    assert shown == ["Tom (left) <UTOM>", "Scharnier", "operator"]


def test_among_several_workspaces_one_must_be_named(firm: Firm, run: Run) -> None:
    Company(firm.store, WorkspaceId("T2"))

    several, named, wrong = run("audit"), run("audit", "--workspace", "T2"), run("audit", "--workspace", "T3")

    assert (several.exit_code, named.exit_code, wrong.exit_code) == (2, 0, 2)
    assert "--workspace: T1, T2" in several.stderr
    assert "write one of T1, T2" in wrong.stderr


# The chain


def test_a_chain_that_holds_tells_its_newest_hash_and_what_is_not_sealed(firm: Firm, run: Run) -> None:
    firm.act(ago=10)
    firm.seal()
    firm.act(ago=0)

    shown, in_json = run("audit", "verify"), run("audit", "verify", "--json")

    verified = json.loads(in_json.stdout)["workspaces"]["T1"]
    assert (shown.exit_code, in_json.exit_code) == (0, 0)
    assert shown.stdout.startswith("✓ The chain holds: 1 seal over 1 row.")
    assert verified["newest"]["hash"] in shown.stdout
    assert "Not sealed yet: 1 row" in shown.stdout
    assert (verified["holds"], verified["seals"], verified["unsealed"]["rows"]) == (True, 1, 1)


def test_a_broken_chain_names_seal_rows_and_time_and_ends_with_1(firm: Firm, run: Run) -> None:
    for minutes in (30, 20):
        firm.act(ago=minutes)
        firm.seal()
    firm.change("UPDATE audit SET actor_id = 'UTOM' WHERE seal = 2")

    shown, in_json = run("audit", "verify"), run("audit", "verify", "--json")

    broken = json.loads(in_json.stdout)["workspaces"]["T1"]["broken"]
    assert (shown.exit_code, in_json.exit_code) == (1, 1)
    assert shown.stdout.startswith("✗ Rows under seal 2 of ")
    assert "1 row there, 1 sealed, from " in shown.stdout
    assert "1 seal over 1 row hold" in shown.stdout
    assert (broken["flaw"], broken["seal"], broken["rows"]) == ("rows_changed", 2, 1)


def test_a_chain_cut_at_its_end_is_found_by_the_hash_noted_before(firm: Firm, run: Run) -> None:
    for minutes in (30, 20):
        firm.act(ago=minutes)
        firm.seal()
    noted = json.loads(run("audit", "verify", "--json").stdout)["workspaces"]["T1"]["newest"]["hash"]
    assert run("audit", "verify", "--expect", noted).exit_code == 0

    firm.change("DELETE FROM audit WHERE seal = 2")
    firm.change("DELETE FROM audit_seals WHERE number = 2")

    assert run("audit", "verify").exit_code == 0
    cut = run("audit", "verify", "--expect", noted)
    assert cut.exit_code == 1
    assert "No seal has the expected hash" in cut.stdout


FLAWS = {
    "DELETE FROM audit WHERE seal = 1": "Rows are missing under seal 1",
    "UPDATE audit SET seal = 1": "Rows were added under seal 1",
    "DELETE FROM audit_seals WHERE number = 1": "Seal 1 is missing",
    "DELETE FROM audit_seals": "Seal 1 is missing, and 2 rows under it or a later one are left.",
    "UPDATE audit_seals SET previous = hash WHERE number = 2": "Seal 2 of",
}


@pytest.mark.parametrize(("statement", "says"), FLAWS.items())
def test_each_kind_of_break_has_its_sentence(firm: Firm, run: Run, statement: str, says: str) -> None:
    for minutes in (30, 20):
        firm.act(ago=minutes)
        firm.seal()
    firm.change(statement)

    shown = run("audit", "verify")

    assert shown.exit_code == 1
    assert says in shown.stdout
    assert "None" not in shown.stdout


def test_every_break_has_a_sentence() -> None:
    from bot.commands import audit
    from bot.domain.audit import Flaw

    assert set(audit._FLAWS) == set(Flaw)


def test_before_the_first_start_nothing_is_made(run: Run, tmp_path: Path) -> None:
    done = run("audit")

    assert done.exit_code == 2
    assert "There is no database" in done.stderr
    assert list(tmp_path.iterdir()) == []
