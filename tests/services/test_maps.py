from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.domain import errors
from bot.domain.accounts import AccountQuestion
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.maps import PAGE, AccountMap, PickMap, SendPicture, ShowMap
from bot.domain.members import Member
from bot.services import maps
from storage.store import SqlStore
from storage.tables import AccountRow, ContactRow, InfluenceRow, MemberRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.services.note_taking import log
from tests.slack import Slack
from tests.statements import statements


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner", level=4)


@pytest.fixture
def martin(company: Company) -> Member:
    return company.member("Martin Keller", level=1)


def shown(store: SqlStore, reader: Member, typed: str) -> AccountMap:
    found = maps.show(store, NOW, ShowMap(reader, typed, None))
    assert isinstance(found, AccountMap)
    return found


def change(store: SqlStore, table: Any, id_: object, **values: object) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(table).where(table.id == id_).values(**values))


def test_a_map_shows_units_and_who_faces_whom(store: SqlStore, company: Company, lea: Member, martin: Member) -> None:
    group = company.account("Helvetia", kam=lea)
    lyon = company.account("Werk Lyon", parent=group, relation="site", country="FR")
    boss = company.contact(group, "Anne Dupont", level=1, decision_roles=["decider"], title="CEO")
    company.contact(lyon, "Tom Ward", level=3, owner=lea, reports_to_id=boss)
    company.contact(group, "Eva Roth", level=1, counterpart=martin)
    with store.engine.begin() as connection:
        line = {"workspace_id": WORKSPACE, "contact_id": boss, "on_contact_id": boss + 1, "by_id": lea.id, "at": NOW}
        connection.execute(insert(InfluenceRow).values(**line))

    found = shown(store, lea, "Helvetia")

    assert [(unit.account.name, unit.depth) for unit in found.units] == [("Helvetia", 0), ("Werk Lyon", 1)]
    assert [contact.name for contact in found.contacts] == ["Anne Dupont", "Eva Roth", "Tom Ward"]
    assert found.contacts[0].influences == (boss + 1,)
    assert found.contacts[2].reports_to_id == boss
    assert [contact.name for contact in found.hints.uncovered] == ["Anne Dupont"]
    assert found.hints.alone == ()


@pytest.mark.parametrize("who", ["kam", "deputy", "team", "owner"])
def test_a_unit_is_cared_for_by_kam_deputy_team_or_who_looks_after_one_of_its_contacts(
    store: SqlStore, company: Company, lea: Member, martin: Member, who: str
) -> None:
    group = company.account("Helvetia", kam=lea)
    kam, deputy = (martin if who == one else None for one in ("kam", "deputy"))
    lyon = company.account("Lyon", parent=group, kam=kam, deputy=deputy)
    if who == "team":
        company.team(lyon, martin)
    company.contact(lyon, "Tom Ward", owner=martin if who == "owner" else None)
    assert shown(store, lea, "Helvetia").hints.forgotten == ()

    change(store, MemberRow, martin.id, standing="deactivated")

    assert [unit.name for unit in shown(store, lea, "Helvetia").hints.forgotten] == ["Lyon"]


def test_a_unit_its_reader_may_not_see_is_not_on_the_map_nor_what_is_below_it(
    store: SqlStore, company: Company, lea: Member, martin: Member
) -> None:
    group = company.account("Helvetia", kam=lea)
    secret = company.account("Kolibri", parent=group, access="restricted", kam=martin)
    below = company.account("Kolibri Lyon", parent=secret)
    company.contact(secret, "Anne Dupont", level=1, decision_roles=["decider"])
    company.contact(below, "Tom Ward", level=1)

    seen, whole = shown(store, lea, "Helvetia"), shown(store, martin, "Helvetia")

    assert "Kolibri" not in repr(seen)
    assert seen.contacts == ()
    assert not seen.hints
    assert [unit.account.name for unit in whole.units] == ["Helvetia", "Kolibri", "Kolibri Lyon"]
    assert len(whole.contacts) == 2


def test_what_an_account_belongs_to_is_named_to_who_may_see_it(
    store: SqlStore, company: Company, lea: Member, martin: Member
) -> None:
    secret = company.account("Kolibri", access="restricted", kam=martin)
    company.account("Helvetia", parent=secret)

    assert shown(store, lea, "Helvetia").parent is None
    parent = shown(store, martin, "Helvetia").parent
    assert parent is not None
    assert parent.name == "Kolibri"


def test_a_hidden_account_is_answered_as_one_that_does_not_exist(
    store: SqlStore, company: Company, lea: Member, martin: Member
) -> None:
    secret = company.account("Kolibri", access="restricted", kam=martin)
    reply_to = ReplyTo(lea.id)
    for typed in ("Kolibri", "Nirgendwo"):
        with pytest.raises(errors.UnknownAccount) as refused:
            maps.show(store, NOW, ShowMap(lea, typed, None))
        assert refused.value.typed == typed
    for account_id in (secret, AccountId(99)):
        with pytest.raises(errors.UnknownAccountChosen):
            maps.pick(store, NOW, PickMap(lea, account_id, new_key(), reply_to))
        with pytest.raises(errors.UnknownAccountChosen):
            maps.send_picture(store, NOW, SendPicture(lea, account_id, new_key(), reply_to))


