"""The sandbox's WuKong asks and answers by the names that WuKong's own source has."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.wukong.api import TABLES
from sandbox.wukong.records import FORMS, MODULES
from tests.sandbox.test_wukong import NOW, Caller, contact

SPECS = Path(__file__).parents[3] / "shared/specs/crm/wukong"


@cache
def spec(name: str) -> Any:
    path = SPECS / name
    if not path.exists():
        pytest.skip(f"no vendor schema at {path}")
    return json.loads(path.read_text())


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


@pytest.mark.parametrize("table", MODULES)
def test_a_module_has_the_default_fields_with_their_types(table: str) -> None:
    fields = spec("wukong_default_fields.json")
    label = MODULES[table].label
    known = {camel(one["field_name"]): one["type"] for one in fields if one["label"] == label}
    ours = {n: kind for n, kind in MODULES[table].fields.items() if not n.startswith("flied_")}
    assert ours == known


def test_field_types_are_called_as_there() -> None:
    types = spec("wukong_crm_11_endpoints.json")["field_types"]
    assert {types[name]: name for name in FORMS.values()} == FORMS


def test_every_path_is_one_of_theirs() -> None:
    paths = {one["path"] for one in spec("wukong_crm_11_endpoints.json")["endpoints"]}
    mine = {"/login", "/crmScene/queryScene", "/crmActivity/getCrmActivityPageList"}
    mine |= {f"/crmCustomerPool/{name}" for name in ("queryPoolNameList", "queryPageList")}
    mine |= {f"/{module}/{name}" for module in TABLES for name in ("queryPageList", "field")}
    assert mine <= paths
    keys = {"customers": "customerId", "contacts": "contactsId", "leads": "leadsId"}
    for table, module in MODULES.items():
        key = {**keys, "business": "businessId"}[table]
        assert f"/{module.path}/queryById/{{{key}}}" in paths
        assert module.key == key


def test_a_page_has_the_members_of_theirs() -> None:
    page = spec("wukong_crm_11_endpoints.json")["page"]["response"]
    assert Caller(contact("ada", NOW)).got("/crmContacts/queryPageList").keys() == page.keys()
