from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.access import Visibility
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import ContactId
from bot.domain.matters import PROMISE, Matter
from bot.domain.members import Member
from bot.domain.search import Answered, AskMore, Filter, NothingAsked, Page, Waiting
from bot.domain.search_notes import Note, promise_note
from bot.services import search
from storage.store import SqlStore
from storage.tables import EscalationRow, InteractionRow, PromiseRow, RequestRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.services.asking import ask, know, know_person, page, texts, waiting


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


def without(store: SqlStore, actor: Member, answered: Answered, *dropped: Filter) -> list[Answered]:
    """Ask again, each time without some of the filters."""
    assert answered.draft_id is not None
    again = AskMore(actor, answered.draft_id, Page(0, dropped[0]), new_key(), ReplyTo(actor.id))
    search.ask_more(store, NOW, again)
    row = waiting(store)
    assert row.outgoing.detail == Page(0, dropped[0]).number
    shown = []
    with store.read(WORKSPACE) as tx:
        for some in dropped:
            page_ = replace(row, outgoing=replace(row.outgoing, detail=Page(0, some).number))
            loaded = search.reply_answered(tx, page_, NOW)
            assert isinstance(loaded, Answered)
            shown.append(loaded)
    return shown


def test_words_of_time_are_days_where_the_reader_is(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea", time_zone="Europe/Zurich")
    far = company.member("Kiri", time_zone="Pacific/Auckland")
    helvetia = company.account("Helvetia")
    # NOW is Friday 10:30 in Zurich and 22:30 in Auckland; the note is of Thursday 13:30 there, of Friday 01:30 here.
    with store.begin(WORKSPACE) as tx:
        at = NOW - timedelta(hours=21)
        tx.search.put(Note(Ref(Subject.INTERACTION, 1), helvetia, lea.id, Visibility.COMPANY, at, "Besuch", number=1))
    for reader, day, found in ((lea, "gestern", 1), (lea, "heute", 0), (far, "heute", 1), (far, "gestern", 0)):
        answered = ask(store, reader, f"Besuch {day}")
        assert (len(answered.answers), answered.days is not None) == (found, True)


@pytest.mark.parametrize("question", ["Besuch seit Oktober", "seit Oktober bei Helvetia", "Was war seit Oktober?"])
def test_only_what_happened_within_the_time_answers(store: SqlStore, company: Company, question: str) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, *(f"Besuch {at}" for at in range(80)))
    know_person(store, helvetia, 7, "Eva Kern", "Besuch")
    answered = ask(store, lea, question)
    assert texts(answered) == [f"Besuch {at}" for at in range(5)]
    assert answered.draft_id is not None
    search.ask_more(store, NOW, AskMore(lea, answered.draft_id, Page(45), new_key(), ReplyTo(lea.id)))
    assert texts(page(store)) == [f"Besuch {at}" for at in range(45, 50)]


@pytest.mark.parametrize(
    ("question", "newest", "count"),
    [
        ("Besuch vor dem 10. November", 11, 4),
        ("visit before 10 November", 11, 4),
        ("Besuch bis 10. November", 10, 5),
        ("visit until the 10th of November", 10, 5),
        ("Besuch nach dem 18. November?", 0, 2),
        ("visit after 18 November", 0, 2),
    ],
)
def test_a_time_may_be_open_at_either_side(
    store: SqlStore, company: Company, question: str, newest: int, count: int
) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, *(f"Besuch {at}, visit" for at in range(15)))
    assert texts(ask(store, lea, question)) == [f"Besuch {at}, visit" for at in range(newest, newest + count)]


