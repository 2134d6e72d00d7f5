"""Contact forms: who may, what is refused, what a move and a successor take along, and who of two was first."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bot.domain import errors
from bot.domain.access import ITSELF
from bot.domain.contact_assessments import Measure
from bot.domain.contact_commands import (
    Act,
    ActOnContact,
    AssessContact,
    ContactArrived,
    ContactCard,
    ContactGone,
    CreateContact,
    Deed,
    DrawInfluence,
    EditContact,
    LetContactGo,
    MoveContact,
    OpenContactForm,
    Profile,
    ShowContact,
    Suppose,
)
from bot.domain.contacts import Contact, DecisionRole
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ContactId, DraftId
from bot.domain.members import Member, Role
from bot.services import contact_forms, contacts
from bot.services.delivery import LOADERS
from storage.store import SqlStore
from storage.tables import AuditRow, ContactRow, OutboxRow
from tests.company import NOW, PLENTY, WORKSPACE, Company
from tests.race import at_once

_keys = count(1)
TODAY = NOW.date()


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea", level=3)


@pytest.fixture
def tim(company: Company) -> Member:
    return company.member("Tim", level=1)


@pytest.fixture
def account(company: Company, lea: Member) -> AccountId:
    return company.account("Helvetia", kam=lea)


@pytest.fixture
def urs(company: Company, account: AccountId) -> ContactId:
    return company.contact(account, "Urs", title="CEO", level=1)


def key() -> str:
    return f"key:{next(_keys)}"


def read(store: SqlStore, contact_id: ContactId) -> Contact:
    with store.read(WORKSPACE) as tx:
        contact = tx.contacts.get(contact_id, ITSELF)
    assert contact is not None
    return contact


def opened(store: SqlStore, actor: Member, deed: Deed, contact_id: ContactId | None, version: int = 0) -> DraftId:
    """Open a form at the present version of the contact."""
    version = version or (read(store, contact_id).version if contact_id else 0)
    command = OpenContactForm(actor, deed, contact_id, version, key(), ReplyTo(actor.id))
    return contact_forms.open_form(store, NOW, command).draft_id


def edit(store: SqlStore, actor: Member, contact_id: ContactId, *, more: bool = True, **changed: Any) -> None:
    draft = opened(store, actor, Deed.EDIT, contact_id)
    profile = Profile(**{"name": "Urs", "title": "CEO", "level": 1, **changed})
    contact_forms.edit(store, NOW, EditContact(actor, draft, key(), profile, has_more=more))


def move(store: SqlStore, actor: Member, contact_id: ContactId, to: AccountId, on: date = TODAY, **where: Any) -> None:
    draft = opened(store, actor, Deed.MOVE, contact_id)
    where = {"title": "Beirat", "level": 1, **where}
    contact_forms.move(store, NOW, MoveContact(actor, draft, key(), to, from_on=on, **where))


def assess(
    store: SqlStore, actor: Member, contact_id: ContactId, values: Mapping[Measure, int | None], **more: Any
) -> None:
    draft = opened(store, actor, Deed.ASSESS, contact_id)
    # Each a second after the one before: the newest counts.
    at = NOW + timedelta(seconds=next(_keys))
    contact_forms.assess(store, at, AssessContact(actor, draft, key(), values, "so sehe ich es", **more))


@pytest.mark.parametrize("deed", list(Deed))
def test_only_the_circle_opens_a_form_and_others_are_told_whom_to_ask(
    store: SqlStore, company: Company, tim: Member, urs: ContactId, deed: Deed
) -> None:
    with pytest.raises(errors.MayNotEditContact) as refused:
        opened(store, tim, deed, urs)
    assert [person.name for person in refused.value.who] == ["Lea"]
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    assert opened(store, lead, deed, urs)


def test_who_lost_the_right_while_the_form_was_open_cannot_save(
    store: SqlStore, company: Company, tim: Member, account: AccountId
) -> None:
    dora = company.contact(account, "Dora", owner=tim)
    draft = opened(store, tim, Deed.EDIT, dora)
    other = company.contact(account, "Egon", owner=tim)
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    for one in (dora, other):
        command = ActOnContact(lead, one, Act.TAKE_OVER, key(), ReplyTo(lead.id), 1)
        contacts.act(store, NOW, command)

    with pytest.raises(errors.MayNotEditContact):
        contact_forms.edit(store, NOW, EditContact(tim, draft, key(), Profile("Dora"), has_more=False))


def test_a_restricted_contact_does_not_exist_for_strangers_whatever_they_send(
    store: SqlStore, company: Company, lea: Member, tim: Member
) -> None:
    hidden = company.account("Geheim", kam=lea, access="restricted")
    gabi = company.contact(hidden, "Gabi")
    for contact_id in (gabi, ContactId(4711)):
        with pytest.raises(errors.UnknownObject):
            opened(store, tim, Deed.EDIT, contact_id, version=1)
        with pytest.raises(errors.UnknownObject):
            contacts.act(store, NOW, ActOnContact(tim, contact_id, Act.SHOW, key(), ReplyTo(tim.id)))
    draft = opened(store, tim, Deed.NEW, None)
    with pytest.raises(errors.UnknownAccountChosen):
        contact_forms.create(store, NOW, CreateContact(tim, draft, key(), "Neu", hidden))
    assert contacts.find_beside(store, NOW, tim, draft, "Gabi", 5) == ()
    assert contacts.find_beside(store, NOW, tim, DraftId(1), "", 5) == ()


def test_whoever_creates_a_contact_does_not_get_into_the_circle_by_it(
    store: SqlStore, tim: Member, account: AccountId
) -> None:
    draft = opened(store, tim, Deed.NEW, None)
    contact_forms.create(store, NOW, CreateContact(tim, draft, key(), "  Neu\u202e ", account, "CEO", "n@x.example"))

    with store.read(WORKSPACE) as tx:
        [made] = tx.contacts.named("neu", None, ITSELF, 5)
        assert account not in tx.access.viewer(tim).circle
        assert [one.title for one in tx.contacts.positions(made.id, ITSELF)] == ["CEO"]
    contact = read(store, made.id)
    assert (contact.owner, contact.level, contact.email) == (None, None, "n@x.example")


@pytest.mark.parametrize("name", ["", "  ", "\u202e\u200b"])
def test_a_name_without_a_visible_character_is_refused(
    store: SqlStore, lea: Member, account: AccountId, urs: ContactId, name: str
) -> None:
    draft = opened(store, lea, Deed.NEW, None)
    with pytest.raises(errors.NothingTyped):
        contact_forms.create(store, NOW, CreateContact(lea, draft, key(), name, account))
    with pytest.raises(errors.NothingTyped):
        edit(store, lea, urs, name=name)


def test_a_form_that_comes_again_with_other_content_is_refused_and_the_same_is_not(
    store: SqlStore, lea: Member, urs: ContactId
) -> None:
    draft = opened(store, lea, Deed.SUPPOSE, urs)
    contact_forms.suppose(store, NOW, Suppose(lea, draft, "view:1#a", "text", "basis"))
    contact_forms.suppose(store, NOW, Suppose(lea, draft, "view:1#a", "text", "basis"))
    with pytest.raises(errors.DraftGone):
        contact_forms.suppose(store, NOW, Suppose(lea, draft, "view:1#b", "other", "basis"))
    with pytest.raises(errors.DraftGone):
        contact_forms.suppose(store, NOW, Suppose(lea, draft, key(), "text", "basis"))


def test_an_edit_writes_down_what_changed_and_no_value(
    store: SqlStore, company: Company, lea: Member, tim: Member, urs: ContactId
) -> None:
    edit(store, lea, urs, decision_roles=(DecisionRole.DECIDER,), owner_id=tim.id, wished_days=30)

    with store.engine.connect() as connection:
        rows = connection.execute(select(AuditRow).where(AuditRow.action == "contact.edited")).all()
        told = connection.execute(select(OutboxRow.to_member).where(OutboxRow.topic == "contact.owner")).scalars().all()
    assert [sorted(row.fields) for row in rows] == [["decision_roles", "owner_id", "wished_days"]]
    assert told == [tim.id]


def test_an_edit_without_a_change_writes_nothing(store: SqlStore, lea: Member, urs: ContactId) -> None:
    edit(store, lea, urs)
    assert read(store, urs).version == 1


def test_owner_and_counterpart_must_be_full_members_unless_they_were_it_before(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    gone = company.member("Gone", standing="deactivated")
    for field in ("owner_id", "counterpart_id"):
        for member_id in (gone.id, "UNOBODY"):
            changed: dict[str, Any] = {field: member_id}
            with pytest.raises(errors.NoFullMember) as refused:
                edit(store, lea, urs, **changed)
            assert refused.value.field == field.removesuffix("_id")
    dora = company.contact(account, "Dora", owner=gone)
    edit(store, lea, dora, name="Dora", title=None, level=None, owner_id=gone.id, aims="Ruhe")
    assert read(store, dora).aims == "Ruhe"


def test_nobody_reports_to_themselves_in_a_ring_or_to_somebody_who_is_not_there(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    dora = company.contact(account, "Dora", reports_to_id=urs)
    elsewhere = company.contact(company.account("Nordfeld"), "Kim")
    for above in (dora, urs):
        with pytest.raises(errors.ReportingRing):
            edit(store, lea, urs, reports_to_id=above)
    with pytest.raises(errors.ContactMissing) as refused:
        edit(store, lea, urs, reports_to_id=elsewhere)
    assert refused.value.field == "reports_to"
    edit(store, lea, dora, name="Dora", title=None, level=None, reports_to_id=None)
    edit(store, lea, urs, reports_to_id=dora)
    assert read(store, urs).reports_to_id == dora


def test_of_two_who_save_at_once_one_is_told_who_was_first(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId, urs: ContactId
) -> None:
    company.team(account, tim)
    drafts = {actor: opened(store, actor, Deed.EDIT, urs) for actor in (lea, tim)}
    waiting = iter(drafts.items())

    def save() -> None:
        actor, draft = next(waiting)
        contact_forms.edit(store, NOW, EditContact(actor, draft, key(), Profile("Urs", aims=actor.name), has_more=True))

    answers = at_once(save, 2)

    refused = [one for one in answers if isinstance(one, errors.ContactChanged)]
    assert len(refused) == 1
    assert answers.count(None) == 1
    assert refused[0].by is not None
    assert refused[0].by.name == read(store, urs).aims


def test_what_is_judged_is_stored_with_reason_and_the_audit_names_fields_only(
    store: SqlStore, lea: Member, tim: Member, urs: ContactId
) -> None:
    assess(store, lea, urs, {Measure.ATTITUDE: 4, Measure.PARTNERSHIP: 2}, member_id=tim.id, strength=2)
    assess(store, lea, urs, {Measure.ATTITUDE: None}, member_id=tim.id, desired=3)

    with store.read(WORKSPACE) as tx:
        found = tx.contacts.judgements(read_in(tx, urs))
        [strength] = tx.contacts.strengths(read_in(tx, urs))
    assert {measure: (one.value, one.reason) for measure, one in found.items()} == {
        Measure.PARTNERSHIP: (2, "so sehe ich es")
    }
    assert (strength.member.id, strength.strength, strength.desired) == (tim.id, 2, 3)
    with store.engine.connect() as connection:
        fields = connection.execute(
            select(AuditRow.fields).where(AuditRow.action == "contact.assessed").order_by(AuditRow.at)
        ).scalars()
        assert [*fields] == [["attitude", "partnership", "strength"], ["attitude", "strength"]]


def read_in(tx: Any, contact_id: ContactId) -> Contact:
    contact: Contact = tx.contacts.get(contact_id, ITSELF)
    return contact


def test_a_judgement_needs_something_judged_and_a_strength_somebody_of_us(
    store: SqlStore, lea: Member, urs: ContactId
) -> None:
    with pytest.raises(errors.NothingJudged):
        assess(store, lea, urs, {}, member_id=lea.id)
    with pytest.raises(errors.StrengthOfWhom):
        assess(store, lea, urs, {}, strength=2)
    with pytest.raises(errors.NoFullMember):
        assess(store, lea, urs, {}, strength=2, member_id="UNOBODY")
    with pytest.raises(errors.OutOfDate):
        assess(store, lea, urs, {Measure.INFLUENCE: 4})
    with pytest.raises(errors.OutOfDate):
        assess(store, lea, urs, {}, strength=5, member_id=lea.id)


def test_a_move_ends_what_belonged_to_the_old_account_and_lets_nobody_into_the_new_circle(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId, urs: ContactId
) -> None:
    boss = company.contact(account, "Boss")
    edit(store, lea, urs, owner_id=lea.id, reports_to_id=boss)
    dora = company.contact(account, "Dora", reports_to_id=urs)
    assess(store, lea, urs, {Measure.ATTITUDE: 5})
    nordfeld = company.account("Nordfeld", kam=tim)

    move(store, lea, urs, nordfeld, date(2026, 11, 2))

    moved = read(store, urs)
    assert (moved.account.name, moved.owner, moved.reports_to_id) == ("Nordfeld", None, None)
    assert read(store, dora).reports_to_id is None
    with store.read(WORKSPACE) as tx:
        assert nordfeld not in tx.access.viewer(lea).circle
        assert tx.contacts.judgements(moved) == {}
        [there] = tx.contacts.mirror([nordfeld], tx.access.viewer(tim), NOW)
        assert there.attitude is None
        first, second = tx.contacts.positions(urs, tx.access.viewer(tim))
        assert (first.title, first.from_on, second.title, second.until_on) == (
            "Beirat",
            date(2026, 11, 2),
            "CEO",
            date(2026, 11, 1),
        )


def test_whoever_comes_back_stands_as_they_were_judged_there(
    store: SqlStore, company: Company, account: AccountId, urs: ContactId
) -> None:
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    assess(store, lead, urs, {Measure.ATTITUDE: 5}, member_id=lead.id, strength=3)
    nordfeld = company.account("Nordfeld")
    move(store, lead, urs, nordfeld, date(2026, 11, 2))
    with store.read(WORKSPACE) as tx:
        assert tx.contacts.strengths(read_in(tx, urs)) == ()
    move(store, lead, urs, account, date(2026, 11, 9))
    with store.read(WORKSPACE) as tx:
        [back] = tx.contacts.mirror([account], ITSELF, NOW)
        [strength] = tx.contacts.strengths(read_in(tx, urs))
    assert back.attitude == 5
    assert strength.strength == 3


def test_an_owner_who_belongs_to_the_new_circle_stays(
    store: SqlStore, company: Company, lea: Member, urs: ContactId
) -> None:
    edit(store, lea, urs, owner_id=lea.id)
    ours = company.account("Auch unser", kam=lea)
    move(store, lea, urs, ours)
    owner = read(store, urs).owner
    assert owner is not None
    assert owner.id == lea.id


def test_a_position_begins_after_the_one_before_and_not_ahead_and_its_date_can_be_corrected(
    store: SqlStore, lea: Member, account: AccountId, urs: ContactId
) -> None:
    with pytest.raises(errors.FutureDate):
        move(store, lea, urs, account, date(2026, 11, 21))
    move(store, lea, urs, account, date(2026, 11, 10))
    with pytest.raises(errors.BeforeTheLast):
        move(store, lea, urs, account, date(2026, 11, 10), title="Anderes")
    move(store, lea, urs, account, date(2026, 11, 3))
    draft = opened(store, lea, Deed.LEAVE, urs)
    with pytest.raises(errors.BeforeTheLast):
        contact_forms.let_go(store, NOW, LetContactGo(lea, draft, key(), date(2026, 11, 2)))
    with store.read(WORKSPACE) as tx:
        first, second = tx.contacts.positions(urs, ITSELF)
    assert (first.from_on, second.until_on) == (date(2026, 11, 3), date(2026, 11, 9))


def test_a_move_to_an_account_that_one_may_not_see_is_refused_as_if_it_were_not_there(
    store: SqlStore, company: Company, lea: Member, tim: Member, urs: ContactId
) -> None:
    hidden = company.account("Geheim", kam=tim, access="restricted")
    with pytest.raises(errors.UnknownAccountChosen):
        move(store, lea, urs, hidden)


def test_who_left_can_be_taken_back_and_a_kam_who_wrote_it_down_is_not_told(
    store: SqlStore, lea: Member, urs: ContactId
) -> None:
    draft = opened(store, lea, Deed.LEAVE, urs)
    contact_forms.let_go(store, NOW, LetContactGo(lea, draft, key(), date(2026, 11, 1)))
    assert read(store, urs).left_on == date(2026, 11, 1)
    with store.engine.connect() as connection:
        told = select(func.count()).select_from(OutboxRow).where(OutboxRow.topic == "contact.gone")
        assert connection.execute(told).scalar_one() == 0

    contacts.act(store, NOW, ActOnContact(lea, urs, Act.STAY, key(), ReplyTo(lea.id), 2))

    assert read(store, urs).left_on is None
    with pytest.raises(errors.ContactChanged):
        contacts.act(store, NOW, ActOnContact(lea, urs, Act.STAY, key(), ReplyTo(lea.id), 2))


def test_lines_of_influence_are_those_that_were_chosen(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    dora, egon = company.contact(account, "Dora"), company.contact(account, "Egon")
    elsewhere = company.contact(company.account("Nordfeld"), "Kim")

    def draw(*on: ContactId) -> list[str]:
        draft = opened(store, lea, Deed.INFLUENCE, urs)
        contact_forms.draw(store, NOW, DrawInfluence(lea, draft, key(), on))
        with store.read(WORKSPACE) as tx:
            return [one.name for one in tx.contacts.relations(read_in(tx, urs), ITSELF).influences]

    assert draw(dora, egon) == ["Dora", "Egon"]
    assert draw(egon) == ["Egon"]
    for wrong in (elsewhere, urs):
        with pytest.raises(errors.ContactMissing):
            draw(wrong)
    assert draw() == []


@pytest.mark.parametrize(
    "race",
    [
        lambda lea, urs: ActOnContact(lea, urs, Act.TAKE_OVER, key(), ReplyTo(lea.id), 1),
        lambda lea, urs: ActOnContact(lea, urs, Act.STAY, key(), ReplyTo(lea.id), 1),
        lambda lea, urs: ActOnContact(lea, urs, Act.RENEW, key(), ReplyTo(lea.id), 1),
    ],
    ids=["take_over", "stay", "renew"],
)
def test_of_five_who_press_at_once_one_is_first(
    store: SqlStore, lea: Member, urs: ContactId, race: Callable[[Member, ContactId], ActOnContact]
) -> None:
    answers = at_once(lambda: contacts.act(store, NOW, race(lea, urs)), 5)
    assert answers.count(None) == 1
    assert sum(isinstance(one, errors.ContactChanged) for one in answers) == 4
    with store.engine.connect() as connection:
        assert connection.execute(select(ContactRow.version).where(ContactRow.id == urs)).scalar_one() == 2


def told(store: SqlStore, topic: str) -> list[object]:
    """Load what the waiting notes of a topic would say, with their recipients' rights of now."""
    with store.begin(WORKSPACE) as tx:
        batch = tx.outbox.claim(NOW + timedelta(hours=1), PLENTY, 50, 50)
        return [LOADERS[topic](tx, row, NOW) for row in batch.rows if row.outgoing.topic == topic]


