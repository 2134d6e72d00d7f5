"""Backups of PostgreSQL through its own programs; what they need to know goes by their environment."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, inspect, text

from storage import schema
from storage.backup import (
    OVER,
    RESTORED,
    Damaged,
    InUse,
    Newer,
    NotEmpty,
    NothingThere,
    NotOurs,
    Progress,
    Restored,
    beside,
    settle,
    settle_on_disk,
)
from storage.engine import APPLICATION, READ_ONLY
from storage.tables import Base

_MAGIC = b"PGDMP"
_CHUNK = 1 << 20
_TABLE = re.compile(r"^\d+; \d+ \d+ TABLE DATA (\S+) (\S+) ", re.MULTILINE)
_FAULT = re.compile(r"\b(error|ERROR|FATAL):")
_DUMPING = re.compile(r"dumping contents of table")


class ToolMissing(Exception):
    """A program of PostgreSQL is not on the PATH.

    Attributes:
        program: its name.
        command: what to type elsewhere; without the password.
    """

    def __init__(self, program: str, command: str = "") -> None:
        super().__init__(program)
        self.program = program
        self.command = command


class ToolFailed(Exception):
    """A program of PostgreSQL gave up; ``said`` is its last line."""

    def __init__(self, program: str, said: str) -> None:
        super().__init__(program)
        self.program = program
        self.said = said


def save(engine: Engine, file: Path, progress: Progress) -> None:
    """Dump the database, while others write, to a file that only its owner may read.

    Raises:
        NothingThere: no tables are there yet.
        ToolMissing, ToolFailed: by PostgreSQL's own programs.
        Damaged: the dump lacks tables.
    """
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        home = connection.execute(text("SELECT current_schema()")).scalar_one()
        tables = {*inspect(connection).get_table_names()} & {*_to_replace(())}
    if not tables:
        raise NothingThere
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--table={home}.*"]
    if shutil.which("pg_dump") is None:
        url = engine.url._replace(drivername="postgresql", password=None).difference_update_query(["password"])
        raise ToolMissing("pg_dump", shlex.join(["pg_dump", *arguments, f"--file={file}", f"--dbname={url}"]))
    with beside(file) as part:
        _dump([*arguments, "--verbose", f"--file={part}"], surroundings(engine), len(tables), progress)
        if missing := tables - {*_tables(part)}:
            raise Damaged(f"the dump lacks {', '.join(sorted(missing))}")
        settle_on_disk(part)
        part.replace(file)
    settle_on_disk(file.parent)


def restore(engine: Engine, file: Path, now: datetime, progress: Progress, *, force: bool) -> Restored:
    """Put a dump in the place of what the database holds of ours; nothing unsent will be sent by itself.

    The old goes, the new comes and what was unsent is set aside in one transaction.

    Raises:
        BackupRefused: in one of its forms.
        ToolMissing, ToolFailed: by PostgreSQL's own programs.
    """
    for program in ("pg_restore", "psql"):
        if shutil.which(program) is None:
            raise ToolMissing(program)
    version, tables = _version_of(file), _tables(file)
    with engine.begin() as connection:
        _clear_way(connection, tables, force=force)
    engine.dispose()
    said = _replay(file, surroundings(engine), tables, progress)
    settle(engine, now)
    return Restored(version, int(said))


def surroundings(engine: Engine) -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs find the database: no password is ever on a command line."""
    from psycopg.pq import Conninfo

    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    given = {
        option.envvar.decode(): option.val.decode()
        for option in Conninfo.parse(address.encode())
        if option.envvar and option.val
    }
    # Its messages are read, so they must be in one language.
    return {**os.environ, **given, "LC_ALL": "C", "PGAPPNAME": "scharnier-backup"}


def _dump(arguments: Sequence[str], environment: Mapping[str, str], tables: int, progress: Progress) -> None:
    done, said = 0, ""
    with subprocess.Popen(["pg_dump", *arguments], env=environment, stderr=subprocess.PIPE, text=True) as dump:  # noqa: S603, S607  the PATH decides which release
        for line in dump.stderr or ():
            if _DUMPING.search(line):
                done += 1
                progress("Copying", min(done, tables), tables)
            elif _FAULT.search(line):
                said += line
    if dump.returncode:
        raise ToolFailed("pg_dump", _reason(said))
    progress("Copying", tables, tables)


