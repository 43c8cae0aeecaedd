"""Klaviyo: profiles with what they agreed to, who is on which list, and everything they did.

    GET /api/profiles                ->  raw_klaviyo.profiles
    GET /api/lists                   ->  raw_klaviyo.lists
    GET /api/lists/{id}/profiles     ->  raw_klaviyo.list_profiles
    GET /api/segments                ->  raw_klaviyo.segments
    GET /api/segments/{id}/profiles  ->  raw_klaviyo.segment_profiles
    GET /api/metrics                 ->  raw_klaviyo.metrics
    GET /api/campaigns               ->  raw_klaviyo.campaigns
    GET /api/events                  ->  raw_klaviyo.events

Docs    https://developers.klaviyo.com/en/reference/api_overview
Auth    Private key in ``Authorization: Klaviyo-API-Key``, or an OAuth token; ``revision`` header
Pages   ``links.next``, on Klaviyo's own host alone. Profiles, members and campaigns 100, lists
        and segments 10, events 200
Cursor  profiles: ``updated``, an hour back; memberships: ``joined_group_at``, an hour back;
        events: ``datetime``, ``KLAVIYO_LATE_DAYS`` back, for so long events come in late. Each is
        the latest time seen and moves at the end of the walk: the order is sometimes wrong.
        Lists, segments, metrics and campaigns have no usable filter and are few: read whole.
Limits  Per endpoint a burst a second and a steady number a minute: profiles, lists and segments
        75 and 700, events 350 and 3,500, campaigns and metrics 10 and 150. ``RateLimit-*``
        headers tell of the minute; a 429 has only Retry-After
Deletes Nothing tells of them, and nothing is counted. So profiles and memberships are swept: read
        whole, and who is missing looked up, or read again. That is done every
        ``KLAVIYO_SWEEP_DAYS`` days, and each time as long as there are no more than 1,000: until
        then a deleted or merged profile, or somebody who left a list, is held as live.
        Lists, segments and campaigns that left their list are looked up each time.
Quirks  ``updated`` has greater-than alone: asked a second earlier. Consent is sent only when
        ``additional-fields[profile]=subscriptions`` asks for it. Campaigns want a channel, and
        archived ones a question of their own. An event names its metric only by id: the metric
        is included. Of two merged profiles one id is left, perhaps told by a look-up.
Unsure  whether consent moves ``updated`` (a sweep finds it in any case), whether the old id of a
        merged profile leads to the winner, and what becomes of its events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from pydantic import HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Sample
from core.pull import For, Page, Pull, Record, Stream
from sources.klaviyo.api import Api
from sources.klaviyo.events import Events
from sources.klaviyo.groups import Groups
from sources.klaviyo.profiles import Profiles
from sources.klaviyo.rows import event, metric_of, plain
from sources.klaviyo.sweep import Sweep
from sources.klaviyo.tables import TABLES
from sources.klaviyo.whole import SHAPES, Whole
from sources.klaviyo.witness import samples as samples_of


class KlaviyoSettings(BaseSettings):
    """How we reach Klaviyo. Environment prefix ``KLAVIYO_``.

    Attributes:
        api_key: A private key with read access to profiles, lists, segments, metrics, events and
            campaigns.
        access_token: An OAuth token instead, while it lasts.
        revision: The revision of the API that answers are made by; the tables are written for it.
        late_days: For how many days events may come in late.
        sweep_days: After how many days at most profiles and memberships are read whole.
        base_url: Another address than Klaviyo's own.
    """

    model_config = SettingsConfigDict(env_prefix="KLAVIYO_", env_file=".env", extra="ignore")

    api_key: SecretStr = SecretStr("")
    access_token: SecretStr = SecretStr("")
    revision: str = "2026-07-15"
    late_days: float = 7
    sweep_days: float = 7
    base_url: HttpUrl = HttpUrl("https://a.klaviyo.com")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not (self.api_key or self.access_token):
            raise ValueError("set KLAVIYO_API_KEY")
        return self

    def authorization(self) -> str:
        """Return the header that says who asks."""
        if self.api_key:
            return f"Klaviyo-API-Key {self.api_key.get_secret_value()}"
        return f"Bearer {self.access_token.get_secret_value()}"


def build(settings: KlaviyoSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    api = _api(settings, pull)
    sweep = Sweep(pull, settings.sweep_days)
    return [
        Stream("profiles", Profiles(api, pull, sweep).pages),
        Stream("lists", Groups(api, pull, sweep, "list").pages),
        Stream("segments", Groups(api, pull, sweep, "segment").pages),
        Stream("metrics", Whole(api, pull, "metrics").pages),
        Stream("campaigns", Whole(api, pull, "campaigns").pages),
        Stream("events", Events(api, pull, settings.late_days).pages),
    ]


def remade(
    _settings: KlaviyoSettings, pull: Pull, table: str, record: Record
) -> Iterable[Page | For]:
    """Make the rows of a record of ``table`` that could not be read, as if it came now."""
    if table == "events":
        named = str(metric_of(record))
        held = pull.known.rows("metrics", [(named,)])
        return [[event(record, {named: held[0].get("name") if held else None})]]
    # Of whose list a membership is it does not say itself.
    return [[SHAPES.get(table, plain)(record)]] if "id" in TABLES[table].key else []


def samples(settings: KlaviyoSettings, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at people and events; no request is made until it is asked."""
    return samples_of(_api(settings, pull))


def _api(settings: KlaviyoSettings, pull: Pull) -> Api:
    url = str(settings.base_url).rstrip("/")
    return Api(pull, url, settings.authorization(), settings.revision)


connector = Connector(
    name="klaviyo",
    settings=KlaviyoSettings,
    build=build,
    tables=TABLES,
    domain="marketing",
    samples=samples,
    remade=remade,
)
