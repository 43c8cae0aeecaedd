"""WuKong CRM 11 (72crm): customers, the people there, leads, deals, and what was done.

    POST /crmCustomer/queryPageList  ->  raw_wukong.customers, those in pools, too
    POST /crmContacts/queryPageList  ->  raw_wukong.contacts
    POST /crmLeads/queryPageList     ->  raw_wukong.leads, converted ones, too
    POST /crmBusiness/queryPageList  ->  raw_wukong.business: deals
    POST /crmActivity/getCrmActivityPageList  ->  raw_wukong.activities, of what was followed up
    POST /crm*/field                 ->  raw_wukong.fields: what ``flied_xucqai`` is called

Docs    https://github.com/WuKongOpenSource/WukongCRM-11.0-JAVA
Auth    POST /login gives an ``Admin-Token`` for 7 days; a second login of the same user ends the
        first, so daybreak needs a user of its own, with a role that may read everything
Pages   100 rows, by last change, newest first; past page 100 the place is kept per user and a page
        out of turn is page 1 again. We walk down by time of change and turn pages only within
        one second, one walk at a time
Cursor  updateTime, in whole seconds of GMT+8 without saying so, an hour held back. A walk that
        breaks off remembers how far down it came
Limits  none published; "too frequent" is HTTP 400 with code 403 in its body
Deletes nothing tells: a count that differs, then every list, then a look-up of what is missing;
        code 2064 is the only proof. No bin, no merging
Quirks  Errors are HTTP 200 with a code; 302 means log in again, 500 that it stumbled.
        Lists show the columns of the user's list head: put all you need there, the time of change
        above all.
        Masked fields stay masked. Converting a lead need not change its time of change.
        An activity is listed with its record alone, a day a page, and stamps it when it comes
        or goes: so activities are read again with each record that was followed up.
        Money is in the installation's one currency, which no record names.
        No field says whether a person wants mail: a setting names the custom one that does.
        Three wrong passwords lock the user: a refused login is not tried again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Count
from core.pull import For, Page, Pull, Record, Stream
from sources.wukong.api import Api
from sources.wukong.fields import Fields
from sources.wukong.reading import Reading
from sources.wukong.rows import Shape
from sources.wukong.tables import MODULES, TABLES


class WukongSettings(BaseSettings):
    """How we reach WuKong CRM. Environment prefix ``WUKONG_``.

    Attributes:
        base_url: The gateway, such as ``https://crm.example.com:8443``.
        username: The user that only daybreak logs in as.
        password: Its password.
        opt_out_field: The custom field of contacts and leads that says somebody wants no mail,
            such as ``flied_xucqai``; empty where there is none.
        opt_out_value: What it says then.
        currency: The currency all money is in, by its ISO code.
        utc_offset_hours: The installation's hours east of UTC.
        activities: Whether to read what was followed up: a call for each record that was.
        calls_per_second: Our own limit, for none is published.
    """

    model_config = SettingsConfigDict(env_prefix="WUKONG_", env_file=".env", extra="ignore")

    base_url: HttpUrl | None = None
    username: str = ""
    password: SecretStr = SecretStr("")
    opt_out_field: str = ""
    opt_out_value: str = "是"
    currency: str = Field(default="CNY", pattern="^[A-Z]{3}$")
    utc_offset_hours: float = Field(default=8, ge=-12, le=14)
    activities: bool = True
    calls_per_second: int = Field(default=10, ge=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = ("base_url", "username", "password")
        missing = [f"WUKONG_{name.upper()}" for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"set {', '.join(missing)}")
        return self


def build(settings: WukongSettings, pull: Pull) -> Sequence[Stream]:
    """Describe one pull."""
    api = _api(settings, pull)
    fields = Fields(api, pull)
    shape = _shape(settings, api, fields)
    return [
        Stream("fields", fields.pages),
        *(
            Stream(table, Reading(api, pull, table, shape, activities=settings.activities).pages)
            for table in MODULES
        ),
    ]


def remade(
    settings: WukongSettings, pull: Pull, table: str, record: Record
) -> Iterable[Page | For]:
    """Make the rows of a record of ``table`` that could not be read, as if it came now."""
    api = _api(settings, pull)
    shape = _shape(settings, api, Fields(api, pull))
    if table == "activities":
        return [shape.activities([record])]
    return [shape.rows(table, [record])] if table in MODULES else []


def _shape(settings: WukongSettings, api: Api, fields: Fields) -> Shape:
    return Shape(
        settings.opt_out_field,
        settings.opt_out_value,
        settings.currency,
        api.zone,
        fields.datetimes,
    )


def counts(settings: WukongSettings, pull: Pull) -> Mapping[str, Count]:
    """Say how WuKong counts: the lists' own totals, whole or by time of change."""
    api = _api(settings, pull)
    return {table: Count(partial(api.total, table), "update_time") for table in MODULES}


def _api(settings: WukongSettings, pull: Pull) -> Api:
    return Api(
        pull,
        str(settings.base_url).rstrip("/"),
        settings.username,
        settings.password,
        hours=settings.utc_offset_hours,
        calls_per_second=settings.calls_per_second,
    )


connector = Connector(
    name="wukong",
    settings=WukongSettings,
    build=build,
    tables=TABLES,
    domain="crm",
    counts=counts,
    remade=remade,
)
