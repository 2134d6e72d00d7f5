"""Fixtures: topics of the outbox that tests fill themselves."""

import random

import pytest

from bot.services import delivery
from bot.views import delivery as views
from tests.bot.probe import Facts, show


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Topics of this test's own: what is told is a fact of a dict."""
    facts = Facts()
    for topic in ("probe.card", "probe.note", "probe.reply"):
        monkeypatch.setitem(delivery.LOADERS, topic, facts.load)
        monkeypatch.setitem(views.VIEWS, topic, show)
    monkeypatch.setattr(random, "random", lambda: 0.5)
    return facts
