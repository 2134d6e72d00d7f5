import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain import errors
from bot.domain.access import Access
from bot.domain.account_cards import AccountCard
from bot.domain.account_edits import (
    AccountForm,
    Deed,
    Facts,
    OpenAccountForm,
    Part,
    PartGiven,
    SaveFacts,
    SaveRatings,
    SaveStage,
    SaveTeam,
    facts_of,
)
from bot.domain.account_shape import Coverage, Stage, Standing
from bot.domain.accounts import Relation, ShowAccount, TeamRole
from bot.domain.contact_assessments import Measure
from bot.domain.delivery import Form, Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, DraftId
from bot.domain.members import Member
from bot.domain.members import Standing as Membership
from bot.i18n import translator
from bot.services import account_edits, accounts, delivery
from bot.views import account_forms
from storage.store import SqlStore
from storage.tables import AccountRow, AssessmentRow, AuditRow, HistoryRow, MemberRow, TimerRow
from tests.company import NOW, PLENTY, Company, new_key


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner")


@pytest.fixture
def zoe(company: Company) -> Member:
    return company.member("Zoe Lind", role="kam_lead")


@pytest.fixture
def tobias(company: Company) -> Member:
    return company.member("Tobias Seidel")


@pytest.fixture
def pumps(company: Company, lea: Member) -> AccountId:
    return company.account("Helvetia Pumpen", "HPU", kam=lea)


def opened(store: SqlStore, actor: Member, account_id: AccountId, deed: Deed = Deed.EDIT) -> AccountForm:
    return account_edits.open_form(
        store, NOW, OpenAccountForm(actor, account_id, deed, new_key(), ReplyTo(actor.id, "https://hooks.test/1"))
    )


def edit(store: SqlStore, actor: Member, account_id: AccountId, **changes: Any) -> None:
    """Open the form, change some fields, and save it."""
    save(store, actor, opened(store, actor, account_id), **changes)


def save(store: SqlStore, actor: Member, form: AccountForm, key: str = "", **changes: Any) -> None:
    facts = replace(facts_of(form.account, form.aliases), **changes)
    account_edits.save_facts(store, NOW, SaveFacts(actor, form.draft_id, key or new_key(), facts, frozenset(changes)))


def stage(
    store: SqlStore, actor: Member, form: AccountForm, reason: str = "Zwei Paare tragen es.", **said: Any
) -> None:
    command = SaveStage(actor, form.draft_id, new_key(), Stage.BASIC, None, is_at_risk=False, reason=reason)
    account_edits.save_stage(store, NOW, replace(command, **said))


def rate(
    store: SqlStore,
    actor: Member,
    form: AccountForm,
    value: int | None,
    reason: str = "Sie rufen an.",
    now: datetime = NOW,
) -> None:
    command = SaveRatings(actor, form.draft_id, new_key(), {Measure.RELATIONSHIP: value}, reason)
    account_edits.save_ratings(store, now, command)


def team(store: SqlStore, actor: Member, form: AccountForm, *members: Member, **said: Any) -> None:
    people = tuple(member.id for member in members)
    account_edits.save_team(store, NOW, SaveTeam(actor, form.draft_id, new_key(), people, **said))


def card(store: SqlStore, reader: Member, typed: str = "Helvetia Pumpen") -> AccountCard:
    found = accounts.card(store, NOW, ShowAccount(reader, typed, None))
    assert isinstance(found, AccountCard)
    return found


def told(store: SqlStore, company: Company) -> dict[str, list[object | None]]:
    """Return what leaves for whom: the notes, not the cards shown anew."""
    with store.begin(company.workspace) as tx:
        rows = tx.outbox.claim(NOW, PLENTY, 20, 20).rows
        found: dict[str, list[object | None]] = {}
        for row in rows:
            if row.outgoing.form is Form.NOTE:
                found.setdefault(row.place, []).append(delivery.load(tx, row, NOW, "en").told)
        return found


def actions(store: SqlStore, account_id: AccountId) -> list[str]:
    with store.engine.connect() as connection:
        query = select(HistoryRow.action).where(HistoryRow.object_id == account_id).order_by(HistoryRow.id)
        return list(connection.execute(query).scalars())


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


