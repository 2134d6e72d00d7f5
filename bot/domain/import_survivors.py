"""Import survivors: names of what was taken into another, and what a file says of one that took in others."""

from collections.abc import Collection, Iterable

from bot.domain import names
from bot.domain.setup import Known, Merged, Row, Value, Values


def names_of_merged(known: Known, living: Collection[str], rows: Iterable[Row]) -> dict[str, Merged]:
    """Return under which names rows mean an account that was taken into another; a living account's name is its own.

    Args:
        known: what is stored.
        living: the keys of the names that accounts bear.
        rows: of accounts; those of a merged one tell its aliases.
    """
    found = {names.match_key(one.name): one for one in reversed(known.merged_accounts)}
    for row in rows:
        one, aliases = found.get(names.match_key(str(row.values.get("account") or ""))), row.values.get("aliases")
        if one is not None and isinstance(aliases, tuple):
            found |= {key: one for alias in aliases if (key := names.match_key(str(alias))) not in found}
    return {key: one for key, one in found.items() if key not in living}


def outliving(its_id: int, above: str, stored: Values, blank: Values, wanted: Values) -> Values:
    """Let a file add to one that took in others and change it, but empty nothing: that came from the others.

    Args:
        its_id: the survivor's.
        above: the attribute that says whom it stands below; never itself, if that one was merged into it.
        stored: its attributes.
        blank: what an empty cell stands for.
        wanted: what the file says.
    """
    dropped = {above, "relation"} if wanted.get(above) == its_id else set()
    kept: dict[str, Value] = {}
    for name, value in wanted.items():
        if isinstance(value, tuple):
            kept[name] = _with_new(stored[name], value)
        elif name not in dropped and value != blank[name]:
            kept[name] = value
    return kept


def _with_new(stored: Value, wanted: Iterable[str | int]) -> Value:
    """Return the texts that are stored, and after them those that are new."""
    there = tuple(map(str, stored)) if isinstance(stored, tuple) else ()
    known = set(map(names.match_key, there))
    return (*there, *(str(one) for one in wanted if names.match_key(str(one)) not in known))
