"""Dynamics 365 (Dataverse): contacts, accounts, leads, opportunities, cases and tasks.

    GET /{table}, Prefer: odata.track-changes   ->  raw_dynamics.{contacts,accounts,leads,
                                                    opportunities,incidents,tasks}, and a delta link
    GET the delta link                          ->  what changed since; ``reason: deleted``
    GET /{table}?$filter=modifiedon ge ...      ->  a window; tables without change tracking
    GET /{table}?$count=true                    ->  who slipped by: then every id is read
    GET /transactioncurrencies                  ->  isocurrencycode of each opportunity

Docs    https://learn.microsoft.com/power-apps/developer/data-platform/webapi/overview
Auth    OAuth client credentials of an application user, scope {org}/.default, an hour; there is no
        refresh token, one asks again
Pages   @odata.nextLink, 5,000 rows
Cursor  the delta link of each table
Limits  6,000 requests in five minutes; 429 with Retry-After, which grows if one goes on asking
Deletes in the delta. A merged record stays, inactive, with ``merged`` and ``_masterid_value``: here
        it has deleted_at and merged_into.
Quirks  A delta token lasts 7 to 30 days, as the environment says. One that is older answers with
        everything and no deletions, or with an error: so a link of more than ``delta_days`` is not
        asked any more, and after every answer as large as a whole table those who are not in it are
        looked up. Where a table has no change tracking, changes are read by ``modifiedon``, an hour
        back: an import may set that to long ago, and only a full pull finds such a change.
        Counting ends at 5,000; tables with more are swept once a week. No $select: new columns come
        by themselves. Choices are integers; their labels are in ``<column>_label``, and what a
        lookup points at in ``<column>_type``. An owner's name comes with the record, as the label
        of ``_ownerid_value``: no list of users has to be read, and a new name shows with the next
        change. Opting out of e-mail is ``donotbulkemail`` or ``donotemail``, true for no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Count
from core.http import Manners, VendorSession
from core.oauth import Grant, RefreshedToken
from core.pace import Pace
from core.pull import For, Page, Pull, Record, Stream
from sources.dynamics.api import Environment, told
from sources.dynamics.entities import Reading
from sources.dynamics.tables import KINDS, TABLES, Kind

# Published: in any five minutes, for each user and web server.
REQUESTS, WINDOW_SECONDS = 6_000, 300.0


class DynamicsSettings(BaseSettings):
    """How we reach Dynamics 365. Environment prefix ``DYNAMICS_``.

    Attributes:
        org: The first words of the environment's address, ``<org>.dynamics.com``: contoso.crm4.
        base_url: Another address, such as a sandbox.
        login_url: Where tokens come from.
        tenant_id: The directory the app is registered in.
        client_id: The app's id; it needs an application user with a role in the environment.
        client_secret: Its secret.
        delta_days: How old a delta link may be; at most the environment's
            ExpireChangeTrackingInDays.
        skip: Tables to leave out, with commas between, where the environment lacks them.
    """

    model_config = SettingsConfigDict(env_prefix="DYNAMICS_", env_file=".env", extra="ignore")

    org: str = ""
    base_url: HttpUrl | None = None
    login_url: HttpUrl = HttpUrl("https://login.microsoftonline.com")
    tenant_id: str = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    delta_days: float = Field(default=6, gt=0)
    skip: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not (self.org or self.base_url):
            raise ValueError("set DYNAMICS_ORG")
        if not (self.tenant_id and self.client_id and self.client_secret):
            raise ValueError(
                "set DYNAMICS_TENANT_ID, DYNAMICS_CLIENT_ID and DYNAMICS_CLIENT_SECRET"
            )
        unknown = sorted(self.skipped() - {kind.table for kind in KINDS})
        if unknown:
            raise ValueError(f"DYNAMICS_SKIP names no such table: {', '.join(unknown)}")
        return self

    def url(self) -> str:
        """Return the environment's address, without a slash at its end."""
        return str(self.base_url or f"https://{self.org}.dynamics.com").rstrip("/")

    def skipped(self) -> set[str]:
        """Return the tables to leave out."""
        return {name.strip() for name in self.skip.split(",") if name.strip()}


def build(settings: DynamicsSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    api = _environment(settings, pull)
    return [
        Stream(kind.table, Reading(api, pull, kind, settings.delta_days).pages)
        for kind in _kinds(settings)
    ]


def counts(settings: DynamicsSettings, pull: Pull) -> Mapping[str, Count]:
    """Say how each table is counted: up to 5,000, by modifiedon, at a call a question."""
    api = _environment(settings, pull)
    return {
        kind.table: Count(partial(api.count, kind), column="modifiedon")
        for kind in _kinds(settings)
    }


def remade(
    settings: DynamicsSettings, pull: Pull, table: str, record: Record
) -> Iterable[Page | For]:
    """Make the rows of a record of ``table`` that could not be read, as if it came now."""
    api = _environment(settings, pull)
    own = [kind for kind in _kinds(settings) if kind.table == table]
    return [Reading(api, pull, kind, settings.delta_days).noted([record]) for kind in own]


def _kinds(settings: DynamicsSettings) -> list[Kind]:
    return [kind for kind in KINDS if kind.table not in settings.skipped()]


def _environment(settings: DynamicsSettings, pull: Pull) -> Environment:
    pace = {"": Pace(REQUESTS, WINDOW_SECONDS)}
    manners = Manners(credential="DYNAMICS_CLIENT_SECRET", pace=pace, told=told)
    session = VendorSession("dynamics", pull.clock, pull.meter, manners)
    session.auth = _auth(settings, pull)
    return Environment(session, settings.url())


def _auth(settings: DynamicsSettings, pull: Pull) -> RefreshedToken:
    login = str(settings.login_url).rstrip("/")
    grant = Grant(
        url=f"{login}/{settings.tenant_id}/oauth2/v2.0/token",
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        refresh_token="",
        variable="DYNAMICS_CLIENT_SECRET",
        scope=f"{settings.url()}/.default",
    )
    manners = Manners(credential=grant.variable)
    session = VendorSession("dynamics", pull.clock, pull.meter, manners)
    return RefreshedToken(grant, pull.home / "tokens" / "dynamics.json", session, pull.clock)


connector = Connector(
    name="dynamics",
    settings=DynamicsSettings,
    build=build,
    tables=TABLES,
    domain="crm",
    counts=counts,
    remade=remade,
)
