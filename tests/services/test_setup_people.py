from pathlib import Path

import pytest
from sqlalchemy import update

from bot.domain.identity import MemberId
from bot.domain.members import Profile, Standing
from bot.domain.setup import Flaw
from storage.store import SqlStore
from storage.tables import AccountRow, MemberRow
from tests.company import WORKSPACE, Company
from tests.services.setup_desk import Desk, totals


@pytest.fixture
def desk(store: SqlStore, company: Company, tmp_path: Path) -> Desk:
    assert company.workspace == WORKSPACE
    return Desk(store, tmp_path)


# People


def test_an_unknown_slack_id_is_a_new_member_named_by_the_directory_or_later(desk: Desk) -> None:
    desk.directory = [
        Profile(MemberId("UANA"), "Ana Costa", Standing.GUEST, "ana@x.example", "de-DE", "Europe/Madrid", is_owner=True)
    ]
    done = desk.bring(accounts="account,kam,deputy\nHelvetia,UANA,UNEW\n")

    ana, new = desk.row(MemberRow, id="UANA"), desk.row(MemberRow, id="UNEW")
    assert done.newcomers == 2
    assert (ana.name, ana.standing, ana.locale, ana.time_zone, ana.is_owner) == (
        "Ana Costa",
        "guest",
        "de-DE",
        "Europe/Madrid",
        True,
    )
    assert (new.name, new.standing, new.locale) == ("UNEW", "member", None)
    assert desk.bring(accounts="account,kam,deputy\nHelvetia,UANA,UNEW\n").newcomers == 0


def test_a_file_names_a_member_until_the_directory_has_spoken(desk: Desk) -> None:
    desk.bring(accounts="account,kam\nHelvetia,ULEA\n")
    named = desk.bring(members="slack_id,name,email\nULEA,Lea,lea@x.example\n")
    assert (totals(named)["members.csv"], desk.row(MemberRow).name) == ((0, 1, 0), "Lea")

    with desk.store.begin(WORKSPACE) as tx:
        tx.members.put_profiles([Profile(MemberId("ULEA"), "Lea Brunner", Standing.MEMBER, locale="de-DE")])
    again = desk.bring(members="slack_id,name,email\nULEA,Lea,\n")

    assert totals(again)["members.csv"] == (0, 0, 1)
    assert (desk.row(MemberRow).name, desk.row(MemberRow).email) == ("Lea Brunner", "lea@x.example")


def test_a_described_member_who_is_in_the_directory_stays_the_same_on_the_next_run(desk: Desk) -> None:
    desk.directory = [
        Profile(MemberId("ULEA"), "Lea Brunner", Standing.MEMBER, "lea@x.example", "de-DE", "Europe/Zurich")
    ]
    files = {"members": "slack_id,name,time_zone\nULEA,Lea,\n", "sponsors": "sponsor,kam\nUTOM,lea@x.example\n"}

    first, again = desk.bring(**files), desk.bring(**files)

    assert totals(first)["members.csv"] == (1, 0, 0)
    assert totals(again)["members.csv"] == (0, 0, 1)
    assert desk.row(MemberRow, id="ULEA").name == "Lea Brunner"


def test_an_address_is_looked_up_in_the_file_then_in_the_store_then_in_the_directory(desk: Desk) -> None:
    desk.bring(members="slack_id,name,email\nUOLD,Old,lea@x.example\nUTOM,Tom,Tom@x.example\n")
    desk.directory = [Profile(MemberId("UANA"), "Ana", Standing.MEMBER, "ana@x.example")]

    desk.bring(
        members="slack_id,name,email\nULEA,Lea,LEA@x.example\n",
        accounts="account,kam,deputy,sponsor\nHelvetia,lea@x.example,tom@x.example,ana@x.example\n",
    )

    account = desk.row(AccountRow)
    # In the store two people bear the address now, but the file says whose it is.
    assert (account.kam_id, account.deputy_id, account.sponsor_id) == ("ULEA", "UTOM", "UANA")


def test_of_two_people_with_one_address_the_active_one_is_meant(desk: Desk) -> None:
    desk.bring(members="slack_id,name,email\nUOLD,Old,lea@x.example\nUNEW,New,lea@x.example\n")
    with desk.store.engine.begin() as connection:
        connection.execute(update(MemberRow).where(MemberRow.id == "UOLD").values(standing="deactivated"))

    desk.bring(accounts="account,kam\nHelvetia,lea@x.example\n")

    assert desk.row(AccountRow).kam_id == "UNEW"


def test_an_address_of_several_people_or_of_nobody_is_an_error_of_the_row(desk: Desk) -> None:
    desk.bring(members="slack_id,name,email\nU1,One,lea@x.example\nU2,Two,lea@x.example\n")

    shared, unknown = desk.refused(accounts="account,kam,deputy\nHelvetia,lea@x.example,nobody@x.example\n")

    assert (shared.flaw, shared.hints, shared.column) == (Flaw.SHARED_EMAIL, ("U1", "U2"), "kam")
    assert (unknown.flaw, unknown.line, unknown.column) == (Flaw.UNKNOWN_EMAIL, 2, "deputy")


def test_an_address_that_the_directory_keeps_to_itself_is_unknown(desk: Desk) -> None:
    desk.directory = [Profile(MemberId("UBOT"), "Bot", Standing.BOT), Profile(MemberId("UANA"), "Ana", Standing.MEMBER)]

    assert desk.refused_once(sponsors="sponsor,kam\nana@x.example,U1\n").flaw is Flaw.UNKNOWN_EMAIL
