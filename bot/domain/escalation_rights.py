"""Escalations: what somebody is to a conflict, what they may do with it now, and why not."""

from collections.abc import Callable, Mapping

from bot.domain import errors
from bot.domain.access import Viewer
from bot.domain.escalation_life import LIFE, Role
from bot.domain.escalation_seen import Seen
from bot.domain.escalations import Action, Escalation, Kind, Standpoint, State
from bot.domain.identity import MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Step


def is_addressed(escalation: Escalation, viewer: Viewer) -> bool:
    """Tell whether the conflict was put before this person: the sponsor, who stands in, every KAM lead once it is theirs.

    Whoever is stood in for may act again as soon as they are back; a KAM lead must still lead the KAMs. Whoever takes
    a side never is.
    """
    if viewer.member_id is None or viewer.member_id in escalation.side_ids:
        return False
    return _by_name(escalation, viewer.member_id) or (escalation.goes_to_kam_leads and viewer.is_kam_lead)


def is_entitled(escalation: Escalation, viewer: Viewer) -> bool:
    """Tell whether this person may decide now: of several KAM leads only the one who acted first."""
    if not is_addressed(escalation, viewer) or viewer.member_id is None:
        return False
    leads = {step.person.id for step in escalation.active if step.person and step.step is Step.KAM_LEADS}
    taker = escalation.acknowledged.by.id if escalation.acknowledged is not None else None
    taken_by_another_lead = taker in leads and taker != viewer.member_id
    return _by_name(escalation, viewer.member_id) or not taken_by_another_lead


def _by_name(escalation: Escalation, member_id: MemberId) -> bool:
    """Tell whether a step names this person, or somebody in their stead; KAM leads receive it as such, not by name."""
    named = (
        person
        for step in escalation.active
        if step.step is not Step.KAM_LEADS
        for person in (step.person, step.in_stead_of)
    )
    return any(person is not None and person.id == member_id for person in named)


def roles(escalation: Escalation, viewer: Viewer) -> frozenset[Role]:
    """Return what this person is to the conflict; a channel is nobody."""
    if viewer.member_id is None:
        return frozenset()
    decision = escalation.decision
    people: dict[Role, list[Person | None]] = {
        Role.OFFERED: [escalation.handing_to],
        Role.ASKED: [one.of for one in escalation.questions if one.answered_at is None],
        Role.RAISER: [escalation.raiser],
        Role.SIDE_A: [escalation.side_a.person],
        Role.SIDE_B: [escalation.side_b.person],
        Role.DECIDER: [decision.by if decision else None],
        Role.OWNER: [one.owner for one in decision.agreed] if decision else [],
    }
    found = {role for role, named in people.items() if any(one and one.id == viewer.member_id for one in named)}
    return frozenset(found | ({Role.ADDRESSEE} if is_entitled(escalation, viewer) else set()))


def actions(escalation: Escalation, viewer: Viewer) -> tuple[Action, ...]:
    """Return what this person can do with the conflict now, the likely one first."""
    if viewer.member_id is None:
        return ()
    by_table = LIFE.actions(escalation.state, roles(escalation, viewer))
    return tuple(action for action in by_table if _makes_sense(escalation, action, viewer.member_id))


def _makes_sense(escalation: Escalation, action: Action, member_id: MemberId) -> bool:
    """Leave out what is done, or has nothing to be done with; the table knows states and roles only."""
    check = _SENSE.get(action)
    return check is None or check(escalation, member_id)


_SENSE: Mapping[Action, Callable[[Escalation, MemberId], bool]] = {
    Action.HAND_OVER: lambda escalation, _: escalation.handing_to is None or escalation.handing_to.left,
    Action.TAKE_BACK: lambda escalation, _: escalation.handing_to is not None and not escalation.handing_to.left,
    Action.CONFIRM: lambda escalation, member_id: (
        _is_settlement(escalation) and member_id not in {one.person.id for one in escalation.confirmations}
    ),
    Action.DONE: lambda escalation, member_id: bool(_to_do_of(escalation, member_id)),
    Action.KEEP: lambda escalation, _: escalation.decision is not None and not escalation.decision.to_do,
}


def _to_do_of(escalation: Escalation, member_id: MemberId | None) -> tuple[int, ...]:
    """Return what is open and the own, or for the decider everything that is open."""
    decision = escalation.decision
    open_ones = ((one, decision.by) for one in decision.to_do) if decision else ()
    return tuple(one.position for one, decider in open_ones if member_id in {one.owner.id, decider.id})


def _is_settlement(escalation: Escalation) -> bool:
    return escalation.decision is not None and escalation.decision.kind is Kind.SETTLEMENT


