"""What hangs is ended: a process of our own, on this machine, in which nothing moves any more."""

from __future__ import annotations

import logging
from datetime import datetime

from core.ledger import Ledger

GRACE_SECONDS = 20.0
"""How long a process may take to end when it is asked to; after that it is ended."""

_LOG = logging.getLogger("prefect.flow_runs")


def end_hung(ledger: Ledger, now: datetime, grace: float = GRACE_SECONDS) -> int:
    """End the processes that hang, and write it down; return how many that were.

    Whoever waited for the locks they hold goes on. Asked twice, nothing happens twice.
    """
    ended = 0
    for process in ledger.hung(now):
        if process.end(grace):
            ledger.put_down(process, now)
            _LOG.warning("process %d had not moved for an hour and was ended", process.pid)
            ended += 1
    return ended
