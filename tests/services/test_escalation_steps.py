from datetime import timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.access import CHANNEL
from bot.domain.delivery import Subject
from bot.domain.escalation_commands import JoinConflict
from bot.domain.escalation_seen import Seen
from bot.domain.escalations import Action, Escalation, Kind, State
from bot.domain.identity import MemberId
from bot.domain.members import Member, Role, Standing
from bot.services import escalation_handing, escalation_raising, escalations
from storage.store import SqlStore
from storage.tables import DecisionRow, QuestionRow, SearchNoteRow
from tests.company import NOW, WORKSPACE, Company
from tests.conflict import Conflict, to_do

LATER = NOW + timedelta(hours=1)


def test_an_addressee_asks_a_side_which_answers_and_both_stand_on_the_card(
    conflict: Conflict, raised: Escalation
) -> None:
    asked = conflict.step(
        escalations.ask, conflict.keller, raised, "Since when?", person_id=conflict.sandra.id
    ).escalation
    assert asked.state is State.QUESTION
    assert asked.acknowledged is not None
    assert asked.acknowledged.by == conflict.keller.person
    assert conflict.told("escalation.asked") == {conflict.sandra.id}
    answered = conflict.step(escalations.answer, conflict.sandra, raised, "Since May", LATER).escalation
    assert answered.state is State.ACKNOWLEDGED
    (question,) = answered.questions
    assert (question.text, question.answer, question.answered_at) == ("Since when?", "Since May", LATER)
    assert conflict.told("escalation.answered") == {conflict.keller.id}
    assert answered.next is not None
    assert asked.next is not None
    assert answered.next.at > asked.next.at, "it moved, so the acknowledgement lives longer"


def test_only_a_side_is_asked_and_only_who_was_asked_answers(conflict: Conflict, raised: Escalation) -> None:
    for stranger in (conflict.other.id, conflict.keller.id, MemberId("UNOBODY"), None):
        with pytest.raises(errors.OutOfDate):
            conflict.step(escalations.ask, conflict.keller, raised, "?", person_id=stranger)
    with pytest.raises(errors.NothingTyped):
        conflict.step(escalations.ask, conflict.keller, raised, " ", person_id=conflict.lea.id)
    with pytest.raises(errors.NotAnAddressee):
        conflict.step(escalations.ask, conflict.lea, raised, "?", person_id=conflict.sandra.id)
    conflict.step(escalations.ask, conflict.keller, raised, "Since when?", person_id=conflict.lea.id)
    with pytest.raises(errors.MayNotMove) as refused:
        conflict.step(escalations.answer, conflict.sandra, raised, "Me!")
    assert refused.value.who == (conflict.lea.person,)
    with pytest.raises(errors.NothingTyped):
        conflict.step(escalations.answer, conflict.lea, raised, "\n")
    for _ in range(2):
        conflict.step(escalations.answer, conflict.lea, raised, "May", key="same")
    with pytest.raises(errors.QuestionAnswered) as repeated:
        conflict.step(escalations.answer, conflict.lea, raised, "June")
    assert (repeated.value.by, repeated.value.at) == (conflict.lea.person, NOW)
    assert conflict.count(QuestionRow) == 1


def test_an_answer_is_taken_although_the_question_lapsed(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalations.ask, conflict.keller, raised, "Since when?", person_id=conflict.lea.id)
    conflict.tick(NOW + timedelta(days=5, hours=1))
    assert conflict.whole(raised).state is State.RAISED
    answered = conflict.step(escalations.answer, conflict.lea, raised, "May", NOW + timedelta(days=6)).escalation
    assert (answered.state, answered.questions[0].answer) == (State.RAISED, "May")


def test_it_is_returned_with_guidance_and_either_side_brings_it_back(conflict: Conflict, raised: Escalation) -> None:
    returned = conflict.step(escalations.give_back, conflict.keller, raised, "Try one shift", LATER).escalation
    assert (returned.state, returned.guidance, returned.closed_at) == (State.RETURNED, "Try one shift", LATER)
    assert returned.next is None
    assert conflict.told("escalation.returned") == {conflict.lea.id, conflict.sandra.id}
    for late in (Action.DECIDE, Action.ACKNOWLEDGE):
        with pytest.raises(errors.ConflictClosed) as closed:
            getattr(conflict, late)(conflict.keller, raised)
        assert (closed.value.by, closed.value.at) == (conflict.keller.person, LATER)
    with pytest.raises(errors.NothingTyped):
        conflict.step(escalations.reopen, conflict.sandra, raised, "")
    with pytest.raises(errors.MayNotMove):
        conflict.step(escalations.reopen, conflict.keller, raised, "no")
    reopened = conflict.step(escalations.reopen, conflict.sandra, raised, "One shift is not enough", LATER).escalation
    assert (reopened.state, reopened.closed_at, reopened.guidance) == (State.RAISED, None, "")
    assert reopened.next is not None
    assert conflict.told("escalation.reopened") == {conflict.lea.id}, "the sponsor's card is still to be posted"
    assert conflict.decide(conflict.keller, raised).escalation.state is State.DECIDED


