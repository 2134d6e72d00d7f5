from dataclasses import replace

import pytest

from bot.domain.delivery import ChannelFacts
from bot.domain.identity import ChannelId
from bot.services import channels
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company

FACTS = ChannelFacts(ChannelId("C1"), "hpu", is_private=True, is_member=True, checked_at=NOW)


@pytest.fixture(autouse=True)
def _workspace(company: Company) -> None:
    """Every row belongs to a workspace."""


def test_facts_are_kept_and_replaced(store: SqlStore) -> None:
    with store.begin(WORKSPACE) as tx:
        assert tx.channels.get(FACTS.id) is None
        tx.channels.put(FACTS)
        assert tx.channels.get(FACTS.id) == FACTS
        archived = replace(FACTS, is_archived=True, name=None)
        tx.channels.put(archived)
        assert tx.channels.get(FACTS.id) == archived


def test_a_channel_that_changed_is_to_be_read_again(store: SqlStore) -> None:
    channels.forget(store, NOW, WORKSPACE, FACTS.id, "event:1")
    with store.begin(WORKSPACE) as tx:
        tx.channels.put(FACTS)

    channels.forget(store, NOW, WORKSPACE, FACTS.id, "event:1")
    with store.read(WORKSPACE) as tx:
        assert tx.channels.get(FACTS.id) == FACTS, "an event that comes again says nothing new"

    channels.forget(store, NOW, WORKSPACE, FACTS.id, "event:2")
    with store.read(WORKSPACE) as tx:
        assert tx.channels.get(FACTS.id) == replace(FACTS, checked_at=None)
