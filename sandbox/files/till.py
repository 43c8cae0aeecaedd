"""The till: hears of customers, orders and goods, and exports them."""

import csv
import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.clock import Clock, iso, millis, moment
from sandbox.exporting import Exporting
from sandbox.files.parts import (
    CUSTOMER_COLUMNS,
    MAPPING,
    Body,
    customer,
    day,
    ident,
    month_after,
    order,
    product,
)
from sandbox.happenings import (
    CustomerDeleted,
    CustomerEdited,
    CustomerJoined,
    CustomersMerged,
    OrderCancelled,
    OrderDeleted,
    OrderEdited,
    OrderPlaced,
    OrderRefunded,
    ProductDeleted,
    ProductEdited,
    ProductListed,
)
from sandbox.store import Row
from sandbox.vendor import hears

HALF = 0.6


NUMBERS = {"people": "KDNR", "orders": "bon", "products": "id"}


class Files(Exporting):
    """The till and its exports."""

    name: ClassVar[str] = "files"
    system: ClassVar[str] = "files"
    spoils: ClassVar[frozenset[str]] = frozenset({"half", "young", "keyless", "types", "reordered"})

    def __init__(self, clock: Clock | None = None, *, one_in: int = 4) -> None:
        super().__init__(clock, one_in=one_in)
        self.people = self.store.collection("people")
        self.orders = self.store.collection("orders", ("customer",))
        self.products = self.store.collection("products")
        self._months: set[str] = set()

    def credentials(self) -> dict[str, str]:
        """Give the folder and what explains it."""
        self.settle()
        mapping = self.folder / "mapping.yaml"
        mapping.write_text(MAPPING)
        return {"FILES_FOLDER": str(self.folder / "exports"), "FILES_MAPPING": str(mapping)}

    @hears(CustomerJoined)
    def customer_joined(self, fact: CustomerJoined) -> None:
        """Take a customer in."""
        if self.knows(fact.key):
            body = {**customer(fact), "SEIT": day(fact.at), "GELOESCHT": "N"}
            self._put("people", fact.key, body, fact.at)

    @hears(CustomerEdited)
    def customer_edited(self, fact: CustomerEdited) -> None:
        """Change a customer."""
        made = customer(CustomerJoined(key=fact.key, at=fact.at, **fact.changes))
        named = {column for one in fact.changes for column in CUSTOMER_COLUMNS.get(one, ())}
        self._edit("people", fact.key, {name: made[name] for name in named}, fact.at)

    @hears(CustomerDeleted)
    def customer_deleted(self, fact: CustomerDeleted) -> None:
        """Flag a customer."""
        self._edit("people", fact.key, {"GELOESCHT": "J"}, fact.at, gone=True)
        self._give_orders(fact.key, None, fact.at)

    @hears(CustomersMerged)
    def customers_merged(self, fact: CustomersMerged) -> None:
        """Flag the loser; the winner may be somebody the till does not know."""
        self._edit("people", fact.loser, {"GELOESCHT": "J"}, fact.at, gone=True)
        winner = ident("people", fact.key) if self.people.get(ident("people", fact.key)) else None
        self._give_orders(fact.loser, winner, fact.at)

    @hears(OrderPlaced)
    def order_placed(self, fact: OrderPlaced) -> None:
        """Keep the order of a customer it knows."""
        if self.people.get(ident("people", fact.customer or "")) is None:
            return
        body = {**order(fact), "at": iso(fact.at), "cancelled": None, "void": False}
        self._put("orders", fact.key, body, fact.at)

    @hears(OrderEdited)
    def order_edited(self, fact: OrderEdited) -> None:
        """Ring an order up again; only its total can have changed."""
        if "lines" in fact.changes or "shipping" in fact.changes:
            told = {**fact.changes, "currency": fact.changes.get("currency", "EUR")}
            made = order(OrderPlaced(**{"key": fact.key, "at": fact.at, "number": "", **told}))
            self._edit("orders", fact.key, {"total": made["total"]}, fact.at)

    @hears(OrderCancelled)
    def order_cancelled(self, fact: OrderCancelled) -> None:
        """Note when it was cancelled."""
        self._edit("orders", fact.key, {"cancelled": iso(fact.at)}, fact.at)

    @hears(OrderRefunded)
    def order_refunded(self, fact: OrderRefunded) -> None:
        """Note what was given back; no column of ours has it."""
        self._edit("orders", fact.order, {"given_back": fact.amount}, fact.at)

    @hears(OrderDeleted)
    def order_deleted(self, fact: OrderDeleted) -> None:
        """Void an order."""
        self._edit("orders", fact.key, {"void": True}, fact.at, gone=True)

    @hears(ProductListed)
    def product_listed(self, fact: ProductListed) -> None:
        """Put something on the shelf."""
        self._put("products", fact.key, product(fact), fact.at)

    @hears(ProductEdited)
    def product_edited(self, fact: ProductEdited) -> None:
        """Change what is on the shelf."""
        made = product(ProductListed(**{"key": "", "at": fact.at, "title": "", **fact.changes}))
        changed = {name: made[name] for name in fact.changes if name in made}
        self._edit("products", fact.key, changed, fact.at)

    @hears(ProductDeleted)
    def product_deleted(self, fact: ProductDeleted) -> None:
        """Take something off the shelf."""
        self._edit("products", fact.key, {}, fact.at, gone=True)

    def write(self) -> None:
        """Export everything that changed."""
        if self.people.count("1"):
            self.put_file(self._path("customers.csv"), self._customers())
        for month in sorted(self._months):
            self.put_file(self._path(f"orders/{month}.ndjson"), self._orders(month))
        self._months.clear()
        goods = [row.json() for row in self.products.rows("deleted_at is null")]
        if goods:
            packed = io.BytesIO()
            pq.write_table(pa.Table.from_pylist(goods), packed)
            self.put_file(self._path("products.parquet"), packed.getvalue())

    def reset(self) -> None:
        """Forget every record and remove what was written."""
        super().reset()
        self._months.clear()

    def _path(self, name: str) -> Path:
        return self.folder / "exports" / name

    def _customers(self) -> bytes:
        rows = [row.json() for row in self.people.all()]
        names = list(rows[0])
        if "keyless" in self._spoilt:
            rows[0]["KDNR"] = ""
        if "types" in self._spoilt:
            rows = [{**row, "SEIT": "long ago"} for row in rows]
        if "reordered" in self._spoilt:
            names.reverse()
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, names, delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        whole = text.getvalue().encode("utf-8-sig")
        return whole[: int(len(whole) * HALF)].rstrip() if "half" in self._spoilt else whole

    def _orders(self, month: str) -> bytes:
        start = datetime.fromisoformat(f"{month}-01T00:00:00+00:00")
        after = month_after(start)
        rows = self.orders.rows(
            "updated_at >= ? and updated_at < ?", (millis(start), millis(after)), order="updated_at"
        )
        return b"".join(orjson.dumps(row.json()) + b"\n" for row in rows)

    def _put(self, table: str, key: str, body: Body, at: datetime) -> None:
        known = ident(table, key)
        named = {NUMBERS[table]: known.partition(":")[2], **body}
        self._keep(table, Row(known, orjson.dumps(named).decode(), millis(at), millis(at), key))

    def _edit(
        self, table: str, key: str, changes: Body, at: datetime, *, gone: bool = False
    ) -> None:
        """Change a record it has; it is stamped with when the till heard of it."""
        row = self.store.collections[table].get(ident(table, key))
        if row is None:
            return
        changed = max(millis(at), row.updated_at)
        body = orjson.dumps({**row.json(), **changes}).decode()
        deleted = changed if gone else row.deleted_at
        self._keep(table, replace(row, body=body, updated_at=changed, deleted_at=deleted))

    def _keep(self, table: str, row: Row) -> None:
        body = row.json()
        if table == "people":
            body["GEAENDERT"] = day(moment(row.updated_at))
        if table == "orders":
            body["changed"] = moment(row.updated_at).isoformat()
            self._months.add(f"{moment(row.updated_at):%Y-%m}")
            row = replace(row, extra={"customer": body["customer"]})
        self.store.collections[table].put(replace(row, body=orjson.dumps(body).decode()))

    def _give_orders(self, loser: str, winner: str | None, at: datetime) -> None:
        number = winner and winner.partition(":")[2]
        for row in self.orders.rows("customer = ?", (ident("people", loser).partition(":")[2],)):
            self._edit("orders", row.key, {"customer": number}, at)
