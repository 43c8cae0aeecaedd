"""Mailchimp Marketing: who may be written to, and what became of the mails.

    GET /3.0/lists                               ->  raw_mailchimp.audiences
    GET /3.0/lists/{list}/members                ->  raw_mailchimp.members
    GET /3.0/campaigns                           ->  raw_mailchimp.campaigns
    GET /3.0/reports                             ->  raw_mailchimp.reports
    GET /3.0/reports/{campaign}/email-activity   ->  raw_mailchimp.email_activity

Docs    https://mailchimp.com/developer/marketing/api/
Auth    Basic with an API key, whose suffix names the data centre; or Bearer with an OAuth token
Pages   ``count`` (at most 1,000) and ``offset``, ``total_items``. Members are read in the order
        of ``last_changed`` from the last one seen on, not by offset: offsets shift under changes.
Cursor  members: ``last_changed`` per audience and status, an hour back. Audiences, campaigns and
        reports have no such filter and are few: read whole. A campaign's activity is read again
        while it is young and whenever its report's figures have changed.
Limits  10 requests at a time, of which we need one; no headers tell; 429, or a bare 403
Deletes DELETE archives: the member stays, with status "archived" and no consent. A permanent
        deletion leaves nothing: ``total_items`` of all statuses is compared with what we hold,
        and where it differs the audience is read whole, and who is missing looked up.
        Audiences and campaigns that left their list are looked up, too.
Quirks  ``since_last_changed`` leaves its own second out, and whoever shares it: asked a second
        earlier. Without ``status`` some members are not listed: each of the six is asked for.
        ``id`` is the MD5 of the address and changes with it: members are keyed by audience and
        ``contact_id``. Activity has no id: keyed by campaign, address, action, second and which
        of several in that second. Bounces move no time of a report, only its figures, and come
        in late: activity is read again for ``MAILCHIMP_SETTLE_DAYS``.
        Of one address and campaign at most 1,000 opens and 1,000 clicks are told.
Unsure  whether the address of a reported activity follows when its member gets another one, and
        whether a tag moves ``last_changed``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from pydantic import HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from requests.auth import AuthBase, HTTPBasicAuth

from core.connector import Connector, Count
from core.oauth import BearerToken
from core.pull import Pull, Stream
from sources.mailchimp.api import Api
from sources.mailchimp.members import Members
from sources.mailchimp.reports import Reports
from sources.mailchimp.tables import TABLES
from sources.mailchimp.whole import Audiences, Whole


class MailchimpSettings(BaseSettings):
    """How we reach Mailchimp. Environment prefix ``MAILCHIMP_``.

    Attributes:
        api_key: An API key; its suffix, as in ``...-us21``, is the account's data centre.
        access_token: An OAuth token instead, with ``server``.
        server: The account's data centre, as in ``us21``; only needed where no key tells it.
        base_url: Another address, such as a sandbox.
        settle_days: How long after a campaign was sent, and after a mail was opened or bounced,
            more about it may come in.
    """

    model_config = SettingsConfigDict(env_prefix="MAILCHIMP_", env_file=".env", extra="ignore")

    api_key: SecretStr = SecretStr("")
    access_token: SecretStr = SecretStr("")
    server: str = ""
    base_url: HttpUrl | None = None
    settle_days: float = 5

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not (self.api_key or self.access_token):
            raise ValueError("set MAILCHIMP_API_KEY")
        if not (self.base_url or self.data_centre()):
            raise ValueError("set MAILCHIMP_SERVER: nothing else names the data centre")
        return self

    def data_centre(self) -> str:
        """Return where the account lives; empty if nothing tells."""
        _, dash, told = self.api_key.get_secret_value().rpartition("-")
        return self.server or (told if dash else "")

    def url(self) -> str:
        """Return the account's address, without a slash at its end."""
        return str(self.base_url or f"https://{self.data_centre()}.api.mailchimp.com").rstrip("/")


def build(settings: MailchimpSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    api = _api(settings, pull)
    return [
        Stream("audiences", Audiences(api, pull).pages),
        Stream("members", Members(api, pull).pages),
        Stream("campaigns", Whole(api, pull, "campaigns").pages),
        Stream("reports", Reports(api, pull, settings.settle_days).pages),
    ]


def counts(settings: MailchimpSettings, pull: Pull) -> Mapping[str, Count]:
    """Say how Mailchimp counts; an audience's members cost a call a status."""
    api = _api(settings, pull)
    return {
        "audiences": Count(lambda *_: api.total("lists")),
        "members": Count(Members(api, pull).count, "last_changed"),
        "campaigns": Count(lambda *_: api.total("campaigns")),
        "reports": Count(lambda *_: api.total("reports")),
    }


def _api(settings: MailchimpSettings, pull: Pull) -> Api:
    return Api(pull, settings.url(), _auth(settings))


def _auth(settings: MailchimpSettings) -> AuthBase:
    if settings.api_key:
        return HTTPBasicAuth("daybreak", settings.api_key.get_secret_value())
    return BearerToken(settings.access_token.get_secret_value())


connector = Connector(
    name="mailchimp",
    settings=MailchimpSettings,
    build=build,
    tables=TABLES,
    domain="marketing",
    counts=counts,
)
