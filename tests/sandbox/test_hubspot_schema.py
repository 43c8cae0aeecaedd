"""What the sandbox's portal answers is what HubSpot's schema describes, and nothing beside it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30ReadValidator

from sandbox.happenings import (
    ContactArchived,
    ContactsMerged,
    ListCreated,
    ListJoined,
    MailEvent,
)
from sandbox.http import Json
from sandbox.hubspot.records import company_id, contact_id, list_id
from tests.sandbox.caller import NOON, Caller, company, contact, deal

SPEC = Path(__file__).parents[3] / "shared/specs/hubspot.json"
KEY = "{contactId}"


@pytest.fixture(scope="session")
def spec() -> Any:
    if not SPEC.exists():
        pytest.skip(f"no vendor schema at {SPEC}")
    return json.loads(SPEC.read_text())


@pytest.fixture(scope="module")
def caller() -> Caller:
    caller = Caller()
    keys = ("ada", "bob", "cem", "dee")
    mails = ("open", "click", "unsubscribe")
    caller.portal.apply_many(
        [
            company("k", employees=5),
            company("alone"),
            *(contact(key, company="k") for key in keys),
            deal("d", contacts=("ada",), company="k", owner="ana@x.example"),
            ListCreated(key="l", at=NOON, name="News"),
            *(ListJoined(key="l", at=NOON, contact=key) for key in keys),
            ContactArchived(key="cem", at=NOON),
            ContactsMerged(key="ada", loser="dee", at=NOON),
            *(
                MailEvent(key=kind, at=NOON, kind=kind, email="ada@x.example", campaign="c")
                for kind in mails
            ),
        ]
    )
    return caller


ADA = str(contact_id("ada"))
GETS = [
    ("/crm/v3/objects/contacts", "?limit=1&associations=companies,deals&properties=phone,email"),
    ("/crm/v3/objects/contacts", "?archived=true"),
    ("/crm/v3/objects/contacts/{contactId}", ""),
    ("/crm/v3/objects/companies", "?associations=contacts"),
    ("/crm/v3/objects/deals", "?limit=100"),
    ("/crm/objects/2026-03/deals", "?limit=100&associations=contacts"),
    ("/crm/v3/owners", ""),
    ("/crm/v3/pipelines/{objectType}", ""),
    ("/crm/v3/properties/{objectType}", ""),
    ("/crm/v3/lists/{listId}/memberships", "?limit=1"),
    ("/events/v3/events", "?limit=1"),
]
POSTS: list[tuple[str, dict[str, Any]]] = [
    ("/crm/v3/objects/contacts/search", {"limit": 1, "properties": ["phone"]}),
    ("/crm/objects/2026-03/companies/search", {}),
    (
        "/crm/v3/objects/contacts/batch/read",
        {"inputs": [{"id": ADA}], "properties": ["email"], "propertiesWithHistory": []},
    ),
    (
        "/crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read",
        {"inputs": [{"id": str(company_id("k"))}]},
    ),
    ("/crm/v3/lists/search", {"additionalProperties": ["hs_list_size"]}),
]
NAMED = {
    "{contactId}": ADA,
    "{objectType}": "deals",
    "{listId}": str(list_id("l")),
    "{fromObjectType}": "companies",
    "{toObjectType}": "contacts",
}


@pytest.mark.parametrize(("path", "query"), GETS)
def test_what_is_got_is_what_the_schema_says(
    spec: Json, caller: Caller, path: str, query: str
) -> None:
    body = caller.get(_named(path) + query)
    assert body.get("results", [1]), "nothing to check"
    assert _wrong(spec, path, "get", "200", body) == []


@pytest.mark.parametrize(("path", "asked"), POSTS)
def test_what_is_posted_is_answered_as_the_schema_says(
    spec: Json, caller: Caller, path: str, asked: dict[str, Any]
) -> None:
    status, body = caller.call("POST", _named(path), asked)
    assert status == 200
    assert body.get("results") or body["lists"]
    assert _wrong(spec, path, "post", "200", body) == []


@pytest.mark.parametrize("url", ["?limit=101", f"/{contact_id('nobody')}"])
def test_an_error_is_what_the_schema_says(spec: Json, caller: Caller, url: str) -> None:
    _, body = caller.call("GET", f"/crm/v3/objects/contacts{url}")
    assert _wrong(spec, "/crm/v3/objects/contacts", "get", "default", body, {"status"}) == []


def _named(path: str) -> str:
    for name, value in NAMED.items():
        path = path.replace(name, value)
    return path


def _wrong(
    spec: Json,
    path: str,
    method: str,
    status: str,
    body: Json,
    beside: frozenset[str] | set[str] = frozenset(),
) -> list[str]:
    content = spec["paths"][path][method]["responses"][status]["content"]
    schema = next(iter(content.values()))["schema"]
    validator = OAS30ReadValidator({**schema, "components": spec["components"]})
    found = [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(body)
    ]
    return found + [
        name for name in _beyond(spec, schema, body, "") if name.strip(".") not in beside
    ]


def _beyond(spec: Json, schema: Json, value: Json, path: str) -> Iterator[str]:
    """Give the names of fields the schema does not have; free-form objects may have any."""
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        for one in value:
            yield from _beyond(spec, schema.get("items", {}), one, path)
    elif isinstance(value, dict) and "properties" in schema:
        for name, one in value.items():
            if name not in schema["properties"]:
                yield f"{path}.{name}"
            else:
                yield from _beyond(spec, schema["properties"][name], one, f"{path}.{name}")
