import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.access import Visibility
from bot.domain.interactions import (
    REGRET,
    Category,
    Interaction,
    Tag,
)
from bot.domain.members import Member
from storage.store import SqlStore
from storage.tables import MemberRow
from tests.company import Company
from tests.services.note_taking import Known, edit, log_line, logged, save, told, undo

_NUMBERS = itertools.count(1)


def complaint(store: SqlStore, actor: Member, account: str = "HPU", **details: Any) -> Interaction:
    number = next(_NUMBERS)
    form = log_line(store, actor, account, key=f"trigger:complaint{number}")
    return save(
        store, actor, form, f"view:complaint{number}", **{"text": "Ärger", "tags": (Tag.COMPLAINT,), **details}
    ).interaction


@pytest.mark.parametrize(
    "cause",
    [
        {"tags": (Tag.COMPLAINT,)},
        {"tags": (), "category": Category.RISK},
        {"tags": (), "category": Category.COMPETITOR},
        {"tags": (), "satisfaction": 2, "satisfaction_source": "ours"},
    ],
)
def test_the_kam_hears_at_once(store: SqlStore, known: Known, cause: Mapping[str, Any]) -> None:
    note = complaint(store, known.lea, **cause)

    assert told(store)["interaction.alert", known.tobias.id].interaction == note


@pytest.mark.parametrize("visibility", [Visibility.TEAM, Visibility.LEADERSHIP])
def test_the_kam_hears_of_narrower_notes_too_but_never_of_a_private_one(
    store: SqlStore, known: Known, visibility: Visibility
) -> None:
    complaint(store, known.lea, visibility=visibility)
    assert ("interaction.alert", known.tobias.id) in told(store)

    private = complaint(store, known.lea, text="Großer Ärger", visibility=Visibility.PRIVATE)
    assert ("interaction.alert", known.tobias.id) not in told(store)
    edit(store, known.lea, private, tags=(Tag.COMPLAINT,), visibility=Visibility.COMPANY)
    assert told(store)["interaction.alert", known.tobias.id].interaction.text == "Großer Ärger"


def test_a_kam_is_not_told_what_they_wrote_and_the_deputy_stands_in_for_one_who_left(
    store: SqlStore, known: Known
) -> None:
    complaint(store, known.tobias)
    assert ("interaction.alert", known.tobias.id) not in told(store)

    with store.engine.begin() as connection:
        connection.execute(update(MemberRow).where(MemberRow.id == known.tobias.id).values(standing="deactivated"))
    complaint(store, known.lea)
    assert ("interaction.alert", known.ben.id) in told(store)


def test_a_notice_is_edited_to_withdrawn_corrected_or_moved(store: SqlStore, known: Known) -> None:
    undone, corrected, moved = (complaint(store, known.lea, text=text) for text in ("eins", "zwei", "drei"))
    told(store)

    undo(store, known.lea, undone)
    assert told(store)["interaction.alert", known.tobias.id].interaction is None
    edit(store, known.lea, corrected, tags=())
    assert not told(store)["interaction.alert", known.tobias.id].interaction.concerns_kam
    edit(store, known.lea, moved, "view:m", account_id=known.alpina, tags=(Tag.COMPLAINT,))
    news = told(store)
    assert not news["interaction.alert", known.tobias.id].is_theirs
    assert news["interaction.alert", known.ben.id].is_theirs


def test_a_notice_that_is_over_before_it_was_sent_is_never_sent(store: SqlStore, known: Known) -> None:
    undo(store, known.lea, complaint(store, known.lea, text="eins"))
    edit(store, known.lea, complaint(store, known.lea, text="zwei"), tags=())

    assert told(store)["interaction.alert", known.tobias.id] is None


def test_an_edit_that_makes_it_a_complaint_tells_the_kam_unless_they_made_it(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    edit(store, known.lea, note, tags=(Tag.COMPLAINT,))
    assert ("interaction.alert", known.tobias.id) in told(store)

    another = logged(store, known.lea, "HPU: noch einer").interaction
    told(store)
    edit(store, known.tobias, another, "view:k", after=REGRET, tags=(Tag.COMPLAINT,))
    assert ("interaction.alert", known.tobias.id) not in told(store, REGRET)


def test_a_complaint_without_a_kam_alarms_nobody(store: SqlStore, known: Known, company: Company) -> None:
    company.account("Waise")

    note = complaint(store, known.lea, "Waise")
    edit(store, known.lea, note, "view:o", tags=(Tag.COMPLAINT,), category=Category.RISK)
    moved = logged(store, known.lea, "HPU: Besuch").interaction
    edit(store, known.lea, moved, "view:w", tags=(Tag.COMPLAINT,), account_id=note.account.id)

    assert "interaction.alert" not in {topic for topic, _ in told(store)}
