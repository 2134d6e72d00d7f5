"""``scharnier audit``: who did what when, and whether nothing of it was changed."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from bot.console import (
    AS_JSON,
    DATA_WRONG,
    WORKSPACE,
    count,
    end,
    iso,
    only_one,
    open_store,
    plain,
    print_json,
    progress_bar,
    utc,
)

if TYPE_CHECKING:
    from bot.domain.audit import Break, Record, Verified
    from bot.domain.delivery import Ref
    from bot.domain.identity import WorkspaceId
    from bot.ports import Transaction
    from storage.store import SqlStore

_PAGE = 500
_SPAN = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class _ShowsUnlessTold(click.Group):
    """A group that shows what is named unless a command of it is."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the showing command in front."""
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ShowsUnlessTold)
def audit() -> None:
    """Show who did what when, or verify that nothing of it was changed.

    "scharnier audit R-12" is short for "scharnier audit show R-12".
    """


@audit.command()
@click.argument("what", metavar="[OBJECT]", required=False)
@click.option("--since", metavar="WHEN", help="A date such as 2026-11-22, or how long ago: 30m, 12h, 7d, 4w.")
@WORKSPACE
@AS_JSON
def show(what: str | None, since: str | None, workspace: str | None, *, as_json: bool) -> None:
    """Show who did what when, oldest first, in ids and names of fields; never what people wrote.

    OBJECT is a short id such as R-12, E-3 or I-240, or an account's name: then everything that belongs to the account
    is shown. Without one everything is. Times are UTC.

    Exit codes: 0 shown, 1 there is no such object, 2 wrong use or settings.
    """
    from bot.clock import utc_now

    start = None if since is None else _instant(since, utc_now())
    with open_store(workspace) as (store, chosen):
        one = only_one(chosen)
        with store.read(one.id) as tx:
            refs = _refs(tx, what)
        if what is not None and not refs:
            click.echo(f"There is no {plain(what)}; write a short id such as R-12, or an account's name.", err=True)
            sys.exit(DATA_WRONG)
        records = _records(store, one.id, refs, start)
        if as_json:
            print_json(workspace=one.id, rows=[_as_json(record) for record in records])
        elif sys.stdout.isatty():
            click.echo_via_pager(f"{_line(record)}\n" for record in records)
        else:
            for record in records:
                click.echo(_line(record))


@audit.command()
@click.option("--expect", metavar="HASH", help="A seal's hash that was noted elsewhere and must be in the chain.")
@WORKSPACE
@AS_JSON
def verify(expect: str | None, workspace: str | None, *, as_json: bool) -> None:
    """Verify the chain of seals over the audit.

    Found is whatever was changed, deleted, inserted or swapped inside the chain. Seals that were cut off at its end
    together with their rows are found only with --expect: note the hash that this command prints in another place.

    Exit codes: 0 the chain holds, 1 it is broken, 2 wrong use or settings.
    """
    from bot.services import audit as service

    found: dict[str, Verified] = {}
    with open_store(workspace) as (store, chosen):
        if expect is not None:
            only_one(chosen)
        for one in chosen:
            with store.read(one.id) as tx, progress_bar("Verifying", tx.audit.count_seals(), hidden=as_json) as bar:
                found[one.id] = service.verify(tx, expect, bar.update)
    if as_json:
        print_json(workspaces={team: _verified_json(verified) for team, verified in found.items()})
    else:
        for team, verified in found.items():
            for line in _verified(verified):
                click.echo(f"{team}: {line}" if len(found) > 1 else line)
    if any(verified.broken for verified in found.values()):
        sys.exit(DATA_WRONG)


def _verified(found: "Verified") -> Iterator[str]:
    if found.broken is None:
        yield f"✓ The chain holds: {count(found.seals, 'seal')} over {count(found.rows, 'row')}."
    else:
        yield f"✗ {_flaw(found.broken)}"
        yield f"  Before that {count(found.seals, 'seal')} over {count(found.rows, 'row')} hold."
        yield "  Keep this database as it is, and compare it with the newest backup from before that time."
    if found.newest is not None:
        yield f"  Newest seal that holds: {found.newest.number} of {utc(found.newest.sealed_at)}, {found.newest.hash}"
    tail = found.tail
    if tail.oldest_at is not None:
        yield f"  Not sealed yet: {count(tail.rows, 'row')}, the oldest of {utc(tail.oldest_at)}."


