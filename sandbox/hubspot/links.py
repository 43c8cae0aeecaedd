"""Associations: who belongs to what. They come and go without touching either record."""

from collections.abc import Iterable

from sandbox.store import Collection, Row

LABELS = {
    ("contacts", "companies"): ((279, None), (1, "Primary")),
    ("companies", "contacts"): ((280, None), (2, "Primary")),
    ("deals", "contacts"): ((3, None),),
    ("contacts", "deals"): ((4, None),),
    ("deals", "companies"): ((341, None), (5, "Primary")),
    ("companies", "deals"): ((342, None), (6, "Primary")),
}
"""Type ids and labels of the vendor's own associations, by (from, to)."""

RANK = {"deals": 0, "contacts": 1, "companies": 2}
AT_ONCE = 500


class Links:
    """All associations, each kept once: deals before contacts before companies.

    ``contacts:12>companies:7`` has ``origin`` ``contacts:12>companies`` and ``target``
    ``companies:7>contacts``.
    """

    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    def tie(self, kind: str, record: int, other: str, second: int, at: int) -> None:
        """Associate two records."""
        a, x, b, y = kind, record, other, second
        if RANK[a] > RANK[b]:
            a, x, b, y = b, y, a, x
        extra = {"origin": f"{a}:{x}>{b}", "target": f"{b}:{y}>{a}"}
        self._rows.put(Row(f"{a}:{x}>{b}:{y}", "{}", at, at, extra=extra))

    def untie(self, kind: str, record: int, other: str, at: int) -> None:
        """Take every association of a record with records of another type away."""
        for row in self._live(kind, [record], other):
            self._rows.delete(row.id, at)

    def hide(self, kind: str, record: int, at: int) -> None:
        """Put the associations of a record that is in the bin out of sight."""
        for other in RANK.keys() - {kind}:
            self.untie(kind, record, other, at)

    def restore(self, kind: str, record: int, hidden_at: int, at: int) -> None:
        """Bring back what `hide` took at a time."""
        for other in RANK.keys() - {kind}:
            column = _column(kind, other)
            where = f"{column} = ? and deleted_at = ?"
            for row in self._rows.rows(where, (f"{kind}:{record}>{other}", hidden_at)):
                self._rows.restore(row.id, at)

    def move(self, kind: str, old: int, new: int, at: int) -> None:
        """Give a record's associations to another."""
        for other in RANK.keys() - {kind}:
            others = self.of(kind, [old], other).get(old, [])
            self.untie(kind, old, other, at)
            for second in others:
                self.tie(kind, new, other, second, at)

    def of(self, kind: str, records: Iterable[int], other: str) -> dict[int, list[int]]:
        """Give the live associations of some records with another type, in order of id."""
        found: dict[int, list[int]] = {}
        turned = _column(kind, other) == "target"
        for row in self._live(kind, records, other):
            ids = [int(end.rpartition(":")[2]) for end in str(row.id).split(">")]
            record, second = reversed(ids) if turned else ids
            found.setdefault(record, []).append(second)
        return {record: sorted(others) for record, others in found.items()}

    def _live(self, kind: str, records: Iterable[int], other: str) -> list[Row]:
        wanted = [f"{kind}:{record}>{other}" for record in records]
        found: list[Row] = []
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            marks = ", ".join("?" for _ in part)
            where = f"{_column(kind, other)} in ({marks}) and deleted_at is null"
            found += self._rows.rows(where, part)
        return found


def _column(kind: str, other: str) -> str:
    return "origin" if RANK[kind] < RANK[other] else "target"
