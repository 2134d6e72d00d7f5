from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from bot.domain import errors
from bot.domain.access import Access
from bot.domain.account_flags import Flag
from bot.domain.accounts import Because
from bot.domain.briefings import (
    Briefing,
    PickBriefing,
    ReadBriefing,
    ShowBriefing,
    Shown,
    Topic,
    Wanted,
    WhichBriefing,
)
from bot.domain.contact_assessments import Measure
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, ContactId
from bot.domain.interactions import Category, Favour
from bot.domain.members import Member, Role, Standing
from bot.services import briefings
from storage.store import SqlStore
from storage.tables import (
    AccountRow,
    AssessmentRow,
    Base,
    EscalationRow,
    FavourRow,
    HypothesisRow,
    InfluenceRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    NextStepRow,
    PromiseRow,
    RequestRow,
)
from tests.company import NOW, PLENTY, Company, channel

HELVETIA = "Helvetia Pumpen"


class Place:
    """Helvetia Pumpen with Lea as KAM; every method makes a row of its own."""

    def __init__(self, store: SqlStore, company: Company) -> None:
        self.store, self.company = store, company
        self.lea = company.member("Lea Brunner", level=3)
        self.james = company.member("James Hartley", level=4)
        self.helvetia = company.account(HELVETIA, "HPU", kam=self.lea, deputy=self.james, tier="a")
        self._numbers = iter(range(1, 10_000))

    def put(self, table: type[Base], **values: Any) -> int:
        """Write a row and return its number."""
        number = next(self._numbers)
        with self.store.engine.begin() as connection:
            row = {"workspace_id": self.company.workspace, "id": number, **values}
            columns = set(table.__table__.columns.keys())
            connection.execute(insert(table).values(**{key: value for key, value in row.items() if key in columns}))
        return number

    def change(self, table: Any, key: str | int, **values: Any) -> None:
        """Change a row."""
        with self.store.engine.begin() as connection:
            connection.execute(update(table).where(table.id == key).values(**values))

    def note(
        self,
        text: str,
        days_ago: float = 1,
        contacts: tuple[ContactId, ...] = (),
        account: AccountId | None = None,
        **values: Any,
    ) -> int:
        """Log a note; a negative number of days lies ahead."""
        number = self.put(
            InteractionRow,
            **{
                "number": next(self._numbers) + 100,
                "account_id": account or self.helvetia,
                "author_id": self.james.id,
                "occurred_at": NOW - timedelta(days=days_ago),
                "logged_at": NOW,
                "text": text,
                "kind": "visit",
                "tags": [],
                "visibility": "company",
                "version": 1,
                **values,
            },
        )
        for contact in contacts:
            at = values.get("occurred_at", NOW - timedelta(days=days_ago))
            self.put(InteractionContactRow, interaction_id=number, contact_id=contact, occurred_at=at)
        return number

    def promise(self, text: str, due_on: date, **values: Any) -> int:
        """Promise something that belongs to no note."""
        return self.put(
            PromiseRow,
            **{
                "account_id": self.helvetia,
                "text": text,
                "first_due_on": due_on,
                "due_on": due_on,
                "owner_id": self.lea.id,
                "author_id": self.lea.id,
                "visibility": "company",
                "state": "open",
                "created_at": NOW,
                "version": 1,
                **values,
            },
        )

    def judge(self, measure: Measure, value: int, days_ago: float, contact: ContactId | None = None) -> int:
        """Judge a contact, or the account."""
        return self.put(
            AssessmentRow,
            account_id=self.helvetia,
            contact_id=contact,
            measure=measure,
            value=value,
            reason="As we saw it",
            by_id=self.lea.id,
            at=NOW - timedelta(days=days_ago),
        )

    def request(self, what: str, **values: Any) -> int:
        """Ask a department."""
        number = next(self._numbers)
        return self.put(
            RequestRow,
            **{
                "number": number,
                "account_id": self.helvetia,
                "requester_id": self.lea.id,
                "kind": "date",
                "what": what,
                "needed_by": date(2026, 12, 4),
                "visibility": "company",
                "state": "open",
                "created_at": NOW,
                "clock_spent": 0,
                "clock_step": 0,
                "moves": 0,
                "version": 1,
                **values,
            },
        )

    def conflict(self, party: Member) -> int:
        """Put a conflict before a sponsor."""
        return self.put(
            EscalationRow,
            number=next(self._numbers),
            account_id=self.helvetia,
            raiser_id=self.lea.id,
            party_a_id=self.lea.id,
            party_b_id=party.id,
            our_goal="A secret goal",
            their_goal="Another",
            tried="Talked",
            effect="",
            options="",
            decision_wanted="A line",
            decide_by=date(2026, 12, 1),
            state="raised",
            created_at=NOW,
            version=1,
        )


