"""What the stories must know of each vendor: how late it is, where it stops, what it never says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so with one vendor.

    Attributes:
        lateness: How long after its own stamp a record may become readable, by the fact sheets.
        caps: How many records in one moment are more than one walk gives; 0 where nothing is cut.
        asks: Whether it is asked over HTTP.
        chooses_fields: Whether an answer has only the fields that were asked for by name.
        tells_winners: Whether the vendor says into which record another was merged.
        twin: Arguments of its twin in every story.
        settings: Settings beside the sandbox's own.
        unstamped: Columns that the vendor changes without stamping the record: derived from other
            records, which we hold ourselves.
        names_twice: Whether rows keep the record's name under a second one, so that a row without
            either cannot be known again.
        unbendable: Why its records cannot be bent on their way, where they cannot.
    """

    lateness: timedelta = timedelta(seconds=1)
    caps: int = 0
    asks: bool = True
    chooses_fields: bool = False
    tells_winners: bool = False
    twin: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    unstamped: frozenset[str] = frozenset()
    names_twice: bool = False
    unbendable: str = ""


MINUTE = timedelta(minutes=1)
FROM_DISK = "it is read from disk, where its own stories bend it"
FACTS = {
    **dict.fromkeys(("database", "events", "files"), Facts(asks=False, unbendable=FROM_DISK)),
    "chargebee": Facts(lateness=4 * MINUTE, caps=210),
    "dynamics": Facts(caps=210, tells_winners=True, twin={"page_size": 100}),
    "freshdesk": Facts(lateness=50 * MINUTE, tells_winners=True, caps=500, twin={"most_pages": 3}),
    "hubspot": Facts(lateness=50 * MINUTE, tells_winners=True, twin={"expiring": True}),
    "intercom": Facts(lateness=50 * MINUTE, caps=310),
    "klaviyo": Facts(lateness=50 * MINUTE, caps=210, twin={"disorder": True}),
    "mailchimp": Facts(lateness=50 * MINUTE, caps=1_100),
    "salesforce": Facts(
        lateness=9 * MINUTE,
        caps=2_100,
        tells_winners=True,
        twin={"rotates": True, "late_seconds": 3},
    ),
    "shopify": Facts(
        chooses_fields=True,
        names_twice=True,
        twin={"expiring": True},
        # How often and for how much somebody bought; what a line was of, once it is not sold.
        unstamped=frozenset(
            {"number_of_orders", "amount_spent__amount", "amount_spent__currency_code"}
            | {"product_id", "variant_id", "vendor"}
        ),
    ),
    "stripe": Facts(lateness=50 * timedelta(seconds=1), caps=300),
    "wukong": Facts(lateness=50 * MINUTE, caps=210),
    "zendesk": Facts(
        lateness=50 * timedelta(seconds=1),
        caps=1_200,
        twin={"token_lifetime": timedelta(hours=1)},
    ),
    "zoho": Facts(lateness=50 * MINUTE, caps=410),
}


def of(name: str) -> Facts:
    """Return what is known of a vendor; one nobody wrote about is as plain as can be."""
    return FACTS.get(name, Facts())
