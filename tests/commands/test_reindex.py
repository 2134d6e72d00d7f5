import json

from bot.domain.access import Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId
from bot.domain.search_notes import Note
from tests.commands.conftest import Firm, Run
from tests.company import NOW, WORKSPACE


def test_the_index_is_built_anew_from_what_is_stored(firm: Firm, run: Run) -> None:
    firm.change(
        "INSERT INTO accounts (workspace_id, id, name, kind, access, is_at_risk, mission, created_at, version) "
        f"VALUES ('{WORKSPACE}', 7, 'Helvetia', 'customer', 'open', false, 'Erste Wahl', '2026-01-01 00:00:00', 1)"
    )

    first = run("db", "reindex")
    again = json.loads(run("db", "reindex", "--json").stdout)

    assert (first.exit_code, first.stdout) == (0, "1 fact indexed, 0 notes about nothing that is left taken out.\n")
    assert again == {"indexed": 1, "removed": 0}
    assert firm.ask("SELECT subject, object_id FROM search_notes") == [("account", 7)]


def test_what_is_gone_is_taken_out(firm: Firm, run: Run) -> None:

    with firm.store.begin(WORKSPACE) as tx:
        tx.search.put(Note(Ref(Subject.CONTACT, 9), AccountId(7), None, Visibility.COMPANY, NOW, "Skonto"))

    assert run("db", "reindex").stdout == "0 facts indexed, 1 note about nothing that is left taken out.\n"
    assert firm.ask("SELECT count(*) FROM search_notes") == [(0,)]
