"""Intercom: who writes to us, and the conversations with them.

    GET  /contacts, then POST /contacts/search  ->  raw_intercom.contacts
    GET  /contacts/{id}/companies, /tags        ->  the same, where a list shows ten of more
    POST /conversations/search                  ->  which conversations changed
    GET  /conversations/{id}                    ->  raw_intercom.conversations, conversation_parts
    GET  /companies/scroll                      ->  raw_intercom.companies   read completely
    GET  /admins                                ->  raw_intercom.admins      read completely
    GET  /tags                                  ->  raw_intercom.tags        read completely

Docs    https://developers.intercom.com/docs/references/rest-api/api.intercom.io
Auth    Bearer: the access token of an app in the workspace; it does not expire. Intercom-Version
        pins the form of the answers.
Pages   ``pages.next.starting_after``, 150 a page; companies by scroll, 100 a page
Cursor  updated_at, an hour back: contacts by days and then sifted, conversations by seconds
Limits  10,000 calls a minute for an app, 25,000 for a workspace, dealt out in windows of 10
        seconds; X-RateLimit-Remaining and -Reset (epoch seconds); a 429 has no Retry-After
Deletes nothing is told. Where ``total_count`` is not what we hold, everything is listed and what is
        missing looked up: 404 is gone. Who lost a merge is gone as well; who won is not told.
Quirks  A contact search matches whole days of the workspace's own zone: ``>`` starts the day after,
        ``>=`` is refused. We ask from two days before and sift. New contacts are missing from
        searches for minutes. Ten companies and tags of a contact are shown. Lists of conversations
        have no parts, so each one that changed costs a call; 500 parts at most are shown. The list
        of companies ends at 10,000; a workspace has one scroll at a time, for a minute.
        A token that may not list admins leaves conversations with an admin's id and no name.
        Unverified: that this is a 403; that 500 is the most parts, and whether a merge touches the
        conversations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Count
from core.pull import Pull, Stream
from sources._sightings import Sightings
from sources.intercom.api import Api
from sources.intercom.contacts import Contacts
from sources.intercom.conversations import Conversations, between
from sources.intercom.lists import admins, companies, tags
from sources.intercom.tables import TABLES


class IntercomSettings(BaseSettings):
    """How we reach Intercom. Environment prefix ``INTERCOM_``.

    Attributes:
        access_token: The access token of an app in the workspace.
        api_version: The form of answers; the tables are written for this one.
        calls_per_minute: The app's limit.
        base_url: https://api.eu.intercom.io or https://api.au.intercom.io where the workspace is
            there; or a sandbox.
    """

    model_config = SettingsConfigDict(env_prefix="INTERCOM_", env_file=".env", extra="ignore")

    access_token: SecretStr = Field(min_length=1)
    api_version: str = "2.15"
    calls_per_minute: int = Field(default=10_000, ge=1)
    base_url: HttpUrl = HttpUrl("https://api.intercom.io")


def build(settings: IntercomSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    api = _api(settings, pull)
    contacts = Contacts(api, pull, Sightings("contacts", pull.known))
    conversations = Conversations(api, pull, Sightings("conversations", pull.known))
    return [
        Stream("tags", lambda: tags(api, pull)),
        Stream("admins", lambda: admins(api, pull)),
        Stream("contacts", contacts.pages),
        Stream("companies", lambda: companies(api, pull)),
        Stream("conversations", conversations.pages),
    ]


def counts(settings: IntercomSettings, pull: Pull) -> Mapping[str, Count]:
    """Say how Intercom counts: contacts and companies whole, conversations by the second, too."""
    api = _api(settings, pull)

    def whole(table: str) -> Count:
        def ask(since: datetime | None, until: datetime | None) -> int | None:
            return api.total(table) if since is None and until is None else None

        return Count(ask)

    def conversations(since: datetime | None, until: datetime | None) -> int | None:
        if since is None and until is None:
            return api.total("conversations")
        return api.total_of("conversations", *between(since, until))

    return {
        "contacts": whole("contacts"),
        "companies": whole("companies"),
        "conversations": Count(conversations, "updated_at"),
    }


def _api(settings: IntercomSettings, pull: Pull) -> Api:
    return Api(
        pull,
        str(settings.base_url).rstrip("/"),
        settings.access_token.get_secret_value(),
        settings.api_version,
        settings.calls_per_minute,
    )


connector = Connector(
    name="intercom",
    settings=IntercomSettings,
    build=build,
    tables=TABLES,
    domain="support",
    counts=counts,
)
