"""What happens in the world, written into the records of a WordPress site."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, iso, millis
from sandbox.happenings import (
    CustomerDeleted,
    CustomerEdited,
    CustomerJoined,
    CustomersMerged,
    Happening,
    OrderCancelled,
    OrderDeleted,
    OrderEdited,
    OrderPlaced,
    OrderRefunded,
    ProductDeleted,
    ProductEdited,
    ProductListed,
)
from sandbox.store import Collection, Row
from sandbox.vendor import Vendor, hears
from sandbox.woocommerce import records
from sandbox.woocommerce.records import Facts, ident


class Shop(Vendor):
    """The records, times cut to whole seconds. ``trashed`` marks what lies in the bin."""

    system: ClassVar[str] = "shop"

    def __init__(
        self, clock: Clock | None = None, *, trash: bool = True, quiet_relinks: bool = False
    ) -> None:
        super().__init__(clock)
        self._trash, self._quiet = trash, quiet_relinks
        self.customers = self.store.collection("customers")
        self.orders = self.store.collection("orders", ("customer", "trashed"))
        self.products = self.store.collection("products", ("trashed",))
        self.refunds = self.store.collection("refunds", ("parent",))

    def apply(self, happening: Happening) -> None:
        """Hear what happened; nobody reads in the middle of it."""
        with self.store.lock:
            super().apply(happening)

    @hears(CustomerJoined)
    def joined(self, fact: CustomerJoined) -> None:
        """Open an account."""
        _put(self.customers, records.customer(fact), fact)

    @hears(CustomerEdited)
    def customer_edited(self, fact: CustomerEdited) -> None:
        """Change an account."""
        changes = dict(fact.changes)
        if "address" in changes:
            changes["address"] = records.place(changes["address"])
        _edit(self.customers, ident("customer", fact.key), lambda f: f.update(changes), fact.at)

    @hears(CustomerDeleted)
    def customer_deleted(self, fact: CustomerDeleted) -> None:
        """Remove a user; the orders become a guest's."""
        gone = ident("customer", fact.key)
        if self.customers.delete(gone, _second(fact.at)):
            self._relink(gone, 0, fact.at)

    @hears(CustomersMerged)
    def merged(self, fact: CustomersMerged) -> None:
        """Give one user's orders to another and remove the user; a plugin does that."""
        winner, loser = ident("customer", fact.key), ident("customer", fact.loser)
        if self.customers.get(winner) is None or self.customers.get(loser) is None:
            return
        at = _second(fact.at)
        self.customers.edit(loser, {}, at, deleted_at=at, merged_into=winner)
        self._relink(loser, winner, fact.at)

    @hears(ProductListed)
    def listed(self, fact: ProductListed) -> None:
        """Put a product on sale."""
        _put(self.products, records.product(fact), fact)

    @hears(ProductEdited)
    def product_edited(self, fact: ProductEdited) -> None:
        """Change a product."""
        changes = dict(fact.changes)
        _edit(self.products, ident("product", fact.key), lambda f: f.update(changes), fact.at)

    @hears(ProductDeleted)
    def product_deleted(self, fact: ProductDeleted) -> None:
        """Take a product out."""
        self._discard(self.products, ident("product", fact.key), fact.at)

    @hears(OrderPlaced)
    def placed(self, fact: OrderPlaced) -> None:
        """Take an order."""
        facts = records.order(fact)
        _put(self.orders, facts, fact, customer=facts["customer"])

    @hears(OrderEdited)
    def order_edited(self, fact: OrderEdited) -> None:
        """Change an order."""
        columns = {}
        if "customer" in fact.changes:
            key = fact.changes["customer"]
            columns["customer"] = ident("customer", key) if key else 0

        def change(facts: Facts) -> None:
            facts.update({**fact.changes, **columns})
            if "address" in fact.changes:
                facts["address"] = records.place(fact.changes["address"])
            if "status" in fact.changes:
                _progress(facts, fact.at)

        def whole(facts: Facts) -> None:
            before = facts["lines"]
            change(facts)
            if "lines" in fact.changes:
                facts["lines"] = records.lines(fact.key, fact.changes["lines"])
            there = {line["id"] for line in facts["lines"]}
            facts["removed"] += [line["id"] for line in before if line["id"] not in there]

        _edit(self.orders, ident("order", fact.key), whole, fact.at, **columns)

    @hears(OrderCancelled)
    def cancelled(self, fact: OrderCancelled) -> None:
        """Call an order off."""
        order = ident("order", fact.key)
        _edit(self.orders, order, lambda f: f.update(status="cancelled"), fact.at)

    @hears(OrderRefunded)
    def refunded(self, fact: OrderRefunded) -> None:
        """Give money back: a record of its own, which its order mentions."""
        row = self.orders.get(ident("order", fact.order))
        if row is None or row.deleted_at is not None:
            return
        facts = _refund(fact, row.json())
        _put(self.refunds, facts, fact, parent=row.id)

        def change(order: Facts) -> None:
            others = [one for one in order["refunds"] if one["id"] != facts["id"]]
            short = {name: facts[name] for name in ("id", "amount", "note")}
            order["refunds"] = [*others, short]

        _edit(self.orders, row.id, change, fact.at)

    @hears(OrderDeleted)
    def order_deleted(self, fact: OrderDeleted) -> None:
        """Throw an order away."""
        self._discard(self.orders, ident("order", fact.key), fact.at)

    def empty_trash(self) -> None:
        """Delete for good what lies in the bin, and the refunds of such orders."""
        at = _second(self.clock.now())
        for kept in (self.orders, self.products):
            for row in kept.rows("trashed is not null and deleted_at is null"):
                self._destroy(kept, row.id, at)

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what a perfect pull would hold: what is in the bin is deleted, too."""
        found = super().truth(table)
        for name in found.keys() & {"orders", "products"}:
            for row in self.store.collections[name].rows("trashed is not null"):
                found[name][row.id]["deleted"] = True
        if table in {None, "order_lines"}:
            found["order_lines"] = {}
            for row in self.orders.all():
                binned = row.deleted_at is not None or row.extra["trashed"] is not None
                facts = row.json()
                told = {line["id"]: binned for line in facts["lines"]}
                for line, deleted in {**dict.fromkeys(facts["removed"], True), **told}.items():
                    shared = {"key": "", "updated_at": row.updated_at, "merged_into": None}
                    found["order_lines"][line] = {**shared, "deleted": deleted}
        return found

    def _discard(self, kept: Collection, record: int, at: datetime) -> None:
        row = kept.get(record)
        if row is None or row.deleted_at is not None:
            return
        if self._trash:
            _edit(kept, record, lambda f: f.update(trashed=True), at, trashed=_second(at))
        else:
            self._destroy(kept, record, _second(at))

    def _destroy(self, kept: Collection, record: Any, at: int) -> None:  # noqa: ANN401 - an id
        kept.delete(record, at)
        if kept is self.orders:
            for refund in self.refunds.rows("parent = ?", (record,)):
                self.refunds.delete(refund.id, at)

    def _relink(self, old: int, new: int, at: datetime) -> None:
        for row in self.orders.rows("customer = ?", (old,)):
            if self._quiet:
                self.orders.edit(row.id, {"customer": new}, row.updated_at, customer=new)
            else:
                _edit(self.orders, row.id, lambda f: f.update(customer=new), at, customer=new)


def _refund(fact: OrderRefunded, order: Facts) -> Facts:
    by_key = {ident("line", f"{fact.order}:{key}"): quantity for key, quantity in fact.lines}
    lines = [
        {**line, "id": ident("refunded line", f"{fact.key}:{line['id']}"), "quantity": quantity}
        for line in order["lines"]
        if (quantity := by_key.get(line["id"]))
    ]
    return {
        "id": ident("refund", fact.key),
        "order": order["id"],
        "amount": fact.amount,
        "currency": order["currency"],
        "note": fact.note,
        "lines": [{**line, "discount": 0} for line in lines],
        "created": iso(fact.at),
    }


def _progress(facts: Facts, at: datetime) -> None:
    if facts["status"] in records.PAID:
        facts["paid"] = facts["paid"] or iso(at)
    if facts["status"] == "fulfilled":
        facts["completed"] = facts["completed"] or iso(at)


def _put(kept: Collection, facts: Facts, fact: Happening, **columns: Any) -> None:  # noqa: ANN401 - columns of the store
    at = _second(fact.at)
    body = orjson.dumps(facts).decode()
    kept.put(Row(facts["id"], body, at, at, fact.key, extra={**_empty(kept), **columns}))


def _empty(kept: Collection) -> dict[str, Any]:
    return {"trashed": None} if kept.name in {"orders", "products"} else {}


def _edit(
    kept: Collection,
    record: Any,  # noqa: ANN401 - an id
    change: Callable[[Facts], Any],
    at: datetime,
    **columns: Any,  # noqa: ANN401 - columns of the store
) -> None:
    def whole(facts: Facts) -> None:
        change(facts)
        facts["updated"] = iso(at)

    kept.edit(record, whole, _second(at), **columns)


def _second(at: datetime) -> int:
    return millis(at) // 1000 * 1000
