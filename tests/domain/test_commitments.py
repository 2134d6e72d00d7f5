"""Promises and next steps: who has a say in one, when somebody is reminded, and what a button carries."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import errors, working_time
from bot.domain.access import Viewer
from bot.domain.accounts import AccountRef
from bot.domain.commitments import (
    Commitment,
    Deed,
    Kind,
    Part,
    Pressed,
    State,
    check_text,
    may_hand_over,
    reminders,
)
from bot.domain.delivery import Subject
from bot.domain.identity import AccountId, CommitmentId, MemberId
from bot.domain.members import Person
from bot.domain.worklists import Filter, Scope, Worklist

LEA, KAI, BEN, ZOE = (Person(MemberId(f"U{name}"), name) for name in ("LEA", "KAI", "BEN", "ZOE"))
ACCOUNT = AccountRef(AccountId(3), "Helvetia")
DUE = date(2026, 12, 4)
PROMISE = Commitment(CommitmentId(17), Kind.PROMISE, ACCOUNT, "A seal", LEA, DUE, DUE, author=BEN)
BERLIN = working_time.calendar(working_time.Custom("Europe/Berlin", "DE"))


@pytest.mark.parametrize(
    ("viewer", "stands_in", "part", "hands_over"),
    [
        (Viewer(LEA.id), False, Part.OWNER, True),
        (Viewer(KAI.id, kam_of=frozenset({ACCOUNT.id})), False, Part.KAM, True),
        (Viewer(BEN.id), False, Part.AUTHOR, False),
        (Viewer(ZOE.id, is_kam_lead=True), False, Part.KAM_LEAD, True),
        (Viewer(ZOE.id), True, Part.STAND_IN, True),
        (Viewer(ZOE.id, circle=frozenset({ACCOUNT.id})), False, None, False),
        (Viewer(None), False, None, False),
    ],
)
def test_owner_author_kam_and_who_stands_in_have_a_say(
    viewer: Viewer, stands_in: bool, part: Part | None, hands_over: bool
) -> None:
    assert PROMISE.part_of(viewer, stands_in=stands_in) is part
    assert may_hand_over(part) is hands_over


@pytest.mark.parametrize(
    ("state", "due", "today", "overdue"),
    [
        (State.OPEN, DUE, date(2026, 12, 5), True),
        (State.OPEN, DUE, DUE, False),
        (State.DONE, DUE, date(2026, 12, 5), False),
        (State.OPEN, None, date(2026, 12, 5), False),
    ],
)
def test_what_is_open_is_overdue_the_day_after(state: State, due: date | None, today: date, overdue: bool) -> None:
    one = Commitment(CommitmentId(1), Kind.NEXT_STEP, ACCOUNT, "Call", LEA, due, due, state)
    assert one.overdue(today) is overdue


def days(one: Commitment) -> list[date]:
    return [moment.wall.date() for _, moment in reminders(one, BERLIN) if moment.wall]


def test_a_promise_is_watched_five_days_and_a_day_before_on_the_day_and_the_day_after() -> None:
    assert days(PROMISE) == [date(2026, 11, 27), date(2026, 12, 3), DUE, date(2026, 12, 7)]


@pytest.mark.parametrize(
    ("due", "on"),
    [
        (DUE, [DUE]),
        (date(2026, 12, 6), [DUE]),
        (date(2026, 12, 25), [date(2026, 12, 24)]),
        (None, []),
    ],
)
def test_a_next_step_is_reminded_of_on_its_day_or_the_last_working_day_before(due: date | None, on: list[date]) -> None:
    assert days(Commitment(CommitmentId(1), Kind.NEXT_STEP, ACCOUNT, "Call", LEA, due, due)) == on


def test_a_moved_one_says_so_and_a_note_has_its_short_id() -> None:
    moved = Commitment(CommitmentId(1), Kind.PROMISE, ACCOUNT, "A seal", LEA, DUE, date(2026, 11, 1), number=240)
    assert (moved.was_moved, PROMISE.was_moved) == (True, False)
    assert (moved.short_id, PROMISE.short_id) == ("I-240", None)
    assert (PROMISE.about.subject, PROMISE.about.id) == (Subject.PROMISE, 17)


@given(
    st.sampled_from(Deed),
    st.sampled_from(Kind),
    st.integers(0, 2**63 - 1),
    st.integers(0, 10**6),
    st.none() | st.integers(1, 2**63 - 1),
)
def test_a_button_means_what_it_was_made_for_and_fits_into_an_option(
    deed: Deed, kind: Kind, number: int, version: int, account: int | None
) -> None:
    asked = account and Worklist(Subject(kind), Scope.ACCOUNT, AccountId(account), Filter.UNDER_WAY, 9999)
    pressed = Pressed(deed, kind, CommitmentId(number), version, asked or None)
    assert Pressed.of(pressed.key) == pressed
    assert len(pressed.key) <= 150
    assert pressed.about.id == number


@given(st.text())
def test_a_strange_button_is_out_of_date(key: str) -> None:
    with pytest.raises(errors.OutOfDate):
        Pressed.of(key)


@pytest.mark.parametrize(
    "key",
    [
        "done/promise/1/1",
        "undo/promise/1/1/",
        "done/wish/1/1/",
        "done/promise/-1/1/",
        "done/promise/99999999999999999999/1/",
        "done/promise/1/x/",
        "done/promise/1/1/request",
    ],
)
def test_a_button_that_is_nearly_right_is_out_of_date(key: str) -> None:
    with pytest.raises(errors.OutOfDate):
        Pressed.of(key)


def test_a_text_is_one_line_of_a_list() -> None:
    check_text("x" * 500)
    with pytest.raises(errors.NothingTyped):
        check_text("")
    with pytest.raises(errors.TextTooLong) as refused:
        check_text("x" * 501)
    assert (refused.value.field, refused.value.length) == ("text", 501)
    check_text("x" * 2000, 2000)
    with pytest.raises(errors.TextTooLong):
        check_text("x" * 2001, 2000)
