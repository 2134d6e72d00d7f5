"""Names as phones write them: keys with another apostrophe or dash than a keyboard's are those of a keyboard's."""

from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Fold apostrophes and dashes in the keys of names, as ``names.match_key`` does."""
    op.execute(_SAID_TWICE)
    for table, column, holder in _KEYS:
        op.execute(_FOLDED.format(table=table, column=column, key=_folded(column), holder=holder))


def _folded(column: str) -> str:
    for char in _APOSTROPHES:
        column = f"REPLACE({column}, '{char}', '''')"
    for char in _DASHES:
        column = f"REPLACE({column}, '{char}', '-')"
    return column


_APOSTROPHES, _DASHES = '\u2019\u2018\u02bc`', '\u2010\u2013\u2014\u2212'
_KEYS = (
    ('account_names', '"key"', ''),
    ('contacts', 'name_key', ''),
    # Two departments cannot have one key: the second keeps its own.
    ('departments', 'name_key', ' AND NOT EXISTS (SELECT 1 FROM departments AS other WHERE '
     'other.workspace_id = departments.workspace_id AND other.id <> departments.id AND '
     + _folded('other.name_key') + ' = ' + _folded('departments.name_key') + ')'),
)
# An account that has a name in both spellings keeps the keyboard's, else the first.
_SAID_TWICE = f"""
    DELETE FROM account_names WHERE "key" <> {_folded('"key"')} AND EXISTS (
        SELECT 1 FROM account_names AS other
        WHERE other.workspace_id = account_names.workspace_id AND other.account_id = account_names.account_id
        AND (other."key" = {_folded('account_names."key"')}
             OR other."key" < account_names."key" AND {_folded('other."key"')} = {_folded('account_names."key"')}))
"""
_FOLDED = 'UPDATE {table} SET {column} = {key} WHERE {column} <> {key}{holder}'
