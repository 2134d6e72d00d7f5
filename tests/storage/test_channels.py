from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import CHANNEL_FACTS_AGE, ChannelFacts
from bot.domain.identity import ChannelId
from bot.services import channels
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company

FACTS = ChannelFacts(ChannelId("C1"), "hpu", is_private=True, is_member=True, checked_at=NOW)
SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(minutes=5)


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

    channels.forget(store, LATER, WORKSPACE, FACTS.id, "event:2")
    with store.read(WORKSPACE) as tx:
        assert tx.channels.get(FACTS.id) == replace(FACTS, is_member=False, checked_at=LATER)


@pytest.mark.parametrize("is_known", [True, False])
def test_what_was_read_before_a_channel_changed_and_is_stored_after_it_is_not_believed(
    store: SqlStore, is_known: bool
) -> None:
    if is_known:
        with store.begin(WORKSPACE) as tx:
            tx.channels.put(FACTS)
    channels.forget(store, LATER, WORKSPACE, FACTS.id, "event:1")
    with store.begin(WORKSPACE) as tx:
        tx.channels.put(replace(FACTS, checked_at=LATER - SECOND))
        kept = tx.channels.get(FACTS.id)
        assert kept is not None
        assert not kept.usable

        read_again = replace(FACTS, checked_at=LATER + SECOND)
        tx.channels.put(read_again)
        assert tx.channels.get(FACTS.id) == read_again


def test_facts_are_believed_for_hours_unless_the_clock_was_set_back() -> None:
    assert FACTS.is_fresh(NOW)
    assert FACTS.is_fresh(NOW + CHANNEL_FACTS_AGE - SECOND)
    assert not FACTS.is_fresh(NOW + CHANNEL_FACTS_AGE)
    assert not FACTS.is_fresh(NOW - SECOND)
    assert not replace(FACTS, checked_at=None).is_fresh(NOW)
