from dataclasses import replace

import pytest
from sqlalchemy import insert, update

from bot.domain import errors
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import ContactId, DraftId, MemberId
from bot.domain.interactions import Details, SaveLog, StartLog
from bot.domain.search import Ask, AskMore, NothingAsked, Page
from bot.services import interactions, search
from storage.store import SqlStore
from storage.tables import AccountRow, EscalationRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.hostile import hostile_questions
from tests.services.asking import ask, know, know_person, page, texts, waiting
from tests.slack import Slack


@pytest.mark.parametrize("question", ["", "  ", "?!", "👍"])
def test_an_empty_question_asks_nothing(store: SqlStore, company: Company, question: str) -> None:
    assert search.ask(store, NOW, Ask(company.member("Lea"), question, new_key())) == NothingAsked(question.strip())


@pytest.mark.parametrize("question", ["was ist", "what is it about?", "gibt es etwas Neues"])
def test_a_question_of_stop_words_asks_for_more_instead_of_answering_anything(
    store: SqlStore, company: Company, question: str
) -> None:
    lea = company.member("Lea")
    know(store, company.account("Helvetia"), lea, "Was ist das, what is it about")
    assert search.ask(store, NOW, Ask(lea, question, new_key())) == NothingAsked(question)


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
        search.ask_more(store, NOW, AskMore(tobias, first.draft_id, Page(5), "click:1", ReplyTo(tobias.id)))
    with pytest.raises(errors.DraftGone):
        search.ask_more(store, NOW, AskMore(lea, DraftId(1), Page(5), "click:1", ReplyTo(lea.id)))
    search.ask_more(
        store, NOW, AskMore(lea, first.draft_id, Page(5), "click:1", ReplyTo(lea.id, "https://x", replace=True))
    )
    second = page(store)
    assert (texts(second), second.more, second.page) == (["Besuch 5", "Besuch 6"], False, Page(5))


def test_a_click_delivered_twice_brings_one_page(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, *(f"Besuch {at}" for at in range(12)))
    first = ask(store, lea, "Besuch")
    assert first.draft_id is not None
    for _ in range(2):
        search.ask_more(store, NOW, AskMore(lea, first.draft_id, Page(5), "click:1", ReplyTo(lea.id)))
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
    search.ask_more(store, NOW, AskMore(tobias, first.draft_id, Page(5), "click:1", ReplyTo(tobias.id)))
    past = page(store)
    assert (past.answers, past.who_may_know) == ((), ())


def test_a_page_of_a_question_that_is_gone_says_nothing(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, *(f"Besuch {at}" for at in range(7)))
    first = ask(store, lea, "Besuch")
    assert first.draft_id is not None
    search.ask_more(store, NOW, AskMore(lea, first.draft_id, Page(5), "click:1", ReplyTo(lea.id)))
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


def test_a_short_id_finds_its_object_for_those_who_may_see_it(slack: Slack, company: Company) -> None:
    lea, tobias, cora = company.member("Lea"), company.member("Tobias"), company.member("Cora")
    company.department("Production", cora)
    company.account("Helvetia", "HPU")
    company.account("Medtech", access="restricted", kam=lea)
    slack.command(lea, "/kam-log HPU: Besuch im Einkauf")
    slack.command(lea, "/kam-log Medtech: geheim")
    slack.command(lea, "/kam-request Production HPU: Zwei Leute")
    assert slack.submit(lea, kind="capacity", needed_by="2026-12-18") == {}
    assert texts(ask(slack.store, tobias, "I-1")) == ["Besuch im Einkauf"]
    assert texts(ask(slack.store, tobias, "was ist mit r-1?")) == ["Zwei Leute"]
    assert texts(ask(slack.store, lea, "I-2")) == ["geheim"]
    hidden, missing = ask(slack.store, tobias, "I-2"), ask(slack.store, tobias, "I-99")
    assert (hidden.answers, hidden.who_may_know) == (missing.answers, missing.who_may_know) == ((), ())


def test_a_conflict_is_found_by_its_id_before_it_is_decided(store: SqlStore, company: Company) -> None:
    lea, ben = company.member("Lea"), company.member("Ben")
    helvetia = company.account("Helvetia")
    department = company.department("Production", ben)
    words_ = dict.fromkeys(("our_goal", "their_goal", "tried", "effect", "options", "decision_wanted"), "x")
    with store.engine.begin() as connection:
        connection.execute(
            insert(EscalationRow).values(
                workspace_id=WORKSPACE, id=9, number=3, account_id=helvetia, raiser_id=lea.id, party_a_id=lea.id,
                party_b_id=ben.id, party_b_department_id=department, state="raised", created_at=NOW, version=1, **words_,
            )
        )  # fmt: skip
    for reader in (lea, company.member("Tobias")):
        (answer,) = ask(store, reader, "E-3").answers
        assert (answer.short_id, answer.account.id, answer.heading, answer.text) == ("E-3", helvetia, "Production", "")
    assert ask(store, lea, "E-4").answers == ()


def test_what_is_only_similar_is_marked(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    know(store, company.account("Helvetia"), lea, "Liefertermin steht", "Preis")
    (similar,) = ask(store, lea, "Liefertremin").answers
    assert similar.similar_to == ("liefertremin",)
    (exact,) = ask(store, lea, "Liefertermine").answers
    assert exact.similar_to == ()


@pytest.mark.parametrize("seed", range(4))
def test_hostile_questions_are_answered_like_any_others(store: SqlStore, company: Company, seed: int) -> None:
    lea = company.member("Lea")
    hidden = company.account("Medtech", access="restricted", kam=company.member("Kim"))
    know(store, company.account("Helvetia"), lea, "Zusage seit Mai")
    know(store, hidden, None, "canary Zusage seit Mai")
    for question in hostile_questions(seed, 100):
        answered = search.ask(store, NOW, Ask(lea, question, new_key()))
        assert "canary" not in str(getattr(answered, "answers", ()))
