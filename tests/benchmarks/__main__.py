"""``make bench``: every claim of docs/benchmarks.md, measured in one run."""

from tests.benchmarks import commands, search

if __name__ == "__main__":
    commands.main()
    search.main()
