"""Networks: who of us answers for what, where a seat is vacant, and who knows somebody at a customer (S17, S46)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain import names
from bot.domain.absences import Away
from bot.domain.accounts import AccountRef
from bot.domain.contact_commands import ContactChoice
from bot.domain.delivery import ReplyTo
from bot.domain.departments import Department
from bot.domain.identity import AccountId, ChannelId, ContactId, DepartmentId, MemberId
from bot.domain.members import Member, Person

PAGE = 6
"""Departments on one page."""
KNOWING = 10
"""Colleagues who are named to know somebody."""
OFFERED = 4
"""Contacts, and accounts, that are offered where a name is not clear."""
_LIKE = 0.4
_WHO_KNOWS = re.compile(
    r"(?:who (?:of us )?(?:knows|has met|met)|wer (?:von uns )?kennt|wer war bei|wer hat)\b\s*:?\s*(?P<name>.*?)"
    r"(?:\s+getroffen)?\s*\??\s*",
    re.IGNORECASE | re.DOTALL,
)


class Post(StrEnum):
    """The posts of a department."""

    HEAD = "head"
    DEPUTY = "deputy"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who is a key person for something."""

    person: Person
    department_id: DepartmentId | None
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody, and who acts for them while they are away."""

    person: Person
    is_away: bool = False
    until: date | None = None
    """The last day of the absence."""
    stands_in: Person | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic and everybody of a department who is a key person for it."""

    name: str
    people: tuple[Seat, ...]
    is_single: bool = False
    """Nobody else in the whole company covers it."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One department; without one, the key persons who belong to none."""

    department: Department | None
    posts: tuple[tuple[Post, Seat], ...] = ()
    vacant: tuple[Post, ...] = ()
    topics: tuple[Topic, ...] = ()

    @property
    def name(self) -> str:
        """Return what it is called; empty for those who belong to no department."""
        return self.department.name if self.department else ""


@dataclass(frozen=True, slots=True)
class Network:
    """Departments with their key persons, or what of them a name asks for."""

    branches: tuple[Branch, ...]
    typed: str = ""
    topic: str = ""
    """The topic that was asked for; then every branch shows just this."""
    offset: int = 0
    count: int = 0
    """Of all branches."""
    closest: tuple[str, ...] = ()
    """Departments whose names are like what was typed, where none bears it."""


@dataclass(frozen=True, slots=True)
class Met:
    """One of us who met somebody of the customer; how often is told, but orders nobody (S76)."""

    person: Person
    last: datetime
    count: int
    seat: Seat | None = None


@dataclass(frozen=True, slots=True)
class WhoKnows:
    """Who of us met a contact, or anybody of an account."""

    account: AccountRef
    contact: ContactChoice | None = None
    cares: tuple[Seat, ...] = ()
    """Who looks after the contact or faces them, or the KAM of the account."""
    people: tuple[Met, ...] = ()
    """The last contact first."""


