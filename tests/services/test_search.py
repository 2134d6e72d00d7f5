from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.delivery import Claimed, Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, ContactId, DraftId, MemberId
from bot.domain.interactions import Details, SaveLog, StartLog
from bot.domain.members import Member, Role
from bot.domain.search import Answered, Ask, AskMore, Note, NothingAsked
from bot.services import interactions, search
from storage.store import SqlStore
from storage.tables import AccountRow
from tests.company import NOW, PLENTY, WORKSPACE, Company, new_key


def know(store: SqlStore, account: AccountId, author: Member | None, *texts: str, **values: Any) -> None:
    """Index interactions, newest first."""
    with store.begin(WORKSPACE) as tx:
        for days, text in enumerate(texts):
            about = Ref(Subject.INTERACTION, account * 1000 + days)
            given = {"visibility": Visibility.COMPANY, "number": days + 1, **values}
            at = NOW - timedelta(days=days)
            tx.search.put(Note(about, account, author.id if author else None, at=at, text=text, **given))


def know_person(store: SqlStore, account: AccountId, key: int, name: str, aims: str) -> None:
    """Index a contact."""
    with store.begin(WORKSPACE) as tx:
        about, at = Ref(Subject.CONTACT, key), NOW - timedelta(days=400)
        contact = Note(
            about, account, None, Visibility.COMPANY, at, aims, heading=name, contact_ids=(ContactId(key),), name=name
        )
        tx.search.put(contact)


def ask(store: SqlStore, actor: Member, question: str) -> Answered:
    """Ask and expect an answer."""
    answered = search.ask(store, NOW, Ask(actor, question, new_key()))
    assert isinstance(answered, Answered)
    return answered


def texts(answered: Answered) -> list[str]:
    """Return what is quoted."""
    return [answer.text for answer in answered.answers]


@pytest.mark.parametrize("question", ["", "  ", "?!", "👍"])
def test_an_empty_question_asks_nothing(store: SqlStore, company: Company, question: str) -> None:
    assert search.ask(store, NOW, Ask(company.member("Lea"), question, new_key())) == NothingAsked()


@pytest.mark.parametrize(
    "question",
    ["Liefertermin Helvetia Pumpen", "Liefertermin: HPU", "HPU: Liefertermin", "Was ist mit dem Liefertermin bei HPU?",
     "HPU's Liefertermine"],
)  # fmt: skip
def test_words_that_name_an_account_become_a_filter(store: SqlStore, company: Company, question: str) -> None:
    lea = company.member("Lea")
    helvetia, other = company.account("Helvetia Pumpen", "HPU"), company.account("Trautwyl")
    know(store, helvetia, lea, "Der Liefertermin steht", "Preis")
    know(store, other, lea, "Liefertermin offen")
    answered = ask(store, lea, question)
    assert texts(answered) == ["Der Liefertermin steht"]
    assert answered.account is not None
    assert answered.account.id == helvetia


def test_an_account_alone_shows_its_newest_notes_with_those_of_its_units(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    group = company.account("Gruppe")
    know(store, company.account("Werk", parent_id=group), lea, "Werk neu", "Werk alt")
    know(store, group, lea, "Gruppe")
    assert set(texts(ask(store, lea, "Was gibt es Neues bei Gruppe?"))) == {"Werk neu", "Werk alt", "Gruppe"}


def test_what_a_person_wants_begins_with_their_aims(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know_person(store, helvetia, 1, "Daniela Suter", "Skonto ab 2027")
    know_person(store, helvetia, 2, "Urs Bachofner", "Ruhe")
    know(store, helvetia, lea, "Essen mit Suter", "Messe", contact_ids=(ContactId(1),))
    for question in ("what does Daniela Suter want?", "Was will Suter?"):
        answered = ask(store, lea, question)
        assert texts(answered) == ["Skonto ab 2027", "Essen mit Suter", "Messe"]
        assert answered.person is not None
        assert answered.person.name == "Daniela Suter"
    assert texts(ask(store, lea, "Messe Daniela Suter"))[0] == "Messe"


def test_a_question_with_more_answers_is_kept_and_its_pages_are_sent_on_request(
    store: SqlStore, company: Company
) -> None:
    lea, tobias, helvetia = company.member("Lea"), company.member("Tobias"), company.account("Helvetia")
    know(store, helvetia, lea, *(f"Besuch {at}" for at in range(7)))
    first = ask(store, lea, "Besuch")
    assert (texts(first), first.more) == ([f"Besuch {at}" for at in range(5)], True)
    assert first.draft_id is not None

    with pytest.raises(errors.DraftGone):
        search.ask_more(store, NOW, AskMore(tobias, first.draft_id, 5, "click:1", ReplyTo(tobias.id)))
    with pytest.raises(errors.DraftGone):
        search.ask_more(store, NOW, AskMore(lea, DraftId(1), 5, "click:1", ReplyTo(lea.id)))
    search.ask_more(store, NOW, AskMore(lea, first.draft_id, 5, "click:1", ReplyTo(lea.id, "https://x", replace=True)))
    second = page(store)
    assert (texts(second), second.more, second.offset) == (["Besuch 5", "Besuch 6"], False, 5)


def test_a_click_delivered_twice_brings_one_page(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, *(f"Besuch {at}" for at in range(12)))
    first = ask(store, lea, "Besuch")
    assert first.draft_id is not None
    for _ in range(2):
        search.ask_more(store, NOW, AskMore(lea, first.draft_id, 5, "click:1", ReplyTo(lea.id)))
    assert waiting(store).outgoing.detail == 5


@pytest.mark.parametrize("writer", ["another thread", "another process"])
def test_while_others_write_a_question_is_answered_without_further_pages(disk: SqlStore, writer: str) -> None:
    company = Company(disk)
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(disk, helvetia, lea, *(f"Besuch {at}" for at in range(7)))
    busy = disk if writer == "another thread" else SqlStore(disk.engine)
    with busy.begin(WORKSPACE):
        answered = ask(disk, lea, "Besuch")
    assert texts(answered) == [f"Besuch {at}" for at in range(5)]
    assert answered.draft_id is None
    assert ask(disk, lea, "Besuch").draft_id is not None


def test_a_contact_of_a_unit_is_hidden_as_soon_as_the_unit_is(store: SqlStore, company: Company) -> None:
    lea, kam, tobias = company.member("Lea"), company.member("Kim"), company.member("Tobias")
    group = company.account("Gruppe")
    unit = company.account("Werk", parent_id=group, kam=kam)
    klug, offen = company.contact(unit, "Eva Klug"), company.contact(group, "Ada Offen")
    know_person(store, unit, klug, "Eva Klug", "Skonto")
    form = interactions.start(store, NOW, StartLog(lea, group, "trigger:1", ReplyTo(lea.id)))
    details = Details(group, "Essen im Werk", contact_ids=(klug, offen))
    interactions.save(store, NOW, SaveLog(lea, details, "view:1", form.draft_id))
    assert set(texts(ask(store, tobias, "Klug"))) == {"Skonto", "Essen im Werk"}

    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == unit).values(access="restricted"))
    for question in ("Klug", "Eva Klug", "Was will Frau Klug?", "Klgu"):
        answered = ask(store, tobias, question)
        assert (answered.answers, answered.person) == ((), None)
    assert set(texts(ask(store, kam, "Klug"))) == {"Skonto", "Essen im Werk"}
    assert texts(ask(store, tobias, "Offen")) == ["Essen im Werk"]


