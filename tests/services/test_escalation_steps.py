from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.access import CHANNEL
from bot.domain.delivery import Claimed, Form, Outgoing, Posted, Priority, ReplyTo, Subject, Way
from bot.domain.escalation_commands import JoinConflict, ToDo
from bot.domain.escalation_seen import HeaderSeen, Left, Seen
from bot.domain.escalations import Action, Escalation, Kind, State
from bot.domain.history import Entry
from bot.domain.identity import ChannelId, MemberId
from bot.domain.members import Member, Role, Standing
from bot.domain.sponsors import Skipped, Step
from bot.services import delivery, escalation_decisions, escalation_handing, escalation_raising, escalations
from storage.store import SqlStore
from storage.tables import DecisionActionRow, DecisionRow, QuestionRow, SearchNoteRow
from tests.company import NOW, PLENTY, WORKSPACE, Company
from tests.conflict import TODAY, Conflict

LATER = NOW + timedelta(hours=1)
TOMORROW = TODAY + timedelta(days=3)
"""NOW is a Friday."""


@pytest.fixture
def conflict(store: SqlStore, company: Company) -> Conflict:
    return Conflict(store, company)


@pytest.fixture
def raised(conflict: Conflict) -> Escalation:
    return conflict.raised()


def history(conflict: Conflict, escalation: Escalation) -> list[Entry]:
    with conflict.store.read(WORKSPACE) as tx:
        return list(tx.history.of(escalation.about))


def to_do(*owners: Member) -> tuple[ToDo, ...]:
    return tuple(ToDo(number, f"call them {number}", owner.id, TOMORROW) for number, owner in enumerate(owners, 1))


# ------------------------------------------------------------------ ask back
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


# ------------------------------------------------------------------ return, withdraw, reopen
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
    words = [entry.words for entry in history(conflict, raised) if entry.action == "escalation.decided"]
    assert sorted("One line from 8 December" in (one or "") for one in words) == [False, True], "it keeps both"


def test_reopening_where_nobody_is_left_asks_for_a_sponsor(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalations.withdraw, conflict.lea, raised)
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    admin = conflict.company.member("Adam", role=Role.ADMIN)
    again = conflict.step(escalations.reopen, conflict.lea, raised, "once more").escalation
    assert again.state is State.WITHOUT_RECIPIENT
    assert conflict.rows("escalation.unaddressed") == {admin.id}


# ------------------------------------------------------------------ hand over
def test_it_is_handed_over_only_when_the_other_takes_it(conflict: Conflict, raised: Escalation) -> None:
    conflict.acknowledge(conflict.keller, raised)
    offered = conflict.step(
        escalation_handing.hand_over, conflict.keller, raised, "closer to it", person_id=conflict.other.id
    )
    assert offered.escalation.handing_to == conflict.other.person
    assert Action.HAND_OVER not in offered.actions
    seen = conflict.see(conflict.other, raised)
    assert isinstance(seen, Seen)
    assert seen.actions == (Action.TAKE_OVER, Action.LEAVE)
    with pytest.raises(errors.NotAnAddressee):
        conflict.decide(conflict.other, raised)
    taken = conflict.step(escalation_handing.take_over, conflict.other, raised, now=LATER).escalation
    assert taken.state is State.ACKNOWLEDGED
    assert taken.addressed_to == (conflict.other.person,)
    assert (Step.KAM_SPONSOR, Skipped.HANDED_OVER) in [(step.step, step.skipped) for step in taken.steps]
    assert conflict.told("escalation.taken_over") == {conflict.lea.id, conflict.sandra.id, conflict.keller.id}
    with pytest.raises(errors.NotAnAddressee) as refused:
        conflict.decide(conflict.keller, raised)
    assert refused.value.who == (conflict.other.person,)
    assert conflict.decide(conflict.other, raised).escalation.state is State.DECIDED