@pytest.fixture
def place(store: SqlStore, company: Company) -> Place:
    return Place(store, company)


def asked(store: SqlStore, reader: Member, typed: str, in_channel: str = "general") -> Shown | WhichBriefing:
    return briefings.show(store, NOW, ShowBriefing(reader, typed, channel(in_channel)))


def page(store: SqlStore, reader: Member, typed: str, in_channel: str = "general") -> Briefing:
    shown = asked(store, reader, typed, in_channel)
    assert isinstance(shown, Shown), shown
    return shown.briefing


def which(store: SqlStore, reader: Member, typed: str) -> WhichBriefing:
    question = asked(store, reader, typed)
    assert isinstance(question, WhichBriefing), question
    return question


@contextmanager
def statements(store: SqlStore) -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    seen: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", keep)
    yield seen
    event.remove(store.engine, "before_cursor_execute", keep)


class TestWhose:
    def test_the_name_of_an_account_shows_its_page_whole_or_in_short(self, store: SqlStore, place: Place) -> None:
        whole, short = asked(store, place.lea, "helvetia PUMPEN"), asked(store, place.lea, "HPU exec")

        assert isinstance(whole, Shown)
        assert isinstance(short, Shown)
        assert (whole.is_short, short.is_short) == (False, True)
        assert whole.briefing == short.briefing
        assert whole.briefing.about == Ref(Subject.ACCOUNT, place.helvetia)

    @pytest.mark.parametrize("typed", ["Simon Ashworth", "ashworth", "simon ashworth EXEC"])
    def test_the_name_or_surname_of_a_contact_shows_theirs(self, store: SqlStore, place: Place, typed: str) -> None:
        simon = place.company.contact(place.helvetia, "Simon Ashworth")

        assert page(store, place.lea, typed).about == Ref(Subject.CONTACT, simon)

    def test_without_a_name_it_is_the_channels_account_else_the_latest_are_offered(
        self, store: SqlStore, place: Place
    ) -> None:
        bound = place.company.account("Nordfeld", channel_id="CNORD")

        assert page(store, place.lea, "exec", in_channel="nord").account.id == bound
        assert {offer.name for offer in which(store, place.lea, "").offers} == {HELVETIA, "Nordfeld"}

    def test_a_name_that_several_bear_is_asked_back(self, store: SqlStore, place: Place) -> None:
        simon = place.company.contact(place.helvetia, "Keller")
        account = place.company.account("Keller")
        first = place.company.contact(account, "Simon Ashworth")
        second = place.company.contact(place.helvetia, "Tom Ashworth")

        shared, surnames = which(store, place.lea, "Keller exec"), which(store, place.lea, "Ashworth")

        assert shared.is_shared
        assert shared.is_short
        assert {offer.about.id for offer in shared.offers} == {simon, account}
        assert {offer.about.id for offer in surnames.offers} == {first, second}

    def test_an_accounts_whole_name_is_not_asked_back_because_of_a_surname(self, store: SqlStore, place: Place) -> None:
        account = place.company.account("Keller")
        place.company.contact(place.helvetia, "Anna Keller")

        assert page(store, place.lea, "Keller").account.id == account

    def test_a_slip_of_the_fingers_offers_accounts_and_contacts(self, store: SqlStore, place: Place) -> None:
        simon = place.company.contact(place.helvetia, "Simon Ashworth")

        assert which(store, place.lea, "Helvetia Pumpn").offers[0].about.id == place.helvetia
        assert simon in {offer.about.id for offer in which(store, place.lea, "Simon Ashwort").offers}
        assert simon in {offer.about.id for offer in which(store, place.lea, "Simn Ashwroth").offers}

    @pytest.mark.parametrize("typed", ["zzzz", "O'Brien", "100 %", '"open', "<!channel>", "%_", "\\", "x" * 3000])
    def test_a_name_like_no_other_is_refused_whatever_it_is(self, store: SqlStore, place: Place, typed: str) -> None:
        with pytest.raises(errors.UnknownToBrief) as refused:
            asked(store, place.lea, typed)
        assert refused.value.typed == typed

    @pytest.mark.parametrize("typed", ["Geheimwerk", "Geheimwerx", "Sibylle Kern", "Kern"])
    def test_what_is_hidden_is_answered_in_the_words_for_what_does_not_exist(
        self, store: SqlStore, place: Place, typed: str
    ) -> None:
        tobias = place.company.member("Tobias Seidel")
        hidden = place.company.account("Geheimwerk", access="restricted", kam=tobias)
        place.company.contact(hidden, "Sibylle Kern")

        with pytest.raises(errors.UnknownToBrief) as refused:
            asked(store, place.lea, typed)
        assert refused.value.typed == typed
        assert asked(store, tobias, typed)

    def test_who_left_the_customer_has_no_page_and_who_was_merged_that_of_whom_they_are_part_of(
        self, store: SqlStore, place: Place
    ) -> None:
        stays = place.company.contact(place.helvetia, "Vera Wulfes")
        place.company.contact(place.helvetia, "Simon Ashworth", left_on=date(2026, 10, 1))
        place.company.contact(place.helvetia, "Ines Petersen", merged_into_id=stays)

        with pytest.raises(errors.UnknownToBrief):
            asked(store, place.lea, "Simon Ashworth")
        assert page(store, place.lea, "Ines Petersen").about == Ref(Subject.CONTACT, stays)
        assert [one.id for one in page(store, place.lea, HELVETIA).people.lines] == [stays]


