from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.account_cards import AccountCard
from bot.domain.account_flags import Flag, RedFlag
from bot.domain.account_shape import Shape
from bot.domain.accounts import (
    AccountCreated,
    AccountQuestion,
    AccountRef,
    Because,
    PickAccount,
    Scope,
    ShowAccount,
)
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, DraftId, RequestId
from bot.domain.interactions import Details, Interaction, SaveLog, Source, StartLog, WithdrawInteraction
from bot.domain.members import Member, Role, Standing
from bot.domain.requests import Details as Asked
from bot.domain.requests import Kind as Asking
from bot.domain.requests import NewRequest
from bot.domain.sponsors import Step
from bot.services import account_cards, accounts, delivery, interactions
from storage.store import SqlStore
from storage.tables import AccountNameRow, AccountRow, ContactRow, OutboxRow
from tests.company import NOW, PLENTY, Company, channel


def card(store: SqlStore, reader: Member, typed: str, in_channel: str = "general") -> AccountCard:
    found = accounts.card(store, NOW, ShowAccount(reader, typed, channel(in_channel)))
    assert isinstance(found, AccountCard)
    return found


def question(store: SqlStore, reader: Member, typed: str) -> AccountQuestion:
    found = accounts.card(store, NOW, ShowAccount(reader, typed, channel("general")))
    assert isinstance(found, AccountQuestion)
    return found


def log(store: SqlStore, author: Member, account_id: AccountId, text: str = "Besuch", **details: Any) -> Interaction:
    """Log through the form."""
    reply_to, key = ReplyTo(author.id), f"view:{text}:{details}"
    form = interactions.start(store, NOW, StartLog(author, None, f"click:{text}:{details}", reply_to))
    assert form.draft_id is not None
    save = SaveLog(author, Details(account_id, text, **details), key, draft_id=DraftId(form.draft_id))
    return interactions.save(store, NOW, save).interaction


@contextmanager
def statements(store: SqlStore) -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.engine, "before_cursor_execute", note)


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner")


@pytest.fixture
def tobias(company: Company) -> Member:
    return company.member("Tobias Seidel")


@pytest.fixture
def martin(company: Company) -> Member:
    return company.member("Martin Keller")


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


