"""Subscriptions and what they sell, in Product Catalog 2.0 and, for old sites, 1.0."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox.chargebee.parts import Body, after, epoch, ident
from sandbox.happenings import SubscriptionCancelled, SubscriptionStarted

# A subscription that fell behind is still active here: it has invoices due.
STATUS = {
    "active": "active",
    "past_due": "active",
    "unpaid": "active",
    "paused": "paused",
    "trialing": "in_trial",
}
BEHIND = frozenset({"past_due", "unpaid"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What is sold for how much."""

    plan: str
    amount: int
    quantity: int
    currency: str
    interval: str

    @property
    def price(self) -> str:
        """The id of the item price: one for each plan, currency and interval."""
        return f"{self.plan}-{self.currency}-{self.interval}"

    @classmethod
    def of(cls, fact: SubscriptionStarted) -> "Terms":
        """Read the terms of a new subscription."""
        return cls(fact.plan, fact.amount, fact.quantity, fact.currency, fact.interval)

    @classmethod
    def within(cls, body: Body) -> "Terms":
        """Read the terms of a subscription."""
        only = body["subscription_items"][0]
        plan, currency, interval = only["item_price_id"].rsplit("-", 2)
        return cls(plan, only["unit_price"], only["quantity"], currency, interval)

    def changed(self, changes: dict[str, Any]) -> "Terms":
        """Give the terms after a change."""
        known = {"plan", "amount", "quantity", "currency", "interval"}
        return replace(self, **{k: v for k, v in changes.items() if k in known})


def item(terms: Terms) -> Body:
    """Give the one item of a subscription."""
    return {
        "item_price_id": terms.price,
        "item_type": "plan",
        "quantity": terms.quantity,
        "unit_price": terms.amount,
        "amount": terms.amount * terms.quantity,
        "free_quantity": 0,
    }


def subscription(fact: SubscriptionStarted) -> Body:
    """Give a subscription of one plan."""
    start, terms = epoch(fact.at), Terms.of(fact)
    trial = epoch(fact.trial_until) if fact.trial_until else None
    end = trial or after(start, fact.interval)
    return {
        "id": ident("subscription", fact.key),
        "customer_id": ident("customer", fact.payer),
        "currency_code": fact.currency,
        "subscription_items": [item(terms)],
        "billing_period": 1,
        "billing_period_unit": fact.interval,
        "start_date": start,
        "trial_start": start if trial else None,
        "trial_end": trial,
        "current_term_start": start,
        "current_term_end": end,
        "next_billing_at": end,
        "created_at": start,
        "started_at": start,
        "activated_at": None if trial else start,
        **standing("trialing" if trial else fact.status, start, terms),
        "has_scheduled_changes": False,
        "deleted": False,
        "object": "subscription",
    }


def standing(status: str, at: int, terms: Terms) -> Body:
    """Give status and dues, by the world's word for how a subscription stands."""
    behind = status in BEHIND
    return {
        "status": STATUS[status],
        "pause_date": at if status == "paused" else None,
        "due_invoices_count": int(behind),
        "due_since": at if behind else None,
        "total_dues": terms.amount * terms.quantity if behind else None,
    }


def activated(body: Body) -> Body:
    """Give what changes when a trial is over."""
    start = body["trial_end"]
    end = after(start, body["billing_period_unit"])
    return {"status": "active", "activated_at": start, **_term(start, end)}


def renewed(body: Body, at: int) -> Body:
    """Give the term in which ``at`` lies, if that is a later one."""
    start, end = body["current_term_start"], body["current_term_end"]
    while end <= at:
        start, end = end, after(end, body["billing_period_unit"])
    return _term(start, end) if end != body["current_term_end"] else {}


def scheduled(fact: SubscriptionCancelled, body: Body) -> Body:
    """Give what changes when a subscription is to end with its term."""
    return {
        "status": "non_renewing",
        "cancelled_at": body["current_term_end"],
        "cancel_schedule_created_at": epoch(fact.at),
        "cancel_reason_code": fact.reason,
        "next_billing_at": None,
    }


def ended(at: int, reason: str = "") -> Body:
    """Give what changes when a subscription ends."""
    found: Body = {"status": "cancelled", "cancelled_at": at, "next_billing_at": None}
    return {**found, "cancel_reason_code": reason} if reason else found


def first_catalog(body: Body) -> Body:
    """Give a subscription as a site on Product Catalog 1.0 tells it."""
    only = body["subscription_items"][0]
    rest = {name: value for name, value in body.items() if name != "subscription_items"}
    return rest | {
        "plan_id": only["item_price_id"],
        "plan_quantity": only["quantity"],
        "plan_unit_price": only["unit_price"],
        "plan_amount": only["amount"],
        "plan_free_quantity": 0,
    }


def _term(start: int, end: int) -> Body:
    return {"current_term_start": start, "current_term_end": end, "next_billing_at": end}
