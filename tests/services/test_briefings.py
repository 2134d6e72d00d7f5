from datetime import date

import pytest

from bot.domain import errors
from bot.domain.briefings import PickBriefing, ReadBriefing, Shown, Wanted, WhichBriefing
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.members import Member, Standing
from bot.services import briefings
from storage.store import SqlStore
from storage.tables import AccountRow, MemberRow
from tests.company import NOW, PLENTY, Company
from tests.services.briefing_place import HELVETIA, Place, asked, page


@pytest.fixture
def place(store: SqlStore, company: Company) -> Place:
    return Place(store, company)


def which(store: SqlStore, reader: Member, typed: str) -> WhichBriefing:
    question = asked(store, reader, typed)
    assert isinstance(question, WhichBriefing), question
    return question


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
