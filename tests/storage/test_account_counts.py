"""What a card counts from very many notes: the newest of each source, and that there are more."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import account_shape, satisfaction
from bot.domain.identity import AccountId
from bot.domain.interactions import Details, Source
from bot.domain.members import Member
from bot.ports import Transaction
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company


def note(tx: Transaction, author: Member, account_id: AccountId, at: datetime, **told: Any) -> None:
    tx.interactions.add(tx.interactions.next_id(), author.id, Details(account_id, "x", occurred_at=at, **told), NOW)


def test_the_customers_few_words_are_not_pushed_out_by_our_many_impressions(store: SqlStore, company: Company) -> None:
    account, lea = company.account("Helvetia"), company.member("Lea")
    with store.begin(WORKSPACE) as tx:
        for number in range(satisfaction.NEWEST + 7):
            at = NOW - timedelta(minutes=number)
            note(tx, lea, account, at, satisfaction=4, satisfaction_source=Source.OURS)
        for number in range(satisfaction.NEWEST + 3):
            at = NOW - satisfaction.HALF - timedelta(minutes=number)
            note(tx, lea, account, at, satisfaction=3, satisfaction_source=Source.OURS)
        for day in range(5, 10):
            note(tx, lea, account, NOW - timedelta(days=day), satisfaction=2, satisfaction_source=Source.CUSTOMER)

    with store.read(WORKSPACE) as tx:
        values = tx.account_cards.counted([account], tx.access.viewer(lea), NOW).values
    ours, theirs = (satisfaction.picture(values[source], NOW) for source in (Source.OURS, Source.CUSTOMER))

    assert (ours.count, ours.middle, ours.is_cut, ours.trend) == (satisfaction.NEWEST, 4, True, satisfaction.Trend.UP)
    last_read = timedelta(minutes=satisfaction.NEWEST)
    read = [value.at for value in values[Source.OURS]]
    assert min(at for at in read if at > NOW - satisfaction.HALF) == NOW - last_read
    assert min(read) == NOW - satisfaction.HALF - last_read
    assert (theirs.count, theirs.middle, theirs.is_cut) == (5, 2, False)


@pytest.mark.parametrize("more", [0, -1])
def test_the_shape_says_so_where_only_the_newest_notes_were_counted(
    store: SqlStore, company: Company, more: int
) -> None:
    account, lea = company.account("Helvetia"), company.member("Lea")
    berta = company.contact(account, "Berta")
    notes = account_shape.NEWEST + more
    with store.begin(WORKSPACE) as tx:
        for _ in range(notes):
            note(tx, lea, account, NOW, contact_ids=(berta,))

    with store.read(WORKSPACE) as tx:
        carried = account_shape.shape(tx.account_cards.counted([account], tx.access.viewer(lea), NOW).met)

    assert carried is not None
    assert (carried.interactions, carried.is_cut) == (notes, more == 0)