class TestPage:
    def test_who_will_be_met_the_deciders_first_with_our_person(self, store: SqlStore, place: Place) -> None:
        vera = place.company.contact(place.helvetia, "Vera Wulfes", level=4)
        simon = place.company.contact(
            place.helvetia, "Simon Ashworth", level=1, decision_roles=["decider"], owner=place.james
        )
        place.note("Besuch", contacts=(vera,))

        people = page(store, place.lea, HELVETIA).people

        assert [one.id for one in people.lines] == [simon, vera]
        assert people.lines[0].owner == place.james.person
        assert people.lines[0].is_mismatched
        assert people.lines[1].last_touch == NOW - timedelta(days=1)

    def test_the_last_contacts_by_anyone_and_what_is_planned(self, store: SqlStore, place: Place) -> None:
        vera = place.company.contact(place.helvetia, "Vera Wulfes")
        for number in range(8):
            place.note(f"note {number}", days_ago=number + 1, contacts=(vera,), kind="call")
        place.note("over next week", days_ago=-8)
        place.note("next week", days_ago=-7)
        place.note("taken back", withdrawn_at=NOW)

        found = page(store, place.lea, HELVETIA)

        assert [one.text for one in found.heard.lines] == ["note 0", "note 1", "note 2", "note 3", "note 4"]
        assert [one.text for one in found.planned.lines] == ["next week", "over next week"]
        assert (found.heard.lines[0].contacts, found.heard.lines[0].author) == ("Vera Wulfes", place.james.person)

    def test_what_they_want_is_there_although_much_was_said_since(self, store: SqlStore, place: Place) -> None:
        place.note("Zwei Linien mehr", days_ago=300, category="need")
        place.note("Ein Mitbewerber bietet mit", days_ago=40, category="competitor")
        place.note("Reklamation zu Charge 7", days_ago=20, tags=["complaint"])
        for number in range(20):
            place.note(f"small talk {number}", days_ago=1, category="satisfaction")

        wishes = page(store, place.lea, HELVETIA).wishes

        assert [one.text for one in wishes.lines] == [
            "Reklamation zu Charge 7",
            "Ein Mitbewerber bietet mit",
            "Zwei Linien mehr",
        ]

    def test_what_is_open_overdue_first_and_what_was_done_not_at_all(self, store: SqlStore, place: Place) -> None:
        place.promise("Muster", date(2026, 12, 4))
        place.promise("Bericht", date(2026, 11, 2))
        place.promise("Erledigt", date(2026, 11, 3), state="done", closed_on=date(2026, 11, 3))
        place.put(
            NextStepRow,
            account_id=place.helvetia,
            text="Anrufen",
            owner_id=place.james.id,
            visibility="company",
            state="open",
            version=1,
        )

        found = page(store, place.lea, HELVETIA)

        assert [one.text for one in found.due.lines] == ["Bericht", "Muster", "Anrufen"]
        assert found.overdue == 1
        assert Flag.OVERDUE_PROMISE in {one.flag for one in found.flags}

    def test_open_requests_and_conflicts_are_headers(self, store: SqlStore, place: Place) -> None:
        department = place.company.department("Production", place.company.member("Cora Huber"))
        place.request("Zwei Fachleute", department_id=department, assignee_id=place.james.id, state="accepted")
        place.request("Fertig", state="confirmed")
        place.request("Nur für das Team", visibility="team")
        conflict = place.conflict(place.company.member("Sandra Meier"))
        stranger = place.company.member("Hugo Blum")

        mine, theirs = page(store, place.lea, HELVETIA).matters, page(store, stranger, HELVETIA).matters

        assert [(one.headline, one.owner) for one in mine.lines] == [
            (None, None),
            ("Zwei Fachleute", place.james.person),
            ("Nur für das Team", place.lea.person),
        ]
        assert [(one.headline, one.owner, one.department) for one in theirs.lines] == [
            (None, None, None),
            ("Zwei Fachleute", None, "Production"),
        ]
        assert conflict
        assert "secret" not in str(page(store, place.lea, HELVETIA))

    def test_favours_stand_side_by_side_as_far_as_one_may_read_their_note(self, store: SqlStore, place: Place) -> None:
        simon = place.company.contact(place.helvetia, "Simon Ashworth")
        told = {
            "account_id": place.helvetia,
            "kind": Favour.INTRODUCTION,
            "direction": "given",
            "text": "Kontakt zu unserer Entwicklung",
            "on": date(2026, 11, 2),
            "member_id": place.james.id,
            "author_id": place.james.id,
            "visibility": "company",
            "created_at": NOW,
            "version": 1,
        }
        place.put(FavourRow, **told, contact_id=simon)
        place.put(FavourRow, **{**told, "direction": "received", "text": "Hinweis", "on": date(2026, 11, 3)})
        place.put(FavourRow, **{**told, "text": "Nur fürs Team", "visibility": "team"})
        stranger = place.company.member("Hugo Blum")

        assert [one.text for one in page(store, stranger, HELVETIA).favours.lines] == [
            "Hinweis",
            "Kontakt zu unserer Entwicklung",
        ]
        assert page(store, place.lea, HELVETIA).favours.count == 3
        assert [one.contact and one.contact.id for one in page(store, stranger, "Ashworth").favours.lines] == [simon]

    def test_satisfaction_keeps_its_two_sources_apart(self, store: SqlStore, place: Place) -> None:
        place.note("gut", satisfaction=4, satisfaction_source="ours")
        place.note("sie sagen", satisfaction=2, satisfaction_source="customer")

        found = page(store, place.lea, HELVETIA)

        assert [one.value for one in found.impressions.single] == [4]
        assert [one.value for one in found.customer_words.single] == [2]

    def test_units_count_as_far_as_the_reader_sees_them(self, store: SqlStore, place: Place) -> None:
        tobias = place.company.member("Tobias Seidel")
        unit = place.company.account("Helvetia Leeds", parent=place.helvetia)
        hidden = place.company.account("Helvetia Medtech", parent=place.helvetia, access="restricted", kam=tobias)
        secret = place.company.contact(hidden, "Geheime Person")
        place.note("im Werk", account=unit)
        place.note("im Labor", account=hidden)
        place.note("mit der Gruppe", contacts=(secret,))

        seen, whole = page(store, place.lea, HELVETIA), page(store, tobias, HELVETIA)

        assert (seen.units, {one.text for one in seen.heard.lines}) == (1, {"im Werk", "mit der Gruppe"})
        assert whole.units == 2
        assert "im Labor" in {one.text for one in whole.heard.lines}
        assert "Geheime Person" not in str(seen)
        assert "Geheime Person" in str(whole)

    def test_a_note_counts_as_far_as_the_reader_may_read_it(self, store: SqlStore, place: Place) -> None:
        place.note("nur fürs Team", visibility="team", category="need")
        place.note("nur für mich", visibility="private", category="risk")
        stranger = place.company.member("Hugo Blum")

        assert page(store, stranger, HELVETIA).heard.count == 0
        assert page(store, stranger, HELVETIA).wishes.count == 0
        assert {one.text for one in page(store, place.lea, HELVETIA).heard.lines} == {"nur fürs Team"}

    def test_a_restricted_account_says_why_one_sees_it(self, store: SqlStore, place: Place) -> None:
        tobias = place.company.member("Tobias Seidel")
        place.company.account("Geheimwerk", access="restricted", kam=tobias)

        found = page(store, tobias, "Geheimwerk")

        assert (found.account.access, found.because) == (Access.RESTRICTED, Because.KAM)


