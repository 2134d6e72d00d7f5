"""Sponsorships: who backs which KAM and which accounts, how much each sponsor has, and what is missing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from bot.domain import errors, names
from bot.domain.accounts import AccountRef
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, DraftId, MemberId
from bot.domain.members import Member, Person
from bot.domain.sponsors import SENIOR, Backer, Considered, Link, backer

PAGE = 7
"""Sponsorships on one page: each takes up to three of the fifty blocks of a message."""


@dataclass(frozen=True, slots=True)
class Sponsorship:
    """Who backs a KAM, and who stands in."""

    kam: Person
    sponsor: Backer
    deputy: Person | None = None

    @property
    def lacks_deputy(self) -> bool:
        """Tell whether nobody who is still here stands in."""
        return self.deputy is None or self.deputy.left


@dataclass(frozen=True, slots=True)
class Tended:
    """An account with who looks after it and who backs it by name."""

    account: AccountRef
    is_seen: bool
    """Whether it exists for the reader; one that does not is counted nowhere."""
    parent_id: AccountId | None = None
    kam: Person | None = None
    sponsor: Backer | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """All sponsorships, some or all accounts with those above them, and what lies with whom."""

    sponsorships: tuple[Sponsorship, ...] = ()
    accounts: tuple[Tended, ...] = ()
    conflicts: Mapping[MemberId, int] = field(default_factory=dict)
    """Open conflicts that the reader may know of, by addressee."""


@dataclass(frozen=True, slots=True)
class Backed:
    """One line of the table: a sponsor, for a KAM or for accounts of their own."""

    sponsor: Backer
    conflicts: int = 0
    """Open ones that lie with the sponsor."""
    sponsorship: Sponsorship | None = None
    """None for accounts that name this sponsor themselves."""
    accounts: tuple[AccountRef, ...] = ()

    @property
    def is_junior(self) -> bool:
        """Tell whether the level of this sponsor may not reach far enough (S83)."""
        return self.sponsor.level is not None and self.sponsor.level > SENIOR


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing, as far as the reader may know."""

    kams: tuple[Person, ...] = ()
    """Nobody backs them."""
    left: tuple[Person, ...] = ()
    """Sponsors who are not here any more."""
    without_deputy: tuple[Person, ...] = ()
    """KAMs whose sponsor has no deputy who is here."""
    accounts: tuple[AccountRef, ...] = ()
    """Nobody backs them, by themselves, by their KAM or by an account above."""


@dataclass(frozen=True, slots=True)
class MySponsor:
    """Who backs the reader, and where to reach them."""

    sponsor: Person
    level: int | None = None
    deputy: Person | None = None
    accounts: tuple[AccountRef, ...] = ()
    away_until: date | None = None
    stands_in: Person | None = None
    """Who acts while the sponsor is away."""
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What ``/kam sponsor`` shows one person."""

    workspace_id: str
    mine: tuple[MySponsor, ...] = ()
    open_ids: tuple[str, ...] = ()
    """Short ids of open conflicts on the reader's accounts, for the text to copy."""
    backing: tuple[Backed, ...] = ()
    """Whom the reader backs, or stands in for as a sponsor's deputy."""
    table: tuple[Backed, ...] | None = None
    """One page of everybody, for those who assign sponsors."""
    gaps: Gaps | None = None
    """On the first page."""
    before: int | None = None
    """Where the page before begins."""
    after: int | None = None
    """Where the next page begins."""
    assigned_by: tuple[Person, ...] = ()
    """Who assigns sponsors."""


def may_assign(actor: Member) -> bool:
    """Tell whether somebody assigns sponsors (product, section 3)."""
    return actor.is_kam_lead or actor.is_admin


def check(kam_id: MemberId, sponsor_id: MemberId, deputy_id: MemberId | None) -> None:
    """Refuse a sponsorship in which somebody has two parts.

    Raises:
        errors.TwoParts: with the field.
    """
    if sponsor_id == kam_id:
        raise errors.TwoParts("sponsor")
    if deputy_id is not None and deputy_id in {kam_id, sponsor_id}:
        raise errors.TwoParts("deputy")


def self_appointed(
    actor_id: MemberId, sponsor_id: MemberId, deputy_id: MemberId | None, before: Sponsorship | None
) -> str | None:
    """Return the field in which somebody gives themselves a part that they did not have (reliability, F52)."""
    if before is not None and actor_id == before.sponsor.person.id:
        return None
    if actor_id == sponsor_id:
        return "sponsor"
    was_deputy = before is not None and before.deputy is not None and actor_id == before.deputy.id
    return "deputy" if actor_id == deputy_id and not was_deputy else None


def backers(register: Register) -> dict[AccountId, Considered]:
    """Return who backs each account: by name, by its KAM or by an account above."""
    by_kam = {one.kam.id: one.sponsor for one in register.sponsorships}
    links = {
        one.account.id: Link(one.account.id, one.parent_id, one.sponsor, by_kam.get(one.kam.id) if one.kam else None)
        for one in register.accounts
    }
    found = {account_id: backer(account_id, links) for account_id in links}
    return {account_id: one for account_id, one in found.items() if one is not None}


