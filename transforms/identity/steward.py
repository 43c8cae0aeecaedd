"""What a steward asks for, in the ids people see -> the source records it is about."""

from __future__ import annotations

import re

from core.errors import ConfigError
from core.ledger.decision import Word
from core.warehouse import Session

CUSTOMER = re.compile(r"c\d{10}")
Sides = tuple[list[str], list[str]]


def sides(session: Session, verdict: Word, one: str, two: str) -> Sides:
    """Return the records of both sides of a decision; those outlive customer ids.

    Args:
        session: The warehouse.
        verdict: What is decided.
        one: A customer id (a retired one leads to its survivor) or a record, as ``shopify:123``;
            for ``split`` the customer.
        two: The other; for ``split`` the record that is not theirs.

    Raises:
        ConfigError: there is no such customer or record, or there is nothing to decide.
    """
    if not session.columns("identities"):
        raise ConfigError("there are no customers yet", next_step="Run `daybreak night` first.")
    if verdict == "split":
        return _split(session, one, two)
    first, second = (_records(session, who) for who in (one, two))
    if shared := set(first) & set(second):
        raise ConfigError(
            f"{one} and {two} are one customer already: both have {min(shared)}",
            next_step="Name records (source:id) where a customer is to be parted.",
        )
    return first, second


def _split(session: Session, customer: str, record: str) -> Sides:
    (own,) = _records(session, record) if ":" in record else [record]
    theirs = _records(session, customer)
    if own not in theirs:
        raise ConfigError(
            f"{record} is no record of {customer}",
            next_step=f"`daybreak customer {customer}` lists them, as source:id.",
        )
    merged = session.query(
        "select record_id from identity_claims where claimed = ? and strength = 'sure'", [own]
    )
    with_it = {own, *merged.column(0).to_pylist()}
    others = [one for one in theirs if one not in with_it]
    if not others:
        raise ConfigError(f"{record} is all that {customer} has; there is nothing to split")
    return [own], others


def _records(session: Session, who: str) -> list[str]:
    """Return the records of a customer, or the one that is named."""
    if CUSTOMER.fullmatch(who):
        survivors = session.query(
            "select survivor_id from customer_redirects where customer_id = ?", [who]
        )
        customer = str(survivors.column(0)[0]) if survivors.num_rows else who
        where, values = "customer_id = ?", [customer]
    elif ":" in who:
        where, values = "source = ? and source_id = ?", who.split(":", 1)
    else:
        raise ConfigError(
            f"{who} is neither a customer id nor a record",
            next_step="Give c and ten digits, or source:id such as shopify:123.",
        )
    found = session.query(
        "select source || ':' || source_id as record from identities"
        f" where valid_to is null and {where} order by 1",
        values,
    )
    if not found.num_rows:
        raise ConfigError(
            f"there is no {who} now", next_step="`daybreak customer WHO` finds customers."
        )
    return [str(record) for record in found.column(0).to_pylist()]
