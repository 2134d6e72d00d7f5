"""``scharnier outbox``: the messages that wait for Slack, and what is done with them by hand."""

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from bot.console import (
    AS_JSON,
    DATA_WRONG,
    WORKSPACE,
    age,
    count,
    end,
    iso,
    make_sure,
    only_one,
    open_store,
    plain,
    print_json,
    utc,
)

if TYPE_CHECKING:
    from bot.domain.delivery import Listed


@click.group()
def outbox() -> None:
    """Look after the messages that wait for Slack; each change leaves a row in the audit, by "operator"."""


@outbox.command("list")
@click.option(
    "--state",
    type=click.Choice(["pending", "sending", "parked", "sent", "dropped"]),
    help="Which; without it all that are neither sent nor dropped.",
)
@click.option("--most", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Messages at most.")
@WORKSPACE
@AS_JSON
def list_(state: str | None, most: int, workspace: str | None, *, as_json: bool) -> None:
    """List messages, oldest first: where they stand, how old they are and why they wait; never their text."""
    from bot.clock import utc_now
    from bot.domain.delivery import State
    from bot.domain.identity import MemberId

    now = utc_now()
    with open_store(workspace) as (store, chosen), store.read(only_one(chosen).id) as tx:
        counts, gate = tx.outbox.count(), tx.outbox.gate()
        rows = tx.outbox.list(State(state) if state else None, most)
        names = tx.members.people({MemberId(row.place) for row in rows})
        shown = [(row, tx.outbox.short_id(row.about), names.get(MemberId(row.place))) for row in rows]
    held = {"token refused": gate.parked_at, "Slack silent": gate.silent_since if gate.is_silent else None}
    if as_json:
        print_json(
            counts={one.value: counts.get(one, 0) for one in State},
            held_up={why: iso(since) for why, since in held.items() if since},
            messages=[_message_json(row, short) for row, short, _ in shown],
        )
        return
    click.echo(", ".join(f"{counts.get(one, 0)} {one.value}" for one in State))
    for why, since in held.items():
        if since:
            click.echo(f"! Nothing leaves since {utc(since)}: {why}{_because(gate.parked_cause)}.")
    for row, short, person in shown:
        where = f"{plain(person.name)} <{row.place}>" if person else row.place
        tries = count(row.attempts, "try", "tries")
        doubt = ", may have arrived" if row.in_doubt else ""
        about = short or row.about.subject
        click.echo(
            f"{row.id}  {row.state}  {age(now - row.created_at)}  {row.topic} {about}  to {where}  "
            f"{tries}{doubt}{_because(row.cause)}"
        )


def _message_json(row: "Listed", short: str | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state,
        "topic": row.topic,
        "object": short or row.about.subject,
        "object_id": row.about.id,
        "place": row.place,
        "attempts": row.attempts,
        "due_at": iso(row.due_at),
        "created_at": iso(row.created_at),
        "in_doubt": row.in_doubt,
        "cause": row.cause,
    }


@outbox.command("retry")
@click.argument("ids", metavar="[ID]…", nargs=-1, type=int)
@click.option("--all-parked", is_flag=True, help="Everything that is set aside.")
@WORKSPACE
def retry_(ids: tuple[int, ...], workspace: str | None, *, all_parked: bool) -> None:
    """Let messages go now that wait or are set aside.

    One that may have arrived already is looked up in Slack first.

    Exit codes: 0 all of them go, 1 some neither wait nor are set aside, 2 wrong use or settings.
    """
    from bot.clock import utc_now
    from bot.services import outbox as service

    if bool(ids) == all_parked:
        end("Name the messages by the ids of scharnier outbox list, or give --all-parked.")
    if ids:
        _each(ids, workspace, service.retry, "goes now", "neither waits nor is set aside")
        return
    done = 0
    with open_store(workspace) as (store, chosen):
        for one in chosen:
            last, more = None, True
            while more:
                with store.begin(one.id) as tx:
                    went, last = service.retry_parked(tx, last, utc_now())
                done, more = done + went, last is not None
    click.echo(f"{count(done, 'message')} that {'was' if done == 1 else 'were'} set aside may go now.")


@outbox.command()
@click.argument("ids", metavar="ID…", nargs=-1, type=int, required=True)
@WORKSPACE
def park(ids: tuple[int, ...], workspace: str | None) -> None:
    """Set messages aside that wait, until they are retried or dropped.

    Exit codes: 0 all are set aside, 1 some do not wait, 2 wrong use or settings.
    """
    from bot.services import outbox as service

    _each(ids, workspace, service.park, "is set aside", "does not wait")


@outbox.command()
@click.argument("ids", metavar="ID…", nargs=-1, type=int, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@WORKSPACE
def drop(ids: tuple[int, ...], workspace: str | None, *, yes: bool) -> None:
    """Give messages up that are set aside: they stay in the database and will never be sent.

    Exit codes: 0 all are given up, 1 some are not set aside (park them first), 2 wrong use or settings.
    """
    from bot.services import outbox as service

    make_sure(f"{count(len(ids), 'message')} will never be sent. Go on?", yes=yes)
    _each(ids, workspace, service.drop, "is given up", "is not set aside")


def _each(ids: Iterable[int], workspace: str | None, act: "Callable[..., bool]", done: str, undone: str) -> None:
    """Do something with each message in a transaction of its own."""
    from bot.clock import utc_now

    wrong = False
    with open_store(workspace) as (store, chosen):
        for row_id in ids:
            with store.begin(only_one(chosen).id) as tx:
                acted = act(tx, row_id, utc_now())
            wrong = wrong or not acted
            click.echo(f"{row_id} {done}." if acted else f"{row_id} {undone}; it stays as it is.", err=not acted)
    if wrong:
        sys.exit(DATA_WRONG)


def _because(cause: str | None) -> str:
    return f" ({cause})" if cause else ""