def test_who_leaves_it_sees_it_no_more_and_the_first_stays_responsible(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    conflict.step(escalation_handing.leave, conflict.other, raised, key="same")
    conflict.step(escalation_handing.leave, conflict.other, raised, key="same")
    assert conflict.told("escalation.left") == {conflict.keller.id}
    assert isinstance(conflict.see(conflict.other, raised), HeaderSeen)
    with pytest.raises(errors.UnknownObject):
        conflict.step(escalation_handing.take_over, conflict.other, raised)
    assert conflict.decide(conflict.keller, raised).escalation.state is State.DECIDED


def test_the_card_of_who_leaves_it_says_so_and_a_new_offer_is_a_new_card(
    conflict: Conflict, raised: Escalation
) -> None:
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    posted(conflict)
    conflict.step(escalation_handing.leave, conflict.other, raised)
    assert ("escalation.card", conflict.other.id, Way.EDIT) in posted(conflict)
    assert loaded(conflict, raised, "escalation.card", conflict.other) == Left(raised.short_id)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    assert ("escalation.card", conflict.other.id, Way.POST) in posted(conflict)
    assert isinstance(loaded(conflict, raised, "escalation.card", conflict.other), Seen)


def test_a_kam_lead_who_leaves_it_goes_on_seeing_it_on_the_same_card(conflict: Conflict, raised: Escalation) -> None:
    nina = conflict.company.member("Nina", role=Role.KAM_LEAD)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=nina.id)
    posted(conflict)
    conflict.step(escalation_handing.leave, nina, raised)
    assert isinstance(loaded(conflict, raised, "escalation.card", nina), Seen)
    posted(conflict)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=nina.id)
    assert ("escalation.card", nina.id, Way.EDIT) in posted(conflict)


def test_who_left_it_from_a_private_message_reads_so_in_its_place(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    reply_to = ReplyTo(conflict.other.id, "https://hooks.slack.test", replace=True)
    conflict.step(escalation_handing.leave, conflict.other, raised, reply_to=reply_to)
    assert loaded(conflict, raised, "escalation.shown", conflict.other) == Left(raised.short_id)


def test_who_had_nothing_to_leave_reads_nothing(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    conflict.step(escalation_handing.leave, conflict.other, raised)
    stranger = conflict.company.member("Stranger")
    conflict.change(conflict.other, standing=Standing.GUEST)
    assert loaded(conflict, raised, "escalation.card", stranger) is None
    assert loaded(conflict, raised, "escalation.card", conflict.other) is None


def posted(conflict: Conflict) -> list[tuple[str, str, Way]]:
    """Let everything that is to be told be posted, and return topic, place and way of it."""
    with conflict.store.begin(WORKSPACE) as tx:
        done: list[tuple[str, str, Way]] = []
        while rows := tx.outbox.claim(NOW + timedelta(days=1), PLENTY, 50, 50).rows:
            for row in rows:
                tx.outbox.sent(row, Posted(ChannelId(f"D{row.place}"), f"1.{row.id}"), NOW)
                done.append((row.outgoing.topic, row.place, row.way))
    return done


def loaded(conflict: Conflict, raised: Escalation, topic: str, reader: Member) -> Any:
    """Load what the newest row of a topic tells a reader, or would tell them."""
    with conflict.store.read(WORKSPACE) as tx:
        newest = tx.history.last(raised.about)
        told = Outgoing(
            Form.NOTE,
            topic,
            raised.about,
            Priority.ESCALATION,
            to_member=reader.id,
            entry_id=newest.id if newest else None,
        )
        return delivery.LOADERS[topic](tx, Claimed(1, "k", told, NOW, 1, "l"), NOW)


def test_whoever_was_offered_it_is_late_once_it_is_decided(conflict: Conflict, raised: Escalation) -> None:
    lead = conflict.company.member("Nina", role=Role.KAM_LEAD)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=lead.id)
    conflict.decide(conflict.keller, raised)
    with pytest.raises(errors.OutOfDate):
        conflict.step(escalation_handing.take_over, lead, raised)


def test_nobody_hands_over_to_a_side_a_guest_or_whoever_has_it(conflict: Conflict, raised: Escalation) -> None:
    guest = conflict.company.member("Gus", standing=Standing.GUEST)
    for person in (conflict.lea.id, conflict.sandra.id, conflict.keller.id, guest.id, MemberId("UNOBODY"), None):
        with pytest.raises(errors.CannotTakeOver) as refused:
            conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=person)
        assert refused.value.field == "person"
    with pytest.raises(errors.NotAnAddressee):
        conflict.step(escalation_handing.hand_over, conflict.lea, raised, person_id=conflict.other.id)