def _tables(file: Path) -> tuple[str, ...]:
    """Return the tables whose rows a dump holds."""
    listed = _run(["pg_restore", "--list", str(file)])
    return tuple(name for _, name in _TABLE.findall(listed))


def _version_of(file: Path) -> str:
    """Return the version of a dump of ours that this code can use."""
    with file.open("rb") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            raise NotOurs
    if not {"alembic_version", "workspaces", "outbox"} <= set(_tables(file)):
        raise NotOurs
    rows = _run(["pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file)])
    found = re.search(r"^COPY \S*alembic_version .*\n(\S+)$", rows, re.MULTILINE)
    version = found[1] if found else ""
    if not schema.knows(version):
        raise Newer(version)
    return version


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(  # noqa: S603  fixed programs
        list(command), env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Damaged(_reason(done.stderr))
    return done.stdout


def _clear_way(connection: Connection, tables: Iterable[str], *, force: bool) -> None:
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = :us AND pid <> pg_backend_pid()"
        ),
        {"us": APPLICATION},
    ).scalar_one()
    if others:
        raise InUse
    there = connection.execute(
        text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY(:ours)"),
        {"ours": _to_replace(tables)},
    ).scalar_one()
    if there and not force:
        raise NotEmpty


def _to_replace(tables: Iterable[str]) -> list[str]:
    return sorted({*tables, *Base.metadata.tables, "alembic_version"})


def _replay(file: Path, environment: Mapping[str, str], tables: Sequence[str], progress: Progress) -> str:
    """Play a dump into the database in one transaction; return how many messages were unsent."""
    gone = ", ".join(f'"{name}"' for name in _to_replace(tables))
    # The commit is a line of the script: an end that comes too early, for whatever reason, changes nothing.
    before = (
        f"SET client_min_messages = warning;\nSET lock_timeout = '10s';\nBEGIN;\nDROP TABLE IF EXISTS {gone} CASCADE;\n"
    )
    unsent = f"state NOT IN ({', '.join(repr(state) for state in OVER)})"
    after = (
        "RESET search_path;\n"
        f"SELECT count(*) FROM outbox WHERE {unsent};\n"
        f"UPDATE outbox SET state = 'parked', cause = '{RESTORED}', lease = NULL, leased_until = NULL WHERE {unsent};\n"
        "COMMIT;\n"
    )
    play = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
    read = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--file=-", str(file)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as faults:
        with (
            subprocess.Popen(read, env=environment, stdout=subprocess.PIPE, stderr=faults) as reading,  # noqa: S603  fixed programs
            subprocess.Popen(play, env=environment, stdin=subprocess.PIPE, stdout=out, stderr=faults) as playing,  # noqa: S603  fixed programs
        ):
            whole = _pass_on(reading, playing, (before, after), len(tables), progress)
        if not whole or reading.returncode or playing.returncode:
            raise ToolFailed("pg_restore" if reading.returncode else "psql", _reason(_read(faults)))
        return next(line for line in reversed(_read(out).splitlines()) if line.strip())


def _pass_on(
    reading: "subprocess.Popen[bytes]",
    playing: "subprocess.Popen[bytes]",
    around: tuple[str, str],
    tables: int,
    progress: Progress,
) -> bool:
    """Give one program's script to the other, between two of ours; tell whether all of it went over."""
    source, sink = reading.stdout, playing.stdin
    if source is None or sink is None:
        return False
    done = 0
    try:
        sink.write(around[0].encode())
        while chunk := source.read(_CHUNK):
            sink.write(chunk)
            done += chunk.count(b"\nCOPY ")
            progress("Restoring", min(done, tables), tables)
        if reading.wait():
            return False
        sink.write(around[1].encode())
        sink.close()
    except BrokenPipeError:
        return False
    progress("Restoring", tables, tables)
    return True


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _reason(said: str) -> str:
    """Return the line that names the fault; the lines after it may hold what people wrote."""
    return next((line.strip() for line in said.splitlines() if _FAULT.search(line)), "no reason given")
