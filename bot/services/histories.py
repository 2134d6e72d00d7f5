"""Histories: everything that happened to a request or a conflict, for those who may see all of it."""

from bot.domain import errors
from bot.domain.delivery import Ref, Subject
from bot.domain.history import Past
from bot.domain.identity import EscalationId, RequestId
from bot.domain.members import Member
from bot.ports import Store


def read(store: Store, actor: Member, about: Ref) -> Past:
    """Return what happened to a request or a conflict.

    Raises:
        errors.UnknownObject: it does not exist for this person, or only its header does.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        found = (
            tx.requests.get(RequestId(about.id), viewer)
            if about.subject is Subject.REQUEST
            else tx.escalations.get(EscalationId(about.id), viewer)
        )
        if found is None:
            raise errors.UnknownObject("")
        return Past(about, found.short_id, tx.history.of(about))
