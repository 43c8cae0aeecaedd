"""Charges, refunds and disputes in the shape of version 2026-10-28.endive."""

from sandbox.happenings import Charged, ChargeRefunded, Disputed
from sandbox.stripe.parts import SECONDS, Body, epoch, ident, metadata

EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def charge(fact: Charged) -> Body:
    """Give a charge; nothing is an amount, too (vouchers). A guest's has no customer."""
    is_paid, is_failed = fact.status == "succeeded", fact.status == "failed"
    return {
        "id": ident("ch", fact.key),
        "object": "charge",
        "amount": fact.amount,
        "amount_captured": fact.amount if is_paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": None,
            "email": fact.email or None,
            "name": fact.name or None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": None,
        "captured": is_paid,
        "created": epoch(fact.at),
        "currency": fact.currency.lower(),
        "customer": ident("cus", fact.payer) if fact.payer else None,
        "description": fact.description or None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": "card_declined" if is_failed else None,
        "failure_message": "Your card was declined." if is_failed else None,
        "fraud_details": {},
        "livemode": True,
        "metadata": metadata(fact.metadata, fact.order),
        "on_behalf_of": None,
        "outcome": None,
        "paid": is_paid,
        "payment_intent": ident("pi", fact.key),
        "payment_method": ident("pm", fact.key),
        "payment_method_details": {"type": fact.method, fact.method: {}},
        "receipt_email": fact.email or None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": fact.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def refund(fact: ChargeRefunded, charged: Body) -> Body:
    """Give a refund of a charge."""
    return {
        "id": ident("re", fact.key),
        "object": "refund",
        "amount": fact.amount,
        "balance_transaction": None,
        "charge": charged["id"],
        "created": epoch(fact.at),
        "currency": charged["currency"],
        "metadata": {},
        "payment_intent": charged["payment_intent"],
        "reason": fact.reason or None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def dispute(fact: Disputed, charged: Body) -> Body:
    """Give a dispute of a charge."""
    return {
        "id": ident("dp", fact.key),
        "object": "dispute",
        "amount": fact.amount,
        "balance_transactions": [],
        "charge": charged["id"],
        "created": epoch(fact.at),
        "currency": charged["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": epoch(fact.at) + 7 * SECONDS["day"],
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": True,
        "metadata": {},
        "payment_intent": charged["payment_intent"],
        "reason": fact.reason,
        "status": fact.status,
    }