def test_a_page_shows_what_its_reader_may_see_when_it_is_sent(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, *(f"Besuch {at}" for at in range(7)))
    first = ask(store, company.member("Tobias"), "Besuch")
    assert first.draft_id is not None
    with store.begin(WORKSPACE) as tx:
        tx.search.remove(Ref(Subject.INTERACTION, helvetia * 1000 + 5))
        tx.search.remove(Ref(Subject.INTERACTION, helvetia * 1000 + 6))
    tobias = company.get("UTOBIAS")
    assert tobias is not None
    search.ask_more(store, NOW, AskMore(tobias, first.draft_id, 5, "click:1", ReplyTo(tobias.id)))
    past = page(store)
    assert (past.answers, past.who_may_know) == ((), ())


def test_a_page_of_a_question_that_is_gone_says_nothing(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, *(f"Besuch {at}" for at in range(7)))
    first = ask(store, lea, "Besuch")
    assert first.draft_id is not None
    search.ask_more(store, NOW, AskMore(lea, first.draft_id, 5, "click:1", ReplyTo(lea.id)))
    row = waiting(store)
    with store.begin(WORKSPACE) as tx:
        tx.drafts.use(first.draft_id, NOW)
        assert search.reply_answered(tx, row, NOW) is None
        nobody = replace(row.outgoing, reply_to=ReplyTo(MemberId("UNOBODY")))
        assert search.reply_answered(tx, replace(row, outgoing=nobody), NOW) is None


def test_a_restricted_account_does_not_exist_for_others(store: SqlStore, company: Company) -> None:
    lea, tobias = company.member("Lea"), company.member("Tobias")
    hidden = company.account("Medtech", access="restricted", kam=lea)
    know(store, hidden, lea, "Fusion geplant")
    know_person(store, hidden, 1, "Eva Kern", "Fusion")
    for question in ("Fusion", "Fusion Medtech", "Medtech", "Was will Eva Kern?"):
        answered = ask(store, tobias, question)
        assert (answered.answers, answered.account, answered.person, answered.who_may_know) == ((), None, None, ())
    assert set(texts(ask(store, lea, "Fusion Medtech"))) == {"Fusion geplant", "Fusion"}


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
    assert answered.who_may_know == (zoll.person, kam.person, deputy.person, author.person)
    assert ask(store, zoll, "Zoll").who_may_know == ()


def test_where_nobody_is_close_the_kam_leads_are_named(store: SqlStore, company: Company) -> None:
    lea, lead = company.member("Lea"), company.member("Lou", role=Role.KAM_LEAD)
    assert ask(store, lea, "Zoll").who_may_know == (lead.person,)


def waiting(store: SqlStore) -> Claimed:
    """Return the one row that waits in the outbox."""
    with store.begin(WORKSPACE) as tx:
        (row,) = tx.outbox.claim(NOW, PLENTY, 5, 5).rows
    return row


def page(store: SqlStore) -> Answered:
    """Load the page that waits in the outbox."""
    row = waiting(store)
    with store.read(WORKSPACE) as tx:
        loaded = search.reply_answered(tx, row, NOW)
    assert isinstance(loaded, Answered)
    return loaded
