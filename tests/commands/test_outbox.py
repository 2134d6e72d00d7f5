import json

import pytest

from tests.commands.conftest import Firm, Run


def state(firm: Firm, row_id: int) -> object:
    return firm.ask(f"SELECT state FROM outbox WHERE id = {row_id}")[0][0]


def audited(firm: Firm) -> list[tuple[object, ...]]:
    return firm.ask("SELECT action, subject, object_id, actor_id FROM audit ORDER BY at, id")


def test_what_waits_is_listed_with_counts_and_without_words(firm: Firm, run: Run) -> None:
    waits, parked = firm.tell("CA"), firm.tell("ULEA", about=2)
    firm.act()
    firm.change(f"UPDATE outbox SET state = 'parked', cause = 'channel_not_found' WHERE id = {parked}")

    shown = run("outbox", "list").stdout.splitlines()
    in_json = json.loads(run("outbox", "list", "--state", "parked", "--json").stdout)

    assert shown[0] == "1 pending, 0 sending, 0 sent, 1 parked, 0 dropped"
    assert shown[1].startswith(f"{waits}  pending  ")
    assert "to Lea <ULEA>" in shown[2]
    assert shown[2].endswith("(channel_not_found)")
    assert in_json["counts"] == {"pending": 1, "sending": 0, "sent": 0, "parked": 1, "dropped": 0}
    assert [message["id"] for message in in_json["messages"]] == [parked]
    assert "Geheim" not in str(shown) + str(in_json)


def test_a_database_of_another_version_is_not_touched(firm: Firm, run: Run) -> None:
    row = firm.tell()
    firm.change("UPDATE alembic_version SET version_num = '0001'")

    for command in (("list",), ("park", row), ("retry", row)):
        done = run("outbox", *command)
        assert done.exit_code == 2
        assert done.stderr == "The database is not of this version; run scharnier db upgrade first.\n"
    assert state(firm, row) == "pending"


def test_before_slack_named_the_workspace_there_is_nothing_to_list(url: str, run: Run) -> None:
    done = run("outbox", "list", DATABASE_URL=url)

    assert done.exit_code == 2
    assert done.stderr == "No workspace is known yet; it is once scharnier serve has reached Slack.\n"


def test_a_parked_message_is_let_go_and_the_audit_says_by_the_operator(firm: Firm, run: Run) -> None:
    row = firm.tell()
    assert run("outbox", "park", row).exit_code == 0
    assert state(firm, row) == "parked"

    done = run("outbox", "retry", row)

    assert done.exit_code == 0
    assert done.stdout == f"{row} goes now.\n"
    assert state(firm, row) == "pending"
    assert audited(firm) == [
        ("message.parked", "message", row, "operator"),
        ("message.retried", "message", row, "operator"),
    ]


def test_everything_parked_is_let_go_at_once_each_looked_at_once(
    firm: Firm, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.services import outbox

    monkeypatch.setattr(outbox, "_PAGE", 2)
    rows = [firm.tell(about=number) for number in range(5)]
    waits = firm.tell(about=9)
    run("outbox", "park", *rows)

    done = run("outbox", "retry", "--all-parked")

    assert done.stdout == "5 messages that were set aside may go now.\n"
    assert {state(firm, row) for row in (*rows, waits)} == {"pending"}
    assert len(audited(firm)) == 10


def test_only_what_is_parked_is_dropped_and_the_row_stays(firm: Firm, run: Run) -> None:
    row = firm.tell()

    refused = run("outbox", "drop", row, "--yes")
    run("outbox", "park", row)
    dropped = run("outbox", "drop", row, "--yes")
    again = run("outbox", "drop", row, "--yes")
    back = run("outbox", "retry", row)

    assert [done.exit_code for done in (refused, dropped, again, back)] == [1, 0, 1, 1]
    assert refused.stderr == f"{row} is not set aside; it stays as it is.\n"
    assert state(firm, row) == "dropped"
    assert [action for action, *_ in audited(firm)] == ["message.parked", "message.dropped"]


def test_nothing_is_dropped_where_nobody_can_be_asked(firm: Firm, run: Run) -> None:
    row = firm.tell()
    run("outbox", "park", row)

    done = run("outbox", "drop", row)

    assert done.exit_code == 2
    assert "--yes" in done.stderr
    assert state(firm, row) == "parked"


def test_one_that_is_being_sent_or_was_sent_is_left_alone(firm: Firm, run: Run) -> None:
    sent, under_way = firm.tell(about=1), firm.tell(about=2)
    firm.change(f"UPDATE outbox SET state = 'sent' WHERE id = {sent}")
    firm.change(f"UPDATE outbox SET state = 'sending', lease = 'x' WHERE id = {under_way}")

    for command in ("park", "retry"):
        assert run("outbox", command, sent, under_way).exit_code == 1
    assert run("outbox", "drop", sent, under_way, "--yes").exit_code == 1

    assert (state(firm, sent), state(firm, under_way)) == ("sent", "sending")
    assert audited(firm) == []


def test_some_of_several_may_be_wrong(firm: Firm, run: Run) -> None:
    row = firm.tell()

    done = run("outbox", "park", "5", row)

    assert done.exit_code == 1
    assert done.stderr == "5 does not wait; it stays as it is.\n"
    assert done.stdout == f"{row} is set aside.\n"


@pytest.mark.parametrize("arguments", [("retry",), ("retry", "1", "--all-parked"), ("park",), ("drop",), ("park", "x")])
def test_what_is_not_named_is_asked_for(firm: Firm, run: Run, arguments: tuple[str, ...]) -> None:
    assert run("outbox", *arguments).exit_code == 2


def test_a_refused_token_is_named(firm: Firm, run: Run) -> None:
    from bot.clock import utc_now
    from bot.domain.pace import Gate
    from tests.company import WORKSPACE

    with firm.store.begin(WORKSPACE) as tx:
        tx.outbox.hold_gate()
        tx.outbox.set_gate(Gate(parked_at=utc_now(), parked_cause="token_revoked"))

    shown = run("outbox", "list").stdout
    in_json = json.loads(run("outbox", "list", "--json").stdout)

    assert "token refused (token_revoked)" in shown
    assert list(in_json["held_up"]) == ["token refused"]
