"""The second of two people who press for the same thing is told who was first, and when."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from storage.store import SqlStore
from storage.tables import MemberRow
from tests.services.delivery_place import Deliver, Place, in_form, rows


def _two_edits(place: Place) -> tuple[Deliver, Deliver]:
    made = place.note()
    place.slack.click(place.lea, "log.edit", made)
    one = place.submits(place.lea, place.view(), text="one")
    place.slack.click(place.lea, "log.edit", made)
    return one, place.submits(place.lea, place.view(), text="two")


ADVICE: dict[str, Any] = {"kind": "advice", "text": "One line", "reason": "the audit"}


TwoDeliveries = Callable[[Place], tuple[Deliver, Deliver]]


SECOND: tuple[tuple[str, TwoDeliveries, str, str], ...] = (
    (
        "accept",
        lambda at: (
            in_form(at, at.cora, "request.accept", (made := at.request()), promised_on="2026-12-18"),
            in_form(at, at.sandra, "request.decline", made, reason="capacity", words="no"),
        ),
        "R-1 is answered already: Cora Huber accepted it",
        "R-1 ist schon beantwortet: Cora Huber hat angenommen",
    ),
    (
        "decline",
        lambda at: (
            in_form(at, at.cora, "request.decline", (made := at.request()), reason="capacity", words="no"),
            in_form(at, at.sandra, "request.accept", made, promised_on="2026-12-18"),
        ),
        "R-1 is answered already: Cora Huber said not this time",
        "R-1 ist schon beantwortet: Cora Huber",
    ),
    (
        "decide",
        lambda at: (
            in_form(at, at.martin, "escalation.decide", (made := at.conflict()), **ADVICE),
            in_form(at, at.martin, "escalation.decide", made, **{**ADVICE, "text": "Two lines"}),
        ),
        "Martin Keller decided E-1 already",
        "Martin Keller hat E-1 schon entschieden",
    ),
    (
        "state after the decision",
        lambda at: (
            in_form(at, at.martin, "escalation.decide", (made := at.conflict()), **ADVICE),
            in_form(at, at.sandra, "escalation.state", made, text="The plan is full"),
        ),
        "Martin Keller decided E-1 already",
        "Martin Keller hat E-1 schon entschieden",
    ),
    (
        "acknowledge",
        lambda at: (
            at.presses(at.martin, "escalation.acknowledge", (made := at.conflict())),
            at.presses(at.martin, "escalation.acknowledge", made),
        ),
        "Martin Keller took E-1 on already",
        "Martin Keller kümmert sich schon um E-1",
    ),
    (
        "undo",
        lambda at: (at.presses(at.lea, "log.undo", (made := at.note())), at.presses(at.lea, "log.undo", made)),
        "Lea Brunner withdrew I-1 already",
        "Lea Brunner hat I-1 schon zurückgezogen",
    ),
    (
        "edit",
        _two_edits,
        "Lea Brunner changed I-1 while this form was open",
        "Lea Brunner hat I-1 geändert, während dieses Formular offen war",
    ),
)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("_what", "two", "english", "german"), SECOND, ids=[what for what, _, _, _ in SECOND])
def test_the_second_of_two_is_told_who_was_first_and_when(
    store: SqlStore,
    language: str,
    _what: str,
    two: TwoDeliveries,
    english: str,
    german: str,
) -> None:
    place = Place(store)
    if language == "de":
        _in_german(store)
    first, second = two(place)
    first()
    place.slack.later(minutes=5)
    before = rows(store)
    answer = second()
    said = next(iter(answer["errors"].values())) if isinstance(answer, dict) else place.slack.modals.answers[0]["text"]
    assert (english if language == "en" else german) in said
    assert re.search(r"\d{1,2}[:.]\d\d|<!date", said), f"no time: {said}"
    assert rows(store) == before


def _in_german(store: SqlStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(MemberRow).values(language="de"))
