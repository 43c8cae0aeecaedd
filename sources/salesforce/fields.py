"""Which fields to ask for, as describe tells them tonight, and what their values become."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from core.errors import ConfigError
from core.pull import Record
from sources.salesforce.tables import Kind

# Bulk refuses compound fields, whose parts come anyway, and files are no columns.
UNREADABLE = frozenset({"address", "location", "base64", "complexvalue", "anyType"})
# These say when whoever asks last looked: they change without a stamp, and tell nothing.
OF_THE_READER = frozenset({"LastViewedDate", "LastReferencedDate"})
NUMBERS = frozenset({"double", "currency", "percent"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What the settings say about fields.

    Attributes:
        formula_days: How often formula fields are read whole; 0 leaves them out.
        currency: Of amounts that do not say theirs.
        opt_out: Whether HasOptedOutOfEmail must be there.
    """

    formula_days: int
    currency: str
    opt_out: bool


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields to ask for.

    Attributes:
        kinds: Field -> Salesforce's type.
        has_formulas: Whether any of them is worked out at reading.
    """

    kinds: dict[str, str]
    has_formulas: bool = False

    def seal(self) -> str:
        """Return what tells these fields from others."""
        return blake2b(",".join(sorted(self.kinds)).encode(), digest_size=8).hexdigest()


def chosen(described: list[Record], kind: Kind, choice: Choice) -> Fields:
    """Choose among the described fields.

    Raises:
        ConfigError: consent cannot be read. Left out silently, it would turn every opt-out into
            somebody who may be written to.
    """
    found = {
        str(each["name"]): each
        for each in described
        if each.get("type") not in UNREADABLE
        and each["name"] not in OF_THE_READER
        and (choice.formula_days or not each.get("calculated"))
    }
    if kind.has_opt_out and choice.opt_out and "HasOptedOutOfEmail" not in found:
        raise ConfigError(
            f"salesforce: {kind.sobject} has no field HasOptedOutOfEmail that we may see",
            next_step="Give daybreak's user read access to Email Opt Out, or set"
            " SALESFORCE_NO_OPT_OUT_FIELD=true if the org has no such field.",
        )
    kinds = {name: str(each.get("type")) for name, each in found.items()}
    return Fields(kinds, any(each.get("calculated") for each in found.values()))


def row(record: Record, fields: Fields) -> Record:
    """Return a record as the table keeps it, the same from a query as from a job."""
    kinds = fields.kinds
    return {
        "id" if name == "Id" else name: plain(value, kinds.get(name, ""))
        for name, value in record.items()
        if name != "attributes"
    }


def plain(value: Any, kind: str) -> Any:  # noqa: ANN401 - whatever a field holds
    """Return a value in the one form it has in both APIs: times with Z, amounts as floats."""
    if kind == "datetime" and isinstance(value, str):
        return value.replace("+0000", "Z")
    if kind in NUMBERS and type(value) is int:
        return float(value)
    return value


def read(cell: str, kind: str) -> Any:  # noqa: ANN401 - whatever a field holds
    """Return the value that a cell of CSV stands for; what cannot be read stays text."""
    if cell == "":
        return None
    try:
        if kind == "boolean":
            return {"true": True, "false": False}.get(cell, cell)
        if kind == "int":
            return int(cell)
        if kind in NUMBERS:
            return float(cell)
    except ValueError:
        pass
    return cell
