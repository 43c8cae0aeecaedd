"""What the sandbox's org answers has the fields, with their types, that real describes have."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.happenings import (
    CampaignMembered,
    CampaignStarted,
    CaseOpened,
    CompanyJoined,
    DealOpened,
    LeadJoined,
)
from sandbox.salesforce.fields import OBJECTS
from tests.sandbox.test_salesforce import NOON, Caller, contact

FOLDER = Path(__file__).parents[3] / "shared/specs/crm/salesforce_describe"
RECORDED = ("Account", "Case", "Contact", "Lead", "Opportunity", "OpportunityContactRole")
# The orgs that were recorded hid these from whoever recorded them, or have one currency.
ELSEWHERE = {"HasOptedOutOfEmail", "DoNotCall", "CurrencyIsoCode"}
PLAIN: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "int": (int,),
    "double": (float,),
    "currency": (float,),
}


@pytest.fixture(scope="module")
def caller() -> Caller:
    caller = Caller()
    caller.org.apply_many(
        [
            CompanyJoined(key="k", at=NOON, name="K", employees=5),
            contact("ada", NOON, company="k"),
            LeadJoined(key="l", at=NOON, last_name="L"),
            DealOpened(key="d", at=NOON, name="D", amount=100, contacts=("ada",), company="k"),
            CaseOpened(key="c", at=NOON, contact="ada"),
            CampaignStarted(key="f", at=NOON, name="Fair"),
            CampaignMembered(key="m", at=NOON, campaign="f", contact="ada"),
        ]
    )
    return caller


def recorded(name: str) -> dict[str, Any]:
    path = FOLDER / f"{name}.json"
    if not path.exists():
        pytest.skip(f"no vendor schema at {path}")
    return {field["name"]: field for field in json.loads(path.read_text())["fields"]}


@pytest.mark.parametrize("name", RECORDED)
def test_describe_tells_of_fields_as_real_orgs_do(name: str, caller: Caller) -> None:
    real = recorded(name)
    ours = {f["name"]: f for f in caller.get(f"/sobjects/{name}/describe")["fields"]}
    assert set(ours) - set(real) <= ELSEWHERE
    told = {n: f["type"] for n, f in ours.items() if n in real}
    assert told == {n: real[n]["type"] for n in told}
    whole = {n: f.get("compoundFieldName") for n, f in ours.items() if n.endswith("Street")}
    assert whole == {n: real[n].get("compoundFieldName") for n in whole}


@pytest.mark.parametrize("name", RECORDED)
def test_a_record_has_values_of_the_types_described(name: str, caller: Caller) -> None:
    real = recorded(name)
    names = [n for n, kind in OBJECTS[name].fields.items() if kind != "address"]
    (record,) = caller.ask(f"SELECT {', '.join(names)} FROM {name}")["records"]
    for field, value in record.items():
        kinds = PLAIN.get(real.get(field, {}).get("type", ""), (str,))
        if field not in ELSEWHERE | {"attributes"} and value is not None:
            assert isinstance(value, kinds), field
        if field in real and not real[field]["nillable"]:
            assert value is not None, field