def test_each_filter_can_be_dropped_and_its_words_tell_nothing_then(store: SqlStore, company: Company) -> None:
    lea, nina = company.member("Lea"), company.member("Nina Graf")
    helvetia, other = company.account("Helvetia"), company.account("Trautwyl")
    know_person(store, helvetia, 7, "Eva Kern", "Ruhe")
    here: dict[str, Any] = {"contact_ids": (ContactId(7),), "marks": frozenset({"promise"})}
    know(store, helvetia, nina, "Muster alles", **here)
    know(store, other, nina, "Muster anderswo", **here)
    with store.begin(WORKSPACE) as tx:
        changed: tuple[dict[str, Any], ...] = (
            {"author_id": lea.id, "text": "Muster von Lea"},
            {"at": NOW - timedelta(days=400), "text": "Muster damals"},
            {"contact_ids": (), "text": "Muster allein"},
            {"marks": frozenset[str](), "text": "Muster ohne"},
        )
        for key, changes in enumerate(changed, 50):
            about = Ref(Subject.INTERACTION, key)
            note = Note(about, helvetia, nina.id, Visibility.COMPANY, NOW, "", key, **here)
            tx.search.put(replace(note, **changes))
    question = "Muster Zusagen Helvetia Eva Kern Nina Graf diese Woche"
    answered = ask(store, lea, question)
    assert texts(answered) == ["Muster alles"]
    assert (answered.account and answered.account.id, answered.person and answered.person.id) == (helvetia, 7)
    assert (answered.colleague, answered.matter) == (nina.person, Matter.PROMISES)
    more = ("Muster anderswo", "Muster allein", "Muster von Lea", "Muster damals", "Muster ohne")
    *shown, bare = without(store, lea, answered, *Filter, ~Filter.NONE)
    assert [set(texts(one)) - {"Muster alles"} for one in shown] == [{text} for text in more]
    assert [one.page for one in shown] == [Page(0, one) for one in Filter]
    assert (bare.is_narrowed, bare.more) == (False, True)


def test_words_of_the_only_filter_are_looked_for_when_it_is_dropped(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, "Zusagen sind heikel", "Preis")
    answered = ask(store, lea, "Zusagen")
    assert answered.matter is Matter.PROMISES
    (shown,) = without(store, lea, answered, Filter.MATTER)
    assert (texts(shown), shown.matter) == (["Zusagen sind heikel"], None)


def test_words_of_an_alias_name_no_account_any_more_when_the_account_is_dropped(
    store: SqlStore, company: Company
) -> None:
    lea = company.member("Lea")
    helvetia, other = company.account("Helvetia Pumpen", "Pumpenwerk Leeds"), company.account("Trautwyl")
    know(store, helvetia, lea, "Eben ohne Namen")
    know(store, other, lea, "Besuch vom Pumpenwerk Leeds")
    answered = ask(store, lea, "Pumpenwerk Leeds")
    assert texts(answered) == ["Eben ohne Namen"]
    (shown,) = without(store, lea, answered, Filter.ACCOUNT)
    assert (texts(shown), shown.account) == (["Besuch vom Pumpenwerk Leeds"], None)


def test_only_requests_that_wait_for_an_answer_are_open(store: SqlStore, company: Company) -> None:
    lea, cora, helvetia = company.member("Lea"), company.member("Cora"), company.account("Helvetia")
    department = company.department("Production", cora)
    for number, state in enumerate(("open", "question", "countered", "accepted", "withdrawn"), 1):
        with store.engine.begin() as connection:
            connection.execute(
                insert(RequestRow).values(
                    workspace_id=WORKSPACE, id=number, number=number, account_id=helvetia, department_id=department,
                    requester_id=lea.id, kind="date", what=state, needed_by=NOW.date(), visibility="company",
                    state=state, created_at=NOW, version=1,
                )
            )  # fmt: skip
        with store.begin(WORKSPACE) as tx:
            tx.search.put(Note(Ref(Subject.REQUEST, number), helvetia, lea.id, Visibility.COMPANY, NOW, state, number))
    know(store, helvetia, lea, "Eine offene Rechnung")
    assert set(texts(ask(store, lea, "offene Anfragen Helvetia"))) == {"open", "question", "countered"}
    assert set(texts(ask(store, lea, "requests Helvetia"))) == {
        "open",
        "question",
        "countered",
        "accepted",
        "withdrawn",
    }


@pytest.mark.parametrize("question", ["offene Konflikte Helvetia", "open escalations Helvetia"])
def test_open_conflicts_are_listed_and_decided_ones_not_cited(store: SqlStore, company: Company, question: str) -> None:
    lea, ben, helvetia = company.member("Lea"), company.member("Ben"), company.account("Helvetia")
    department = company.department("Production", ben)
    words_ = dict.fromkeys(("our_goal", "their_goal", "tried", "effect", "options", "decision_wanted"), "x")
    for number, state in enumerate(("decided", "raised", "without_recipient", "withdrawn", "question"), 1):
        with store.engine.begin() as connection:
            connection.execute(
                insert(EscalationRow).values(
                    workspace_id=WORKSPACE, id=number, number=number, account_id=helvetia, raiser_id=lea.id,
                    party_a_id=lea.id, party_b_id=ben.id, party_b_department_id=department, state=state, created_at=NOW,
                    version=1, **words_,
                )
            )  # fmt: skip
    with store.begin(WORKSPACE) as tx:
        for number, text in ((1, "decided"), (5, "decided before and opened again")):
            about = Ref(Subject.ESCALATION, number)
            tx.search.put(Note(about, helvetia, lea.id, Visibility.COMPANY, NOW, text, number))
    know(store, helvetia, lea, "Ein offener Konflikt ist nur ein Wort")
    reader = company.member("Tobias")
    answered = ask(store, reader, question)
    assert answered.matter is Matter.OPEN_CONFLICTS
    assert texts(answered) == ["decided before and opened again"]
    assert isinstance(answered.direct, Waiting)
    assert {matter.short_id for matter in answered.direct.matters} == {"E-2", "E-3", "E-5"}
    assert set(texts(ask(store, reader, "Konflikte Helvetia"))) == {"decided", "decided before and opened again"}


