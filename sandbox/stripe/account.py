"""A Stripe account: hears what happens in billing and keeps the objects and events of it."""

import heapq
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, millis
from sandbox.happenings import (
    Charged,
    ChargeRefunded,
    Disputed,
    Happening,
    Invoiced,
    PayerDeleted,
    PayerEdited,
    PayerJoined,
    SubscriptionCancelled,
    SubscriptionChanged,
    SubscriptionStarted,
)
from sandbox.store import Id, Row
from sandbox.stripe import charges, customers, invoices, subscriptions
from sandbox.stripe.events import Chronicle
from sandbox.stripe.parts import Body, ident
from sandbox.stripe.versions import CURRENT
from sandbox.vendor import Vendor, hears

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customers": ("email",),
    "charges": ("customer", "payment_intent"),
    "refunds": ("charge", "payment_intent"),
    "disputes": ("charge", "payment_intent"),
    "products": (),
    "prices": ("product",),
    "subscriptions": ("customer", "status"),
    "subscription_items": ("subscription",),
    "invoices": ("customer", "status", "subscription"),
    "invoice_payments": ("invoice", "status"),
    "events": ("type", "visible_at"),
}


class Account(Vendor):
    """The objects of one account.

    Args:
        clock: The sandbox's.
        event_delay: Seconds after which, at the latest, an event can be seen; 0 is at once.
        account_version: The API version of the account. Events are rendered in it, and so is
            everything asked for without a ``Stripe-Version``.
    """

    system: ClassVar[str] = "billing"
    share: ClassVar[int] = 3

    def __init__(
        self, clock: Clock | None = None, *, event_delay: float = 0, account_version: str = CURRENT
    ) -> None:
        super().__init__(clock)
        self.account_version = account_version
        self.kept = {name: self.store.collection(name, extra) for name, extra in COLUMNS.items()}
        events = self.kept["events"]
        self._chronicle = Chronicle(events, self.millis, event_delay, account_version)
        self._endings: list[tuple[int, str]] = []
        self._early: dict[str, list[Body]] = {}

    def reset(self) -> None:
        """Forget every object."""
        super().reset()
        self._chronicle.forget()
        self._endings.clear()
        self._early.clear()

    def apply(self, happening: Happening) -> None:
        """Hear what happened, after what was due before it."""
        with self.store.lock:
            self.end_due(millis(happening.at))
            super().apply(happening)

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what a perfect pull would hold; events are how to get there, so not of them."""
        self.end_due(self.millis())
        found = super().truth(table)
        found.pop("events", None)
        return found

    def end_due(self, now: int) -> None:
        """End the subscriptions that were to end with a period that is over by ``now`` (ms)."""
        with self.store.lock:
            while self._endings and self._endings[0][0] <= now:
                at, found = heapq.heappop(self._endings)
                row = self.kept["subscriptions"].get(found)
                if row is not None and row.json()["cancel_at_period_end"]:
                    self._end(found, at)

    @hears(PayerJoined)
    def joined(self, fact: PayerJoined) -> None:
        """Make a customer."""
        body, at = customers.customer(fact), millis(fact.at)
        self._put("customers", body, at, fact.key)
        self._chronicle.tell("customer.created", body, at)

    @hears(PayerEdited)
    def edited(self, fact: PayerEdited) -> None:
        """Change a customer."""
        changed = customers.customer_fields(PayerJoined(key=fact.key, at=fact.at, **fact.changes))
        changes = {name: changed[name] for name in fact.changes}
        found = ident("cus", fact.key)
        self._edit("customers", found, changes, millis(fact.at), "customer.updated")

    @hears(PayerDeleted)
    def deleted(self, fact: PayerDeleted) -> None:
        """Delete a customer and end what it subscribed to; charges and invoices stay."""
        found, at = ident("cus", fact.key), millis(fact.at)
        row = self.kept["customers"].get(found)
        if row is None or row.deleted_at is not None:
            return
        for one in self.kept["subscriptions"].rows(
            "customer = ? and status <> 'canceled'", (found,)
        ):
            self._end(str(one.id), at)
        self.kept["customers"].put(replace(row, deleted_at=at, updated_at=at))
        self._chronicle.tell("customer.deleted", row.json(), at)

    @hears(Charged)
    def charged(self, fact: Charged) -> None:
        """Make a charge, or move one that was pending."""
        body, at = charges.charge(fact), millis(fact.at)
        if self.kept["charges"].get(body["id"]) is None:
            self._put("charges", body, at, fact.key)
            self._chronicle.tell(f"charge.{fact.status}", body, at)
        else:
            for name in ("created", "amount_refunded", "refunded", "disputed"):
                del body[name]
            self._edit("charges", body["id"], body, at, f"charge.{fact.status}")
        if fact.invoice:
            self._pay(ident("in", fact.invoice), body, at)

    @hears(ChargeRefunded)
    def refunded(self, fact: ChargeRefunded) -> None:
        """Give money of a charge back."""
        row = self.kept["charges"].get(ident("ch", fact.charge))
        if row is None:
            return
        charged, at = row.json(), millis(fact.at)
        back = charged["amount_refunded"] + fact.amount
        changes = {"amount_refunded": back, "refunded": back >= charged["amount"]}
        body = charges.refund(fact, charged)
        self._put("refunds", body, at, fact.key)
        self._chronicle.tell("refund.created", body, at)
        self._edit("charges", charged["id"], changes, at, "charge.refunded")

    @hears(Disputed)
    def disputed(self, fact: Disputed) -> None:
        """Have a charge disputed, or a dispute decided."""
        row, at = self.kept["charges"].get(ident("ch", fact.charge)), millis(fact.at)
        if row is None:
            return
        body = charges.dispute(fact, row.json())
        if self.kept["disputes"].get(body["id"]) is None:
            self._put("disputes", body, at, fact.key)
            self._chronicle.tell("charge.dispute.created", body, at)
            self._edit("charges", row.id, {"disputed": True}, at)
        else:
            kind = "closed" if fact.status in {"won", "lost"} else "updated"
            changes = {"amount": fact.amount, "status": fact.status}
            self._edit("disputes", body["id"], changes, at, f"charge.dispute.{kind}")

    @hears(SubscriptionStarted)
    def started(self, fact: SubscriptionStarted) -> None:
        """Make a subscription and its item, and what they sell when it is new."""
        at = millis(fact.at)
        only = subscriptions.item(fact, self._price(fact, at))
        body = subscriptions.subscription(fact, only)
        self._put("subscription_items", only, at, fact.key)
        self._put("subscriptions", body, at, fact.key)
        self._chronicle.tell("customer.subscription.created", body, at)

    @hears(SubscriptionChanged)
    def changed(self, fact: SubscriptionChanged) -> None:
        """Change plan, price, quantity or status of a subscription."""
        found, at = ident("sub", fact.key), millis(fact.at)
        row = self.kept["subscriptions"].get(found)
        if row is None:
            return
        body = row.json()
        only = body["items"]["data"][0]
        told = {name: value for name, value in fact.changes.items() if name != "payer"}
        terms = replace(self._terms(fact, only), **told)
        priced = self._price(terms, at)
        plan, quantity = subscriptions.plan(priced), terms.quantity
        new = {**only, "plan": plan, "price": priced, "quantity": quantity}
        changes = {"items": {**body["items"], "data": [new]}}
        if "status" in fact.changes:
            changes["status"] = fact.changes["status"]
        self._edit("subscription_items", only["id"], new, at)
        self._edit("subscriptions", found, changes, at, "customer.subscription.updated")

    @hears(SubscriptionCancelled)
    def cancelled(self, fact: SubscriptionCancelled) -> None:
        """End a subscription, now or with its period."""
        found, at = ident("sub", fact.key), millis(fact.at)
        row = self.kept["subscriptions"].get(found)
        if row is None:
            return
        body = row.json()
        why = {"comment": fact.reason or None, "feedback": None, "reason": "cancellation_requested"}
        changes: Body = {"cancellation_details": why, "canceled_at": at // 1000}
        if not fact.at_period_end:
            self._end(found, at, changes)
            return
        end = body["items"]["data"][0]["current_period_end"]
        changes |= {"cancel_at": end, "cancel_at_period_end": True}
        self._edit("subscriptions", found, changes, at, "customer.subscription.updated")
        heapq.heappush(self._endings, (end * 1000, found))

    @hears(Invoiced)
    def invoiced(self, fact: Invoiced) -> None:
        """Make an invoice, or move one on."""
        found, at = ident("in", fact.key), millis(fact.at)
        if self.kept["invoices"].get(found) is None:
            self._bill(fact, at)
        row = self.kept["invoices"].get(found)
        body = row.json() if row else {}
        for kind, changes in invoices.moves(body, fact.status, at // 1000):
            self._edit("invoices", found, changes, at, kind)

    def _bill(self, fact: Invoiced, at: int) -> None:
        payer = self.kept["customers"].get(ident("cus", fact.payer))
        subscribed = self._subscribed(fact)
        body = invoices.invoice(fact, payer.json() if payer else {}, subscribed)
        self._put("invoices", body, at, fact.key)
        self._chronicle.tell("invoice.created", body, at)
        for charged in self._early.pop(body["id"], []):
            self._pay(body["id"], charged, at)
        if subscribed is not None:
            self._renew(subscribed, body, at)

    def _subscribed(self, fact: Invoiced) -> Body | None:
        if not fact.subscription:
            return None
        row = self.kept["subscriptions"].get(ident("sub", fact.subscription))
        body: Body | None = row.json() if row else None
        return body

    def _renew(self, subscribed: Body, billed: Body, at: int) -> None:
        changes: Body = {"latest_invoice": billed["id"]}
        only, period = subscribed["items"]["data"][0], billed["lines"]["data"][0]["period"]
        if period["end"] > only["current_period_end"]:
            moved = {"current_period_start": period["start"], "current_period_end": period["end"]}
            self._edit("subscription_items", only["id"], moved, at)
            changes["items"] = {**subscribed["items"], "data": [{**only, **moved}]}
        kind = "customer.subscription.updated"
        self._edit("subscriptions", subscribed["id"], changes, at, kind)

    def _pay(self, found: str, charged: Body, at: int) -> None:
        row = self.kept["invoices"].get(found)
        if row is None:
            self._early.setdefault(found, []).append(charged)
            return
        billed = row.json()
        body = invoices.invoice_payment(charged, billed, at // 1000)
        others = [one for one in billed["payments"]["data"] if one["id"] != body["id"]]
        payments = {**billed["payments"], "data": [*others, body]}
        tried = {"attempted": True, "attempt_count": billed["attempt_count"] + 1}
        self._put("invoice_payments", body, at, row.key)
        kind = "invoice.payment_failed" if charged["status"] == "failed" else ""
        self._edit("invoices", found, {"payments": payments, **tried}, at, kind)
        if body["status"] == "paid":
            self._chronicle.tell("invoice_payment.paid", body, at)

    def _end(self, found: str, at: int, changes: Body | None = None) -> None:
        done = {"status": "canceled", "ended_at": at // 1000, "cancel_at_period_end": False}
        row = self.kept["subscriptions"].get(found)
        if row is None or row.extra["status"] == "canceled":
            return
        done["canceled_at"] = row.json()["canceled_at"] or at // 1000
        kind = "customer.subscription.deleted"
        self._edit("subscriptions", found, {**done, **(changes or {})}, at, kind)

    def _terms(self, fact: SubscriptionChanged, only: Body) -> SubscriptionStarted:
        priced = only["price"]
        sold = self.kept["products"].get(priced["product"])
        return SubscriptionStarted(
            key=fact.key,
            at=fact.at,
            payer="",
            plan=sold.key if sold else "",
            amount=priced["unit_amount"],
            currency=priced["currency"].upper(),
            interval=priced["recurring"]["interval"],
            quantity=only["quantity"],
        )

    def _price(self, fact: SubscriptionStarted, at: int) -> Body:
        priced = subscriptions.price(fact, at // 1000)
        known = self.kept["prices"].get(priced["id"])
        if known is not None:
            body: Body = known.json()
            return body
        if self.kept["products"].get(priced["product"]) is None:
            product = subscriptions.product(fact.plan, at // 1000)
            self._put("products", product, at, fact.plan)
            self._chronicle.tell("product.created", product, at)
        self._put("prices", priced, at, fact.plan)
        self._chronicle.tell("price.created", priced, at)
        return priced

    def _put(self, table: str, body: Body, at: int, key: str) -> None:
        text = orjson.dumps(body).decode()
        self.kept[table].put(Row(body["id"], text, at, at, key, extra=_columns(table, body)))

    def _edit(self, table: str, found: Id, changes: Body, at: int, kind: str = "") -> None:
        """Change an object and tell of it, if anything is other than before."""
        row = self.kept[table].get(found)
        if row is None:
            return
        body = row.json()
        previous = {name: body.get(name) for name in changes if body.get(name) != changes[name]}
        if not previous:
            return
        body |= changes
        text, extra = orjson.dumps(body).decode(), _columns(table, body)
        self.kept[table].put(replace(row, body=text, updated_at=at, extra=extra))
        if kind:
            self._chronicle.tell(kind, body, at, previous)


def _columns(table: str, body: Body) -> dict[str, Any]:
    if table == "invoices":
        parent = body["parent"] or {}
        named = (parent.get("subscription_details") or {}).get("subscription")
        return {"customer": body["customer"], "status": body["status"], "subscription": named}
    return {name: body[name] for name in COLUMNS[table]}