_FLAWS = {
    "seal_missing": "Seal {seal} is missing{left}.",
    "not_linked": "Seal {seal}{sealed} does not follow the one before it.",
    "rows_missing": "Rows are missing under seal {seal}{sealed}: {there}{span}.",
    "rows_added": "Rows were added under seal {seal}{sealed}: {there}{span}.",
    "rows_changed": "Rows under seal {seal}{sealed}, or the seal itself, were changed: {there}{span}.",
    "rows_unreadable": "Rows under seal {seal}{sealed} cannot be read.",
    "not_expected": "No seal has the expected hash: the chain was cut off or replaced after the hash was noted.",
}


def _flaw(broken: "Break") -> str:
    """Say where the chain is broken: the seal, its rows and when that was."""
    rows = None if broken.rows is None else count(broken.rows, "row")
    span = ""
    if broken.first_at is not None and broken.last_at is not None:
        span = f", from {utc(broken.first_at)} to {utc(broken.last_at)}"
    return _FLAWS[broken.flaw].format(
        seal=broken.seal,
        sealed=f" of {utc(broken.sealed_at)}" if broken.sealed_at else "",
        left=f", and {rows} under it or a later one are left" if rows else "",
        there=f"{rows} there, {broken.sealed_rows} sealed",
        span=span,
    )


def _verified_json(found: "Verified") -> dict[str, Any]:
    newest, broken, tail = found.newest, found.broken, found.tail
    return {
        "holds": broken is None,
        "seals": found.seals,
        "rows": found.rows,
        "newest": newest and {"number": newest.number, "hash": newest.hash, "sealed_at": iso(newest.sealed_at)},
        "unsealed": {"rows": tail.rows, "oldest_at": iso(tail.oldest_at)},
        "broken": broken
        and {
            "flaw": broken.flaw,
            "seal": broken.seal,
            "sealed_at": iso(broken.sealed_at),
            "sealed_rows": broken.sealed_rows,
            "rows": broken.rows,
            "first_at": iso(broken.first_at),
            "last_at": iso(broken.last_at),
        },
    }


def _records(
    store: "SqlStore", workspace_id: "WorkspaceId", refs: "tuple[Ref, ...]", since: datetime | None
) -> "Iterator[Record]":
    """Read page by page: somebody may look at one for hours, and no transaction may stay open so long."""
    last = None
    while True:
        with store.read(workspace_id) as tx:
            records = tx.audit.records(refs, since, last, _PAGE)
        yield from records
        if len(records) < _PAGE:
            return
        last = records[-1].row


def _refs(tx: "Transaction", what: str | None) -> "tuple[Ref, ...]":
    """Return the objects that a short id or an account's name means."""
    from bot.domain import names
    from bot.domain.delivery import Subject

    if what is None:
        return ()
    letter, dash, number = what.strip().upper().partition("-")
    subjects = {"R": Subject.REQUEST, "E": Subject.ESCALATION, "I": Subject.INTERACTION}
    if dash and letter in subjects and number.isascii() and number.isdecimal() and len(number) < 18:
        found = tx.audit.numbered(subjects[letter], int(number))
        return () if found is None else (found,)
    return tx.audit.accounts_named(names.match_key(names.tidy(what)))


def _object(record: "Record") -> str:
    letters = {"request": "R", "escalation": "E", "interaction": "I"}
    row = record.row
    if record.number is not None:
        return f"{letters[row.subject]}-{record.number}"
    return f"{row.subject} {row.object_id}" if row.object_id else row.subject


def _actor(record: "Record") -> str:
    from bot.domain.audit import OPERATOR

    actor = record.actor
    if actor is None:
        return "Scharnier"
    if actor.id == OPERATOR:
        return "operator"
    return f"{actor.name}{' (left)' if actor.left else ''} <{actor.id}>"


def _line(record: "Record") -> str:
    row = record.row
    parts = (utc(row.at), _actor(record), row.action, _object(record), ", ".join(row.fields))
    return "  ".join(plain(part) for part in parts if part)


def _as_json(record: "Record") -> dict[str, Any]:
    row = record.row
    return {
        "at": iso(row.at),
        "actor": row.actor_id,
        "name": record.actor.name if record.actor and record.actor.name != row.actor_id else None,
        "action": row.action,
        "object": _object(record),
        "object_id": row.object_id,
        "fields": list(row.fields),
    }


def _instant(typed: str, now: datetime) -> datetime:
    """Read a date, or how long ago."""
    number, unit = typed[:-1], typed[-1:]
    if unit in _SPAN and number.isascii() and number.isdecimal() and len(number) < 6:
        return now - int(number) * _SPAN[unit]
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        end(f"--since {typed} is neither a date such as 2026-11-22 nor a time ago such as 12h.")
    return at if at.tzinfo else at.replace(tzinfo=UTC)