@pytest.mark.parametrize("question", ["offene Zusagen Helvetia", "open promises Helvetia", "offene Zusagen"])
def test_only_promises_that_are_still_to_be_kept_are_open(store: SqlStore, company: Company, question: str) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    states = ("done", "open", "withdrawn")  # newest first: a page has no room for all of them
    with store.begin(WORKSPACE) as tx:
        for number, state in enumerate(states, 1):
            about, marks, all_ = Ref(Subject.INTERACTION, number), frozenset({PROMISE}), Visibility.COMPANY
            then = NOW - timedelta(minutes=number)
            tx.search.put(Note(about, helvetia, lea.id, all_, then, f"interaction, {state}", number, marks=marks))
            ref = AccountRef(helvetia, "Helvetia")
            tx.search.put(promise_note(10 + number, ref, lea.id, f"promise, {state}", all_, then))
    with store.engine.begin() as connection:
        for number, state in enumerate(states, 1):
            met = {"id": number, "number": number, "account_id": helvetia, "author_id": lea.id, "text": state}
            at = {"occurred_at": NOW, "logged_at": NOW, "kind": "visit", "visibility": "company", "version": 1}
            connection.execute(insert(InteractionRow).values(workspace_id=WORKSPACE, tags=[], **met, **at))
            for key, interaction_id in ((20 + number, number), (10 + number, None)):
                connection.execute(
                    insert(PromiseRow).values(
                        workspace_id=WORKSPACE, id=key, account_id=helvetia, interaction_id=interaction_id, text=state,
                        first_due_on=NOW.date(), due_on=NOW.date(), owner_id=lea.id, state=state, version=1,
                    )
                )  # fmt: skip
    know(store, helvetia, lea, "Eine offene Zusage ist nur ein Wort")
    answered = ask(store, lea, question)
    assert answered.matter is Matter.OPEN_PROMISES
    assert set(texts(answered)) == {"interaction, open", "promise, open"}
    of_any_state = texts(ask(store, lea, question.replace("offene ", "").replace("open ", "")))
    assert any(text.endswith("done") for text in of_any_state)


def test_a_colleague_s_notes_are_those_they_wrote_and_those_that_mention_them(
    store: SqlStore, company: Company
) -> None:
    lea, nina = company.member("Lea Brunner"), company.member("Nina Fäh")
    gone = company.member("Karin Vogt", standing="deactivated")
    helvetia = company.account("Helvetia")
    know(store, helvetia, nina, "Kabel von mir")
    know(store, company.account("Trautwyl"), lea, "Kabel mit Nina besprochen", "Kabel allein")
    know(store, company.account("Nordfeld"), gone, "Kabel damals")
    answered = ask(store, lea, "Was schreibt Nina zu Kabel?")
    assert set(texts(answered)) == {"Kabel von mir", "Kabel mit Nina besprochen"}
    assert answered.colleague == nina.person
    assert texts(ask(store, lea, "Kabel Nina Faeh")) == ["Kabel von mir"]
    left = ask(store, lea, "Kabel Karin Vogt")
    assert (texts(left), left.colleague) == (["Kabel damals"], gone.person)
    own = ask(store, lea, "meine Notizen zu Kabel")
    assert (set(texts(own)), own.colleague) == ({"Kabel mit Nina besprochen", "Kabel allein"}, lea.person)


def test_a_kept_question_that_asks_nothing_without_its_filter_is_taught(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, "Besuch")
    answered = ask(store, lea, "gestern")
    assert answered.draft_id is not None
    search.ask_more(store, NOW, AskMore(lea, answered.draft_id, Page(0, Filter.TIME), new_key(), ReplyTo(lea.id)))
    row = waiting(store)
    with store.begin(WORKSPACE) as tx:
        tx.drafts.change(answered.draft_id, {"question": "was ist"})
        assert search.reply_answered(tx, row, NOW) == NothingAsked("was ist")
