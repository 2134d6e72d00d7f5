from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import names
from bot.domain.access import Access, Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.identity import AccountId, InteractionId, MemberId
from bot.domain.interactions import (
    EDITABLE,
    REGRET,
    Category,
    Favour,
    Interaction,
    NextStep,
    Promise,
    Tag,
    editable,
    may_regret,
)
from bot.domain.members import Person
from tests.company import NOW

HELVETIA = AccountRef(AccountId(1), "Helvetia")
LEA = Person(MemberId("ULEA"), "Lea")
NOTE = Interaction(InteractionId(1), 12, HELVETIA, LEA, occurred_at=NOW, logged_at=NOW, text="Besuch")

AUTHOR, OTHER = Viewer(LEA.id), Viewer(MemberId("UBEN"))
KAM = Viewer(MemberId("UKAM"), kam_of=frozenset({HELVETIA.id}))
KAM_ELSEWHERE = Viewer(MemberId("UTOM"), kam_of=frozenset({AccountId(2)}))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("viewer", "age", "may"),
    [
        (AUTHOR, timedelta(0), True),
        (AUTHOR, REGRET - SECOND, True),
        (AUTHOR, REGRET, False),
        (KAM, REGRET - SECOND, False),
        (KAM, REGRET, True),
        (KAM, timedelta(days=900), True),
        (KAM_ELSEWHERE, REGRET, False),
        (OTHER, timedelta(0), False),
        (replace(KAM, member_id=LEA.id), REGRET, True),
    ],
)
def test_regret_is_the_authors_for_a_day_and_the_kams_afterwards(viewer: Viewer, age: timedelta, may: bool) -> None:
    assert may_regret(NOTE, viewer, NOW + age) is may


def test_what_is_withdrawn_stays_withdrawn() -> None:
    withdrawn = replace(NOTE, withdrawn_at=NOW)

    assert not may_regret(withdrawn, AUTHOR, NOW)
    assert not may_regret(withdrawn, KAM, NOW + REGRET)


@pytest.mark.parametrize(
    ("filled", "concerns"),
    [
        ({}, False),
        ({"satisfaction": 3}, False),
        ({"satisfaction": 2}, True),
        ({"satisfaction": 1}, True),
        ({"category": Category.RISK}, True),
        ({"category": Category.COMPETITOR}, True),
        ({"category": Category.NEED}, False),
        ({"tags": (Tag.COMPLAINT,)}, True),
        ({"tags": (Tag.REVIEW,)}, False),
        ({"satisfaction": 1, "visibility": Visibility.TEAM}, True),
        ({"satisfaction": 1, "visibility": Visibility.PRIVATE}, False),
    ],
)
def test_the_kam_hears_at_once_of_what_may_need_them_and_never_of_a_private_note(
    filled: dict[str, Any], concerns: bool
) -> None:
    assert replace(NOTE, **filled).concerns_kam is concerns


@pytest.mark.parametrize(
    "hidden",
    [
        {"visibility": Visibility.TEAM},
        {"account": replace(HELVETIA, access=Access.RESTRICTED)},
        {"withdrawn_at": NOW},
    ],
)
def test_a_channel_carries_only_what_the_whole_company_may_read(hidden: dict[str, Any]) -> None:
    assert NOTE.is_public
    assert not replace(NOTE, **hidden).is_public


@pytest.mark.parametrize(
    "rare",
    [
        {"participants": (LEA,)},
        {"tags": (Tag.REVIEW,)},
        {"satisfaction": 3},
        {"favour": Favour.NEWS},
        {"next_step": NextStep("call")},
        {"promise": Promise("samples", NOW.date())},
    ],
)
def test_a_form_shows_the_rarer_fields_where_one_is_filled(rare: dict[str, Any]) -> None:
    assert replace(NOTE, **rare).has_more
    assert not NOTE.has_more


def test_people_say_i_and_a_number() -> None:
    assert NOTE.short_id == "I-12"


@given(st.text(alphabet=" \nab\u0301👩\u200d", min_size=EDITABLE - 5, max_size=EDITABLE + 200).map(names.tidy))
def test_a_form_shows_the_beginning_of_a_long_text_and_the_whole_comes_back(text: str) -> None:
    shown, kept = editable(text)

    assert len(shown) <= EDITABLE
    assert shown == shown.strip()
    assert shown + kept == text


def test_a_short_text_is_shown_whole_and_a_long_one_up_to_a_word() -> None:
    assert editable("Besuch") == ("Besuch", "")
    assert editable("wort " * 2000)[0].endswith("wort")
    assert editable("x" * 5000) == ("x" * EDITABLE, "x" * 2000)
