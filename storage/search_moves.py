"""Search: notes of one account or contact come to be found under another, and back again, without being read anew."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

import sqlalchemy
from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import TSQUERY

from bot.domain.delivery import Ref, Subject
from bot.domain.search import account_term
from storage.search_statements import ADD, DROP, INDEX
from storage.search_words import Notation, contact_term
from storage.session import Session
from storage.tables import SearchNoteRow

_TERM: Mapping[Subject, Callable[[Any], str]] = {Subject.ACCOUNT: account_term, Subject.CONTACT: contact_term}
_NOTES = cast("Table", SearchNoteRow.__table__)


def reassign(session: Session, old: Ref, new: Ref, only: Collection[Ref] | None = None) -> tuple[Ref, ...]:
    """Let what is found under one account or contact be found under another; return what that was.

    ``only`` narrows it to what is known of these objects.
    """
    notation = Notation(session.workspace_id, is_postgres=session.is_postgres)
    before, after = (_TERM[old.subject](one.id) for one in (old, new))
    token, other = notation.mark(before).strip(), notation.mark(after).strip()
    wanted = None if only is None else set(only)
    moved: list[Ref] = []
    dropped: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []
    for row in _with(session, notation.join([[before]])):
        about, had = Ref(Subject(row.subject), row.object_id), row.words.split()
        # A note that names both names the other one already: it stays as it is, so that nothing has to be told apart.
        if other in had or (wanted is not None and about not in wanted):
            continue
        words = " ".join(sorted(other if word == token else word for word in had))
        dropped.append({"key": row.id, "words": row.words})
        added.append({"key": row.id, "words": words})
        moved.append(about)
    if moved:
        if not session.is_postgres:
            session.run(DROP, [*dropped])
            session.run(ADD, [*added])
        mine = (_NOTES.c.workspace_id == session.workspace_id, _NOTES.c.id == bindparam("key"))
        account: dict[str, Any] = {"account_id": new.id} if old.subject is Subject.ACCOUNT else {}
        written = bindparam("words", type_=_NOTES.c.words.type)
        session.run(update(_NOTES).where(*mine).values(**account, words=written), [*added])
    return tuple(moved)


def _with(session: Session, match: str) -> Any:
    """Return the notes with a term."""
    here = _NOTES.c.workspace_id == session.workspace_id
    query = select(_NOTES.c.id, _NOTES.c.subject, _NOTES.c.object_id, _NOTES.c.words).where(here)
    if session.is_postgres:
        return session.rows(query.where(_NOTES.c.words.op("@@")(sqlalchemy.cast(match, TSQUERY()))))
    found = select(INDEX.c.rowid).where(INDEX.c.search_index.op("MATCH")(match))
    return session.rows(query.where(_NOTES.c.id.in_(found)))
