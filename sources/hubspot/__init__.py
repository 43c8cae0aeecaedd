"""HubSpot: the contacts, companies and deals of marketing, who is on which list, and their mail.

    GET  objects/{type}                 ->  raw_hubspot.{contacts,companies,deals}   the first time
    POST objects/{type}/search          ->  the same, by last change, an hour back
    GET  objects/{type}?archived=true   ->  deleted_at
    hs_merged_object_ids                ->  deleted_at and merged_into of those that were merged
    POST objects/{type}/batch/read      ->  those restored; those purged, when the count differs
    POST objects/deals/batch/read       ->  raw_hubspot.stage_history   of changed deals, 50 a call
    POST associations/.../batch/read    ->  raw_hubspot.associations   read completely
    GET  /crm/v3/owners                 ->  raw_hubspot.owners   read completely, archived ones too
    POST lists/search, GET memberships  ->  raw_hubspot.lists, list_memberships   read completely
    GET  email/public/v1/events         ->  raw_hubspot.email_events   by created, six hours back
    the totals of search and lists/search say whether everything arrived

Docs    https://developers.hubspot.com/docs/api-reference
Auth    Bearer: a private app's token or a service key; or OAuth, whose tokens last half an hour and
        are renewed. Scopes crm.objects.{contacts,companies,deals}.read, crm.schemas.*.read,
        crm.lists.read, crm.objects.owners.read, content. Without the one for owners, records tell
        an owner's id and no name.
Limits  100 to 250 calls in 10 s by plan, told in headers; searches 4 a second, told nowhere.
        Pages of 100 (list), 200 (search), 250 (members), 1,000 (mail events).
Quirks  A property comes only if it is asked for by name, and always as text. A search ends at
        10,000 results and counts places that shift, so each page starts from the last change; a
        millisecond with more records than a page is read by id. The index trails the writes.
        Archived and live records are listed apart. An association changes neither of its records.
        The newer events API leaves marketing mail out; the log of version 1 has it until
        September 2027. A purged record leaves nothing: only the count tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from requests.auth import AuthBase

from core.connector import Connector, Count, Sample
from core.http import Manners, VendorSession
from core.oauth import Grant, RefreshedToken
from core.pace import Pace
from core.pull import For, Page, Pull, Stream
from sources._sightings import Sightings
from sources.hubspot import counts as counting
from sources.hubspot.absences import Absences
from sources.hubspot.api import Portal, day, told
from sources.hubspot.associations import Pair, associated
from sources.hubspot.lists import lists
from sources.hubspot.mail import mail_events
from sources.hubspot.objects import Kind, Reading
from sources.hubspot.owners import owners
from sources.hubspot.stages import with_stages
from sources.hubspot.tables import COMPANY, CONTACT, DEAL, TABLES

KINDS = (
    Kind("contacts", "lastmodifieddate", CONTACT),
    Kind("companies", "hs_lastmodifieddate", COMPANY),
    Kind("deals", "hs_lastmodifieddate", DEAL),
)
# What the smallest plan may ask; answers tell what ours may.
LEAST_CALLS, WINDOW_SECONDS = 100, 10
PAIRS = (Pair("contacts", "companies"), Pair("deals", "contacts"), Pair("deals", "companies"))


class HubspotSettings(BaseSettings):
    """Environment prefix ``HUBSPOT_``.

    Attributes:
        client_id: For OAuth, with ``client_secret`` and ``refresh_token``.
        client_secret: See ``client_id``.
        refresh_token: The refresh token of an authorised app.
        access_token: Token of a private app or a service key; may be left out with OAuth.
        api_version: Paths of records: a dated version such as 2026-03, or v3.
        searches_per_second: Searches have a limit of their own that no header tells.
        base_url: Another address than HubSpot's own: the sandbox.
    """

    model_config = SettingsConfigDict(env_prefix="HUBSPOT_", env_file=".env", extra="ignore")

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    access_token: SecretStr = Field(default=SecretStr(""), validate_default=True)
    api_version: str = Field(default="2026-03", pattern=r"^(\d{4}-\d{2}|v3)$")
    searches_per_second: int = Field(default=4, ge=1)
    base_url: str = "https://api.hubapi.com"

    @field_validator("access_token")
    @classmethod
    def _some_token(cls, token: SecretStr, info: ValidationInfo) -> SecretStr:
        if not token.get_secret_value() and not info.data["refresh_token"].get_secret_value():
            raise ValueError("set it, or HUBSPOT_REFRESH_TOKEN with the app's client id and secret")
        return token


def build(settings: HubspotSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads: three types of records, owners, lists, and the log of mails.

    Associations belong to the stream of the records they start from: they are asked for by id.
    """
    portal = _portal(settings, pull)

    def records(kind: Kind) -> Iterator[Page | For]:
        seen = Sightings(kind.name, pull.known)
        reading = Reading(portal, pull, kind, seen)
        pages = chain(reading.changed(), Absences(reading).pages())
        yield from with_stages(portal, pull, seen, pages) if kind.name == "deals" else pages
        for pair in PAIRS:
            if pair.start == kind.name:
                ids = seen.alive if pull.window else seen.live()
                yield from associated(portal, pull, pair, list(ids))

    return [
        *(Stream(kind.name, lambda kind=kind: records(kind)) for kind in KINDS),  # type: ignore[misc] # mypy cannot infer a lambda with a default
        Stream("owners", lambda: owners(portal, pull)),
        Stream("lists", lambda: lists(portal, pull)),
        Stream("email_events", lambda: mail_events(portal, pull)),
    ]


def counts(settings: HubspotSettings, pull: Pull) -> Mapping[str, Count]:
    """Describe how HubSpot counts; no request is made until it is asked."""
    return counting.counts(_portal(settings, pull), KINDS)


def samples(settings: HubspotSettings, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at what HubSpot does not count; no request is made until asked."""
    return counting.samples(_portal(settings, pull), pull)


def _portal(settings: HubspotSettings, pull: Pull) -> Portal:
    searches = Pace(settings.searches_per_second, 1)
    session = _session(settings, pull, Pace(LEAST_CALLS, WINDOW_SECONDS))
    searching = _session(settings, pull, searches, purse="searches")
    session.auth = searching.auth = _auth(settings, pull)
    return Portal(session, searching, settings.base_url, settings.api_version)


def _session(
    settings: HubspotSettings, pull: Pull, pace: Pace | None = None, *, purse: str = ""
) -> VendorSession:
    variable = "HUBSPOT_REFRESH_TOKEN" if _expires(settings) else "HUBSPOT_ACCESS_TOKEN"
    paces = {"": pace} if pace else {}
    manners = Manners(credential=variable, pace=paces, told=told, day=day, purse=purse)
    return VendorSession("hubspot", pull.clock, pull.meter, manners)


def _auth(settings: HubspotSettings, pull: Pull) -> AuthBase:
    if not _expires(settings):
        return BearerTokenAuth(settings.access_token.get_secret_value())
    grant = Grant(
        url=f"{settings.base_url.rstrip('/')}/oauth/v1/token",
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        refresh_token=settings.refresh_token.get_secret_value(),
        variable="HUBSPOT_REFRESH_TOKEN",
    )
    path = pull.home / "tokens" / "hubspot.json"
    return RefreshedToken(grant, path, _session(settings, pull), pull.clock)


def _expires(settings: HubspotSettings) -> bool:
    return bool(settings.refresh_token.get_secret_value())


connector = Connector(
    name="hubspot",
    settings=HubspotSettings,
    build=build,
    tables=TABLES,
    domain="marketing",
    counts=counts,
    samples=samples,
)
