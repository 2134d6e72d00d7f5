from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.domain.access import Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import ContactId
from bot.domain.members import Role
from bot.domain.search import Answered, Ask, Filter, Promised
from bot.domain.search_notes import Note
from bot.services import search
from storage.store import SqlStore
from storage.tables import PromiseRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.services.asking import ask, know, know_person, texts


def near(answered: Answered) -> list[str]:
    """Return what is quoted though it answers something else."""
    return [answer.text for answer in answered.nearby.answers] if answered.nearby else []


def test_where_no_note_has_the_words_the_newest_about_whom_is_asked_is_shown_beside_who_may_know(
    store: SqlStore, company: Company
) -> None:
    lea, tobias = company.member("Lea"), company.member("Tobias")
    helvetia = company.account("Helvetia", kam=tobias)
    know(store, helvetia, lea, "Nullserie", "Messe", "Essen", "Alt")
    answered = ask(store, lea, "Farbton Helvetia")
    assert (texts(answered), near(answered)) == ([], ["Nullserie", "Messe", "Essen"])
    assert answered.nearby is not None
    assert (answered.nearby.without, answered.nearby.is_wordless) == (Filter.NONE, True)
    assert [person.name for person in answered.who_may_know] == ["Tobias"]


def test_where_only_a_person_s_own_entry_is_left_their_newest_notes_follow_it(
    store: SqlStore, company: Company
) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know_person(store, helvetia, 1, "Daniela Suter", "Skonto ab 2027")
    know(store, helvetia, lea, "Essen mit Suter", contact_ids=(ContactId(1),))
    answered = ask(store, lea, "Telefonnummer Suter")
    assert (texts(answered), near(answered)) == (["Skonto ab 2027"], ["Essen mit Suter"])


def test_where_nothing_happened_in_a_time_another_time_is_shown(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, "Die Kapazität reicht")
    for question in ("Kapazität 2025", "Kapazität Helvetia 2025", "Helvetia 2025"):
        answered = ask(store, lea, question)
        assert (texts(answered), near(answered)) == ([], ["Die Kapazität reicht"])
        assert answered.nearby is not None
        assert (answered.nearby.without, answered.nearby.is_wordless) == (Filter.TIME, False)


