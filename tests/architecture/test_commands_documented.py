import re
from pathlib import Path

import pytest
import yaml

from bot.domain.menu import SHORT_IDS, VERBS, Verb, meant
from bot.views.menu import DOES, EXAMPLE
from handlers.routes import ROUTES, Kind

ROOT = Path(__file__).parents[2]


def _rows() -> dict[frozenset[str], tuple[str, str]]:
    """Read the table of docs/commands.md: what is typed → what it does, and an example."""
    table = (ROOT / "docs" / "commands.md").read_text().partition("|---|---|---|\n")[2].partition("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {frozenset(re.findall(r"`(.+?)`", typed)): (does, example.strip("`")) for typed, does, example in cells}


def _routed(kind: Kind) -> set[str]:
    return {name for routed, name in ROUTES if routed is kind}


def _typed(verb: Verb) -> frozenset[str]:
    return frozenset({*([verb.command] if verb.command else []), *(f"/kam {word}" for word in verb.words)})


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_is_documented_as_help_says_it(verb: Verb) -> None:
    assert _rows()[_typed(verb)] == (DOES[verb.name], EXAMPLE[verb.name])


def test_nothing_else_is_documented() -> None:
    ids = frozenset(f"/kam {example}" for example in SHORT_IDS.values())

    assert set(_rows()) == {*(_typed(verb) for verb in VERBS), ids, frozenset({"/kam"})}


def test_what_is_documented_is_what_is_routed() -> None:
    assert _routed(Kind.VERB) == {"", *(verb.name for verb in VERBS)}
    assert _routed(Kind.COMMAND) == {verb.command for verb in VERBS if verb.command}
    assert _routed(Kind.OBJECT) == set(SHORT_IDS)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_word_of_a_verb_leads_to_one_listener(verb: Verb) -> None:
    listeners = {ROUTES[Kind.VERB, meant(word) or word] for word in verb.understood}
    if verb.command:
        listeners.add(ROUTES[Kind.COMMAND, verb.command])

    assert len(listeners) == 1


def test_the_manifest_offers_the_same_commands() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())

    offered = {command["command"] for command in manifest["features"]["slash_commands"]}
    assert offered == {"/kam", *(verb.command for verb in VERBS if verb.command)}


def test_every_verb_says_what_it_does_and_shows_how() -> None:
    names = {verb.name for verb in VERBS}

    assert set(DOES) == set(EXAMPLE) == names
