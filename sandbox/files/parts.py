"""What the till writes of a customer, an order, a product; and the mapping that explains it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.happenings import CustomerJoined, OrderPlaced, ProductListed
from sandbox.happenings.base import Address
from sandbox.names import number

Body = dict[str, Any]
BERLIN = ZoneInfo("Europe/Berlin")
DIGITS = {"people": 6, "orders": 9, "products": 5}
MAPPING = """\
system: till
feeds:
  customers:
    files: customers.csv
    table: people
    key: KDNR
    delimiter: ";"
    time_zone: Europe/Berlin
    dates: ["%d.%m.%Y %H:%M:%S"]
    updated: GEAENDERT
    deleted: GELOESCHT
    columns:
      first_name: VORNAME
      last_name: NAME
      email: MAIL
      phone: TEL
      company: FIRMA
      street: STRASSE
      postcode: PLZ
      city: ORT
      country: LAND
      email_consent: {column: WERBUNG, values: {J: opted_in, N: opted_out}}
      created_at: SEIT
  orders:
    files: orders/*.ndjson
    table: orders
    key: bon
    decimal: ","
    updated: changed
    deleted: void
    columns:
      person_id: customer
      order_number: number
      total: total
      currency: currency
      cancelled_at: cancelled
      placed_at: at
      # The shop counts these.
      is_test: {value: true}
  products:
    files: products.parquet
    table: products
    key: id
    snapshot: newest
    columns: {title: title, sku: sku, category: kind, price: price, currency: currency}
"""


# What each field of `CustomerJoined` is called here.
CUSTOMER_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "first_name": ("VORNAME",),
    "last_name": ("NAME",),
    "email": ("MAIL",),
    "phone": ("TEL",),
    "company": ("FIRMA",),
    "address": ("STRASSE", "PLZ", "ORT", "LAND"),
    "accepts_email": ("WERBUNG",),
}


def ident(table: str, key: str) -> str:
    """Give the id of a record, after the name of the system that the mapping gives the till."""
    return f"till:{number(f'till {table}', key, DIGITS[table])}"


def customer(fact: CustomerJoined) -> Body:
    """Give the columns of a customer."""
    lives = fact.address or Address()
    wish = {True: "J", False: "N", None: ""}[fact.accepts_email]
    return {
        "VORNAME": fact.first_name,
        "NAME": fact.last_name,
        "MAIL": fact.email,
        "TEL": fact.phone,
        "FIRMA": fact.company,
        "STRASSE": f"{lives.line1} {lives.line2}".strip(),
        "PLZ": lives.postcode,
        "ORT": lives.city,
        "LAND": lives.country,
        "WERBUNG": wish,
    }


def order(fact: OrderPlaced) -> Body:
    """Give the fields of an order; money in units, as people here write it."""
    return {
        "number": fact.number,
        "customer": ident("people", fact.customer or "").partition(":")[2],
        "total": f"{fact.total / 100:,.2f}".translate(str.maketrans(",.", ".,")),
        "currency": fact.currency,
    }


def product(fact: ProductListed) -> Body:
    """Give the columns of a product."""
    return {
        "title": fact.title,
        "sku": fact.sku,
        "kind": fact.category,
        "price": fact.price / 100,
        "currency": fact.currency,
    }


def day(at: datetime) -> str:
    """Write a moment as the till's clock on the wall shows it."""
    return f"{at.astimezone(BERLIN):%d.%m.%Y %H:%M:%S}"


def month_after(start: datetime) -> datetime:
    """Give the first of the next month."""
    return (start + timedelta(days=32)).replace(day=1)
