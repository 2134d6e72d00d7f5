import pytest

from bot.domain.accounts import AccountRef
from bot.domain.delivery import ReplyTo
from bot.domain.identity import MemberId
from bot.domain.members import Member
from bot.domain.menu import NAMED, Explain, Help, Menu, Topic
from bot.domain.search import NothingAsked
from bot.domain.setup import FirstSteps
from bot.services import delivery, menu
from storage.store import SqlStore
from tests.company import NOW, PLENTY, Company


@pytest.fixture
def ada(company: Company) -> Member:
    """An admin."""
    return company.member("Ada", role="admin")


class TestFirstSteps:
    def test_an_admin_of_an_empty_workspace_sees_all_three(self, store: SqlStore, ada: Member) -> None:
        assert menu.menu(store, ada) == Menu(FirstSteps(has_departments=False, has_accounts=False, has_kam_lead=False))

    def test_what_is_there_is_ticked(self, store: SqlStore, company: Company, ada: Member) -> None:
        company.account("Helvetia Pumpen")
        company.department("Production", company.member("Sandra"))

        steps = menu.menu(store, ada).first_steps

        assert steps == FirstSteps(has_departments=True, has_accounts=True, has_kam_lead=False)

    def test_they_go_when_everything_is_there(self, store: SqlStore, company: Company, ada: Member) -> None:
        company.account("Helvetia Pumpen")
        company.department("Production", company.member("Sandra"))
        company.member("Zoe", role="kam_lead")

        assert menu.menu(store, ada) == Menu()

    def test_nobody_else_sees_them(self, store: SqlStore, company: Company, ada: Member) -> None:
        assert menu.menu(store, company.member("Lea")) == Menu()

    def test_the_owner_of_the_slack_workspace_sees_them_while_there_is_no_admin(
        self, store: SqlStore, company: Company
    ) -> None:
        assert menu.menu(store, company.member("Olga", is_owner=True)).first_steps is not None


class TestHelp:
    def test_a_member_has_no_role_besides(self, store: SqlStore, company: Company) -> None:
        assert menu.help_page(store, company.member("Lea")) == Help()

    def test_every_role_of_a_person_is_named(self, store: SqlStore, company: Company) -> None:
        lea = company.member("Lea", role="kam_lead", is_owner=True)
        kam = company.account("Kamwerk", kam=lea)
        backed = company.account("Patenwerk", sponsor=lea)
        company.department("Production", lea)
        company.department("Quality", company.member("Sandra"))

        assert menu.help_page(store, lea) == Help(
            departments=("Production",),
            kam_of=(AccountRef(kam, "Kamwerk"),),
            kam_count=1,
            sponsor_of=(AccountRef(backed, "Patenwerk"),),
            sponsor_count=1,
            is_kam_lead=True,
            is_admin=True,
        )

    def test_only_the_first_of_many_accounts_are_named(self, store: SqlStore, company: Company) -> None:
        lea = company.member("Lea")
        for at in range(NAMED + 2):
            company.account(f"Werk {at}", deputy=lea)

        shown = menu.help_page(store, lea)

        assert (len(shown.kam_of), shown.kam_count) == (NAMED, NAMED + 2)


class TestButtons:
    def test_help_is_what_the_person_may_do_when_it_is_sent(self, store: SqlStore, company: Company) -> None:
        lea = company.member("Lea")
        menu.explain(store, NOW, Explain(lea, Topic.HELP, "trigger:1", ReplyTo(lea.id)))
        company.account("Kamwerk", kam=lea)

        [told] = _told(store, company)

        assert isinstance(told, Help)
        assert told.kam_count == 1

    def test_a_second_delivery_of_the_same_click_adds_nothing(self, store: SqlStore, company: Company) -> None:
        lea = company.member("Lea")
        for _ in range(2):
            menu.explain(store, NOW, Explain(lea, Topic.ASK, "trigger:1", ReplyTo(lea.id)))

        assert _told(store, company) == [NothingAsked()]

    def test_nobody_unknown_is_told_anything(self, store: SqlStore, company: Company) -> None:
        lea = company.member("Lea")
        menu.explain(store, NOW, Explain(lea, Topic.HELP, "trigger:1", ReplyTo(MemberId("U404"))))

        assert _told(store, company) == [None]


def _told(store: SqlStore, company: Company) -> list[object | None]:
    with store.begin(company.workspace) as tx:
        rows = tx.outbox.claim(NOW, PLENTY, 8, 8).rows
        return [delivery.load(tx, row, NOW, "en").told for row in rows]
