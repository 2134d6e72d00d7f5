"""A button that is over is refused, and the card it stood on is shown anew."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from storage.store import SqlStore
from storage.tables import CardRow, OutboxRow
from tests.company import WORKSPACE
from tests.services.delivery_place import Place


def _stands(place: Place, request_id: int, channel: str = "CPROD", ts: str = "1700000000.1") -> None:
    """Let the card of a request stand in a channel."""
    with place.store.engine.begin() as connection:
        connection.execute(delete(OutboxRow))
        connection.execute(
            insert(CardRow).values(
                workspace_id=WORKSPACE,
                topic="request.card",
                object_id=request_id,
                place="CPROD",
                subject="request",
                channel_id=channel,
                ts=ts,
            )
        )


def _waiting_cards(place: Place) -> list[tuple[str, int]]:
    with place.store.engine.connect() as connection:
        cards_ = select(OutboxRow.place, OutboxRow.object_id).where(OutboxRow.form == "card")
        return [(row.place, row.object_id) for row in connection.execute(cards_)]


ON_CARD = {"type": "message", "channel_id": "CPROD", "message_ts": "1700000000.1", "is_ephemeral": False}


@pytest.mark.parametrize("action_id", ["request.from_2025", "request.decline"])
def test_a_button_that_is_over_is_refused_and_its_card_is_shown_anew(store: SqlStore, action_id: str) -> None:
    place = Place(store)
    request_id = place.declined()
    _stands(place, request_id)
    answer = place.slack.click(place.cora, action_id, request_id, container=ON_CARD)
    assert answer.status == 200
    said = place.slack.modals.answers[0]["text"]
    assert ("out of date" if "2025" in action_id else "answered already") in said
    assert _waiting_cards(place) == [("CPROD", request_id)]
    place.slack.click(place.cora, action_id, request_id, container=ON_CARD)
    assert len(_waiting_cards(place)) == 1, "waiting edits are one"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {**ON_CARD, "message_ts": "1.1"},
        {**ON_CARD, "channel_id": "COTHER"},
        {"type": "view", "view_id": "V1"},
        {},
    ],
)
def test_a_button_on_no_card_refreshes_none(store: SqlStore, elsewhere: dict[str, Any]) -> None:
    place = Place(store)
    _stands(place, place.declined())
    assert place.slack.click(place.cora, "request.from_2025", 1, container=elsewhere).status == 200
    assert _waiting_cards(place) == []


def test_a_guest_who_presses_refreshes_nothing(store: SqlStore) -> None:
    place = Place(store)
    request_id = place.declined()
    _stands(place, request_id)
    guest = place.company.member("Gast", standing="guest")
    place.slack.click(guest, "request.from_2025", request_id, container=ON_CARD)
    assert _waiting_cards(place) == []
