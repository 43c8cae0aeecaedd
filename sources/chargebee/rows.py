"""What Chargebee's rows become: taken out of their wrapping, deletions said, lists summed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from core.pull import Record


def unwrapped(kind: str, row: Any) -> Any:  # noqa: ANN401 - a row may be anything; what has no key is set aside
    """Take the resource out of ``{"customer": {...}, "card": {...}}``."""
    return row[kind] if isinstance(row, dict) and kind in row else row


def marked(record: Record, now: datetime) -> Record:
    """Say of a deleted record when it was: its last change, or now if it tells of none."""
    if record.get("deleted") is not True:
        return record
    at = stamp(record)
    return {**record, "deleted_at": (datetime.fromtimestamp(at, UTC) if at else now).isoformat()}


def stamp(record: Any) -> int:  # noqa: ANN401 - see unwrapped
    """Return the second of the last change; 0 for what never changed, or does not say."""
    value = record.get("updated_at") if isinstance(record, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def current(page: list[Any], held: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Leave out what is older than what is held: lists are answered by copies that may lag."""
    known = {str(row.get("id")): row.get("resource_version") for row in held}
    return [record for record in page if not _is_older(record, known)]


def plain(record: Record) -> Record:
    """Take a record as it comes."""
    return record


def transaction(record: Record) -> Record:
    """Add what stands only in lists inside: how much was paid back, and what for.

    ``refunded_amount`` is of a payment; ``credit_note_id`` and ``reason_code`` are of a refund.
    """
    back = [one for one in _dicts(record.get("linked_refunds")) if _is_done(one)]
    note = next(iter(_dicts(record.get("linked_credit_notes"))), {})
    return {
        **record,
        "refunded_amount": sum(_whole(one.get("txn_amount")) for one in back),
        "credit_note_id": note.get("cn_id"),
        "reason_code": note.get("cn_reason_code"),
    }


def items(record: Record) -> list[Record] | None:
    """Return what a subscription sells, as rows of their own; None if it does not say.

    A row without a period of its own is billed with its subscription.
    """
    sold = _sold(record)
    if record.get("deleted") is True:
        return []
    if sold is None:
        return None
    common = {name: record.get(name) for name in ("billing_period", "billing_period_unit")}
    common |= {"current_term_end": record.get("current_term_end")}
    named = {"subscription_id": record.get("id"), "currency_code": record.get("currency_code")}
    return [{**common, **one, **named} for one in sold]


def _sold(record: Record) -> list[Record] | None:
    if isinstance(record.get("subscription_items"), list):
        return _dicts(record["subscription_items"])
    if "plan_id" not in record:
        return None
    plan = {
        "item_price_id": record["plan_id"],
        "item_type": "plan",
        "quantity": record.get("plan_quantity"),
        "unit_price": record.get("plan_unit_price"),
        "amount": record.get("plan_amount"),
    }
    addons = [
        {**{k: v for k, v in one.items() if k != "id"}, "item_price_id": one.get("id")}
        for one in _dicts(record.get("addons"))
    ]
    return [plan, *({**one, "item_type": "addon"} for one in addons)]


def _is_older(record: Any, known: Mapping[str, Any]) -> bool:  # noqa: ANN401 - see unwrapped
    if not isinstance(record, dict):
        return False
    version, held = record.get("resource_version"), known.get(str(record.get("id")))
    return isinstance(version, int) and isinstance(held, int) and version < held


def _is_done(refund: Record) -> bool:
    return refund.get("txn_status") in {None, "success"}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _dicts(value: object) -> list[Record]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
