"""What happens in the world, written into the records of a store."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import orjson

from sandbox.bigcommerce import records
from sandbox.bigcommerce.records import Facts, ident
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


class BackOffice(Vendor):
    """The records, times cut to whole seconds."""

    system: ClassVar[str] = "shop"

    def __init__(
        self, clock: Clock | None = None, *, archives: bool = True, quiet_relinks: bool = False
    ) -> None:
        super().__init__(clock)
        self._archives, self._quiet = archives, quiet_relinks
        self.customers = self.store.collection("customers")
        self.orders = self.store.collection("orders", ("customer",))
        self.products = self.store.collection("products")
        self.refunds = self.store.collection("refunds")

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
        """Close an account; its orders go on as a guest's."""
        gone = ident("customer", fact.key)
        if self.customers.delete(gone, _second(fact.at)):
            self._relink(gone, 0, fact.at)

    @hears(CustomersMerged)
    def merged(self, fact: CustomersMerged) -> None:
        """Give one account's orders to another and close it, as staff do by hand."""
        winner, loser = ident("customer", fact.key), ident("customer", fact.loser)
        if self.customers.get(winner) is None or self.customers.get(loser) is None:
            return
        at = _second(fact.at)
        self.customers.edit(loser, {}, at, deleted_at=at, merged_into=winner)
        self._relink(loser, winner, fact.at)

    @hears(ProductListed)
    def product_listed(self, fact: ProductListed) -> None:
        """Put a product on sale."""
        _put(self.products, records.product(fact), fact)

    @hears(ProductEdited)
    def product_edited(self, fact: ProductEdited) -> None:
        """Change a product."""
        changes = {name: value for name, value in fact.changes.items() if name != "tags"}
        _edit(self.products, ident("product", fact.key), lambda f: f.update(changes), fact.at)

    @hears(ProductDeleted)
    def product_deleted(self, fact: ProductDeleted) -> None:
        """Take a product out, without a trace."""
        self.products.delete(ident("product", fact.key), _second(fact.at))

    @hears(OrderPlaced)
    def placed(self, fact: OrderPlaced) -> None:
        """Take an order."""
        facts = records.order(fact)
        _put(self.orders, facts, fact, customer=facts["customer"])

    @hears(OrderEdited)
    def order_edited(self, fact: OrderEdited) -> None:
        """Change an order."""
        changes = {name: value for name, value in fact.changes.items() if name != "tags"}
        columns = {}
        if "customer" in changes:
            key = changes["customer"]
            changes["customer"] = ident("customer", key) if key else 0
            columns["customer"] = changes["customer"]
        if "address" in changes:
            changes["address"] = records.place(changes["address"])
        if "lines" in changes:
            changes["lines"] = records.lines(fact.key, changes["lines"])

        def change(facts: Facts) -> None:
            before = facts["lines"]
            facts.update(changes)
            there = {line["id"] for line in facts["lines"]}
            facts["removed"] += [line["id"] for line in before if line["id"] not in there]

        _edit(self.orders, ident("order", fact.key), change, fact.at, **columns)

    @hears(OrderCancelled)
    def cancelled(self, fact: OrderCancelled) -> None:
        """Call an order off."""
        order = ident("order", fact.key)
        _edit(self.orders, order, lambda f: f.update(status="cancelled"), fact.at)

    @hears(OrderRefunded)
    def refunded(self, fact: OrderRefunded) -> None:
        """Give money back."""
        row = self.orders.get(ident("order", fact.order))
        if row is None or row.deleted_at is not None:
            return
        facts = {
            "id": ident("refund", fact.key),
            "order": row.id,
            "amount": fact.amount,
            "currency": row.json()["currency"],
            "note": fact.note,
            "lines": [(ident("line", f"{fact.order}:{key}"), n) for key, n in fact.lines],
            "created": iso(fact.at),
        }
        _put(self.refunds, facts, fact)
        back = {str(facts["id"]): fact.amount}
        _edit(self.orders, row.id, lambda f: f["refunded"].update(back), fact.at)

    @hears(OrderDeleted)
    def order_deleted(self, fact: OrderDeleted) -> None:
        """Archive an order; or, where nothing is archived, remove it without a trace."""
        order = ident("order", fact.key)
        if self._archives:
            _edit(self.orders, order, lambda f: f.update(archived=True), fact.at)
        else:
            self.orders.delete(order, _second(fact.at))

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what a perfect pull would hold: what is archived is deleted, too."""
        found = super().truth(table)
        if table not in {None, "orders", "order_lines"}:
            return found
        lines: dict[Any, dict[str, Any]] = {}
        for row in self.orders.all():
            facts = row.json()
            gone = facts["archived"] or row.deleted_at is not None
            if "orders" in found:
                found["orders"][row.id]["deleted"] = gone
            told = {line["id"]: gone for line in facts["lines"]}
            for line, deleted in {**dict.fromkeys(facts["removed"], True), **told}.items():
                shared = {"key": "", "updated_at": row.updated_at, "merged_into": None}
                lines[line] = {**shared, "deleted": deleted}
        return found if table == "orders" else {**found, "order_lines": lines}

    def _relink(self, old: int, new: int, at: datetime) -> None:
        for row in self.orders.rows("customer = ?", (old,)):
            if self._quiet:
                self.orders.edit(row.id, {"customer": new}, row.updated_at, customer=new)
            else:
                _edit(self.orders, row.id, lambda f: f.update(customer=new), at, customer=new)


def _put(kept: Collection, facts: Facts, fact: Happening, **columns: Any) -> None:  # noqa: ANN401 - columns of the store
    at, body = _second(fact.at), orjson.dumps(facts).decode()
    kept.put(Row(facts["id"], body, at, at, fact.key, extra=columns))


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
