"""A form that was saved and comes again with other content, or that was refused and comes again mended."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.members import Member
from handlers import escalations as escalations_
from handlers import requests as requests_
from handlers.routes import Listener
from storage.store import SqlStore
from storage.tables import InteractionRow
from tests.services.delivery_place import Deliver, Place, rows
from tests.services.delivery_scenarios import SCENARIOS


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_form_that_was_saved_says_what_was_saved_when_it_comes_with_other_content(
    store: SqlStore, language: str
) -> None:
    place = Place(store)
    if language == "de":
        place.lea = place.company.member("Lena Vogt", locale="de-DE")
    place.slack.command(place.lea, "/kam-log")
    view = place.view()
    assert place.slack.submit(place.lea, {**view}, view_id="V1", text="they like it", account=place.account) == {}
    before = rows(store)

    refused = place.slack.submit(place.lea, {**view}, view_id="V1", text="they love it", account=place.account)

    (said,) = refused["errors"].values()
    if language == "en":
        assert said.startswith("This form is saved already, as I-1: “they like it”.")
    else:
        assert said.startswith("Dieses Formular ist schon gespeichert, als I-1: „they like it“.")
    assert rows(store) == before


@pytest.mark.parametrize(
    ("listener", "changed", "said"),
    [
        (requests_.send, {"what": "something else"}, "R-1: “x"),
        (requests_.accept, {"promised_on": "2026-12-19"}, "R-1: “x"),
        (requests_.decline, {"words": "never mind"}, "R-1: “not this month”"),
        (escalations_.decide, {"text": "Two lines"}, "E-1: “One line”"),
        (escalations_.state_view, {"text": "It is not full"}, "E-1: “The plan is full”"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_form_says_so(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, listener: Listener, changed: dict[str, Any], said: str
) -> None:
    place = Place(store)
    scenario = next(scenario for made, _, scenario in SCENARIOS if made is listener)
    kept: list[tuple[Member, Mapping[str, Any], dict[str, Any]]] = []

    def keeps(actor: Member, view: Mapping[str, Any], **typed: Any) -> Deliver:
        kept.append((actor, view, typed))
        return lambda: place.slack.submit(actor, {**view}, view_id="V-same", **typed)

    monkeypatch.setattr(place, "submits", keeps)
    assert scenario(place)() == {}
    before = rows(store)
    actor, view, typed = kept[-1]

    refused = place.slack.submit(actor, {**view}, view_id="V-same", **{**typed, **changed})

    assert said in next(iter(refused["errors"].values()))
    assert rows(store) == before


def test_a_refused_form_stores_no_key_and_can_be_sent_again_mended(store: SqlStore) -> None:
    place = Place(store)
    place.slack.command(place.lea, "/kam-log")
    view = place.view()
    refused = place.slack.submit(place.lea, {**view}, view_id="V1", text=" ", account=place.account)
    assert "errors" in refused
    assert place.slack.submit(place.lea, {**view}, view_id="V1", text="they like it", account=place.account) == {}
    with store.engine.connect() as connection:
        assert [*connection.execute(select(InteractionRow.text)).scalars()] == ["they like it"]
