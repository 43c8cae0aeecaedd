"""A Chargebee site: hears what happens in billing and keeps the resources of it."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import orjson

from sandbox.chargebee import customers, money, subscriptions
from sandbox.chargebee.parts import Body, filled, ident
from sandbox.chargebee.subscriptions import Terms
from sandbox.clock import Clock, millis
from sandbox.happenings import (
    Charged,
    ChargeRefunded,
    Happening,
    Invoiced,
    PayerDeleted,
    PayerEdited,
    PayerJoined,
    SubscriptionCancelled,
    SubscriptionChanged,
    SubscriptionStarted,
)
from sandbox.names import number
from sandbox.store import Row
from sandbox.vendor import Vendor, hears

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customers": (),
    "subscriptions": ("customer_id", "status"),
    "invoices": ("customer_id", "subscription_id", "status"),
    "credit_notes": ("customer_id", "subscription_id", "type", "status"),
    "transactions": ("customer_id", "subscription_id", "type", "status"),
}
Change = Callable[[Body], Body]


class Site(Vendor):
    """The resources of one site.

    Args:
        clock: The sandbox's.
        late_seconds: How late, at the most, a change shows in a list by ``updated_at``; Chargebee
            was seen to need five minutes, 0 is at once.
        stamped_since: What was last touched before that has no ``updated_at``; None stamps all.
    """

    system: ClassVar[str] = "billing"
    share: ClassVar[int] = 1

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        late_seconds: float = 0,
        stamped_since: datetime | None = None,
    ) -> None:
        super().__init__(clock)
        self.kept = {
            name: self.store.collection(name, (*extra, "stamped", "visible_at"))
            for name, extra in COLUMNS.items()
        }
        # Truth alone: an item has no id and no list of its own.
        self._items = self.store.collection("subscription_items", ())
        self._late_ms = round(late_seconds * 1000)
        self._stamped_since = millis(stamped_since) if stamped_since else 0
        self._due: list[tuple[int, str]] = []
        self._early: dict[str, list[str]] = {}

    def reset(self) -> None:
        """Forget every resource."""
        super().reset()
        self._due.clear()
        self._early.clear()

    def apply(self, happening: Happening) -> None:
        """Hear what happened, after what was due before it."""
        with self.store.lock:
            self.end_due(millis(happening.at))
            super().apply(happening)

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what a perfect pull would hold; items go by ``subscription:item price``."""
        self.end_due(self.millis())
        return super().truth(table)

    def end_due(self, now: int) -> None:
        """End the trials and terms that are over by ``now`` (ms)."""
        with self.store.lock:
            while self._due and self._due[0][0] <= now:
                at, found = heapq.heappop(self._due)
                row = self.kept["subscriptions"].get(found)
                body = row.json() if row else {}
                if body.get("status") == "in_trial" and body["trial_end"] * 1000 <= at:
                    self._edit("subscriptions", found, subscriptions.activated, at)
                elif body.get("status") == "non_renewing":
                    self._edit("subscriptions", found, subscriptions.ended(at // 1000), at)

    @hears(PayerJoined)
    def joined(self, fact: PayerJoined) -> None:
        """Make a customer."""
        self._put("customers", customers.customer(fact), millis(fact.at), fact.key)

    @hears(PayerEdited)
    def edited(self, fact: PayerEdited) -> None:
        """Change a customer."""
        told = customers.told(PayerJoined(key=fact.key, at=fact.at, **fact.changes))
        names = [name for change in fact.changes for name in customers.FIELDS[change]]
        changes = {name: told[name] for name in names}
        self._edit("customers", ident("customer", fact.key), changes, millis(fact.at))

    @hears(PayerDeleted)
    def deleted(self, fact: PayerDeleted) -> None:
        """Delete a customer and end what it subscribed to; the rest stays."""
        found, at = ident("customer", fact.key), millis(fact.at)
        row = self.kept["customers"].get(found)
        if row is None or row.deleted_at is not None:
            return
        live = "customer_id = ? and status <> 'cancelled'"
        for one in self.kept["subscriptions"].rows(live, (found,)):
            self._edit("subscriptions", str(one.id), subscriptions.ended(at // 1000), at)
        self.remove("customers", found, at)

    @hears(SubscriptionStarted)
    def started(self, fact: SubscriptionStarted) -> None:
        """Make a subscription."""
        if not self._has(fact.payer):
            return
        body, at = subscriptions.subscription(fact), millis(fact.at)
        self._put("subscriptions", body, at, fact.key)
        self._sell(body["id"], Terms.of(fact), at, fact.key)
        if fact.trial_until:
            heapq.heappush(self._due, (millis(fact.trial_until), body["id"]))

    @hears(SubscriptionChanged)
    def changed(self, fact: SubscriptionChanged) -> None:
        """Change plan, price, quantity or standing of a subscription."""
        found, at = ident("subscription", fact.key), millis(fact.at)
        row = self.kept["subscriptions"].get(found)
        if row is None:
            return
        before = Terms.within(row.json())
        terms = before.changed(dict(fact.changes))
        changes: Body = {
            "subscription_items": [subscriptions.item(terms)],
            "currency_code": terms.currency,
            "billing_period_unit": terms.interval,
        }
        if "status" in fact.changes:
            changes |= subscriptions.standing(fact.changes["status"], at // 1000, terms)
        self._edit("subscriptions", found, changes, at)
        if terms.price != before.price:
            self._items.delete(f"{found}:{before.price}", at)
        self._sell(found, terms, at, fact.key)

    @hears(SubscriptionCancelled)
    def cancelled(self, fact: SubscriptionCancelled) -> None:
        """End a subscription, now or with its term."""
        found, at = ident("subscription", fact.key), millis(fact.at)
        row = self.kept["subscriptions"].get(found)
        if row is None:
            return
        if not fact.at_period_end:
            changes = subscriptions.ended(at // 1000, fact.reason)
            self._edit("subscriptions", found, changes, at)
            return
        body = row.json()
        self._edit("subscriptions", found, subscriptions.scheduled(fact, body), at)
        heapq.heappush(self._due, (body["current_term_end"] * 1000, found))

    @hears(Invoiced)
    def invoiced(self, fact: Invoiced) -> None:
        """Make an invoice, or move one on."""
        found, at = ident("invoice", fact.key), millis(fact.at)
        if self.kept["invoices"].get(found) is None:
            if not self._has(fact.payer):
                return
            self._bill(fact, at)
        self._edit("invoices", found, lambda body: money.moved(body, fact.status, at // 1000), at)

    @hears(Charged)
    def charged(self, fact: Charged) -> None:
        """Make a payment, or move one that was going on."""
        at = millis(fact.at)
        if fact.payer is None:
            fact = self._received(fact)
        if not self._has(fact.payer or ""):
            return
        body = money.payment(fact)
        if self.kept["transactions"].get(body["id"]) is None:
            self._put("transactions", body, at, fact.key)
        else:
            told = {name: body[name] for name in ("status", "error_code", "error_text")}
            self._edit("transactions", body["id"], told, at)
        if not fact.invoice and self.kept["invoices"].get(_billed(fact)) is None:
            self._bill(money.one_off(fact), at)
            self._edit("invoices", _billed(fact), {"status": "payment_due"}, at)
        self._pay(_billed(fact), body["id"], at)

    @hears(ChargeRefunded)
    def refunded(self, fact: ChargeRefunded) -> None:
        """Give money back: a credit note, and a transaction that pays it out."""
        paid_id, at = "txn_" + ident("payment", fact.charge), millis(fact.at)
        row = self.kept["transactions"].get(paid_id)
        if row is None:
            return
        paid = row.json()
        note = money.credit_note(fact, paid)
        self._put("credit_notes", note, at, fact.key)
        self._put("transactions", money.refund(fact, paid, note), at, fact.key)
        back = [*paid["linked_refunds"], money.paid_back(fact)]
        self._edit("transactions", paid_id, {"linked_refunds": back}, at)
        if note["reference_invoice_id"]:
            self._edit("invoices", note["reference_invoice_id"], _noting(note), at)

    def remove(self, table: str, found: str, at: int) -> None:
        """Delete a resource: it stays, marked, for those who ask for what is deleted."""
        row = self._edit(table, found, {"deleted": True}, at)
        if row is not None:
            self.kept[table].put(replace(row, deleted_at=at))

    def clear(self, found: str, at: int) -> bool:
        """Clear a customer of everything personal; False if there is no such customer."""
        row = self.kept["customers"].get(found)
        if row is None:
            return False
        self._write("customers", row, customers.cleared(row.json()), at)
        return True

    def _received(self, fact: Charged) -> Charged:
        """Make a customer of a guest."""
        guest = customers.guest(fact)
        if not self._has(guest.key):
            self._put("customers", customers.customer(guest), millis(fact.at), guest.key)
        return replace(fact, payer=guest.key)

    def _has(self, payer: str) -> bool:
        return self.kept["customers"].get(ident("customer", payer)) is not None

    def _sell(self, found: str, terms: Terms, at: int, key: str) -> None:
        self._items.put(Row(f"{found}:{terms.price}", "{}", at, at, key))

    def _bill(self, fact: Invoiced, at: int) -> None:
        body = money.invoice(fact)
        self._put("invoices", body, at, fact.key)
        for paying in self._early.pop(body["id"], []):
            self._pay(body["id"], paying, at)
        if fact.subscription:
            found = ident("subscription", fact.subscription)
            self._edit("subscriptions", found, lambda s: subscriptions.renewed(s, at // 1000), at)

    def _pay(self, billed_id: str, paying: str, at: int) -> None:
        billed, txn = self.kept["invoices"].get(billed_id), self.kept["transactions"].get(paying)
        if txn is None:
            return
        if billed is None:
            self._early.setdefault(billed_id, []).append(paying)
            return
        body = txn.json()
        self._edit("invoices", billed_id, lambda b: money.paid_by(b, body, at // 1000), at)
        billed = self.kept["invoices"].get(billed_id)
        now = billed.json() if billed else {}
        link = {"linked_invoices": [money.pays(now, body, at // 1000)]}
        self._edit("transactions", paying, {**link, **_subscribed(now)}, at)

    def _put(self, table: str, body: Body, at: int, key: str) -> None:
        self._write(table, Row(body["id"], "", at, at, key), body, at)

    def _edit(self, table: str, found: str, change: Body | Change, at: int) -> Row | None:
        row = self.kept[table].get(found)
        if row is None:
            return None
        body = row.json()
        changes = change(body) if callable(change) else change
        if not changes:
            return row
        return self._write(table, row, {**body, **changes}, at)

    def _write(self, table: str, row: Row, body: Body, at: int) -> Row:
        """Stamp a resource and keep it; a list by ``updated_at`` may show it some time later."""
        stamped = at >= self._stamped_since
        if stamped:
            body = {**body, "updated_at": at // 1000, "resource_version": at}
        lag = number("lag", f"{table}:{row.id}:{at}") % (self._late_ms + 1)
        columns = {name: body.get(name) for name in COLUMNS[table]}
        extra = {**columns, "stamped": stamped, "visible_at": at + lag}
        text = orjson.dumps(filled(body)).decode()
        new = replace(row, body=text, updated_at=at, extra=extra)
        self.kept[table].put(new)
        return new


def _billed(fact: Charged) -> str:
    return ident("invoice", fact.invoice or f"charge:{fact.key}")


def _subscribed(billed: Body) -> Body:
    return {"subscription_id": billed.get("subscription_id")}


def _noting(note: Body) -> Change:
    return lambda billed: {
        "issued_credit_notes": [*billed["issued_credit_notes"], money.issued(note)]
    }
