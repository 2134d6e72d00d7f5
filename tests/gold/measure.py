"""How well questions are answered: hit@5 and MRR, per class and part."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.gold.world import FOUND_AT, Question, World


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was answered."""

    question: Question
    found: tuple[str, ...]

    @property
    def rank(self) -> int | None:
        """Return at which place, from 1, the first right answer stands."""
        places = (place for place, key in enumerate(self.found[:FOUND_AT], 1) if key in self.question.answers)
        return next(places, None)


@dataclass(frozen=True, slots=True)
class Quality:
    """The two figures of some questions."""

    count: int
    hits: int
    mrr: float

    @property
    def hit_rate(self) -> float:
        """Return the share of questions with a right answer among the first five."""
        return self.hits / self.count


def ask_all(world: World, questions: Iterable[Question]) -> list[Asked]:
    """Ask every question."""
    return [Asked(question, tuple(world.ask(question.asked))) for question in questions]


def quality(asked: Iterable[Asked]) -> Quality:
    """Rate the answers."""
    ranks = [one.rank for one in asked]
    return Quality(
        len(ranks), sum(rank is not None for rank in ranks), sum(1 / rank for rank in ranks if rank) / len(ranks)
    )
