"""Who a customer was on a past day, on one screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from cli import rows
from monitoring.wording import counted
from transforms.identity.past import Past


def draw(found: Sequence[Past], console: Console) -> None:
    """Print the records that were a customer's then, and whose they are now."""
    for past in found:
        held = counted(len(past.records), "record")
        console.print(f"{past.customer_id} on {past.at:%Y-%m-%d %H:%M} UTC: {held}")
        table = Table("record", "theirs since", "customer now", box=None)
        for row in past.records:
            record = rows.cell(f"{row['source']}:{row['source_id']}")
            table.add_row(record, f"{row['valid_from']:%Y-%m-%d}", rows.cell(row["customer_now"]))
        console.print(table)
