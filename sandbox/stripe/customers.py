"""A customer in the shape of version 2026-10-28.endive."""

from sandbox.happenings import PayerJoined
from sandbox.names import letters
from sandbox.stripe.parts import Body, address, epoch, ident, metadata


def customer(fact: PayerJoined) -> Body:
    """Give a customer."""
    made = {"id": ident("cus", fact.key), "object": "customer", "created": epoch(fact.at)}
    return {
        **made,
        **customer_fields(fact),
        "balance": 0,
        "default_source": None,
        "delinquent": False,
        "discount": None,
        "invoice_prefix": letters("invoice prefix", fact.key, 8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": True,
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def customer_fields(fact: PayerJoined) -> Body:
    """Give the fields of a customer that the world knows of."""
    return {
        "address": address(fact.address),
        "currency": fact.currency.lower() or None,
        "description": fact.description or None,
        "email": fact.email or None,
        "metadata": metadata(fact.metadata),
        "name": fact.name or None,
        "phone": fact.phone or None,
    }
