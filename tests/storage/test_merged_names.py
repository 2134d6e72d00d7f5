"""Names of accounts whose keys changed between a merge and its undoing, as migration 0007 changes them."""

from sqlalchemy import delete, select, update

from bot.domain.access import ITSELF
from bot.domain.delivery import Ref, Subject
from bot.domain.names import match_key
from storage.store import SqlStore
from storage.tables import AccountNameRow
from tests.company import NOW, WORKSPACE, Company


def test_after_undoing_both_are_found_by_their_names_though_keys_are_made_otherwise_now(
    store: SqlStore, company: Company
) -> None:
    lea = company.member("Lea")
    goes, stays = company.account("O\u2019Brien"), company.account("O'Brien")
    key = AccountNameRow.key
    with store.engine.begin() as connection:
        connection.execute(update(AccountNameRow).where(AccountNameRow.account_id == goes).values(key="o\u2019brien"))
    with store.begin(WORKSPACE) as tx:
        sides = [tx.merges.side(Ref(Subject.ACCOUNT, one), ITSELF) for one in (stays, goes)]
        assert sides[0] is not None
        assert sides[1] is not None
        merge_id = tx.merges.merge(sides[0], sides[1], {}, [], lea.id, NOW)
        assert merge_id is not None
    with store.engine.begin() as connection:
        moved = select(AccountNameRow.account_id).where(key == "o\u2019brien")
        assert connection.execute(moved).scalar_one() == stays
        connection.execute(delete(AccountNameRow).where(key == "o\u2019brien"))

    with store.begin(WORKSPACE) as tx:
        merge = tx.merges.get(merge_id, ITSELF)
        assert merge is not None
        assert tx.merges.undo(merge, lea.id, NOW) is not None

    with store.read(WORKSPACE) as tx:
        found = tx.accounts.by_keys([match_key("O'Brien")], ITSELF)
    assert {one.id for many in found.values() for one in many} == {goes, stays}
