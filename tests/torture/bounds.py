"""What so many tries say about the rate behind them: the 95 % bound."""

from dataclasses import dataclass
from math import exp, lgamma, log, log1p

CONFIDENCE = 0.95


def upper_bound(failures: int, tries: int, confidence: float = CONFIDENCE) -> float:
    """Return the Clopper-Pearson upper bound of a rate: with no failure in n tries a little below 3/n.

    Raises:
        ValueError: there were no tries, or more failures than tries.
    """
    if not 0 <= failures <= tries or not tries:
        raise ValueError(f"{failures} of {tries}")
    if failures == tries:
        return 1.0
    low, high = failures / tries, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(failures, tries, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(failures: int, tries: int, rate: float) -> float:
    """Return the chance of at most so many failures."""
    if rate <= 0:
        return 1.0
    return sum(exp(_log_chance(count, tries, rate)) for count in range(failures + 1))


def _log_chance(count: int, tries: int, rate: float) -> float:
    ways = lgamma(tries + 1) - lgamma(count + 1) - lgamma(tries - count + 1)
    return ways + count * log(rate) + (tries - count) * log1p(-rate)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    promise: str
    what: str
    database: str
    tries: int
    unit: str
    failures: int
    note: str = ""

    def __str__(self) -> str:
        """Return the line as Markdown."""
        bound = f"{upper_bound(self.failures, self.tries):.2%}" if self.tries else "–"
        cells = (
            self.promise,
            self.what,
            self.database,
            f"{self.tries:,} {self.unit}",
            self.failures,
            bound,
            self.note,
        )
        return "| " + " | ".join(map(str, cells)) + " |"


HEAD = "| Promise | What was tried | Database | n | Failures | 95 % bound | Remark |\n|---|---|---|---:|---:|---:|---|"
