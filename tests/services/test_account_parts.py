from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain import errors
from bot.domain.account_edits import AccountForm, Deed, Part, PartGiven, SaveTeam
from bot.domain.accounts import TeamRole
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.domain.members import Standing as Membership
from bot.services import account_edits
from storage.store import SqlStore
from storage.tables import MemberRow, TimerRow
from tests.company import NOW, Company, new_key
from tests.services.account_asking import card
from tests.services.account_editing import actions, edit, opened, told


def team(store: SqlStore, actor: Member, form: AccountForm, *members: Member, **said: Any) -> None:
    people = tuple(member.id for member in members)
    account_edits.save_team(store, NOW, SaveTeam(actor, form.draft_id, new_key(), people, **said))


class TestParts:
    def test_a_kam_lead_names_the_kam_who_hears_of_it_and_so_does_the_former(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, zoe: Member, pumps: AccountId
    ) -> None:
        martin = company.member("Martin Keller")
        edit(store, zoe, pumps, kam_id=tobias.id, deputy_id=martin.id)

        account = card(store, zoe).account
        assert (account.kam, account.deputy) == (tobias.person, martin.person)
        assert told(store, company) == {
            tobias.id: [PartGiven(account.ref, Part.KAM, zoe.person)],
            martin.id: [PartGiven(account.ref, Part.DEPUTY, zoe.person)],
            lea.id: [PartGiven(account.ref, Part.KAM, zoe.person, is_over=True)],
        }

    def test_open_conflicts_are_looked_at_when_who_backs_it_changes(
        self, store: SqlStore, lea: Member, zoe: Member, tobias: Member, pumps: AccountId
    ) -> None:
        edit(store, lea, pumps, tier="a")
        assert _looks(store) == 0

        edit(store, zoe, pumps, sponsor_id=tobias.id)
        assert _looks(store) == 1

    def test_a_kam_names_nobody(self, store: SqlStore, lea: Member, tobias: Member, pumps: AccountId) -> None:
        with pytest.raises(errors.MayNotAppoint):
            edit(store, lea, pumps, deputy_id=tobias.id)

    def test_guests_and_unknown_people_get_no_part(
        self, store: SqlStore, company: Company, zoe: Member, pumps: AccountId
    ) -> None:
        guest = company.member("Gast", standing=Membership.GUEST)

        for member_id, name in ((guest.id, "Gast"), ("U404", "")):
            with pytest.raises(errors.NoFullMember) as refused:
                edit(store, zoe, pumps, kam_id=member_id)
            assert (refused.value.name, refused.value.field) == (name, "kam")

    def test_a_kam_who_left_stays_until_somebody_else_is_named(
        self, store: SqlStore, lea: Member, zoe: Member, pumps: AccountId
    ) -> None:
        with store.engine.begin() as connection:
            gone = update(MemberRow).where(MemberRow.id == lea.id).values(standing=Membership.DEACTIVATED)
            connection.execute(gone)

        edit(store, zoe, pumps, kam_id=None, tier="a")

        account = card(store, zoe).account
        assert account.kam is not None
        assert (account.kam.left, account.tier) == (True, "a")

    def test_who_does_not_see_the_account_any_more_is_told_nothing(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, zoe: Member
    ) -> None:
        hidden = company.account("Geheimwerk", access="restricted", kam=lea)

        edit(store, zoe, hidden, kam_id=tobias.id)

        heard = told(store, company)
        assert heard[lea.id] == [None]
        assert len(heard[tobias.id]) == 1


class TestTeam:
    def test_who_joins_or_leaves_hears_of_it_and_who_stays_keeps_their_part(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        eva, jo = company.member("Eva Roth"), company.member("Jo Wild")
        company.team(pumps, eva, "support")
        company.team(pumps, jo)

        form = opened(store, lea, pumps, Deed.TEAM)
        assert [member.person for member in form.team] == [eva.person, jo.person]
        team(store, lea, form, eva, tobias, role=TeamRole.EXPERT, topic="Kupplungen")

        shown = [(one.person, one.role, one.topic) for one in card(store, lea).team]
        assert shown == [(eva.person, TeamRole.SUPPORT, None), (tobias.person, TeamRole.EXPERT, "Kupplungen")]
        ref = card(store, lea).account.ref
        assert told(store, company) == {
            tobias.id: [PartGiven(ref, Part.TEAM, lea.person)],
            jo.id: [PartGiven(ref, Part.TEAM, lea.person, is_over=True)],
        }

    def test_the_team_opens_a_restricted_account(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        hidden = company.account("Geheimwerk", access="restricted", kam=lea)
        team(store, lea, opened(store, lea, hidden, Deed.TEAM), tobias)
        assert card(store, tobias, "Geheimwerk").account.id == hidden

        team(store, lea, opened(store, lea, hidden, Deed.TEAM))
        with pytest.raises(errors.UnknownAccount):
            card(store, tobias, "Geheimwerk")
        assert None in told(store, company)[tobias.id], "for him it does not exist any more"

    def test_nothing_changed_leaves_no_trace(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        company.team(pumps, tobias)

        team(store, lea, opened(store, lea, pumps, Deed.TEAM), tobias)

        assert actions(store, pumps) == []

    def test_guests_join_no_team(self, store: SqlStore, company: Company, lea: Member, pumps: AccountId) -> None:
        guest = company.member("Gast", standing=Membership.GUEST)

        with pytest.raises(errors.NoFullMember) as refused:
            team(store, lea, opened(store, lea, pumps, Deed.TEAM), guest)
        assert refused.value.field == "people"

    def test_the_second_of_two_is_told_who_was_first(
        self, store: SqlStore, lea: Member, zoe: Member, tobias: Member, pumps: AccountId
    ) -> None:
        mine, theirs = (opened(store, actor, pumps, Deed.TEAM) for actor in (lea, zoe))
        team(store, zoe, theirs, tobias)

        with pytest.raises(errors.AccountChanged):
            team(store, lea, mine)


def _looks(store: SqlStore) -> int:
    with store.engine.connect() as connection:
        query = select(TimerRow.object_id).where(TimerRow.step == "escalation.look")
        return len(connection.execute(query).all())
