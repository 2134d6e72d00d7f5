import pytest
from sqlalchemy import update

from bot.domain import errors
from bot.domain.delivery import ChannelFacts, ReplyTo
from bot.domain.members import Role
from bot.domain.search import Answered, AskColleague, PassedOn
from bot.services import search
from storage.store import SqlStore
from storage.tables import MemberRow
from tests.company import NOW, WORKSPACE, Company, channel
from tests.services.asking import ask, claimed, know, know_person


def test_where_nothing_is_known_people_close_to_it_are_named(store: SqlStore, company: Company) -> None:
    lea, kam, deputy = company.member("Lea"), company.member("Kim"), company.member("Dana")
    zoll, author = company.member("Zora", topics=["Zollabwicklung", "Zoll"]), company.member("Aron")
    expert, gone = company.member("Emil"), company.member("Gustav", standing="deactivated")
    helvetia = company.account("Helvetia", kam=kam, deputy=deputy)
    company.team(helvetia, expert)
    know(store, helvetia, gone, "Besuch", "Anruf")
    know(store, helvetia, author, "Besuch")

    answered = ask(store, lea, "Zoll Helvetia")
    assert answered.answers == ()
    assert answered.who_may_know == (zoll.person, kam.person, deputy.person, author.person, expert.person)
    assert ask(store, zoll, "Zoll").who_may_know == ()


def test_where_nobody_is_close_the_kam_leads_are_named(store: SqlStore, company: Company) -> None:
    lea, lead = company.member("Lea"), company.member("Lou", role=Role.KAM_LEAD)
    assert ask(store, lea, "Zoll").who_may_know == (lead.person,)


def test_what_nobody_wrote_down_can_be_asked_of_a_colleague_once(store: SqlStore, company: Company) -> None:
    lea, zora = company.member("Lea Brunner"), company.member("Zora", topics=["Zoll"])
    company.account("Helvetia")
    answered = ask(store, lea, "Zoll Helvetia", channel("general"))
    assert (answered.who_may_know, answered.draft_id is not None) == ((zora.person,), True)
    assert answered.draft_id is not None
    for key in ("click:1", "click:1", "click:2"):
        search.ask_colleague(store, NOW, AskColleague(lea, answered.draft_id, zora.id, key, ReplyTo(lea.id)))
    rows = claimed(store)
    (card,) = (row for row in rows if row.outgoing.topic == "search.passed_on")
    assert card.outgoing.to_member == zora.id
    with store.read(WORKSPACE) as tx:
        assert search.passed_on(tx, card, NOW) == PassedOn("Zoll Helvetia", lea.person)
        reply = next(row for row in rows if row.outgoing.topic == "search.answered")
        shown = search.reply_answered(tx, reply, NOW)
    assert isinstance(shown, Answered)
    assert shown.asked == [zora.id]


def test_a_question_is_passed_on_only_by_who_asked_it_and_to_who_may_know(store: SqlStore, company: Company) -> None:
    lea, zora, tobias = company.member("Lea"), company.member("Zora", topics=["Zoll"]), company.member("Tobias")
    answered = ask(store, lea, "Zoll")
    assert answered.draft_id is not None
    with pytest.raises(errors.DraftGone):
        search.ask_colleague(
            store, NOW, AskColleague(tobias, answered.draft_id, zora.id, "click:1", ReplyTo(tobias.id))
        )
    search.ask_colleague(store, NOW, AskColleague(lea, answered.draft_id, tobias.id, "click:2", ReplyTo(lea.id)))
    assert [row.outgoing.topic for row in claimed(store)] == ["search.answered"]


