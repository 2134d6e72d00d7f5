from pathlib import Path

import pytest
from sqlalchemy import update

from bot.domain import merges
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, InteractionId, MemberId, MergeId
from bot.domain.interactions import WithdrawInteraction
from bot.services import interactions
from storage.store import SqlStore
from storage.tables import AccountNameRow, AccountRow, ContactRow, InteractionRow, SearchNoteRow, TeamRow
from tests.company import NOW, WORKSPACE, Company
from tests.services.setup_desk import COMPANY, EVERYTHING, INTERACTIONS, Desk, totals


@pytest.fixture
def desk(store: SqlStore, company: Company, tmp_path: Path) -> Desk:
    assert company.workspace == WORKSPACE
    return Desk(store, tmp_path)


# What people did since


def test_an_interaction_that_was_edited_or_undone_since_is_not_brought_back(desk: Desk, company: Company) -> None:
    desk.bring(**COMPANY)
    call, visit = desk.row(InteractionRow, kind="call"), desk.row(InteractionRow, kind="visit")
    with desk.store.engine.begin() as connection:
        connection.execute(update(InteractionRow).where(InteractionRow.id == visit.id).values(text="Besucht, ergänzt"))
    lea = company.get("ULEA")
    assert lea is not None
    undo = WithdrawInteraction(lea, InteractionId(call.id), "trigger:1", ReplyTo(lea.id))
    interactions.withdraw(desk.store, NOW, undo)

    again = desk.bring(interactions=INTERACTIONS.replace(",call,", ",video,"))

    assert totals(again)["interactions.csv"] == (0, 0, 2)
    assert desk.row(InteractionRow, id=visit.id).text == "Besucht, ergänzt"
    assert desk.row(InteractionRow, id=call.id).withdrawn_at == NOW
    assert desk.rows(SearchNoteRow, subject="interaction", object_id=call.id) == []


def test_an_account_that_people_created_is_completed_and_not_doubled(desk: Desk, company: Company) -> None:
    account_id = company.account("helvetia")

    done = desk.bring(accounts="account,kam\nHelvetia,ULEA\n", contacts="account,name\nHelvetia,Suter\n")

    assert totals(done)["accounts.csv"] == (0, 1, 0)
    assert desk.row(AccountRow).id == account_id
    with desk.store.read(WORKSPACE) as tx:
        account = tx.accounts.get(AccountId(account_id), EVERYTHING)
    assert account is not None
    assert (account.name, account.kam and account.kam.id) == ("Helvetia", "ULEA")


# What was merged since

TWINS = {
    **COMPANY,
    "accounts": """account,parent,aliases,kam,access,mission,tier
Helvetia,,HPU,lea@arven.example,,,a
Helvetia AG,Helvetia,HAG,,restricted,Pumpen,b
Helvetia Ulm,Helvetia AG,,,,,
""",
    "team": "account,member,role\nHelvetia,UTOM,expert\nHelvetia AG,UTOM,support\nHAG,ULEA,support\n",
    "contacts": """account,name,title,decision_role,reports_to
Helvetia,Urs Bachofner,CEO,decider,
Helvetia,U. Bachofner,,buyer,Urs Bachofner
Helvetia,Daniela Suter,,,U. Bachofner
Helvetia AG,Rolf Lang,,,
""",
    "interactions": """account,author,when,text,kind,contacts
Helvetia,UTOM,2026-03-02 10:00,Besucht,visit,U. Bachofner|Daniela Suter
Helvetia AG,UTOM,2026-03-02 10:00,Besucht,visit,Rolf Lang
HAG,UTOM,2026-03-03 10:00,Angerufen,call,
""",
}


def _merge(desk: Desk, stays: Ref, goes: Ref) -> MergeId:
    with desk.store.begin(WORKSPACE) as tx:
        sides = [tx.merges.side(one, EVERYTHING) for one in (stays, goes)]
        assert sides[0]
        assert sides[1]
        changes, joins = merges.surviving(sides[0], sides[1]), merges.joins(sides[0], sides[1])
        merge_id = tx.merges.merge(sides[0], sides[1], changes, joins, MemberId("ULEA"), NOW)
    assert merge_id is not None
    return merge_id


def _merged(desk: Desk) -> None:
    """Import, and merge the two accounts and the two contacts."""
    desk.bring(**TWINS)
    account, other = desk.row(AccountRow, name="Helvetia"), desk.row(AccountRow, name="Helvetia AG")
    urs, short = desk.row(ContactRow, name="Urs Bachofner"), desk.row(ContactRow, name="U. Bachofner")
    _merge(desk, Ref(Subject.ACCOUNT, account.id), Ref(Subject.ACCOUNT, other.id))
    _merge(desk, Ref(Subject.CONTACT, short.id), Ref(Subject.CONTACT, urs.id))


def test_the_same_files_change_nothing_after_accounts_and_contacts_were_merged(desk: Desk) -> None:
    _merged(desk)
    written = desk.written()

    again = desk.bring(**TWINS)

    assert {(new, changed) for new, changed, _same in totals(again).values()} == {(0, 0)}
    assert desk.written() == written
    assert desk.row(AccountRow, name="Helvetia").access == "restricted"
    assert desk.row(AccountRow, name="Helvetia").mission == "Pumpen"


def test_what_is_new_under_a_merged_name_comes_to_the_survivor(desk: Desk) -> None:
    _merged(desk)
    account, short = desk.row(AccountRow, name="Helvetia"), desk.row(ContactRow, name="U. Bachofner")

    done = desk.bring(
        accounts="account,aliases,tier\nHelvetia,Pumpenbau,c\n",
        contacts="account,name,decision_role,reports_to\nHAG,Eva Neu,,Urs Bachofner\nHelvetia,U. Bachofner,user,\n",
        team="account,member\nHelvetia AG,UNEW\n",
        interactions="account,author,when,text\nHelvetia AG,UTOM,2026-03-09 10:00,Neu\n",
    )

    assert totals(done)["accounts.csv"] == (0, 1, 0)
    assert desk.row(ContactRow, name="Eva Neu").account_id == account.id
    assert desk.row(ContactRow, name="Eva Neu").reports_to_id == short.id
    assert desk.row(ContactRow, id=short.id).decision_roles == ["buyer", "decider", "user"]
    assert desk.row(TeamRow, member_id="UNEW").account_id == account.id
    assert desk.row(InteractionRow, text="Neu").account_id == account.id
    names_ = {row.name for row in desk.rows(AccountNameRow, account_id=account.id)}
    assert names_ == {"Helvetia", "HPU", "Helvetia AG", "HAG", "Pumpenbau"}


def test_a_new_account_may_bear_the_name_of_one_that_was_merged(desk: Desk, company: Company) -> None:
    _merged(desk)
    company.account("Helvetia AG")

    done = desk.bring(accounts="account,tier\nHelvetia AG,c\n", contacts="account,name\nHelvetia AG,Eva Neu\n")

    assert totals(done)["accounts.csv"] == (0, 1, 0)
    new = desk.row(AccountRow, name="Helvetia AG", merged_into_id=None)
    assert (new.tier, desk.row(ContactRow, name="Eva Neu").account_id) == ("c", new.id)
