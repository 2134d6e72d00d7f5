import json
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.domain import errors
from bot.domain.access import Access
from bot.domain.account_edits import (
    Deed,
    Facts,
    OpenAccountForm,
    Part,
)
from bot.domain.account_shape import Coverage
from bot.domain.accounts import Relation
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, DraftId
from bot.domain.members import Member
from bot.i18n import translator
from bot.services import account_edits
from bot.views import account_forms
from storage.store import SqlStore
from storage.tables import AccountRow, AuditRow, HistoryRow
from tests.company import NOW, Company
from tests.services.account_asking import card
from tests.services.account_editing import actions, edit, opened, save, told


class TestFacts:
    def test_the_kam_changes_what_the_account_is(self, store: SqlStore, lea: Member, pumps: AccountId) -> None:
        edit(
            store,
            lea,
            pumps,
            tier="a",
            mission="Stillstände senken",
            jour_fixe_weeks=4,
            coverage=Coverage.MIXED,
            country="CH",
        )

        account = card(store, lea).account
        assert (account.tier, account.mission, account.jour_fixe_weeks) == ("a", "Stillstände senken", 4)
        assert (account.coverage, account.country, account.version) == ("mixed", "CH", 2)
        assert account.kam == lea.person
        assert actions(store, pumps) == ["account.changed"]

    def test_the_audit_names_the_fields_and_never_what_they_hold(
        self, store: SqlStore, lea: Member, pumps: AccountId
    ) -> None:
        edit(store, lea, pumps, mission="GEHEIMES ZIEL")

        with store.engine.connect() as connection:
            [row] = connection.execute(select(AuditRow).where(AuditRow.object_id == pumps)).all()
        assert row.fields == ["mission"]
        assert "GEHEIM" not in str(row)

    def test_nothing_changed_leaves_no_trace(self, store: SqlStore, lea: Member, pumps: AccountId) -> None:
        edit(store, lea, pumps, tier=None, name="Helvetia Pumpen")

        assert actions(store, pumps) == []
        assert card(store, lea).account.version == 1

    @pytest.mark.parametrize("deed", [Deed.EDIT, Deed.STAGE, Deed.TEAM])
    def test_a_colleague_is_told_who_changes_it(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, pumps: AccountId, deed: Deed
    ) -> None:
        company.team(pumps, tobias)

        with pytest.raises(errors.MayNotChangeAccount) as refused:
            opened(store, tobias, pumps, deed)
        assert refused.value.who == (lea.person,)

    def test_where_nobody_is_kam_the_kam_leads_are_named(
        self, store: SqlStore, company: Company, tobias: Member, zoe: Member
    ) -> None:
        account = company.account("Neuwerk")

        with pytest.raises(errors.MayNotChangeAccount) as refused:
            opened(store, tobias, account)
        assert refused.value.who == (zoe.person,)

    def test_a_hidden_account_does_not_exist_for_a_stranger(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        hidden = company.account("Geheimwerk", access="restricted", kam=lea)

        for account_id in (hidden, AccountId(404)):
            with pytest.raises(errors.UnknownAccountChosen):
                opened(store, tobias, account_id)

    def test_who_lost_the_right_while_the_form_was_open_saves_nothing(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        form = opened(store, lea, pumps)
        with store.engine.begin() as connection:
            connection.execute(update(AccountRow).values(kam_id=tobias.id))

        with pytest.raises(errors.MayNotChangeAccount):
            save(store, lea, form, tier="a")
        assert actions(store, pumps) == []

    def test_the_second_of_two_is_told_who_was_first(
        self, store: SqlStore, lea: Member, zoe: Member, pumps: AccountId
    ) -> None:
        mine, theirs = opened(store, lea, pumps), opened(store, zoe, pumps)
        save(store, zoe, theirs, tier="a")

        with pytest.raises(errors.AccountChanged) as refused:
            save(store, lea, mine, tier="b")
        assert (refused.value.by, refused.value.at) == (zoe.person, NOW)
        assert card(store, lea).account.tier == "a"

    def test_pressed_twice_it_is_saved_once_and_other_content_is_refused(
        self, store: SqlStore, lea: Member, pumps: AccountId
    ) -> None:
        form = opened(store, lea, pumps)
        save(store, lea, form, "view:V1:1#same", tier="a")
        save(store, lea, form, "view:V1:1#same", tier="a")

        assert actions(store, pumps) == ["account.changed"]
        with pytest.raises(errors.DraftGone):
            save(store, lea, form, "view:V1:1#other", tier="b")

    def test_the_same_click_opens_the_same_draft(self, store: SqlStore, lea: Member, pumps: AccountId) -> None:
        command = OpenAccountForm(lea, pumps, Deed.EDIT, "trigger:same", ReplyTo(lea.id))

        first = account_edits.open_form(store, NOW, command)

        assert account_edits.open_form(store, NOW, command).draft_id == first.draft_id
        again = account_edits.open_again(store, lea, first.draft_id, more=True)
        assert (again.draft_id, again.more, again.assigns) == (first.draft_id, True, False)

    def test_somebody_elses_draft_opens_nothing(
        self, store: SqlStore, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        form = opened(store, lea, pumps)

        for actor, draft_id in ((tobias, form.draft_id), (lea, DraftId(404))):
            with pytest.raises(errors.DraftGone):
                account_edits.open_again(store, actor, draft_id)

    def test_a_new_name_finds_it_and_so_does_the_old_one(self, store: SqlStore, lea: Member, pumps: AccountId) -> None:
        edit(store, lea, pumps, name="Helvetia Fluid", aliases=("HF",))

        for typed in ("Helvetia Fluid", "HF", "helvetia pumpen"):
            assert card(store, lea, typed).account.name == "Helvetia Fluid"
        with store.read(lea.workspace_id) as tx:
            assert tx.account_edits.aliases(pumps) == ("Helvetia Fluid", "Helvetia Pumpen", "HF")

    @pytest.mark.parametrize("name", ["<!channel> & *Werk*", "\u202eWerk", "🇨🇭 Werk"])
    def test_hostile_names_are_names(self, store: SqlStore, lea: Member, pumps: AccountId, name: str) -> None:
        edit(store, lea, pumps, name=name)

        assert card(store, lea, "Helvetia Pumpen").account.id == pumps

    def test_restricting_hides_it_from_everybody_else(
        self, store: SqlStore, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        edit(store, lea, pumps, access=Access.RESTRICTED)

        assert card(store, lea).account.ref.restricted
        with pytest.raises(errors.UnknownAccount):
            card(store, tobias)


class TestGroup:
    def test_an_account_becomes_a_unit(self, store: SqlStore, company: Company, lea: Member, pumps: AccountId) -> None:
        group = company.account("Helvetia Gruppe")

        edit(store, lea, pumps, parent_id=group, relation=Relation.DIVISION)

        assert [unit.id for unit in card(store, lea, "Helvetia Gruppe").family.units] == [pumps]
        assert card(store, lea).account.relation is Relation.DIVISION

    def test_nothing_is_part_of_itself_or_of_its_own_units(
        self, store: SqlStore, company: Company, lea: Member, pumps: AccountId
    ) -> None:
        unit = company.account("Werk Ulm", parent=pumps, access="restricted", kam=lea)
        below = company.account("Linie 3", parent=unit)

        for parent_id in (pumps, unit, below):
            with pytest.raises(errors.AccountInRing) as refused:
                edit(store, lea, pumps, parent_id=parent_id)
            assert refused.value.field == "parent"

    def test_a_hidden_parent_cannot_be_chosen_and_is_not_taken_away_unseen(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        hidden = company.account("Geheimwerk", access="restricted", kam=tobias)
        unit = company.account("Ulm", parent=hidden, relation="site", kam=lea)

        form = opened(store, lea, unit)
        assert form.parent is None
        save(store, lea, form, parent_id=None, relation=None, tier="c")

        account = card(store, tobias, "Ulm").account
        assert (account.parent_id, account.relation, account.tier) == (hidden, Relation.SITE, "c")
        with pytest.raises(errors.UnknownAccountChosen):
            edit(store, lea, company.account("Frei", kam=lea), parent_id=hidden)

    def test_a_parent_without_a_relation_is_asked_for_it_and_not_dropped(
        self, store: SqlStore, company: Company, lea: Member, pumps: AccountId
    ) -> None:
        group = company.account("Gruppe")
        for said in ({"parent_id": group, "relation": None}, {"parent_id": None, "relation": Relation.SITE}):
            with pytest.raises(errors.GroupUnfinished) as refused:
                edit(store, lea, pumps, **said)
            assert refused.value.field == ("relation" if said["parent_id"] else "parent")
        edit(store, lea, pumps, parent_id=None, relation=None, tier="b")
        assert card(store, lea).account.tier == "b"

    def test_who_chooses_part_of_no_group_leaves_it(self, store: SqlStore, company: Company, lea: Member) -> None:
        group = company.account("Gruppe")
        unit = company.account("Ulm", parent=group, relation="site", kam=lea)

        edit(store, lea, unit, parent_id=group, relation=None)

        assert card(store, lea, "Ulm").account.parent_id is None

    def test_a_form_does_not_say_how_a_unit_belongs_to_a_hidden_parent(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member
    ) -> None:
        hidden = company.account("Geheimwerk", access="restricted", kam=tobias)
        company.account("Ulm", parent=hidden, relation="site", kam=lea)
        company.account("Frei", kam=lea)
        shown = []
        for name in ("Ulm", "Frei"):
            form = replace(opened(store, lea, card(store, lea, name).account.id), more=True)
            blocks = account_forms.form(form, translator("en", NOW, "Europe/Zurich"))["blocks"]
            asked = json.dumps([block for block in blocks if block["type"] == "input"])
            shown.append(asked.replace(name, "…"))
        assert shown[0] == shown[1]

    def test_who_sees_the_parent_may_take_it_away(self, store: SqlStore, company: Company, lea: Member) -> None:
        unit = company.account("Ulm", parent=company.account("Gruppe"), relation="site", kam=lea)

        edit(store, lea, unit, parent_id=None)

        account = card(store, lea, "Ulm").account
        assert (account.parent_id, account.relation) == (None, None)


class TestChannel:
    def test_a_channel_belongs_to_one_account(
        self, store: SqlStore, company: Company, lea: Member, pumps: AccountId
    ) -> None:
        company.account("Nordwerk", channel_id="CNORD")

        edit(store, lea, pumps, channel_id="CHPU")
        with pytest.raises(errors.ChannelTaken) as refused:
            edit(store, lea, pumps, channel_id="CNORD")

        assert (refused.value.account, refused.value.field) == ("Nordwerk", "channel")
        assert card(store, lea).account.channel_id == "CHPU"

    def test_that_a_hidden_account_has_it_is_not_revealed(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        company.account("Geheimwerk", channel_id="CGEHEIM", access="restricted", kam=tobias)

        edit(store, lea, pumps, channel_id="CGEHEIM")

        assert card(store, lea).account.channel_id == "CGEHEIM"


def test_a_note_whose_change_is_gone_tells_nothing(
    store: SqlStore, company: Company, lea: Member, zoe: Member, tobias: Member, pumps: AccountId
) -> None:
    edit(store, zoe, pumps, kam_id=tobias.id)
    with store.engine.begin() as connection:
        connection.execute(update(HistoryRow).values(actor_id=None))

    assert told(store, company) == {lea.id: [None], tobias.id: [None]}


def test_facts_start_empty() -> None:
    assert Facts().part(Part.KAM) is None
