"""Maps: the map of an account, its pages, what of it the customer may see, and both as pictures."""

from datetime import datetime

from bot.domain import accounts as rules
from bot.domain import maps
from bot.domain.access import Viewer
from bot.domain.accounts import Account, AccountQuestion, AccountRef
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.identity import AccountId
from bot.domain.maps import AccountMap, CustomerMap, PickMap, SendPicture, ShowMap
from bot.ports import Store, Transaction
from bot.services import accounts
from bot.services.readers import recipient


def show(store: Store, now: datetime, command: ShowMap) -> AccountMap | AccountQuestion:
    """Return the map of the account of that name, or of the channel's; ask which one where that is not clear.

    Raises:
        errors.UnknownAccount: nothing of that name, nor like it, exists for this reader.
    """
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        found = accounts.which(tx, viewer, command.typed, command.channel_id)
        return found if isinstance(found, AccountQuestion) else _map(tx, viewer, found, now)


def pick(store: Store, now: datetime, command: PickMap) -> None:
    """Answer a button with a map, another page of it, or what of it the customer may see.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this reader any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        account = accounts.visible(tx, tx.access.viewer(command.actor), command.account_id)
        about = Ref(Subject.ACCOUNT, account.id)
        topic = "map.customer" if command.for_customer else "map.shown"
        shown = Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=command.reply_to, detail=command.offset)
        tx.outbox.put(shown, now)
        tx.inbox.record(command.key, about, now)


def send_picture(store: Store, now: datetime, command: SendPicture) -> None:
    """Send a picture into the direct messages of whoever pressed, and say so where they pressed.

    While one is on its way another press adds none.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this reader any more.
    """
    actor = command.actor
    with store.begin(actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        account = accounts.visible(tx, tx.access.viewer(actor), command.account_id)
        about = Ref(Subject.ACCOUNT, account.id)
        topic = "map.customer_picture" if command.for_customer else "map.picture"
        if not tx.outbox.card_waits(topic, about, actor.id):
            # Without an address of its own the answer goes by direct message, and to nobody else if that is closed.
            sent = Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=ReplyTo(actor.id))
            tx.outbox.put(sent, now)
        said = Outgoing(Form.REPLY, "map.sent", about, Priority.REPLY, reply_to=command.reply_to)
        tx.outbox.put(said, now)
        tx.inbox.record(command.key, about, now)


def reply_map(tx: Transaction, row: Claimed, now: datetime) -> AccountMap | None:
    """Load the map that was asked for by a button, or is drawn now."""
    viewer = recipient(tx, row)
    account = viewer and tx.accounts.get(AccountId(row.outgoing.about.id), viewer)
    return _map(tx, viewer, account, now, row.outgoing.detail or 0) if viewer and account else None


def reply_customer(tx: Transaction, row: Claimed, now: datetime) -> CustomerMap | None:
    """Load what of a map the customer may see."""
    found = reply_map(tx, row, now)
    if found is None:
        return None
    faced = {person.id for contact in found.contacts if (person := maps.faces(contact))}
    return maps.for_customer(found, tx.workspace.name, tx.maps.functions(faced))


def reply_sent(tx: Transaction, row: Claimed, _now: datetime) -> AccountRef | None:
    """Load of which account a picture is on its way."""
    viewer = recipient(tx, row)
    account = viewer and tx.accounts.get(AccountId(row.outgoing.about.id), viewer)
    return account.ref if account else None


def _map(tx: Transaction, viewer: Viewer, account: Account, now: datetime, offset: int = 0) -> AccountMap:
    units = maps.tree(tx.maps.units(account.id, viewer), account.id)
    contacts = maps.ordered(tx.contacts.mirror([unit.account.id for unit in units], viewer, now))
    above = tx.accounts.refs([account.parent_id], viewer, 1) if account.parent_id else ()
    return AccountMap(
        account=account,
        because=rules.because(account, viewer),
        parent=above[0] if above else None,
        units=units,
        contacts=contacts,
        hints=maps.hints(contacts, units, now),
        offset=offset if 0 <= offset < len(contacts) else 0,
    )
