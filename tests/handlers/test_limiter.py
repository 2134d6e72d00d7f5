from datetime import timedelta

import pytest

from bot.domain.identity import MemberId, WorkspaceId
from handlers import limiter as module
from handlers.limiter import Limiter
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Slack, words

LEA, MARC = MemberId("ULEA"), MemberId("UMARC")


def test_one_who_floods_waits_and_the_others_do_not() -> None:
    limiter = Limiter(20, 1000)
    waits = [limiter.wait(WORKSPACE, LEA, NOW, is_search=False) for _ in range(50)]
    assert [not wait for wait in waits] == [True] * 10 + [False] * 40
    assert not limiter.wait(WORKSPACE, MARC, NOW, is_search=False)
    assert not limiter.wait(WORKSPACE, LEA, NOW, is_search=True), "typing in a search is counted for itself"
    assert not limiter.wait(WorkspaceId("T2"), LEA, NOW, is_search=False)
    assert not limiter.wait(WORKSPACE, LEA, NOW + timedelta(minutes=1), is_search=False)


def test_what_a_flooder_is_refused_does_not_use_up_what_all_share() -> None:
    limiter = Limiter(20, 40)
    for _ in range(500):
        limiter.wait(WORKSPACE, LEA, NOW, is_search=False)
    passed = [limiter.wait(WORKSPACE, MARC, NOW, is_search=False) for _ in range(10)]
    assert not any(passed)


def test_a_rate_of_zero_is_none() -> None:
    limiter = Limiter(0, 0)
    assert not any(limiter.wait(WORKSPACE, LEA, NOW, is_search=False) for _ in range(5000))


def test_however_many_people_ask_the_memory_of_them_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_KEPT", 10)
    limiter = Limiter(4, 1000)
    for number in range(100):
        assert not limiter.wait(WORKSPACE, MemberId(f"U{number}"), NOW, is_search=False)
        assert len(limiter._credits) <= 12


def test_events_about_somebody_who_floods_are_taken_in_all_the_same(store: SqlStore) -> None:
    slack = Slack(store, Company(store), limiter=Limiter(2, 100))
    lea = slack.company.member("Lea")
    for _ in range(3):
        answer = slack.command(lea, "/kam")
    assert "a lot in a short time" in answer["text"]

    for number in range(5):
        user = {"id": lea.id, "name": f"Lea {number}", "team_id": WORKSPACE, "updated": 1_700_000_000 + number}
        assert slack.event({"type": "user_change", "user": user}).status == 200
    after = slack.company.get(lea.id)
    assert after is not None
    assert after.name == "Lea 4"


def test_whoever_asks_too_much_is_told_in_their_language_and_keeps_the_text(store: SqlStore) -> None:
    slack = Slack(store, Company(store), limiter=Limiter(4, 100))
    lea = slack.company.member("Lea", locale="de-DE")
    slack.company.account("Helvetia")
    for number in range(2):
        assert "I-" in words(slack.command(lea, f"/kam-log Helvetia: Besuch {number}"))

    answer = slack.command(lea, "/kam-log Helvetia: der dritte")

    assert "Das war viel in kurzer Zeit. Bitte in 15 Sekunden noch einmal versuchen" in answer["text"]
    assert "Dein Text war: Helvetia: der dritte" in answer["text"]
    slack.now += timedelta(seconds=15)
    assert "I-3" in words(slack.command(lea, "/kam-log Helvetia: der dritte"))
