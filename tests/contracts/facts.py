"""What the stories must know of each vendor: how late it is, where it stops, what it never says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Tight:
    """A vendor's limits in small.

    Attributes:
        twin: Arguments of its twin.
        settings: Ours, where no answer tells.
        people: How many come, and change the day after.
    """

    twin: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    people: int = 700


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
        unmetered: Why it has no rate to keep to, where it publishes none.
        tight: How stories of its budget make that bind: its limits, and our settings for them,
            smaller in one proportion, so that a small world is enough.
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
    unmetered: str = "no rate of its is published"
    tight: Tight | None = None


MINUTE = timedelta(minutes=1)
FROM_DISK = "it is read from disk, where its own stories bend it"
FACTS = {
    **dict.fromkeys(("database", "events", "files"), Facts(asks=False, unbendable=FROM_DISK)),
    "bigcommerce": Facts(tight=Tight({"quota": 5})),
    "chargebee": Facts(
        lateness=4 * MINUTE,
        caps=210,
        # It does not tell when its minute ends: only over many of them that costs little.
        tight=Tight({"per_minute": 2}, {"CHARGEBEE_CALLS_PER_MINUTE": "2"}, people=1_500),
    ),
    "dynamics": Facts(
        caps=210,
        tells_winners=True,
        twin={"page_size": 100},
        tight=Tight({"per_window": 7}),
    ),
    "freshdesk": Facts(
        lateness=50 * MINUTE,
        tells_winners=True,
        caps=500,
        twin={"most_pages": 3},
        tight=Tight(
            {"per_minute": 21, "lists_per_minute": 2, "most_pages": 300},
            {"FRESHDESK_LISTS_PER_MINUTE": "2"},
        ),
    ),
    "hubspot": Facts(
        lateness=50 * MINUTE,
        tells_winners=True,
        twin={"expiring": True},
        tight=Tight({"burst": 5, "searches": 2}, {"HUBSPOT_SEARCHES_PER_SECOND": "2"}),
    ),
    "intercom": Facts(lateness=50 * MINUTE, caps=310, tight=Tight({"per_minute": 30})),
    "klaviyo": Facts(
        lateness=50 * MINUTE,
        caps=210,
        twin={"disorder": True},
        # The smallest of the pairs that Klaviyo publishes.
        tight=Tight(
            {"limits": dict.fromkeys(("profiles", "lists", "segments", "events"), (1, 15))},
            people=1_700,
        ),
    ),
    "mailchimp": Facts(
        lateness=50 * MINUTE,
        caps=1_100,
        unmetered="it limits how many ask at once, and we ask one at a time",
    ),
    "salesforce": Facts(
        lateness=9 * MINUTE,
        caps=2_100,
        tells_winners=True,
        twin={"rotates": True, "late_seconds": 3},
        tight=Tight({"calls_a_day": 20}, people=50),
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
        # A full bucket holds more than the dearest query of this town costs.
        tight=Tight({"restore": 20, "burst": 15}, people=5_000),
    ),
    # A record that changed is a call of its own, so the limits bind as they are.
    "stripe": Facts(lateness=50 * timedelta(seconds=1), caps=300, tight=Tight(people=300)),
    # Neither publishes a rate; it is that of a host, or of a gateway, which ours is set to.
    "woocommerce": Facts(
        tight=Tight({"per_minute": 6}, {"WOOCOMMERCE_CALLS_PER_MINUTE": "6"}),
    ),
    "wukong": Facts(
        lateness=50 * MINUTE,
        caps=210,
        tight=Tight({"per_second": 2}, {"WUKONG_CALLS_PER_SECOND": "2"}, people=300),
    ),
    "zendesk": Facts(
        lateness=50 * timedelta(seconds=1),
        caps=1_200,
        twin={"token_lifetime": timedelta(hours=1)},
        tight=Tight(
            {"per_minute": 5, "exports_per_minute": 2, "deleted_per_minute": 2},
            {"ZENDESK_EXPORTS_PER_MINUTE": "2"},
        ),
    ),
    "zoho": Facts(lateness=50 * MINUTE, caps=410, tight=Tight({"credits_per_day": 20}, people=50)),
}


def of(name: str) -> Facts:
    """Return what is known of a vendor; one nobody wrote about is as plain as can be."""
    return FACTS.get(name, Facts())
