from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.delivery import ReplyTo
from bot.domain.drafts import Draft, Purpose
from bot.domain.identity import ChannelId, DraftId, MemberId
from storage.store import SqlStore
from storage.tables import DraftRow
from tests.company import NOW, WORKSPACE, Company

LEA, BEN = MemberId("ULEA"), MemberId("UBEN")
HOSTILE = {"text": "O'Brien <!channel> \ufffd 100 % \u202e 👩‍👧", "account": "Helvetia"}


@pytest.fixture(autouse=True)
def _workspace(company: Company) -> None:
    """Every row belongs to a workspace."""


def keep(store: SqlStore, reply_to: ReplyTo | None = None, channel: ChannelId | None = None) -> DraftId:
    draft = Draft(DraftId(0), LEA, Purpose.LOG, NOW, HOSTILE, channel, reply_to)
    with store.begin(WORKSPACE) as tx:
        return tx.drafts.add(draft)


def test_a_draft_comes_back_to_its_author_for_its_purpose_only(store: SqlStore) -> None:
    reply = ReplyTo(LEA, "https://hooks.slack.test/1", replace=True)
    draft_id = keep(store, reply, ChannelId("C1"))

    with store.read(WORKSPACE) as tx:
        assert tx.drafts.get(draft_id, LEA, Purpose.LOG) == Draft(
            draft_id, LEA, Purpose.LOG, NOW, HOSTILE, ChannelId("C1"), reply
        )
        assert tx.drafts.get(draft_id, BEN, Purpose.LOG) is None
        assert tx.drafts.get(draft_id, LEA, Purpose.REQUEST) is None
        assert tx.drafts.get(DraftId(1), LEA, Purpose.LOG) is None


def test_a_draft_without_a_way_back_goes_to_its_author(store: SqlStore) -> None:
    draft_id = keep(store)
    with store.read(WORKSPACE) as tx:
        draft = tx.drafts.get(draft_id, LEA, Purpose.LOG)
    assert draft is not None
    assert (draft.reply_to, draft.channel_id) == (ReplyTo(LEA, None), None)


def test_a_draft_takes_newer_text_and_a_newer_way_back(store: SqlStore) -> None:
    draft_id = keep(store)
    with store.begin(WORKSPACE) as tx:
        tx.drafts.change(draft_id, {"text": "neu"})
        tx.drafts.answer_at(draft_id, ReplyTo(LEA, "https://hooks.slack.test/2", replace=True))
        draft = tx.drafts.get(draft_id, LEA, Purpose.LOG)
    assert draft is not None
    assert draft.fields == {"text": "neu"}
    assert draft.reply_to == ReplyTo(LEA, "https://hooks.slack.test/2", replace=True)


def test_a_draft_is_used_once_and_then_holds_neither_text_nor_address(store: SqlStore) -> None:
    draft_id = keep(store, ReplyTo(LEA, "https://hooks.slack.test/1"))
    with store.begin(WORKSPACE) as tx:
        assert tx.drafts.use(draft_id, NOW + timedelta(hours=1))
        assert not tx.drafts.use(draft_id, NOW + timedelta(hours=2))
        assert tx.drafts.get(draft_id, LEA, Purpose.LOG) is None
    with store.engine.connect() as connection:
        row = connection.execute(select(DraftRow.fields, DraftRow.response_url, DraftRow.used_at)).one()
    assert (row.fields, row.response_url, row.used_at) == ({}, None, NOW + timedelta(hours=1))
