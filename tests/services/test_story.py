"""The sample's story: played once, told to nobody, and alive on whatever day somebody opens the demo."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.csv_files import read_folder
from bot.domain import names
from bot.domain.account_cards import AccountCard
from bot.domain.account_flags import Flag
from bot.domain.account_shape import Shape
from bot.domain.delivery import Subject
from bot.domain.demands import State
from bot.domain.identity import MemberId
from bot.domain.members import Member
from bot.domain.networks import Network, Post, ShowNetwork
from bot.domain.setup import ImportSetUp
from bot.domain.worklists import Worklist
from bot.services import account_cards, networks, setup
from sample import stage, story
from storage.store import SqlStore
from storage.tables import Base
from tests.company import WORKSPACE, Company

SAMPLE = Path(__file__).parents[2] / "sample"
LEA, JAMES = MemberId("U0BRUNNER"), MemberId("U0HARTLEY")
SUNDAY, LEAP_DAY = datetime(2026, 11, 22, 21, tzinfo=UTC), datetime(2028, 2, 29, 5, tzinfo=UTC)


@pytest.fixture
def imported(store: SqlStore, company: Company) -> SqlStore:
    assert company.workspace == WORKSPACE
    data = read_folder(SAMPLE, ZoneInfo("Europe/Zurich"))
    setup.import_files(store, SUNDAY, ImportSetUp(WORKSPACE, data, ()), lambda _: None)
    return store


def play(store: SqlStore, now: datetime) -> bool:
    with store.read(WORKSPACE) as tx:
        workspace = tx.workspace
    return story.play(store, workspace, now)


def counts(store: SqlStore) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def card(store: SqlStore, reader: MemberId, name: str, now: datetime) -> AccountCard:
    with store.read(WORKSPACE) as tx:
        viewer = tx.access.viewer(person(store, reader))
        (account,) = tx.accounts.named(names.match_key(name), viewer, 1)
        return account_cards.card(tx, viewer, account, now)


def person(store: SqlStore, member_id: MemberId) -> Member:
    with store.read(WORKSPACE) as tx:
        found = tx.members.get(member_id)
    assert found is not None
    return found


@pytest.mark.parametrize("now", [SUNDAY, LEAP_DAY])
def test_both_key_account_managers_find_something_to_do_on_whatever_day_it_is(
    imported: SqlStore, now: datetime
) -> None:
    assert play(imported, now)

    for reader, name in ((LEA, "Helvetia Pumpen"), (JAMES, "Harrowmere Conveyors")):
        shown = card(imported, reader, name, now)
        dates = [promise.due_on for promise in shown.promises if promise.due_on]
        assert any(day < now.date() for day in dates)
        assert any(now.date() < day <= now.date() + timedelta(days=7) for day in dates)
        assert Flag.OVERDUE_PROMISE in {flag.flag for flag in shown.flags}
        assert shown.standing.reason
        assert shown.ratings
        assert shown.interactions[0].at > now
        assert shown.interactions[1].at > now - timedelta(days=7)
        with imported.read(WORKSPACE) as tx:
            viewer = tx.access.viewer(person(imported, reader))
            waiting = tx.demands.page(Worklist(Subject.DEMAND), viewer, ()).demands
            assert {State.OPEN, State.LATER} <= {demand.state for demand in waiting}


@pytest.mark.parametrize("now", [SUNDAY, LEAP_DAY])
def test_what_the_hints_are_about_is_there(imported: SqlStore, now: datetime) -> None:
    play(imported, now)

    helvetia, harrowmere = (card(imported, LEA, name, now) for name in ("Helvetia Pumpen", "Harrowmere"))
    assert helvetia.impressions.count >= 5
    assert helvetia.customer_words.count >= 5
    assert Flag.UNCOVERED_DECIDER in {flag.flag for flag in helvetia.flags}
    assert Flag.MISMATCHED in {flag.flag for flag in harrowmere.flags}
    assert harrowmere.standing.is_at_risk
    with imported.read(WORKSPACE) as tx:
        (twins,), found = tx.duplicates.waiting(tx.access.viewer(person(imported, LEA)), 0, 5)
    assert found == 1
    assert {twins.first.name, twins.second.name} == {"Daniela Suter", "Daniela Sutter"}
    assert counts(imported)["hypotheses"] == 2


@pytest.mark.parametrize("now", [SUNDAY, LEAP_DAY])
def test_an_account_that_one_pair_carries_and_a_vacant_post_are_there(imported: SqlStore, now: datetime) -> None:
    play(imported, now)

    carried = card(imported, LEA, "Corvano Robotik", now).carried
    assert carried is not None
    assert carried.shape is Shape.BOW_TIE
    shown = networks.show(imported, now, ShowNetwork(person(imported, LEA), "", None))
    assert isinstance(shown, Network)
    assert {branch.name: branch.vacant for branch in shown.branches if branch.vacant} == {"Logistics": (Post.DEPUTY,)}


def test_nobody_hears_of_what_is_past_and_the_clocks_of_what_is_open_go(imported: SqlStore) -> None:
    play(imported, SUNDAY)

    assert counts(imported)["outbox"] == 0
    assert counts(imported)["timers"] > 0


def test_playing_it_again_changes_nothing(imported: SqlStore) -> None:
    assert play(imported, SUNDAY)
    written = counts(imported)

    assert not play(imported, SUNDAY + timedelta(days=40))

    assert counts(imported) == written


def test_a_story_that_breaks_off_leaves_nothing(imported: SqlStore) -> None:
    before = counts(imported)

    with pytest.raises(LookupError):
        break_off(imported)

    assert counts(imported) == before


def break_off(store: SqlStore) -> None:
    with store.read(WORKSPACE) as tx:
        workspace = tx.workspace
    with stage.opened(store, workspace, SUNDAY) as scene:
        scene.adds(LEA, -30, "Helvetia Pumpen", "Simone Bachofner", "Tochter")
        scene.promises("UNOBODY", -3, "Helvetia Pumpen", "Nichts", 4)
