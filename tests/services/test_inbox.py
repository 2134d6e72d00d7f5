"""A form that comes again with other content: what is told of the first, and to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain import errors
from bot.domain.access import Access
from bot.domain.delivery import Ref, Subject
from bot.services import inbox
from storage.store import SqlStore
from storage.tables import AccountRow, Base, EscalationRow, InboxRow, InteractionRow, RequestRow
from tests.company import NOW, WORKSPACE
from tests.conflict import CASE
from tests.services.delivery_place import Place


def saved_note(place: Place) -> None:
    place.slack.command(place.lea, "/kam-log")
    assert place.slack.submit(place.lea, text="they like it", account=place.account) == {}


MAKERS: tuple[tuple[Subject, type[Base], Callable[[Place], object]], ...] = (
    (Subject.INTERACTION, InteractionRow, saved_note),
    (Subject.REQUEST, RequestRow, Place.request),
    (Subject.ESCALATION, EscalationRow, Place.conflict),
)


def key_of(store: SqlStore, made: Ref) -> str:
    """Return under which key the form came that made this, without what was typed."""
    with store.engine.connect() as connection:
        keys = connection.execute(
            select(InboxRow.key).where(
                InboxRow.subject == made.subject, InboxRow.object_id == made.id, InboxRow.key.like("view:%")
            )
        )
        key: str = keys.scalar_one()
    return key.partition("#")[0]


@pytest.mark.parametrize(("subject", "table", "make"), MAKERS, ids=[subject for subject, _, _ in MAKERS])
def test_whoever_may_not_read_what_a_form_made_is_told_no_word_of_it(
    store: SqlStore, subject: Subject, table: type[Base], make: Callable[[Place], object]
) -> None:
    place = Place(store)
    make(place)
    made = Ref(subject, place.newest(table))
    stranger = place.company.member("Otto Fremd")
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(access=Access.RESTRICTED))
    other = f"{key_of(store, made)}#other"

    with store.begin(WORKSPACE) as tx:
        with pytest.raises(errors.AlreadySaved):
            inbox.earlier(tx, tx.access.viewer(place.lea), other)
        with pytest.raises(errors.UnknownObject) as refused:
            inbox.earlier(tx, tx.access.viewer(stranger), other)
    assert refused.value.typed == ""


def test_a_key_under_which_nothing_with_words_was_made_tells_none(store: SqlStore) -> None:
    place = Place(store)
    with store.begin(WORKSPACE) as tx:
        tx.inbox.record("view:V1#a", Ref(Subject.WORKSPACE, 0), NOW)
        with pytest.raises(errors.UnknownObject):
            inbox.earlier(tx, tx.access.viewer(place.lea), "view:V1#b")


def test_a_conflict_that_was_raised_with_another_reason_is_named_by_its_goal(store: SqlStore) -> None:
    place = Place(store)
    place.slack.command(place.lea, "/kam-escalate HPU")
    incomplete: dict[str, Any] = {**CASE, "tried": ""}
    shown = place.slack.submit(place.lea, **incomplete, other_party=f"department:{place.production}")["view"]
    raised = place.slack.submit(place.lea, {**shown}, view_id="V1", anyway="it burns")
    assert raised == {"response_action": "clear"}

    refused = place.slack.submit(place.lea, {**shown}, view_id="V1", anyway="it is urgent")

    (said,) = refused["errors"].values()
    assert "E-1: “Pilot line by December”" in said
