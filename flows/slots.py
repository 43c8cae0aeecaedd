"""One writer a raw file: a lock that dies with its holder, and a Prefect limit people can see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock
from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency

LONGEST_WAIT_SECONDS = 4 * 3600.0
LEASE_SECONDS = 60.0


def limit_name(source: str) -> str:
    """Return the name of the Prefect limit that stands for the raw file of ``source``."""
    return f"raw-{source}"


@contextmanager
def alone(home: Path, names: Iterable[str]) -> Iterator[None]:
    """Hold the raw files of ``names``; whoever else wants one waits. Taken in order of name.

    The file lock decides: it ends with its process, so a killed night blocks nobody. Whoever
    holds it knows that a Prefect slot still taken belongs to the dead, and frees it.
    """
    folder = home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        for name in sorted(set(names)):
            lock = FileLock(folder / f"{limit_name(name)}.lock", timeout=LONGEST_WAIT_SECONDS)
            stack.enter_context(lock)
            _free(name)
            stack.enter_context(
                concurrency(limit_name(name), occupy=1, lease_duration=LEASE_SECONDS, strict=True)
            )
        yield


def _free(name: str) -> None:
    """Make the limit where there is none, and free it where a dead process holds it."""
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(limit_name(name), 1)
        limit = client.read_global_concurrency_limit_by_name(limit_name(name))
        if limit.active_slots:
            client.release_concurrency_slots([limit_name(name)], limit.active_slots, 0.0)
