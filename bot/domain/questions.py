"""Questions: which words name an account, a person, a time or a sort of notes; the others are looked for."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo

from bot.domain import names
from bot.domain.accounts import AccountRef
from bot.domain.analyser import Word, index, question_words
from bot.domain.asked_days import Days, find_days
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Subject
from bot.domain.identity import AccountId, MemberId
from bot.domain.matters import SORTS, STILL_OPEN, Fact, Found, Matter, find_facts, find_matter
from bot.domain.members import Person
from bot.domain.search import MOST_WORDS, Query, Wanted, account_term, longest
from bot.domain.search_notes import name_terms

_MOST_CHUNKS = 60
_LONGEST_NAME = 8
"""Words of a name in a question."""
MOST_ALIAS_WORDS = 2
"""Words that may all be of one alias; with more something else is asked."""
_MOST_BEARERS = 5
"""Accounts with a word in their aliases; of more, it is a word like any other."""
_MOST_OBJECTS = 3
"""Objects that are named by their short ids."""
_QUOTES = "#.,;:?!\"'„“”‚‘’«»()[]"
_SHORT_ID = re.compile(r"([ire])-([0-9]{1,9})")
_ONLY_ID = re.compile(r"([ire])[ -]?([0-9]{1,9})")
_HANDLE = re.compile(r"(?<![\w.+-])@\w(?:[\w.-]*\w)?")
_SUBJECTS = {"i": Subject.INTERACTION, "r": Subject.REQUEST, "e": Subject.ESCALATION}


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words of a question that may be a name."""

    first: int
    after: int
    keys: tuple[str, ...]


