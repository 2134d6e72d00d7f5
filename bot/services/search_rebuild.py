"""Search rebuild: the index brought up to the facts, a few at a time, while others work."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.delivery import Ref, Subject
from bot.domain.identity import WorkspaceId
from bot.ports import Store, Transaction

_AT_ONCE = 200
"""Facts of one transaction: others who write wait for no longer than a moment."""
_WITH = {Subject.ESCALATION: (Subject.ESCALATION, Subject.DECISION)}
"""What the index holds of one fact, where that is more than one note."""
ORDER = (
    Subject.ACCOUNT,
    Subject.CONTACT,
    Subject.REQUEST,
    Subject.ESCALATION,
    Subject.PROMISE,
    Subject.INTERACTION,
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did."""

    facts: int
    """Indexed again."""
    removed: int
    """Notes about what does not exist any more."""


def count(store: Store, workspace_id: WorkspaceId) -> int:
    """Return how many facts a rebuild reads."""
    with store.read(workspace_id) as tx:
        return tx.search_sources.count()


def rebuild(store: Store, workspace_id: WorkspaceId, progress: Callable[[int], None]) -> Rebuilt:
    """Index every fact again and take out what is left of others; what is asked meanwhile is answered from what stands."""
    facts = removed = 0
    for subject in ORDER:
        after, more = 0, True
        while more:
            with store.begin(workspace_id) as tx:
                ids = tx.search_sources.hold(subject, after, _AT_ONCE)
                tx.search.put_all(tx.search_sources.notes(subject, ids))
                more = len(ids) == _AT_ONCE
                until = ids[-1] if more else None
                removed += sum(
                    tx.search.keep_only(one, after, until, frozenset(ids)) for one in _WITH.get(subject, (subject,))
                )
            facts, after = facts + len(ids), ids[-1] if ids else after
            progress(len(ids))
    return Rebuilt(facts, removed)


def index(tx: Transaction, about: Ref) -> None:
    """Index one fact as it stands in this transaction."""
    tx.search.put_all(tx.search_sources.notes(about.subject, [about.id]))
