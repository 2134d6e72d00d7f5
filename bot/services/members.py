"""Members: what the Slack directory says about people."""

from bot.domain.identity import WorkspaceId
from bot.domain.members import Profile
from bot.ports import Store


def take_over(store: Store, workspace_id: WorkspaceId, profiles: tuple[Profile, ...]) -> None:
    """Store people as Slack lists them; what import and people set stays."""
    with store.begin(workspace_id) as tx:
        tx.members.put_profiles(profiles)
