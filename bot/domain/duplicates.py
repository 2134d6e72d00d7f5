"""Duplicates: which accounts or contacts may be one and the same, found without comparing all with all (G13)."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from bot.domain import names
from bot.domain.accounts import AccountName, AccountRef
from bot.domain.analyser import plain
from bot.domain.contacts import ContactRef
from bot.domain.delivery import ReplyTo, Subject
from bot.domain.identity import MemberId, MergeId, TwinsId
from bot.domain.members import Member, Person

CARDS = 5
"""Cards of a round that one person gets; the others wait in the list."""
SHOWN = 8
"""Pairs on a page of the list."""
_FEW = 40
"""So many names with a word, a skeleton or a spelling in common are compared with each other."""
_ONE_SLIP = 5
_TWO_SLIPS = 8
"""Characters of a word from which on one or two slips of the fingers leave it recognisable."""
_ONE_WORD = 7
"""A name of a single word says less than one of several: Bosch is not Busch."""
_COMPOUND = 8
_LEGAL_FORMS = frozenset(
    [
        "ab",
        "ag",
        "aps",
        "as",
        "asa",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "doo",
        "eg",
        "ev",
        "gbr",
        "gmbh",
        "inc",
        "incorporated",
        "kft",
        "kg",
        "kgaa",
        "kk",
        "limited",
        "llc",
        "llp",
        "lp",
        "ltd",
        "mbh",
        "nv",
        "ohg",
        "oy",
        "oyj",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "sas",
        "se",
        "sl",
        "slu",
        "snc",
        "spa",
        "srl",
        "sro",
        "ug",
        "zrt",
    ]
)
_AND = frozenset({"and", "et", "und"})
_TITLES = frozenset(
    ["dipl", "dr", "frau", "herr", "ing", "ma", "mag", "mba", "med", "mr", "mrs", "ms", "msc", "phd", "prof"]
)
_WORD = re.compile(r"[^\W_]+")
_DOTS = re.compile(r"[.'’]")
_SPELLED_OUT = re.compile(r"([aou])e")
_VOWELS = re.compile(r"[aeiouyhj]")
_DIGITS = re.compile(r"\d+")
_REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Named:
    """An account or contact as it is compared."""

    id: int
    names: tuple[str, ...]
    """Name and aliases."""
    group: int
    """The topmost account above it."""
    kind: str = ""
    country: str | None = None
    account: int = 0
    """Of a contact."""
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ids, the lower one first."""

    first: int
    second: int

    @classmethod
    def of(cls, one: int, other: int) -> "Pair":
        """Put two ids in order."""
        return cls(min(one, other), max(one, other))


@dataclass(frozen=True, slots=True)
class Found:
    """What a round of the finder found, new or not."""

    accounts: tuple[Pair, ...]
    contacts: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """One of two that may be the same."""

    id: int
    name: str
    account: AccountRef
    """Itself, or the contact's."""
    kam: Person | None = None
    title: str | None = None
    email: str | None = None
    notes: int = 0
    """Interactions that the reader may see."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Two accounts or contacts that may be one, and what became of the question."""

    id: TwinsId
    subject: Subject
    first: Twin
    second: Twin
    dismissed_by: Person | None = None
    dismissed_at: datetime | None = None
    merged_by: Person | None = None
    merged_at: datetime | None = None
    survivor: int | None = None
    """The id of the one that stayed."""

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has answered yet."""
        return self.dismissed_at is None and self.merged_at is None


@dataclass(frozen=True, slots=True)
class TwinsCard:
    """A pair as one who decides sees it."""

    twins: Twins
    may_decide: bool
    others: int
    """Pairs that wait for the same person besides."""
    leads: bool = False
    """Why: as KAM lead, else because they look after both."""


@dataclass(frozen=True, slots=True)
class TwinsPage:
    """What waits for somebody, a page at a time."""

    twins: tuple[Twins, ...]
    offset: int
    count: int
    undoable: tuple["Undoable", ...] = ()


@dataclass(frozen=True, slots=True)
class Undoable:
    """A merge that this reader may still take back."""

    merge_id: MergeId
    subject: Subject
    name: str
    into: str
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Say that two are two."""

    actor: Member
    twins_id: TwinsId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class TurnTwins:
    """Show the list, or another page of it."""

    actor: Member
    offset: int
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class Carers:
    """Who looks after an account or contact, as far as they are active."""

    kam: MemberId | None = None
    deputy: MemberId | None = None
    owner: MemberId | None = None
    """Of a contact's relationship."""