def name_runs(question: str) -> Iterator[Run]:
    """Yield each run of words with the keys of the account it may name, longest first."""
    chunks = _chunks(question)
    for length in range(min(len(chunks), _LONGEST_NAME), 0, -1):
        for first in range(len(chunks) - length + 1):
            key = names.match_key(" ".join(chunks[first : first + length]).strip(_QUOTES))
            keys = (key, *(key.removesuffix(ending) for ending in ("'s", "s") if key.endswith(ending)))
            if key:
                yield Run(first, first + length, keys)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question taken apart: the account it names and what else it says."""

    account: AccountRef | None
    rest: str


def read_account(question: str, known: Mapping[str, Sequence[AccountRef]]) -> Reading:
    """Find the account a question names, by the longest run of words anywhere in it.

    A name that several accounts bear is no filter; its words are looked for like any others.
    """
    for run in name_runs(question):
        for key in run.keys:
            accounts = known.get(key, ())
            if len(accounts) == 1:
                chunks = _chunks(question)
                return Reading(accounts[0], " ".join(chunks[: run.first] + chunks[run.after :]))
    return Reading(None, question)


def with_names(question: str, mentioned: Sequence[MemberId], known: Mapping[MemberId, Person]) -> str:
    """Write names for mentions: what Slack calls somebody is not what they are called here."""
    if len(_HANDLE.findall(question)) != len(mentioned):
        return question
    names_of = iter(known.get(member_id) for member_id in mentioned)
    return _HANDLE.sub(lambda handle: person.name if (person := next(names_of)) else handle[0], question)


def telling_words(question: str) -> tuple[Word, ...]:
    """Return the words of a question that are no stop words."""
    return tuple(word for word in question_words(" ".join(_chunks(question))) if not word.is_stop_word)


def person_words(question: str) -> tuple[str, ...]:
    """Return the words of a question that may be part of a person's name."""
    return tuple(dict.fromkeys(word.terms[0] for word in telling_words(question)))[: 2 * MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Named:
    """The one contact a question names."""

    contact: ContactRef
    words: tuple[str, ...]
    in_full: bool
    """A surname alone may be a common word, so notes that only have the word count as well."""
    by_given_name: bool = False
    """Who is only spoken of so may not be whom the question is about: their own entry leads if nothing else is asked."""


def read_person(question: str, known: Collection[ContactRef], members: Iterable[Person] = ()) -> Named | None:
    """Find the one contact a question names, by most words of the name.

    A given name alone is enough if nobody else bears it, no member either, and it is written as a name.

    Args:
        question: without what names an account.
        known: contacts with one of its words in their names.
        members: members with one of its words in their names.
    """
    asked = person_words(question)
    best: list[Named] = []
    for contact in known:
        name = name_terms(contact.name)
        common = tuple(word for word in asked if word in name)
        if name and name[-1] in common and (not best or len(common) >= len(best[0].words)):
            best = [one for one in best if len(one.words) == len(common)]
            best.append(Named(contact, common, in_full=len(common) > 1 or len(name) == 1))
    if best:
        return best[0] if len(best) == 1 else None
    elsewhere = {term for person in members for term in name_terms(person.name)}
    free = [word for word in asked if word not in elsewhere and _is_written_as_name(question, word)]
    given = [
        Named(contact, common, in_full=False, by_given_name=True)
        for contact in known
        if (common := tuple(word for word in free if word in name_terms(contact.name)))
    ]
    return given[0] if len(given) == 1 else None


@dataclass(frozen=True, slots=True)
class Colleague:
    """The one member whose notes a question asks for."""

    person: Person
    words: tuple[str, ...]
    """The words of the question that name them; none for oneself."""
    in_full: bool
    """With one name alone, notes that mention them count as well."""


def read_colleague(
    question: str, known: Iterable[Person], namesakes: Iterable[ContactRef] = (), taken: Collection[str] = ()
) -> Colleague | None:
    """Find the one member a question names, by most words of the name.

    One name is enough if nobody else bears it, no contact either, and it is written as a name: "frei" is no Mr Frei.

    Args:
        question: without what names an account.
        known: members with one of its words in their names.
        namesakes: contacts with one of its words in their names.
        taken: the words that name a contact.
    """
    asked = tuple(word for word in person_words(question) if word not in taken)
    shared = {term for contact in namesakes for term in name_terms(contact.name)}
    best: list[Colleague] = []
    for person in known:
        common = tuple(word for word in asked if word in name_terms(person.name))
        if common and (not best or len(common) >= len(best[0].words)):
            best = [one for one in best if len(one.words) == len(common)]
            best.append(Colleague(person, common, in_full=len(common) > 1))
    if len(best) != 1:
        return None
    only = best[0]
    if only.in_full or (only.words[0] not in shared and _is_written_as_name(question, only.words[0])):
        return only
    return None


def asks_for_own(question: str) -> str | None:
    """Return the rest of a question for what the reader wrote; None if it does not ask for that."""
    words = _bare(question)
    for at in range(len(words) - 1):
        if (words[at] in _MINE and words[at + 1] in _NOTES) or (words[at], words[at + 1]) in _BY_ME:
            return _without(question, {at, at + 1})
    return None


_MINE = frozenset(("mein", "meine", "meinen", "meiner", "my"))
_NOTES = frozenset(("notiz", "notizen", "eintrag", "einträge", "einträgen", "eintraege", "notes", "note", "entries"))
_BY_ME = frozenset(
    {("von", "mir"), ("by", "me"), ("ich", "notiert"), ("ich", "geschrieben"), ("i", "write"), ("i", "log")}
)


def _is_written_as_name(question: str, term: str) -> bool:
    """Tell whether a word begins with a capital, or nothing in the question does."""
    written = [
        chunk.strip(_QUOTES)
        for chunk in _chunks(question)
        if any(word.terms[0] == term for word in question_words(chunk))
    ]
    return any(chunk[:1].isupper() for chunk in written) or not any(char.isupper() for char in question)


def read_days(question: str, today: date) -> tuple[Days | None, str]:
    """Take the time out of a question, as the reader means it today.

    What may mean something else is a time if nothing else is looked for: "Q3", "visits in October", but not
    "capacity Q3".
    """
    words = _bare(question)
    if found := find_days(words, today):
        return found.days, _without(question, range(found.first, found.after))
    if found := find_days(words, today, alone=True):
        rest = _without(question, range(found.first, found.after))
        if not telling_words(read_matter(rest)[1]):
            return found.days, rest
    return None, question


def read_matter(question: str) -> tuple[Found | None, str]:
    """Take the words out of a question that say what sort of notes is asked for."""
    found = find_matter(_bare(question))
    return found, _without(question, found.places) if found else question


def read_facts(question: str) -> tuple[Fact, ...]:
    """Return what of an account a question asks for, if it asks for nothing else."""
    facts, places = find_facts(_bare(question))
    return facts if not telling_words(_without(question, places)) else ()


def read_objects(question: str) -> tuple[tuple[Subject, int], ...]:
    """Return what a question names by a short id, ``R-12``, as subject and number; alone it may be ``R12``."""
    words = _bare(question)
    if alone := _ONLY_ID.fullmatch(" ".join(words)):
        words = [f"{alone[1]}-{alone[2]}"]
    found = (_SHORT_ID.fullmatch(word) for word in words)
    return tuple(dict.fromkeys((_SUBJECTS[one[1]], int(one[2])) for one in found if one))[:_MOST_OBJECTS]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a question was narrowed to."""

    account_ids: Sequence[AccountId] = ()
    named: Named | None = None
    colleague: Colleague | None = None
    days: Days | None = None
    matter: Matter | None = None


NOT_NARROWED = Narrowed()


def read_question(
    question: str, narrowed: Narrowed = NOT_NARROWED, zone: tzinfo = UTC, ignored: Collection[str] = ()
) -> Query:
    """Turn the words that narrow nothing into what the index is asked; without any there is nothing to look for.

    Args:
        question: without the words that name account, time and sort.
        narrowed: what each note must be within.
        zone: where the days of the reader begin.
        ignored: first terms of words that named what the reader dropped.
    """
    words = telling_words(question)
    named, colleague, days, matter = narrowed.named, narrowed.colleague, narrowed.days, narrowed.matter
    scope = []
    if narrowed.account_ids:
        scope.append(Wanted("", {}, account_ids=tuple(narrowed.account_ids)))
    if named is not None:
        scope.append(Wanted(named.contact.name, _mentions(named, words), contact_ids=(named.contact.id,)))
    if colleague is not None:
        scope.append(Wanted(colleague.person.name, _mentions(colleague, words), author_ids=(colleague.person.id,)))
    if matter is not None:
        sort = SORTS[matter]
        terms = dict.fromkeys(sorted(index(sort.words).terms), 1.0)
        scope.append(Wanted("", terms, marks=tuple(sorted(sort.marks)), is_common=sort.is_common))
    said = {*ignored, *(named.words if named else ()), *(colleague.words if colleague else ())}
    telling = [word for word in words if word.terms[0] not in said]
    leads = days is None and matter is None and colleague is None
    return Query(
        wanted=tuple(_wanted(word) for word in longest(telling, MOST_WORDS)),
        scope=tuple(scope),
        person=named.contact.id if named and leads and not (named.by_given_name and telling) else None,
        since=days.begin(zone) if days else None,
        until=days.end(zone) if days else None,
        is_open=matter in STILL_OPEN,
    )


def with_aliases(query: Query, bearing: Mapping[str, Collection[AccountId]]) -> Query:
    """Take the notes of an account for the words of its aliases, which few of them have: "Leeds" for "TW UK".

    Beside other words it is one of them: "stock in Leeds" may be anybody's.

    Args:
        query: whose words may be part of an alias.
        bearing: key of a word → the accounts that have it in an alias; of too many it names none.
    """
    bearers = [bearing.get(names.match_key(one.typed), ()) for one in query.wanted]
    if not all(0 < len(accounts) <= _MOST_BEARERS for accounts in bearers):
        return query
    wanted = (
        replace(one, terms={**one.terms, **{account_term(account): 1.0 for account in sorted(accounts)}})
        for one, accounts in zip(query.wanted, bearers, strict=True)
    )
    return replace(query, wanted=tuple(wanted))


def _mentions(someone: Named | Colleague, words: Iterable[Word]) -> Mapping[str, float]:
    """Return the terms under which notes mention somebody, who may be spoken of without being listed."""
    if someone.in_full:
        return {}
    return {term: 1.0 for word in words if word.terms[0] in someone.words for term in word.terms}


def _wanted(word: Word) -> Wanted:
    return Wanted(word.typed, dict.fromkeys(word.terms, 1.0))


def _chunks(question: str) -> list[str]:
    return question.split(maxsplit=_MOST_CHUNKS)[:_MOST_CHUNKS]


def _bare(question: str) -> list[str]:
    """Return the words of a question casefolded, without punctuation at their ends, as many as there are chunks."""
    return [unicodedata.normalize("NFKC", chunk).casefold().strip(_QUOTES) for chunk in _chunks(question)]


def _without(question: str, places: Iterable[int]) -> str:
    gone = frozenset(places)
    return " ".join(chunk for at, chunk in enumerate(_chunks(question)) if at not in gone)
