"""Sponsors: who backs whom, and who receives a goal conflict."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

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


class Skipped(StrEnum):
    """Why a step cannot receive the conflict."""

    EMPTY = "empty"
    RAISER = "raiser"
    PARTY = "party"
    UNREACHABLE = "unreachable"
    """Left the company, or is no full member of this Slack any more."""


@dataclass(frozen=True, slots=True)
class Backer:
    """A person somewhere in the chain, as the database knows them now."""

    person: Person
    is_reachable: bool = True
    level: int | None = None


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


def route(chain: Chain, raiser_id: MemberId, parties: Collection[MemberId]) -> Route:
    """Find the recipient: the first step with somebody who is reachable and takes no side (product, section 6).

    Args:
        chain: the account and everything above it, however it may be tied.
        raiser_id: never receives the own conflict.
        parties: the persons of both sides.
    """
    considered: list[Considered] = []
    for account_id, step, backer in _sponsors(chain):
        found = replace(_consider(step, backer, raiser_id, parties), of=account_id)
        considered.append(found)
        if found.skipped is None:
            return Route(tuple(considered))
    leads = [_consider(Step.KAM_LEADS, lead, raiser_id, parties) for lead in chain.kam_leads]
    considered += leads or [Considered(Step.KAM_LEADS, skipped=Skipped.EMPTY)]
    if any(lead.skipped is None for lead in leads):
        return Route(tuple(considered))
    told = tuple(lead.person for lead in chain.kam_leads if lead.is_reachable)
    return Route(tuple(considered), told or chain.admins)


def without(chain: Chain, unreachable: Collection[MemberId]) -> Chain:
    """Return a chain in which Slack cannot reach some people, whatever its directory says."""

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
