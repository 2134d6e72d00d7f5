"""Life cycles: who may do what in which state, and what follows, as tables that people can read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
"""States."""
A = TypeVar("A", bound=StrEnum)
"""Actions."""
R = TypeVar("R", bound=StrEnum)
"""Roles: what somebody is to the object, not in the company; the clock is one, too."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[S, A, R]):
    """One line of the table."""

    action: A
    states: tuple[S, ...]
    """In which it is possible."""
    roles: tuple[R, ...]
    """Who may."""
    to: S | None = None
    """The state that follows; None leaves the state as it is."""


@dataclass(frozen=True, slots=True)
class LifeCycle(Generic[S, A, R]):
    """All lines; an action may have several, for different states."""

    first: tuple[S, ...]
    """The states an object begins in."""
    rules: tuple[Rule[S, A, R], ...]

    def actions(self, state: S, roles: Collection[R]) -> tuple[A, ...]:
        """Return what somebody may do now, in the order of the table."""
        found = (rule.action for rule in self.rules if state in rule.states and not set(roles).isdisjoint(rule.roles))
        return tuple(dict.fromkeys(found))

    def roles(self, state: S, action: A) -> frozenset[R]:
        """Return who may do this in this state; nobody where it is not possible."""
        return frozenset(role for rule in self._of(state, action) for role in rule.roles)

    def next(self, state: S, action: A) -> S:
        """Return the state that follows.

        Raises:
            ValueError: the action is not possible in this state.
        """
        for rule in self._of(state, action):
            return state if rule.to is None else rule.to
        raise ValueError(f"{action} in {state}")

    def states_for(self, action: A) -> tuple[S, ...]:
        """Return the states in which an action is possible."""
        return tuple(dict.fromkeys(state for rule in self.rules if rule.action is action for state in rule.states))

    def mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram; what leaves the state as it is stands in the table only."""
        ways: dict[tuple[S, S], dict[A, None]] = {}
        for rule in self.rules:
            if rule.to is not None:
                for state in rule.states:
                    ways.setdefault((state, rule.to), {})[rule.action] = None
        begin = (f"    [*] --> {state}" for state in self.first)
        change = (f"    {state} --> {to}: {', '.join(actions)}" for (state, to), actions in ways.items())
        end = (f"    {state} --> [*]" for state in self._last())
        return "\n".join(["stateDiagram-v2", *begin, *change, *end])

    def _last(self) -> Iterable[S]:
        """Return the states that nothing leads out of."""
        reached = dict.fromkeys([*self.first, *(rule.to for rule in self.rules if rule.to is not None)])
        left = {state for rule in self.rules if rule.to is not None for state in rule.states if state is not rule.to}
        return (state for state in reached if state not in left)

    def _of(self, state: S, action: A) -> Iterable[Rule[S, A, R]]:
        return (rule for rule in self.rules if rule.action is action and state in rule.states)
