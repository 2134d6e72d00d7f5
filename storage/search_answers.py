"""Search: rows of the index as answers."""

from typing import Any

from sqlalchemy import Row

from bot.domain.access import Access, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId
from bot.domain.search import Answer
from storage.members import whoever

_SHORT = {Subject.INTERACTION: "I", Subject.REQUEST: "R", Subject.ESCALATION: "E", Subject.DECISION: "E"}


def as_answer(row: Row[Any]) -> Answer:
    """Return a hit with its source."""
    subject = Subject(row.subject)
    author = None
    # Who asked is no part of a request's header.
    if row.author_id is not None and subject is not Subject.REQUEST:
        author = whoever(row.author_id, row.author_name, row.standing)
    return Answer(
        short_id=None if row.number is None else f"{_SHORT[subject]}-{row.number}",
        about=Ref(subject, row.object_id),
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.access)),
        author=author,
        at=row.at,
        heading=row.heading,
        text=row.text,
        visibility=Visibility(row.visibility),
    )
