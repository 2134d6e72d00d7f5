from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from bot.domain.access import Visibility
from bot.domain.account_flags import Flag, RedFlag
from bot.domain.account_shape import Shape
from bot.domain.accounts import AccountRef, Because, Scope
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, RequestId
from bot.domain.interactions import Details, Source, WithdrawInteraction
from bot.domain.members import Member, Role, Standing
from bot.domain.requests import Details as Asked
from bot.domain.requests import Kind as Asking
from bot.domain.requests import NewRequest
from bot.domain.sponsors import Step
from bot.services import account_cards, accounts, interactions
from storage.store import SqlStore
from storage.tables import AccountNameRow, AccountRow, ContactRow
from tests.company import NOW, Company
from tests.services.account_asking import card, question
from tests.services.note_taking import log
from tests.statements import statements


@pytest.fixture
def martin(company: Company) -> Member:
    return company.member("Martin Keller")


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
        assert seen.promise_count == 4
        for more in range(3):
            log(store, lea, account, f"mehr {more}", promise="mehr", promise_due=date(2027, 1, 1))
        assert card(store, lea, "Trautwyl").promise_count == 7

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
            seen = card(store, lea, "Trautwyl").matters
        assert (len(seen.requests), seen.request_count) == (5, 40)

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
        assert (shown.matters.request_count, len(shown.promises), shown.impressions.count) == (1, 5, 8)
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
