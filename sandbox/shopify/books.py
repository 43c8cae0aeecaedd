"""What happens in the world, written into the shop's records."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import orjson

from sandbox.clock import Clock, iso, millis
from sandbox.happenings import (
    Address,
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
from sandbox.http import Json
from sandbox.names import number, shop_customer
from sandbox.shopify import orders
from sandbox.shopify.addresses import facts_of
from sandbox.shopify.customers import customer
from sandbox.shopify.orders import order, order_id
from sandbox.shopify.products import product, product_id
from sandbox.store import Collection, Row
from sandbox.vendor import Vendor, hears

Facts = dict[str, Any]


class Books(Vendor):
    """The shop's records: one JSON text of facts each, times cut to whole seconds."""

    system = "shop"
    share = 3

    def __init__(self, clock: Clock | None = None, *, quiet_relinks: bool = False) -> None:
        """Open the books.

        Args:
            clock: The sandbox's.
            quiet_relinks: True when an order that loses its customer, or gets another one by a
                merge, keeps its ``updatedAt``. Nobody has written down what the shop does.
        """
        super().__init__(clock)
        self._quiet = quiet_relinks
        self.orders = self.store.collection("orders", ("customer",))
        self.customers = self.store.collection("customers")
        self.products = self.store.collection("products")
        self.deletions = self.store.collection("deletions")

    @hears(CustomerJoined)
    def joined(self, fact: CustomerJoined) -> None:
        """Open an account."""
        self._put(self.customers, customer(fact), fact.key, fact.at)

    @hears(CustomerEdited)
    def customer_edited(self, fact: CustomerEdited) -> None:
        """Change an account."""

        def change(facts: Facts) -> None:
            facts.update({name: _plain(value) for name, value in fact.changes.items()})
            if fact.changes.keys() & {"accepts_email", "accepts_sms"}:
                facts["consented"] = iso(fact.at)

        self._edit(self.customers, shop_customer(fact.key), change, fact.at)

    @hears(CustomerDeleted)
    def customer_deleted(self, fact: CustomerDeleted) -> None:
        """Close an account; its orders go on without a customer."""
        gone = shop_customer(fact.key)
        self.customers.delete(gone, _second(fact.at))
        self._relink(gone, None, fact.at)

    @hears(CustomersMerged)
    def merged(self, fact: CustomersMerged) -> None:
        """Make two accounts one."""
        winner, loser = shop_customer(fact.key), shop_customer(fact.loser)
        at = _second(fact.at)
        if self.customers.get(winner) is None or self.customers.get(loser) is None:
            return
        self.customers.edit(loser, {}, at, deleted_at=at, merged_into=winner)
        self._edit(self.customers, winner, lambda _: None, fact.at)
        self._relink(loser, winner, fact.at)

    @hears(ProductListed)
    def listed(self, fact: ProductListed) -> None:
        """Put a product on sale."""
        self._put(self.products, product(fact), fact.key, fact.at)

    @hears(ProductEdited)
    def product_edited(self, fact: ProductEdited) -> None:
        """Change a product."""
        changes = {name: _plain(value) for name, value in fact.changes.items()}
        self._edit(self.products, product_id(fact.key), lambda f: f.update(changes), fact.at)

    @hears(ProductDeleted)
    def product_deleted(self, fact: ProductDeleted) -> None:
        """Take a product out, and leave word of it."""
        gone = product_id(fact.key)
        row = self.products.get(gone)
        if row is None or not self.products.delete(gone, _second(fact.at)):
            return
        word = {
            "id": number("event", f"{fact.key}:{fact.at}"),
            "product": gone,
            "title": row.json()["title"],
            "created": iso(fact.at),
            "updated": iso(fact.at),
        }
        self._put(self.deletions, word, fact.key, fact.at)

    @hears(OrderPlaced)
    def placed(self, fact: OrderPlaced) -> None:
        """Take an order."""
        facts = order(fact)
        self._put(self.orders, facts, fact.key, fact.at, customer=facts["customer"])

    @hears(OrderEdited)
    def order_edited(self, fact: OrderEdited) -> None:
        """Change an order."""
        columns = {}
        if "customer" in fact.changes:
            key = fact.changes["customer"]
            columns["customer"] = None if key is None else shop_customer(key)
        self._edit(
            self.orders,
            order_id(fact.key),
            lambda facts: orders.edit(facts, fact.key, fact.changes),
            fact.at,
            **columns,
        )

    @hears(OrderCancelled)
    def cancelled(self, fact: OrderCancelled) -> None:
        """Call an order off."""

        def change(facts: Facts) -> None:
            orders.cancel(facts, fact.at, fact.reason)

        self._edit(self.orders, order_id(fact.key), change, fact.at)

    @hears(OrderRefunded)
    def refunded(self, fact: OrderRefunded) -> None:
        """Give money back."""

        def change(facts: Facts) -> None:
            orders.refund(facts, fact)

        self._edit(self.orders, order_id(fact.order), change, fact.at)

    @hears(OrderDeleted)
    def order_deleted(self, fact: OrderDeleted) -> None:
        """Remove an order without a trace."""
        self.orders.delete(order_id(fact.key), _second(fact.at))

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what a perfect pull would hold, lines and refunds as tables of their own."""
        found = super().truth(table)
        found.pop("deletions", None)
        if table in {None, "order_lines", "refunds"}:
            found.update({"order_lines": {}, "refunds": {}})
            for row in self.orders.all():
                shared = {"updated_at": row.updated_at, "deleted": row.deleted_at is not None}
                facts = row.json()
                for name, parts in (("order_lines", facts["lines"]), ("refunds", facts["refunds"])):
                    for part in parts:
                        own = {"key": part.get("key", ""), "merged_into": None, "order": row.id}
                        found[name][part["id"]] = {**shared, **own}
        return {name: rows for name, rows in found.items() if table in {None, name}}

    def _relink(self, old: int, new: int | None, at: datetime) -> None:
        for row in self.orders.rows("customer = ?", (old,)):
            if self._quiet:
                change = {"customer": new}
                self.orders.edit(row.id, change, row.updated_at, customer=new)
            else:
                self._edit(self.orders, row.id, lambda f: f.update(customer=new), at, customer=new)

    def _put(
        self, collection: Collection, facts: Facts, key: str, at: datetime, **columns: Json
    ) -> None:
        body, stamp = orjson.dumps(facts).decode(), _second(at)
        collection.put(Row(facts["id"], body, stamp, stamp, key, extra=columns))

    def _edit(
        self,
        collection: Collection,
        record: Json,
        change: Callable[[Facts], Any],
        at: datetime,
        **columns: Json,
    ) -> None:
        def whole(facts: Facts) -> None:
            change(facts)
            facts["updated"] = iso(at)

        collection.edit(record, whole, _second(at), **columns)


def _second(at: datetime) -> int:
    return millis(at) // 1000 * 1000


def _plain(value: Json) -> Json:
    if isinstance(value, Address):
        return facts_of(value)
    if is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    return value