# ------------------------------------------------------------------ the decision and what follows
def test_what_is_agreed_is_followed_until_the_last_thing_is_done(conflict: Conflict, raised: Escalation) -> None:
    decided = conflict.decide(conflict.keller, raised, agreed=to_do(conflict.lea, conflict.other)).escalation
    assert decided.decision is not None
    assert [one.owner for one in decided.decision.agreed] == [conflict.lea.person, conflict.other.person]
    assert conflict.cards(raised)["escalation.decided"] == {conflict.lea.id, conflict.sandra.id, conflict.other.id}
    with pytest.raises(errors.MayNotMove) as refused:
        conflict.step(escalation_decisions.done, conflict.lea, raised, position=2)
    assert refused.value.who == (conflict.other.person, conflict.keller.person)
    with pytest.raises(errors.Refusal):
        conflict.step(escalation_decisions.keep, conflict.lea, raised)
    first = conflict.step(escalation_decisions.done, conflict.lea, raised, position=1, key="same").escalation
    assert conflict.step(escalation_decisions.done, conflict.lea, raised, position=1, key="same").escalation == first
    assert first.state is State.DECIDED
    with pytest.raises(errors.OutOfDate):
        conflict.step(escalation_decisions.done, conflict.lea, raised, position=1)
    kept = conflict.step(escalation_decisions.done, conflict.keller, raised, position=2, now=LATER).escalation
    assert (kept.state, kept.closed_at) == (State.KEPT, LATER)
    assert conflict.told("escalation.kept") == {conflict.lea.id, conflict.sandra.id}
    with pytest.raises(errors.ConflictClosed):
        conflict.step(escalation_decisions.done, conflict.other, raised, position=2)


def test_a_decision_that_asks_for_nothing_is_kept_when_somebody_says_so(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised)
    kept = conflict.step(escalation_decisions.keep, conflict.sandra, raised, key="same").escalation
    assert kept.state is State.KEPT
    assert conflict.step(escalation_decisions.keep, conflict.sandra, raised, key="same").escalation == kept
    with pytest.raises(errors.ConflictClosed):
        conflict.step(escalation_decisions.keep, conflict.lea, raised)
    assert conflict.told("escalation.kept") == {conflict.lea.id, conflict.keller.id}


@pytest.mark.parametrize(
    ("values", "refusal", "at_field"),
    [
        ({"what": ""}, errors.ActionIncomplete, "what2"),
        ({"owner_id": None}, errors.ActionIncomplete, "owner2"),
        ({"due_on": None}, errors.ActionIncomplete, "due2"),
        ({"due_on": TODAY - timedelta(days=1)}, errors.PastDate, "due2"),
        ({"owner_id": MemberId("UNOBODY")}, errors.NotAColleague, "owner2"),
        ({"owner_id": MemberId("UGUEST")}, errors.NotAColleague, "owner2"),
    ],
)
def test_each_line_of_what_is_agreed_is_whole_or_empty(
    conflict: Conflict, raised: Escalation, values: dict[str, Any], refusal: type[errors.Refusal], at_field: str
) -> None:
    conflict.company.member("Guest", standing=Standing.GUEST)
    line = ToDo(**{"number": 2, "what": "call them", "owner_id": conflict.lea.id, "due_on": TOMORROW, **values})
    with pytest.raises(refusal) as refused:
        conflict.decide(conflict.keller, raised, agreed=(line,))
    assert refused.value.field == at_field
    assert conflict.count(DecisionActionRow) == 0


def test_a_decision_holds_until_a_day_that_is_not_over(conflict: Conflict, raised: Escalation) -> None:
    with pytest.raises(errors.PastDate) as refused:
        conflict.decide(conflict.keller, raised, valid_until=TODAY - timedelta(days=1))
    assert refused.value.field == "valid_until"
    decided = conflict.decide(conflict.keller, raised, valid_until=date(2027, 6, 30)).escalation
    assert decided.decision is not None
    assert decided.decision.valid_until == date(2027, 6, 30)


