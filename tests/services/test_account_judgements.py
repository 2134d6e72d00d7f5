from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain import errors
from bot.domain.account_edits import AccountForm, Deed, SaveRatings, SaveStage
from bot.domain.account_shape import Stage, Standing
from bot.domain.contact_assessments import Measure
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.services import account_edits
from storage.store import SqlStore
from storage.tables import AssessmentRow
from tests.company import NOW, Company, new_key
from tests.services.account_asking import card
from tests.services.account_editing import actions, opened


def stage(
    store: SqlStore, actor: Member, form: AccountForm, reason: str = "Zwei Paare tragen es.", **said: Any
) -> None:
    command = SaveStage(actor, form.draft_id, new_key(), Stage.BASIC, None, is_at_risk=False, reason=reason)
    account_edits.save_stage(store, NOW, replace(command, **said))


def rate(
    store: SqlStore,
    actor: Member,
    form: AccountForm,
    value: int | None,
    reason: str = "Sie rufen an.",
    now: datetime = NOW,
) -> None:
    command = SaveRatings(actor, form.draft_id, new_key(), {Measure.RELATIONSHIP: value}, reason)
    account_edits.save_ratings(store, now, command)


class TestStage:
    def test_it_is_dated_and_says_why_to_the_circle_only(
        self, store: SqlStore, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        form = opened(store, lea, pumps, Deed.STAGE)
        stage(store, lea, form, "Der Einkauf wechselt.", desired=Stage.COOPERATIVE, is_at_risk=True)

        said = Standing(Stage.BASIC, Stage.COOPERATIVE, is_at_risk=True, reason="Der Einkauf wechselt.", at=NOW)
        assert card(store, lea).standing == said
        assert card(store, tobias).standing == replace(said, reason=None)
        with store.engine.connect() as connection:
            kept = {row.measure: row.value for row in connection.execute(select(AssessmentRow))}
        assert kept == {"stage": 2, "desired_stage": 3, "at_risk": 1}

    def test_a_change_without_a_reason_is_asked_for_it_and_saves_nothing(
        self, store: SqlStore, lea: Member, pumps: AccountId
    ) -> None:
        form = opened(store, lea, pumps, Deed.STAGE)

        with pytest.raises(errors.JudgementReasonMissing) as refused:
            stage(store, lea, form, "")
        assert refused.value.field == "reason"
        stage(store, lea, form, "Jetzt mit Grund.")
        assert card(store, lea).standing.stage is Stage.BASIC

    def test_the_same_without_a_reason_is_no_judgement_and_with_one_confirms_it(
        self, store: SqlStore, lea: Member, pumps: AccountId
    ) -> None:
        stage(store, lea, opened(store, lea, pumps, Deed.STAGE))
        stage(store, lea, opened(store, lea, pumps, Deed.STAGE), "")
        assert actions(store, pumps) == ["account.staged"]

        stage(store, lea, opened(store, lea, pumps, Deed.STAGE), "Immer noch.")
        assert actions(store, pumps) == ["account.staged"] * 2

    def test_the_second_of_two_is_told_who_was_first(
        self, store: SqlStore, lea: Member, zoe: Member, pumps: AccountId
    ) -> None:
        mine, theirs = (opened(store, actor, pumps, Deed.STAGE) for actor in (lea, zoe))
        stage(store, zoe, theirs)

        with pytest.raises(errors.AccountChanged) as refused:
            stage(store, lea, mine)
        assert refused.value.by == zoe.person


class TestRatings:
    def test_the_circle_rates_and_nobody_else_sees_it(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        expert = company.member("Eva Roth")
        company.team(pumps, expert)
        rate(store, expert, opened(store, expert, pumps, Deed.RATE), 4)

        ratings = card(store, lea).ratings
        assert ratings is not None
        [rating] = ratings
        assert (rating.measure, rating.value, rating.by) == (Measure.RELATIONSHIP, 4, expert.person)
        assert (rating.reason, rating.at) == ("Sie rufen an.", NOW)
        assert card(store, tobias).ratings is None
        with pytest.raises(errors.MayNotChangeAccount):
            opened(store, tobias, pumps, Deed.RATE)

    def test_the_newest_counts_and_none_takes_it_back(
        self, store: SqlStore, lea: Member, zoe: Member, pumps: AccountId
    ) -> None:
        first, second = (opened(store, actor, pumps, Deed.RATE) for actor in (lea, zoe))
        rate(store, lea, first, 4)
        rate(store, zoe, second, 2, now=NOW + timedelta(minutes=1))
        ratings = card(store, lea).ratings
        assert ratings is not None
        assert [rating.value for rating in ratings] == [2]

        rate(store, lea, opened(store, lea, pumps, Deed.RATE), None, now=NOW + timedelta(minutes=2))
        assert card(store, lea).ratings == ()

    def test_a_reason_is_needed_unless_nothing_changes(self, store: SqlStore, lea: Member, pumps: AccountId) -> None:
        form = opened(store, lea, pumps, Deed.RATE)
        with pytest.raises(errors.JudgementReasonMissing):
            rate(store, lea, form, 4, "")
        rate(store, lea, form, None, "")
        rate(store, lea, opened(store, lea, pumps, Deed.RATE), None, "Grund ohne Urteil")

        assert actions(store, pumps) == []

    def test_pressed_twice_it_is_one_judgement(self, store: SqlStore, lea: Member, pumps: AccountId) -> None:
        form = opened(store, lea, pumps, Deed.RATE)
        command = SaveRatings(lea, form.draft_id, "view:V1:1#same", {Measure.PARTNERSHIP: 3}, "So.")

        for _ in range(2):
            account_edits.save_ratings(store, NOW, command)

        assert actions(store, pumps) == ["account.rated"]


def test_what_was_judged_is_about_the_account(store: SqlStore, lea: Member, pumps: AccountId) -> None:
    stage(store, lea, opened(store, lea, pumps, Deed.STAGE), "Ein Grund.")

    with store.read(lea.workspace_id) as tx:
        last = tx.history.last(Ref(Subject.ACCOUNT, pumps))
    assert last is not None
    assert (last.words, last.actor) == ("Ein Grund.", lea.person)