@dataclass(frozen=True, slots=True)
class WhoQuestion:
    """Whom is asked for?"""

    typed: str
    contacts: tuple[ContactChoice, ...] = ()
    accounts: tuple[AccountRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowNetwork:
    """Show departments and key persons, or answer who knows somebody."""

    actor: Member
    typed: str
    channel_id: ChannelId | None


@dataclass(frozen=True, slots=True)
class TurnNetwork:
    """Show another page."""

    actor: Member
    offset: int
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class AskWhoKnows:
    """Show who knows a contact, or anybody of an account."""

    actor: Member
    key: str
    reply_to: ReplyTo
    account_id: AccountId | None = None
    contact_id: ContactId | None = None


def asked_for(typed: str) -> str | None:
    """Return whose name follows "who knows" or "wer kennt"; None for any other line."""
    found = _WHO_KNOWS.fullmatch(typed)
    return None if found is None else found["name"].strip()


def branches(
    departments: Iterable[Department], experts: Sequence[Expert], away: Away, people: Mapping[MemberId, Person]
) -> tuple[Branch, ...]:
    """Put departments and key persons together; those who belong to no department come last.

    Args:
        departments: all of them.
        experts: every key person.
        away: who is away now.
        people: everybody who may stand in.
    """
    counts: dict[str, int] = {}
    for expert in experts:
        for topic in dict.fromkeys(map(names.match_key, expert.topics)):
            counts[topic] = counts.get(topic, 0) + 1
    found = [_branch(department, experts, away, people, counts) for department in departments]
    known = {branch.department.id for branch in found if branch.department}
    strays = [expert for expert in experts if expert.department_id not in known]
    if strays:
        found.append(Branch(None, topics=_topics(strays, away, people, counts)))
    return tuple(found)


def stand_ins(departments: Iterable[Department], experts: Iterable[Expert], away: Away) -> set[MemberId]:
    """Return whose names are needed: everybody who acts for somebody who is away."""
    found = {away.stand_in(expert.person.id) for expert in experts}
    for department in departments:
        for post, person in _holders(department):
            found.add(away.stand_in(person.id, _otherwise(post, department)))
    return {member_id for member_id in found if member_id is not None}


def chosen(all_of_them: Sequence[Branch], typed: str) -> Network:
    """Return the department of that name, else whoever covers a topic of that name, else what is like it."""
    key = names.match_key(typed)
    exact = [branch for branch in all_of_them if branch.department and names.match_key(branch.name) == key]
    if exact:
        return Network(tuple(exact), typed, count=len(exact))
    covering, topic = _covering(all_of_them, key)
    if covering:
        return Network(covering, typed, topic, count=len(covering))
    rated = [(names.closeness_by_word(key, names.match_key(one.name)), one) for one in all_of_them if one.department]
    near = [branch for rating, branch in sorted(rated, key=lambda pair: (-pair[0], pair[1].name)) if rating >= _LIKE]
    if len(near) == 1:
        return Network(tuple(near), typed, count=1)
    suggested = near or [branch for branch in all_of_them if branch.department]
    return Network((), typed, closest=tuple(branch.name for branch in suggested[:OFFERED]))


def page(all_of_them: Sequence[Branch], offset: int) -> Network:
    """Return one page of everything."""
    start = offset if 0 <= offset < len(all_of_them) else 0
    return Network(tuple(all_of_them[start : start + PAGE]), offset=start, count=len(all_of_them))


def seat(person: Person, away: Away, people: Mapping[MemberId, Person], otherwise: MemberId | None = None) -> Seat:
    """Tell whether somebody is here, and who acts for them if not."""
    if not away.is_away(person.id):
        return Seat(person)
    member_id = away.stand_in(person.id, otherwise)
    stands_in = people.get(member_id) if member_id else None
    return Seat(person, is_away=True, until=away.until(person.id), stands_in=stands_in)


def _branch(
    department: Department,
    experts: Iterable[Expert],
    away: Away,
    people: Mapping[MemberId, Person],
    counts: Mapping[str, int],
) -> Branch:
    holders = _holders(department)
    held = {post for post, _ in holders}
    return Branch(
        department,
        tuple((post, seat(person, away, people, _otherwise(post, department))) for post, person in holders),
        tuple(post for post in Post if post not in held),
        _topics([one for one in experts if one.department_id == department.id], away, people, counts),
    )


def _holders(department: Department) -> list[tuple[Post, Person]]:
    """Return who holds which post; one that somebody held who left is vacant."""
    posts = ((Post.HEAD, department.head), (Post.DEPUTY, department.deputy), (Post.COORDINATOR, department.coordinator))
    return [(post, person) for post, person in posts if person is not None and not person.left]


def _otherwise(post: Post, department: Department) -> MemberId | None:
    """Return who acts for a post if its holder named nobody: the deputy for the head, the head for the others."""
    other = department.deputy if post is Post.HEAD else department.head
    return other.id if other is not None else None


def _topics(
    experts: Iterable[Expert], away: Away, people: Mapping[MemberId, Person], counts: Mapping[str, int]
) -> tuple[Topic, ...]:
    called: dict[str, str] = {}
    covering: dict[str, list[Seat]] = {}
    for expert in experts:
        for topic in {names.match_key(topic): topic for topic in expert.topics}.values():
            key = names.match_key(topic)
            called.setdefault(key, topic)
            covering.setdefault(key, []).append(seat(expert.person, away, people))
    return tuple(Topic(called[key], tuple(covering[key]), counts.get(key) == 1) for key in sorted(covering))


def _covering(all_of_them: Iterable[Branch], key: str) -> tuple[tuple[Branch, ...], str]:
    """Return the branches with just the topics that bear this name, or have it among their words."""
    found, called = [], ""
    for branch in all_of_them:
        topics = tuple(topic for topic in branch.topics if key and key in _keys(topic.name))
        if topics:
            called = called or topics[0].name
            found.append(replace(branch, topics=topics))
    return tuple(found), called


def _keys(topic: str) -> set[str]:
    key = names.match_key(topic)
    return {key, *key.split()}