def same_accounts(accounts: Sequence[Named]) -> tuple[Pair, ...]:
    """Return the pairs of accounts that may be one: same kind, no two countries, names alike.

    Units of one group bear similar names on purpose; there only equal names count.
    """
    told = [(account, [words for name in account.names if (words := _account_words(name))]) for account in accounts]
    blocks: dict[str, list[int]] = {}
    for at, (_account, spelled) in enumerate(told):
        for key in {key for words in spelled for key in _account_keys(words)}:
            blocks.setdefault(key, []).append(at)
    pairs = {
        Pair.of(one.id, other.id)
        for at, beside in _candidates(blocks)
        for (one, ours), (other, theirs) in [(told[at], told[beside])]
        if _may_be_one_account(one, ours, other, theirs)
    }
    return _in_order(pairs)


def same_contacts(contacts: Sequence[Named]) -> tuple[Pair, ...]:
    """Return the pairs of contacts that may be one person: the same e-mail address, or in one group a name alike."""
    told = [(contact, _person_words(contact.names[0])) for contact in contacts]
    blocks: dict[str, list[int]] = {}
    for at, (contact, words) in enumerate(told):
        keys = {f"{contact.group} {' '.join(sorted(words))}"}
        keys.update(f"{contact.account}:{word}" for word in words if len(word) > 1)
        if contact.email:
            keys.add(f"@{contact.email.casefold()}")
        for key in keys:
            blocks.setdefault(key, []).append(at)
    pairs = {
        Pair.of(one.id, other.id)
        for at, beside in _candidates(blocks)
        for (one, ours), (other, theirs) in [(told[at], told[beside])]
        if _may_be_one_person(one, ours, other, theirs)
    }
    return _in_order(pairs)


def near_accounts(typed: str, known: Iterable[AccountName], most: int) -> tuple[AccountRef, ...]:
    """Return the accounts whose name or alias is like one that is typed for a new account, each once."""
    words = _account_words(typed)
    alike = {name.account.id: name.account for name in known if words and _alike(words, _account_words(name.key))}
    return tuple(alike.values())[:most]


def near_contacts(typed: str, known: Iterable[ContactRef], most: int) -> tuple[ContactRef, ...]:
    """Return the contacts of one account whose name is like one that is typed for a new contact."""
    words = _person_words(typed)
    alike = (contact for contact in known if words and _alike_people(words, _person_words(contact.name)))
    return tuple(alike)[:most]


def deciders(one: Carers, other: Carers) -> tuple[MemberId, ...]:
    """Return who hears of two that may be one: whoever looks after both; nobody where that takes a KAM lead."""
    first = {one.kam, one.owner} & {other.kam, other.owner} - {None}
    anybody = {one.kam, one.deputy, one.owner} & {other.kam, other.deputy, other.owner} - {None}
    return tuple(sorted(member for member in first or anybody if member is not None))


def _candidates(blocks: dict[str, list[int]]) -> Iterator[tuple[int, int]]:
    """Return what stands in one block, each two once; of a crowd everybody is compared with the first only."""
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) < 2:
            continue
        for two in combinations(block, 2) if len(block) <= _FEW else ((block[0], other) for other in block[1:]):
            if two not in seen:
                seen.add(two)
                yield two


def _may_be_one_account(
    one: Named, ours: Collection[Sequence[str]], other: Named, theirs: Collection[Sequence[str]]
) -> bool:
    if one.kind != other.kind:
        return False
    if one.country and other.country and one.country != other.country:
        return False
    if one.group == other.group:
        return any(names.match_key(name) in {names.match_key(their) for their in other.names} for name in one.names)
    return any(_alike(words, their) for words in ours for their in theirs)


def _may_be_one_person(one: Named, ours: Sequence[str], other: Named, theirs: Sequence[str]) -> bool:
    emails = {person.email.casefold() for person in (one, other) if person.email}
    if one.email and other.email and len(emails) == 1:
        # Nothing of the names in common: a mailbox that several people share.
        return any(len(word) > 1 and word in theirs for word in ours) or _fits(ours, theirs)
    # Without a common address they stand in one block only within a group.
    if sorted(ours) == sorted(theirs):
        return bool(ours)
    return one.account == other.account and len(emails) < 2 and _alike_people(ours, theirs)


