from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.domain import errors
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Member, Standing
from bot.domain.networks import (
    KNOWING,
    PAGE,
    AskWhoKnows,
    Network,
    Post,
    ShowNetwork,
    TurnNetwork,
    WhoKnows,
    WhoQuestion,
)
from bot.services import networks
from storage.store import SqlStore
from storage.tables import AbsenceRow, AccountRow, MemberRow
from tests.company import NOW, WORKSPACE, Company, channel, new_key
from tests.services.note_taking import log
from tests.slack import Slack, words
from tests.statements import statements

DAY = timedelta(days=1)


@pytest.fixture
def martin(company: Company) -> Member:
    return company.member("Martin Keller")


@pytest.fixture
def ana(company: Company) -> Member:
    return company.member("Ana Costa")


def network(store: SqlStore, reader: Member, typed: str = "") -> Network:
    found = networks.show(store, NOW, ShowNetwork(reader, typed, None))
    assert isinstance(found, Network)
    return found


def known(store: SqlStore, reader: Member, name: str, where: str = "general") -> WhoKnows:
    found = networks.show(store, NOW, ShowNetwork(reader, f"who knows {name}", channel(where)))
    assert isinstance(found, WhoKnows)
    return found


def question(store: SqlStore, reader: Member, name: str) -> WhoQuestion:
    found = networks.show(store, NOW, ShowNetwork(reader, f"wer kennt {name}?", None))
    assert isinstance(found, WhoQuestion)
    return found


def change(store: SqlStore, table: Any, id_: object, **values: object) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(table).where(table.id == id_).values(**values))


def away(store: SqlStore, member: Member, deputy: Member | None = None) -> None:
    row = {
        "workspace_id": WORKSPACE,
        "id": sum(member.id.encode()),
        "member_id": member.id,
        "starts_on": NOW.date(),
        "ends_on": NOW.date(),
        "deputy_id": deputy.id if deputy else None,
        "created_at": NOW,
        "version": 1,
    }
    with store.engine.begin() as connection:
        connection.execute(insert(AbsenceRow).values(**row))


def test_departments_come_by_name_with_posts_topics_and_vacancies(
    store: SqlStore, company: Company, lea: Member, martin: Member, ana: Member
) -> None:
    sales = company.department("Sales", lea)
    production = company.department("Production", martin, head=ana)
    change(store, MemberRow, lea.id, department_id=sales, topics=["Prices", "EDI"])
    change(store, MemberRow, ana.id, department_id=production, topics=["EDI"])

    first, second = network(store, lea).branches

    assert (first.name, second.name) == ("Production", "Sales")
    assert [post for post, _ in first.posts] == [Post.HEAD, Post.COORDINATOR]
    assert second.vacant == (Post.HEAD, Post.DEPUTY)
    assert [(topic.name, topic.is_single) for topic in second.topics] == [("EDI", False), ("Prices", True)]


def test_who_is_away_today_is_shown_with_who_stands_in(
    store: SqlStore, company: Company, lea: Member, martin: Member, ana: Member
) -> None:
    company.department("Production", martin, head=ana)
    away(store, ana, deputy=lea)

    (branch,) = network(store, lea).branches

    head = branch.posts[0][1]
    assert head.is_away
    assert head.until == NOW.date()
    assert head.stands_in == lea.person


def test_whoever_left_is_no_key_person_any_more(store: SqlStore, company: Company, lea: Member, martin: Member) -> None:
    production = company.department("Production", lea, head=martin)
    change(store, MemberRow, martin.id, department_id=production, topics=["EDI"], standing=Standing.DEACTIVATED)

    (branch,) = network(store, lea).branches

    assert branch.topics == ()
    assert Post.HEAD in branch.vacant


def test_a_department_and_a_topic_are_found_by_name(store: SqlStore, company: Company, lea: Member) -> None:
    sales = company.department("Sales", lea)
    company.department("Production", lea)
    change(store, MemberRow, lea.id, department_id=sales, topics=["Prices"])

    assert [branch.name for branch in network(store, lea, "sales").branches] == ["Sales"]
    assert network(store, lea, "prices").topic == "Prices"
    assert network(store, lea, "'; DROP TABLE members --").branches == ()


