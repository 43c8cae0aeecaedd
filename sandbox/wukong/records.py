"""What happens in sales, as the fields of WuKong's modules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone
from hashlib import blake2b
from typing import Any

from sandbox.happenings import Address, Happening
from sandbox.names import number

Body = dict[str, Any]
Write = Callable[[Any], Body]
CHINA = timezone(timedelta(hours=8))
OPT_OUT = "flied_tuiding"


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its path, its number, what its id is called, and its own fields with types."""

    path: str
    label: int
    key: str
    fields: Mapping[str, int]


TEXT, AREA, SELECT, FLOAT, MOBILE, DATETIME, EMAIL, CUSTOMER = 1, 2, 3, 6, 7, 13, 14, 15
FORMS = {
    TEXT: "text",
    AREA: "textarea",
    SELECT: "select",
    FLOAT: "floatnumber",
    MOBILE: "mobile",
    DATETIME: "datetime",
    EMAIL: "email",
    CUSTOMER: "customer",
}
_REACHED = {"mobile": MOBILE, "telephone": TEXT, "email": EMAIL}
_ENDS = {"nextTime": DATETIME, "remark": AREA}
MODULES = {
    "customers": Module(
        "crmCustomer",
        2,
        "customerId",
        {"customerName": TEXT, "source": SELECT, **_REACHED, "website": TEXT}
        | {"industry": SELECT, "level": SELECT, **_ENDS},
    ),
    "contacts": Module(
        "crmContacts",
        3,
        "contactsId",
        {"name": TEXT, "customerId": CUSTOMER, **_REACHED, "post": TEXT}
        | {"policymakers": SELECT, "address": TEXT, "sex": SELECT, **_ENDS, OPT_OUT: SELECT},
    ),
    "leads": Module(
        "crmLeads",
        1,
        "leadsId",
        {"leadsName": TEXT, **_REACHED, "source": SELECT, "address": TEXT}
        | {"industry": SELECT, "level": SELECT, **_ENDS, OPT_OUT: SELECT},
    ),
    "business": Module(
        "crmBusiness",
        5,
        "businessId",
        {"businessName": TEXT, "customerId": CUSTOMER, "money": FLOAT, "dealDate": DATETIME}
        | {"remark": AREA},
    ),
}
STAGES = {
    "appointmentscheduled": (1, "验证客户", 0),
    "qualifiedtobuy": (2, "需求分析", 0),
    "presentationscheduled": (3, "方案/报价", 0),
    "contractsent": (4, "谈判审核", 0),
    "closedwon": (5, "赢单", 1),
    "closedlost": (6, "输单", 2),
}
CATEGORIES = {"call": "打电话", "email": "发邮件", "meeting": "见面拜访", "todo": "其他"}
NO_PLACES, THREE_PLACES = frozenset({"JPY", "KRW"}), frozenset({"KWD", "BHD"})


def record_id(kind: str, key: str) -> int:
    """Give WuKong's id of a thing of the world: a number of a 32-bit column."""
    return number(f"wukong {kind}", key, 9)


def local(at: datetime) -> str:
    """Write a moment as WuKong does: the hour in China, and no word of that."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def custom(name: str) -> str:
    """Give the name that the system makes up for a field somebody added."""
    low = blake2b(name.encode(), digest_size=6).digest()
    return "flied_" + "".join(chr(97 + byte % 26) for byte in low)


def _text(name: str) -> Write:
    return lambda value: {name: value or ""}


def _customer(key: str | None) -> Body:
    return {"customerId": record_id("customers", key) if key else None}


def _address(at: Address | None) -> Body:
    parts = (at.country, at.region, at.city, at.line1, at.line2) if at else ()
    return {"address": " ".join(filter(None, parts))}


def _properties(values: Mapping[str, str]) -> Body:
    return {custom(name): value for name, value in values.items()}


def _opt_out(value: object) -> Body:
    return {OPT_OUT: "是" if value else "否"}


def _stage(value: str) -> Body:
    found, name, end = STAGES.get(value, (9, value, 0))
    return {"statusId": found, "statusName": name, "isEnd": end}


WRITES: Mapping[str, Mapping[str, Write]] = {
    "contacts": {
        "email": _text("email"),
        "phone": _text("telephone"),
        "mobile": _text("mobile"),
        "address": _address,
        "company": _customer,
        "job_title": _text("post"),
        "opted_out": _opt_out,
        "properties": _properties,
    },
    "customers": {
        "name": _text("customerName"),
        "domain": _text("website"),
        "phone": _text("telephone"),
        "industry": _text("industry"),
        "properties": _properties,
    },
    "leads": {
        "email": _text("email"),
        "phone": _text("telephone"),
        "source": _text("source"),
        "status": _text("level"),
        "opted_out": _opt_out,
        "properties": _properties,
    },
    "business": {
        "name": _text("businessName"),
        "stage": _stage,
        "company": _customer,
        "close_at": lambda at: {"dealDate": local(at) if at else ""},
        "properties": _properties,
    },
}
NAMES = {"contacts": "name", "leads": "leadsName"}


def written(table: str, values: Mapping[str, Any], before: Mapping[str, Any]) -> Body:
    """Give the fields that some fields of a happening become; ``before``: the parts of a name."""
    found: Body = {}
    for name, write in WRITES[table].items():
        if name in values:
            found.update(write(values[name]))
    if table in NAMES and {"first_name", "last_name"} & values.keys():
        first, last = (values.get(n, before.get(n, "")) for n in ("first_name", "last_name"))
        found |= {"_first": first, "_last": last, NAMES[table]: f"{first} {last}".strip()}
    return found


def told(fact: Happening) -> Mapping[str, Any]:
    """Give every field of a first happening."""
    return {one.name: getattr(fact, one.name) for one in fields(fact)}


def money(minor: int | None, currency: str) -> float | None:
    """Give an amount as a JSON number in whole units; of which currency, nothing says."""
    if minor is None:
        return None
    places = 0 if currency in NO_PLACES else 3 if currency in THREE_PLACES else 2
    return float(minor) / float(10**places)
