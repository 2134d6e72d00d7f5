"""A small life cycle in full: a letter that is written, sent, answered or taken back."""

from enum import StrEnum
from itertools import product

import pytest

from bot.domain.life_cycles import LifeCycle, Rule


class State(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"


class Action(StrEnum):
    SEND = "send"
    MEND = "mend"
    ANSWER = "answer"
    TAKE_BACK = "take_back"
    SEND_BACK = "send_back"


class Role(StrEnum):
    WRITER = "writer"
    READER = "reader"
    STRANGER = "stranger"


LETTER = LifeCycle(
    first=(State.DRAFT,),
    rules=(
        Rule(Action.SEND, (State.DRAFT,), (Role.WRITER,), State.SENT),
        Rule(Action.MEND, (State.DRAFT, State.SENT), (Role.WRITER,)),
        Rule(Action.ANSWER, (State.SENT,), (Role.READER,), State.ANSWERED),
        Rule(Action.TAKE_BACK, (State.DRAFT,), (Role.WRITER,), State.TAKEN_BACK),
        Rule(Action.TAKE_BACK, (State.SENT,), (Role.WRITER, Role.READER), State.DRAFT),
        Rule(Action.SEND_BACK, (State.SENT,), (Role.READER,), State.DRAFT),
    ),
)
ALLOWED = {
    (State.DRAFT, Action.SEND, Role.WRITER): State.SENT,
    (State.DRAFT, Action.MEND, Role.WRITER): State.DRAFT,
    (State.SENT, Action.MEND, Role.WRITER): State.SENT,
    (State.SENT, Action.ANSWER, Role.READER): State.ANSWERED,
    (State.DRAFT, Action.TAKE_BACK, Role.WRITER): State.TAKEN_BACK,
    (State.SENT, Action.TAKE_BACK, Role.WRITER): State.DRAFT,
    (State.SENT, Action.TAKE_BACK, Role.READER): State.DRAFT,
    (State.SENT, Action.SEND_BACK, Role.READER): State.DRAFT,
}


@pytest.mark.parametrize(("state", "action", "role"), list(product(State, Action, Role)))
def test_what_the_table_allows_is_possible_and_nothing_else(state: State, action: Action, role: Role) -> None:
    is_allowed = (state, action, role) in ALLOWED

    assert (action in LETTER.actions(state, {role})) == is_allowed
    assert (role in LETTER.roles(state, action)) == is_allowed
    if is_allowed:
        assert LETTER.next(state, action) is ALLOWED[state, action, role]


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_an_action_is_compared_with_the_states_in_which_somebody_may_do_it(state: State, action: Action) -> None:
    assert (state in LETTER.states_for(action)) == any((state, action, role) in ALLOWED for role in Role)


def test_what_is_not_possible_leads_nowhere() -> None:
    with pytest.raises(ValueError, match="answer in draft"):
        LETTER.next(State.DRAFT, Action.ANSWER)


def test_actions_come_in_the_order_of_the_table_each_once_whoever_one_is() -> None:
    assert LETTER.actions(State.DRAFT, ()) == ()
    assert LETTER.actions(State.DRAFT, set(Role)) == (Action.SEND, Action.MEND, Action.TAKE_BACK)
    assert LETTER.actions(State.SENT, {Role.WRITER, Role.READER}) == (
        Action.MEND,
        Action.ANSWER,
        Action.TAKE_BACK,
        Action.SEND_BACK,
    )


def test_the_drawing_has_every_change_of_state_and_both_ends() -> None:
    assert LETTER.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> draft",
        "    draft --> sent: send",
        "    sent --> answered: answer",
        "    draft --> taken_back: take_back",
        "    sent --> draft: take_back, send_back",
        "    answered --> [*]",
        "    taken_back --> [*]",
    ]


def test_a_state_that_only_leads_back_to_itself_is_an_end() -> None:
    again = LifeCycle((State.SENT,), (Rule(Action.SEND, (State.SENT,), (Role.WRITER,), State.SENT),))

    assert again.mermaid().splitlines()[1:] == [
        "    [*] --> sent",
        "    sent --> sent: send",
        "    sent --> [*]",
    ]
