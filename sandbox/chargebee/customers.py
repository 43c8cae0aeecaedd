"""Customers."""

from sandbox.chargebee.parts import Body, address, epoch, ident, names, notes
from sandbox.happenings import Charged, PayerJoined

# What a cleared customer keeps: nothing by which anybody could be known.
IMPERSONAL = frozenset(
    {
        "id",
        "object",
        "auto_collection",
        "net_term_days",
        "taxability",
        "created_at",
        "preferred_currency_code",
        "promotional_credits",
        "refundable_credits",
        "excess_payments",
        "unbilled_charges",
        "allow_direct_debit",
        "deleted",
    }
)


def customer(fact: PayerJoined) -> Body:
    """Give a customer."""
    return {
        "id": ident("customer", fact.key),
        **told(fact),
        "auto_collection": "on",
        "net_term_days": 0,
        "allow_direct_debit": False,
        "taxability": "taxable",
        "created_at": epoch(fact.at),
        "pii_cleared": "active",
        "promotional_credits": 0,
        "refundable_credits": 0,
        "excess_payments": 0,
        "unbilled_charges": 0,
        "deleted": False,
        "object": "customer",
    }


def told(fact: PayerJoined) -> Body:
    """Give the fields of a customer that the world knows of; empty ones as None or ""."""
    return {
        **names(fact.name),
        "email": fact.email,
        "phone": fact.phone,
        "company": fact.description,
        "preferred_currency_code": fact.currency,
        "billing_address": address(fact.address, fact.name),
        "meta_data": notes(fact.metadata),
    }


FIELDS = {
    "name": ("first_name", "last_name"),
    "email": ("email",),
    "phone": ("phone",),
    "address": ("billing_address",),
    "currency": ("preferred_currency_code",),
    "description": ("company",),
    "metadata": ("meta_data",),
}


def guest(fact: Charged) -> PayerJoined:
    """Give whom the merchant makes a customer of, to charge somebody who is none."""
    return PayerJoined(
        key=f"guest:{fact.key}",
        at=fact.at,
        name=fact.name,
        email=fact.email,
        currency=fact.currency,
    )


def cleared(body: Body) -> Body:
    """Give a customer whose personal data was cleared."""
    return {k: v for k, v in body.items() if k in IMPERSONAL} | {"pii_cleared": "cleared"}
