"""Invoices, the transactions that pay them, and the credit notes that take them back."""

from sandbox.chargebee.parts import Body, epoch, ident
from sandbox.happenings import Charged, ChargeRefunded, Invoiced
from sandbox.names import letters, shop_order

INVOICE = {
    "draft": "pending",
    "open": "payment_due",
    "paid": "paid",
    "void": "voided",
    "uncollectible": "not_paid",
}
TRANSACTION = {"succeeded": "success", "pending": "in_progress", "failed": "failure"}
REASONS = {"fraudulent": "fraudulent"}


def invoice(fact: Invoiced) -> Body:
    """Give an invoice of one line, not yet paid."""
    total, at = fact.amount * fact.quantity, epoch(fact.at)
    sold = ident("subscription", fact.subscription) if fact.subscription else None
    line = {
        "id": "li_" + letters("line", fact.key, 14),
        "subscription_id": sold,
        "customer_id": ident("customer", fact.payer),
        "date_from": epoch(fact.period_start or fact.at),
        "date_to": epoch(fact.period_end or fact.at),
        "unit_amount": fact.amount,
        "quantity": fact.quantity,
        "amount": total,
        "pricing_model": "per_unit",
        "is_taxed": False,
        "tax_amount": 0,
        "discount_amount": 0,
        "item_level_discount_amount": 0,
        "description": fact.description or "One-time charge",
        "entity_type": "plan_item_price" if sold else "adhoc",
    }
    return {
        "id": ident("invoice", fact.key),
        "customer_id": ident("customer", fact.payer),
        "subscription_id": sold,
        "recurring": sold is not None,
        "status": "pending",
        "price_type": "tax_exclusive",
        "po_number": fact.number,
        "date": at,
        "due_date": at,
        "net_term_days": 0,
        "exchange_rate": 1.0,
        "currency_code": fact.currency,
        "tax": 0,
        "sub_total": total,
        "total": total,
        "amount_paid": 0,
        "amount_adjusted": 0,
        "write_off_amount": 0,
        "credits_applied": 0,
        "amount_due": total,
        "amount_to_collect": total,
        "round_off_amount": 0,
        "first_invoice": False,
        "generated_at": at,
        "term_finalized": True,
        "is_gifted": False,
        "has_advance_charges": False,
        "line_items": [{k: v for k, v in line.items() if v is not None}],
        "linked_payments": [],
        "applied_credits": [],
        "adjustment_credit_notes": [],
        "issued_credit_notes": [],
        "linked_orders": [],
        "dunning_attempts": [],
        "deleted": False,
        "object": "invoice",
    }


def one_off(fact: Charged) -> Invoiced:
    """Give the bill that comes with a charge nobody was billed for before."""
    return Invoiced(
        key=f"charge:{fact.key}",
        at=fact.at,
        payer=fact.payer or "",
        amount=fact.amount,
        currency=fact.currency,
        description=fact.description,
    )


def moved(body: Body, status: str, at: int) -> Body:
    """Give what changes when an invoice moves to a status; what is paid or void stays so."""
    known = INVOICE[status]
    if known == body["status"] or body["status"] in {"paid", "voided"}:
        return {}
    if known == "paid":
        paid = {"amount_paid": body["total"], "amount_due": 0, "amount_to_collect": 0}
        return {"status": known, "paid_at": at, **paid}
    if known == "voided":
        return {"status": known, "voided_at": at, "amount_due": 0, "amount_to_collect": 0}
    return {"status": known}


def paid_by(body: Body, txn: Body, at: int) -> Body:
    """Give what changes when a transaction tries to pay an invoice."""
    done = txn["status"] == "success"
    applied = min(txn["amount"], body["amount_due"]) if done else 0
    link = {
        "txn_id": txn["id"],
        "applied_amount": applied,
        "applied_at": at,
        "txn_status": txn["status"],
        "txn_date": txn["date"],
        "txn_amount": txn["amount"],
    }
    before = next((o for o in body["linked_payments"] if o["txn_id"] == txn["id"]), None)
    others = [one for one in body["linked_payments"] if one is not before]
    due = body["amount_due"] - applied
    changes: Body = {
        "linked_payments": [*others, {**link, "applied_amount": applied}],
        "amount_paid": body["amount_paid"] + applied,
        "amount_due": due,
        "amount_to_collect": due,
    }
    if due > 0 or body["status"] in {"paid", "voided"}:
        return changes
    return {**changes, "status": "paid", "paid_at": at}


