from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.domain import errors
from bot.domain.account_cards import AccountCard
from bot.domain.accounts import AccountCreated, AccountQuestion, AccountRef, PickAccount, ShowAccount
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId
from bot.domain.interactions import StartLog
from bot.domain.members import Member, Standing
from bot.services import accounts, delivery, interactions
from storage.store import SqlStore
from storage.tables import AccountRow, OutboxRow
from tests.company import NOW, PLENTY, Company, channel
from tests.services.account_asking import card, question
from tests.services.note_taking import log


class TestWhichAccount:
    def test_a_name_or_alias_in_any_spelling_of_case_shows_the_card(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        company.account("Helvetia Pumpen", "HPU")

        assert card(store, lea, "helvetia PUMPEN").account.name == "Helvetia Pumpen"
        assert card(store, lea, " hpu: ").account.name == "Helvetia Pumpen"

    def test_a_slip_of_the_fingers_is_asked_back_and_never_assumed(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        near = company.account("Helvetia Pumpen")
        other = company.account("Helvetia Pressen")

        asked = question(store, lea, "Helvetia Pumpn")

        assert asked.near == AccountRef(near, "Helvetia Pumpen")
        assert [account.id for account in asked.matches] == [near, other]

    def test_an_unknown_name_offers_the_closest(self, store: SqlStore, company: Company, lea: Member) -> None:
        account = company.account("Trautwyl Verpackung")

        asked = question(store, lea, "Trautwyl Packaging Leeds")

        assert asked.near is None
        assert [match.id for match in asked.matches] == [account]

    def test_a_name_like_no_other_is_refused(self, store: SqlStore, company: Company, lea: Member) -> None:
        company.account("Helvetia Pumpen")

        with pytest.raises(errors.UnknownAccount) as refused:
            accounts.card(store, NOW, ShowAccount(lea, "zzzz", channel("general")))
        assert refused.value.typed == "zzzz"

    def test_a_hidden_account_is_answered_in_the_same_words_as_one_that_does_not_exist(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        company.account("Geheimwerk", access="restricted", kam=tobias)

        for typed in ("Geheimwerk", "Geheimwerx"):
            with pytest.raises(errors.UnknownAccount) as refused:
                accounts.card(store, NOW, ShowAccount(lea, typed, channel("general")))
            assert refused.value.typed == typed

    def test_two_accounts_of_one_name_are_asked_back(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        hidden = company.account("Nordfeld", access="restricted", kam=tobias)
        open_one = company.account("Nordfeld")

        assert card(store, lea, "Nordfeld").account.id == open_one
        asked = question(store, tobias, "Nordfeld")
        assert asked.is_shared
        assert {match.id for match in asked.matches} == {hidden, open_one}

    def test_without_a_name_it_is_the_channels_account(self, store: SqlStore, company: Company, lea: Member) -> None:
        company.account("Helvetia Pumpen", channel_id="CHPU")

        assert card(store, lea, "", in_channel="hpu").account.name == "Helvetia Pumpen"

    def test_without_a_name_or_a_bound_channel_the_latest_accounts_are_offered(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        company.account("Aare Antriebe")
        logged = company.account("Zug Zement")
        log(store, lea, logged)

        asked = question(store, lea, "")

        assert (asked.typed, [match.name for match in asked.matches]) == ("", ["Zug Zement", "Aare Antriebe"])
        found = accounts.card(store, NOW, ShowAccount(lea, "", None))
        assert isinstance(found, AccountQuestion)

    @pytest.mark.parametrize("typed", ["O'Brien", "100 %", "AC/DC", '"open', "\u202eabc", "<!channel>", "%_"])
    def test_hostile_text_is_a_name_like_any_other(
        self, store: SqlStore, company: Company, lea: Member, typed: str
    ) -> None:
        company.account("Helvetia Pumpen")

        with pytest.raises(errors.UnknownAccount):
            accounts.card(store, NOW, ShowAccount(lea, typed, None))


class TestButtons:
    def test_a_picked_account_is_answered_once_however_often_it_is_delivered(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        account = company.account("Trautwyl")
        pick = PickAccount(lea, account, "trigger:1", ReplyTo(lea.id))

        accounts.pick(store, NOW, pick)
        accounts.pick(store, NOW, pick)

        told = _told(store, company)
        assert len(told) == 1
        assert isinstance(told[0], AccountCard)
        assert told[0].account.id == account

    def test_who_may_not_see_the_account_any_more_is_told_that_it_is_not_here(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        account = company.account("Geheimwerk", access="restricted", kam=tobias)

        for account_id in (account, AccountId(0)):
            with pytest.raises(errors.UnknownAccountChosen):
                accounts.pick(store, NOW, PickAccount(lea, account_id, "trigger:1", ReplyTo(lea.id)))
        assert _told(store, company) == []

    def test_rights_are_read_again_when_the_answer_is_sent(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        account = company.account("Geheimwerk", access="restricted", kam=lea)
        accounts.pick(store, NOW, PickAccount(lea, account, "trigger:1", ReplyTo(lea.id)))
        with store.engine.begin() as connection:
            connection.execute(update(AccountRow).values(kam_id=None))

        assert _told(store, company) == [None]

    def test_without_an_account_the_button_asks_which(self, store: SqlStore, company: Company, lea: Member) -> None:
        account = company.account("Trautwyl")
        accounts.pick(store, NOW, PickAccount(lea, None, "trigger:1", ReplyTo(lea.id)))

        assert _told(store, company) == [AccountQuestion("", (AccountRef(account, "Trautwyl"),))]

    def test_an_answer_to_nobody_tells_nothing(self, store: SqlStore, company: Company, lea: Member) -> None:
        stranger = replace(lea, id=company.member("Weg").id)
        accounts.pick(store, NOW, PickAccount(stranger, None, "trigger:1", ReplyTo(type(lea.id)("U404"))))

        assert _told(store, company) == [None]


def _told(store: SqlStore, company: Company) -> list[object | None]:
    with store.begin(company.workspace) as tx:
        rows = tx.outbox.claim(NOW, PLENTY, 8, 8).rows
        return [delivery.load(tx, row, NOW, "en").told for row in rows]


class TestEmptyForm:
    def test_the_button_on_a_card_opens_the_form_with_its_account(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        account = company.account("Trautwyl")

        form = interactions.start(store, NOW, StartLog(lea, account, "trigger:1", ReplyTo(lea.id)))

        assert form.account == AccountRef(account, "Trautwyl")

    def test_the_same_delivery_again_opens_the_same_draft(self, store: SqlStore, company: Company, lea: Member) -> None:
        again = StartLog(lea, None, "trigger:1", ReplyTo(lea.id))

        assert interactions.start(store, NOW, again).draft_id == interactions.start(store, NOW, again).draft_id

    def test_a_hidden_account_opens_no_form(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        account = company.account("Geheimwerk", access="restricted", kam=tobias)

        with pytest.raises(errors.UnknownAccountChosen):
            interactions.start(store, NOW, StartLog(lea, account, "trigger:1", ReplyTo(lea.id)))


class TestOnTheWay:
    def test_kam_leads_hear_of_an_account_that_somebody_else_created(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        company.member("Zoe", role="kam_lead")
        company.member("Alt", role="kam_lead", standing=Standing.DEACTIVATED)
        with store.begin(company.workspace) as tx:
            account = accounts.create(tx, lea, " Neu\u200b  Werk ", NOW)

        assert account.name == "Neu Werk"
        assert _told(store, company) == [AccountCreated(account, lea.person)]

    def test_a_kam_lead_is_not_told_of_the_own_account(self, store: SqlStore, company: Company) -> None:
        zoe = company.member("Zoe", role="kam_lead")
        with store.begin(company.workspace) as tx:
            accounts.create(tx, zoe, "Neuwerk", NOW)

        assert _told(store, company) == []

    def test_a_notice_to_somebody_unknown_tells_nothing(self, store: SqlStore, company: Company, lea: Member) -> None:
        zoe = company.member("Zoe", role="kam_lead")
        with store.begin(company.workspace) as tx:
            accounts.create(tx, lea, "Neuwerk", NOW)
        with store.engine.begin() as connection:
            connection.execute(update(OutboxRow).where(OutboxRow.to_member == zoe.id).values(to_member="U404"))

        assert _told(store, company) == [None]

    def test_a_name_needs_a_visible_character_and_has_a_limit(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        with store.begin(company.workspace) as tx:
            with pytest.raises(errors.Refusal):
                accounts.create(tx, lea, " \u200b ", NOW)
            with pytest.raises(errors.NameTooLong) as refused:
                accounts.create(tx, lea, "x" * 121, NOW)
        assert (refused.value.length, refused.value.limit) == (121, 120)

    def test_a_select_offers_what_is_like_the_typed_text_and_visible(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        pumps = company.account("Helvetia Pumpen")
        company.account("Helvetia Geheim", access="restricted", kam=tobias)

        assert accounts.find(store, lea, "helv", 100) == (AccountRef(pumps, "Helvetia Pumpen"),)
        assert len(accounts.find(store, tobias, "", 100)) == 2
        assert len(accounts.find(store, tobias, "", 1)) == 1


def test_a_name_that_the_actor_sees_several_accounts_bear_is_never_made_once_more(
    store: SqlStore, company: Company
) -> None:
    lea = company.member("Lea Several")
    company.account("Zwilling", kam=lea, access="restricted")
    company.account("Zwilling")

    with store.begin(lea.workspace_id) as tx, pytest.raises(errors.SeveralAccounts) as refused:
        accounts.create(tx, lea, "zwilling", NOW)
    assert refused.value.field == "account"