def test_what_is_over_before_it_is_told_is_not_told(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId, urs: ContactId
) -> None:
    company.team(account, tim)
    draft = opened(store, tim, Deed.LEAVE, urs)
    contact_forms.let_go(store, NOW, LetContactGo(tim, draft, key(), date(2026, 11, 1)))
    contacts.act(store, NOW, ActOnContact(tim, urs, Act.STAY, key(), ReplyTo(tim.id), 2))
    assert told(store, "contact.gone") == [None]


def test_whoever_may_not_see_the_account_any_more_is_told_nothing_of_its_contacts(
    store: SqlStore, company: Company, lea: Member, tim: Member
) -> None:
    hidden = company.account("Geheim", kam=lea, access="restricted")
    gabi = company.contact(hidden, "Gabi", owner=tim)
    contacts.act(store, NOW, ActOnContact(lea, gabi, Act.TAKE_OVER, key(), ReplyTo(lea.id), 1))
    assert told(store, "contact.owner") == [None]


def test_a_kam_reads_where_a_contact_went_only_where_they_may_see_it(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId, urs: ContactId
) -> None:
    hidden = company.account("Geheim", kam=tim, access="restricted")
    company.team(account, tim)
    move(store, tim, urs, hidden)
    [gone] = told(store, "contact.gone")
    assert isinstance(gone, ContactGone)
    assert (gone.contact.name, gone.title, gone.has_moved, gone.moved_to) == ("Urs", "CEO", True, None)