class TestJudged:
    def fill(self, place: Place) -> ContactId:
        simon = place.company.contact(place.helvetia, "Simon Ashworth", attitude=2, influence=3)
        place.judge(Measure.ATTITUDE, 4, 400, simon)
        place.judge(Measure.ATTITUDE, 2, 200, simon)
        place.judge(Measure.RELATIONSHIP, 3, 10)
        place.put(
            HypothesisRow,
            contact_id=simon,
            account_id=place.helvetia,
            text="leads the unit next",
            basis="the plant manager said so",
            by_id=place.lea.id,
            at=NOW - timedelta(days=200),
        )
        place.put(
            HypothesisRow,
            contact_id=simon,
            account_id=place.helvetia,
            text="is over",
            basis="it was",
            by_id=place.lea.id,
            at=NOW,
            closed_at=NOW,
        )
        return simon

    def test_the_circle_sees_the_newest_of_each_measure_and_what_may_come(self, store: SqlStore, place: Place) -> None:
        simon = self.fill(place)

        found, theirs = page(store, place.lea, HELVETIA), page(store, place.lea, "Ashworth")

        assert found.tells_judgements
        assert found.judgements(simon)[Measure.ATTITUDE].value == 2
        assert found.judgements(None)[Measure.RELATIONSHIP].by == place.lea.person
        assert [(one.text, one.contact) for one in found.hypotheses.lines] == [
            ("leads the unit next", "Simon Ashworth")
        ]
        assert theirs.judgements(simon)[Measure.ATTITUDE].value == 2
        assert theirs.hypotheses.count == 1

    def test_the_company_sees_none_of_it(self, store: SqlStore, place: Place) -> None:
        self.fill(place)
        stranger = place.company.member("Hugo Blum")
        admin = place.company.member("Ada Min", role=Role.ADMIN)

        for reader in (stranger, admin):
            for typed in (HELVETIA, "Ashworth"):
                found = page(store, reader, typed)
                assert not found.tells_judgements
                assert (found.judged, found.hypotheses.count) == ((), 0)
                assert "leads the unit" not in str(found)
                assert "attitude=2" not in str(found)

    def test_what_is_judged_of_a_unit_is_for_its_own_circle(self, store: SqlStore, place: Place) -> None:
        tobias = place.company.member("Tobias Seidel")
        unit = place.company.account("Helvetia Leeds", parent=place.helvetia, kam=tobias)
        there = place.company.contact(unit, "Ines Petersen")
        place.put(
            AssessmentRow,
            account_id=unit,
            contact_id=there,
            measure=Measure.ATTITUDE,
            value=1,
            reason="So",
            by_id=tobias.id,
            at=NOW,
        )

        assert page(store, place.lea, HELVETIA).judged == ()
        found = page(store, tobias, HELVETIA)
        assert [one.contact_id for one in found.judged] == [there]