def _account_keys(words: Sequence[str]) -> Iterator[str]:
    """Return under which keys a name meets those like it: the same letters, one letter less, consonants, rare words."""
    together = "".join(words)
    yield together
    yield "=" + " ".join(sorted(words))
    if len(together) >= _ONE_WORD:
        for at in range(len(together)):
            yield together[:at] + together[at + 1 :]
        yield "~" + _skeleton(together)
    if len(words) > 1:
        # Two slips in one word: the other word leads there, unless too many bear it.
        yield from (f"{len(words)} {at} {word}" for at, word in enumerate(words) if len(word) >= _ONE_SLIP)


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether two names of accounts may mean the same."""
    if not ours or not theirs:
        return False
    together, beside = "".join(ours), "".join(theirs)
    if together == beside or sorted(ours) == sorted(theirs):
        return True
    if _DIGITS.findall(together) != _DIGITS.findall(beside):
        # Plant 1 and plant 2.
        return False
    if len(ours) == len(theirs):
        needed = _ONE_WORD if len(ours) == 1 else 0
        return min(len(together), len(beside)) >= needed and all(map(_slipped, ours, theirs))
    return min(len(together), len(beside)) >= _COMPOUND and names.distance(together, beside, 1) <= 1


def _alike_people(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether two names may be one person's: other order, an initial, or one given name with a slip."""
    if sorted(ours) == sorted(theirs):
        return bool(ours)
    return _fits(ours, theirs) or _slipped_once(ours, theirs)


def _fits(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether one is the other with initials: S. Meier, Sandra Meier."""
    if len(ours) != len(theirs) or len(ours) < 2:
        return False
    pairs = list(zip(ours, theirs, strict=True))
    same = any(one == other and len(one) > 1 for one, other in pairs)
    return same and all(one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]) for one, other in pairs)


def _slipped_once(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    if len(ours) != len(theirs) or len(ours) < 2:
        return False
    differing = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
    if len(differing) != 1:
        return False
    one, other = sorted(differing[0], key=len)
    # A letter more at the end is another person: Martin and Martina, Andrea and Andreas.
    return len(one) >= _ONE_SLIP and not other.startswith(one) and names.distance(one, other, 1) <= 1


def _slipped(one: str, other: str) -> bool:
    """Tell whether two words differ by slips of the fingers only."""
    if one == other:
        return True
    shorter = min(len(one), len(other))
    allowed = 2 if shorter >= _TWO_SLIPS else 1 if shorter >= _ONE_SLIP else 0
    return allowed > 0 and names.distance(one, other, allowed) <= allowed


def _account_words(name: str) -> tuple[str, ...]:
    """Return the words of a name without its legal form; a name of nothing else keeps it."""
    words = _words(name)
    kept = [word for word in words if word not in _AND]
    while kept and kept[-1] in _LEGAL_FORMS:
        kept.pop()
    return tuple(kept) or words


def _person_words(name: str) -> tuple[str, ...]:
    """Return the words of a person's name without titles; "Meier, Sandra" comes the usual way round."""
    last, comma, first = name.partition(",")
    words = _words(f"{first} {last}" if comma else name)
    return tuple(word for word in words if word not in _TITLES) or words


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name, casefolded, without accents, umlauts as their plain letter."""
    folded = plain(_DOTS.sub(lambda dot: " " if dot[0] == "." and _ends_initial(name, dot.start()) else "", name))
    return tuple(_SPELLED_OUT.sub(r"\1", word) for word in _WORD.findall(names.match_key(folded)))


def _ends_initial(name: str, at: int) -> bool:
    """Tell whether a full stop ends a word: a blank or nothing follows."""
    return name[at + 1 : at + 2].strip() == ""


def _skeleton(word: str) -> str:
    """Return the consonants of a word, each once where it is doubled; what most slips leave as it is."""
    return word[0] + _REPEATED.sub(r"\1", _VOWELS.sub("", word[1:]))


def _in_order(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (pair.first, pair.second)))