def test_the_kam_of_the_account_a_contact_comes_to_reads_from_where_only_if_they_may_see_it(
    store: SqlStore, company: Company, lea: Member, tim: Member, urs: ContactId
) -> None:
    hidden = company.account("Geheim", kam=lea, access="restricted")
    gabi = company.contact(hidden, "Gabi")
    move(store, lea, urs, company.account("Nordfeld", kam=tim), title="COO")
    move(store, lea, gabi, company.account("Corvano", kam=company.member("Eva")), title="COO")

    notes = [one for one in told(store, "contact.arrived") if isinstance(one, ContactArrived)]

    secret_one, open_one = sorted(notes, key=lambda one: one.contact.name)
    assert (open_one.contact.name, open_one.contact.title) == ("Urs", "COO")
    assert open_one.came_from is not None
    assert (open_one.came_from.name, secret_one.came_from) == ("Helvetia", None)


def test_of_a_contact_who_went_on_the_kam_in_between_hears_nothing(
    store: SqlStore, company: Company, tim: Member, urs: ContactId
) -> None:
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    move(store, lead, urs, company.account("Nordfeld", kam=tim), date(2026, 11, 2))
    with store.begin(WORKSPACE) as tx:
        batch = tx.outbox.claim(NOW + timedelta(hours=1), PLENTY, 50, 50)
    [row] = [one for one in batch.rows if one.outgoing.topic == "contact.arrived"]
    move(store, lead, urs, company.account("Corvano"), date(2026, 11, 9))
    with store.read(WORKSPACE) as tx:
        assert LOADERS["contact.arrived"](tx, row, NOW) is None


