"""Members: what the Slack directory says about people."""

from datetime import datetime

from bot.domain.delivery import Ref, Subject
from bot.domain.identity import WorkspaceId
from bot.domain.members import Profile, Standing
from bot.ports import Store
from bot.services import addressees


def take_over(store: Store, workspace_id: WorkspaceId, profiles: tuple[Profile, ...]) -> None:
    """Store people as Slack lists them; what import and people set stays, and what is older than what is known."""
    with store.begin(workspace_id) as tx:
        tx.members.put_profiles(profiles)


def follow(store: Store, now: datetime, workspace_id: WorkspaceId, profile: Profile, key: str) -> None:
    """Store a person as an event describes them, in whichever order events come (F2)."""
    with store.begin(workspace_id) as tx:
        if tx.inbox.effect_of(key) is not None:
            return
        tx.members.put_profiles([profile])
        if profile.standing is not Standing.MEMBER:
            addressees.look_again(tx, Ref(Subject.WORKSPACE, 0), now)
        tx.inbox.record(key, Ref(Subject.WORKSPACE, 0), now)
