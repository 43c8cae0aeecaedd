"""Every error this project raises on purpose.

DaybreakError
├── ConfigError              a setting is missing or malformed      -> fix the .env, exit 2
├── BusyError                a file or server of ours is in use     -> try later, exit 2
├── QueryError               a warehouse refused a statement     -> fix the SQL, exit 2
├── VendorError              the vendor answered badly
│   ├── VendorRefusedError   asking again cannot help (4xx)         -> a person must act
│   └── VendorBusyError      408, 429, 5xx, cut, hung, not JSON     -> ask again later
├── IncompleteError          some tables arrived, some did not      -> what arrived is kept
├── UnpublishedError         customers look wrong                   -> last night's stay
└── ContractError            the data is not the shape we promised
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DaybreakError(Exception):
    """Root of all expected failures; catch this, never Exception.

    Attributes:
        next_step: What a person should do first, as a sentence; empty when there is nothing to do.
    """

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.next_step = next_step


class ConfigError(DaybreakError):
    """A setting is missing or malformed. The message names the variable."""


class BusyError(DaybreakError):
    """A warehouse file or server is held by another process or cannot be reached."""


class QueryError(DaybreakError):
    """A warehouse refused a statement; the message is its own, redacted."""


class VendorError(DaybreakError):
    """A vendor API did not do what its documentation says.

    Attributes:
        status: The HTTP status of the answer; None when there was no whole answer.
    """

    status: int | None = None


class VendorRefusedError(VendorError):
    """The request itself is wrong; a retry returns the same answer."""


class VendorBusyError(VendorError):
    """The vendor may answer if asked again.

    Attributes:
        wait_seconds: How long the vendor asked us to wait; None when it did not say.
    """

    wait_seconds: float | None = None


class IncompleteError(DaybreakError):
    """Some tables of a source arrived and were kept; others failed and will be read next time.

    Attributes:
        causes: Table name -> the error that stopped it.
    """

    def __init__(self, source: str, causes: dict[str, DaybreakError]) -> None:
        first = next(iter(causes.values()))
        tables = ", ".join(sorted(causes))
        super().__init__(f"{source}: {tables} incomplete: {first}", next_step=first.next_step)
        self.causes = causes


class ContractError(DaybreakError):
    """Rows do not match the declared grain, types, or required columns."""


class UnpublishedError(DaybreakError):
    """A night's customers are beyond their limits; nothing of that night is kept.

    Attributes:
        facts: What was measured, without names: for the ledger and for whoever looks.
    """

    def __init__(self, message: str, *, next_step: str, facts: Mapping[str, Any]) -> None:
        super().__init__(message, next_step=next_step)
        self.facts = dict(facts)
