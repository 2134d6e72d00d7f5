"""The statements of search: which notes match, which of them a reader may see, and the vocabulary."""

from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Join,
    Text,
    and_,
    bindparam,
    column,
    exists,
    func,
    not_,
    or_,
    select,
    table,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from bot.domain.delivery import Subject
from bot.domain.requests import WAITING
from storage.search_rights import permitted, within
from storage.tables import AccountRow, MemberRow, RequestRow, SearchNoteRow, SearchTrigramRow

_LIKE = 60
"""Words of the vocabulary that are compared with an unknown one."""
_INDEX = table("search_index", column("rowid"), column("search_index"))
_READ_BY = ("workspace_id", "id", "subject", "object_id", "account_id", "author_id", "visibility")
"""What says who may read a note, and which one it is."""
_LISTED = Text().with_variant(ARRAY(BigInteger()), "postgresql")


class _InOrder(Join):
    """A join that SQLite does from left to right.

    Left to itself it reads the notes of a time one by one and looks for each in the index.
    """

    inherit_cache = True


@compiles(_InOrder, "sqlite")
def _cross_join(join: _InOrder, compiler: SQLCompiler, **kw: Any) -> str:
    parts: tuple[Any, ...] = (join.left, join.right, join.onclause)
    left, right, condition = (compiler.process(part, **kw) for part in parts)
    return f"{left} CROSS JOIN {right} ON {condition}"


class Statements:
    """The statements of one workspace, the same for every reader; building them costs more than running them."""

    def __init__(self, workspace_id: str, is_postgres: bool) -> None:
        self._workspace_id = workspace_id
        self._is_postgres = is_postgres
        self._within = within(is_postgres)

    @cached_property
    def newest(self) -> Any:
        """Select the keys of the ``most`` newest notes that ``match``; SQLite streams them in this order."""
        note, key = SearchNoteRow, _INDEX.c.rowid
        joined = _InOrder(_INDEX, note.__table__, and_(note.workspace_id == self._workspace_id, note.id == key))
        return (
            self._permitted(select(note.id), joined)
            .where(
                _INDEX.c.search_index.op("MATCH")(bindparam("match", type_=Text())),
                *_within(key),
                self._open(note.object_id),
            )
            .order_by(key.desc())
            .limit(bindparam("most", type_=BigInteger()))
        )

    @cached_property
    def newest_postgres(self) -> Any:
        """Select the keys of the ``most`` newest notes for each of ``matches``.

        What the index finds is sorted if that is less than ``few``; else the way leads back from the newest note until
        enough are met. The planner cannot choose, it takes a word nobody ever wrote for one that every few hundredth note
        has; so both ways are fixed, and the plan is made once.
        """
        note, most = SearchNoteRow, bindparam("most", type_=BigInteger())
        bound = bindparam("few", type_=BigInteger())
        asked = (
            func.unnest(bindparam("matches", type_=ARRAY(TSQUERY())))
            .table_valued(column("match", TSQUERY()), with_ordinality="place", name="asked")
            .render_derived()
        )
        matches = note.words.op("@@")(asked.c.match)
        found = (
            select(*(getattr(note, name) for name in _READ_BY))
            .where(note.workspace_id == self._workspace_id, matches)
            .limit(bound)
            .correlate(asked)
            .cte("found", nesting=True)
            .prefix_with("MATERIALIZED")
        )
        count = select(func.count()).select_from(found).scalar_subquery()
        few = self._permitted(select(found.c.id), found, found.c).where(
            count < bound, *_within(found.c.id), self._open(found.c.object_id)
        )
        # A condition that no index serves leaves only the way along the key.
        many = self._permitted(select(note.id), note.__table__).where(
            matches.is_(true()), count == bound, *_within(note.id), self._open(note.object_id)
        )
        newest = union_all(
            few.order_by(found.c.id.desc()).limit(most),
            many.order_by(note.id.desc()).limit(most).correlate(asked),
        ).lateral("newest")
        return (
            select(asked.c.place, newest.c.id)
            .select_from(asked.join(newest, true()))
            .order_by(asked.c.place, newest.c.id.desc())
        )

    @cached_property
    def answers(self) -> Any:
        """Select notes by their ``keys``, with account and author."""
        note = SearchNoteRow
        query = select(
            note.id,
            note.subject,
            note.object_id,
            note.number,
            note.at,
            note.heading,
            note.text,
            note.account_id,
            AccountRow.name.label("account_name"),
            AccountRow.access,
            note.author_id,
            MemberRow.name.label("author_name"),
            MemberRow.standing,
        )
        return self._permitted(query, note.__table__, with_author=True).where(note.id.in_(self._keys))

    @cached_property
    def words(self) -> Any:
        """Select the words of notes by their ``keys``."""
        note = SearchNoteRow
        return select(note.id, note.words).where(note.workspace_id == self._workspace_id, note.id.in_(self._keys))

    @cached_property
    def entry(self) -> Any:
        """Select the key of what is known about a ``contact``."""
        note = SearchNoteRow
        return self._permitted(select(note.id), note.__table__).where(
            note.subject == Subject.CONTACT, note.object_id == bindparam("contact", type_=BigInteger())
        )

    def _open(self, object_id: Any) -> ColumnElement[bool]:
        """Keep only requests that wait for an answer, if ``open`` says so; the match has none but requests then."""
        waiting = exists().where(
            RequestRow.workspace_id == self._workspace_id, RequestRow.id == object_id, RequestRow.state.in_(WAITING)
        )
        return or_(not_(bindparam("open", type_=Boolean())), waiting)

    @property
    def _keys(self) -> Any:
        keys = bindparam("keys", type_=_LISTED)
        if self._is_postgres:
            return select(func.unnest(keys))
        return select(func.json_each(keys).table_valued("value").c.value)

    def _permitted(
        self, query: Any, source: FromClause, note: Any = SearchNoteRow, *, with_author: bool = False
    ) -> Any:
        joined: Join = _InOrder(
            source,
            AccountRow.__table__,
            and_(AccountRow.workspace_id == note.workspace_id, AccountRow.id == note.account_id),
        )
        if with_author:
            joined = joined.outerjoin(
                MemberRow.__table__, and_(MemberRow.workspace_id == note.workspace_id, MemberRow.id == note.author_id)
            )
        return query.select_from(joined).where(
            note.workspace_id == self._workspace_id,
            permitted(note, self._within),
        )


