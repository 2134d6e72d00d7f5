"""A race: the same act from several threads that start together, or one that comes second for certain."""

import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import text

from bot.ports import Transaction
from storage.store import SqlStore
from tests.company import WORKSPACE

_Answer = TypeVar("_Answer")
_TOGETHER_SECONDS = 10


def at_once(act: Callable[[], _Answer], times: int) -> list[_Answer | Exception]:
    """Act so often at the same moment; return what came back, faults too, as they came."""
    start, answers = threading.Barrier(times), list[_Answer | Exception]()

    def run() -> None:
        start.wait(_TOGETHER_SECONDS)
        try:
            answers.append(act())
        except Exception as fault:  # noqa: BLE001  the test lists them
            answers.append(fault)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def second_of_two(
    store: SqlStore,
    first: Callable[[Transaction], None],
    second: Callable[[], _Answer],
    then: Callable[[Transaction], None] | None = None,
) -> _Answer:
    """Act while another transaction on PostgreSQL holds what the act needs, and let that one be first.

    ``then`` is what that one still does while the act waits.

    Raises:
        Exception: what the act raised.
    """
    answers: list[_Answer | Exception] = []

    def run() -> None:
        try:
            answers.append(second())
        except Exception as fault:  # noqa: BLE001  raised below
            answers.append(fault)

    thread = threading.Thread(target=run)
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with store.engine.connect() as looking, store.begin(WORKSPACE) as tx:
        first(tx)
        thread.start()
        while thread.is_alive() and not looking.execute(waits).scalar_one():
            looking.rollback()
        if then is not None:
            then(tx)
    thread.join()
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    return answer
