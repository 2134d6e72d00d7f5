"""Changing what is known of a contact, as its people do it in the forms."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any

from bot.domain.access import ITSELF
from bot.domain.contact_assessments import Measure
from bot.domain.contact_commands import AssessContact, Deed, EditContact, MoveContact, OpenContactForm, Profile
from bot.domain.contacts import Contact
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ContactId, DraftId
from bot.domain.members import Member
from bot.services import contact_forms
from bot.services.delivery import LOADERS
from storage.store import SqlStore
from tests.company import NOW, PLENTY, WORKSPACE, new_key

_seconds = count(1)
TODAY = NOW.date()


def read(store: SqlStore, contact_id: ContactId) -> Contact:
    """Read a contact as it stands."""
    with store.read(WORKSPACE) as tx:
        contact = tx.contacts.get(contact_id, ITSELF)
    assert contact is not None
    return contact


def opened(store: SqlStore, actor: Member, deed: Deed, contact_id: ContactId | None, version: int = 0) -> DraftId:
    """Open a form at the present version of the contact."""
    version = version or (read(store, contact_id).version if contact_id else 0)
    command = OpenContactForm(actor, deed, contact_id, version, new_key(), ReplyTo(actor.id))
    return contact_forms.open_form(store, NOW, command).draft_id


def edit(store: SqlStore, actor: Member, contact_id: ContactId, *, more: bool = True, **changed: Any) -> None:
    """Open the form of a contact and change some fields."""
    draft = opened(store, actor, Deed.EDIT, contact_id)
    profile = Profile(**{"name": "Urs", "title": "CEO", "level": 1, **changed})
    contact_forms.edit(store, NOW, EditContact(actor, draft, new_key(), profile, has_more=more))


def move(store: SqlStore, actor: Member, contact_id: ContactId, to: AccountId, on: date = TODAY, **where: Any) -> None:
    """Move a contact to another account."""
    draft = opened(store, actor, Deed.MOVE, contact_id)
    where = {"title": "Beirat", "level": 1, **where}
    contact_forms.move(store, NOW, MoveContact(actor, draft, new_key(), to, from_on=on, **where))


def assess(
    store: SqlStore, actor: Member, contact_id: ContactId, values: Mapping[Measure, int | None], **more: Any
) -> None:
    """Judge a contact."""
    draft = opened(store, actor, Deed.ASSESS, contact_id)
    # Each a second after the one before: the newest counts.
    at = NOW + timedelta(seconds=next(_seconds))
    contact_forms.assess(store, at, AssessContact(actor, draft, new_key(), values, "so sehe ich es", **more))


def told(store: SqlStore, topic: str) -> list[object]:
    """Load what the waiting notes of a topic would say, with their recipients' rights of now."""
    with store.begin(WORKSPACE) as tx:
        batch = tx.outbox.claim(NOW + timedelta(hours=1), PLENTY, 50, 50)
        return [LOADERS[topic](tx, row, NOW) for row in batch.rows if row.outgoing.topic == topic]
