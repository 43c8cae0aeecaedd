"""One writer a raw file: a lock that dies with its holder, and a Prefect limit people can see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.concurrency.sync import concurrency

LONGEST_WAIT_SECONDS = 4 * 3600.0
LEASE_SECONDS = 300.0
# How long the dead held a slot: nobody knows, and Prefect takes no zero.
HELD_SECONDS = 1.0
# What Prefect gives in one answer.
LIMITS_LISTED = 200


def limit_name(source: str) -> str:
    """Return the name of the Prefect limit that stands for the raw file of ``source``."""
    return f"raw-{source}"


@contextmanager
def alone(home: Path, names: Iterable[str]) -> Iterator[None]:
    """Hold the raw files of ``names``; whoever else wants one waits. Taken in order of name.

    The file lock decides: it ends with its process, so a killed night blocks nobody. Whoever
    holds it knows that a Prefect slot still taken belongs to the dead, and frees it. A lease
    that Prefect loses meanwhile ends no pull.
    """
    folder = home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    limits = [limit_name(name) for name in sorted(set(names))]
    with ExitStack() as stack:
        for limit in limits:
            lock = FileLock(folder / f"{limit}.lock", timeout=LONGEST_WAIT_SECONDS)
            stack.enter_context(lock)
        _free(limits)
        with concurrency(limits, occupy=1, lease_duration=LEASE_SECONDS, strict=False):
            yield


def _free(limits: list[str]) -> None:
    """Make the limits that are missing, and free those that a dead process holds."""
    with get_client(sync_client=True) as client:
        taken = _taken(client)
        for limit in limits:
            if limit not in taken:
                client.upsert_global_concurrency_limit_by_name(limit, 1)
            elif taken[limit]:
                client.release_concurrency_slots([limit], taken[limit], HELD_SECONDS)


def _taken(client: SyncPrefectClient) -> dict[str, int]:
    """Return limit -> slots taken, in one call for all."""
    listed = client.read_global_concurrency_limits(limit=LIMITS_LISTED)
    return {limit.name: limit.active_slots for limit in listed}
