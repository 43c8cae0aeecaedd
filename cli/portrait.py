"""One customer on one screen, for the person who has them on the phone."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli import rows
from monitoring.wording import counted
from transforms.customer import CustomerView
from transforms.seeds import read

HELD_BACK = {"full_name", "first_name", "last_name", "sources", "record_count"}
STANDARDS = {"state_code": "state", "seniority": "job_title"}
"""Column of the golden record -> the field whose value is on a fixed list there."""


def draw(customer: CustomerView, console: Console) -> None:
    """Print ``customer``: who and who says so, standing, consents, money, tickets, timeline."""
    _who(customer, console)
    _standing(customer, console)
    _consents(customer, console)
    _money(customer, console)
    _tickets(customer, console)
    _records(customer, console)
    _timeline(customer, console)


def amount(minor: int | None, currency: str | None) -> str:
    """Return an amount of minor units as people write it: ``1,204.50``; whole yen have no cents."""
    if minor is None or currency is None:
        return ""
    factor = _factors().get(currency, 100)
    return f"{minor / factor:,.{len(str(factor)) - 1}f}"


def _factors() -> dict[str, int]:
    return {str(row["currency"]): int(row["factor"]) for row in read("currencies").to_pylist()}


def _who(customer: CustomerView, console: Console) -> None:
    fields = customer.fields
    name = rows.cell(fields.get("full_name", "(no name)"))
    console.print(Text(name, style="bold"), customer.customer_id)
    table = _table()
    for field, value in fields.items():
        if field not in HELD_BACK:
            _add(table, field.replace("_", " "), value, _said_by(customer, field))
    systems = str(fields.get("sources", "")).replace(",", ", ")
    _add(table, "known in", f"{systems} ({counted(int(fields.get('record_count', 0)), 'record')})")
    console.print(table)


def _said_by(customer: CustomerView, field: str) -> str:
    """Say who told a value, when, and why it was taken: ``shopify 12, newest, 2026-01-05``."""
    known = customer.provenance.get(STANDARDS.get(field, field))
    if known is None:
        return ""
    when = f", {known['known_at']:%Y-%m-%d}" if known["known_at"] else ""
    return f"{known['source']} {known['source_id']}, {known['rule'].replace('_', ' ')}{when}"


def _standing(customer: CustomerView, console: Console) -> None:
    _heading("Standing", console)
    table = _table()
    marks = [customer.standing[name] for name in ("recency", "frequency", "monetary")]
    told = f" (recency {marks[0]}, frequency {marks[1]}, money {marks[2]})" if marks[0] else ""
    _add(table, "stage", f"{customer.standing['stage']}{told}")
    for row in customer.scores:
        reasons = row["reasons"].replace("; ", "\n")
        _add(table, f"{row['score']} score", row["points"], reasons)
    for row in customer.segments:
        _add(table, "segment", row["segment"], f"since {row['entered_at']:%Y-%m-%d}")
    console.print(table)


def _consents(customer: CustomerView, console: Console) -> None:
    _heading("May we write or call", console)
    table = _table()
    for row in customer.consents:
        _add(
            table, row["channel"], "yes" if row["allowed"] else "no", row["why"], row["decided_at"]
        )
    console.print(table)


def _money(customer: CustomerView, console: Console) -> None:
    if not customer.money:
        return
    _heading("Money", console)
    table = _table("currency")
    for name in ("orders", "ordered", "refunded", "payments", "paid", "paid back", "a month"):
        table.add_column(name, justify="right")
    for row in customer.money:
        sums = ("ordered", "refunded", "paid", "paid_back", "mrr")
        ordered, refunded, *paid = (amount(row[f"{s}_minor"], row["currency"]) for s in sums)
        orders, payments = row["orders_count"], row["payments_count"]
        _add(table, row["currency"], orders, ordered, refunded, payments, *paid)
    console.print(table)
    console.print("[dim]Orders are the shop's view, payments billing's: do not add them up.[/]")


def _tickets(customer: CustomerView, console: Console) -> None:
    subscriptions = int(customer.metrics.get("active_subscriptions_count", 0))
    _heading("Now", console)
    console.print(
        f"{counted(subscriptions, 'active subscription')}, "
        f"{counted(len(customer.open_tickets), 'open ticket')}{_taken(customer.metrics)}"
    )
    table = _table()
    for row in customer.open_tickets:
        _add(table, row["created_at"], row["ticket_id"], row["status"], row["subject"])
    if customer.open_tickets:
        console.print(table)


def _taken(metrics: dict[str, Any]) -> str:
    """Say how our help was taken, as far as that is known."""
    told = {"satisfied {} of 100": metrics.get("csat"), "mood {:+d}": metrics.get("sentiment")}
    return "".join(f", {words.format(value)}" for words, value in told.items() if value is not None)


def _records(customer: CustomerView, console: Console) -> None:
    """Print a line a system and kind of record: a guest's many orders say the same."""
    _heading("Known as", console)
    table = _table("system", "as", "name")
    table.add_column("reached at", overflow="fold")
    table.add_column("id", overflow="fold")
    kind = itemgetter("source", "record_type")
    for (source, record_type), group in groupby(sorted(customer.records, key=kind), key=kind):
        records = list(group)
        more = f"\nand {len(records) - 1:,} more" if len(records) > 1 else ""
        reached = _distinct(records, "email", "phone")
        _add(
            table,
            source,
            record_type,
            _distinct(records, "full_name"),
            reached,
            f"{records[0]['source_id']}{more}",
        )
    console.print(table)


def _distinct(records: list[dict[str, Any]], *fields: str) -> str:
    """Return every value that occurs, one below the other."""
    values = (record[field] for field in fields for record in records)
    return "\n".join(dict.fromkeys(str(value) for value in values if value))


def _timeline(customer: CustomerView, console: Console) -> None:
    if not customer.timeline:
        return
    _heading(f"What happened (the latest {len(customer.timeline)})", console)
    table = _table("when (UTC)", "what", "system", "about")
    table.add_column("amount", justify="right", no_wrap=True)
    for row in customer.timeline:
        money = f"{amount(row['amount_minor'], row['currency'])} {row['currency'] or ''}".strip()
        _add(table, row["occurred_at"], row["kind"], row["source"], row["about"], money)
    console.print(table)


def _table(*columns: str) -> Table:
    return Table(*columns, box=None, pad_edge=False, show_header=bool(columns), header_style="dim")


def _add(table: Table, *values: Any) -> None:  # noqa: ANN401 - values of any column
    table.add_row(*(Text(_said(value)) for value in values))


def _said(value: Any) -> str:  # noqa: ANN401 - a value of any column
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else rows.cell(value)


def _heading(text: str, console: Console) -> None:
    console.print(f"\n[bold]{text}[/]")
