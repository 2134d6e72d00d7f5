"""Figures for Prometheus: requests and acks of this process, calls to Slack, and what waits in the database."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from bot.ports import Waiting

_ACK_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 3)


class Metrics:
    """What ``/metrics`` shows; names of metrics and labels are listed in docs/operations.md."""

    def __init__(self, waiting: Callable[[], Iterable[Waiting]]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Backlog(waiting))
        self._requests = Counter(
            "scharnier_requests", "Requests from Slack, by what was asked.", ["name", "status"], registry=self._registry
        )
        self._acks = Histogram(
            "scharnier_ack_seconds",
            "Time until a request was acknowledged.",
            buckets=_ACK_SECONDS,
            registry=self._registry,
        )
        self._calls = Counter(
            "scharnier_slack_calls",
            "Calls to Slack, by method and outcome (ok, or the class of the failure).",
            ["method", "outcome"],
            registry=self._registry,
        )

    def answered(self, name: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(name, str(status)).inc()
        self._acks.observe(seconds)

    def called(self, method: str, outcome: str) -> None:
        """Count a call to Slack."""
        self._calls.labels(method, outcome).inc()

    def text(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        return generate_latest(self._registry)


class _Backlog:
    """Reads what waits when it is asked, so that every replica tells the same."""

    def __init__(self, waiting: Callable[[], Iterable[Waiting]]) -> None:
        self._waiting = waiting

    def collect(self) -> Iterator[Metric]:
        """Return the gauges; none while the database is away."""
        labels = ["workspace", "kind", "state"]
        count = GaugeMetricFamily("scharnier_waiting", "Rows that wait, by kind and state.", labels=labels)
        age = GaugeMetricFamily("scharnier_waiting_oldest_seconds", "Age of the oldest of them.", labels=labels)
        for one in self._waiting():
            count.add_metric([one.workspace, one.kind, one.state], one.count)
            age.add_metric([one.workspace, one.kind, one.state], one.oldest_seconds)
        yield count
        yield age

    @staticmethod
    def describe() -> list[Metric]:
        """Say nothing of what will come: it would ask the database at start."""
        return []
