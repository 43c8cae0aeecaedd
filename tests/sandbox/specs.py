"""The vendors' own schemas, where they lie beside the project, as oracles for the sandbox."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30ReadValidator

Rules = dict[str, Any]
SPECS = Path(__file__).parents[2].parent / "shared" / "specs"


@cache
def spec(name: str) -> Rules:
    """Read the schemas of a vendor; the test is skipped where there are none."""
    path = SPECS / name
    if not path.exists():
        pytest.skip(f"no vendor schema at {path}")
    found: Rules = _nullable(json.loads(path.read_text())["components"]["schemas"])
    return found


def wrong(name: str, schema: str, body: object) -> list[str]:
    """Give what the vendor's schema says against a body, and every field it has no name for."""
    schemas = spec(name)
    rules = {**schemas[schema], "components": {"schemas": schemas}}
    found = OAS30ReadValidator(rules).iter_errors(body)
    told = [f"{'.'.join(map(str, e.absolute_path))}: {e.message}" for e in found]
    return told + list(_invented(schemas[schema], schemas, body, schema))


def _nullable(found: object) -> Any:
    """Say "or null" where the validator hears it: it reads ``nullable`` only beside ``type``."""
    if isinstance(found, list):
        return [_nullable(one) for one in found]
    if not isinstance(found, dict):
        return found
    rules = {name: _nullable(value) for name, value in found.items() if name != "nullable"}
    return {"anyOf": [rules, {"enum": [None]}]} if found.get("nullable") is True else rules


def _invented(rules: Rules, schemas: Rules, body: object, where: str) -> Iterator[str]:
    """Most schemas allow fields they do not name; a sandbox has no business with those."""
    options = list(_options(rules, schemas))
    if isinstance(body, list):
        for items in [one["items"] for one in options if "items" in one][:1]:
            for one in body:
                yield from _invented(items, schemas, one, where)
        return
    known = {name: part for one in options for name, part in one.get("properties", {}).items()}
    if not isinstance(body, dict) or not known:
        return
    for name, value in body.items():
        if name in known:
            yield from _invented(known[name], schemas, value, f"{where}.{name}")
        else:
            yield f"{where}: no field {name}"


def _options(rules: Rules, schemas: Rules) -> Iterator[Rules]:
    if "$ref" in rules:
        rules = schemas[rules["$ref"].rsplit("/", 1)[1]]
    yield rules
    for one in (*rules.get("allOf", ()), *rules.get("anyOf", ())):
        yield from _options(one, schemas)
