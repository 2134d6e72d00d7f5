from datetime import timedelta

from sqlalchemy import delete, insert, update

from bot.domain.delivery import Ref, Subject
from bot.domain.members import Member
from bot.domain.search import Ask
from bot.services import search, search_rebuild
from storage.store import SqlStore
from storage.tables import AccountRow, InteractionRow, PromiseRow, SearchNoteRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.conflict import Conflict
from tests.slack import Slack


def found(store: SqlStore, reader: Member, question: str) -> set[tuple[str, str]]:
    """Return subject and text of every answer."""
    answered = search.ask(store, NOW + timedelta(days=1), Ask(reader, question, new_key()))
    return {(one.about.subject, one.text) for one in getattr(answered, "answers", ())}


def indexed(store: SqlStore) -> set[tuple[object, ...]]:
    """Return every note with its words, without its key, which is drawn by chance."""
    columns = [column for column in SearchNoteRow.__table__.columns if column.name not in {"id", "at"}]
    with store.engine.connect() as connection:
        return {tuple(row) for row in connection.execute(SearchNoteRow.__table__.select().with_only_columns(*columns))}


def test_a_rebuild_brings_back_all_that_was_indexed_when_it_was_written(
    store: SqlStore, company: Company, slack: Slack
) -> None:
    stage = Conflict(store, company)
    escalation = stage.raised()
    stage.decide(stage.keller, escalation, text="Die Montage verschiebt sich", reason="Das Audit")
    company.contact(stage.account, "Eva Kern", aims="Skonto", title="Einkauf")
    for text in ("Helvetia: Liefertermin steht", "Helvetia: Reklamation wegen Lack"):
        slack.command(stage.lea, f"/kam-log {text}")
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(mission="Erste Wahl für Pumpen"))
        connection.execute(
            insert(PromiseRow).values(
                workspace_id=WORKSPACE, id=5, account_id=stage.account, text="Muster bis Mai", first_due_on=NOW.date(),
                due_on=NOW.date(), owner_id=stage.lea.id, author_id=stage.lea.id, created_at=NOW,
            )
        )  # fmt: skip
    search_rebuild.rebuild(store, WORKSPACE, lambda _: None)
    whole = indexed(store)
    with store.begin(WORKSPACE) as tx:
        tx.search.clear()
    assert found(store, stage.lea, "Liefertermin") == set()
    counted: list[int] = []
    done = search_rebuild.rebuild(store, WORKSPACE, counted.append)
    assert sum(counted) == done.facts == search_rebuild.count(store, WORKSPACE)
    assert indexed(store) == whole
    assert found(store, stage.lea, "Liefertermin") == {("interaction", "Liefertermin steht")}
    assert found(store, stage.lea, "Montage") == {("decision", "Die Montage verschiebt sich\n\nDas Audit")}
    assert found(store, stage.lea, "Skonto") == {("contact", "Skonto")}
    assert found(store, stage.lea, "Pumpen Wahl") == {("account", "Erste Wahl für Pumpen")}
    assert found(store, stage.lea, "Muster") == {("promise", "Muster bis Mai")}


def test_a_rebuild_takes_out_what_does_not_exist_any_more(store: SqlStore, company: Company, slack: Slack) -> None:
    lea = company.member("Lea")
    company.account("Helvetia")
    for text in ("Liefertermin steht", "Liefertermin wackelt", "Liefertermin fällt"):
        slack.command(lea, f"/kam-log Helvetia: {text}")
    with store.engine.begin() as connection:
        connection.execute(update(InteractionRow).where(InteractionRow.number == 1).values(withdrawn_at=NOW))
        connection.execute(delete(InteractionRow).where(InteractionRow.number == 3))
    with store.begin(WORKSPACE) as tx:
        assert tx.search.keep_only(Subject.CONTACT, 0, None, ()) == 0
    done = search_rebuild.rebuild(store, WORKSPACE, lambda _: None)
    assert done.removed == 2
    assert found(store, lea, "Liefertermin") == {("interaction", "Liefertermin wackelt")}


def test_one_fact_is_indexed_in_the_transaction_that_writes_it(store: SqlStore, company: Company, slack: Slack) -> None:
    lea = company.member("Lea")
    company.account("Helvetia")
    slack.command(lea, "/kam-log Helvetia: Liefertermin steht")
    with store.begin(WORKSPACE) as tx:
        (one,) = tx.search_sources.hold(Subject.INTERACTION, 0, 5)
        tx.search.clear()
        search_rebuild.index(tx, Ref(Subject.INTERACTION, one))
    assert found(store, lea, "Liefertermin")
