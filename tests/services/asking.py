"""What is known, and asking for it, as the tests of the search do."""

from datetime import timedelta
from typing import Any

from bot.domain.access import Visibility
from bot.domain.delivery import Claimed, Ref, Subject
from bot.domain.identity import AccountId, ChannelId, ContactId
from bot.domain.members import Member
from bot.domain.search import Answered, Ask
from bot.domain.search_notes import Note
from bot.services import search
from storage.store import SqlStore
from tests.company import NOW, PLENTY, WORKSPACE, new_key


def know(store: SqlStore, account: AccountId, author: Member | None, *texts: str, **values: Any) -> None:
    """Index interactions, newest first."""
    with store.begin(WORKSPACE) as tx:
        for days, text in enumerate(texts):
            about = Ref(Subject.INTERACTION, account * 1000 + days)
            given = {"visibility": Visibility.COMPANY, "number": days + 1, **values}
            at = NOW - timedelta(days=days)
            tx.search.put(Note(about, account, author.id if author else None, at=at, text=text, **given))


def know_person(store: SqlStore, account: AccountId, key: int, name: str, aims: str) -> None:
    """Index a contact."""
    with store.begin(WORKSPACE) as tx:
        about, at = Ref(Subject.CONTACT, key), NOW - timedelta(days=400)
        contact = Note(
            about, account, None, Visibility.COMPANY, at, aims, heading=name, contact_ids=(ContactId(key),), name=name
        )
        tx.search.put(contact)


def ask(store: SqlStore, actor: Member, question: str, asked_in: ChannelId | None = None) -> Answered:
    """Ask and expect an answer."""
    answered = search.ask(store, NOW, Ask(actor, question, new_key(), asked_in))
    assert isinstance(answered, Answered)
    return answered


def texts(answered: Answered) -> list[str]:
    """Return what is quoted."""
    return [answer.text for answer in answered.answers]


def waiting(store: SqlStore) -> Claimed:
    """Return the one row that waits in the outbox."""
    (row,) = claimed(store)
    return row


def claimed(store: SqlStore) -> list[Claimed]:
    """Return the rows that wait in the outbox."""
    with store.begin(WORKSPACE) as tx:
        return list(tx.outbox.claim(NOW, PLENTY, 5, 5).rows)


def page(store: SqlStore) -> Answered:
    """Load the page that waits in the outbox."""
    row = waiting(store)
    with store.read(WORKSPACE) as tx:
        loaded = search.reply_answered(tx, row, NOW)
    assert isinstance(loaded, Answered)
    return loaded
