"""What the outbox tells can be loaded and shown."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.services.delivery import LOADERS
from bot.views.delivery import VIEWS

ROOT = Path(__file__).parents[2]
SERVICES = sorted((ROOT / "bot" / "services").glob("*.py"))


def _topics(file: Path) -> Iterator[str]:
    """Find the topics that a module puts into the outbox: literals, and constants it names."""
    tree = ast.parse(file.read_text())
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"Outgoing", "card_at"}:
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            for argument in arguments:
                value = (
                    constants.get(argument.id) if isinstance(argument, ast.Name) else getattr(argument, "value", None)
                )
                if isinstance(value, str) and "." in value:
                    yield value


def test_every_topic_has_a_loader_and_a_view() -> None:
    assert set(LOADERS) == set(VIEWS)


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.stem)
def test_a_service_puts_only_topics_that_can_be_told(file: Path) -> None:
    assert set(_topics(file)) <= set(LOADERS)


def test_every_topic_is_put_by_somebody() -> None:
    written = "".join(file.read_text() for file in SERVICES if file.stem != "delivery")
    delivery = (ROOT / "bot" / "services" / "delivery.py").read_text()
    put = {topic for topic in LOADERS if f'"{topic}"' in written or delivery.count(f'"{topic}"') > 1}
    built = {topic for topic in LOADERS if f'f"{topic.split(".")[0]}.{{' in written}
    assert set(LOADERS) <= put | built
