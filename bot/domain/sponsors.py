"""Sponsors: who backs whom, and who receives a goal conflict."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.absences import Away, Gone
from bot.domain.identity import AccountId, MemberId
from bot.domain.members import Person

SENIOR = 2
"""The deepest level a sponsor is expected to have; below it the sender is warned, never stopped (S83)."""


class Step(StrEnum):
    """The steps of the chain, in the order they are tried (product, section 6, "Recipient")."""

    OWN_SPONSOR = "own_sponsor"
    KAM_SPONSOR = "kam_sponsor"
    PARENT_SPONSOR = "parent_sponsor"
    PARENT_KAM_SPONSOR = "parent_kam_sponsor"
    KAM_LEADS = "kam_leads"
    DEPUTY = "deputy"
    """Not tried when a conflict is raised: the clock brings the deputy in."""
    HANDED_OVER = "handed_over"
    """Took it over from an addressee."""


class Skipped(StrEnum):
    """Why a step cannot receive the conflict."""

    EMPTY = "empty"
    RAISER = "raiser"
    PARTY = "party"
    UNREACHABLE = "unreachable"
    """Left the company, or is no full member of this Slack any more."""
    AWAY = "away"
    """Is absent; the next step stands in, if it says so."""
    HANDED_OVER = "handed_over"
    """Had it, until somebody took it over."""


@dataclass(frozen=True, slots=True)
class Backer:
    """A person somewhere in the chain, as the database knows them now."""

    person: Person
    is_reachable: bool = True
    level: int | None = None
    deputy_id: MemberId | None = None
    """Whom the sponsorship names; whom they name for an absence comes first."""


@dataclass(frozen=True, slots=True)
class Link:
    """One account of the chain; the reader may not even know it, so it has an id and no name."""

    account_id: AccountId
    parent_id: AccountId | None = None
    sponsor: Backer | None = None
    kam_sponsor: Backer | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Everybody who could receive a conflict on one account, from the account up to the root."""

    account_id: AccountId | None
    """None for an account that is created together with the conflict."""
    links: Mapping[AccountId, Link] = field(default_factory=dict)
    kam_leads: tuple[Backer, ...] = ()
    admins: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Considered:
    """One step of the chain with what came of it."""

    step: Step
    person: Person | None = None
    skipped: Skipped | None = None
    """None for whoever receives the conflict."""
    level: int | None = None
    in_stead_of: Person | None = None
    """For whom this person stands in: both names stay on the record (G10)."""
    since: datetime | None = field(default=None, compare=False)
    """When the clock or a hand-over brought this person in; None for the first ones."""
    of: AccountId | None = field(default=None, compare=False)
    """The account whose sponsor this is, while the chain is walked; its reader may not even know it."""

    @property
    def is_junior(self) -> bool:
        """Tell whether the sender is warned that this sponsor may not reach far enough."""
        is_sponsor = self.step is not Step.KAM_LEADS
        return is_sponsor and self.skipped is None and self.level is not None and self.level > SENIOR


