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


class Links:
    """All associations, each kept once for either direction.

    ``origin`` is ``contacts:12>companies``, ``target`` is ``companies:7``.
    """

    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    def tie(self, kind: str, record: int, other: str, second: int, at: int) -> None:
        """Associate two records."""
        one, two = (kind, record), (other, second)
        for (a, x), (b, y) in ((one, two), (two, one)):
            extra = {"origin": f"{a}:{x}>{b}", "target": f"{b}:{y}"}
            self._rows.put(Row(f"{a}:{x}>{b}:{y}", "{}", at, at, extra=extra))

    def untie(self, kind: str, record: int, other: str, at: int) -> None:
        """Take every association of a record with records of another type away."""
        for row in self._rows.rows("origin = ?", (f"{kind}:{record}>{other}",)):
            for one in (row.id, _turned(str(row.id))):
                self._rows.delete(one, at)

    def hide(self, kind: str, record: int, at: int) -> None:
        """Put the associations of a record that is in the bin out of sight."""
        for row in self._of(kind, record, "deleted_at is null", ()):
            self._rows.delete(row.id, at)

    def restore(self, kind: str, record: int, at: int) -> None:
        """Bring back what `hide` took at the same time as the record."""
        rows = self._of(kind, record, "deleted_at is not null", ())
        latest = max((row.deleted_at or 0 for row in rows), default=0)
        for row in rows:
            if row.deleted_at == latest:
                self._rows.restore(row.id, at)

    def move(self, kind: str, old: int, new: int, at: int) -> None:
        """Give a record's associations to another."""
        for row in self._of(kind, old, "deleted_at is null", ()):
            self._rows.delete(row.id, at)
            origin, _, target = str(row.id).partition(">")
            if origin == f"{kind}:{old}":
                other, _, second = target.partition(":")
                self.tie(kind, new, other, int(second), at)

    def of(self, kind: str, records: Iterable[int], other: str) -> dict[int, list[int]]:
        """Give the live associations of some records with another type, in order of id."""
        wanted = [f"{kind}:{record}>{other}" for record in records]
        found: dict[int, list[int]] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ", ".join("?" for _ in part)
            for row in self._rows.rows(f"origin in ({marks}) and deleted_at is null", part):
                origin, _, target = str(row.id).partition(">")
                record = int(origin.rpartition(":")[2])
                found.setdefault(record, []).append(int(target.rpartition(":")[2]))
        return {record: sorted(others) for record, others in found.items()}

    def all(self) -> Iterable[Row]:
        """Give every association, gone ones too."""
        return self._rows.all()

    def _of(self, kind: str, record: int, also: str, args: tuple[int, ...]) -> list[Row]:
        name = f"{kind}:{record}"
        origins = [f"{name}>{other}" for a, other in LABELS if a == kind]
        marks = ", ".join("?" for _ in origins)
        from_here = self._rows.rows(f"origin in ({marks}) and {also}", (*origins, *args))
        to_here = self._rows.rows(f"target = ? and {also}", (name, *args))
        return from_here + to_here


def _turned(link: str) -> str:
    origin, _, target = link.partition(">")
    return f"{target}>{origin}"
