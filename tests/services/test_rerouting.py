from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain import delivery
from bot.domain.delivery import Claimed, Failure, Form, Outgoing, Posted, Priority, Ref, Subject
from bot.domain.escalations import Escalation, Kind, State
from bot.domain.identity import ChannelId, MemberId
from bot.domain.members import Member
from bot.domain.pace import Limits
from bot.domain.sponsors import Skipped
from bot.ports import PostFailed
from bot.services import addressees, rerouting
from bot.worker import Worker
from storage.store import SqlStore
from storage.tables import AuditRow, EscalationRow, MemberRow
from tests.company import NOW, WORKSPACE, Company
from tests.conflict import Conflict
from tests.production import Desk
from tests.slack import Outbox, Slack, words


class Unreachable(Outbox):
    """Slack, in which some people cannot be reached."""

    def __init__(self, slack: Slack, *closed: Member | str) -> None:
        super().__init__(slack.now)
        self.closed = {place if isinstance(place, str) else place.id for place in closed}
        self.code = "user_disabled"

    def post(self, place: str, message: Mapping[str, Any], key: str, thread_ts: str | None = None) -> Posted:
        """Refuse what is for them."""
        if place in self.closed:
            raise PostFailed(Failure.OTHER_WAY, self.code)
        return super().post(place, message, key, thread_ts)


def unreachable(slack: Slack, *closed: Member | str, admin_channel: str = "") -> Unreachable:
    out = Unreachable(slack, *closed)
    slack.out = out
    channel = ChannelId(admin_channel) if admin_channel else None
    slack.worker = Worker(slack.store, out, lambda: slack.now, "en", Limits(60_000), channel)
    return out


def deliver(slack: Slack) -> None:
    for _ in range(6):
        slack.deliver()
        slack.later(seconds=1)


def parked(slack: Slack) -> dict[str, str | None]:
    with slack.store.read(WORKSPACE) as tx:
        return {row.place: row.cause for row in tx.outbox.list()}


def rerouted(slack: Slack) -> dict[str, str | None]:
    with slack.store.read(WORKSPACE) as tx:
        return {row.place: row.cause for row in tx.outbox.list(delivery.State.SENT) if row.cause}


def read(slack: Slack, person: Member) -> str:
    return "\n".join(f"{post['text']}\n{words(post)}" for post in slack.out.to(person))


def now_of(conflict: Conflict, case: Escalation) -> Escalation:
    with conflict.store.read(WORKSPACE) as tx:
        found = tx.escalations.get(case.id, tx.access.viewer(conflict.lea))
    assert found is not None
    return found


def note(to: Member | str, about: Ref, topic: str = "escalation.raised") -> Outgoing:
    place = to if isinstance(to, str) else to.id
    return Outgoing(Form.NOTE, topic, about, Priority.ESCALATION, to_member=MemberId(place))


def test_an_escalation_to_somebody_unreachable_goes_to_the_next_in_the_chain_and_raiser_and_kam_hear_it(
    slack: Slack, company: Company
) -> None:
    conflict = Conflict(slack.store, company)
    raiser, lead = company.member("Rita"), company.member("Lena", role="kam_lead")
    case = conflict.raised(raiser)
    unreachable(slack, conflict.keller)
    deliver(slack)

    after = now_of(conflict, case)
    assert after.addressed_to == (lead.person,)
    assert [(step.person, step.skipped) for step in after.steps if step.person == conflict.keller.person] == [
        (conflict.keller.person, Skipped.UNREACHABLE)
    ]
    assert "Decide" in read(slack, lead)
    for person in (raiser, conflict.lea):
        assert f"{case.short_id} · Helvetia: It is before Lena now" in read(slack, person)
        assert "Not reachable in Slack: Keller." in read(slack, person)
    assert rerouted(slack) == {conflict.keller.id: "user_disabled: sent another way"}
    assert parked(slack) == {}, "nobody has to look after it"
    with slack.store.engine.connect() as connection:
        audited = connection.execute(
            select(AuditRow.actor_id, AuditRow.fields).where(AuditRow.action == "escalation.readdressed")
        ).all()
    assert [(row.actor_id, row.fields) for row in audited] == [(None, ["recipients", "state"])]


