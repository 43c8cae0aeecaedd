"""What WuKong's records become: named by one id, in UTC, with what the settings know of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from core.pull import Record, each
from sources.wukong.tables import MODULES, TABLES
from sources.wukong.times import moment

STANDARD = ("createTime", "updateTime", "lastTime", "nextTime", "dealDate")


@dataclass(frozen=True, slots=True)
class Shape:
    """How records become rows.

    Attributes:
        opt_out_field: The custom field that says somebody wants no mail, or "".
        opt_out_value: What it says then.
        currency: Of all money.
        zone: Of all times.
        datetimes: Returns the custom fields of a table that hold times.
    """

    opt_out_field: str
    opt_out_value: str
    currency: str
    zone: tzinfo
    datetimes: Callable[[str], frozenset[str]]

    def rows(self, table: str, records: list[Record]) -> list[Record]:
        """Return the rows of a page of a module's records."""
        key = MODULES[table].key
        return each(lambda record: self._row(table, key, record), records)

    def activities(self, records: list[Record]) -> list[Record]:
        """Return the rows of some activities."""
        return each(lambda one: {**self._utc("", one), "id": one.get("activityId")}, records)

    def _row(self, table: str, key: str, record: Record) -> Record:
        row = {**self._utc(table, record), "id": record.get(key)}
        if "opted_out" in TABLES[table].columns:
            row["opted_out"] = self._opted_out(record)
        if "currency" in TABLES[table].columns:
            row["currency"] = self.currency
        return row

    def _utc(self, table: str, record: Record) -> Record:
        own = self.datetimes(table) if table else frozenset()
        times = {name: moment(record.get(name), self.zone) for name in (*STANDARD, *own)}
        return {**record, **{name: at.isoformat() for name, at in times.items() if at}}

    def _opted_out(self, record: Record) -> bool | None:
        """Say whether somebody wants no mail; None where nobody was asked."""
        if not self.opt_out_field or self.opt_out_field not in record:
            return None
        return bool(record[self.opt_out_field] == self.opt_out_value)
