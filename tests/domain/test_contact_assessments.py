from datetime import datetime, timedelta

import pytest

from bot.domain.contact_assessments import Evidence, Judged, Judgement, Measure, Strength
from bot.domain.contact_touch import Limits
from bot.domain.identity import MemberId
from bot.domain.members import Person
from tests.company import NOW

LIMITS = Limits(45, 90)
LEA = Person(MemberId("ULEA"), "Lea")
RECENT = NOW - timedelta(days=10)


@pytest.mark.parametrize(
    ("evidence", "shows"),
    [
        (Evidence(), 0),
        (Evidence(ever=1, in_a_year=0, last=NOW - timedelta(days=500)), 1),
        (Evidence(ever=9, in_a_year=2, last=RECENT, gave=True, asked=2), 1),
        (Evidence(ever=9, in_a_year=3, last=NOW - timedelta(days=91)), 1),
        (Evidence(ever=3, in_a_year=3, last=NOW - timedelta(days=90)), 2),
        (Evidence(ever=3, in_a_year=3, last=RECENT, gave=True), 3),
        (Evidence(ever=3, in_a_year=3, last=RECENT, gave=True, asked=1), 3),
        (Evidence(ever=3, in_a_year=3, last=RECENT, gave=True, asked=2), 4),
        (Evidence(ever=3, in_a_year=3, last=RECENT, gave=False, asked=2), 2),
    ],
)
def test_the_log_shows_a_strength_step_by_step(evidence: Evidence, shows: int) -> None:
    assert evidence.shows(LIMITS, NOW) == shows


@pytest.mark.parametrize(("strength", "claimed"), [(None, False), (0, False), (2, False), (3, True), (4, True)])
def test_a_strength_that_the_log_does_not_show_is_a_claim(strength: int | None, *, claimed: bool) -> None:
    rated = Strength(LEA, strength, None, LEA, NOW)
    assert rated.against(Evidence(ever=3, in_a_year=3, last=RECENT), LIMITS, NOW).is_claimed is claimed


def test_without_any_meeting_every_strength_is_a_claim() -> None:
    assert Strength(LEA, 1, None, LEA, NOW).against(None, LIMITS, NOW).is_claimed


@pytest.mark.parametrize(
    ("at", "stale"),
    [(None, True), (NOW, False), (NOW - timedelta(days=180), False), (NOW - timedelta(days=181), True)],
)
def test_a_judgement_is_asked_about_after_half_a_year_and_where_it_has_no_date(
    at: datetime | None, *, stale: bool
) -> None:
    judgement = Judgement(Measure.ATTITUDE, 4, "said so", LEA, at)
    assert judgement.is_stale(NOW) is stale
    assert Judged({Measure.ATTITUDE: judgement}).stale(NOW) is stale


def test_an_old_strength_alone_is_asked_about_as_well() -> None:
    old = Strength(LEA, 2, 3, LEA, NOW - timedelta(days=200))
    assert Judged(strengths=(old,)).stale(NOW)
    assert not Judged().stale(NOW)
