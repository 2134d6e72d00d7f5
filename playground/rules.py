"""Slack's rules that can be switched off or moved, one field each."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from playground.errors import Impossible


@dataclass(slots=True)
class Rules:
    """What is enforced; the defaults are Slack's.

    A rule that is true or false is named after what Slack asks for; true enforces it. A rule with a bound is named
    with its unit; null lifts the bound. ``docs/playground.md`` says what each does.
    """

    ack_seconds: float | None = 3.0
    trigger_seconds: float | None = 3.0
    trigger_once: bool = True
    response_url_seconds: float | None = 1800.0
    response_url_uses: int | None = 5
    tokens: bool = True
    scopes: bool = True
    membership: bool = True
    archives: bool = True
    limits: bool = True
    view_hash: bool = True
    external_ids: bool = True
    post_pace: bool = True
    posts_per_minute: int | None = 500
    commands_outside_threads: bool = True
    empty_acks: bool = True
    fleeting_ephemerals: bool = True
    event_retries: bool = True
    socket_refresh_seconds: float | None = 3600.0

    def change(self, changes: dict[str, Any]) -> None:
        """Set rules by name.

        Raises:
            Impossible: for an unknown name, or a value of another kind.
        """
        known = dataclasses.asdict(Rules())
        if unknown := sorted(changes.keys() - known.keys()):
            raise Impossible(f"no such rule: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        for name, value in changes.items():
            if isinstance(known[name], bool):
                fits = isinstance(value, bool)
            else:
                fits = value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value >= 0)
            if not fits:
                wanted = "true or false" if isinstance(known[name], bool) else "a number that is not negative, or null"
                raise Impossible(f"{name} is {wanted}, not {value!r}")
        for name, value in changes.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """Return every rule with its value."""
        return dataclasses.asdict(self)


def is_over(value: float, bound: float | None) -> bool:
    """Say whether a value is beyond a rule's bound; null bounds nothing."""
    return bound is not None and value > bound
