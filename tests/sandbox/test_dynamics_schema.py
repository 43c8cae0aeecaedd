"""What the sandbox's environment answers has the columns and types of Microsoft's model."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.dynamics.records import LOGICAL
from sandbox.happenings import CaseOpened, CompanyJoined, DealOpened, LeadJoined, TaskPlanned
from tests.sandbox.test_dynamics import NOON, Caller, contact

FOLDER = Path(__file__).parents[3] / "shared/specs/crm/dataverse"
EDM: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Int32": (int,),
    "Boolean": (bool,),
    "Guid": (str,),
    "DateTimeOffset": (str,),
    "Decimal": (float, int),
    "Double": (float, int),
}
# The model was cut down: these lookups and columns of activities are in every environment.
CUT = {"_customerid_value", "_parentcustomerid_value", "activityid", "subject", "scheduledend"}
CUT |= {"incidentid", "category", "createdon", "modifiedon", "versionnumber", "_ownerid_value"}
CUT_WHOLE = {"systemusers", "transactioncurrencies"}


@pytest.fixture(scope="module")
def caller() -> Caller:
    caller = Caller()
    caller.twin.apply_many(
        [
            CompanyJoined(key="k", at=NOON, name="K", employees=5),
            contact("ada", NOON, company="k"),
            LeadJoined(key="l", at=NOON, last_name="L", source="Web"),
            DealOpened(key="d", at=NOON, name="D", amount=100, contacts=("ada",), company="k"),
            CaseOpened(key="c", at=NOON, contact="ada"),
            TaskPlanned(key="t", at=NOON, contact="ada", due_at=NOON),
        ]
    )
    return caller


def model(entity: str) -> dict[str, str]:
    """Give column -> EDM type of an entity."""
    path = FOLDER / "dataverse_entities.json"
    if not path.exists():
        pytest.skip(f"no vendor schema at {path}")
    found = json.loads(path.read_text())["entities"][entity]["attributes"]
    known: dict[str, str] = {}
    for one in found:
        if one.get("kind") == "lookup":
            known[f"_{one['name']}_value"] = "Guid"
        elif "edm" in one:
            # Status reasons are integers; the model writes them as the text of a correlation.
            is_reason = one["name"] == "statuscode"
            known[one["name"]] = "Int32" if is_reason else one["edm"].removeprefix("Edm.")
    return known


@pytest.mark.parametrize("table", sorted(LOGICAL.keys() - CUT_WHOLE))
def test_a_row_has_columns_and_types_of_the_model(table: str, caller: Caller) -> None:
    known = model(LOGICAL[table])
    (row,) = caller.get(f"/{table}")["value"]
    plain: dict[str, Any] = {name: value for name, value in row.items() if "@" not in name}
    assert sorted(plain.keys() - known.keys() - CUT) == []
    wrong = {
        name: value
        for name, value in plain.items()
        if name in known and value is not None and not isinstance(value, EDM[known[name]])
    }
    assert wrong == {}


def test_every_entity_set_is_one_of_the_models(caller: Caller) -> None:
    path = FOLDER / "metadata_generated.csdl.xml"
    if not path.exists():
        pytest.skip(f"no vendor schema at {path}")
    text = path.read_text()
    for table, logical in LOGICAL.items():
        if table != "transactioncurrencies":
            assert re.search(rf'EntityType Name="{logical}"', text)
            assert caller.call(f"/api/data/v9.2/{table}").status == 200
