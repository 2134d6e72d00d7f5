"""Runs the playground as a child process that ends with its parent."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

STOP_SECONDS = 5.0


@contextmanager
def started(arguments: list[str]) -> Iterator[str]:
    """Start ``python -m playground`` and yield its URL; end it afterwards."""
    root = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "playground", "--parent-stdin", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)  # both are pipes
    try:
        line = stdout.readline()
        if not line:
            raise RuntimeError(f"the playground did not start (exit code {process.wait(STOP_SECONDS)})")
        yield json.loads(line)["url"]
    finally:
        stdin.close()
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        stdout.close()
