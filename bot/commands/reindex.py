"""``scharnier db reindex``: the search index brought up to the facts."""

import click

from bot.console import AS_JSON, WORKSPACE, count, database_words, open_store, print_json, progress_bar


@click.command()
@WORKSPACE
@AS_JSON
def reindex(workspace: str | None, *, as_json: bool) -> None:
    """Build the search index anew from what is stored.

    The bot may go on serving: a few hundred facts are indexed at a time, and until their turn questions are answered from
    what stands. Whatever ends it early leaves a whole index; run it again.
    """
    from bot.services import search_rebuild

    facts = removed = 0
    with open_store(workspace) as (store, chosen), database_words():
        counts = {one.id: search_rebuild.count(store, one.id) for one in chosen}
        with progress_bar("Indexing", sum(counts.values()), hidden=as_json) as bar:
            for one in counts:
                done = search_rebuild.rebuild(store, one, bar.update)
                facts, removed = facts + done.facts, removed + done.removed
    if as_json:
        print_json(indexed=facts, removed=removed)
        return
    click.echo(f"{count(facts, 'fact')} indexed, {count(removed, 'note')} about nothing that is left taken out.")
