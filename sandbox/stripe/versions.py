"""What Stripe's objects looked like before 2025-03-31, for those who ask for it, or forget not to.

An event keeps the version of the account at the time it happened, whatever its reader asks for.
"""

import re
from collections.abc import Callable

from sandbox.stripe.parts import Body

CURRENT = "2026-10-28.endive"
MOVED = "2025-03-31"
WELL_FORMED = re.compile(r"20\d\d-\d\d-\d\d(\.[a-z]+)?")


def is_known(version: str) -> bool:
    """Say whether this can be a version; later than ours is none."""
    return WELL_FORMED.fullmatch(version) is not None and version[:10] <= CURRENT[:10]


def is_old(version: str) -> bool:
    """Say whether a version is from before invoices and subscriptions were rearranged."""
    return version < MOVED


def aged(body: Body) -> Body:
    """Give an object in its old shape; those that never changed come back as they are."""
    change = OLD.get(body.get("object", ""))
    return change(dict(body)) if change else body


def _list(body: Body) -> Body:
    return {**body, "data": [aged(one) for one in body["data"]]}


def _subscription(body: Body) -> Body:
    first = body["items"]["data"][0]
    for name in ("current_period_start", "current_period_end"):
        body[name] = first[name]
    body["items"] = _list(body["items"])
    for name in ("billing_cycle_anchor_config", "billing_mode", "billing_schedules", "discounts"):
        body.pop(name, None)
    body.pop("invoice_settings", None)
    return {**body, "discount": None}


def _item(body: Body) -> Body:
    for name in ("current_period_start", "current_period_end", "discounts"):
        body.pop(name, None)
    return body


def _invoice(body: Body) -> Body:
    payments = body.pop("payments", {"data": []})["data"]
    parent = body.pop("parent") or {}
    for name in ("amount_overpaid", "automatically_finalizes_at", "issuer", "rendering"):
        body.pop(name, None)
    body.pop("total_pretax_credit_amounts", None)
    body.pop("threshold_reason", None)
    taxes = body.pop("total_taxes")
    intent = payments[0]["payment"]["payment_intent"] if payments else None
    return {
        **body,
        "charge": "ch_" + payments[0]["id"].removeprefix("inpay_") if payments else None,
        "lines": _list(body["lines"]),
        "paid": body["status"] == "paid",
        "paid_out_of_band": body["status"] == "paid" and not payments,
        "payment_intent": intent,
        "quote": None,
        "subscription": (parent.get("subscription_details") or {}).get("subscription"),
        "tax": None,
        "total_tax_amounts": taxes,
    }


def _line(body: Body) -> Body:
    parent = body.pop("parent")
    is_plan = parent["type"] == "subscription_item_details"
    details = parent[parent["type"]]
    for name in ("invoice", "pretax_credit_amounts", "pricing", "subtotal", "taxes"):
        body.pop(name, None)
    if is_plan:
        body["subscription_item"] = details["subscription_item"]
    return {
        **body,
        "price": None,
        "proration": details["proration"],
        "subscription": details["subscription"],
        "tax_amounts": [],
        "tax_rates": [],
        "type": "subscription" if is_plan else "invoiceitem",
    }


OLD: dict[str, Callable[[Body], Body]] = {
    "invoice": _invoice,
    "line_item": _line,
    "subscription": _subscription,
    "subscription_item": _item,
}