def mine(register: Register, kam_id: MemberId, account_ids: Collection[AccountId]) -> tuple[MySponsor, ...]:
    """Return who backs somebody: their own sponsor first, then those of other accounts they look after, by name."""
    own = next((one for one in register.sponsorships if one.kam.id == kam_id and one.sponsor.is_reachable), None)
    found, people, refs = backers(register), dict[MemberId, MySponsor](), dict[MemberId, list[AccountRef]]()
    if own is not None:
        people[own.sponsor.person.id] = MySponsor(own.sponsor.person, own.sponsor.level, own.deputy)
    for one in register.accounts:
        considered = found.get(one.account.id)
        if one.account.id in account_ids and considered is not None and considered.person is not None:
            person = considered.person
            people.setdefault(person.id, MySponsor(person, considered.level))
            refs.setdefault(person.id, []).append(one.account)
    named = sorted(people.values(), key=lambda one: (not _is_own(one, own), _key(one.sponsor), one.sponsor.id))
    return tuple(replace(one, accounts=_named(refs.get(one.sponsor.id, ()))) for one in named)


def _is_own(one: MySponsor, own: Sponsorship | None) -> bool:
    return own is not None and own.sponsor.person.id == one.sponsor.id


def table(register: Register) -> tuple[Backed, ...]:
    """Return everybody who backs somebody, by name, with the accounts that the reader may see."""
    lines = [
        *(
            _line(register, one.sponsor, one, (kept.account for kept in _of_kam(register, one.kam.id)))
            for one in register.sponsorships
        ),
        *(
            _line(register, sponsor, None, (kept.account for kept in kept_by_name))
            for sponsor, kept_by_name in _by_name(register)
        ),
    ]
    return tuple(sorted(lines, key=_by_sponsor))


def gaps(register: Register) -> Gaps:
    """Return what is missing."""
    backed = {one.kam.id for one in register.sponsorships}
    kams = {one.kam for one in register.accounts if one.is_seen and one.kam and not one.kam.left}
    sponsors = {one.sponsor.person: one.sponsor for one in register.sponsorships}
    sponsors |= {one.sponsor.person: one.sponsor for one in register.accounts if one.is_seen and one.sponsor}
    found = backers(register)
    return Gaps(
        kams=_sorted(kam for kam in kams if kam.id not in backed),
        left=_sorted(person for person, sponsor in sponsors.items() if not sponsor.is_reachable),
        without_deputy=_sorted(one.kam for one in register.sponsorships if one.lacks_deputy),
        accounts=_named(one.account for one in register.accounts if one.is_seen and one.account.id not in found),
    )


def _of_kam(register: Register, kam_id: MemberId) -> Iterable[Tended]:
    return (one for one in register.accounts if one.kam and one.kam.id == kam_id and not one.sponsor and one.is_seen)


def _by_name(register: Register) -> Iterable[tuple[Backer, Iterable[Tended]]]:
    named = [(one.sponsor, one) for one in register.accounts if one.sponsor is not None and one.is_seen]
    named.sort(key=lambda pair: pair[0].person.id)
    for _, pairs in groupby(named, key=lambda pair: pair[0].person.id):
        found = list(pairs)
        yield found[0][0], [one for _, one in found]


def _line(
    register: Register, sponsor: Backer, sponsorship: Sponsorship | None, accounts: Iterable[AccountRef]
) -> Backed:
    return Backed(sponsor, register.conflicts.get(sponsor.person.id, 0), sponsorship, _named(accounts))


def _by_sponsor(line: Backed) -> tuple[str, str, bool, str]:
    kam = line.sponsorship.kam.name if line.sponsorship else ""
    return _key(line.sponsor.person), line.sponsor.person.id, line.sponsorship is None, names.match_key(kam)


def _sorted(people: Iterable[Person]) -> tuple[Person, ...]:
    return tuple(sorted(set(people), key=lambda person: (_key(person), person.id)))


def _named(accounts: Iterable[AccountRef]) -> tuple[AccountRef, ...]:
    return tuple(sorted(accounts, key=lambda account: (names.match_key(account.name), account.id)))


def _key(person: Person) -> str:
    return names.match_key(person.name)


def page(lines: Collection[Backed], offset: int) -> tuple[tuple[Backed, ...], int | None, int | None]:
    """Return one page of the table, and where the pages before and after it begin."""
    start = min(max(offset, 0), max(len(lines) - 1, 0)) // PAGE * PAGE
    before = start - PAGE if start else None
    after = start + PAGE if start + PAGE < len(lines) else None
    return tuple(lines)[start : start + PAGE], before, after


@dataclass(frozen=True, slots=True)
class SponsorshipForm:
    """The form of a sponsorship: a new one, or one that is handed over."""

    draft_id: DraftId
    sponsorship: Sponsorship | None = None


@dataclass(frozen=True, slots=True)
class SponsorshipTold:
    """What somebody hears when who backs a KAM has changed."""

    workspace_id: str
    reader_id: MemberId
    kam: Person
    by: Person | None
    sponsorship: Sponsorship | None = None
    """As it is now; None when nobody backs the KAM any more."""
    accounts: tuple[AccountRef, ...] = ()
    """What comes with it, as far as the reader sees it."""


@dataclass(frozen=True, slots=True)
class TurnSponsors:
    """Show another page of the table."""

    actor: Member
    offset: int
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class OpenSponsorship:
    """Open the form of a new sponsorship, or of the one of a KAM."""

    actor: Member
    key: str
    reply_to: ReplyTo
    kam_id: MemberId | None = None
    sponsor_id: MemberId | None = None
    """Who backed the KAM when the button was made."""


@dataclass(frozen=True, slots=True)
class SaveSponsorship:
    """Save the form."""

    actor: Member
    draft_id: DraftId
    sponsor_id: MemberId
    deputy_id: MemberId | None
    key: str
    kam_id: MemberId | None = None
    """Who is backed, where the form asks for it."""


@dataclass(frozen=True, slots=True)
class EndSponsorship:
    """Let nobody back a KAM any more."""

    actor: Member
    kam_id: MemberId
    sponsor_id: MemberId
    """Who backed the KAM when the button was made."""
    key: str
    reply_to: ReplyTo
