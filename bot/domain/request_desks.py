"""Request desks: which department is asked, and who of it answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain import names
from bot.domain.departments import Department
from bot.domain.identity import MemberId
from bot.domain.members import Person
from bot.domain.requests import Answer, Passing

_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers a request as things stand now: the department, else KAM leads or admins."""

    department: Department | None
    people: tuple[Person, ...]
    """Those who may answer, coordinator first."""
    told: tuple[Person, ...]
    """Those who get it by DM where no channel may carry it."""
    stands_in: bool = False
    """Nobody of a department can answer, so KAM leads or admins do."""

    def answered_by(self, member_id: MemberId | None) -> bool:
        """Tell whether this person may answer."""
        return any(person.id == member_id for person in self.people)


def speakers(department: Department | None) -> tuple[Person, ...]:
    """Return coordinator and head, the deputy if neither is there: they see also what the department may not."""
    if department is None:
        return ()
    heads = {department.coordinator.id, department.head.id if department.head else None}
    return tuple(person for person in department.speakers if person.id in heads) or department.speakers


def stand_in(
    leads: Sequence[Person], admins: Sequence[Person], requester_id: MemberId | None, *, restricted: bool
) -> tuple[Person, ...]:
    """Return who answers what no department can: the KAM leads, else the admins, the requester only if nobody else is.

    Admins never get what belongs to a restricted account (product, section 3).
    """
    groups = [tuple(leads), () if restricted else tuple(admins)]
    others = [tuple(person for person in group if person.id != requester_id) for group in groups]
    return next((group for group in [*others, *groups] if group), ())


def desk(
    department: Department | None, key_persons: Iterable[Person], otherwise: tuple[Person, ...], *, hidden: bool
) -> Desk:
    """Work out who answers a request.

    Args:
        department: the one that was asked.
        key_persons: its members with a topic.
        otherwise: the result of ``stand_in``.
        hidden: only those it names see it.
    """
    leading = speakers(department)
    people = leading
    if department is not None and not hidden:
        people = tuple({person.id: person for person in (*department.speakers, *key_persons)}.values())
    if not people:
        return Desk(department, otherwise, otherwise, stands_in=True)
    return Desk(department, people, leading or people)


def named(
    department: Department | None,
    otherwise: Sequence[Person],
    answer: Answer | None,
    passing: Passing | None = None,
    others: Iterable[MemberId] = (),
) -> frozenset[MemberId]:
    """Return whom a request names besides its requester: they see all of it (product, section 3).

    Args:
        department: the one that answers.
        otherwise: who stands in where nobody of it is there.
        answer: names who gave it and who takes it on.
        passing: names whom it was offered to, as they cannot answer what they cannot read.
        others: who passed it on before, and who joined.
    """
    people = [*(speakers(department) or otherwise), *(speakers(passing.to) if passing else ())]
    if answer is not None:
        people += [person for person in (answer.by, answer.assignee) if person is not None]
    return frozenset((*(person.id for person in people), *others))


def read_department(text: str, known: Iterable[Department]) -> tuple[Department | None, str]:
    """Find the department a line begins with, by its exact name; what follows is what is asked.

    What stands before the first colon comes first; then the longest run of first words.
    """
    by_key = {names.match_key(department.name): department for department in known}
    before, colon, after = text.partition(":")
    if colon and (named := by_key.get(names.match_key(before))) is not None:
        return named, after.strip()
    words = text.split(maxsplit=_MOST_WORDS)
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        run = " ".join(words[:count]).rstrip(",;:")
        if (named := by_key.get(names.match_key(run))) is not None:
            rest = text.split(maxsplit=count)[count:]
            return named, rest[0] if rest else ""
    return None, text


def departments_like(typed: str, known: Iterable[Department], most: int) -> tuple[Department, ...]:
    """Return the departments one of whose words begins as typed, or is like it; all while nothing is typed."""
    key = names.match_key(typed)
    if not key:
        return tuple(known)[:most]
    rated = [(names.closeness_by_word(key, names.match_key(department.name)), department) for department in known]
    best = sorted((pair for pair in rated if pair[0] > 0.15), key=lambda pair: (-pair[0], pair[1].name))
    return tuple(department for _, department in best[:most])
