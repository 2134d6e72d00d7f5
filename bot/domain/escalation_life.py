"""The life cycle of a conflict: who may do what in which state, and what follows."""

from enum import StrEnum

from bot.domain.escalations import ADDRESSED, Action, State
from bot.domain.life_cycles import LifeCycle, Rule


class Role(StrEnum):
    """What somebody is to a conflict."""

    ADDRESSEE = "addressee"
    """May decide now: the sponsor, whoever stands in, the KAM leads once it reached them."""
    OFFERED = "offered"
    """An addressee offered it to this person."""
    ASKED = "asked"
    """Has a question to answer."""
    RAISER = "raiser"
    SIDE_A = "side_a"
    SIDE_B = "side_b"
    DECIDER = "decider"
    OWNER = "owner"
    """Has something to do that the decision asks for."""
    NEWCOMER = "newcomer"
    """Is about to raise the same conflict."""
    CLOCK = "clock"


WITH_FORM = (
    Action.ANSWER,
    Action.DECIDE,
    Action.ASK,
    Action.RETURN,
    Action.HAND_OVER,
    Action.TAKE_BACK,
    Action.STATE,
    Action.REOPEN,
    Action.WITHDRAW,
    Action.LOOK_UP,
)
"""What opens a form; the rest is done at one press."""

LIFE: LifeCycle[State, Action, Role] = LifeCycle(
    first=(State.RAISED, State.WITHOUT_RECIPIENT),
    rules=(
        Rule(Action.ACKNOWLEDGE, (State.RAISED, State.UNANSWERED), (Role.ADDRESSEE,), State.ACKNOWLEDGED),
        Rule(Action.TAKE_OVER, ADDRESSED, (Role.OFFERED,), State.ACKNOWLEDGED),
        Rule(Action.ANSWER, (State.QUESTION,), (Role.ASKED,), State.ACKNOWLEDGED),
        Rule(
            Action.ANSWER,
            (State.WITHOUT_RECIPIENT, State.RAISED, State.ACKNOWLEDGED, State.UNANSWERED),
            (Role.ASKED,),
        ),
        Rule(Action.DECIDE, ADDRESSED, (Role.ADDRESSEE,), State.DECIDED),
        Rule(Action.ASK, (State.RAISED, State.ACKNOWLEDGED, State.UNANSWERED), (Role.ADDRESSEE,), State.QUESTION),
        Rule(Action.RETURN, ADDRESSED, (Role.ADDRESSEE,), State.RETURNED),
        Rule(Action.HAND_OVER, ADDRESSED, (Role.ADDRESSEE,)),
        Rule(Action.TAKE_BACK, ADDRESSED, (Role.ADDRESSEE,)),
        Rule(Action.LEAVE, ADDRESSED, (Role.OFFERED,)),
        Rule(Action.STATE, (State.WITHOUT_RECIPIENT, *ADDRESSED), (Role.SIDE_B,)),
        Rule(Action.CONFIRM, (State.DECIDED, State.KEPT), (Role.SIDE_A, Role.SIDE_B)),
        Rule(Action.DONE, (State.DECIDED,), (Role.OWNER, Role.DECIDER)),
        Rule(
            Action.KEEP,
            (State.DECIDED,),
            (Role.RAISER, Role.SIDE_A, Role.SIDE_B, Role.DECIDER, Role.CLOCK),
            State.KEPT,
        ),
        Rule(
            Action.REOPEN,
            (State.DECIDED, State.RETURNED, State.UNANSWERED),
            (Role.RAISER, Role.SIDE_A, Role.SIDE_B),
            State.RAISED,
        ),
        Rule(Action.REOPEN, (State.WITHDRAWN,), (Role.RAISER,), State.RAISED),
        Rule(Action.WITHDRAW, (State.WITHOUT_RECIPIENT, *ADDRESSED), (Role.RAISER,), State.WITHDRAWN),
        Rule(Action.LOOK_UP, ADDRESSED, (Role.ADDRESSEE,)),
        Rule(Action.JOIN, (State.WITHOUT_RECIPIENT, *ADDRESSED), (Role.NEWCOMER,)),
        Rule(Action.READDRESS, (State.WITHOUT_RECIPIENT, *ADDRESSED), (Role.CLOCK,), State.RAISED),
        Rule(Action.REMIND, ADDRESSED, (Role.CLOCK,)),
        Rule(Action.BRING_IN, ADDRESSED, (Role.CLOCK,)),
        Rule(Action.EXPIRE, (State.ACKNOWLEDGED, State.QUESTION), (Role.CLOCK,), State.RAISED),
        Rule(Action.GIVE_UP, (State.RAISED,), (Role.CLOCK,), State.UNANSWERED),
        Rule(Action.STRAND, ADDRESSED, (Role.CLOCK,), State.WITHOUT_RECIPIENT),
    ),
)
"""Who may do what in which state: every use case and every button asks this table."""
