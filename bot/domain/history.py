"""History and audit: what happened in words for readers, and in ids for the record."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.delivery import Ref
from bot.domain.identity import EntryId, MemberId
from bot.domain.members import Person


@dataclass(frozen=True, slots=True)
class Change:
    """A change to be recorded, in the transaction that makes it."""

    about: Ref
    action: str
    """Such as ``request.accepted``."""
    actor_id: MemberId | None
    at: datetime
    words: str | None = None
    """What the actor wrote; access-bound, erasable, never in the audit."""
    fields: tuple[str, ...] = ()
    """Names of the fields that changed, for the audit; never values."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded change as people read it."""

    id: EntryId
    about: Ref
    action: str
    actor: Person | None
    at: datetime
    words: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """Everything that happened to a request or a conflict, for those who may see all of it."""

    about: Ref
    short_id: str
    entries: tuple[Entry, ...]
    """Oldest first."""
