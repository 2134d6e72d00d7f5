import json

from bot.domain.delivery import Ref, Subject
from bot.domain.timers import Moment, Timer
from bot.services import timers
from tests.commands.conftest import Firm, Run
from tests.company import NOW, WORKSPACE


def set_aside(firm: Firm, step: str = "inbox.purge") -> None:
    with firm.store.begin(WORKSPACE) as tx:
        tx.timers.set(Timer(Ref(Subject.WORKSPACE, 0), step, Moment(NOW), "2026-11-22"))
    firm.change("UPDATE timers SET state = 'parked', attempts = 10, cause = 'ValueError'")


def test_what_is_set_aside_is_listed_with_its_cause(firm: Firm, run: Run) -> None:
    set_aside(firm)

    first, line = run("timers", "list").stdout.splitlines()
    (in_json,) = json.loads(run("timers", "list", "--json").stdout)["set_aside"]

    assert first == "1 step set aside"
    assert line.startswith("inbox.purge  workspace  was due ")
    assert line.endswith("  10 tries (ValueError)")
    assert (in_json["step"], in_json["attempts"], in_json["cause"]) == ("inbox.purge", 10, "ValueError")


def test_what_is_set_aside_is_let_go_once_and_happens(firm: Firm, run: Run) -> None:
    from bot.clock import utc_now

    set_aside(firm)

    first, second = run("timers", "retry"), run("timers", "retry")

    assert (first.exit_code, first.stdout) == (0, "1 step that was set aside may happen now.\n")
    assert (second.exit_code, second.stdout) == (0, "0 steps that were set aside may happen now.\n")
    assert firm.ask("SELECT state, attempts FROM timers") == [("pending", 0)]
    assert firm.ask("SELECT action, actor_id FROM audit") == [("timers.retried", "operator")]
    ((timer_id,),) = firm.ask("SELECT id FROM timers")
    assert isinstance(timer_id, int)
    assert timers.fire(firm.store, WORKSPACE, timer_id, utc_now())


def test_what_waits_is_left_as_it_is(firm: Firm, run: Run) -> None:
    with firm.store.begin(WORKSPACE) as tx:
        tx.timers.set(Timer(Ref(Subject.WORKSPACE, 0), "inbox.purge", Moment(NOW), "2026-11-22"))
    before = firm.ask("SELECT * FROM timers")

    assert run("timers", "retry").stdout.startswith("0 steps")
    assert run("timers", "list").stdout == "0 steps set aside\n"
    assert firm.ask("SELECT * FROM timers") == before
