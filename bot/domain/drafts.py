"""Drafts: what somebody typed before it could be saved; nothing is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.delivery import ReplyTo
from bot.domain.identity import ChannelId, DraftId, MemberId


class Purpose(StrEnum):
    """What a draft is going to be."""

    LOG = "log"
    REQUEST = "request"
    ESCALATION = "escalation"
    ABSENCE = "absence"
    SPONSORSHIP = "sponsorship"
    ACCOUNT = "account"
    CONTACT = "contact"
    COMMITMENT = "commitment"
    FAVOUR = "favour"
    DEMAND = "demand"
    MERGE = "merge"
    QUESTION = "question"
    """Not going to be anything: kept so that its answer's pages can be turned."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Typed text and choices, and where the answer belongs once it is saved."""

    id: DraftId
    author_id: MemberId
    purpose: Purpose
    created_at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    """Form field → what was typed or chosen, as text."""
    channel_id: ChannelId | None = None
    reply_to: ReplyTo | None = None