def test_many_departments_cost_no_more_statements_than_one(store: SqlStore, company: Company, lea: Member) -> None:
    company.department("A", lea, head=lea)
    with statements(store) as few:
        network(store, lea)
    for number in range(30):
        company.department(f"D{number:02}", company.member(f"Coordinator {number}", topics=[f"Topic {number}"]))
    with statements(store) as many:
        assert network(store, lea).count == 32

    assert len(many) == len(few) <= 5


def test_another_page_comes_as_a_reply(store: SqlStore, company: Company, slack: Slack, lea: Member) -> None:
    for number in range(PAGE + 1):
        company.department(f"D{number:02}", lea)
    reply_to = ReplyTo(lea.id, "https://hooks.slack.test/1", replace=True)
    for _ in range(2):
        networks.turn(store, NOW, TurnNetwork(lea, PAGE, "trigger:once", reply_to))
    slack.deliver()

    (shown,) = slack.out.replies
    assert f"*D{PAGE:02}*" in words(shown)
    assert "*D00*" not in words(shown)


def test_who_met_a_contact_comes_by_the_last_contact_whoever_met_them_more_often(
    store: SqlStore, company: Company, lea: Member, martin: Member, ana: Member
) -> None:
    account = company.account("Helvetia", kam=lea)
    anne = company.contact(account, "Anne Dupont", owner=ana)
    for days in (9, 8, 7):
        log(store, lea, account, f"Besuch {days}", contact_ids=(anne,), occurred_at=NOW - days * DAY)
    log(store, martin, account, "Telefonat", contact_ids=(anne,), occurred_at=NOW - DAY)
    log(store, martin, account, "ohne sie")

    found = known(store, lea, "Anne Dupont")

    assert [(met.person.name, met.count) for met in found.people] == [("Martin Keller", 1), ("Lea Brunner", 3)]
    assert [seat.person.name for seat in found.cares] == ["Ana Costa"]


def test_participants_met_them_too_and_an_author_among_them_once(
    store: SqlStore, company: Company, lea: Member, martin: Member
) -> None:
    account = company.account("Helvetia")
    anne = company.contact(account, "Anne Dupont")
    log(store, lea, account, contact_ids=(anne,), participant_ids=(martin.id, lea.id))

    found = known(store, lea, "Anne Dupont")

    assert {met.person.name: met.count for met in found.people} == {"Lea Brunner": 1, "Martin Keller": 1}


def test_a_plan_and_a_note_that_was_taken_back_tell_of_no_contact(
    store: SqlStore, company: Company, lea: Member
) -> None:
    account = company.account("Helvetia")
    anne = company.contact(account, "Anne Dupont")
    log(store, lea, account, "geplant", contact_ids=(anne,), occurred_at=NOW + DAY)

    assert known(store, lea, "Anne Dupont").people == ()


def test_a_note_its_reader_may_not_read_tells_of_no_contact(
    store: SqlStore, company: Company, lea: Member, martin: Member
) -> None:
    account = company.account("Helvetia")
    anne = company.contact(account, "Anne Dupont")
    log(store, martin, account, "privat", contact_ids=(anne,), visibility="private")

    assert known(store, lea, "Anne Dupont").people == ()
    assert known(store, lea, "Helvetia").people == ()
    assert len(known(store, martin, "Anne Dupont").people) == 1


def test_who_knows_an_account_counts_its_units_as_far_as_the_reader_sees_them(
    store: SqlStore, company: Company, lea: Member, martin: Member, ana: Member
) -> None:
    group = company.account("Helvetia", kam=lea)
    lyon = company.account("Lyon", parent=group)
    secret = company.account("Kolibri", parent=group, access="restricted", kam=martin)
    log(store, ana, lyon, "Lyon")
    log(store, martin, secret, "geheim")

    assert [met.person.name for met in known(store, lea, "Helvetia").people] == ["Ana Costa"]
    assert {met.person.name for met in known(store, martin, "Helvetia").people} == {"Ana Costa", "Martin Keller"}


def test_without_a_name_the_channels_account_is_meant(store: SqlStore, company: Company, lea: Member) -> None:
    company.account("Helvetia", channel_id=channel("helvetia"))

    assert known(store, lea, "", "helvetia").account.name == "Helvetia"
    assert isinstance(networks.show(store, NOW, ShowNetwork(lea, "who knows", channel("general"))), WhoQuestion)


