from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.delivery import ChannelFacts, Claimed, Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, ChannelId, ContactId, DraftId, MemberId
from bot.domain.interactions import Details, SaveLog, StartLog
from bot.domain.matters import Matter
from bot.domain.members import Member, Role
from bot.domain.search import Answered, Ask, AskColleague, AskMore, Filter, NothingAsked, Page, PassedOn
from bot.domain.search_notes import Note
from bot.services import interactions, search
from storage.store import SqlStore
from storage.tables import AccountRow, EscalationRow, MemberRow, RequestRow
from tests.company import NOW, PLENTY, WORKSPACE, Company, channel, new_key
from tests.hostile import hostile_questions
from tests.slack import Slack


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


def ask(store: SqlStore, actor: Member, question: str, asked_in: ChannelId | None = None) -> Answered:
    """Ask and expect an answer."""
    answered = search.ask(store, NOW, Ask(actor, question, new_key(), asked_in))
    assert isinstance(answered, Answered)
    return answered


def texts(answered: Answered) -> list[str]:
    """Return what is quoted."""
    return [answer.text for answer in answered.answers]


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


def test_what_is_only_similar_is_marked(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    know(store, company.account("Helvetia"), lea, "Liefertermin steht", "Preis")
    (similar,) = ask(store, lea, "Liefertremin").answers
    assert similar.similar_to == ("liefertremin",)
    (exact,) = ask(store, lea, "Liefertermine").answers
    assert exact.similar_to == ()


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


@pytest.mark.parametrize("seed", range(4))
def test_hostile_questions_are_answered_like_any_others(store: SqlStore, company: Company, seed: int) -> None:
    lea = company.member("Lea")
    hidden = company.account("Medtech", access="restricted", kam=company.member("Kim"))
    know(store, company.account("Helvetia"), lea, "Zusage seit Mai")
    know(store, hidden, None, "canary Zusage seit Mai")
    for question in hostile_questions(seed, 100):
        answered = search.ask(store, NOW, Ask(lea, question, new_key()))
        assert "canary" not in str(getattr(answered, "answers", ()))


def waiting(store: SqlStore) -> Claimed:
    """Return the one row that waits in the outbox."""
    (row,) = claimed(store)
    return row


def claimed(store: SqlStore) -> list[Claimed]:
    """Return the rows that wait in the outbox."""
    with store.begin(WORKSPACE) as tx:
        return list(tx.outbox.claim(NOW, PLENTY, 5, 5).rows)


def page(store: SqlStore) -> Answered:
    """Load the page that waits in the outbox."""
    row = waiting(store)
    with store.read(WORKSPACE) as tx:
        loaded = search.reply_answered(tx, row, NOW)
    assert isinstance(loaded, Answered)
    return loaded
