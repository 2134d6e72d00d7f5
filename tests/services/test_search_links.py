from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, ChannelId, InteractionId
from bot.domain.members import Member
from bot.domain.search import Answered, Ask
from bot.services import search
from storage.store import SqlStore
from storage.tables import CardRow, ChannelRow, InteractionRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.slack import Slack

ADDRESS = "https://arven.example/"


@pytest.fixture
def helvetia(store: SqlStore, company: Company, slack: Slack) -> AccountId:
    """An account with one note, in a workspace whose address is known."""
    (workspace,) = store.workspaces()
    store.install(replace(workspace, url=ADDRESS), [], NOW)
    account_id = company.account("Helvetia")
    slack.command(company.member("Lea"), "/kam-log Helvetia: Liefertermin steht")
    return account_id


def card(store: SqlStore, topic: str, about: Ref, place: str, channel_id: str, ts: str = "1700000000.000100") -> None:
    """Let a message of an object stand somewhere."""
    row = {"workspace_id": WORKSPACE, "topic": topic, "subject": about.subject, "object_id": about.id}
    with store.engine.begin() as connection:
        connection.execute(insert(CardRow).values(**row, place=place, channel_id=channel_id, ts=ts))


def channel(store: SqlStore, channel_id: str, **values: Any) -> None:
    """Know a channel."""
    given = {"is_private": False, "is_archived": False, "is_external": False, "is_member": True, **values}
    with store.engine.begin() as connection:
        connection.execute(
            insert(ChannelRow).values(workspace_id=WORKSPACE, id=channel_id, name="helvetia", checked_at=NOW, **given)
        )


def link(store: SqlStore, reader: Member) -> str | None:
    """Return where the one answer is opened."""
    answered = search.ask(store, NOW, Ask(reader, "Liefertermin", new_key()))
    assert isinstance(answered, Answered)
    (answer,) = answered.answers
    return answer.link


def first_note(store: SqlStore) -> Ref:
    """Return the note that was logged."""
    with store.engine.connect() as connection:
        return Ref(Subject.INTERACTION, connection.execute(InteractionRow.__table__.select()).one().id)


@pytest.mark.usefixtures("helvetia")
def test_a_message_in_a_public_channel_is_opened_by_everybody(store: SqlStore, company: Company) -> None:
    assert link(store, company.member("Otto")) is None
    channel(store, "CHELVETIA")
    card(store, "interaction.line", first_note(store), "CHELVETIA", "CHELVETIA")
    assert link(store, company.member("Ben")) == "https://arven.example/archives/CHELVETIA/p1700000000000100"


@pytest.mark.usefixtures("helvetia")
@pytest.mark.parametrize("facts", [{"is_private": True}, {"is_external": True}, None])
def test_no_link_leads_where_not_every_colleague_can_look(
    store: SqlStore, company: Company, facts: dict[str, bool] | None
) -> None:
    if facts is not None:
        channel(store, "CHELVETIA", **facts)
    card(store, "interaction.line", first_note(store), "CHELVETIA", "CHELVETIA")
    assert link(store, company.member("Ben")) is None


@pytest.mark.usefixtures("helvetia")
def test_a_direct_message_is_a_link_for_its_reader_only_and_the_channel_goes_before(
    store: SqlStore, company: Company
) -> None:
    ben, otto, note = company.member("Ben"), company.member("Otto"), first_note(store)
    card(store, "interaction.shown", note, ben.id, "D17", "1700000000.000001")
    assert (link(store, ben), link(store, otto)) == ("https://arven.example/archives/D17/p1700000000000001", None)
    channel(store, "CHELVETIA")
    card(store, "interaction.line", note, "CHELVETIA", "CHELVETIA")
    assert link(store, ben) == "https://arven.example/archives/CHELVETIA/p1700000000000100"


@pytest.mark.usefixtures("helvetia")
def test_a_note_of_a_burst_is_opened_at_the_message_that_carries_it(store: SqlStore, company: Company) -> None:
    first, note = Ref(Subject.INTERACTION, 99), first_note(store)
    channel(store, "CHELVETIA")
    card(store, "interaction.line", first, "CHELVETIA", "CHELVETIA")
    with store.engine.begin() as connection:
        connection.execute(
            update(InteractionRow).where(InteractionRow.id == note.id).values(burst_id=InteractionId(99))
        )
    assert link(store, company.member("Ben")) is not None


@pytest.mark.usefixtures("helvetia")
def test_without_the_address_of_the_workspace_there_are_no_links(store: SqlStore, company: Company) -> None:
    channel(store, "CHELVETIA")
    card(store, "interaction.line", first_note(store), "CHELVETIA", ChannelId("CHELVETIA"))
    (workspace,) = store.workspaces()
    store.install(replace(workspace, url=None), [], NOW)
    assert link(store, company.member("Ben")) is None