def test_an_account_and_a_contact_that_were_taken_into_another_are_on_no_map(
    store: SqlStore, company: Company, lea: Member
) -> None:
    group = company.account("Helvetia")
    gone = company.account("Helvetia AG", parent=group)
    kept = company.contact(group, "Anne Dupont")
    twin = company.contact(group, "Anne Dupond")
    left = company.contact(group, "Tom Ward", left_on=NOW.date() - timedelta(days=1))
    company.contact(gone, "Eva Roth")
    change(store, AccountRow, gone, merged_into_id=group)
    change(store, ContactRow, twin, merged_into_id=kept)

    found = shown(store, lea, "Helvetia")

    assert [unit.account.id for unit in found.units] == [group]
    assert [contact.id for contact in found.contacts] == [kept]
    assert left not in {contact.id for contact in found.contacts}


def test_a_name_that_is_not_clear_is_asked_back(store: SqlStore, company: Company, lea: Member) -> None:
    company.account("Helvetia Pumpen")

    question = maps.show(store, NOW, ShowMap(lea, "Helvetia Pumpn", None))

    assert isinstance(question, AccountQuestion)
    assert question.near is not None


def test_a_last_touch_in_a_note_the_reader_may_not_read_is_not_shown(
    store: SqlStore, company: Company, lea: Member, martin: Member
) -> None:
    account = company.account("Helvetia")
    anne = company.contact(account, "Anne Dupont")
    log(store, martin, account, "privat", contact_ids=(anne,), visibility="private")

    assert shown(store, lea, "Helvetia").contacts[0].last_touch is None
    assert shown(store, martin, "Helvetia").contacts[0].last_touch is not None


def test_fifty_units_cost_no_more_statements_than_one(store: SqlStore, company: Company, lea: Member) -> None:
    group = company.account("Helvetia", kam=lea)
    company.contact(group, "Anne Dupont", owner=lea)
    with statements(store) as few:
        shown(store, lea, "Helvetia")
    for number in range(50):
        unit = company.account(f"Unit {number}", parent=group)
        company.contact(unit, f"Contact {number}", owner=lea)
    with statements(store) as many:
        assert len(shown(store, lea, "Helvetia").contacts) == 51

    assert len(many) == len(few) <= 8


class Pressed:
    """Somebody presses, and the worker's loaders answer."""

    def __init__(self, store: SqlStore, slack: Slack) -> None:
        self.store, self.slack = store, slack
        self.key = new_key()

    def map(self, actor: Member, account_id: AccountId, key: str = "", **more: Any) -> None:
        reply_to = ReplyTo(actor.id, "https://hooks.slack.test/1", replace=True)
        maps.pick(self.store, NOW, PickMap(actor, account_id, key or new_key(), reply_to, **more))

    def picture(self, actor: Member, account_id: AccountId, key: str = "", **more: Any) -> None:
        reply_to = ReplyTo(actor.id, "https://hooks.slack.test/1")
        maps.send_picture(self.store, NOW, SendPicture(actor, account_id, key or new_key(), reply_to, **more))

    def files(self, actor: Member) -> list[dict[str, Any]]:
        self.slack.deliver()
        return [post for post in self.slack.out.to(actor) if "file" in post]


@pytest.fixture
def pressed(store: SqlStore, slack: Slack) -> Pressed:
    return Pressed(store, slack)


def test_a_picture_goes_into_the_direct_messages_of_who_asked_and_nowhere_else(
    pressed: Pressed, company: Company, lea: Member
) -> None:
    account = company.account("Helvetia", kam=lea, channel_id="CHELV")
    company.contact(account, "Anne Dupont")
    pressed.picture(lea, account)

    (sent,) = pressed.files(lea)

    assert sent["file"].startswith(b"\x89PNG")
    assert sent["title"] == "Helvetia · Map"
    assert [post["place"] for post in pressed.slack.out.posts] == [lea.id]
    assert "direct message" in pressed.slack.out.replies[0]["text"]


def test_the_same_press_that_comes_twice_sends_one_picture(pressed: Pressed, company: Company, lea: Member) -> None:
    account = company.account("Helvetia")
    company.contact(account, "Anne Dupont")
    pressed.picture(lea, account, "trigger:once")
    pressed.picture(lea, account, "trigger:once")

    assert len(pressed.files(lea)) == 1
    assert len(pressed.slack.out.replies) == 1


def test_pressing_again_while_a_picture_is_on_its_way_sends_one_and_later_another(
    pressed: Pressed, company: Company, lea: Member
) -> None:
    account = company.account("Helvetia")
    company.contact(account, "Anne Dupont")
    pressed.picture(lea, account)
    pressed.picture(lea, account)
    assert len(pressed.files(lea)) == 1

    pressed.slack.later(minutes=1)
    pressed.picture(lea, account)

    assert len(pressed.files(lea)) == 2