def who_may(escalation: Escalation, action: Action) -> tuple[Person, ...]:
    """Return who can do this, as far as the state allows it at all."""
    decision = escalation.decision
    people = {
        Role.ADDRESSEE: escalation.addressed_to,
        Role.OFFERED: (escalation.handing_to,),
        Role.ASKED: tuple(one.of for one in escalation.questions if one.answered_at is None),
        Role.RAISER: (escalation.raiser,),
        Role.SIDE_A: (escalation.side_a.person,),
        Role.SIDE_B: (escalation.side_b.person,),
        Role.DECIDER: (decision.by if decision else None,),
        Role.OWNER: tuple(one.owner for one in decision.to_do) if decision else (),
    }
    asked = LIFE.roles(escalation.state, action) or _asked_of(action)
    found = (one for role in Role if role in asked for one in people.get(role, ()))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def check(escalation: Escalation, viewer: Viewer, action: Action) -> None:
    """Refuse what this person cannot do with the conflict now, in words that say who can, or who was first.

    Raises:
        errors.NotAnAddressee: it is not theirs to decide.
        errors.NotTheOtherSide: nobody edits another's words.
        errors.NotASide: only the two sides confirm.
        errors.MayNotMove: it is for others to do.
        errors.AlreadyAcknowledged: somebody took it on before.
        errors.QuestionAnswered: they answered before.
        errors.AlreadyDecided: it has its decision.
        errors.ConflictClosed: it was returned, withdrawn or kept.
        errors.OutOfDate: there is nothing to do this with any more.
    """
    if action in actions(escalation, viewer):
        return
    if action is Action.ANSWER:
        _check_answer(escalation, viewer)
    is_theirs = not roles(escalation, viewer).isdisjoint(_asked_of(action))
    if action is Action.ACKNOWLEDGE:
        is_theirs = is_addressed(escalation, viewer)
    if not is_theirs and not _was_theirs(escalation, viewer, action):
        raise _not_theirs(escalation, action)
    _check_state(escalation, action)
    is_theirs_now = not roles(escalation, viewer).isdisjoint(LIFE.roles(escalation.state, action))
    raise errors.OutOfDate if is_theirs_now else _not_theirs(escalation, action)


def _was_theirs(escalation: Escalation, viewer: Viewer, action: Action) -> bool:
    """Tell whether they could have, had they been earlier: a KAM lead before another took it."""
    return Role.ADDRESSEE in _asked_of(action) and is_addressed(escalation, viewer)


def _check_answer(escalation: Escalation, viewer: Viewer) -> None:
    """Say when this person answered what they were asked."""
    for one in escalation.questions:
        if one.of.id == viewer.member_id and one.answered_at is not None:
            raise errors.QuestionAnswered(one.of, one.answered_at)


def _check_state(escalation: Escalation, action: Action) -> None:
    """Say what happened that is in the way."""
    decision, taken, short_id = escalation.decision, escalation.acknowledged, escalation.short_id
    if escalation.state in LIFE.states_for(action):
        return
    if escalation.closed_at is not None:
        by = {State.RETURNED: escalation.returned_by, State.WITHDRAWN: escalation.raiser}.get(escalation.state)
        raise errors.ConflictClosed(short_id, escalation.state, by, escalation.closed_at)
    if decision is not None:
        raise errors.AlreadyDecided(short_id, decision.by, decision.at)
    if taken is not None and action is Action.ACKNOWLEDGE:
        raise errors.AlreadyAcknowledged(short_id, taken.by, taken.at)


def _asked_of(action: Action) -> frozenset[Role]:
    return frozenset(role for state in State for role in LIFE.roles(state, action))


def _not_theirs(escalation: Escalation, action: Action) -> errors.Refusal:
    who = who_may(escalation, action)
    if Role.ADDRESSEE in _asked_of(action):
        return errors.NotAnAddressee(escalation.short_id, who)
    if action is Action.STATE:
        return errors.NotTheOtherSide(escalation.short_id, who)
    if action is Action.CONFIRM:
        return errors.NotASide(escalation.short_id, who) if _is_settlement(escalation) else errors.OutOfDate()
    return errors.MayNotMove(escalation.short_id, who) if who else errors.OutOfDate()


def standpoint(escalation: Escalation, viewer: Viewer) -> Standpoint:
    """Tell why this person sees the whole conflict."""
    decision = escalation.decision or escalation.earlier_decision
    people = {
        Standpoint.OFFERED: (escalation.handing_to,),
        Standpoint.OTHER_SIDE: (escalation.side_b.person,),
        Standpoint.RAISER: (escalation.raiser,),
        Standpoint.SPOKEN_FOR: (escalation.side_a.person,),
        Standpoint.KAM: (escalation.kam, escalation.kam_deputy),
        Standpoint.INFORMED: (escalation.informed,),
        Standpoint.DECIDER: (decision.by if decision else None,),
        Standpoint.OWNER: tuple(one.owner for one in decision.agreed) if decision else (),
        Standpoint.JOINER: tuple(joiner.person for joiner in escalation.joiners),
        Standpoint.HAD_IT: (escalation.handed_by, escalation.returned_by),
    }
    if viewer.member_id is not None and (
        _by_name(escalation, viewer.member_id) or viewer.member_id in {one.id for one in escalation.addressed_to}
    ):
        if escalation.is_open:
            return Standpoint.ADDRESSEE
        has_decided = escalation.decision is not None and escalation.decision.by.id == viewer.member_id
        return Standpoint.DECIDER if has_decided else Standpoint.HAD_IT
    for why, named in people.items():
        if any(person is not None and person.id == viewer.member_id for person in named):
            return why
    return Standpoint.KAM_LEAD


def seen(escalation: Escalation, viewer: Viewer) -> Seen:
    """Show a conflict to somebody who may see all of it."""
    return Seen(escalation, standpoint(escalation, viewer), actions(escalation, viewer), to_do(escalation, viewer))


def to_do(escalation: Escalation, viewer: Viewer) -> tuple[int, ...]:
    """Return which of the decision's actions this person may mark as done: the own ones, the decider each."""
    return _to_do_of(escalation, viewer.member_id) if Action.DONE in actions(escalation, viewer) else ()
