"""What a person may set, by environment variable or in ``.env``; one prefix a class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError

S = TypeVar("S", bound=BaseSettings)


class DaybreakSettings(BaseSettings):
    """Where daybreak keeps what it knows. Environment prefix ``DAYBREAK_``.

    Attributes:
        home: Folder of everything daybreak writes: warehouse, ledger, dlt's working files, tokens.
        warehouse: ``duckdb:///FOLDER`` (default: ``HOME/warehouse``) or ``postgresql://...``.
        ledger: SQLAlchemy URL of the ledger (default: a SQLite file in ``home``).
        sandbox: URL of a running ``daybreak sandbox``; every source then points there.
    """

    model_config = SettingsConfigDict(env_prefix="DAYBREAK_", env_file=".env", extra="ignore")

    home: Path = Path(".daybreak")
    warehouse: SecretStr = SecretStr("")
    ledger: SecretStr = SecretStr("")
    sandbox: str = ""

    def warehouse_url(self) -> str:
        """Return the warehouse URL in force."""
        return self.warehouse.get_secret_value() or f"duckdb:///{self.home / 'warehouse'}"

    def ledger_url(self) -> str:
        """Return the SQLAlchemy URL of the ledger in force."""
        return self.ledger.get_secret_value() or f"sqlite:///{self.home / 'ledger.sqlite'}"


class SentrySettings(BaseSettings):
    """Where failures are reported. Environment prefix ``SENTRY_``.

    Attributes:
        dsn: Any Sentry-compatible DSN; empty means no reports.
        environment: The name events carry, such as ``production``.
    """

    model_config = SettingsConfigDict(env_prefix="SENTRY_", env_file=".env", extra="ignore")

    dsn: SecretStr = SecretStr("")
    environment: str = "production"


class SlackSettings(BaseSettings):
    """Where alerts are told. Environment prefix ``SLACK_``.

    Attributes:
        webhook_url: An incoming webhook in Slack's form; empty means no messages.
        timeout_seconds: How long one delivery may take, in seconds.
    """

    model_config = SettingsConfigDict(env_prefix="SLACK_", env_file=".env", extra="ignore")

    webhook_url: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=10, gt=0)


class TeamsSettings(BaseSettings):
    """Where alerts are told in Microsoft Teams. Environment prefix ``TEAMS_``.

    Attributes:
        webhook_url: The URL of a workflow that starts on a webhook; empty means no messages.
        timeout_seconds: How long one delivery may take, in seconds.
    """

    model_config = SettingsConfigDict(env_prefix="TEAMS_", env_file=".env", extra="ignore")

    webhook_url: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=10, gt=0)


class PagerDutySettings(BaseSettings):
    """Who is woken. Environment prefix ``PAGERDUTY_``.

    Attributes:
        routing_key: The key of an Events API v2 integration; empty means that nobody is.
        base_url: Where events are taken; another one in the EU.
        timeout_seconds: How long one delivery may take, in seconds.
    """

    model_config = SettingsConfigDict(env_prefix="PAGERDUTY_", env_file=".env", extra="ignore")

    routing_key: SecretStr = SecretStr("")
    base_url: str = "https://events.pagerduty.com"
    timeout_seconds: float = Field(default=10, gt=0)


class WebhookSettings(BaseSettings):
    """Any address that takes alerts as JSON. Environment prefix ``WEBHOOK_``.

    Attributes:
        url: Where they are posted; empty means nowhere.
        token: Sent as a bearer token, if there is one.
        timeout_seconds: How long one delivery may take, in seconds.
    """

    model_config = SettingsConfigDict(env_prefix="WEBHOOK_", env_file=".env", extra="ignore")

    url: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=10, gt=0)


class EmailSettings(BaseSettings):
    """Whom alerts are mailed to, and by which server. Environment prefix ``EMAIL_``.

    Attributes:
        host: The SMTP server; empty means no mail.
        port: 587 for STARTTLS, 465 for TLS, as a rule.
        security: ``starttls``, ``tls``, or ``none`` for a server on this machine.
        user: Who logs in; empty where nobody has to.
        password: The user's.
        sender: The address messages come from.
        to: The addresses alerts go to, with commas between.
        brief_to: The addresses the brief goes to every morning, with commas between.
        timeout_seconds: How long the server may take for an answer, in seconds.
    """

    model_config = SettingsConfigDict(env_prefix="EMAIL_", env_file=".env", extra="ignore")

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = "daybreak@localhost"
    to: str = ""
    brief_to: str = ""
    timeout_seconds: float = Field(default=20, gt=0)

    @property
    def receivers(self) -> list[str]:
        """The addresses alerts go to, one by one."""
        return _listed(self.to)

    @property
    def brief_readers(self) -> list[str]:
        """The addresses the brief goes to, one by one."""
        return _listed(self.brief_to)


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


class WatchSettings(BaseSettings):
    """How the watch tells what it saw. Environment prefix ``DAYBREAK_``.

    Attributes:
        keys_expire: Source -> the day its key or client secret ends, where the vendor ends it and
            does not tell a program.
        routes: A file that says who is told what, and when not; see docs/watch.md.
        heartbeat_url: Asked at the end of every good night, for a dead man's switch.
        runbook_url: Where docs/runbook.md is read, for links in alerts.
        ui_url: Where Prefect's UI is, for links in alerts.
    """

    model_config = SettingsConfigDict(env_prefix="DAYBREAK_", env_file=".env", extra="ignore")

    keys_expire: dict[str, date] = Field(default_factory=dict)
    routes: Path | None = None
    heartbeat_url: SecretStr = SecretStr("")
    runbook_url: str = "docs/runbook.md"
    ui_url: str = ""


class BriefSettings(BaseSettings):
    """Who the brief turns to. Environment prefix ``BRIEF_``.

    Attributes:
        owners: Domain (``shop``, ``billing``, ``support``, ``marketing``, ``crm``, ``product``),
            ``operations`` or ``data`` -> how the house calls who looks after it.
    """

    model_config = SettingsConfigDict(env_prefix="BRIEF_", env_file=".env", extra="ignore")

    owners: dict[str, str] = Field(default_factory=dict)


def load(kind: type[S], environment: Mapping[str, str] | None = None) -> S:
    """Read the settings class ``kind``.

    Args:
        kind: A settings class with an environment prefix.
        environment: Variables that win over the process environment and ``.env``, by their
            full names; what a sandbox hands out.

    Raises:
        ConfigError: a variable is missing or malformed; the message names each one.
    """
    prefix = kind.model_config.get("env_prefix", "")
    given = {
        name.removeprefix(prefix).lower(): value
        for name, value in (environment or {}).items()
        if name.startswith(prefix)
    }
    try:
        return kind(**cast("dict[str, Any]", given))
    except ValidationError as error:
        raise _config_error(prefix, error) from None


def _config_error(prefix: str, error: ValidationError) -> ConfigError:
    """Name each variable and what is wrong with it; never the value, it may be a secret."""
    problems = [
        f"{prefix}{'_'.join(map(str, problem['loc'])).upper()}: {_words(problem)}"
        if problem["loc"]
        else _words(problem)
        for problem in error.errors(include_input=False, include_url=False)
    ]
    return ConfigError(
        "; ".join(problems), next_step="Set it in the environment or in .env (see .env.example)."
    )


def _words(problem: ErrorDetails) -> str:
    """Return pydantic's words as the rest of a sentence; names of variables keep their case."""
    if problem["type"] in {"too_short", "string_too_short"}:
        return "it is empty"
    message = problem["msg"].removeprefix("Value error, ")
    begins_with_name = message[:2].isupper()
    return message if begins_with_name else message[:1].lower() + message[1:]
