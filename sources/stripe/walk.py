"""One resource of Stripe: all of it, what changed in it, and what is gone from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.pull import For, Gone, Page, Pull, Record
from sources.stripe.api import PAGE, Api
from sources.stripe.changes import HOLD_BACK, KEPT, Changes, between, epoch
from sources.stripe.parts import Part, Parts


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A list of Stripe's.

    Attributes:
        table: The raw table; also the path, ``/v1/<table>``.
        kind: What its objects call themselves in ``object``.
        params: What every list request must say.
        part: A list inside each object that becomes a table of its own.
    """

    table: str
    kind: str
    params: dict[str, str] = field(default_factory=dict)
    part: Part | None = None


PAYMENTS = Part("payments", "invoice_payments", parent="invoice", asked_for=True)
ITEMS = Part("items", "subscription_items", parent="subscription", vanishes=True)

ENDPOINTS = (
    Endpoint("customers", "customer"),
    Endpoint("charges", "charge"),
    Endpoint("refunds", "refund"),
    Endpoint("invoices", "invoice", part=PAYMENTS),
    Endpoint("subscriptions", "subscription", params={"status": "all"}, part=ITEMS),
    Endpoint("disputes", "dispute"),
)


class Walk:
    """How one pull reads one endpoint.

    Two cursors: ``<table>`` is the second up to which changes are known, ``<table>_backfill`` the
    ``created`` down to which a first pull has come, 0 when it is through.
    """

    def __init__(self, api: Api, pull: Pull, changes: Changes, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._api, self._pull, self._changes = api, pull, changes
        self._path = f"/v1/{endpoint.table}"
        self._parts = Parts(api, pull, endpoint.part) if endpoint.part else None

    def pages(self) -> Iterator[Page | For]:
        """Choose the shortest walk that misses nothing, and take it."""
        began = self._pull.clock.now()
        since = self._pull.cursor(self.endpoint.table)
        if self._pull.window:
            yield from self._changed(between(self._pull))
        elif since is None and self._pull.known.count(self.endpoint.table) == 0:
            yield from self._backfill(began)
        elif since is None or since < epoch(self._pull.now() - KEPT):
            yield from self._everything()
        else:
            yield from self._changed({"created[gte]": since - int(HOLD_BACK.total_seconds())})
            yield from self._rest_of_backfill()
        if self._parts:
            yield from self._parts.vanished()
        self._pull.advance(self.endpoint.table, epoch(self._pull.meter.vendor_now(began)))

    def named(self, keys: Sequence[str]) -> Iterator[Page | For]:
        """Read these objects alone."""
        now = epoch(self._pull.now())
        yield from self._looked_up(dict.fromkeys(keys, now))

    def _backfill(self, began: datetime) -> Iterator[Page | For]:
        """Read everything for the first time, remembering how far down it came.

        The cursor is set with the first page: a next pull takes the changes since from the
        events, and the rest from where this one broke off.
        """
        for page in self._listed({}):
            yield from self._rows(page)
            self._pull.advance(self.endpoint.table, epoch(self._pull.meter.vendor_now(began)))
            self._pull.advance(self._mark, _oldest(page))
        self._pull.advance(self._mark, 0)

    def _rest_of_backfill(self) -> Iterator[Page | For]:
        mark = self._pull.cursor(self._mark)
        if not mark:
            return
        for page in self._listed({"created[lte]": mark}):
            yield from self._rows(page)
            self._pull.advance(self._mark, _oldest(page))
        self._pull.advance(self._mark, 0)

    def _everything(self) -> Iterator[Page | For]:
        """Read everything again; what is known and was not met is looked up by its id."""
        met: set[str] = set()
        for page in self._listed({}):
            met.update(str(record.get("id")) for record in page)
            yield from self._rows(page)
        known = (key for (key,) in self._pull.known.keys(self.endpoint.table))
        now = epoch(self._pull.now())
        yield from self._looked_up({key: now for key in known if key not in met})
        self._pull.advance(self._mark, 0)

    def _changed(self, span: dict[str, Any]) -> Iterator[Page | For]:
        """Read what was created in ``span`` from the list, and what else changed by its id."""
        met: set[str] = set()
        for page in self._listed(span):
            met.update(str(record.get("id")) for record in page)
            yield from self._rows(page)
        touched = self._changes.of(self.endpoint.kind)
        yield from self._looked_up({k: at for k, at in touched.items() if k not in met})

    def _looked_up(self, moments: dict[str, int]) -> Iterator[Page | For]:
        """Ask for each object by its id: its newest state, or that it is gone."""
        found: list[Record] = []
        for key, at in moments.items():
            record = self._api.one(f"{self._path}/{key}", self._expand(""))
            if record is None:
                yield [Gone(id=key, deleted_at=datetime.fromtimestamp(at, UTC).isoformat())]
                continue
            found.append(record)
            if len(found) == PAGE:
                yield from self._rows(found)
                found = []
        yield from self._rows(found)

    def _listed(self, span: dict[str, Any]) -> Iterator[list[Record]]:
        params = {**self.endpoint.params, **self._expand("data."), **span}
        return self._api.pages(self._path, params)

    def _expand(self, prefix: str) -> dict[str, str]:
        part = self.endpoint.part
        return {"expand[]": f"{prefix}{part.name}"} if part and part.asked_for else {}

    def _rows(self, page: list[Record]) -> Iterable[Page | For]:
        rows = [{k: v for k, v in record.items() if k != "lines"} for record in page]
        if self._parts:
            yield from self._parts.of(rows)
        if rows:
            yield rows

    @property
    def _mark(self) -> str:
        return f"{self.endpoint.table}_backfill"


def _oldest(page: list[Record]) -> int | None:
    """Return the smallest ``created`` of a page, which is where the walk may go on."""
    return min((r["created"] for r in page if isinstance(r.get("created"), int)), default=None)