def test_guidance_has_words_and_is_an_addressees(conflict: Conflict, raised: Escalation) -> None:
    with pytest.raises(errors.NothingTyped):
        conflict.step(escalations.give_back, conflict.keller, raised)
    with pytest.raises(errors.NotAnAddressee) as refused:
        conflict.step(escalations.give_back, conflict.lea, raised, "x")
    assert refused.value.who == (conflict.keller.person,)


def test_only_the_raiser_withdraws_and_reopens_what_is_withdrawn(conflict: Conflict, raised: Escalation) -> None:
    for person in (conflict.keller, conflict.sandra):
        with pytest.raises(errors.MayNotMove) as refused:
            conflict.step(escalations.withdraw, person, raised)
        assert refused.value.who == (conflict.lea.person,)
    withdrawn = conflict.step(escalations.withdraw, conflict.lea, raised, "we settled it", LATER).escalation
    assert (withdrawn.state, withdrawn.closed_at, withdrawn.next) == (State.WITHDRAWN, LATER, None)
    assert conflict.told("escalation.withdrawn") == {conflict.sandra.id, conflict.keller.id}
    with pytest.raises(errors.ConflictClosed) as closed:
        conflict.decide(conflict.keller, raised)
    assert closed.value.by == conflict.lea.person
    with pytest.raises(errors.MayNotMove):
        conflict.step(escalations.reopen, conflict.sandra, raised, "no")
    assert conflict.step(escalations.reopen, conflict.lea, raised, "it came back").escalation.state is State.RAISED


def test_a_decision_that_was_not_kept_is_reopened_and_decided_anew(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, Kind.SETTLEMENT, agreed=to_do(conflict.lea))
    conflict.confirm(conflict.lea, raised)
    again = conflict.step(escalations.reopen, conflict.lea, raised, "it did not happen", LATER).escalation
    assert (again.decision, again.header.decided_at) == (None, None)
    assert again.earlier_decision is not None
    assert again.earlier_decision.text == "One line from 8 December"
    assert conflict.count(SearchNoteRow) == 0, "no decision is found any more"
    decided = conflict.decide(conflict.keller, raised, text="Two lines").escalation
    assert again.version < decided.version
    assert decided.decision is not None
    assert (decided.decision.text, decided.decision.agreed, decided.confirmations) == ("Two lines", (), ())
    assert conflict.count(DecisionRow) == 1
    words = [entry.words for entry in conflict.history(raised) if entry.action == "escalation.decided"]
    assert sorted("One line from 8 December" in (one or "") for one in words) == [False, True], "it keeps both"


def test_reopening_where_nobody_is_left_asks_for_a_sponsor(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalations.withdraw, conflict.lea, raised)
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    admin = conflict.company.member("Adam", role=Role.ADMIN)
    again = conflict.step(escalations.reopen, conflict.lea, raised, "once more").escalation
    assert again.state is State.WITHOUT_RECIPIENT
    assert conflict.rows("escalation.unaddressed") == {admin.id}


def _propose(conflict: Conflict, actor: Member) -> tuple[Any, tuple[str, ...]]:
    proposed = conflict.propose(actor, our_goal="We need the line as well")
    return proposed, tuple(header.short_id for header in proposed.same)


def _join(conflict: Conflict, actor: Member, raised: Escalation, draft: Any, key: str) -> Seen:
    return escalation_raising.join(conflict.store, LATER, JoinConflict(actor, raised.id, draft.draft_id, key))


def test_who_has_the_same_conflict_joins_it_and_sees_all_of_it(conflict: Conflict, raised: Escalation) -> None:
    proposed, same = _propose(conflict, conflict.other)
    assert same == (raised.short_id,)
    assert proposed.part_of == ()
    joined = _join(conflict, conflict.other, raised, proposed, "k")
    assert _join(conflict, conflict.other, raised, proposed, "k") == joined
    assert [(one.person, one.words) for one in joined.escalation.joiners] == [
        (conflict.other.person, "We need the line as well")
    ]
    assert conflict.told("escalation.joined") == {conflict.lea.id, conflict.sandra.id}
    assert isinstance(conflict.see(conflict.other, raised), Seen)
    with pytest.raises(errors.DraftGone):
        _join(conflict, conflict.other, raised, proposed, "k2")
    conflict.decide(conflict.keller, raised)
    assert conflict.other.id in conflict.cards(raised)["escalation.decided"]


