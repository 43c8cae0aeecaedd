"""What was done with the records of one module: read with each record that changed, or went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.pull import For, Gone, Pull, Record
from sources._sightings import chunks
from sources.wukong.api import Api
from sources.wukong.rows import Shape

TABLE = "activities"
MANY = 1_000


class Activities:
    """Activities of one module's records.

    An activity is listed with its record alone, and stamps the record when it comes or goes. So
    they are read with each record that was followed up and changed; those of it that we hold and
    that were not there, twice, are gone, and so are those of a record that is gone.
    """

    def __init__(self, api: Api, pull: Pull, label: int, shape: Shape) -> None:
        self._api, self._pull, self._label, self._shape = api, pull, label, shape
        self._read: dict[str, set[str]] = {}

    def of(self, key: str) -> Iterator[For]:
        """Yield the activities of a record."""
        there = self._read.setdefault(key, set())
        for page in self._api.activities(self._label, key):
            there.update(str(one.get("activityId")) for one in page)
            yield For(TABLE, self._shape.activities(page))

    def gone(self, records: Iterable[str]) -> Iterator[For]:
        """Yield those that are gone, with ``records`` that are or from records that were read."""
        left = set(records)
        missing: dict[str, list[str]] = {}
        for activity, record in self._held(left) if left or self._read else ():
            if record in left or activity not in self._read[record]:
                missing.setdefault(record, []).append(activity)
        for record in missing.keys() - left:
            yield from self.of(record)
        now = self._pull.now().isoformat()
        for record, activities in missing.items():
            lost = [one for one in activities if one not in self._read.get(record, ())]
            yield For(TABLE, [Gone(id=int(one), deleted_at=now) for one in lost])

    def _held(self, left: set[str]) -> Iterator[tuple[str, str]]:
        """Stream (activity, record) of what we hold of these records, and of those read."""
        for keys in chunks(self._pull.known.keys(TABLE), MANY):
            for row in self._pull.known.rows(TABLE, keys):
                record = self._record(row)
                if record in left or record in self._read:
                    yield str(row["id"]), record

    def _record(self, row: Record) -> str:
        is_ours = str(row.get("activity_type")) == str(self._label)
        return str(row.get("activity_type_id")) if is_ours else ""