def payment(fact: Charged) -> Body:
    """Give a payment, done, tried or going on. The shop's order number is its reference."""
    failed = fact.status == "failed"
    return {
        "id": "txn_" + ident("payment", fact.key),
        "customer_id": ident("customer", fact.payer or ""),
        "type": "payment",
        "status": TRANSACTION[fact.status],
        "payment_method": "card" if fact.method == "card" else "other",
        "gateway": "chargebee",
        "id_at_gateway": "cb_" + letters("gateway", fact.key, 20),
        "reference_number": str(shop_order(fact.order)) if fact.order else None,
        "currency_code": fact.currency,
        "exchange_rate": 1.0,
        "amount": fact.amount,
        "amount_unused": 0,
        "date": epoch(fact.at),
        "error_code": "card_declined" if failed else None,
        "error_text": "The card was declined." if failed else None,
        "linked_invoices": [],
        "linked_refunds": [],
        "deleted": False,
        "object": "transaction",
    }


def pays(billed: Body, txn: Body, at: int) -> Body:
    """Give a payment's link to the invoice it pays."""
    return {
        "invoice_id": billed["id"],
        "applied_amount": txn["amount"] if txn["status"] == "success" else 0,
        "applied_at": at,
        "invoice_date": billed["date"],
        "invoice_total": billed["total"],
        "invoice_status": billed["status"],
    }


def refund(fact: ChargeRefunded, paid: Body, note: Body) -> Body:
    """Give the transaction that pays money back."""
    about = {name: note[name] for name in ("total", "status", "date")}
    return {
        "id": "txn_" + ident("refund", fact.key),
        "customer_id": paid["customer_id"],
        "subscription_id": paid.get("subscription_id"),
        "type": "refund",
        "status": "success",
        "payment_method": paid["payment_method"],
        "gateway": paid["gateway"],
        "currency_code": paid["currency_code"],
        "exchange_rate": 1.0,
        "amount": fact.amount,
        "date": epoch(fact.at),
        "refunded_txn_id": paid["id"],
        "linked_credit_notes": [
            {
                "cn_id": note["id"],
                "applied_amount": fact.amount,
                "applied_at": epoch(fact.at),
                "cn_reason_code": note["reason_code"],
                "cn_create_reason_code": note["create_reason_code"],
                "cn_reference_invoice_id": note.get("reference_invoice_id", ""),
                **{f"cn_{name}": value for name, value in about.items()},
            }
        ],
        "deleted": False,
        "object": "transaction",
    }


def credit_note(fact: ChargeRefunded, paid: Body) -> Body:
    """Give the note that takes part of an invoice back, paid out at once."""
    at = epoch(fact.at)
    billed: Body = next(iter(paid["linked_invoices"]), {})
    return {
        "id": ident("credit_note", fact.key),
        "customer_id": paid["customer_id"],
        "subscription_id": paid.get("subscription_id"),
        "reference_invoice_id": billed.get("invoice_id"),
        "type": "refundable",
        "reason_code": REASONS.get(fact.reason, "other"),
        "create_reason_code": fact.reason or "Other",
        "status": "refunded",
        "date": at,
        "price_type": "tax_exclusive",
        "currency_code": paid["currency_code"],
        "sub_total": fact.amount,
        "total": fact.amount,
        "amount_allocated": 0,
        "amount_refunded": fact.amount,
        "amount_available": 0,
        "refunded_at": at,
        "generated_at": at,
        "round_off_amount": 0,
        "line_items": [],
        "linked_refunds": [
            {
                "txn_id": "txn_" + ident("refund", fact.key),
                "applied_amount": fact.amount,
                "applied_at": at,
                "txn_status": "success",
                "txn_date": at,
                "txn_amount": fact.amount,
            }
        ],
        "allocations": [],
        "deleted": False,
        "object": "credit_note",
    }


def issued(note: Body) -> Body:
    """Give an invoice's link to a credit note."""
    return {
        "cn_id": note["id"],
        "cn_reason_code": note["reason_code"],
        "cn_create_reason_code": note["create_reason_code"],
        "cn_date": note["date"],
        "cn_total": note["total"],
        "cn_status": note["status"],
    }


def paid_back(fact: ChargeRefunded) -> Body:
    """Give a payment's link to a refund."""
    return {
        "txn_id": "txn_" + ident("refund", fact.key),
        "txn_status": "success",
        "txn_date": epoch(fact.at),
        "txn_amount": fact.amount,
    }
