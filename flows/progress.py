"""Who is told how far a pull has come: Prefect's log always, a person's terminal if one looks."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

Observer = Callable[[str, int], None]
Listener = Callable[[str, str, int], None]

_listeners: list[Listener] = []
_lock = Lock()


def listen(listener: Listener) -> Callable[[], None]:
    """Tell ``listener`` (source, table, rows read so far); returns the way to stop."""
    with _lock:
        _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def tell(source: str, table: str, rows: int) -> None:
    """Tell everyone who listens."""
    for listener in _listeners:
        listener(source, table, rows)


def every(step: int, say: Callable[[str], None]) -> Observer:
    """Return an observer that says a line each time a table passes another ``step`` rows."""
    said: dict[str, int] = {}

    def observe(table: str, rows: int) -> None:
        if rows // step > said.get(table, 0):
            said[table] = rows // step
            say(f"{table}: {rows:,} rows so far")

    return observe
