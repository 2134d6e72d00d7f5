"""Search: the hidden accounts that a question names, so that no time goes into their notes and tells of them."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from bot.domain import names
from bot.domain.access import Viewer
from bot.domain.identity import AccountId
from bot.domain.search import Query
from storage.access import account_filter
from storage.session import Session
from storage.tables import AccountNameRow, AccountRow

_SHORTEST = 3
_MOST = 20


def hidden_named(session: Session, query: Query, viewer: Viewer) -> Sequence[AccountId]:
    """Return accounts with one of these words in their names that do not exist for this reader, the newest first."""
    keys = {names.match_key(one.typed) for one in query.wanted}
    bearing = [AccountNameRow.key.contains(key, autoescape=True) for key in keys if len(key) >= _SHORTEST]
    if not bearing or viewer.is_kam_lead:
        return ()
    named = select(AccountNameRow.account_id).where(AccountNameRow.workspace_id == session.workspace_id, or_(*bearing))
    hidden = select(AccountRow.id).where(
        AccountRow.workspace_id == session.workspace_id, ~account_filter(viewer), AccountRow.id.in_(named)
    )
    return session.run(hidden.order_by(AccountRow.id.desc()).limit(_MOST)).scalars().all()