def test_a_question_of_who_left_or_to_who_left_is_not_told(store: SqlStore, company: Company) -> None:
    lea, zora = company.member("Lea"), company.member("Zora", topics=["Zoll"])
    answered = ask(store, lea, "Zoll")
    assert answered.draft_id is not None
    search.ask_colleague(store, NOW, AskColleague(lea, answered.draft_id, zora.id, "click:1", ReplyTo(lea.id)))
    (card,) = (row for row in claimed(store) if row.outgoing.topic == "search.passed_on")
    for gone in (zora, lea):
        with store.engine.begin() as connection:
            connection.execute(update(MemberRow).values(standing="member"))
            connection.execute(update(MemberRow).where(MemberRow.id == gone.id).values(standing="deactivated"))
        with store.read(WORKSPACE) as tx:
            assert search.passed_on(tx, card, NOW) is None
    with store.begin(WORKSPACE) as tx:
        tx.drafts.use(answered.draft_id, NOW)
        assert search.passed_on(tx, card, NOW) is None


def test_of_a_restricted_account_only_those_are_named_for_whom_it_exists(store: SqlStore, company: Company) -> None:
    lea, kam = company.member("Lea"), company.member("Kim")
    company.member("Zora", topics=["Zoll"])
    hidden = company.account("Medtech", access="restricted", kam=kam)
    company.team(hidden, lea)
    assert ask(store, lea, "Zoll Medtech").who_may_know == (kam.person,)


def test_where_only_a_contact_is_named_who_looks_after_them_comes_first(store: SqlStore, company: Company) -> None:
    lea, kam, owner, peer = (company.member(name) for name in ("Lea", "Kim", "Olga", "Paula"))
    company.member("Lou", role=Role.KAM_LEAD)
    helvetia = company.account("Helvetia", kam=kam)
    owen = company.contact(helvetia, "Owen Prosser", owner=owner, counterpart_id=peer.id)
    know_person(store, helvetia, owen, "Owen Prosser", "Modular lines")
    close = (owner.person, peer.person, kam.person)
    for question in ("visits Owen Prosser last quarter", "Besuche Prosser 2024", "Besuche Helvetia Prosser 2024"):
        assert ask(store, lea, question).who_may_know == close


def test_of_a_hidden_contact_only_those_are_named_who_may_know_of_them(store: SqlStore, company: Company) -> None:
    lea, kam, stranger = (company.member(name) for name in ("Lea", "Kim", "Sam"))
    lead = company.member("Lou", role=Role.KAM_LEAD)
    company.member("Zora", topics=["Preis"])
    top = company.account("Gruppe", kam=stranger)
    hidden = company.account("Medtech", access="restricted", kam=kam, parent=top)
    company.team(hidden, lea)
    know_person(store, hidden, company.contact(hidden, "Eva Kern"), "Eva Kern", "Ruhe")
    assert ask(store, lea, "Besuche Kern 2024").who_may_know == (kam.person,)
    assert ask(store, lea, "Besuche Gruppe Kern 2024").who_may_know == (lead.person,)
    asked, nobody = (ask(store, stranger, f"Besuche {name} 2024").who_may_know for name in ("Kern", "Mond"))
    assert asked == nobody == (lead.person,), "to a stranger she does not exist"


@pytest.mark.parametrize("is_private", [False, True])
def test_where_it_was_asked_is_told_only_if_everybody_may_look(
    store: SqlStore, company: Company, is_private: bool
) -> None:
    lea, zora = company.member("Lea"), company.member("Zora", topics=["Zoll"])
    here = channel("technik")
    with store.begin(WORKSPACE) as tx:
        tx.channels.put(ChannelFacts(here, "technik", is_private=is_private, is_member=True, checked_at=NOW))
    answered = ask(store, lea, "Zoll", here)
    assert answered.draft_id is not None
    search.ask_colleague(store, NOW, AskColleague(lea, answered.draft_id, zora.id, "click:1", ReplyTo(lea.id)))
    (card,) = (row for row in claimed(store) if row.outgoing.topic == "search.passed_on")
    with store.read(WORKSPACE) as tx:
        assert search.passed_on(tx, card, NOW) == PassedOn("Zoll", lea.person, None if is_private else "technik")