@dataclass(frozen=True, slots=True)
class Route:
    """Where a conflict goes: every step that was considered, the taken one last."""

    steps: tuple[Considered, ...]
    asked_to_assign: tuple[Person, ...] = ()
    """KAM leads, else admins, who hear that nobody can receive it; empty while somebody can."""

    @property
    def recipients(self) -> tuple[Considered, ...]:
        """Return who receives it: one sponsor, or the KAM leads; empty for nobody."""
        return tuple(step for step in self.steps if step.skipped is None)

    @property
    def skipped(self) -> tuple[Considered, ...]:
        """Return the steps that were passed over, with the reason."""
        return tuple(step for step in self.steps if step.skipped is not None)


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is away now, and the names of those who may stand in."""

    away: Away = field(default_factory=Away)
    people: Mapping[MemberId, Person] = field(default_factory=dict)
    unreachable: frozenset[MemberId] = frozenset()
    """Whom Slack cannot reach, whatever its directory says."""

    def stand_in(self, backer: Backer, barred: Collection[MemberId], asked: Collection[MemberId] = ()) -> Person | None:
        """Return who acts for an addressee: the first deputy along the chain who is here and takes no side.

        Args:
            backer: who is away, or does not answer.
            barred: who must not act, whoever names them.
            asked: who is passed over, although their own deputies may act.
        """
        named = {member_id: self.away.gone.get(member_id, Gone()) for member_id in (backer.person.id, *asked)}
        gone = {**self.away.gone, **named, **{member_id: Gone() for member_id in {*barred, *self.unreachable}}}
        found = Away(gone).stand_in(backer.person.id, backer.deputy_id)
        return None if found is None else self.people.get(found)


HERE = Presence()
"""Nobody is away."""


def route(chain: Chain, raiser_id: MemberId, parties: Collection[MemberId], presence: Presence = HERE) -> Route:
    """Find the recipient: the first step with somebody who is reachable and takes no side (product, section 6).

    Args:
        chain: the account and everything above it, however it may be tied.
        raiser_id: never receives the own conflict.
        parties: the persons of both sides.
        presence: who is away, and who may stand in.
    """
    considered: list[Considered] = []
    for account_id, step, backer in _sponsors(chain):
        found = replace(_consider(step, backer, raiser_id, parties), of=account_id)
        if backer is None or found.skipped is not None or not presence.away.is_away(backer.person.id):
            considered.append(found)
        else:
            considered.append(replace(found, skipped=Skipped.AWAY))
            person = presence.stand_in(backer, {raiser_id, *parties})
            if person is not None:
                considered.append(Considered(step, person, in_stead_of=backer.person, of=account_id))
        if considered[-1].skipped is None:
            return Route(tuple(considered))
    leads = _here([_consider(Step.KAM_LEADS, lead, raiser_id, parties) for lead in chain.kam_leads], presence)
    considered += leads or [Considered(Step.KAM_LEADS, skipped=Skipped.EMPTY)]
    if any(lead.skipped is None for lead in leads):
        return Route(tuple(considered))
    told = tuple(lead.person for lead in chain.kam_leads if lead.is_reachable)
    return Route(tuple(considered), told or chain.admins)


def kam_leads(
    chain: Chain, raiser_id: MemberId, parties: Collection[MemberId], presence: Presence
) -> tuple[Person, ...]:
    """Return the KAM leads who can receive a conflict now."""
    leads = _here([_consider(Step.KAM_LEADS, lead, raiser_id, parties) for lead in chain.kam_leads], presence)
    return tuple(lead.person for lead in leads if lead.skipped is None and lead.person is not None)


def is_right(steps: Collection[Considered], found: Route, presence: Presence) -> bool:
    """Tell whether a conflict still lies with whoever it should lie with (F31).

    Args:
        steps: the recorded chain.
        found: the chain as it is now.
        presence: who is away now.
    """
    active = [step for step in steps if step.skipped is None and step.person is not None]
    if any(step.step is Step.HANDED_OVER and _is_here(step, presence) for step in active):
        return True
    if not found.recipients:
        return any(step.person is not None and not step.person.left for step in active)
    first = [step for step in active if step.since is None]
    if found.recipients[0].step is Step.KAM_LEADS:
        recorded = {step.person for step in first if step.step is Step.KAM_LEADS}
        return bool(recorded & {step.person for step in found.recipients})
    recipient = found.recipients[0]
    return any(
        step.step is not Step.KAM_LEADS and (step.person, step.in_stead_of) == (recipient.person, recipient.in_stead_of)
        for step in first
    )


def backer_of(chain: Chain, person: Person) -> Backer:
    """Return somebody as the chain knows them now, with the deputy their sponsorship names."""
    known = (backer for _, _, backer in _sponsors(chain) if backer is not None and backer.person.id == person.id)
    return next(known, Backer(person))


def _here(leads: list[Considered], presence: Presence) -> list[Considered]:
    """Pass over the leads who are away, while another one is here; one who is away is better than nobody."""
    if not any(_is_here(lead, presence) for lead in leads):
        return leads
    return [lead if lead.skipped or _is_here(lead, presence) else replace(lead, skipped=Skipped.AWAY) for lead in leads]


def _is_here(lead: Considered, presence: Presence) -> bool:
    return lead.skipped is None and lead.person is not None and not presence.away.is_away(lead.person.id)


def without(chain: Chain, unreachable: Collection[MemberId]) -> Chain:
    """Return a chain in which Slack cannot reach some people, whatever its directory says."""
    if not unreachable:
        return chain

    def known(who: Backer) -> Backer:
        return replace(who, is_reachable=False) if who.person.id in unreachable else who

    return replace(
        chain,
        links={
            account_id: replace(
                link,
                sponsor=link.sponsor and known(link.sponsor),
                kam_sponsor=link.kam_sponsor and known(link.kam_sponsor),
            )
            for account_id, link in chain.links.items()
        },
        kam_leads=tuple(known(lead) for lead in chain.kam_leads),
    )


def backer(account_id: AccountId, links: Mapping[AccountId, Link]) -> Considered | None:
    """Return who backs an account while nothing is at stake: own or inherited, the step says which."""
    considered = (_consider(step, who, MemberId(""), ()) for _, step, who in _sponsors(Chain(account_id, links)))
    return next((found for found in considered if found.skipped is None), None)


def _sponsors(chain: Chain) -> Iterator[tuple[AccountId, Step, Backer | None]]:
    """Walk from the account to the root; a ring of parents ends where it began."""
    own, inherited = Step.OWN_SPONSOR, Step.KAM_SPONSOR
    seen: set[AccountId] = set()
    at = chain.account_id
    while at is not None and at not in seen and at in chain.links:
        seen.add(at)
        link = chain.links[at]
        yield at, own, link.sponsor
        yield at, inherited, link.kam_sponsor
        own, inherited = Step.PARENT_SPONSOR, Step.PARENT_KAM_SPONSOR
        at = link.parent_id


def _consider(step: Step, backer: Backer | None, raiser_id: MemberId, parties: Collection[MemberId]) -> Considered:
    if backer is None:
        return Considered(step, skipped=Skipped.EMPTY)
    skipped = None
    if backer.person.id == raiser_id:
        skipped = Skipped.RAISER
    elif backer.person.id in parties:
        skipped = Skipped.PARTY
    elif not backer.is_reachable:
        skipped = Skipped.UNREACHABLE
    return Considered(step, backer.person, skipped, backer.level)
