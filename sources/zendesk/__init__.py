"""Zendesk Support: who asked for help, and how it went.

    GET /api/v2/incremental/tickets/cursor        ->  raw_zendesk.tickets
    GET /api/v2/incremental/users/cursor          ->  raw_zendesk.users
    GET /api/v2/incremental/organizations         ->  raw_zendesk.organizations
    GET /api/v2/incremental/ticket_metric_events  ->  raw_zendesk.ticket_metric_events
    GET /api/v2/satisfaction_ratings              ->  raw_zendesk.satisfaction_ratings
    GET /api/v2/deleted_tickets, /users, /organizations and their counts: who is gone
    GET /api/v2/search/count: whether everything arrived

Docs    https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
Auth    OAuth Bearer: an access token, or a refresh token that changes at each use (kept on disk);
        e-mail and API token until Zendesk ends them on 2027-04-30
Limits  exports and deleted tickets 10 requests/min; the account 200 to 2,500/min by plan; 429 with
        Retry-After; exports 1,000 rows a page, lists 100
Quirks  ``start_time`` is inclusive, a minute old at least, and never sent along with ``cursor``.
        The newest minute is left out: the next night has it.
        Rows are exported by ``generated_timestamp``; their ``updated_at`` may be far older.
        Late rows appear behind the cursor: each night starts an hour before the last one ended.
        Time-based pages repeat a row, and never end when more than a page shares one second.
        A deleted ticket stays in its export with status "deleted"; a deleted user is inactive;
        a merged user or a deleted organization just is no longer there: counted, then listed.
        Counts above 100,000 are estimates: those tables are listed once a week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from requests.auth import AuthBase, HTTPBasicAuth

from core.connector import Connector, Count, Sample
from core.http import Manners, VendorSession
from core.oauth import BearerToken, Grant, RefreshedToken
from core.pull import Pull, Stream
from sources.zendesk import counts as counting
from sources.zendesk.api import Api
from sources.zendesk.exports import CursorExport, MetricEvents, Organizations, Ratings
from sources.zendesk.gone import DeletedTickets, Roll
from sources.zendesk.tables import TABLES


class ZendeskSettings(BaseSettings):
    """How we reach Zendesk, with one of three credentials. Environment prefix ``ZENDESK_``.

    Attributes:
        subdomain: The first word of the account's address, ``<subdomain>.zendesk.com``.
        base_url: Another address, such as a sandbox.
        access_token: An OAuth token that does not expire.
        client_id: The OAuth client's identifier, with ``client_secret`` and ``refresh_token``.
        client_secret: The OAuth client's secret.
        refresh_token: The first refresh token; its successors are kept in daybreak's home.
        email: The person an API token belongs to, with ``api_token``.
        api_token: A legacy API token.
        calls_per_minute: To begin with; answers tell what the plan allows: 200, 400, 700 or 2,500.
        exports_per_minute: What incremental exports may be asked: 10, or 30 with the add-on.
    """

    model_config = SettingsConfigDict(env_prefix="ZENDESK_", env_file=".env", extra="ignore")

    subdomain: str = ""
    base_url: HttpUrl | None = None
    access_token: SecretStr = SecretStr("")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    email: str = ""
    api_token: SecretStr = SecretStr("")
    calls_per_minute: int = Field(default=400, ge=1)
    exports_per_minute: int = Field(default=10, ge=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not (self.subdomain or self.base_url):
            raise ValueError("set ZENDESK_SUBDOMAIN")
        renewable = self.client_id and self.client_secret and self.refresh_token
        if not (self.access_token or renewable or (self.email and self.api_token)):
            raise ValueError(
                "set ZENDESK_ACCESS_TOKEN, or ZENDESK_CLIENT_ID with ZENDESK_CLIENT_SECRET and"
                " ZENDESK_REFRESH_TOKEN, or ZENDESK_EMAIL with ZENDESK_API_TOKEN"
            )
        return self

    def url(self) -> str:
        """Return the account's address, without a slash at its end."""
        return str(self.base_url or f"https://{self.subdomain}.zendesk.com").rstrip("/")


def build(settings: ZendeskSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    api = _api(settings, pull)
    tickets = CursorExport(api, pull, "tickets", aftermath=DeletedTickets(api, pull))
    users = CursorExport(api, pull, "users", aftermath=Roll(api, pull, "users"))
    organizations = Organizations(api, pull, aftermath=Roll(api, pull, "organizations"))
    return [
        Stream("tickets", tickets.pages),
        Stream("users", users.pages),
        Stream("organizations", organizations.pages),
        Stream("ticket_metric_events", MetricEvents(api, pull).pages),
        Stream("satisfaction_ratings", Ratings(api, pull).pages),
    ]


def counts(settings: ZendeskSettings, pull: Pull) -> Mapping[str, Count]:
    """Describe how Zendesk counts; no request is made until it is asked."""
    return counting.counts(_api(settings, pull))


def samples(settings: ZendeskSettings, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at what Zendesk does not count; no request is made until asked."""
    return counting.samples(_api(settings, pull))


def _api(settings: ZendeskSettings, pull: Pull) -> Api:
    return Api(
        pull,
        settings.url(),
        _auth(settings, pull),
        settings.calls_per_minute,
        settings.exports_per_minute,
    )


def _auth(settings: ZendeskSettings, pull: Pull) -> AuthBase:
    """Sign with what renews itself first, with what Zendesk is about to end last."""
    if settings.refresh_token:
        grant = Grant(
            url=f"{settings.url()}/oauth/tokens",
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            refresh_token=settings.refresh_token.get_secret_value(),
            variable="ZENDESK_REFRESH_TOKEN",
        )
        manners = Manners(credential=grant.variable)
        session = VendorSession("zendesk", pull.clock, pull.meter, manners)
        return RefreshedToken(grant, pull.home / "tokens" / "zendesk.json", session, pull.clock)
    if settings.access_token:
        return BearerToken(settings.access_token.get_secret_value())
    return HTTPBasicAuth(f"{settings.email}/token", settings.api_token.get_secret_value())


connector = Connector(
    name="zendesk",
    settings=ZendeskSettings,
    build=build,
    tables=TABLES,
    domain="support",
    counts=counts,
    samples=samples,
)
