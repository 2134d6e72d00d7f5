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
HypothesisId = NewType("HypothesisId", int)
InteractionId = NewType("InteractionId", int)
RequestId = NewType("RequestId", int)
EscalationId = NewType("EscalationId", int)
CommitmentId = NewType("CommitmentId", int)
"""A promise or a next step."""
FavourId = NewType("FavourId", int)
DemandId = NewType("DemandId", int)
DraftId = NewType("DraftId", int)
AbsenceId = NewType("AbsenceId", int)
TwinsId = NewType("TwinsId", int)
"""A pair that may be one."""
MergeId = NewType("MergeId", int)
EntryId = NewType("EntryId", int)
"""A history entry."""

LARGEST_ID = 2**63 - 1
"""No database has a larger id."""


def is_id(text: str) -> bool:
    """Tell whether what a button or option carries can be an id of ours."""
    # Whatever somebody sends is not read as a number, however long it is.
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID
