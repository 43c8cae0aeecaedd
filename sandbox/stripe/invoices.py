"""Invoices and their payments in the shape of version 2026-10-28.endive."""

from sandbox.happenings import Invoiced
from sandbox.stripe.parts import Body, epoch, ident, listing

ENDS = {
    "paid": ("invoice.paid", "paid_at"),
    "void": ("invoice.voided", "voided_at"),
    "uncollectible": ("invoice.marked_uncollectible", "marked_uncollectible_at"),
}


def invoice(fact: Invoiced, payer: Body, subscribed: Body | None) -> Body:
    """Give an invoice of one line. It names its subscription in ``parent`` and nowhere else."""
    total, created = fact.amount * fact.quantity, epoch(fact.at)
    found = ident("in", fact.key)
    line = _line(fact, found, subscribed)
    return {
        "id": found,
        "object": "invoice",
        "account_country": "DE",
        "account_name": "Daybreak Sandbox",
        "account_tax_ids": None,
        "amount_due": total,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": total,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": False,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "automatically_finalizes_at": None,
        "billing_reason": "subscription_cycle" if subscribed else "manual",
        "collection_method": "charge_automatically",
        "created": created,
        "currency": fact.currency.lower(),
        "custom_fields": None,
        "customer": ident("cus", fact.payer),
        "customer_address": payer.get("address"),
        "customer_email": payer.get("email"),
        "customer_name": payer.get("name"),
        "customer_phone": payer.get("phone"),
        "customer_shipping": None,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": fact.description or None,
        "discounts": [],
        "due_date": None,
        "effective_at": None,
        "ending_balance": None,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": listing([line], f"/v1/invoices/{found}/lines"),
        "livemode": True,
        "metadata": {},
        "next_payment_attempt": None,
        "number": fact.number or None,
        "on_behalf_of": None,
        "parent": _parent(subscribed),
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "payments": listing([], f"/v1/invoice_payments?invoice={found}"),
        "period_end": line["period"]["end"],
        "period_start": line["period"]["start"],
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": 0,
        "statement_descriptor": None,
        "status": "draft",
        "status_transitions": {
            "finalized_at": None,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "test_clock": None,
        "threshold_reason": None,
        "total": total,
        "total_discount_amounts": [],
        "total_excluding_tax": total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": created,
    }


def invoice_payment(charged: Body, billed: Body, at: int) -> Body:
    """Give what ties an invoice to its charge: both name the same payment intent."""
    is_paid = charged["status"] == "succeeded"
    return {
        "id": "inpay_" + charged["id"][3:],
        "object": "invoice_payment",
        "amount_paid": charged["amount"] if is_paid else None,
        "amount_requested": charged["amount"],
        "created": at,
        "currency": charged["currency"],
        "invoice": billed["id"],
        "is_default": True,
        "livemode": True,
        "payment": {"payment_intent": charged["payment_intent"], "type": "payment_intent"},
        "status": "paid" if is_paid else "open",
        "status_transitions": {"canceled_at": None, "paid_at": at if is_paid else None},
    }


def _parent(subscribed: Body | None) -> Body | None:
    if subscribed is None:
        return None
    details = {"metadata": {}, "subscription": subscribed["id"]}
    return {
        "quote_details": None,
        "subscription_details": details,
        "type": "subscription_details",
    }


def _line(fact: Invoiced, found: str, subscribed: Body | None) -> Body:
    total = fact.amount * fact.quantity
    only = subscribed["items"]["data"][0] if subscribed else None
    return {
        "id": ident("il", fact.key),
        "object": "line_item",
        "amount": total,
        "currency": fact.currency.lower(),
        "description": fact.description or None,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": found,
        "livemode": True,
        "metadata": {},
        "parent": _line_parent(fact, only),
        "period": {
            "end": epoch(fact.period_end or fact.at),
            "start": epoch(fact.period_start or fact.at),
        },
        "pretax_credit_amounts": [],
        "pricing": _pricing(only),
        "quantity": fact.quantity,
        "subtotal": total,
        "taxes": [],
    }


def _line_parent(fact: Invoiced, only: Body | None) -> Body:
    if only is None:
        return {
            "invoice_item_details": {
                "invoice_item": ident("ii", fact.key),
                "proration": False,
                "proration_details": None,
                "subscription": None,
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        }
    return {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None,
            "proration": False,
            "proration_details": None,
            "subscription": only["subscription"],
            "subscription_item": only["id"],
        },
        "type": "subscription_item_details",
    }


def _pricing(only: Body | None) -> Body | None:
    if only is None:
        return None
    priced = only["price"]
    details = {"price": priced["id"], "product": priced["product"]}
    return {
        "price_details": details,
        "type": "price_details",
        "unit_amount_decimal": priced["unit_amount_decimal"],
    }


def moves(body: Body, status: str, at: int) -> list[tuple[str, Body]]:
    """Give the events, with the fields each changes, that lead an invoice to ``status``."""
    if status == body["status"]:
        return []
    found: list[tuple[str, Body]] = []
    stamps = body["status_transitions"]
    if body["status"] == "draft":
        stamps = {**stamps, "finalized_at": at}
        opened = {"status": "open", "effective_at": at, "status_transitions": stamps}
        found.append(("invoice.finalized", opened))
    if status in ENDS:
        kind, stamp = ENDS[status]
        paid = {"amount_paid": body["total"], "amount_remaining": 0, "attempted": True}
        ended = {"status": status, "status_transitions": {**stamps, stamp: at}}
        found.append((kind, {**ended, **(paid if status == "paid" else {})}))
    return found
