"""Whatever people, absences and the clock do: every open conflict lies with somebody who can act, and has a next time."""

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, update

from bot.domain import errors
from bot.domain.escalations import ADDRESSED, OPEN, Action, Escalation, State
from bot.domain.members import Member, Role, Standing
from bot.services import escalation_decisions, escalation_handing, escalations
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import AbsenceRow, SponsorshipRow
from tests.company import NOW, WORKSPACE, Company
from tests.conflict import Conflict

NAMES = ("keller", "ana", "ben", "nina", "other")
STEPS: dict[Action, Callable[..., Any]] = {
    Action.ACKNOWLEDGE: escalations.acknowledge,
    Action.ASK: escalations.ask,
    Action.ANSWER: escalations.answer,
    Action.RETURN: escalations.give_back,
    Action.HAND_OVER: escalation_handing.hand_over,
    Action.TAKE_BACK: escalation_handing.take_back,
    Action.TAKE_OVER: escalation_handing.take_over,
    Action.LEAVE: escalation_handing.leave,
    Action.WITHDRAW: escalations.withdraw,
    Action.REOPEN: escalations.reopen,
    Action.KEEP: escalation_decisions.keep,
}


class Machine(RuleBasedStateMachine):
    """Two conflicts of Lea's; Keller backs her with Ana as deputy, Nina leads the KAMs."""

    template: sqlite3.Connection

    @initialize()
    def begin(self) -> None:
        engine = make_engine("sqlite://")
        with engine.connect() as connection:
            own = connection.connection.driver_connection
            assert isinstance(own, sqlite3.Connection)
            connection.rollback()
            self.template.backup(own)
        self.store = SqlStore(engine)
        company = Company(self.store)
        self.conflict = Conflict(self.store, company)
        self.now: datetime = NOW
        self.people: dict[str, Member] = {
            "keller": self.conflict.keller,
            "ana": company.member("Ana"),
            "ben": company.member("Ben"),
            "nina": company.member("Nina", role=Role.KAM_LEAD),
            "other": self.conflict.other,
        }
        with engine.begin() as connection:
            connection.execute(update(SponsorshipRow).values(deputy_id=self.people["ana"].id))
        self.raised: list[Escalation] = [self.conflict.raised(), self.conflict.raised(urgent_reason="soon")]

    def _see_to_it(self) -> None:
        self.conflict.round(self.now)

    @rule(
        which=st.integers(0, 1),
        action=st.sampled_from(sorted(STEPS)),
        actor=st.sampled_from((*NAMES, "lea", "sandra")),
        person=st.sampled_from((*NAMES, "lea", "sandra")),
    )
    def somebody_does_something(self, which: int, action: Action, actor: str, person: str) -> None:
        people = {**self.people, "lea": self.conflict.lea, "sandra": self.conflict.sandra}
        who = self.conflict.again(people[actor])
        if who.standing is not Standing.MEMBER:
            return
        with contextlib.suppress(errors.Refusal):
            self.conflict.step(
                STEPS[action], who, self.raised[which], "words", now=self.now, person_id=people[person].id
            )
        self._see_to_it()

    @rule(which=st.integers(0, 1), actor=st.sampled_from(NAMES))
    def somebody_decides(self, which: int, actor: str) -> None:
        who = self.conflict.again(self.people[actor])
        if who.standing is not Standing.MEMBER:
            return
        with contextlib.suppress(errors.Refusal):
            self.conflict.decide(who, self.raised[which])

    @rule(who=st.sampled_from(NAMES), deputy=st.sampled_from((*NAMES, None)), days=st.integers(0, 9))
    def somebody_is_away(self, who: str, deputy: str | None, days: int) -> None:
        today = self.now.date()
        named = self.people[deputy] if deputy and deputy != who else None
        self.conflict.away(self.people[who], today, today + timedelta(days=days), named)
        self._see_to_it()

    @rule()
    def everybody_is_back(self) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(delete(AbsenceRow))
        self._see_to_it()

    @rule(who=st.sampled_from(NAMES), standing=st.sampled_from((Standing.MEMBER, Standing.DEACTIVATED, Standing.GUEST)))
    def somebody_leaves_or_returns(self, who: str, standing: Standing) -> None:
        self.conflict.change(self.people[who], standing=standing)
        self._see_to_it()

    @rule(who=st.sampled_from(NAMES), role=st.sampled_from((Role.MEMBER, Role.KAM_LEAD)))
    def somebody_leads_the_kams_or_no_longer(self, who: str, role: Role) -> None:
        self.conflict.change(self.people[who], role=role)
        self._see_to_it()

    @rule(sponsor=st.sampled_from(NAMES))
    def another_sponsor_is_assigned(self, sponsor: str) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(update(SponsorshipRow).values(sponsor_id=self.people[sponsor].id))
        self._see_to_it()

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.conflict.tick(self.now)

    @invariant()
    def nobody_is_silent(self) -> None:
        if not hasattr(self, "raised"):
            return
        assert self.conflict.unwatched(self.now) == ()
        for one in self.raised:
            found = self.conflict.whole(one)
            if found.state in ADDRESSED:
                assert found.next is not None
                assert found.addressed_to
                assert not {person.id for person in found.addressed_to} & found.side_ids
                with self.store.read(WORKSPACE) as tx:
                    assert len(tx.timers.waiting(found.about, "escalation.clock")) == 1
            elif found.state is not State.WITHOUT_RECIPIENT:
                assert found.next is None
            assert (found.closed_at is not None) == (found.state in {State.KEPT, State.RETURNED, State.WITHDRAWN})
            assert found.is_open == (found.state in OPEN)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.engine.dispose()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_no_open_conflict_is_ever_nobodys(sqlite_template: sqlite3.Connection) -> None:
    Machine.template = sqlite_template
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
