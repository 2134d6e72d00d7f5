"""The statements of search: which notes match, which of them a reader may see, and the vocabulary."""

from functools import cache, cached_property
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
    literal,
    literal_column,
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
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler

from bot.domain.commitments import State
from bot.domain.delivery import Subject
from bot.domain.escalations import OPEN
from bot.domain.requests import WAITING
from storage.access import account_filter
from storage.kept import HERE, Listed, Reader
from storage.search_rights import permitted
from storage.tables import (
    AccountNameRow,
    AccountRow,
    EscalationRow,
    MemberRow,
    PromiseRow,
    RequestRow,
    SearchNoteRow,
    SearchTrigramRow,
)

_HIDDEN = 2000
"""Names of hidden accounts that a question is compared with."""
_LIKE = 60
"""Words of the vocabulary that are compared with an unknown one."""
INDEX = table("search_index", column("rowid"), column("search_index"))
"""The full-text index of SQLite."""
_READ_BY = ("id", "subject", "object_id", "account_id", "author_id", "visibility")
"""What says who may read a note, and which one it is."""
_NOTE: Any = aliased(SearchNoteRow, name="n")


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
    """The statements of search, the same for every reader; building them costs more than running them."""

    def __init__(self, is_postgres: bool, is_open: bool = False) -> None:
        self._is_postgres = is_postgres
        self._is_open = is_open

    @cached_property
    def newest(self) -> Any:
        """Select the keys of the ``most`` newest notes that the ``index`` finds; SQLite streams them in this order."""
        note, key = SearchNoteRow, INDEX.c.rowid
        joined = _InOrder(INDEX, note.__table__, and_(note.workspace_id == HERE, note.id == key))
        also = bindparam("also", type_=Text())
        terms = func.json_each(also).table_valued("value", name="term")
        words = literal(" ").concat(note.words).concat(" ")
        has_one = exists().where(func.instr(words, terms.c.value) > 0).correlate_except(terms)
        return (
            self._permitted(select(note.id), joined)
            .where(
                INDEX.c.search_index.op("MATCH")(bindparam("index", type_=Text())),
                *_within(key),
                _dated(note),
                or_(also.is_(None), has_one),
                *self._open(note),
            )
            .order_by(key.desc())
            .limit(bindparam("most", type_=BigInteger()))
        )

    @cached_property
    def newest_of_each(self) -> Any:
        """Select the keys of the ``most`` newest notes for each of what is asked, and whether there may be more.

        PostgreSQL finds what matches in no order and reads the note of each. Where less than ``few`` match all are read;
        of what is common there are ``enough`` ``since`` not long ago; else all are read as well. The planner cannot
        choose, it takes a word nobody ever wrote for one that every few hundredth note has; so the way is fixed, and
        planned once.
        """
        note, asked = _NOTE, _asked()
        high, enough = (bindparam(name, type_=BigInteger()) for name in ("high", "enough"))
        since = bindparam("since", type_=BigInteger())
        reading = select(*(getattr(note, name) for name in _READ_BY)).where(note.workspace_id == HERE, _dated(note))
        whole = reading.where(note.words.op("@@")(asked.c.whole)).correlate(asked)
        found = whole.limit(asked.c.few).cte("f").prefix_with("MATERIALIZED")
        are_few = select((func.count() < asked.c.few).label("yes")).select_from(found).correlate(asked).cte("p")
        is_few = select(are_few.c.yes).scalar_subquery()
        newest = reading.where(
            not_(is_few),
            note.words.op("@@")(asked.c.index),
            func.coalesce(note.words.op("@@")(asked.c.also), true()),
            note.id >= since,
            note.id < high,
        )
        recent = newest.correlate(asked).cte("w").prefix_with("MATERIALIZED")
        suffice = select(or_(is_few, func.count() >= enough).label("yes")).select_from(recent).cte("s")
        is_enough = select(suffice.c.yes).scalar_subquery()
        either = union_all(
            select(found).where(is_few), select(recent).where(is_enough), whole.where(not_(is_enough))
        ).subquery("e")
        keys = (
            self._permitted(select(either.c.id), either, either.c)
            # A sum, so that no plan reads the whole key for it.
            .where(*_within(either.c.id + literal_column("0")), *self._open(either.c))
            .order_by(either.c.id.desc())
            .limit(bindparam("most", type_=BigInteger()))
        )
        is_cut = and_(not_(is_few), is_enough).label("is_cut")
        chosen = select(func.array(keys.scalar_subquery()).label("ids"), is_cut)
        each = chosen.add_cte(found, are_few, recent, suffice, nest_here=True).lateral("each")
        return select(asked.c.place, each.c.ids, each.c.is_cut).select_from(asked.join(each, true()))

    @cached_property
    def plan_well(self) -> Any:
        """Let PostgreSQL plan once, by the index; select the key of the ``recent``th newest note."""
        note = SearchNoteRow
        before = (
            select(note.id)
            .where(note.workspace_id == HERE, *_within(note.id))
            .order_by(note.id.desc())
            .offset(bindparam("recent", type_=BigInteger()))
            .limit(1)
        )
        settings = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
        return select(
            *(func.set_config(name, value, true()) for name, value in settings.items()),
            before.scalar_subquery().label("since"),
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
            note.visibility,
            note.account_id,
            AccountRow.name.label("account_name"),
            AccountRow.access,
            note.author_id,
            MemberRow.name.label("author_name"),
            MemberRow.standing,
        )
        return self._permitted(query, note.__table__, with_author=True).where(
            note.workspace_id == HERE, note.id.in_(self._keys)
        )

    @cached_property
    def words(self) -> Any:
        """Select the words of notes by their ``keys``."""
        note = SearchNoteRow
        return select(note.id, note.words).where(note.workspace_id == HERE, note.id.in_(self._keys))

    @cached_property
    def entry(self) -> Any:
        """Select the key of what is known about a ``contact``."""
        note = SearchNoteRow
        return self._permitted(select(note.id), note.__table__).where(
            note.workspace_id == HERE,
            note.subject == Subject.CONTACT,
            note.object_id == bindparam("contact", type_=BigInteger()),
        )

    @cached_property
    def hidden(self) -> Any:
        """Select the names of the accounts that do not exist for a reader, the newest if there are very many."""
        name, account = AccountNameRow, AccountRow
        reader = Reader(self._is_postgres, is_kam_lead=False, is_channel=False)
        return (
            select(name.account_id, name.name)
            .join(account, and_(account.workspace_id == name.workspace_id, account.id == name.account_id))
            .where(account.workspace_id == HERE, account.merged_into_id.is_(None), ~account_filter(reader))
            .order_by(account.created_at.desc(), account.id)
            .limit(_HIDDEN)
        )

    def _open(self, note: Any) -> tuple[ColumnElement[bool], ...]:
        """Keep only what is open, if that is asked.

        Requests that wait for an answer, promises still to be kept, conflicts that nobody has decided: the match has
        none but those of one of these sorts then. Notes that hold a promise are of its sort.
        """
        if not self._is_open:
            return ()
        undecided = (EscalationRow, EscalationRow.id, EscalationRow.state.in_(OPEN))
        of_note: dict[Subject, Any] = {
            Subject.REQUEST: (RequestRow, RequestRow.id, RequestRow.state.in_(WAITING)),
            **dict.fromkeys((Subject.ESCALATION, Subject.DECISION), undecided),
            Subject.PROMISE: (PromiseRow, PromiseRow.id, PromiseRow.state == State.OPEN),
            Subject.INTERACTION: (PromiseRow, PromiseRow.interaction_id, PromiseRow.state == State.OPEN),
        }
        return (
            or_(
                *(
                    and_(
                        note.subject == subject,
                        exists().where(table.workspace_id == HERE, key == note.object_id, is_open),
                    )
                    for subject, (table, key, is_open) in of_note.items()
                )
            ),
        )

    @property
    def _keys(self) -> Any:
        return Listed("keys", self._is_postgres).rows

    def _permitted(
        self, query: Any, source: FromClause, note: Any = SearchNoteRow, *, with_author: bool = False
    ) -> Any:
        joined: Join = _InOrder(
            source,
            AccountRow.__table__,
            and_(AccountRow.workspace_id == HERE, AccountRow.id == note.account_id),
        )
        if with_author:
            joined = joined.outerjoin(
                MemberRow.__table__, and_(MemberRow.workspace_id == HERE, MemberRow.id == note.author_id)
            )
        return query.select_from(joined).where(permitted(note, is_postgres=self._is_postgres))


statements_for = cache(Statements)
"""The statements, kept."""


def _asked() -> Any:
    """Read what each is asked for, with the place of each."""
    types: dict[str, Any] = {"whole": TSQUERY(), "index": TSQUERY(), "also": TSQUERY(), "few": BigInteger()}
    lists = (bindparam(name, type_=ARRAY(kind)) for name, kind in types.items())
    columns = (column(name, kind) for name, kind in types.items())
    return func.unnest(*lists).table_valued(*columns, with_ordinality="place", name="asked").render_derived()


def _dated(note: Any) -> ColumnElement[bool]:
    """Keep only what has a day of its own, if ``dated`` says so: what has a number, and promises."""
    has_day = or_(note.number.is_not(None), note.subject == Subject.PROMISE)
    return or_(not_(bindparam("dated", type_=Boolean())), has_day)


def _within(key: Any) -> tuple[ColumnElement[bool], ...]:
    """Keep the keys of a time: they grow with it."""
    return key >= bindparam("low", type_=BigInteger()), key < bindparam("high", type_=BigInteger())


LIKE_IT = (
    select(SearchTrigramRow.word)
    .where(
        SearchTrigramRow.workspace_id == HERE,
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
