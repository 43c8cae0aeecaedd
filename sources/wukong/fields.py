"""Which fields a module has: what people call the custom ones, and which of them hold times."""

from __future__ import annotations

from collections.abc import Iterator

from core.pull import Gone, Page, Pull, Record
from sources.wukong.api import Api
from sources.wukong.tables import MODULES

FLAT = {"type": 1}


class Fields:
    """The fields of all modules, asked for once a pull."""

    def __init__(self, api: Api, pull: Pull) -> None:
        self._api, self._pull = api, pull
        self._found: dict[str, list[Record]] = {}

    def of(self, table: str) -> list[Record]:
        """Return the fields of a module."""
        if table not in self._found:
            found = self._api.ask(f"/{MODULES[table].path}/field", {}, FLAT) or []
            self._found[table] = [_row(table, each) for each in found]
        return self._found[table]

    def datetimes(self, table: str) -> frozenset[str]:
        """Return the names of the fields that hold a date and time."""
        rows = self.of(table)
        return frozenset(str(row["field_name"]) for row in rows if row["formType"] == "datetime")

    def pages(self) -> Iterator[Page]:
        """Yield the fields of each module, and those that were taken away."""
        for table in MODULES:
            yield self.of(table)
        if self._pull.window:
            return
        listed = {(table, str(row["field_name"])) for table in MODULES for row in self.of(table)}
        now = self._pull.now().isoformat()
        lost = [key for key in self._pull.known.keys("fields") if key not in listed]
        yield [Gone(module=key[0], field_name=key[1], deleted_at=now) for key in lost]


def _row(table: str, field: Record) -> Record:
    return {
        **{name: value for name, value in field.items() if name not in {"setting", "value"}},
        "module": table,
        "field_name": field.get("fieldName"),
        "formType": field.get("formType"),
    }
