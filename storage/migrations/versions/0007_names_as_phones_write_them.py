"""Names as phones write them: keys with another apostrophe or dash than a keyboard's become those of a keyboard."""

import json

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Fold apostrophes and dashes in the keys of names, as ``names.match_key`` does since."""
    for table in _KEYS:
        _fold(table)
    _fold_merged()


def _plain(key: str) -> str:
    # An acute accent that stood alone was stored as a blank with the accent above it, without the blank at the begin.
    return f' {key}'.replace(' \u0301', "'").lstrip(' ').translate(_KEYBOARDS)


def _fold(table: sa.TableClause) -> None:
    """Fold the last column; where another row has that key already, a name of the same account goes."""
    *holder, column = table.c
    is_name = table is _ACCOUNT_NAMES
    unique = holder if is_name else holder[:1]
    found = op.get_bind().execute(sa.select(table).where(_is_folded(column)).order_by(column, *holder)).all()
    for row in found:
        mine = [one == value for one, value in zip(table.c, row, strict=True)]
        key = _plain(row[-1])
        same = [one == value for one, value in zip(unique, row, strict=False)]
        taken = sa.select(sa.literal(1)).where(*same, column == key)
        if table is not _CONTACTS and op.get_bind().execute(taken).first() is not None:
            if is_name:
                op.execute(sa.delete(table).where(*mine))
            continue
        op.execute(sa.update(table).where(*mine).values({column: key}))


def _fold_merged() -> None:
    """Let a merge that is taken back find the names it moved, and bring back those it took away."""
    bind = op.get_bind()
    for row in bind.execute(sa.select(_MERGED).where(_MERGED.c.table.in_(['account_names', 'contacts']))).all():
        parts = {name: _folded(getattr(row, name)) for name in ('key', 'before', 'after')}
        if any(parts[name] != getattr(row, name) for name in parts):
            mine = (getattr(_MERGED.c, name) == getattr(row, name) for name in ('workspace_id', 'merge_id', 'position'))
            bind.execute(sa.update(_MERGED).where(*mine).values(parts))


def _folded(values: dict[str, str]) -> dict[str, str]:
    return {name: _rewritten(text) if name in {'key', 'name_key'} else text for name, text in values.items()}


def _rewritten(text: str) -> str:
    """Fold one key, or the list of those that rows had which moved together."""
    value = json.loads(text)
    return json.dumps([*map(_plain, value)] if isinstance(value, list) else value and _plain(value))


def _is_folded(column: sa.ColumnClause[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.contains(chr(char)) for char in (*_KEYBOARDS, 0x301)))


_KEYBOARDS = {**dict.fromkeys(map(ord, '\u2019\u2018\u02bc`'), "'"), **dict.fromkeys(map(ord, '\u2010\u2013\u2014\u2212'), '-')}
_ACCOUNT_NAMES = sa.table('account_names', *map(sa.column, ('workspace_id', 'account_id', 'key')))
_CONTACTS = sa.table('contacts', *map(sa.column, ('workspace_id', 'id', 'name_key')))
_DEPARTMENTS = sa.table('departments', *map(sa.column, ('workspace_id', 'id', 'name_key')))
_KEYS = (_ACCOUNT_NAMES, _CONTACTS, _DEPARTMENTS)
_MERGED = sa.table(
    'merged_values',
    *map(sa.column, ('workspace_id', 'merge_id', 'position', 'table')),
    *(sa.column(name, sa.JSON()) for name in ('key', 'before', 'after')),
)