class TestContact:
    def test_the_page_is_about_the_person(self, store: SqlStore, place: Place) -> None:
        boss = place.company.contact(place.helvetia, "Beate Kraft", level=1)
        simon = place.company.contact(
            place.helvetia, "Simon Ashworth", aims="Weniger Ausfälle", reports_to_id=boss, owner=place.lea
        )
        junior = place.company.contact(place.helvetia, "Nils Egli", reports_to_id=simon)
        place.put(InfluenceRow, contact_id=junior, on_contact_id=simon, by_id=place.lea.id, at=NOW)
        other = place.company.account("Nordfeld")
        place.note("mit Simon", contacts=(simon,))
        place.note("mit Simon bei Nordfeld", contacts=(simon,), account=other, days_ago=2)
        place.note("mit anderen", contacts=(boss,))
        place.promise("an Simon", date(2026, 12, 24), contact_id=simon)
        place.promise("an niemanden", date(2026, 12, 4))
        place.promise("an Beate", date(2026, 12, 1), contact_id=boss)

        found = page(store, place.lea, "Simon Ashworth")

        assert found.portrait is not None
        assert found.portrait.aims == "Weniger Ausfälle"
        around = found.portrait.around
        assert around.reports_to is not None
        assert around.reports_to.id == boss
        assert [one.id for one in around.reports] == [junior]
        assert [one.id for one in around.influenced_by] == [junior]
        assert [one.text for one in found.heard.lines] == ["mit Simon", "mit Simon bei Nordfeld"]
        assert [one.text for one in found.due.lines] == ["an Simon", "an niemanden"]
        assert found.people.count == 0

    def test_whom_they_report_to_is_named_although_that_person_is_of_the_group(
        self, store: SqlStore, place: Place
    ) -> None:
        boss = place.company.contact(place.helvetia, "Beate Kraft", title="COO")
        unit = place.company.account("Helvetia Werk Ulm", parent=place.helvetia)
        place.company.contact(unit, "Simon Ashworth", reports_to_id=boss)

        found = page(store, place.lea, "Simon Ashworth").portrait

        assert found is not None
        above = found.around.reports_to
        assert above is not None
        assert (above.id, above.title, above.account.id) == (boss, "COO", place.helvetia)

    def test_only_what_was_judged_where_they_stand_now_is_shown(self, store: SqlStore, place: Place) -> None:
        unit = place.company.account("Helvetia Werk Ulm", parent=place.helvetia, kam=place.lea)
        simon = place.company.contact(unit, "Simon Ashworth", attitude=2)
        place.judge(Measure.ATTITUDE, 5, days_ago=90, contact=simon)
        now_there = place.judge(Measure.ATTITUDE, 2, days_ago=3, contact=simon)
        place.change(AssessmentRow, now_there, account_id=unit)

        judged = page(store, place.lea, HELVETIA).judgements(simon)

        assert {measure: one.value for measure, one in judged.items()} == {Measure.ATTITUDE: 2}

    def test_a_page_about_who_was_merged_is_that_of_whom_they_are_part_of(self, store: SqlStore, place: Place) -> None:
        stays = place.company.contact(place.helvetia, "Vera Wulfes")
        gone = place.company.contact(place.helvetia, "V. Wulfes", merged_into_id=stays)
        wanted = Wanted(Ref(Subject.CONTACT, gone))

        shown = briefings.read(store, NOW, ReadBriefing(place.lea, wanted))

        assert shown.briefing.about == Ref(Subject.CONTACT, stays)

    def test_notes_of_another_account_count_as_far_as_the_reader_sees_it(self, store: SqlStore, place: Place) -> None:
        simon = place.company.contact(place.helvetia, "Simon Ashworth")
        tobias = place.company.member("Tobias Seidel")
        hidden = place.company.account("Geheimwerk", access="restricted", kam=tobias)
        place.note("streng geheim", contacts=(simon,), account=hidden)

        assert page(store, place.lea, "Ashworth").heard.count == 0
        assert page(store, tobias, "Ashworth").heard.count == 1