def test_the_one_who_could_not_be_reached_decides_no_longer_and_the_next_does(slack: Slack, company: Company) -> None:
    conflict = Conflict(slack.store, company)
    lead = company.member("Lena", role="kam_lead")
    case = conflict.raised(company.member("Rita"))
    unreachable(slack, conflict.keller)
    deliver(slack)

    from bot.domain import errors

    with pytest.raises((errors.NotAnAddressee, errors.UnknownObject)):
        conflict.decide(conflict.keller, case)
    conflict.acknowledge(lead, case)
    assert conflict.decide(lead, case, Kind.ADVICE).escalation.decision is not None


def test_when_the_whole_chain_is_unreachable_those_who_assign_sponsors_are_asked(
    slack: Slack, company: Company
) -> None:
    conflict = Conflict(slack.store, company)
    lead, ada = company.member("Lena", role="kam_lead"), company.member("Ada", role="admin")
    case = conflict.raised(company.member("Rita"))
    unreachable(slack, conflict.keller, lead)
    deliver(slack)

    after = now_of(conflict, case)
    assert after.header.state is State.WITHOUT_RECIPIENT
    assert after.addressed_to == ()
    assert f"{case.short_id} has no sponsor: please assign one." in read(slack, ada)
    assert "A stable plan" not in read(slack, ada), "id and age, never the content"


def test_one_of_several_kam_leads_is_passed_over_and_an_acknowledgement_of_another_stays(
    slack: Slack, company: Company
) -> None:
    conflict = Conflict(slack.store, company)
    one, other = company.member("Lena", role="kam_lead"), company.member("Lars", role="kam_lead")
    case = conflict.raised(company.member("Rita"))
    out = unreachable(slack, conflict.keller)
    deliver(slack)
    conflict.acknowledge(other, case)
    deliver(slack)
    out.closed.add(one.id)
    out.posts = [post for post in out.posts if post["place"] != one.id]
    with slack.store.begin(WORKSPACE) as tx:
        tx.outbox.forget_card("escalation.card", case.about, one.id)
        tx.outbox.put(
            Outgoing(Form.CARD, "escalation.card", case.about, Priority.ESCALATION, to_member=one.id), slack.now
        )
    deliver(slack)

    after = now_of(conflict, case)
    assert after.header.state is State.ACKNOWLEDGED
    assert after.addressed_to == (other.person,)


def test_an_acknowledgement_ends_with_the_one_who_gave_it(slack: Slack, company: Company) -> None:
    conflict = Conflict(slack.store, company)
    lead = company.member("Lena", role="kam_lead")
    case = conflict.raised(company.member("Rita"))
    conflict.acknowledge(conflict.keller, case)
    unreachable(slack, conflict.keller)
    deliver(slack)

    after = now_of(conflict, case)
    assert (after.header.state, after.acknowledged, after.addressed_to) == (State.RAISED, None, (lead.person,))


def test_a_decided_conflict_is_passed_on_to_nobody(slack: Slack, company: Company) -> None:
    conflict = Conflict(slack.store, company)
    company.member("Lena", role="kam_lead")
    ada = company.member("Ada", role="admin")
    case = conflict.raised(company.member("Rita"))
    conflict.decide(conflict.keller, case)
    unreachable(slack, conflict.keller)
    deliver(slack)

    assert now_of(conflict, case).addressed_to == (conflict.keller.person,)
    assert "could not be delivered to Keller" in read(slack, ada)


def test_whoever_was_passed_over_is_not_asked_again_when_the_next_is_unreachable_too(
    slack: Slack, company: Company
) -> None:
    conflict = Conflict(slack.store, company)
    one, other = company.member("Lena", role="kam_lead"), company.member("Lars", role="kam_lead")
    case = conflict.raised(company.member("Rita"))
    unreachable(slack, conflict.keller, one)
    deliver(slack)

    after = now_of(conflict, case)
    assert after.addressed_to == (other.person,)
    assert {step.person for step in after.steps if step.skipped is Skipped.UNREACHABLE} == {
        conflict.keller.person,
        one.person,
    }


