"""``make bench``: every claim of docs/benchmarks.md, measured in one run."""

from tests.benchmarks import (
    accounts,
    briefings,
    commands,
    duplicates,
    hanging,
    hidden,
    import_,
    outbox,
    page,
    playground,
    quality,
    replicas,
    search,
    timers,
    working_time,
)

if __name__ == "__main__":
    # Sizes with which everything is done within a quarter of an hour; each module alone measures longer.
    commands.main(["--requests", "1000"])
    hanging.main(["--seconds", "10"])
    replicas.main(["--rounds", "10"])
    outbox.main(["--minutes", "2"])
    timers.main()
    working_time.main()
    search.main()
    quality.main([])
    briefings.main(["--rounds", "100"])
    accounts.main(["--rounds", "100"])
    hidden.main(["--rounds", "50"])
    import_.main(["--count", "10000"])
    duplicates.main()
    playground.main()
    page.main(["--openings", "10"])
