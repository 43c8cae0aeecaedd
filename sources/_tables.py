"""The tables that a mapping may fill, and what each of their columns means.

A connector's tables are fixed before its first pull, and so are the staging models that read them.
So whoever brings files or a database of their own says what of theirs goes into which of these;
what has no column here stays whole in ``_rest``.
"""

from __future__ import annotations

from core.connector import Table

KEY = ("system", "id")
"""Which old system a record is of, and its id there: two systems may both have a customer 17."""

KINDS = {
    "text": "text",
    # The id of a record in another table of the same system.
    "reference": "text",
    # A decimal number as text: 12.50. Staging knows the currency's decimals, a double does not.
    "amount": "text",
    "moment": "timestamp",
    "flag": "bool",
    "number": "bigint",
}
"""Meaning -> the kind of the raw column."""


def _named(meaning: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), meaning)


_PERSON = _named("text", "first_name last_name full_name email phone company")
_ADDRESS = _named("text", "street city state postcode country")
_STAMPS = _named("moment", "created_at updated_at")

MEANINGS: dict[str, dict[str, str]] = {
    "people": {
        **_PERSON,
        **_ADDRESS,
        **_named("text", "other_emails other_phone job_title language email_consent links"),
        **_named("text", "date_of_birth"),
        **_named("reference", "company_id merged_into"),
        **_STAMPS,
    },
    "companies": {
        **_ADDRESS,
        **_named("text", "name domain phone industry"),
        **_named("number", "employees"),
        **_named("reference", "merged_into"),
        **_STAMPS,
    },
    "orders": {
        **_PERSON,
        **_ADDRESS,
        **_named("reference", "person_id company_id"),
        **_named("text", "order_number status payment_status fulfilment_status channel currency"),
        **_named("amount", "subtotal discount shipping tax total refunded"),
        **_named("flag", "is_test"),
        **_named("moment", "placed_at cancelled_at"),
        **_STAMPS,
    },
    "order_lines": {
        **_named("reference", "order_id product_id"),
        **_named("text", "sku title currency"),
        **_named("number", "quantity"),
        **_named("amount", "unit_price total"),
        **_STAMPS,
    },
    "products": {
        **_named("text", "title category vendor sku status currency"),
        **_named("amount", "price"),
        **_STAMPS,
    },
    "payments": {
        **_named("reference", "person_id order_id"),
        **_named("text", "status method currency"),
        **_named("amount", "amount refunded"),
        **_named("flag", "is_disputed"),
        **_named("moment", "paid_at"),
        **_STAMPS,
    },
    "refunds": {
        **_named("reference", "order_id payment_id"),
        **_named("text", "status reason currency"),
        **_named("amount", "amount"),
        **_named("moment", "refunded_at"),
        **_STAMPS,
    },
    "invoices": {
        **_named("reference", "person_id subscription_id"),
        **_named("text", "invoice_number status currency"),
        **_named("amount", "total paid due"),
        **_named("moment", "issued_at due_at paid_at"),
        **_STAMPS,
    },
    "tickets": {
        **_named("reference", "person_id company_id"),
        **_named("text", "subject status priority channel"),
        **_named("flag", "is_open"),
        **_STAMPS,
    },
    "deals": {
        **_named("reference", "person_id company_id"),
        **_named("text", "name pipeline stage currency"),
        **_named("flag", "is_won is_closed"),
        **_named("amount", "amount"),
        **_named("moment", "closes_at"),
        **_STAMPS,
    },
    "consents": {
        **_named("reference", "person_id"),
        **_named("text", "channel status evidence"),
        **_named("moment", "given_at"),
        **_STAMPS,
    },
}
"""Table -> column -> what a value there means."""


def _table(columns: dict[str, str]) -> Table:
    own = {"system": "text", "id": "text", "feed": "text", "_rest": "json"}
    return Table(key=KEY, columns={**own, **{n: KINDS[meaning] for n, meaning in columns.items()}})


TABLES = {name: _table(columns) for name, columns in MEANINGS.items()}
