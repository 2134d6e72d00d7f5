"""``make bench``: every claim of docs/benchmarks.md, measured in one run."""

from tests.benchmarks import commands, page, search, timers

if __name__ == "__main__":
    commands.main()
    search.main()
    timers.main()
    page.main()
