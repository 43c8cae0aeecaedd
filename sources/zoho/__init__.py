"""Zoho CRM: who sales knows, whom they work for, and what they hope to sell.

    GET  /crm/v8/Contacts  ->  raw_zoho.contacts
    GET  /crm/v8/Accounts  ->  raw_zoho.accounts
    GET  /crm/v8/Leads     ->  raw_zoho.leads
    GET  /crm/v8/Deals     ->  raw_zoho.deals
    GET  /crm/v8/Cases     ->  raw_zoho.cases
    GET  /crm/v8/Tasks     ->  raw_zoho.tasks
    GET  /crm/v8/settings/fields: which fields a module has; POST /crm/v8/coql: counts and ids

Docs    https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
Auth    OAuth: a refresh token that stays, access tokens of an hour, header ``Zoho-oauthtoken``;
        scopes ZohoCRM.modules.READ, ZohoCRM.settings.fields.READ, ZohoCRM.coql.READ
Pages   200 rows; by page number up to 2,000 rows, then by a ``page_token`` that dies after a day
        and never stands beside ``page``. We use the token from the first page on, and only
        within one second: each further page starts anew from the last one's time of change
Cursor  ``If-Modified-Since`` and Modified_Time, in whole seconds, an hour held back
Limits  credits in any 24 hours by edition, 5,000 to 5,000,000, told by a header from half on; 429
        without Retry-After when they, or the places for calls at once, are used up
Deletes ``/deleted`` lists what is in the bin or gone for good; what it does not tell shows in
        a count that is not ours, and then every id is read
Quirks  Nothing to tell is 204 or 304, without a body. ``fields`` must be there and holds 50 names
        at most: further ones are read by id and joined. Converted leads hide from the list unless
        asked for. A merged record is one of the deleted, and nothing says what it was merged into.
        A refused refresh token is HTTP 200 with an ``error``. Whether a record that leaves the bin
        changes its Modified_Time, and whether If-Modified-Since includes its own second, nobody
        has written down: we rely on neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal, Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Count
from core.http import Manners, VendorSession
from core.oauth import Grant, RefreshedToken
from core.pull import Pull, Stream
from sources.zoho.api import Api
from sources.zoho.reading import Reading
from sources.zoho.tables import MODULES, TABLES

DataCentre = Literal["com", "eu", "in", "com.au", "jp", "ca", "com.cn", "sa", "uk"]
# Canada's accounts live under another name than its API.
ACCOUNTS = {"ca": "https://accounts.zohocloud.ca"}


class ZohoSettings(BaseSettings):
    """How we reach Zoho CRM. Environment prefix ``ZOHO_``.

    Attributes:
        client_id: The id of a self client or server-based app in Zoho's API console.
        client_secret: Its secret.
        refresh_token: The refresh token it was given; it stays good until it is revoked.
        data_centre: The end of the account's address: com, eu, in, com.au, jp, ca, com.cn, sa, uk.
        credits_per_day: API credits that we may use in any 24 hours.
        skip: Tables not to read, divided by commas: modules that the edition lacks.
        base_url: Another address of the API, such as a sandbox.
        accounts_url: Another address to renew tokens at.
    """

    model_config = SettingsConfigDict(env_prefix="ZOHO_", env_file=".env", extra="ignore")

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    data_centre: DataCentre = "com"
    credits_per_day: int = Field(default=50_000, ge=1)
    skip: str = ""
    base_url: HttpUrl | None = None
    accounts_url: HttpUrl | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = ("client_id", "client_secret", "refresh_token")
        missing = [f"ZOHO_{name.upper()}" for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"set {', '.join(missing)}")
        strangers = sorted(self.skipped() - TABLES.keys())
        if strangers:
            raise ValueError(f"ZOHO_SKIP names {', '.join(strangers)}: not among {sorted(TABLES)}")
        return self

    def skipped(self) -> set[str]:
        """Return the tables not to read."""
        return {name.strip() for name in self.skip.split(",") if name.strip()}

    def url(self) -> str:
        """Return where the API is."""
        url = self.base_url or f"https://www.zohoapis.{self.data_centre}"
        return str(url).rstrip("/")

    def accounts(self) -> str:
        """Return where tokens are renewed."""
        usual = ACCOUNTS.get(self.data_centre, f"https://accounts.zoho.{self.data_centre}")
        return str(self.accounts_url or usual).rstrip("/")


def build(settings: ZohoSettings, pull: Pull) -> Sequence[Stream]:
    """Describe one pull."""
    api = _api(settings, pull)
    wanted = [table for table in TABLES if table not in settings.skipped()]
    return [Stream(table, Reading(api, pull, table).pages) for table in wanted]


def counts(settings: ZohoSettings, pull: Pull) -> Mapping[str, Count]:
    """Say how Zoho counts: by a query, whole or by time of change."""
    api = _api(settings, pull)
    wanted = {table: name for table, name in MODULES.items() if table not in settings.skipped()}
    return {
        table: Count(partial(api.count, name), "modified_time") for table, name in wanted.items()
    }


def _api(settings: ZohoSettings, pull: Pull) -> Api:
    grant = Grant(
        url=f"{settings.accounts()}/oauth/v2/token",
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        refresh_token=settings.refresh_token.get_secret_value(),
        variable="ZOHO_REFRESH_TOKEN",
    )
    renewing = VendorSession("zoho", pull.clock, pull.meter, Manners(credential=grant.variable))
    file = pull.home / "tokens" / "zoho.json"
    auth = RefreshedToken(grant, file, renewing, pull.clock, scheme="Zoho-oauthtoken")
    return Api(pull, settings.url(), auth, settings.credits_per_day)


connector = Connector(
    name="zoho", settings=ZohoSettings, build=build, tables=TABLES, domain="crm", counts=counts
)