def test_two_people_who_press_get_one_each(pressed: Pressed, company: Company, lea: Member, martin: Member) -> None:
    account = company.account("Helvetia")
    company.contact(account, "Anne Dupont")
    pressed.picture(lea, account)
    pressed.picture(martin, account)

    assert (len(pressed.files(lea)), len(pressed.files(martin))) == (1, 1)


def test_who_lost_the_right_before_it_was_drawn_gets_no_picture_and_no_word(
    pressed: Pressed, company: Company, store: SqlStore, lea: Member, martin: Member
) -> None:
    account = company.account("Kolibri", access="restricted", kam=lea)
    company.contact(account, "Anne Dupont")
    pressed.picture(lea, account)
    pressed.map(lea, account)
    pressed.map(lea, account, for_customer=True)
    change(store, AccountRow, account, kam_id=martin.id)

    assert pressed.files(lea) == []
    assert pressed.slack.out.replies == []
    assert pressed.slack.out.files == {}


def test_a_picture_of_a_restricted_account_names_it_in_the_picture_only(
    pressed: Pressed, company: Company, lea: Member
) -> None:
    account = company.account("Kolibri", access="restricted", kam=lea)
    company.contact(account, "Anne Dupont")
    pressed.picture(lea, account)
    pressed.picture(lea, account, for_customer=True)

    first, second = pressed.files(lea)

    assert "Kolibri" not in first["title"] + first["text"] + second["title"] + second["text"]
    assert all("Kolibri" not in name for name, _ in pressed.slack.out.files.values())


def test_another_page_replaces_the_first(pressed: Pressed, company: Company, lea: Member) -> None:
    account = company.account("Helvetia")
    for number in range(PAGE + 1):
        company.contact(account, f"Contact {number:02}")
    for offset in (PAGE, 9999):
        pressed.map(lea, account, offset=offset)
        pressed.slack.deliver()

    second, beyond = pressed.slack.out.replies
    assert second["replace"]
    assert f"Contact {PAGE:02}" in str(second)
    assert "Contact 00" not in str(second)
    assert "Contact 00" in str(beyond)


def test_a_map_asked_for_twice_by_one_press_comes_once(pressed: Pressed, company: Company, lea: Member) -> None:
    account = company.account("Helvetia")
    for _ in range(2):
        pressed.map(lea, account, "trigger:once")
    pressed.slack.deliver()

    assert len(pressed.slack.out.replies) == 1


def test_what_the_customer_may_see_holds_departments_and_no_hidden_unit(
    store: SqlStore, company: Company, pressed: Pressed, lea: Member
) -> None:
    boss = company.member("Berta Boss")
    sales = company.department("Sales", boss)
    change(store, MemberRow, lea.id, department_id=sales)
    group = company.account("Helvetia", kam=lea)
    secret = company.account("Kolibri", parent=group, access="restricted", kam=lea)
    company.contact(group, "Anne Dupont", title="CEO", level=1, owner=lea, attitude=1, decision_roles=["decider"])
    company.contact(secret, "Tom Ward", level=2)
    pressed.map(lea, group, for_customer=True)
    pressed.slack.deliver()
    (reply,) = pressed.slack.out.replies

    assert "Anne Dupont, CEO" in str(reply)
    assert "Lea Brunner, Sales, Specialist" in str(reply)
    assert all(word not in str(reply) for word in ("Tom Ward", "Kolibri", "Decider", "🔴", "🟠", "met yet"))


def test_who_left_our_company_is_not_shown_to_the_customer(
    store: SqlStore, company: Company, pressed: Pressed, lea: Member, martin: Member
) -> None:
    account = company.account("Helvetia")
    company.contact(account, "Anne Dupont", owner=martin)
    change(store, MemberRow, martin.id, standing="deactivated")
    pressed.map(lea, account, for_customer=True)
    pressed.slack.deliver()

    assert "Martin" not in str(pressed.slack.out.replies)


def test_functions_are_read_of_those_who_belong_to_a_department(
    store: SqlStore, company: Company, lea: Member, martin: Member
) -> None:
    sales = company.department("Sales", martin)
    change(store, MemberRow, lea.id, department_id=sales)
    with store.read(WORKSPACE) as tx:
        assert tx.maps.functions({lea.id, martin.id, MemberId("UNOBODY")}) == {lea.id: "Sales"}
        assert tx.maps.functions(()) == {}


def test_a_ring_of_parents_and_of_reporting_ends(store: SqlStore, company: Company, lea: Member) -> None:
    one = company.account("Helvetia")
    other = company.account("Lyon", parent=one)
    change(store, AccountRow, one, parent_id=other)
    first: ContactId = company.contact(one, "Anne Dupont")
    second = company.contact(one, "Tom Ward", reports_to_id=first)
    change(store, ContactRow, first, reports_to_id=second)

    assert len(shown(store, lea, "Helvetia").units) == 2