def test_a_kam_of_both_accounts_hears_once_and_who_need_not_look_after_a_contact_any_more_hears_it(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId
) -> None:
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    anna = company.contact(account, "Anna", owner=tim)
    move(store, lead, anna, company.account("Auch unser", kam=lea))

    with store.engine.connect() as connection:
        rows = connection.execute(select(OutboxRow.topic, OutboxRow.to_member).where(OutboxRow.to_member.is_not(None)))
        assert sorted(tuple(row) for row in rows) == [("contact.gone", lea.id), ("contact.owner", tim.id)]


def test_colleagues_of_a_restricted_unit_and_those_above_can_be_tied_and_who_left_is_not_offered(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    unit = company.account("Geheim", kam=lea, access="restricted", parent=account)
    other = company.account("Auch geheim", kam=lea, access="restricted", parent=account)
    gabi, hans = company.contact(unit, "Gabi"), company.contact(unit, "Hans")
    company.contact(unit, "Weg", left_on=date(2026, 11, 2))
    company.contact(other, "Fremd")
    draft = opened(store, lea, Deed.EDIT, gabi)

    found = contacts.find_beside(store, NOW, lea, draft, "", 9)
    assert [one.name for one in found] == ["Hans", "Urs"]
    edit(store, lea, gabi, name="Gabi", title=None, level=None, reports_to_id=hans)
    assert read(store, gabi).reports_to_id == hans


def test_a_name_that_nobody_bears_is_kept_once_per_delivery(store: SqlStore, lea: Member) -> None:
    typed = ShowContact(lea, "Nobody Here", None, "trigger:1", ReplyTo(lea.id))
    first, again = contacts.show(store, NOW, typed), contacts.show(store, NOW, typed)
    assert first == again


def test_the_card_takes_at_most_thirteen_statements(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    assess(store, lea, urs, {Measure.ATTITUDE: 4}, member_id=lea.id, strength=2)
    ran: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: ran.append(given[2]))

    shown = contacts.show(store, NOW, ShowContact(lea, "Urs", None, key(), ReplyTo(lea.id)))

    assert isinstance(shown, ContactCard)
    assert shown.judged is not None
    assert shown.judged.strengths[0].is_claimed
    assert len([one for one in ran if one.lstrip().startswith(("SELECT", "WITH"))]) <= 13
