"""Measures what 1 000 due dates cost, for calendars of several kinds and clocks of several lengths."""

import statistics
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.working_time import DEFAULT, Calendar, parse

MANY, ROUNDS = 1000, 9
START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
EVERY = timedelta(minutes=37)
"""So far apart lie the starts: over nights, weekends, Christmas and a change of the clock they cover a month."""
HOURS = (2, 8, 16, 40)
CALENDARS = {
    "full time": Calendar(ZoneInfo("Europe/Zurich"), parse(DEFAULT), "CH", "ZH"),
    "part time": Calendar(ZoneInfo("Europe/Berlin"), parse("Mo,We 08:00-12:00,13:00-17:30; Fr 8:00-12:00"), "DE", "BY"),
}


def main() -> None:
    """Print the table."""
    print(
        f"\nWorking time: {MANY:,} due dates, median of {ROUNDS} interleaved rounds, ms of processor time (aim: < 50)"
    )
    print(f"{'':<12}" + "".join(f"{f'{hours} h':>8}" for hours in HOURS))
    kinds = [(name, hours) for name in CALENDARS for hours in HOURS]
    seconds: dict[tuple[str, int], list[float]] = {kind: [] for kind in kinds}
    for name, hours in kinds * (ROUNDS + 1):
        seconds[name, hours].append(_seconds(CALENDARS[name], timedelta(hours=hours)))
    for name in CALENDARS:
        # The first round reads the public holidays.
        medians = [statistics.median(seconds[name, hours][1:]) * 1000 for hours in HOURS]
        print(f"{name:<12}" + "".join(f"{median:>8.1f}" for median in medians))


def _seconds(calendar: Calendar, work: timedelta) -> float:
    began = time.process_time()
    for number in range(MANY):
        calendar.due(START + EVERY * number, work)
    return time.process_time() - began


if __name__ == "__main__":
    main()