class TestQuestions:
    def test_what_nobody_heard_of_for_longest_is_asked_in_the_order_that_works(
        self, store: SqlStore, place: Place
    ) -> None:
        for category in Category:
            place.note(f"über {category}", days_ago=10, category=category)
        place.note("Trend von früher", days_ago=100, category="trend")
        place.company.contact(place.helvetia, "Simon Ashworth", level=1, decision_roles=["decider"])
        stranger = place.company.member("Hugo Blum")

        suggested = {one.topic for one in page(store, stranger, HELVETIA).suggestions}

        assert suggested == {Topic.PEOPLE}, "three people are not known yet, everything else was heard lately"

    def test_the_circle_is_asked_who_may_decide_tomorrow(self, store: SqlStore, place: Place) -> None:
        place.company.contact(place.helvetia, "Simon Ashworth", level=1, decision_roles=["decider"])
        stranger = place.company.member("Hugo Blum")

        assert Topic.DECIDERS in {one.topic for one in page(store, place.lea, HELVETIA).suggestions}
        assert Topic.DECIDERS not in {one.topic for one in page(store, stranger, HELVETIA).suggestions}


class TestFromButtonsAndForms:
    def pick(self, store: SqlStore, reader: Member, wanted: Wanted, key: str = "click:1") -> None:
        briefings.pick(store, NOW, PickBriefing(reader, wanted, key, ReplyTo(reader.id, "https://hooks.slack.test/1")))

    def loaded(self, store: SqlStore, reader: Member) -> object:
        with store.begin(reader.workspace_id) as tx:
            (row,) = tx.outbox.claim(NOW, PLENTY, 8, 8).rows
            return briefings.reply_page(tx, row, NOW)

    def test_a_button_shows_the_page_once(self, store: SqlStore, place: Place) -> None:
        simon = place.company.contact(place.helvetia, "Simon Ashworth")
        wanted = Wanted(Ref(Subject.CONTACT, simon), is_short=True)
        self.pick(store, place.lea, wanted)
        self.pick(store, place.lea, wanted)

        shown = self.loaded(store, place.lea)

        assert isinstance(shown, Shown)
        assert (shown.briefing.about, shown.is_short) == (wanted.about, True)

    def test_a_button_is_refused_in_the_same_words_to_who_may_not_see_it(self, store: SqlStore, place: Place) -> None:
        tobias = place.company.member("Tobias Seidel")
        hidden = place.company.account("Geheimwerk", access="restricted", kam=tobias)
        person = place.company.contact(hidden, "Sibylle Kern")

        for about in (hidden, 999_999):
            with pytest.raises(errors.UnknownAccountChosen):
                self.pick(store, place.lea, Wanted(Ref(Subject.ACCOUNT, about)))
        for about in (person, 999_999):
            with pytest.raises(errors.UnknownObject):
                self.pick(store, place.lea, Wanted(Ref(Subject.CONTACT, about)))
            with pytest.raises(errors.UnknownObject):
                briefings.read(store, NOW, ReadBriefing(place.lea, Wanted(Ref(Subject.CONTACT, about))))

    def test_who_lost_the_right_before_it_was_sent_gets_nothing(self, store: SqlStore, place: Place) -> None:
        tobias = place.company.member("Tobias Seidel")
        hidden = place.company.account("Geheimwerk", access="restricted", kam=tobias)
        self.pick(store, tobias, Wanted(Ref(Subject.ACCOUNT, hidden)))
        place.change(AccountRow, hidden, kam_id=place.lea.id)

        assert self.loaded(store, tobias) is None

    def test_who_was_deactivated_before_it_was_sent_gets_nothing(self, store: SqlStore, place: Place) -> None:
        self.pick(store, place.james, Wanted(Ref(Subject.ACCOUNT, place.helvetia)))
        place.change(MemberRow, place.james.id, standing=Standing.DEACTIVATED)

        assert self.loaded(store, place.james) is None

    def test_the_form_shows_the_page_of_what_was_chosen(self, store: SqlStore, place: Place) -> None:
        shown = briefings.read(
            store, NOW, ReadBriefing(place.lea, Wanted(Ref(Subject.ACCOUNT, place.helvetia), is_short=True))
        )

        assert (shown.briefing.account.id, shown.is_short) == (place.helvetia, True)

    def test_a_search_offers_recent_accounts_then_what_is_like_the_letters(self, store: SqlStore, place: Place) -> None:
        simon = place.company.contact(place.helvetia, "Simon Ashworth")
        tobias = place.company.member("Tobias Seidel")
        hidden = place.company.account("Geheimwerk Ash", access="restricted", kam=tobias)
        place.company.contact(hidden, "Ash Secret")

        assert [one.name for one in briefings.find(store, NOW, place.lea, "", 100)] == [HELVETIA]
        assert [one.about.id for one in briefings.find(store, NOW, place.lea, "ash", 100)] == [simon]
        assert len(briefings.find(store, NOW, tobias, "ash", 100)) == 3


