"""Names as phones write them: keys of names fold apostrophes and dashes, too."""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

from bot.domain.names import match_key

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let every key be what ``match_key`` makes of its name."""
    _fold_account_names()
    _fold('contacts')
    _fold('departments')


def _fold_account_names() -> None:
    """Of an account's names with one key its own stays, else the first."""
    names = sa.table('account_names', *map(sa.column, ('workspace_id', 'account_id', 'key', 'name')))
    accounts = sa.table('accounts', *map(sa.column, ('workspace_id', 'id', 'name')))
    its = sa.and_(accounts.c.workspace_id == names.c.workspace_id, accounts.c.id == names.c.account_id)
    found = op.get_bind().execute(sa.select(names, accounts.c.name.label('own')).join(accounts, its)).all()
    rows = sorted((row.workspace_id, row.account_id, match_key(row.name), row.name != row.own, row.key) for row in found)
    for (workspace_id, account_id, key), alike in groupby(rows, lambda row: row[:3]):
        first, *others = (row[-1] for row in alike)
        mine = (names.c.workspace_id == workspace_id, names.c.account_id == account_id)
        for other in others:
            op.execute(sa.delete(names).where(*mine, names.c.key == other))
        if first != key:
            op.execute(sa.update(names).where(*mine, names.c.key == first).values(key=key))


def _fold(name: str) -> None:
    """Fold ``name_key``; two departments cannot have the same: the second keeps its own until it gets another name."""
    table = sa.table(name, *map(sa.column, ('workspace_id', 'id', 'name', 'name_key')))
    rows = op.get_bind().execute(sa.select(table).order_by(table.c.workspace_id, table.c.id)).all()
    taken = {(row.workspace_id, row.name_key) for row in rows} if name == 'departments' else set()
    for row in rows:
        key = match_key(row.name)
        if key == row.name_key or (row.workspace_id, key) in taken:
            continue
        if name == 'departments':
            taken.add((row.workspace_id, key))
        op.execute(
            sa.update(table).where(table.c.workspace_id == row.workspace_id, table.c.id == row.id).values(name_key=key)
        )