def test_a_hidden_account_and_its_contacts_are_answered_as_what_does_not_exist(
    store: SqlStore, company: Company, lea: Member, martin: Member
) -> None:
    secret = company.account("Kolibri", access="restricted", kam=martin)
    anne = company.contact(secret, "Anne Dupont")

    assert question(store, lea, "Kolibri") == WhoQuestion("Kolibri")
    assert question(store, lea, "Anne Dupont") == WhoQuestion("Anne Dupont")
    for account_id in (secret, AccountId(99)):
        with pytest.raises(errors.UnknownAccountChosen):
            networks.ask(store, NOW, AskWhoKnows(lea, new_key(), ReplyTo(lea.id), account_id=account_id))
    for contact_id in (anne, ContactId(99)):
        with pytest.raises(errors.UnknownObject):
            networks.ask(store, NOW, AskWhoKnows(lea, new_key(), ReplyTo(lea.id), contact_id=contact_id))


def test_several_of_one_name_are_asked_back(store: SqlStore, company: Company, lea: Member) -> None:
    first, second = company.account("Helvetia"), company.account("Sulzer")
    for account in (first, second):
        company.contact(account, "Anne Dupont")

    assert [one.account.name for one in question(store, lea, "Anne Dupont").contacts] == ["Helvetia", "Sulzer"]


def test_a_surname_is_enough_where_one_person_bears_it(store: SqlStore, company: Company, lea: Member) -> None:
    account = company.account("Helvetia")
    company.contact(account, "Anne Dupont")

    contact = known(store, lea, "dupont").contact
    assert contact is not None
    assert contact.name == "Anne Dupont"


def test_who_left_stays_named_and_who_is_away_comes_with_who_stands_in(
    store: SqlStore, company: Company, lea: Member, martin: Member, ana: Member
) -> None:
    account = company.account("Helvetia", kam=martin)
    log(store, martin, account, "Besuch", participant_ids=(ana.id,))
    change(store, MemberRow, ana.id, standing=Standing.DEACTIVATED)
    away(store, martin, deputy=lea)

    found = known(store, lea, "Helvetia")

    by_name = {met.person.name: met for met in found.people}
    assert by_name["Ana Costa"].person.left
    assert by_name["Ana Costa"].seat is None
    seat = by_name["Martin Keller"].seat
    assert seat is not None
    assert seat.stands_in == lea.person
    assert found.cares[0].is_away


def test_an_answer_names_no_more_people_than_one_reads(store: SqlStore, company: Company, lea: Member) -> None:
    account = company.account("Helvetia")
    for number in range(KNOWING + 2):
        log(store, company.member(f"Colleague {number}"), account, f"Besuch {number}")

    assert len(known(store, lea, "Helvetia").people) == KNOWING


def test_a_button_says_who_knows_as_a_reply_with_the_rights_of_then(
    store: SqlStore, company: Company, slack: Slack, lea: Member, martin: Member
) -> None:
    account = company.account("Helvetia", kam=martin)
    anne = company.contact(account, "Anne Dupont")
    log(store, martin, account, contact_ids=(anne,))
    slack.deliver()
    for account_id, contact_id in ((account, None), (None, anne)):
        command = AskWhoKnows(lea, new_key(), ReplyTo(lea.id, "https://hooks.slack.test/1"), account_id, contact_id)
        networks.ask(store, NOW, command)
        networks.ask(store, NOW, command)
    slack.deliver()
    assert [reply["text"] for reply in sorted(slack.out.replies, key=lambda one: one["text"])] == [
        "Who of us knows Anne Dupont",
        "Who of us knows Helvetia",
    ]
    assert all("Martin Keller" in words(reply) for reply in slack.out.replies)

    for account_id, contact_id in ((account, None), (None, anne)):
        command = AskWhoKnows(lea, new_key(), ReplyTo(lea.id, "https://hooks.slack.test/1"), account_id, contact_id)
        networks.ask(store, NOW, command)
    change(store, AccountRow, account, access="restricted")
    slack.deliver()

    assert len(slack.out.replies) == 2
