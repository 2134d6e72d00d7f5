"""``scharnier timers``: the timed steps that were set aside, and how they are let go."""

import click

from bot.console import AS_JSON, WORKSPACE, count, iso, only_one, open_store, print_json, utc


@click.group()
def timers() -> None:
    """Look after the timed steps that failed too often and are set aside."""


@timers.command("list")
@WORKSPACE
@AS_JSON
def list_(workspace: str | None, *, as_json: bool) -> None:
    """List what is set aside, oldest first, with the cause; never what people wrote."""
    with open_store(workspace) as (store, chosen), store.read(only_one(chosen).id) as tx:
        aside = tx.timers.set_aside()
    if as_json:
        shown = [
            {
                "step": one.step,
                "object": one.about.subject,
                "object_id": one.about.id,
                "due_at": iso(one.due.at),
                "attempts": one.attempts,
                "cause": one.cause,
            }
            for one in aside
        ]
        print_json(set_aside=shown)
        return
    click.echo(f"{count(len(aside), 'step')} set aside")
    for one in aside:
        about = f"{one.about.subject} {one.about.id}" if one.about.id else one.about.subject
        tries = count(one.attempts, "try", "tries")
        click.echo(f"{one.step}  {about}  was due {utc(one.due.at)}  {tries} ({one.cause})")


@timers.command()
@WORKSPACE
def retry(workspace: str | None) -> None:
    """Let everything that is set aside happen now; that leaves a row in the audit, by "operator"."""
    from bot.clock import utc_now
    from bot.services import timers as service

    done = 0
    with open_store(workspace) as (store, chosen):
        for one in chosen:
            with store.begin(one.id) as tx:
                done += service.revive(tx, utc_now())
    click.echo(f"{count(done, 'step')} that {'was' if done == 1 else 'were'} set aside may happen now.")
