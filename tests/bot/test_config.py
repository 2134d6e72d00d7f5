from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.config import Settings


def read(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from an empty environment."""
    import os

    for name in os.environ:
        if name.startswith(("SLACK_", "SCHARNIER_", "DATABASE_")) or name in {"HOST", "PORT"}:
            monkeypatch.delenv(name)


def test_only_slacks_credentials_have_no_default() -> None:
    settings = read()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database == f"sqlite:///{Path('data') / 'scharnier.db'}"
    assert (settings.port, settings.language, settings.time_zone, settings.country) == (
        3000,
        "en",
        "Europe/Berlin",
        "DE",
    )
    assert settings.admins == ()


def test_serving_needs_a_token_and_a_way_in() -> None:
    assert [sentence.split()[0] for sentence in read().missing_to_serve()] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    ]
    assert read(SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="s").missing_to_serve() == []
    assert read(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1").missing_to_serve() == []


@pytest.mark.parametrize("written", ["U1,U2", "U1 U2", " U1 , U2 ,"])
def test_admins_are_a_list(written: str) -> None:
    assert read(SCHARNIER_ADMINS=written).admins == ("U1", "U2")
    assert read(SCHARNIER_ADMINS=("U1",)).admins == ("U1",)


def test_values_are_brought_to_one_form() -> None:
    settings = read(SLACK_API_URL="http://127.0.0.1:3/api", SCHARNIER_COUNTRY="ch", SCHARNIER_TEAM_ID="T012AB")
    assert (settings.slack_api_url, settings.country, settings.team_id) == ("http://127.0.0.1:3/api/", "CH", "T012AB")
    assert read(DATABASE_URL="postgresql+psycopg://h/d").database == "postgresql+psycopg://h/d"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_API_URL", "ftp://slack.com"),
        ("DATABASE_URL", "mysql://root:password@h/d"),
        ("SCHARNIER_TIME_ZONE", "Mars/Olympus"),
        ("SCHARNIER_COUNTRY", "Deutschland"),
        ("SCHARNIER_TEAM_ID", "arven"),
        ("SCHARNIER_LANGUAGE", "fr"),
        ("PORT", "70000"),
        ("SCHARNIER_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_refused_by_name_without_a_secret(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(**{name: value})
    (problem,) = refused.value.errors(include_input=False)
    assert problem["loc"] == (name,)
    assert "password" not in problem["msg"]


def test_the_pace_and_the_admins_channel_can_be_set() -> None:
    assert (read().posts_per_minute, read().admin_channel) == (300, "")
    chosen = read(SCHARNIER_POSTS_PER_MINUTE="60", SCHARNIER_ADMIN_CHANNEL="C012AB3CD")
    assert (chosen.posts_per_minute, chosen.admin_channel) == (60, "C012AB3CD")


@pytest.mark.parametrize("wrong", ["#admins", "U012", "c012", "C0 12"])
def test_a_channel_is_named_by_its_id(wrong: str) -> None:
    with pytest.raises(ValidationError, match="not a Slack channel id"):
        read(SCHARNIER_ADMIN_CHANNEL=wrong)
