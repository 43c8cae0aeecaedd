"""Freshdesk: who asked for help, what was said, and how it went.

    GET /api/v2/tickets?updated_since=      ->  raw_freshdesk.tickets
        include=stats                       ->  when they were answered, solved and closed
    GET /api/v2/tickets?filter=spam         ->  the same, with spam set
    GET /api/v2/tickets?filter=deleted      ->  deleted_at
    GET /api/v2/tickets/{id}/conversations  ->  raw_freshdesk.conversations   of changed tickets
    GET /api/v2/contacts?_updated_since=    ->  raw_freshdesk.contacts; also state=blocked, deleted
    GET /api/v2/companies                   ->  raw_freshdesk.companies       read completely
    GET /api/v2/agents                      ->  raw_freshdesk.agents          read completely
    GET /api/v2/surveys/satisfaction_ratings ->  raw_freshdesk.satisfaction_ratings, 28 days back

Docs    https://developers.freshdesk.com/api/
Auth    Basic: an agent's API key as the user; it sees what that agent sees
Pages   by number, 100 a page, a Link header where there is more; tickets end at page 300
Cursor  tickets by updated_at, an hour back; contacts by the hour of the last pull, an hour back;
        ratings by created_at
Limits  50 to 700 calls a minute by plan, told in X-RateLimit-Total (the plans of old: by the hour);
        lists of tickets and of contacts 20 to 200 a minute each, told nowhere; 429 with
        Retry-After. Stats and descriptions cost two calls more a page each; refused calls count.
Deletes tickets and spam have lists of their own, emptied after 30 days; contacts too. A merged
        contact is a deleted one whose address another contact has. A company is just gone. A
        contact that was destroyed is missed once a week, a destroyed ticket by a full pull alone.
Quirks  Without ``updated_since`` tickets are the last 30 days'. Places are counted anew for each
        page, so each starts from the newest change before it. Contacts take ``_updated_since``,
        with the underscore, and hide who is blocked. Nothing can be counted.
        A key that may not see the agents leaves tickets with an agent's id and no name.
        Unverified: that this is a 403; whether ``updated_since`` includes its second, and whether
        deleting and restoring move ``updated_at``; we do not lean on these two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Sample
from core.pull import Pull, Stream
from sources._sightings import Sightings
from sources.freshdesk.api import Api, Plan
from sources.freshdesk.contacts import Contacts
from sources.freshdesk.lists import agents, companies, ratings
from sources.freshdesk.tables import TABLES
from sources.freshdesk.tickets import Tickets
from sources.freshdesk.witness import samples as samples_of

# What an include costs beside the call itself, in calls.
INCLUDED = 2


class FreshdeskSettings(BaseSettings):
    """How we reach Freshdesk. Environment prefix ``FRESHDESK_``.

    Attributes:
        domain: The first word of the account's address, ``<domain>.freshdesk.com``.
        api_key: The API key of an agent who may see all tickets and contacts.
        calls_per_minute: To begin with; answers tell what the plan allows.
        lists_per_minute: Lists of tickets, and of contacts, a minute each: 20, 100 or 200 by plan.
        conversations: Whether to read what was said: one call for each ticket that changed.
        stats: Whether to read when tickets were answered and solved; two calls more for each
            hundred.
        descriptions: Whether to read the first message of tickets; two calls more for each
            hundred.
        base_url: Another address, such as a sandbox.
    """

    model_config = SettingsConfigDict(env_prefix="FRESHDESK_", env_file=".env", extra="ignore")

    domain: str = ""
    api_key: SecretStr = Field(min_length=1)
    calls_per_minute: int = Field(default=200, ge=1)
    lists_per_minute: int = Field(default=20, ge=1)
    conversations: bool = True
    stats: bool = True
    descriptions: bool = False
    base_url: HttpUrl | None = None

    def includes(self) -> list[str]:
        """Return what to read beside the plain ticket."""
        wanted = {"stats": self.stats, "description": self.descriptions}
        return [name for name, is_wanted in wanted.items() if is_wanted]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not (self.domain or self.base_url):
            raise ValueError("set FRESHDESK_DOMAIN")
        return self

    def url(self) -> str:
        """Return the account's address, without a slash at its end."""
        return str(self.base_url or f"https://{self.domain}.freshdesk.com").rstrip("/")


def build(settings: FreshdeskSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    api = _api(settings, pull)
    also = ",".join(settings.includes())
    seen = Sightings("tickets", pull.known)
    tickets = Tickets(api, pull, settings.conversations, also, seen)
    contacts = Contacts(api, pull, Sightings("contacts", pull.known))
    return [
        Stream("companies", lambda: companies(api, pull)),
        Stream("agents", lambda: agents(api, pull)),
        Stream("contacts", contacts.pages),
        Stream("tickets", tickets.pages),
        Stream("satisfaction_ratings", lambda: ratings(api, pull)),
    ]


def samples(settings: FreshdeskSettings, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at each list; no request is made until it is asked."""
    return samples_of(_api(settings, pull), pull)


def _api(settings: FreshdeskSettings, pull: Pull) -> Api:
    key = settings.api_key.get_secret_value()
    a_page = 1 + INCLUDED * len(settings.includes())
    plan = Plan(settings.calls_per_minute, settings.lists_per_minute, a_page)
    return Api(pull, settings.url(), key, plan)


connector = Connector(
    name="freshdesk",
    settings=FreshdeskSettings,
    build=build,
    tables=TABLES,
    domain="support",
    samples=samples,
)