class TestStage:
    def test_it_is_dated_and_says_why_to_the_circle_only(
        self, store: SqlStore, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        form = opened(store, lea, pumps, Deed.STAGE)
        stage(store, lea, form, "Der Einkauf wechselt.", desired=Stage.COOPERATIVE, is_at_risk=True)

        said = Standing(Stage.BASIC, Stage.COOPERATIVE, is_at_risk=True, reason="Der Einkauf wechselt.", at=NOW)
        assert card(store, lea).standing == said
        assert card(store, tobias).standing == replace(said, reason=None)
        with store.engine.connect() as connection:
            kept = {row.measure: row.value for row in connection.execute(select(AssessmentRow))}
        assert kept == {"stage": 2, "desired_stage": 3, "at_risk": 1}

    def test_a_change_without_a_reason_is_asked_for_it_and_saves_nothing(
        self, store: SqlStore, lea: Member, pumps: AccountId
    ) -> None:
        form = opened(store, lea, pumps, Deed.STAGE)

        with pytest.raises(errors.JudgementReasonMissing) as refused:
            stage(store, lea, form, "")
        assert refused.value.field == "reason"
        stage(store, lea, form, "Jetzt mit Grund.")
        assert card(store, lea).standing.stage is Stage.BASIC

    def test_the_same_without_a_reason_is_no_judgement_and_with_one_confirms_it(
        self, store: SqlStore, lea: Member, pumps: AccountId
    ) -> None:
        stage(store, lea, opened(store, lea, pumps, Deed.STAGE))
        stage(store, lea, opened(store, lea, pumps, Deed.STAGE), "")
        assert actions(store, pumps) == ["account.staged"]

        stage(store, lea, opened(store, lea, pumps, Deed.STAGE), "Immer noch.")
        assert actions(store, pumps) == ["account.staged"] * 2

    def test_the_second_of_two_is_told_who_was_first(
        self, store: SqlStore, lea: Member, zoe: Member, pumps: AccountId
    ) -> None:
        mine, theirs = (opened(store, actor, pumps, Deed.STAGE) for actor in (lea, zoe))
        stage(store, zoe, theirs)

        with pytest.raises(errors.AccountChanged) as refused:
            stage(store, lea, mine)
        assert refused.value.by == zoe.person


class TestRatings:
    def test_the_circle_rates_and_nobody_else_sees_it(
        self, store: SqlStore, company: Company, lea: Member, tobias: Member, pumps: AccountId
    ) -> None:
        expert = company.member("Eva Roth")
        company.team(pumps, expert)
        rate(store, expert, opened(store, expert, pumps, Deed.RATE), 4)

        ratings = card(store, lea).ratings
        assert ratings is not None
        [rating] = ratings
        assert (rating.measure, rating.value, rating.by) == (Measure.RELATIONSHIP, 4, expert.person)
        assert (rating.reason, rating.at) == ("Sie rufen an.", NOW)
        assert card(store, tobias).ratings is None
        with pytest.raises(errors.MayNotChangeAccount):
            opened(store, tobias, pumps, Deed.RATE)

    def test_the_newest_counts_and_none_takes_it_back(
        self, store: SqlStore, lea: Member, zoe: Member, pumps: AccountId
    ) -> None:
        first, second = (opened(store, actor, pumps, Deed.RATE) for actor in (lea, zoe))
        rate(store, lea, first, 4)
        rate(store, zoe, second, 2, now=NOW + timedelta(minutes=1))
        ratings = card(store, lea).ratings
        assert ratings is not None
        assert [rating.value for rating in ratings] == [2]

        rate(store, lea, opened(store, lea, pumps, Deed.RATE), None, now=NOW + timedelta(minutes=2))
        assert card(store, lea).ratings == ()

    def test_a_reason_is_needed_unless_nothing_changes(self, store: SqlStore, lea: Member, pumps: AccountId) -> None:
        form = opened(store, lea, pumps, Deed.RATE)
        with pytest.raises(errors.JudgementReasonMissing):
            rate(store, lea, form, 4, "")
        rate(store, lea, form, None, "")
        rate(store, lea, opened(store, lea, pumps, Deed.RATE), None, "Grund ohne Urteil")

        assert actions(store, pumps) == []

    def test_pressed_twice_it_is_one_judgement(self, store: SqlStore, lea: Member, pumps: AccountId) -> None:
        form = opened(store, lea, pumps, Deed.RATE)
        command = SaveRatings(lea, form.draft_id, "view:V1:1#same", {Measure.PARTNERSHIP: 3}, "So.")

        for _ in range(2):
            account_edits.save_ratings(store, NOW, command)

        assert actions(store, pumps) == ["account.rated"]


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


def test_a_note_whose_change_is_gone_tells_nothing(
    store: SqlStore, company: Company, lea: Member, zoe: Member, tobias: Member, pumps: AccountId
) -> None:
    edit(store, zoe, pumps, kam_id=tobias.id)
    with store.engine.begin() as connection:
        connection.execute(update(HistoryRow).values(actor_id=None))

    assert told(store, company) == {lea.id: [None], tobias.id: [None]}


def _looks(store: SqlStore) -> int:
    with store.engine.connect() as connection:
        query = select(TimerRow.object_id).where(TimerRow.step == "escalation.look")
        return len(connection.execute(query).all())


def test_what_was_judged_is_about_the_account(store: SqlStore, lea: Member, pumps: AccountId) -> None:
    stage(store, lea, opened(store, lea, pumps, Deed.STAGE), "Ein Grund.")

    with store.read(lea.workspace_id) as tx:
        last = tx.history.last(Ref(Subject.ACCOUNT, pumps))
    assert last is not None
    assert (last.words, last.actor) == ("Ein Grund.", lea.person)


def test_facts_start_empty() -> None:
    assert Facts().part(Part.KAM) is None
