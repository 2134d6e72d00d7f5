"""Settings: read once from the environment and ``.env``."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set; only the Slack credentials have no default."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    slack_bot_token: str = Field("", alias="SLACK_BOT_TOKEN")
    slack_signing_secret: str = Field("", alias="SLACK_SIGNING_SECRET")
    slack_app_token: str = Field("", alias="SLACK_APP_TOKEN")
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL")
    database_url: str = Field("", alias="DATABASE_URL")
    host: str = Field("127.0.0.1", alias="HOST")
    port: int = Field(3000, alias="PORT", ge=0, le=65535)
    data_folder: Path = Field(Path("data"), alias="SCHARNIER_DATA")
    language: Literal["en", "de"] = Field("en", alias="SCHARNIER_LANGUAGE")
    time_zone: str = Field("Europe/Berlin", alias="SCHARNIER_TIME_ZONE")
    country: str = Field("DE", alias="SCHARNIER_COUNTRY")
    team_id: str = Field("", alias="SCHARNIER_TEAM_ID")
    admins: Annotated[tuple[str, ...], NoDecode] = Field((), alias="SCHARNIER_ADMINS")
    role: Literal["all", "front", "worker"] = Field("all", alias="SCHARNIER_ROLE")
    member_rate: int = Field(120, alias="SCHARNIER_REQUESTS_PER_MINUTE", ge=0)
    workspace_rate: int = Field(1200, alias="SCHARNIER_WORKSPACE_REQUESTS_PER_MINUTE", ge=0)
    posts_per_minute: int = Field(300, alias="SCHARNIER_POSTS_PER_MINUTE", ge=1)
    admin_channel: str = Field("", alias="SCHARNIER_ADMIN_CHANNEL")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", alias="SCHARNIER_LOG_LEVEL")

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Read ``U1,U2`` or ``U1 U2``."""
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("slack_api_url")
    @classmethod
    def _with_slash(cls, value: str) -> str:
        """End with a slash, as the SDK joins by text."""
        if not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https://; leave it out to use Slack's own address.")
        return value if value.endswith("/") else f"{value}/"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        """Take the two databases; the address is not repeated in the refusal, it may hold a password."""
        if value and not value.startswith(("sqlite://", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must begin with postgresql+psycopg:// or sqlite:///.")
        try:
            urlsplit(value).port  # noqa: B018  reading it checks it
        except ValueError as error:
            raise ValueError(
                "has a port that is no number; if the password holds a colon or slash, write %3A or %2F."
            ) from error
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        """Take what the time zone data has."""
        if value not in available_timezones():
            raise ValueError(f"is {value!r}, which is not a time zone; write a name such as Europe/Berlin.")
        return value

    @field_validator("country")
    @classmethod
    def _two_letters(cls, value: str) -> str:
        """Take an ISO 3166 code."""
        if not (len(value) == 2 and value.isascii() and value.isalpha()):
            raise ValueError(f"is {value!r}, which is not a country code; write two letters such as DE.")
        return value.upper()

    @field_validator("team_id")
    @classmethod
    def _team(cls, value: str) -> str:
        """Take a Slack team's id."""
        if value and not (value[0] in "TE" and value.isascii() and value.isalnum() and value.isupper()):
            raise ValueError(f"is {value!r}, which is not a Slack team id; write one such as T012AB3CD.")
        return value

    @field_validator("admin_channel")
    @classmethod
    def _channel(cls, value: str) -> str:
        """Take a Slack channel's id."""
        if value and not (value[0] in "CG" and value.isascii() and value.isalnum() and value.isupper()):
            raise ValueError(f"is {value!r}, which is not a Slack channel id; write one such as C012AB3CD.")
        return value

    @property
    def database(self) -> str:
        """Return the database's URL: an SQLite file in the data folder unless another is set."""
        return self.database_url or f"sqlite:///{self.data_folder / 'scharnier.db'}"

    def missing_to_serve(self) -> list[str]:
        """Return one sentence for each setting without which ``scharnier serve`` cannot work."""
        missing = []
        if not self.slack_bot_token:
            missing.append(
                "SLACK_BOT_TOKEN is missing: copy the Bot User OAuth Token (xoxb-…) from the app's settings."
            )
        if self.role == "worker":
            return missing
        if not self.slack_signing_secret and not self.slack_app_token:
            missing.append(
                "SLACK_SIGNING_SECRET is missing: copy it from the app's Basic Information, "
                "or set SLACK_APP_TOKEN (xapp-…) for Socket Mode."
            )
        return missing
