"""Slack's rules that can be switched off or moved, one field each."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from playground.errors import Impossible


@dataclass(slots=True)
class Rules:
    """What is enforced; the defaults are Slack's, except the pace of posts."""

    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    trigger_once: bool = True
    response_url_seconds: float = 1800.0
    response_url_uses: int = 5
    tokens: bool = True
    scopes: bool = True
    membership: bool = True
    limits: bool = True
    view_hash: bool = True
    commands_in_threads: bool = False
    event_retries: bool = True
    post_pace: bool = False
    signatures_follow_clock: bool = False

    def change(self, changes: dict[str, Any]) -> None:
        """Set rules by name.

        Raises:
            Impossible: for an unknown name.
        """
        known = {field.name for field in dataclasses.fields(self)}
        if unknown := sorted(changes.keys() - known):
            raise Impossible(f"no such rule: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        for name, value in changes.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """Return every rule with its value."""
        return dataclasses.asdict(self)
