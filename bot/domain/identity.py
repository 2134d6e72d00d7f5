"""The types of identifiers: Slack's own and ours."""

from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
"""A Slack team, ``T…``."""
MemberId = NewType("MemberId", str)
"""A Slack user, ``U…`` or ``W…``."""
ChannelId = NewType("ChannelId", str)
"""A Slack conversation, ``C…``, ``G…`` or ``D…``."""

DepartmentId = NewType("DepartmentId", int)
AccountId = NewType("AccountId", int)
ContactId = NewType("ContactId", int)
InteractionId = NewType("InteractionId", int)
RequestId = NewType("RequestId", int)
EscalationId = NewType("EscalationId", int)
DraftId = NewType("DraftId", int)
AbsenceId = NewType("AbsenceId", int)
EntryId = NewType("EntryId", int)
"""A history entry."""