def test_a_conflict_that_changes_at_this_moment_is_passed_on_with_the_next_try(
    store: SqlStore, company: Company
) -> None:
    conflict = Conflict(store, company)
    company.member("Lena", role="kam_lead")
    case = conflict.raised(company.member("Rita"))

    with store.begin(WORKSPACE) as tx:
        original = tx.escalations.get

        def get_then_change(*arguments: Any) -> Any:
            found = original(*arguments)
            tx.escalations._session.run(update(EscalationRow).values(version=99))
            return found

        tx.escalations.get = get_then_change  # type: ignore[method-assign,assignment]  # somebody acts in between
        with pytest.raises(addressees.Overtaken):
            addressees.pass_on(tx, case.id, conflict.keller.id, NOW)


def test_nobody_strange_is_passed_over(store: SqlStore, company: Company) -> None:
    conflict = Conflict(store, company)
    case = conflict.raised(company.member("Rita"))
    with store.begin(WORKSPACE) as tx:
        assert not addressees.pass_on(tx, case.id, MemberId("UNOBODY"), NOW)
        assert not addressees.pass_on(tx, case.id, conflict.other.id, NOW)


def test_what_a_kam_cannot_get_goes_to_the_deputy_and_after_them_to_the_kam_leads(
    slack: Slack, company: Company
) -> None:
    conflict = Conflict(slack.store, company)
    deputy, lead = company.member("Dora"), company.member("Lena", role="kam_lead")
    from storage.tables import AccountRow

    with slack.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(deputy_id=deputy.id))
    case = conflict.raised(company.member("Rita"))
    out = unreachable(slack, conflict.lea)
    deliver(slack)
    assert rerouted(slack) == {conflict.lea.id: "user_disabled: sent another way"}
    assert case.short_id in read(slack, deputy)
    assert slack.out.to(lead) == []

    out.closed.add(deputy.id)
    with slack.store.begin(WORKSPACE) as tx:
        assert rerouting._next(tx, case.about, deputy.id) == (lead.person,)


def test_what_a_coordinator_cannot_get_goes_to_the_head_and_then_to_the_deputy(
    store: SqlStore, company: Company
) -> None:
    desk = Desk(store, company)
    request = desk.send()
    with store.read(WORKSPACE) as tx:
        assert rerouting._next(tx, request.about, desk.sandra.id) == (desk.ben.person,)
        assert rerouting._next(tx, request.about, desk.ben.id) == (desk.cara.person,)
        assert rerouting._next(tx, request.about, desk.cara.id) == ()
        assert rerouting._next(tx, request.about, desk.lea.id) == (), "a requester has nobody who stands in"


def test_a_note_that_somebody_got_already_is_not_sent_to_them_again(slack: Slack, company: Company) -> None:
    conflict = Conflict(slack.store, company)
    case = conflict.raised(company.member("Rita"))
    unreachable(slack)
    row = _claimed(note("UGONE", case.about))
    with slack.store.begin(WORKSPACE) as tx:
        for _ in range(2):
            assert rerouting._to_people(tx, row, [conflict.other.person], NOW)
    with slack.store.read(WORKSPACE) as tx:
        assert [one.place for one in tx.outbox.list()].count(conflict.other.id) == 1


def test_what_nobody_else_answers_for_is_told_to_the_admins_by_id_and_stays_visible(
    slack: Slack, company: Company
) -> None:
    conflict = Conflict(slack.store, company)
    ada, ben = company.member("Ada", role="admin"), company.member("Ben", role="admin", locale="de-DE")
    raiser = company.member("Rita")
    case = conflict.raised(raiser)
    unreachable(slack, raiser)
    deliver(slack)

    assert f"A message about {case.short_id} could not be delivered to Rita." in read(slack, ada)
    assert f"Eine Nachricht über {case.short_id} konnte Rita nicht zugestellt werden." in read(slack, ben)
    assert "Pilot line" not in read(slack, ada)
    assert parked(slack) == {raiser.id: "user_disabled"}