def test_what_only_resembles_the_words_is_not_near(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    this_week = ["Das Risiko wächst", "Offen", "Knapp", "Eng", "Teuer"]
    know(store, helvetia, lea, *this_week, "Der Ärger ist groß", marks=frozenset({"risk"}))
    answered = ask(store, lea, "größte Risiken diese Woche")
    assert (texts(answered), near(answered)) == ([], this_week[:3])


def test_where_a_colleague_wrote_nothing_of_it_others_are_shown(store: SqlStore, company: Company) -> None:
    lea, nina = company.member("Lea"), company.member("Nina Fäh")
    know(store, company.account("Helvetia"), lea, "Vertragsstrafe offen")
    know(store, company.account("Trautwyl"), nina, "Dauerlauf bestanden")
    answered = ask(store, lea, "Was sagt Nina zur Vertragsstrafe?")
    assert (texts(answered), near(answered)) == ([], ["Vertragsstrafe offen"])
    assert answered.nearby is not None
    assert (answered.nearby.without, answered.nearby.is_wordless) == (Filter.COLLEAGUE, False)


def test_whatever_was_dropped_to_find_something_near_is_told(store: SqlStore, company: Company) -> None:
    lea, nina = company.member("Lea"), company.member("Nina Fäh")
    helvetia = company.account("Helvetia")
    know(store, helvetia, lea, "Vertragsstrafe offen")
    know(store, company.account("Trautwyl"), nina, "Dauerlauf bestanden")
    others = ask(store, lea, "Was sagte Nina 2025 zur Vertragsstrafe?").nearby
    assert others is not None
    assert (others.without, others.is_wordless) == (Filter.TIME | Filter.COLLEAGUE, False)
    assert [one.text for one in others.answers] == ["Vertragsstrafe offen"]
    newest = ask(store, lea, "Farbton Helvetia 2025").nearby
    assert newest is not None
    assert (newest.without, newest.is_wordless) == (Filter.TIME, True)
    assert [one.text for one in newest.answers] == ["Vertragsstrafe offen"]
    in_time = ask(store, lea, "Farbton Helvetia 2026").nearby
    assert in_time is not None
    assert (in_time.without, in_time.is_wordless) == (Filter.NONE, True)


def test_what_is_planned_is_asked_for_by_a_time_to_come(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    with store.begin(WORKSPACE) as tx:
        about, at = Ref(Subject.INTERACTION, 1), NOW + timedelta(days=5)
        tx.search.put(Note(about, helvetia, lea.id, Visibility.COMPANY, at, "Werksrundgang", number=1))
    for question in ("nächste Woche", "what's on next week at Helvetia?"):
        assert texts(ask(store, lea, question)) == ["Werksrundgang"]
    assert texts(ask(store, lea, "morgen")) == []


def test_of_a_time_alone_nobody_is_asked(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    company.member("Katharina", role=Role.KAM_LEAD)
    assert ask(store, lea, "gestern").who_may_know == ()
    assert [person.name for person in ask(store, lea, "Zoll gestern").who_may_know] == ["Katharina"]


def test_nothing_is_near_what_names_nobody_and_no_time(store: SqlStore, company: Company) -> None:
    lea, helvetia = company.member("Lea"), company.account("Helvetia")
    know(store, helvetia, lea, "Nullserie")
    for question in ("Farbton", "gestern", "Besuche"):
        assert ask(store, lea, question).nearby is None
    assert ask(store, lea, "Nullserie Helvetia").nearby is None


def test_what_is_near_is_what_the_reader_may_see(store: SqlStore, company: Company) -> None:
    lea, stranger = company.member("Lea"), company.member("Tobias")
    medtech = company.account("Medtech", kam=lea, access="restricted")
    know(store, medtech, lea, "Nullserie")
    assert near(ask(store, lea, "Farbton Medtech")) == ["Nullserie"]
    hidden = ask(store, stranger, "Farbton Medtech")
    assert (hidden.nearby, hidden.account) == (None, None)


def test_a_word_of_an_alias_stands_for_the_account_where_nothing_else_is_asked(
    store: SqlStore, company: Company
) -> None:
    lea, stranger = company.member("Lea"), company.member("Tobias")
    trautwyl = company.account("Trautwyl UK", "Trautwyl Leeds", kam=lea, access="restricted")
    know(store, trautwyl, lea, "Eben", "Ersatzteile übergeben", "Stock in Leeds", marks=frozenset({"visit"}))
    last = ask(store, lea, "who was last at Leeds?")
    assert texts(last) == ["Ersatzteile übergeben", "Stock in Leeds"]
    assert texts(ask(store, lea, "stock in Leeds")) == ["Stock in Leeds"]
    assert texts(ask(store, stranger, "who was last at Leeds?")) == []


def test_a_note_that_is_only_similar_is_not_the_last_time(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    know(store, company.account("Werk"), lea, "Heute", "Rundgang Zaragoza", marks=frozenset({"visit"}))
    assert ask(store, lea, "wer war zuletzt in Zaragoza").direct is not None
    similar = ask(store, lea, "wer war zuletzt in Zaragosa")
    assert (texts(similar), similar.direct) == (["Rundgang Zaragoza"], None)


def test_a_word_of_many_aliases_stands_for_none(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    for number in range(6):
        know(store, company.account(f"Werk {number}", f"Süd {number}"), lea, f"Besuch {number}")
    assert texts(ask(store, lea, "Süd")) == []


def test_a_mention_names_a_colleague_whatever_slack_calls_them(store: SqlStore, company: Company) -> None:
    lea, nina = company.member("Lea"), company.member("Nina Fäh")
    know(store, company.account("Helvetia"), nina, "Dauerlauf bestanden")
    know(store, company.account("Trautwyl"), lea, "Messe")
    asked = Ask(lea, "Was hat @nfaeh notiert?", new_key(), people=(nina.id,))
    answered = search.ask(store, NOW, asked)
    assert isinstance(answered, Answered)
    assert texts(answered) == ["Dauerlauf bestanden"]
    assert answered.question == "Was hat Nina Fäh notiert?"


@pytest.mark.parametrize("count", [5, 7])
def test_many_open_promises_are_counted_and_the_first_listed(store: SqlStore, company: Company, count: int) -> None:
    lea, helvetia = company.member("Lea", role=Role.KAM_LEAD), company.account("Helvetia")
    due = (NOW + timedelta(days=9)).date()
    row = {"workspace_id": WORKSPACE, "account_id": helvetia, "text": "Muster", "first_due_on": due, "due_on": due}
    people = {"owner_id": lea.id, "author_id": lea.id, "state": "open", "created_at": NOW}
    with store.engine.begin() as connection:
        connection.execute(insert(PromiseRow), [{**row, **people, "id": number + 1} for number in range(count)])
    direct = ask(store, lea, "Zusagen Helvetia").direct
    assert isinstance(direct, Promised)
    assert (len(direct.promises), direct.count) == (5, count)
