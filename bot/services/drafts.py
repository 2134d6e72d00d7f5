"""Drafts: what a person typed is used once."""

from datetime import datetime

from bot.domain import errors
from bot.domain.drafts import Draft
from bot.ports import Transaction


def use(tx: Transaction, draft: Draft, now: datetime) -> None:
    """Use up a draft before anything is written; of two clicks at once the second finds it gone.

    Raises:
        errors.DraftGone: it was used before.
    """
    if not tx.drafts.use(draft.id, now):
        raise errors.DraftGone