def test_a_notice_about_a_message_that_is_gone_by_now_is_not_sent(slack: Slack, company: Company) -> None:
    ada, case = company.member("Ada", role="admin"), Ref(Subject.ESCALATION, 3)
    for detail in (404, None):
        told = Outgoing(Form.NOTE, "delivery.undelivered", case, Priority.INTERACTION, to_member=ada.id, detail=detail)
        with slack.store.begin(WORKSPACE) as tx:
            tx.outbox.put(told, slack.now)
        deliver(slack)

    assert slack.out.to(ada) == []
    with slack.store.read(WORKSPACE) as tx:
        assert tx.outbox.list() == (), "neither waiting nor set aside"


def test_nobody_hears_of_notices_that_did_not_arrive(slack: Slack, company: Company) -> None:
    conflict = Conflict(slack.store, company)
    ada, raiser = company.member("Ada", role="admin"), company.member("Rita")
    conflict.raised(raiser)
    unreachable(slack, raiser, ada)
    deliver(slack)

    assert parked(slack) == {raiser.id: "user_disabled", ada.id: "user_disabled"}


def test_admins_can_have_a_channel_for_notices_and_hear_them_by_dm_while_it_is_closed(
    slack: Slack, company: Company
) -> None:
    conflict = Conflict(slack.store, company)
    ada, raiser = company.member("Ada", role="admin"), company.member("Rita")
    case = conflict.raised(raiser)
    out = unreachable(slack, raiser, admin_channel="CADMIN")
    deliver(slack)
    assert case.short_id in words(slack.out.to("CADMIN")[0])
    assert slack.out.to(ada) == []

    out.closed.add("CADMIN")
    conflict.acknowledge(conflict.keller, case)
    deliver(slack)
    assert case.short_id in read(slack, ada)


@pytest.mark.parametrize("name", ["<!channel>", "*Approved* by <@U1>", "\u202eevil"])
def test_a_hostile_name_stays_a_name_in_a_notice(slack: Slack, company: Company, name: str) -> None:
    conflict = Conflict(slack.store, company)
    ada, raiser = company.member("Ada", role="admin"), company.member("Rita")
    with slack.store.engine.begin() as connection:
        connection.execute(update(MemberRow).where(MemberRow.id == raiser.id).values(name=name))
    conflict.raised(raiser)
    unreachable(slack, raiser)
    deliver(slack)

    told = read(slack, ada)
    assert "<!channel>" not in told
    assert "<@U1>" not in told
    assert "\u202e" not in told


def test_a_card_of_somebody_unreachable_is_not_edited_any_more(slack: Slack, company: Company) -> None:
    conflict = Conflict(slack.store, company)
    case = conflict.raised(company.member("Rita"))
    unreachable(slack)
    deliver(slack)
    with slack.store.begin(WORKSPACE) as tx:
        row = _claimed(
            Outgoing(Form.CARD, "escalation.invite", case.about, Priority.ESCALATION, to_member=conflict.sandra.id)
        )
        rerouting.elsewhere(tx, row, NOW)
    assert conflict.sandra.id not in {place for _, place in _cards(slack, case)}


def test_a_message_about_an_account_reaches_nobody_else(store: SqlStore, company: Company) -> None:
    gone = company.member("Gone")
    with store.begin(WORKSPACE) as tx:
        for about in (Ref(Subject.ACCOUNT, 1), Ref(Subject.REQUEST, 1), Ref(Subject.INTERACTION, 1)):
            assert not rerouting.elsewhere(tx, _claimed(note(gone, about)), NOW)
            assert not rerouting.elsewhere(tx, _claimed(note("UNOBODY", about)), NOW)


def _cards(slack: Slack, case: Escalation) -> tuple[tuple[str, str], ...]:
    with slack.store.read(WORKSPACE) as tx:
        return tx.outbox.cards_of(case.about)


def _claimed(outgoing: Outgoing) -> Claimed:
    return Claimed(1, "key", outgoing, NOW, 1, "lease")
