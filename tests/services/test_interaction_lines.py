import threading
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.access import Visibility
from bot.services import interactions, rerouting
from storage.store import SqlStore
from storage.tables import InteractionRow
from tests.company import NOW, PLENTY, WORKSPACE, Company
from tests.services.note_taking import MINUTE, Known, edit, log_line, logged, rows, save, told, undo


def texts(line: Any) -> list[str]:
    return [interaction.text for interaction in line.interactions] if line else []


def test_four_logs_at_once_on_one_account_are_one_message_of_its_channel(store: SqlStore, known: Known) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time: there is no such moment")
    ready = threading.Barrier(4)

    def log(number: int) -> None:
        ready.wait()
        logged(store, known.lea, f"HPU: Besuch {number}")

    threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(rows(store, InteractionRow.number)) == [1, 2, 3, 4]
    assert len(set(rows(store, InteractionRow.burst_id))) == 1


def test_the_first_of_a_burst_goes_at_once_and_the_others_of_that_minute_join_it(store: SqlStore, known: Known) -> None:
    logged(store, known.lea, "HPU: eins")
    assert texts(told(store)["interaction.line", "CHEL"]) == ["eins"]

    logged(store, known.ben, "HPU: zwei", seconds=40)
    assert texts(told(store)["interaction.line", "CHEL"]) == ["eins", "zwei"]
    logged(store, known.ben, "HPU: drei", seconds=61)
    assert texts(told(store)["interaction.line", "CHEL"]) == ["drei"]


def test_an_undone_line_leaves_its_bundle_and_the_last_takes_the_message_along(store: SqlStore, known: Known) -> None:
    one, two = logged(store, known.lea, "HPU: eins"), logged(store, known.lea, "HPU: zwei", seconds=5)
    told(store)

    undo(store, known.lea, one.interaction, "a")
    assert texts(told(store)["interaction.line", "CHEL"]) == ["zwei"]
    undo(store, known.lea, two.interaction, "b")
    assert told(store)["interaction.line", "CHEL"] is None


def test_a_note_after_the_whole_burst_was_undone_is_told_all_the_same(store: SqlStore, known: Known) -> None:
    undo(store, known.lea, logged(store, known.lea, "HPU: eins").interaction)
    told(store)

    logged(store, known.lea, "HPU: zwei", seconds=10)

    assert texts(told(store)["interaction.line", "CHEL"]) == ["zwei"]


def test_a_moved_line_leaves_its_channel_and_joins_the_burst_of_the_other(store: SqlStore, known: Known) -> None:
    logged(store, known.lea, "Alpina: schon da")
    first = logged(store, known.lea, "HPU: eins", seconds=1).interaction
    logged(store, known.lea, "HPU: zwei", seconds=2)
    told(store)

    edit(store, known.lea, first, after=timedelta(seconds=20), account_id=known.alpina)
    news = told(store)
    assert texts(news["interaction.line", "CHEL"]) == ["zwei"]
    assert texts(news["interaction.line", "CALP"]) == ["schon da", "eins"]

    logged(store, known.lea, "HPU: drei", seconds=30)
    assert texts(told(store)["interaction.line", "CHEL"]) == ["zwei", "drei"]
    back = interactions.show(store, NOW, known.lea, first.number).interaction
    edit(store, known.lea, back, "view:2", after=timedelta(hours=1), account_id=known.helvetia)
    news = told(store, timedelta(hours=1))
    assert texts(news["interaction.line", "CALP"]) == ["schon da"]


@pytest.mark.parametrize("narrow", [Visibility.TEAM, Visibility.LEADERSHIP, Visibility.PRIVATE])
def test_a_narrowed_line_goes_away_and_comes_back_when_it_is_opened(
    store: SqlStore, known: Known, narrow: Visibility
) -> None:
    note = logged(store, known.lea, "HPU: eins").interaction
    told(store)

    narrowed = edit(store, known.lea, note, "view:1", visibility=narrow)
    assert narrowed.line_goes_to is None
    assert told(store)["interaction.line", "CHEL"] is None
    edit(store, known.lea, narrowed.interaction, "view:2", after=MINUTE, visibility=Visibility.COMPANY)
    assert texts(told(store)["interaction.line", "CHEL"]) == ["eins"]


@pytest.mark.parametrize("visibility", [Visibility.TEAM, Visibility.LEADERSHIP, Visibility.PRIVATE])
def test_nothing_narrower_than_the_company_reaches_a_channel(
    store: SqlStore, known: Known, visibility: Visibility
) -> None:
    save(store, known.lea, log_line(store, known.lea, "HPU"), text="x", visibility=visibility)

    assert "interaction.line" not in {topic for topic, _ in told(store)}


def test_a_line_that_was_undone_before_it_was_sent_is_never_sent(store: SqlStore, known: Known) -> None:
    undo(store, known.lea, logged(store, known.lea, "HPU: eins").interaction)

    assert told(store)["interaction.line", "CHEL"] is None


def test_two_accounts_in_one_channel_are_both_told(store: SqlStore, known: Known, company: Company) -> None:
    company.account("Helvetia Werk", channel_id="CHEL")

    logged(store, known.lea, "Helvetia Werk: Besuch")

    assert texts(told(store)["interaction.line", "CHEL"]) == ["Besuch"]


def test_a_line_sent_to_the_kam_instead_of_a_closed_channel_is_edited_there(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: eins").interaction
    with store.begin(WORKSPACE) as tx:
        [row] = tx.outbox.claim(NOW, PLENTY, 5, 5).rows
        assert rerouting.elsewhere(tx, row, NOW)
        tx.outbox.park(row, "not_in_channel")
    assert texts(told(store)["interaction.line", known.tobias.id]) == ["eins"]

    edit(store, known.lea, note, text="anders")
    assert texts(told(store)["interaction.line", known.tobias.id]) == ["anders"]
    undo(store, known.lea, note)
    news = told(store)
    assert news["interaction.line", known.tobias.id] is None
    assert ("interaction.line", "CHEL") not in news
