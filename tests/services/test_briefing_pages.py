from datetime import date, timedelta

import pytest

from bot.domain.access import Access
from bot.domain.account_flags import Flag
from bot.domain.accounts import Because
from bot.domain.briefings import ReadBriefing, Topic, Wanted
from bot.domain.contact_assessments import Measure
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import ContactId
from bot.domain.interactions import Category, Favour
from bot.domain.members import Role
from bot.services import briefings
from storage.store import SqlStore
from storage.tables import (
    AssessmentRow,
    FavourRow,
    HypothesisRow,
    InfluenceRow,
    NextStepRow,
)
from tests.company import NOW, Company
from tests.services.briefing_place import HELVETIA, Place, page
from tests.statements import statements


@pytest.fixture
def place(store: SqlStore, company: Company) -> Place:
    return Place(store, company)


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

    def test_before_meeting_somebody_what_is_overdue_leads_though_it_was_promised_to_nobody(
        self, store: SqlStore, place: Place
    ) -> None:
        simon = place.company.contact(place.helvetia, "Simon Ashworth")
        place.promise("Muster", date(2026, 12, 4), contact_id=simon)
        place.promise("Bericht", date(2026, 11, 2))

        found = page(store, place.lea, "Simon Ashworth")

        assert (found.overdue, [one.text for one in found.due.lines]) == (1, ["Bericht", "Muster"])

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


MOST_STATEMENTS = 12


class TestCost:
    @pytest.mark.parametrize("typed", [HELVETIA, "Simon Ashworth"])
    def test_the_number_of_statements_is_small_and_does_not_grow(
        self, store: SqlStore, place: Place, typed: str
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
        assert len(many) <= MOST_STATEMENTS
        assert found.matters.count == 60