def test_once_its_time_is_over_decider_and_kam_are_asked_on_the_next_working_day_whether_it_still_holds(
    conflict: Conflict, raised: Escalation
) -> None:
    conflict.decide(conflict.keller, raised, valid_until=date(2026, 12, 12))
    monday = NOW.replace(month=12, day=14, hour=7, minute=0)
    conflict.tick(monday - timedelta(seconds=1))
    assert conflict.told("escalation.validity_over") == set(), "it holds on that Saturday, and Sunday is free"
    conflict.tick(monday)
    conflict.tick(monday + timedelta(days=30))
    assert conflict.told("escalation.validity_over") == {conflict.keller.id, conflict.lea.id}
    assert [entry.action for entry in history(conflict, raised)].count("escalation.validity_over") == 1
    for reader, may in ((conflict.lea, True), (conflict.keller, False)):
        told = loaded(conflict, raised, "escalation.note", reader)
        assert (Action.REOPEN in told.actions) is may, "as the table says"


def test_whether_a_kept_decision_still_holds_is_asked_too(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, valid_until=TOMORROW)
    conflict.step(escalation_decisions.keep, conflict.lea, raised)
    conflict.tick(NOW + timedelta(days=5))
    assert conflict.told("escalation.validity_over") == {conflict.keller.id, conflict.lea.id}
    assert Action.REOPEN not in loaded(conflict, raised, "escalation.note", conflict.lea).actions


@pytest.mark.parametrize("anew", [None, {}, {"valid_until": TOMORROW + timedelta(days=30)}])
def test_of_a_decision_that_was_reopened_or_replaced_nobody_is_asked(
    conflict: Conflict, raised: Escalation, anew: dict[str, Any] | None
) -> None:
    conflict.decide(conflict.keller, raised, valid_until=TOMORROW)
    conflict.step(escalations.reopen, conflict.lea, raised, "again")
    if anew is not None:
        conflict.decide(conflict.keller, raised, **anew)
    conflict.tick(NOW + timedelta(days=5))
    assert conflict.told("escalation.validity_over") == set()


def test_who_left_the_company_is_not_asked_whether_it_still_holds(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, valid_until=TOMORROW)
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    conflict.tick(NOW + timedelta(days=5))
    assert conflict.told("escalation.validity_over") == {conflict.lea.id}


def test_owners_hear_the_day_before_and_on_the_day_then_the_others(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, agreed=to_do(conflict.other))
    conflict.tick(NOW)
    assert conflict.told("escalation.action_due") == set(), "Friday is the working day before, and has begun"
    conflict.tick(NOW + timedelta(days=3))
    assert conflict.told("escalation.action_due") == {conflict.other.id}
    assert conflict.told("escalation.action_late") == set()
    conflict.tick(NOW + timedelta(days=4))
    assert conflict.told("escalation.action_late") == {conflict.other.id, conflict.keller.id, conflict.lea.id}


def test_who_has_done_it_is_not_reminded(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, agreed=to_do(conflict.other, conflict.sandra))
    conflict.step(escalation_decisions.done, conflict.other, raised, position=1)
    conflict.tick(NOW + timedelta(days=3))
    assert conflict.told("escalation.action_due") == {conflict.sandra.id}


def test_nobody_is_reminded_of_what_is_done_or_reopened(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, agreed=to_do(conflict.other, conflict.lea))
    conflict.step(escalation_decisions.done, conflict.other, raised, position=1)
    conflict.step(escalations.reopen, conflict.lea, raised, "again")
    conflict.tick(NOW + timedelta(days=5))
    assert conflict.told("escalation.action_due") | conflict.told("escalation.action_late") == set()


# ------------------------------------------------------------------ the same conflict twice
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


# ------------------------------------------------------------------ precedents
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


# ------------------------------------------------------------------ forms, repeats, races
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
    entries = len(history(conflict, raised))
    again = conflict.step(step, person, raised, now=LATER, key="same", **given)
    assert again == first
    assert len(history(conflict, raised)) == entries


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
