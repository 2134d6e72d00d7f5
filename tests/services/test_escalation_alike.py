"""Conflicts like another one: raised twice, about the same, decided before."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.escalation_commands import ConflictRaised, JoinConflict, Preview, RaiseConflict
from bot.domain.members import Role
from bot.services import escalation_raising
from tests.company import NOW
from tests.conflict import Conflict
from tests.statements import statements


def sends(conflict: Conflict, proposed: Preview, later: timedelta = timedelta(0), *, again: bool = False) -> object:
    command = RaiseConflict(conflict.lea, proposed.draft_id, "", conflict.key(), proposed.digest, again)
    return escalation_raising.raise_conflict(conflict.store, NOW + later, command)


def test_who_raises_the_same_within_a_minute_is_asked_whether_they_mean_it_twice(conflict: Conflict) -> None:
    first = sends(conflict, conflict.propose())
    assert isinstance(first, ConflictRaised)
    second = conflict.propose()
    asked = sends(conflict, second, timedelta(seconds=59))
    assert isinstance(asked, Preview)
    assert (asked.twice, asked.changed) == (first.escalation.short_id, False)
    meant = sends(conflict, second, timedelta(seconds=59), again=True)
    assert isinstance(meant, ConflictRaised)
    assert meant.escalation.id != first.escalation.id


@pytest.mark.parametrize(
    ("later", "typed"),
    [
        (timedelta(seconds=61), {}),
        (timedelta(0), {"our_goal": "Another goal"}),
        (timedelta(0), {"their_goal": "Another goal"}),
        (timedelta(0), {"tried": "A third time"}),
        (timedelta(0), {"decision_wanted": "Two lines"}),
    ],
)
def test_a_minute_later_or_in_other_words_nobody_is_asked(
    conflict: Conflict, later: timedelta, typed: dict[str, Any]
) -> None:
    sends(conflict, conflict.propose())
    assert isinstance(sends(conflict, conflict.propose(**typed), later), ConflictRaised)


def test_the_same_words_of_another_or_for_another_account_are_no_repeat(conflict: Conflict) -> None:
    conflict.raised(conflict.other)
    other = conflict.company.account("Migros", kam=conflict.lea)
    sends(conflict, conflict.propose(account=str(other)))
    assert isinstance(sends(conflict, conflict.propose()), ConflictRaised)


def test_only_what_has_the_same_other_side_or_request_is_about_the_same(conflict: Conflict) -> None:
    conflict.raised(conflict.coordinator, other_party=f"member:{conflict.other.id}")
    assert conflict.propose(other_party=f"member:{conflict.sandra.id}").same == ()
    about = conflict.propose(other_party=f"member:{conflict.other.id}")
    assert [header.short_id for header in about.same] == ["E-1"]


def test_only_what_has_the_account_or_the_department_in_common_is_a_precedent(conflict: Conflict) -> None:
    conflict.company.member("Nina", role=Role.KAM_LEAD)
    migros = conflict.company.account("Migros", kam=conflict.lea)
    conflict.company.sponsorship(conflict.keller, conflict.coordinator)
    elsewhere = conflict.raised(account=str(migros), other_party=f"member:{conflict.other.id}")
    conflict.decide(conflict.keller, elsewhere)
    assert conflict.propose(other_party=f"member:{conflict.other.id}").precedents == ()
    here = conflict.raised()
    conflict.decide(conflict.keller, here)
    (found,) = conflict.propose().precedents
    assert (found.header.short_id, found.decision.text) == (here.short_id, "One line from 8 December")
    assert found.decision.by == conflict.keller.person


def test_a_preview_takes_as_many_statements_beside_many_like_it_as_beside_few(conflict: Conflict) -> None:
    def taken() -> int:
        with statements(conflict.store) as seen:
            shown = conflict.propose(conflict.coordinator, other_party=f"member:{conflict.sandra.id}")
        assert shown.same
        return len(seen)

    def some(count: int) -> None:
        for _ in range(count):
            conflict.raised(conflict.lea, other_party=f"member:{conflict.sandra.id}")
            conflict.decide(conflict.keller, conflict.raised(conflict.lea))

    some(1)
    beside_few = taken()
    some(4)
    assert taken() == beside_few


def test_a_joined_conflict_is_one_i_have_a_part_in(conflict: Conflict) -> None:
    raised = conflict.raised()
    assert conflict.propose(conflict.other).same
    draft = conflict.propose(conflict.other).draft_id
    escalation_raising.join(
        conflict.store, NOW, JoinConflict(conflict.again(conflict.other), raised.id, draft, conflict.key())
    )
    shown = conflict.propose(conflict.other)
    assert (shown.same, [header.short_id for header in shown.part_of]) == ((), [raised.short_id])
    assert conflict.propose(conflict.keller).same == (), "whoever it lies with has a part in it"
