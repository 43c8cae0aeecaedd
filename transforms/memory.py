"""What the last reconcile left behind for the next: how far each model read, and what built it."""

from __future__ import annotations

import pyarrow as pa

from transforms.bench import Bench
from transforms.model import Model

COLUMNS = {"model": pa.string(), "fingerprint": pa.string(), "version": pa.int64()}


class Memory:
    """The table ``_models``: model, the fingerprint of what built it, and its watermark.

    The watermark is the largest ``_version`` of the raw rows a staging model has read.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        if not bench.exists("_models"):
            bench.create("_models", {"model": "text", "fingerprint": "text", "version": "bigint"})
        rows = bench.query("select model, fingerprint, version from _models").to_pylist()
        self._known: dict[str, tuple[str, int]] = {
            r["model"]: (r["fingerprint"], r["version"]) for r in rows
        }
        self._new: dict[str, tuple[str, int]] = {}

    def is_stale(self, name: str, fingerprint: str) -> bool:
        """Tell whether ``name`` was built by something else than ``fingerprint``, or never."""
        return self._known.get(name, ("", 0))[0] != fingerprint

    def watermark(self, model: Model) -> int:
        """Return how far ``model`` has read; before everything if its text changed since."""
        if self.is_stale(model.name, model.fingerprint):
            return -1
        return self._known[model.name][1]

    def remember(self, name: str, fingerprint: str, version: int = -1) -> None:
        """Note what built ``name``, and how far it has read."""
        self._new[name] = (fingerprint, version)

    def forget(self, name: str) -> None:
        """Take ``name`` as never built: it is read and built from everything."""
        self._known.pop(name, None)

    def save(self) -> None:
        """Write down what was noted, if it is news."""
        news = {n: v for n, v in self._new.items() if self._known.get(n) != v}
        if not news:
            return
        rows = zip(*((n, f, v) for n, (f, v) in sorted(news.items())), strict=True)
        arrays = [pa.array(c, t) for c, t in zip(rows, COLUMNS.values(), strict=True)]
        table = self._bench.load("models", pa.table(dict(zip(COLUMNS, arrays, strict=True))))
        self._bench.execute(f"delete from _models where model in (select model from {table})")
        self._bench.execute(f"insert into _models select * from {table}")