statements_for = lru_cache(maxsize=256)(Statements)
"""The statements of a workspace, kept."""


def _within(key: Any) -> tuple[ColumnElement[bool], ...]:
    """Keep the keys of a time: they grow with it."""
    return key >= bindparam("low", type_=BigInteger()), key < bindparam("high", type_=BigInteger())


LIKE_IT = (
    select(SearchTrigramRow.word)
    .where(
        SearchTrigramRow.workspace_id == bindparam("here"),
        SearchTrigramRow.trigram.in_(bindparam("trigrams", expanding=True)),
    )
    .group_by(SearchTrigramRow.word)
    .order_by(func.count().desc(), SearchTrigramRow.word)
    .limit(_LIKE)
)
ADD = text("INSERT INTO search_index(rowid, words) VALUES (:key, :words)")
DROP = text("INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', :key, :words)")
LEARN_SQLITE = text(
    "INSERT INTO search_words (workspace_id, word) SELECT :here, value FROM json_each(:words) WHERE true "
    "ON CONFLICT DO NOTHING RETURNING word"
)
LEARN_POSTGRES = text(
    "INSERT INTO search_words (workspace_id, word) SELECT :here, unnest(CAST(:words AS text[])) "
    "ON CONFLICT DO NOTHING RETURNING word"
)
ADD_TRIGRAMS_SQLITE = text(
    "INSERT INTO search_trigrams (workspace_id, trigram, word) SELECT :here, substr(value, 1, 3), substr(value, 4) "
    "FROM json_each(:leads) WHERE true ON CONFLICT DO NOTHING"
)
ADD_TRIGRAMS_POSTGRES = text(
    "INSERT INTO search_trigrams (workspace_id, trigram, word) SELECT :here, substr(value, 1, 3), substr(value, 4) "
    "FROM unnest(CAST(:leads AS text[])) AS value ON CONFLICT DO NOTHING"
)
DROP_TRIGRAMS_SQLITE = text(
    "DELETE FROM search_trigrams WHERE workspace_id = :here AND (trigram, word) IN "
    "(SELECT substr(value, 1, 3), substr(value, 4) FROM json_each(:leads))"
)
DROP_TRIGRAMS_POSTGRES = text(
    "DELETE FROM search_trigrams WHERE workspace_id = :here AND (trigram, word) IN "
    "(SELECT substr(value, 1, 3), substr(value, 4) FROM unnest(CAST(:leads AS text[])) AS value)"
)
PLAN_WELL = text(
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true), "
    "set_config('jit', 'off', true), (SELECT reltuples FROM pg_class WHERE oid = 'search_notes'::regclass) AS notes"
)
"""Plans once, by the index, without compiling; and how many notes there are, about."""