MOST_STATEMENTS = 12
OF_A_CONTACT = 3
"""More for a contact: who they are, their account, whom they listen to."""


class TestCost:
    @pytest.mark.parametrize(
        ("typed", "most"), [(HELVETIA, MOST_STATEMENTS), ("Simon Ashworth", MOST_STATEMENTS + OF_A_CONTACT)]
    )
    def test_the_number_of_statements_is_small_and_does_not_grow(
        self, store: SqlStore, place: Place, typed: str, most: int
    ) -> None:
        coordinator = place.company.member("Cora Huber")
        place.company.department("Production", place.lea)
        simon = place.company.contact(place.helvetia, "Simon Ashworth")
        with statements(store) as few:
            page(store, place.lea, typed)
        for number in range(30):
            unit = place.company.account(f"Unit {number}", parent=place.helvetia)
            contact = place.company.contact(unit, f"Person {number}", reports_to_id=simon)
            place.note(f"note {number}", contacts=(contact, simon), account=unit, category="need")
            place.promise(f"promise {number}", date(2026, 12, 1), account_id=unit)
            place.request(f"ask {number}")
            place.conflict(coordinator)
            place.judge(Measure.ATTITUDE, 3, number, contact)

        with statements(store) as many:
            found = page(store, place.lea, typed)

        assert len(many) == len(few)
        assert len(many) <= most
        assert found.matters.count == 60
