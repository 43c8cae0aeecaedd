"""One customer, whole: for the person who has them on the phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from core.warehouse import Session
from transforms.identity.emails import read_email
from transforms.identity.phones import read_phone

Row = dict[str, Any]
LATEST = 20
TIMELINE = (
    "select occurred_at, kind, source, item_id, about, amount_minor, currency from timeline"
    " where customer_id = ? order by occurred_at desc, source, kind, item_id"
)
SCORES = "select score, points, reasons from customer_scores where customer_id = ? order by score"
SEGMENTS = (
    "select segment, entered_at from segment_members"
    " where customer_id = ? and left_at is null order by segment"
)
CONSENTS = (
    "select channel, true as allowed, case state when 'permitted' then legal_basis"
    " else concat('said yes in ', source) end as why, source, source_id, raw_value, decided_at"
    " from marketable_customers where customer_id = ?"
    " union all select channel, false as allowed, reason as why, source, source_id, raw_value,"
    " decided_at from unmarketable_customers where customer_id = ? order by channel"
)


@dataclass(frozen=True, slots=True)
class CustomerView:
    """What the 360 knows of one customer.

    Attributes:
        customer_id: The id in force; where a retired one was asked for, its survivor's.
        fields: The golden record: column of ``customers`` -> value; empty ones left out.
        provenance: Field -> its row of ``customer_fields``: value, standard, source, source_id,
            rule, known_at.
        standing: Column of ``customer_stages`` -> value: stage, recency, frequency, monetary.
        scores: score, points (0 to 100), reasons (``+15 bought within 90 days; -10 ...``).
        consents: A row for each channel: whether it is ``allowed``, ``why``, and the evidence:
            source, source_id, raw_value, decided_at.
        segments: segment, entered_at: the groups the customer is in now.
        metrics: Column of ``customer_metrics`` -> value.
        records: The live source records: source, source_id, record_type, full_name, email, phone.
        timeline: The latest events first: occurred_at, kind, source, item_id, about,
            amount_minor, currency.
        money: A row of ``customer_spend`` for each currency; integer minor units.
        open_tickets: ticket_id, subject, status, priority, created_at; the oldest first.
    """

    customer_id: str
    fields: Row
    provenance: dict[str, Row]
    standing: Row
    scores: list[Row]
    consents: list[Row]
    segments: list[Row]
    metrics: Row
    records: list[Row]
    timeline: list[Row]
    money: list[Row]
    open_tickets: list[Row]


def show(session: Session, needle: str, *, latest: int = LATEST) -> CustomerView | None:
    """Find a customer by e-mail, phone or customer id; None if there is no such one.

    Args:
        session: The warehouse.
        needle: An e-mail in any spelling of its mailbox, a phone number with its country code, or
            a customer id, retired ones too. Where several customers share an address, the one with
            the most records.
        latest: How many events of the timeline to return.
    """
    if not session.columns("customers"):
        return None
    found = find(session, needle.strip())
    fields = _rows(session, "select * from customers where customer_id = ?", found) if found else []
    if not fields:
        return None
    customer_id = fields[0].pop("customer_id")
    return CustomerView(
        customer_id=customer_id,
        fields={name: value for name, value in fields[0].items() if value is not None},
        provenance=_provenance(session, customer_id),
        standing=_whole(session, "customer_stages", customer_id),
        scores=_rows(session, SCORES, customer_id),
        consents=_rows(session, CONSENTS, customer_id, customer_id),
        segments=_rows(session, SEGMENTS, customer_id),
        metrics=_whole(session, "customer_metrics", customer_id),
        records=_rows(
            session,
            "select source, source_id, record_type, full_name, email, phone from source_records"
            " where customer_id = ? and deleted_at is null order by source, source_id",
            customer_id,
        ),
        timeline=history(session, customer_id, latest=latest),
        money=_rows(
            session, "select * from customer_spend where customer_id = ? order by 2", customer_id
        ),
        open_tickets=_rows(
            session,
            "select ticket_id, subject, status, priority, created_at from tickets"
            " where customer_id = ? and is_open and deleted_at is null"
            " order by created_at, ticket_id",
            customer_id,
        ),
    )


def history(session: Session, customer_id: str, *, latest: int | None = None) -> list[Row]:
    """Return what happened to a customer, the latest first: all of it, or only so many events.

    Args:
        session: The warehouse.
        customer_id: The id in force.
        latest: How many; None for the whole history.
    """
    most = "" if latest is None else f" limit {int(latest)}"
    return _rows(session, TIMELINE + most, customer_id)


def _whole(session: Session, table: str, customer_id: str) -> Row:
    """Return the customer's only row of a table, but for the id."""
    (row,) = _rows(session, f"select * from {table} where customer_id = ?", customer_id)
    return {name: value for name, value in row.items() if name != "customer_id"}


def _provenance(session: Session, customer_id: str) -> dict[str, Row]:
    sql = "select * from customer_fields where customer_id = ? order by field"
    rows = _rows(session, sql, customer_id)
    kept = ("value", "standard", "source", "source_id", "rule", "known_at")
    return {row["field"]: {name: row[name] for name in kept} for row in rows}


def find(session: Session, needle: str) -> str | None:
    """Return the customer of an e-mail or a phone, or the one that an id leads to; None if none."""
    if re.fullmatch(r"c\d{10}", needle):
        survivors = _rows(
            session, "select survivor_id from customer_redirects where customer_id = ?", needle
        )
        return str(survivors[0]["survivor_id"]) if survivors else needle
    if "@" in needle:
        email = read_email(needle)
        column, value = "parsed.mailbox", email.mailbox
        table, kind = "identity_emails", "email"
    else:
        phone = read_phone(needle, "")
        column, value = "parsed.number", phone.number
        table, kind = "identity_phones", "phone"
    holders = _rows(
        session,
        "select ids.customer_id, count(*) as records"
        f" from {table} as parsed"
        " inner join identity_values as held on held.raw = parsed.raw"
        f" and held.country = parsed.country and held.kind = '{kind}'"
        " inner join identities as ids on ids.source = held.source"
        " and ids.source_id = held.source_id and ids.valid_to is null"
        f" where {column} = ? group by ids.customer_id order by 2 desc, 1",
        value or "",
    )
    return str(holders[0]["customer_id"]) if holders else None


def _rows(session: Session, sql: str, *values: str) -> list[Row]:
    return session.query(sql, values).to_pylist()