def test_nobody_joins_what_they_are_in_or_what_is_over(conflict: Conflict, raised: Escalation) -> None:
    for insider in (conflict.lea, conflict.keller):
        proposed, same = _propose(conflict, insider)
        assert same == ()
        assert [header.short_id for header in proposed.part_of] == [raised.short_id]
        with pytest.raises(errors.UnknownObject):
            _join(conflict, insider, raised, proposed, f"k{insider.id}")
    proposed, _ = _propose(conflict, conflict.other)
    conflict.decide(conflict.keller, raised)
    with pytest.raises(errors.UnknownObject):
        _join(conflict, conflict.other, raised, proposed, "k")
    assert conflict.whole(raised).joiners == ()


def test_another_party_or_a_hidden_account_is_not_the_same(store: SqlStore, company: Company) -> None:
    hidden = Conflict(store, company, "restricted")
    raised = hidden.raised()
    form = hidden.begin(hidden.other, "Elsewhere: goal")
    with pytest.raises(errors.UnknownObject):
        hidden.see(hidden.other, raised)
    assert form.account is None
    elsewhere = company.account("Elsewhere", kam=hidden.lea)
    proposed = hidden.propose(hidden.other, account=str(elsewhere))
    assert proposed.same == ()
    assert hidden.propose(hidden.keller, other_party=f"member:{hidden.other.id}").same == ()


def test_a_similar_decision_is_shown_to_raiser_and_sponsor_if_they_may_see_it(conflict: Conflict) -> None:
    first = conflict.raised()
    conflict.decide(conflict.keller, first)
    proposed = conflict.propose()
    assert [one.header.short_id for one in proposed.precedents] == [first.short_id]
    assert proposed.precedents[0].decision.text == "One line from 8 December"
    assert conflict.propose(conflict.other).precedents == (), "the text is for those who see that conflict"
    different = conflict.propose(our_goal="Price", their_goal="Margin", decision_wanted="Discount")
    assert different.precedents == ()
    second = conflict.raised()
    form = conflict.opens(conflict.keller, second, "look_up")
    assert [one.header.short_id for one in form.precedents] == [first.short_id]
    with pytest.raises(errors.NotAnAddressee):
        conflict.opens(conflict.lea, second, "look_up")


@pytest.mark.parametrize("strange", ["", "expire", "acknowledge", "x" * 99, "keep"])
def test_there_is_a_form_only_for_what_has_one(conflict: Conflict, raised: Escalation, strange: str) -> None:
    with pytest.raises(errors.OutOfDate):
        conflict.opens(conflict.keller, raised, strange)


@pytest.mark.parametrize(
    ("step", "actor", "given"),
    [
        (escalations.ask, "keller", {"words": "?", "person_id": MemberId("ULEA")}),
        (escalations.give_back, "keller", {"words": "so"}),
        (escalation_handing.hand_over, "keller", {"person_id": MemberId("UOTTO")}),
        (escalations.withdraw, "lea", {}),
        (escalations.state_view, "sandra", {"words": "ours"}),
    ],
)
def test_a_step_that_comes_twice_is_done_once(
    conflict: Conflict, raised: Escalation, step: Any, actor: str, given: dict[str, Any]
) -> None:
    person = getattr(conflict, actor)
    first = conflict.step(step, person, raised, key="same", **given)
    entries = len(conflict.history(raised))
    again = conflict.step(step, person, raised, now=LATER, key="same", **given)
    assert again == first
    assert len(conflict.history(raised)) == entries


def test_what_happened_meanwhile_is_told(conflict: Conflict, raised: Escalation) -> None:
    stale = conflict.whole(raised)
    conflict.state(conflict.sandra, raised)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, now=LATER, person_id=conflict.other.id)
    with conflict.store.begin(WORKSPACE) as tx:
        viewer = tx.access.viewer(conflict.keller)
        told = escalations.lost(tx, viewer, stale, Action.DECIDE)
    assert isinstance(told, errors.ChangedMeanwhile)
    assert told.by == conflict.keller.person


def test_a_restricted_conflict_makes_no_header_in_a_channel(store: SqlStore, company: Company) -> None:
    hidden = Conflict(store, company, "restricted")
    raised = hidden.raised()
    hidden.step(escalations.ask, hidden.keller, raised, "?", person_id=hidden.lea.id)
    hidden.step(escalations.give_back, hidden.keller, raised, "so")
    hidden.step(escalations.reopen, hidden.lea, raised, "no")
    assert hidden.rows("escalation.header") == set()
    with hidden.store.read(WORKSPACE) as tx:
        assert tx.escalations.header(raised.id, CHANNEL) is None


def test_the_history_of_every_step_names_who_did_it(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalations.ask, conflict.keller, raised, "Since when?", person_id=conflict.lea.id)
    conflict.step(escalations.answer, conflict.lea, raised, "May", LATER)
    shown = conflict.see(conflict.lea, raised)
    assert isinstance(shown, Seen)
    assert {(entry.action.partition(".")[2], entry.actor and entry.actor.name) for entry in shown.history} == {
        ("raised", "Lea"),
        ("asked", "Keller"),
        ("answered", "Lea"),
    }
    assert all(entry.about.subject is Subject.ESCALATION for entry in shown.history)
