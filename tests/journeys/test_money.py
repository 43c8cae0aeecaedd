"""What the 360 counts is what the world earned, to the minor unit, and nothing of it twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from core.warehouse import Warehouse
from destinations.warehouses import open_warehouse
from sandbox.clock import Clock
from sandbox.happenings import (
    Charged,
    ChargeRefunded,
    Happening,
    OrderCancelled,
    OrderDeleted,
    OrderEdited,
    OrderPlaced,
    OrderRefunded,
)
from sandbox.serve import Sandbox, serve
from sandbox.world import make
from tests.installation import Installation
from tests.town import vendors

SOURCES = ("shopify", "stripe")
PEOPLE = 40
Sums = dict[str, int]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Return what a night leaves behind."""
    home = tmp_path_factory.mktemp("money")
    warehouse = open_warehouse(f"duckdb:///{home / 'warehouse'}")
    with _town() as box:
        here = Installation(home, warehouse, box)
        for source in box.vendors:
            here.pull(source)
        here.reconcile()
    return warehouse


def _town() -> AbstractContextManager[Sandbox]:
    world = make("seeded", people=PEOPLE)
    return serve(vendors(SOURCES), world, clock=Clock(world.start, frozen=True))


class Books:
    """What a bookkeeper makes of everything that happened, without any system in between."""

    def __init__(self, told: Iterable[Happening]) -> None:
        self.orders: dict[str, OrderPlaced] = {}
        self.cancelled: set[str] = set()
        self.charges: dict[str, Charged] = {}
        self.order_refunds: list[OrderRefunded] = []
        self.charge_refunds: list[ChargeRefunded] = []
        for fact in told:
            self._write(fact)

    def _write(self, fact: Happening) -> None:
        match fact:
            case OrderPlaced():
                self.orders[fact.key] = fact
            case OrderEdited():
                self.orders[fact.key] = replace(self.orders[fact.key], **fact.changes)
            case OrderCancelled():
                self.cancelled.add(fact.key)
            case OrderDeleted():
                self.orders.pop(fact.key, None)
            case Charged():
                self.charges[fact.key] = fact
            case OrderRefunded():
                self.order_refunds.append(fact)
            case ChargeRefunded():
                self.charge_refunds.append(fact)

    def sold(self) -> set[str]:
        """Return the orders that are sales."""
        return {key for key in self.orders if key not in self.cancelled}

    def of_shop(self) -> Sums:
        """Return what the shop earned, by currency."""
        sums: Counter[str] = Counter()
        for key in self.sold():
            sums[self.orders[key].currency] += self.orders[key].total
        for back in self.order_refunds:
            if back.order in self.sold():
                sums[back.currency] -= back.amount
        return _without_nothing(sums)

    def of_billing(self) -> Sums:
        """Return what billing earned beside the shop: charges of no order that was sold."""
        sums: Counter[str] = Counter()
        own = {
            key: charge
            for key, charge in self.charges.items()
            if charge.status == "succeeded" and charge.order not in self.sold()
        }
        for charge in own.values():
            sums[charge.currency] += charge.amount
        for back in self.charge_refunds:
            if back.charge in own:
                sums[own[back.charge].currency] -= back.amount
        return _without_nothing(sums)

    def charged(self) -> Sums:
        """Return all that was charged, whatever for."""
        sums: Counter[str] = Counter()
        for charge in self.charges.values():
            if charge.status == "succeeded":
                sums[charge.currency] += charge.amount
        return _without_nothing(sums)


def _without_nothing(sums: Counter[str]) -> Sums:
    return {currency: amount for currency, amount in sums.items() if amount}


@pytest.fixture(scope="module")
def books() -> Books:
    world = make("seeded", people=PEOPLE)
    return Books(world.until(world.start))


def asked(warehouse: Warehouse, sql: str) -> list[dict[str, Any]]:
    with warehouse.session([], read_only=True) as session:
        return session.query(sql).to_pylist()


def earned(warehouse: Warehouse, source: str) -> Sums:
    sql = (
        f"select currency, sum(net_minor) as net from revenue where source = '{source}' group by 1"
    )
    return {r["currency"]: int(r["net"]) for r in asked(warehouse, sql) if r["net"]}


def test_revenue_per_source_is_the_worlds_to_the_minor_unit(
    warehouse: Warehouse, books: Books
) -> None:
    assert len(books.orders) > 100
    assert earned(warehouse, "shopify") == books.of_shop()
    assert earned(warehouse, "stripe") == books.of_billing()


def test_all_that_was_charged_is_there_whether_it_counts_or_not(
    warehouse: Warehouse, books: Books
) -> None:
    sql = (
        "select currency, sum(amount_minor) as paid from payments"
        " where status = 'succeeded' and deleted_at is null group by 1"
    )
    paid = {r["currency"]: int(r["paid"]) for r in asked(warehouse, sql) if r["paid"]}
    assert paid == books.charged()


def test_no_purchase_is_counted_in_shop_and_billing(warehouse: Warehouse) -> None:
    both = (
        "select p.item_id from money_movements as p inner join money_movements as o"
        " on o.kind = 'order' and o.source = p.same_as_source and o.item_id = p.same_as_id"
        " where p.kind = 'payment' and p.is_counted and o.is_counted"
    )
    assert asked(warehouse, both) == []


def test_every_movement_is_in_a_customers_figures_or_told_to_be_in_none(
    warehouse: Warehouse,
) -> None:
    sums = asked(
        warehouse,
        "select (select sum(reporting_minor) from money_movements where is_counted"
        " and customer_id is not null) as moved,"
        " (select sum(lifetime_value_minor) from customer_metrics) as held",
    )
    assert sums[0]["moved"] == sums[0]["held"]
    lost = asked(
        warehouse,
        "select count(*) as n from orders where customer_id is null and deleted_at is null",
    )
    told = asked(
        warehouse,
        "select coalesce(sum(facts_count), 0) as n from unplaced_facts where fact = 'order'",
    )
    assert int(lost[0]["n"]) == int(told[0]["n"])
