"""What Prefect's logs may hold: no secrets, no personal data, no traceback of what is expected."""

from __future__ import annotations

import logging
import traceback

from core.errors import DaybreakError
from core.redaction import redact

LOGGERS = ("prefect.flow_runs", "prefect.task_runs")


class Discretion(logging.Filter):
    """Rewrites a record before it is sent to Prefect.

    An expected failure says in its own line what happened, and the ledger keeps it; only a fault
    of ours is worth its traceback, and that may quote what a vendor or a driver said.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, redacted."""
        record.msg, record.args = redact(record.getMessage()), ()
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(error, DaybreakError):
            record.exc_info = record.exc_text = None
        elif error is not None:
            record.exc_text = redact("".join(traceback.format_exception(error)).rstrip())
        return True


DISCRETION = Discretion()


def keep() -> None:
    """Be discreet from now on in this process; asked again, nothing more happens."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(DISCRETION)
