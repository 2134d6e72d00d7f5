"""Drafts: what a person typed is kept once per delivery and used once."""

from dataclasses import replace
from datetime import datetime

from bot.domain import errors
from bot.domain.delivery import Ref, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.identity import DraftId, MemberId
from bot.ports import Transaction


def keep(tx: Transaction, key: str, draft: Draft, now: datetime) -> Draft:
    """Keep a draft and remember which delivery it came with."""
    kept = replace(draft, id=tx.drafts.add(draft))
    tx.inbox.record(key, Ref(Subject.DRAFT, kept.id), now)
    return kept


def kept(tx: Transaction, key: str, author_id: MemberId, purpose: Purpose) -> Draft | None:
    """Return what an earlier delivery of the same click or command kept; None on the first.

    Raises:
        errors.DraftGone: it is a fact by now.
    """
    earlier = tx.inbox.effect_of(key)
    return None if earlier is None else mine(tx, DraftId(earlier.id), author_id, purpose)


def mine(tx: Transaction, draft_id: DraftId, author_id: MemberId, purpose: Purpose) -> Draft:
    """Return a draft of this author.

    Raises:
        errors.DraftGone: its text was saved before, or it is somebody else's.
    """
    draft = tx.drafts.get(draft_id, author_id, purpose)
    if draft is None:
        raise errors.DraftGone
    return draft


def use(tx: Transaction, draft: Draft, now: datetime) -> None:
    """Use up a draft before anything is written; of two clicks at once the second finds it gone.

    Raises:
        errors.DraftGone: it was used before.
    """
    if not tx.drafts.use(draft.id, now):
        raise errors.DraftGone


def check_same(tx: Transaction, key: str) -> None:
    """Let a form that was saved close once more; other content is not dropped in silence.

    Raises:
        errors.DraftGone: it was saved before with other content.
    """
    if not tx.inbox.holds_the_same(key):
        raise errors.DraftGone