class TestCard:
    def test_who_answers_and_who_backs_it(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, martin: Member
    ) -> None:
        group = company.account("Trautwyl", kam=lea)
        company.sponsorship(martin, lea)
        unit = company.account("Ulm", parent=group, relation="site", kam=tobias, deputy=lea, tier="b")
        company.team(unit, martin, "expert")

        seen = card(store, lea, "Ulm")

        assert (seen.account.kam, seen.account.deputy, seen.account.tier) == (tobias.person, lea.person, "b")
        assert seen.sponsor is not None
        assert (seen.sponsor.person, seen.sponsor.step) == (martin.person, Step.PARENT_KAM_SPONSOR)
        assert [member.person for member in seen.team] == [martin.person]
        assert [flag.flag for flag in seen.flags] == [Flag.NO_JOUR_FIXE, Flag.NO_CONTACTS]

    def test_an_own_sponsor_wins_and_one_who_left_is_passed_over(
        self, store: SqlStore, company: Company, lea: Member, martin: Member
    ) -> None:
        gone = company.member("Ruth", standing=Standing.DEACTIVATED)
        company.sponsorship(martin, lea)
        company.account("Eigen", kam=lea, sponsor=company.member("Ana Costa"))
        company.account("Verlassen", kam=lea, sponsor=gone)

        own, inherited = card(store, lea, "Eigen").sponsor, card(store, lea, "Verlassen").sponsor

        assert own is not None
        assert own.step is Step.OWN_SPONSOR
        assert inherited is not None
        assert inherited.person == martin.person

    def test_the_group_shows_only_the_units_its_reader_may_see(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        group = company.account("Trautwyl", kam=lea)
        company.account("Ulm", parent=group)
        hidden = company.account("Medtech", parent=group, access="restricted", kam=tobias)
        below = company.account("Medtech Labor", parent=hidden)
        log(store, tobias, hidden, "Streng vertraulich")
        log(store, tobias, below, "Unter einem Geheimnis")

        assert [unit.name for unit in card(store, lea, "Trautwyl").family.units] == ["Ulm"]
        assert card(store, lea, "Trautwyl").interactions == ()
        assert [unit.name for unit in card(store, tobias, "Trautwyl").family.units] == ["Medtech", "Ulm"]
        assert len(card(store, tobias, "Trautwyl").interactions) == 2

    def test_a_hidden_parent_is_not_named(self, store: SqlStore, company: Company, lea: Member, tobias: Member) -> None:
        parent = company.account("Geheimwerk", access="restricted", kam=tobias)
        company.account("Ulm", parent=parent)

        assert card(store, lea, "Ulm").family.parent is None
        seen = card(store, tobias, "Ulm").family.parent
        assert seen is not None
        assert seen.name == "Geheimwerk"

    def test_a_hidden_parent_is_not_revealed_by_the_sponsor_it_would_lend(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, martin: Member
    ) -> None:
        root = company.account("Konzern", sponsor=martin)
        parent = company.account("Geheimwerk", access="restricted", kam=tobias, sponsor=martin, parent=root)
        company.account("Ulm", parent=parent)

        assert card(store, lea, "Ulm").sponsor is None
        seen = card(store, tobias, "Ulm").sponsor
        assert seen is not None
        assert (seen.step, seen.person) == (Step.PARENT_SPONSOR, martin.person)

    def test_a_ring_of_parents_ends(self, store: SqlStore, company: Company, lea: Member) -> None:
        one = company.account("Eins")
        two = company.account("Zwei", parent=one)
        with store.engine.begin() as connection:
            connection.execute(update(AccountRow).where(AccountRow.id == one).values(parent_id=two))

        seen = card(store, lea, "Eins")

        assert seen.family.parent == AccountRef(two, "Zwei")

    def test_why_a_restricted_account_is_seen_is_said(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, martin: Member
    ) -> None:
        lead = company.member("Zoe", role="kam_lead")
        account = company.account("Geheimwerk", access="restricted", kam=lea, deputy=tobias)
        company.sponsorship(martin, lea)
        expert = company.member("Eva")
        company.team(account, expert)

        reasons = [card(store, reader, "Geheimwerk").because for reader in (lea, tobias, martin, expert, lead)]

        assert reasons == [Because.KAM, Because.DEPUTY, Because.SPONSOR, Because.TEAM, Because.KAM_LEAD]

    def test_key_contacts_are_deciders_first_then_by_level(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        account = company.account("Trautwyl")
        company.contact(account, "Ohne Angabe")
        company.contact(account, "Vierte", level=4, decision_roles=["user"])
        company.contact(account, "Entscheiderin", level=3, decision_roles=["user", "decider"], owner=lea)
        company.contact(account, "Chef", level=1)

        seen = card(store, lea, "Trautwyl")

        assert [contact.name for contact in seen.contacts] == ["Entscheiderin", "Chef", "Vierte", "Ohne Angabe"]
        assert seen.contact_count == 4
        assert seen.contacts[0].owner == lea.person

    def test_the_last_touch_is_anybodys_but_only_from_notes_the_reader_may_see(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        account = company.account("Trautwyl", kam=tobias)
        contact = company.contact(account, "Gerd", decision_roles=["decider"])
        long_ago, lately = NOW - timedelta(days=90), NOW - timedelta(days=2)
        log(store, tobias, account, "öffentlich", contact_ids=(contact,), occurred_at=long_ago)
        log(
            store, tobias, account, "nur ich", contact_ids=(contact,), occurred_at=lately, visibility=Visibility.PRIVATE
        )
        log(store, tobias, account, "geplant", contact_ids=(contact,), occurred_at=NOW + timedelta(days=3))

        assert card(store, lea, "Trautwyl").contacts[0].last_touch == long_ago
        assert card(store, tobias, "Trautwyl").contacts[0].last_touch == lately

    def test_a_note_that_is_moved_to_another_day_moves_the_last_touch(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        account = company.account("Trautwyl", kam=lea)
        contact = company.contact(account, "Gerd")
        day = NOW - timedelta(days=2)
        noted = log(store, lea, account, contact_ids=(contact,), occurred_at=NOW - timedelta(days=90))

        for version, at in enumerate((day, None), start=noted.version):
            details = Details(account, "Besuch", contact_ids=(contact,), occurred_at=at)
            with store.begin(company.workspace) as tx:
                assert tx.interactions.change(noted.id, lea.id, version, details, NOW)
            assert card(store, lea, "Trautwyl").contacts[0].last_touch == day

    def test_a_decider_whom_nobody_met_is_a_gap_until_somebody_does(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        account = company.account("Trautwyl", kam=lea)
        contact = company.contact(account, "Gerd", decision_roles=["decider"])

        assert RedFlag(Flag.UNCOVERED_DECIDER, 1, ("Gerd",)) in card(store, lea, "Trautwyl").flags
        log(store, lea, account, contact_ids=(contact,))
        assert Flag.UNCOVERED_DECIDER not in {flag.flag for flag in card(store, lea, "Trautwyl").flags}

    def test_our_impression_and_the_customers_words_are_two_pictures(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        group = company.account("Trautwyl")
        unit = company.account("Ulm", parent=group)
        log(store, lea, group, "wir", satisfaction=5, satisfaction_source=Source.OURS)
        log(store, lea, unit, "Kunde", satisfaction=1, satisfaction_source=Source.CUSTOMER)
        secret = {"satisfaction": 2, "satisfaction_source": Source.OURS, "visibility": Visibility.PRIVATE}
        log(store, company.member("Ben"), group, "privat", **secret)

        seen = card(store, lea, "Trautwyl")

        assert [value.value for value in seen.impressions.single] == [5]
        assert [value.value for value in seen.customer_words.single] == [1]

    def test_the_last_interactions_of_account_and_units_come_newest_first(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        group = company.account("Trautwyl")
        unit = company.account("Ulm", parent=group)
        for day in range(6):
            log(store, lea, unit if day % 2 else group, f"Tag {day}", occurred_at=NOW - timedelta(days=day))
        withdrawn = log(store, lea, group, "Irrtum")
        undo = WithdrawInteraction(lea, withdrawn.id, "click:undo", ReplyTo(lea.id))
        interactions.withdraw(store, NOW, undo)
        log(store, tobias, group, "privat", visibility=Visibility.PRIVATE)

        seen = card(store, lea, "Trautwyl")

        assert [line.text for line in seen.interactions] == [f"Tag {day}" for day in range(5)]
        assert seen.more_interactions
        assert seen.interactions[1].account.id == unit

    def test_open_promises_come_by_date_and_overdue_ones_are_a_red_flag(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        account = company.account("Trautwyl", kam=lea)
        today = NOW.date()
        for promise, due in (("alt", -31), ("fällig", -1), ("bald", 3), ("später", 40)):
            log(store, lea, account, promise, promise=promise, promise_due=today + timedelta(days=due))
        log(store, company.member("Ben"), account, "x", promise="x", promise_due=today, visibility=Visibility.PRIVATE)

        seen = card(store, lea, "Trautwyl")

        assert [promise.text for promise in seen.promises] == ["alt", "fällig", "bald", "später"]
        assert RedFlag(Flag.OVERDUE_PROMISE, 2) in seen.flags
        assert not seen.more_promises
        for more in range(3):
            log(store, lea, account, f"mehr {more}", promise="mehr", promise_due=date(2027, 1, 1))
        assert card(store, lea, "Trautwyl").more_promises

    def test_forty_open_requests_cost_no_more_statements_than_four(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        company.member("Ada", role=Role.ADMIN)
        account = company.account("Trautwyl")
        departments = [None, *(company.department(name, lea, deputy=lea) for name in ("Zoll", "Labor", "Versand"))]

        def ask(numbers: range) -> None:
            with store.begin(company.workspace) as tx:
                for number in numbers:
                    asked = Asked("Bitte", Asking.EXPERT, date(2026, 12, 4), departments[number % 4], account)
                    tx.requests.add(NewRequest(RequestId(number), lea.id, account, asked), NOW)

        ask(range(4, 8))
        with statements(store) as few:
            card(store, lea, "Trautwyl")
        ask(range(8, 44))
        with statements(store) as many:
            assert len(card(store, lea, "Trautwyl").requests) == 40

        assert len(many) == len(few)

    def test_people_and_units_are_listed_as_people_read_names(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        group = company.account("Trautwyl")
        for name in ("Zeta", "alpha", "Beta"):
            company.account(name, parent=group)
            company.team(group, company.member(name))
            company.contact(group, name)

        seen = card(store, lea, "Trautwyl")

        assert [unit.name for unit in seen.family.units] == ["alpha", "Beta", "Zeta"]
        assert [member.person.name for member in seen.team] == ["alpha", "Beta", "Zeta"]
        assert [contact.name for contact in seen.contacts] == ["alpha", "Beta", "Zeta"]
        offered = accounts.find(store, lea, "", 10)
        assert [account.name for account in offered] == ["alpha", "Beta", "Trautwyl", "Zeta"]

    def test_a_thousand_contacts_and_units_cost_no_more_statements_than_one(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        group = company.account("Trautwyl", kam=lea, channel_id="CTW")
        with statements(store) as few:
            card(store, lea, "Trautwyl")
        _grow(store, company, group)

        with statements(store) as many:
            seen = card(store, lea, "Trautwyl")

        assert len(many) == len(few)
        assert len(many) <= MOST_STATEMENTS
        assert (len(seen.family.units), seen.contact_count, len(seen.contacts)) == (1000, 1000, 8)

    # Who stands in where nobody answers requests is read for admins only: three more lists.
    @pytest.mark.parametrize(
        ("reader", "most"), [("Lea Brunner", 12), ("Zoe Lind", 12), ("Hugo Blum", 12), ("Ada Admin", 15)]
    )
    def test_a_full_card_takes_at_most_twelve_statements(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, reader: str, most: int
    ) -> None:
        others = {
            "Zoe Lind": company.member("Zoe Lind", role=Role.KAM_LEAD),
            "Ada Admin": company.member("Ada Admin", role=Role.ADMIN),
            "Hugo Blum": company.member("Hugo Blum"),
            lea.name: lea,
        }
        parent = company.account("Konzern", kam=tobias)
        group = company.account("Trautwyl", kam=lea, tier="a", parent=parent)
        unit = company.account("Ulm", parent=group)
        production = company.department("Produktion", tobias)
        boss = company.contact(group, "Gerd", level=1, decision_roles=["decider"], owner=lea)
        company.contact(unit, "Dora", level=4, counterpart=tobias, reports_to_id=boss)
        company.team(group, tobias, "expert")
        with store.begin(company.workspace) as tx:
            asked = Asked("Bitte", Asking.EXPERT, date(2026, 12, 4), production, group)
            tx.requests.add(NewRequest(RequestId(99), lea.id, group, asked), NOW)
            tx.account_edits.rate(group, {"relationship": 4}, "So.", lea.id, NOW)
        values = {"contact_ids": (boss,), "satisfaction": 4, "satisfaction_source": Source.OURS}
        promised = {"promise": "Muster", "promise_due": NOW.date()}
        for number in range(8):
            log(store, lea, group, f"Besuch {number}", participant_ids=(tobias.id,), **values, **promised)

        with statements(store) as seen:
            shown = card(store, others[reader], "Trautwyl")

        assert len(seen) <= most
        assert (len(shown.requests), len(shown.promises), shown.impressions.count) == (1, 5, 8)
        assert shown.carried is not None
        assert (shown.carried.interactions, shown.carried.pairs) == (8, 2)
        assert (shown.ratings is None) == (reader in {"Ada Admin", "Hugo Blum"})

    def test_an_account_alone_leaves_its_units_out(self, store: SqlStore, company: Company, lea: Member) -> None:
        group = company.account("Trautwyl", kam=lea)
        unit = company.account("Ulm", parent=group)
        company.contact(unit, "Gerd")
        log(store, lea, unit, "In Ulm")
        log(store, lea, group, "In der Zentrale")

        with store.read(company.workspace) as tx:
            viewer = tx.access.viewer(lea)
            shown = tx.accounts.get(group, viewer)
            assert shown is not None
            alone = account_cards.card(tx, viewer, shown, NOW, Scope.ALONE)

        assert (alone.scope, [line.text for line in alone.interactions]) == (Scope.ALONE, ["In der Zentrale"])
        assert (alone.contact_count, [one.name for one in alone.family.units]) == (0, ["Ulm"])
        assert card(store, lea, "Trautwyl").contact_count == 1

    def test_the_shape_counts_only_notes_that_its_reader_may_see_within_half_a_year(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        account = company.account("Trautwyl", kam=lea)
        contact = company.contact(account, "Gerd")
        for number in range(5):
            log(store, lea, account, f"offen {number}", contact_ids=(contact,))
        for number in range(3):
            private = {"contact_ids": (contact,), "visibility": Visibility.PRIVATE}
            log(store, tobias, account, f"privat {number}", **private)
        log(store, lea, account, "alt", contact_ids=(contact,), occurred_at=NOW - timedelta(days=181))
        log(store, lea, account, "geplant", contact_ids=(contact,), occurred_at=NOW + timedelta(days=1))
        log(store, lea, account, "ohne Person")

        mine, theirs = card(store, lea, "Trautwyl").carried, card(store, tobias, "Trautwyl").carried

        assert mine is not None
        assert (mine.shape, mine.interactions) == (Shape.BOW_TIE, 5)
        assert theirs is not None
        assert theirs.interactions == 8

    def test_an_account_that_was_taken_into_another_exists_for_nobody(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        lead = company.member("Zoe", role=Role.KAM_LEAD)
        stays = company.account("Trautwyl", kam=lea)
        gone = company.account("Trautwil", parent=stays, kam=lea)
        with store.engine.begin() as connection:
            connection.execute(update(AccountRow).where(AccountRow.id == gone).values(merged_into_id=stays))

        for reader in (lea, lead):
            assert question(store, reader, "Trautwil").near == AccountRef(stays, "Trautwyl")
            assert card(store, reader, "Trautwyl").family.units == ()
            assert [account.id for account in accounts.find(store, reader, "", 10)] == [stays]
            with store.read(company.workspace) as tx:
                assert tx.access.viewer(reader).kam_of <= {stays}

    def test_somebody_taken_into_another_contact_and_who_left_are_not_counted(
        self, store: SqlStore, company: Company, lea: Member
    ) -> None:
        account = company.account("Trautwyl", kam=lea)
        gerd = company.contact(account, "Gerd")
        company.contact(account, "Gert", merged_into_id=gerd, owner=lea)
        company.contact(account, "Weg", left_on=date(2026, 1, 1))

        assert [contact.name for contact in card(store, lea, "Trautwyl").contacts] == ["Gerd"]


MOST_STATEMENTS = 12


def _grow(store: SqlStore, company: Company, group: AccountId) -> None:
    here, ids = {"workspace_id": company.workspace}, range(10_000, 11_000)
    account = {"kind": "customer", "access": "open", "created_at": NOW, "version": 1, "parent_id": group}
    contact = {"decision_roles": [], "created_at": NOW, "updated_at": NOW, "version": 1, "account_id": group}
    with store.engine.begin() as connection:
        connection.execute(insert(AccountRow), [{**here, **account, "id": at, "name": f"Werk {at}"} for at in ids])
        connection.execute(
            insert(AccountNameRow),
            [{**here, "key": f"werk {at}", "account_id": at, "name": f"Werk {at}"} for at in ids],
        )
        connection.execute(
            insert(ContactRow),
            [{**here, **contact, "id": at, "name": f"Person {at}", "name_key": f"person {at}"} for at in ids],
        )


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
