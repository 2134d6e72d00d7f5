from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.identity import ChannelId, MemberId
from bot.services import readers
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company


def claimed(to_member: str | None = None, to_channel: str | None = None, reply_to: str | None = None) -> Claimed:
    outgoing = Outgoing(
        Form.NOTE,
        "t",
        Ref(Subject.REQUEST, 1),
        Priority.REQUEST,
        to_member=MemberId(to_member) if to_member else None,
        to_channel=ChannelId(to_channel) if to_channel else None,
        reply_to=ReplyTo(MemberId(reply_to)) if reply_to else None,
    )
    return Claimed(1, "k", outgoing, NOW, 1, "l")


def test_a_row_is_rendered_with_the_rights_its_recipient_has_now(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea", id="ULEA")
    account = company.account("Helvetia", kam=lea)
    with store.read(WORKSPACE) as tx:
        by_dm = readers.recipient(tx, claimed(to_member="ULEA"))
        by_reply = readers.recipient(tx, claimed(reply_to="ULEA"))
        assert by_dm == by_reply == tx.access.viewer(lea)
        assert by_dm is not None
        assert account
        assert readers.recipient(tx, claimed(to_member="UNOBODY")) is None
        assert readers.recipient(tx, claimed(to_channel="C1")) is None
