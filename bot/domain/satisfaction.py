"""Satisfaction: what some values say together, and when they are too few to say it (reference data, section 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean, median

from bot.domain.identity import AccountId

PERIOD = timedelta(days=365)
"""What is older says how it was."""
HALF = PERIOD / 2
"""What a trend compares with as much time before."""
SINGLE = 5
"""Fewer values are shown one by one, with their days."""
NEWEST = 100
"""More values of one source and half of the period are not summed up: a card has to be there at once."""
AVERAGE = 10
"""From so many values on they have an average; below, a median and its range."""
_STEADY = 0.5
"""Two halves of the period closer than this are the same."""


class Trend(StrEnum):
    """Where it goes, from one half of the period to the next."""

    UP = "up"
    STEADY = "steady"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Value:
    """One value from 1 to 5, of one account on one day."""

    value: int
    at: datetime
    account_id: AccountId


@dataclass(frozen=True, slots=True)
class Picture:
    """What the values of one source say; our impression and the customer's words are two pictures."""

    count: int = 0
    single: tuple[Value, ...] = ()
    """Newest first, where they are too few for a figure."""
    middle: float | None = None
    """The median of 5 to 9 values, the average of 10 and more."""
    is_average: bool = False
    lowest: int = 0
    highest: int = 0
    trend: Trend | None = None
    spread: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    """How often each value from 1 to 5 was given."""
    is_cut: bool = False
    """There may be more within the period than the newest, which it is made of."""


def picture(values: Iterable[Value], now: datetime) -> Picture:
    """Sum up the values of one source within the period before ``now``, at most the newest ``NEWEST`` of each half."""
    in_period = sorted((v for v in values if now - PERIOD < v.at <= now), key=lambda v: v.at, reverse=True)
    halves = [[v for v in in_period if (v.at > now - HALF) is is_late] for is_late in (True, False)]
    is_cut = [len(half) > NEWEST for half in halves]
    late, early = (half[:NEWEST] for half in halves)
    # Between the newest of the later half and the earlier half there may be values that nobody read.
    newest_first = late if is_cut[0] else [*late, *early]
    count = len(newest_first)
    if count < SINGLE:
        return Picture(count, single=tuple(newest_first), spread=_spread(newest_first))
    figures = [v.value for v in newest_first]
    return Picture(
        count,
        middle=_middle(newest_first, is_average=count >= AVERAGE),
        is_average=count >= AVERAGE,
        lowest=min(figures),
        highest=max(figures),
        trend=_trend(late, early),
        spread=_spread(newest_first),
        is_cut=any(is_cut),
    )


def _spread(values: Iterable[Value]) -> tuple[int, int, int, int, int]:
    given = [v.value for v in values]
    return given.count(1), given.count(2), given.count(3), given.count(4), given.count(5)


def _middle(values: Sequence[Value], *, is_average: bool) -> float:
    """Sum up each account first, then the accounts, so that one that is asked often does not decide for its group."""
    by_account: dict[AccountId, list[int]] = {}
    for value in values:
        by_account.setdefault(value.account_id, []).append(value.value)
    middle = fmean if is_average else median
    return float(middle([middle(figures) for figures in by_account.values()]))


def _trend(late: Sequence[Value], early: Sequence[Value]) -> Trend | None:
    if min(len(late), len(early)) < SINGLE:
        return None
    change = _middle(late, is_average=True) - _middle(early, is_average=True)
    if abs(change) < _STEADY:
        return Trend.STEADY
    return Trend.UP if change > 0 else Trend.DOWN
