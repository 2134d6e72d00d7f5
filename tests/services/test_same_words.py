"""The same words twice within a minute are asked about."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.store import SqlStore
from storage.tables import InteractionRow
from tests.company import NOW
from tests.race import at_once
from tests.services.delivery_place import Place
from tests.slack import words


def test_the_same_line_twice_within_a_minute_is_asked_about_and_saved_again_on_request(store: SqlStore) -> None:
    place = Place(store)
    place.slack.command(place.lea, "/kam-log HPU: they like it")
    asked = place.slack.command(place.lea, "/kam-log HPU: they like it")
    assert "You saved the same words for Helvetia Pumpen a moment ago, as I-1." in words(asked)
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(InteractionRow)).scalar_one() == 1

    place.slack.press(place.lea, asked, "Save again")
    place.slack.press(place.lea, asked, "Save again")

    with store.engine.connect() as connection:
        assert [*connection.execute(select(InteractionRow.text)).scalars()] == ["they like it"] * 2
    assert len(place.slack.modals.answers) == 1, "the second press is told that it is done"


def test_two_commands_of_the_same_words_at_the_same_moment_are_asked_about(store: SqlStore, disk: SqlStore) -> None:
    place = Place(disk if store.engine.dialect.name == "sqlite" else store)
    answers: list[Any] = at_once(
        lambda: place.slack.command(place.lea, "/kam-log HPU: they like it", trigger=place.fresh()), 4
    )
    assert sum("Save again" in words(answer) for answer in answers) == 3
    with place.store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(InteractionRow)).scalar_one() == 1


@pytest.mark.parametrize("other", ["later", "another author", "other words", "another account", "after an undo"])
def test_what_is_not_the_same_is_saved_at_once(store: SqlStore, other: str) -> None:
    place = Place(store)
    place.slack.command(place.lea, "/kam-log HPU: they like it")
    author, line = place.lea, "/kam-log HPU: they like it"
    match other:
        case "later":
            place.slack.later(seconds=61)
        case "another author":
            author = place.cora
        case "other words":
            line += "."
        case "another account":
            place.company.account("Borealis")
            line = "/kam-log Borealis: they like it"
        case "after an undo":
            place.slack.click(place.lea, "log.undo", place.newest(InteractionRow))
    assert "I-2" in words(place.slack.command(author, line))


def test_the_same_words_about_another_day_are_saved_at_once(store: SqlStore) -> None:
    place = Place(store)
    for occurred in (NOW - timedelta(days=2), NOW - timedelta(days=1)):
        place.slack.command(place.lea, "/kam-log")
        typed: dict[str, Any] = {
            "text": "Telefonat",
            "account": place.account,
            "occurred_at": int(occurred.timestamp()),
        }
        assert place.slack.submit(place.lea, **typed) == {}


def test_the_form_keeps_the_same_words_until_a_minute_is_over(store: SqlStore) -> None:
    place = Place(store)
    place.slack.command(place.lea, "/kam-log HPU: they like it")
    place.slack.command(place.lea, "/kam-log")
    view = place.view()
    refused = place.slack.submit(place.lea, {**view}, view_id="V1", text="they like it", account=place.account)
    assert "as I-1" in refused["errors"]["text"]
    place.slack.later(seconds=61)
    assert place.slack.submit(place.lea, {**view}, view_id="V1", text="they like it", account=place.account) == {}
