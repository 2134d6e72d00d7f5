from bot.ports import Waiting
from handlers.metrics import Metrics


def test_requests_acks_calls_and_what_waits_are_shown() -> None:
    metrics = Metrics(lambda: [Waiting("T1", "outbox", "pending", 3, 12.5)])
    metrics.answered("command /kam-log", 200, 0.03)
    metrics.answered("command /kam-log", 200, 4.0)
    metrics.called("chat.postMessage", "not_done")

    shown = metrics.text().decode().splitlines()

    assert 'scharnier_requests_total{name="command /kam-log",status="200"} 2.0' in shown
    assert 'scharnier_ack_seconds_bucket{le="0.05"} 1.0' in shown
    assert 'scharnier_ack_seconds_bucket{le="3.0"} 1.0' in shown
    assert "scharnier_ack_seconds_count 2.0" in shown
    assert 'scharnier_slack_calls_total{method="chat.postMessage",outcome="not_done"} 1.0' in shown
    assert 'scharnier_waiting{kind="outbox",state="pending",workspace="T1"} 3.0' in shown
    assert 'scharnier_waiting_oldest_seconds{kind="outbox",state="pending",workspace="T1"} 12.5' in shown


def test_a_second_set_of_figures_does_not_stumble_over_the_first() -> None:
    first, second = Metrics(list), Metrics(list)
    first.answered("other", 400, 0.1)
    assert b'"other"' not in second.text()
