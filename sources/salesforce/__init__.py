"""Salesforce: the people, accounts, deals and cases that sales and service work with.

    GET  /query | /queryAll?q=SELECT ...  ->  raw_salesforce.{contacts,accounts,leads,
                                              opportunities,opportunity_history,
                                              opportunity_contact_roles,cases,tasks,
                                              campaign_members,users}   up to 2,000 rows
    POST /jobs/query (Bulk API 2.0)       ->  the same, above
    GET  /sobjects/{X}/describe           ->  which fields there are, each night anew
    IsDeleted, MasterRecordId             ->  deleted_at, merged_into
    SELECT COUNT() FROM {X}               ->  who is gone from the bin, too: then every id is read

Docs    https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/
Auth    OAuth: client credentials of a connected app, or its refresh token, which may change at
        each use (kept on disk). Sessions end without a date: renewed once on a 401. Calls go to
        the instance_url that came with the token.
Pages   nextRecordsUrl, 2,000 rows; results of a job by Sforce-Locator, CSV
Cursor  SystemModstamp, ten minutes back: transactions commit later than they are stamped
Limits  100,000 calls in 24 hours and more by licence, told in Sforce-Limit-Info; when they are
        used up a 403 without a Retry-After. 10,000 query jobs in 24 hours.
Deletes queryAll shows a deleted record for 15 days, and what it was merged into; after that, or
        when it was purged, only the count tells.
Quirks  A query leaves out the bin and archived tasks, so everything is asked by queryAll.
        Describe and queries leave out what the user may not see: a hidden HasOptedOutOfEmail would
        make everybody one who may be written to, so it is an error until a setting says that the
        org has none. Formula fields change without a stamp: an object that has any is read whole
        once a week. A new field is filled for old records that never change: so is one whose
        fields are others than before. Bulk takes no compound fields and no COUNT; a null in CSV is
        an empty cell. Amounts are numbers in the record's CurrencyIsoCode, which an org with one
        currency does not have: then it is a setting.
        The history of an opportunity is written at each change of stage, amount, close date or
        probability; unverified: that SystemModstamp may be asked of it as of other objects.
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
from core.pull import For, Page, Pull, Record, Stream
from sources.salesforce.api import Allowance, Org, is_busy
from sources.salesforce.fields import Choice
from sources.salesforce.objects import Reading
from sources.salesforce.tables import KINDS, TABLES, Kind


class SalesforceSettings(BaseSettings):
    """How we reach Salesforce. Environment prefix ``SALESFORCE_``.

    Attributes:
        my_domain: The first words of the org's address, ``<my_domain>.my.salesforce.com``.
        base_url: Another address, such as a sandbox.
        client_id: The connected app's consumer key.
        client_secret: Its secret.
        refresh_token: The first refresh token, if the app does not use client credentials; its
            successors are kept in daybreak's home.
        api_version: Of the REST API, such as 62.0.
        no_opt_out_field: True if the org really has no HasOptedOutOfEmail; otherwise its absence
            is an error.
        formula_days: Objects with formula fields are read whole this often, in days; with 0
            formula fields are left out.
        currency: ISO code of all amounts, in an org with one currency.
        skip: Tables to leave out, with commas between, where the edition or the user lacks them.
        daily_share: How much of the org's calls in 24 hours may be used up, by anybody, before
            daybreak stops and leaves the rest to others.
        rest_rows: Up to so many rows are read by query, more by a bulk job.
    """

    model_config = SettingsConfigDict(env_prefix="SALESFORCE_", env_file=".env", extra="ignore")

    my_domain: str = ""
    base_url: HttpUrl | None = None
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    api_version: str = Field(default="62.0", pattern=r"^\d+\.0$")
    no_opt_out_field: bool = False
    formula_days: int = Field(default=7, ge=0)
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    skip: str = ""
    daily_share: float = Field(default=0.95, gt=0, le=1)
    rest_rows: int = Field(default=2_000, ge=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not (self.my_domain or self.base_url):
            raise ValueError("set SALESFORCE_MY_DOMAIN")
        if not (self.client_id and self.client_secret):
            raise ValueError("set SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET")
        unknown = sorted(self.skipped() - {kind.table for kind in KINDS})
        if unknown:
            raise ValueError(f"SALESFORCE_SKIP names no such table: {', '.join(unknown)}")
        return self

    def url(self) -> str:
        """Return the org's address, without a slash at its end."""
        return str(self.base_url or f"https://{self.my_domain}.my.salesforce.com").rstrip("/")

    def skipped(self) -> set[str]:
        """Return the tables to leave out."""
        return {name.strip() for name in self.skip.split(",") if name.strip()}


def build(settings: SalesforceSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    readings = _readings(settings, pull)
    return [Stream(table, reading.pages) for table, reading in readings.items()]


def remade(
    settings: SalesforceSettings, pull: Pull, table: str, record: Record
) -> Iterable[Page | For]:
    """Make the rows of a record of ``table`` that could not be read, as if it came now."""
    own = _readings(settings, pull).get(table)
    return [own.noted([record])] if own else []


def _readings(settings: SalesforceSettings, pull: Pull) -> dict[str, Reading]:
    org = _org(settings, pull)
    choice = Choice(settings.formula_days, settings.currency, opt_out=not settings.no_opt_out_field)
    return {kind.table: Reading(org, pull, kind, choice) for kind in _kinds(settings)}


def counts(settings: SalesforceSettings, pull: Pull) -> Mapping[str, Count]:
    """Say how each object is counted: exactly, by SystemModstamp, at a call a question."""
    org = _org(settings, pull)
    return {
        kind.table: Count(partial(org.count, kind), column="system_modstamp")
        for kind in _kinds(settings)
    }


def _kinds(settings: SalesforceSettings) -> list[Kind]:
    return [kind for kind in KINDS if kind.table not in settings.skipped()]


def _org(settings: SalesforceSettings, pull: Pull) -> Org:
    allowance = Allowance(settings.daily_share)
    auth = _auth(settings, pull)
    manners = Manners(credential=_variable(settings), day=allowance.note, is_busy=is_busy)
    session = VendorSession("salesforce", pull.clock, pull.meter, manners)
    session.auth = auth
    return Org(session, auth, pull, settings.api_version, settings.rest_rows, allowance)


def _auth(settings: SalesforceSettings, pull: Pull) -> RefreshedToken:
    grant = Grant(
        url=f"{settings.url()}/services/oauth2/token",
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        refresh_token=settings.refresh_token.get_secret_value(),
        variable=_variable(settings),
        home_field="instance_url",
    )
    manners = Manners(credential=grant.variable)
    session = VendorSession("salesforce", pull.clock, pull.meter, manners)
    return RefreshedToken(grant, pull.home / "tokens" / "salesforce.json", session, pull.clock)


def _variable(settings: SalesforceSettings) -> str:
    refreshes = bool(settings.refresh_token.get_secret_value())
    return "SALESFORCE_REFRESH_TOKEN" if refreshes else "SALESFORCE_CLIENT_SECRET"


connector = Connector(
    name="salesforce",
    settings=SalesforceSettings,
    build=build,
    tables=TABLES,
    domain="crm",
    counts=counts,
    remade=remade,
)
