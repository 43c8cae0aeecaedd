"""Every fault of docs/watch.md, as what happens to a house of four sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import schedules
from core.errors import (
    BusyError,
    ConfigError,
    ContractError,
    IncompleteError,
    UnpublishedError,
    VendorBusyError,
    VendorError,
    VendorRefusedError,
)
from core.ledger import Counted, SchemaChange, TableRows
from core.ledger.ending import ENDED
from core.window import Window
from monitoring.machine import GB, Machine
from monitoring.timetable import Held
from tests.monitoring.nights import Nights
from tests.monitoring.world import ALL, TWO

Fault = Callable[[Nights], None]
FAULTS: dict[str, Fault] = {}
NO_SPACE = "could not load into duckdb: OSError: [Errno 28] No space left on device"


def fault(play: Fault) -> Fault:
    """Put a fault into the catalogue under its name."""
    FAULTS[play.__name__] = play
    return play


def fails(source: str, error: Exception) -> Fault:
    return lambda world: world.night_falls({source: error})


def incomplete(error: VendorError) -> IncompleteError:
    return IncompleteError("zendesk", dict.fromkeys(("tickets", "users", "ratings"), error))


FAULTS["key_expired"] = fails("stripe", VendorRefusedError("stripe: GET /v1/x answered 401: no"))
FAULTS["scope_missing"] = fails("hubspot", VendorRefusedError("hubspot: GET /x answered 403: no"))
FAULTS["key_of_three_tables"] = fails(
    "zendesk", incomplete(VendorRefusedError("zendesk: GET /api/v2/x answered 401: no"))
)
FAULTS["vendor_down"] = fails("shopify", VendorBusyError("shopify: POST /x answered 503: away"))
FAULTS["outage_of_three_tables"] = fails(
    "zendesk", incomplete(VendorBusyError("zendesk: GET /api/v2/x answered 503: away"))
)
FAULTS["vendor_slow"] = fails("shopify", VendorBusyError("shopify: POST /x did not answer in time"))
FAULTS["vendor_throttles"] = fails("hubspot", VendorBusyError("hubspot: GET /x answered 429: slow"))
FAULTS["not_json"] = fails(
    "shopify", VendorBusyError("shopify: POST /x answered 200 with something that is not JSON")
)
FAULTS["shape_changed"] = fails(
    "stripe", VendorError("stripe: charges answered in a shape we do not know: KeyError")
)
FAULTS["setting_missing"] = fails("zendesk", ConfigError("ZENDESK_SUBDOMAIN: field required"))
FAULTS["fault_of_ours"] = fails("shopify", ValueError("not enough values to unpack"))


@fault
def dns(world: Nights) -> None:
    away = "could not be reached or closed the connection"
    world.night_falls({s: VendorBusyError(f"{s}: GET /{s} {away}") for s in ALL})


@fault
def worker_killed(world: Nights) -> None:
    world.abandon("pull", "shopify")


@fault
def night_killed(world: Nights) -> None:
    for source in ALL:
        world.abandon("pull", source)
    world.abandon("night")


@fault
def pull_hangs(world: Nights) -> None:
    number = world.ledger.begin("pull", "zendesk", at=world.clock.now())
    world.rewrite(number, beat_at=world.clock.now())


@fault
def pull_ended(world: Nights) -> None:
    world.ledger.finish(
        world.ledger.begin("pull", "zendesk", at=world.clock.now()), ENDED, world.clock.now()
    )


@fault
def machine_lost(world: Nights) -> None:
    number = world.ledger.begin("pull", "hubspot", at=world.clock.now())
    world.rewrite(number, host="another-machine")


@fault
def reconcile_fails(world: Nights) -> None:
    world.night_falls({"reconcile": ContractError("customers: two rows for one customer_id")})


@fault
def customers_held_back(world: Nights) -> None:
    said = "who is who was held back: one customer would have 900 records"
    step = "See what changed in hubspot."
    world.night_falls({"reconcile": UnpublishedError(said, next_step=step, facts={})})


@fault
def first_customers_odd(world: Nights) -> None:
    said = "one customer would have 900 records (the limit is 200)"
    world.night_falls(figures={"quality": {"beyond": [said]}})


@fault
def reconcile_killed(world: Nights) -> None:
    world.abandon("reconcile")


@fault
def warehouse_held(world: Nights) -> None:
    world.night_falls({"reconcile": BusyError("warehouse: it is held by process 4711")})


@fault
def disk_full(world: Nights) -> None:
    errors: dict[str, Exception] = {s: BusyError(f"{s}: {NO_SPACE}") for s in ALL}
    world.around = replace(world.around, machine=Machine(GB // 10, 100 * GB))
    world.night_falls(errors | {"reconcile": BusyError(f"reconcile: {NO_SPACE}")})


@fault
def disk_tight(world: Nights) -> None:
    world.around = replace(world.around, machine=Machine(4 * GB, 100 * GB))


@fault
def disk_filling(world: Nights) -> None:
    for day in range(8):
        world.around = replace(world.around, machine=Machine((60 - 5 * day) * GB, 100 * GB))
        world.days(1)


@fault
def no_night(world: Nights) -> None:
    assert world.struck is None


@fault
def not_asked(world: Nights) -> None:
    world.without = frozenset({"stripe"})
    world.days(1)


@fault
def never_succeeded(world: Nights) -> None:
    world.cadences += [c for c in schedules.every() if c.source == "klaviyo"]


def _timetable(world: Nights) -> dict[str, Held]:
    return {c.name: Held(frozenset({c.cron})) for c in world.cadences}


def _hold(world: Nights, held: dict[str, Held]) -> None:
    world.around = replace(world.around, held=held)


@fault
def schedule_paused(world: Nights) -> None:
    held = _timetable(world)
    _hold(world, held | {"pull-stripe": replace(held["pull-stripe"], is_paused=True)})


@fault
def schedule_deleted(world: Nights) -> None:
    held = _timetable(world)
    del held["night"]
    _hold(world, held)


@fault
def all_paused(world: Nights) -> None:
    held = {name: replace(one, is_paused=True) for name, one in _timetable(world).items()}
    _hold(world, held)


@fault
def schedule_moved(world: Nights) -> None:
    _hold(world, _timetable(world) | {"pull-shopify": Held(frozenset({"0 12 * * *"}))})


@fault
def no_worker(world: Nights) -> None:
    _hold(world, {n: replace(one, has_worker=False) for n, one in _timetable(world).items()})


@fault
def prefect_gone(world: Nights) -> None:
    address = "http://127.0.0.1:4200"
    world.around = replace(world.around, held=None, unanswered=address)


@fault
def standstill(world: Nights) -> None:
    world.volumes["shopify"]["gift_cards"] = 0
    world.days(3)


@fault
def short_by_count(world: Nights) -> None:
    world.counts["shopify"] = [Counted("orders", Window(None, TWO), 1_204, 1_203, TWO)]
    world.night_falls()


@fault
def nothing_arrived(world: Nights) -> None:
    world.night_falls(factor={"shopify": 0})


@fault
def far_too_little(world: Nights) -> None:
    world.night_falls(factor={"shopify": 0.1})


@fault
def shop_is_closed(world: Nights) -> None:
    whole = [Counted(t, Window(None, TWO), 0, 0, TWO) for t in ("orders", "customers")]
    world.counts["shopify"] = whole
    world.night_falls(factor={"shopify": 0})


@fault
def surge(world: Nights) -> None:
    world.night_falls(factor={"hubspot": 50})


@fault
def duplicates(world: Nights) -> None:
    world.night_falls(figures={"duplicates": 900})


@fault
def mass_merge(world: Nights) -> None:
    world.night_falls(figures={"merged": 700})


@fault
def mass_split(world: Nights) -> None:
    world.night_falls(figures={"split": 700})


@fault
def customers_gone(world: Nights) -> None:
    world.night_falls(figures={"gone": 4_000})


@fault
def import_of_known_people(world: Nights) -> None:
    world.night_falls(factor={"hubspot": 50}, figures={"duplicates": 2_000})


@fault
def field_emptied(world: Nights) -> None:
    world.fields["hubspot", "deals", "status"] = {"": 600, "open": 300, "won": 100}
    world.night_falls()


@fault
def new_value(world: Nights) -> None:
    world.fields["zendesk", "tickets", "status"] = {"open": 300, "solved": 680, "on hold": 20}
    world.night_falls()


@fault
def values_shift(world: Nights) -> None:
    world.fields["hubspot", "deals", "status"] = {"open": 100, "won": 850, "lost": 50}
    world.night_falls()


@fault
def cents_for_units(world: Nights) -> None:
    world.medians["stripe", "payments", "amount"] = 4_900.0
    world.night_falls()


@fault
def type_changed(world: Nights) -> None:
    change = SchemaChange("shopify", "orders", "total", "type_conflict", "not every value is int")
    world.changes["shopify"] = [change]
    world.night_falls()


@fault
def column_gone(world: Nights) -> None:
    change = SchemaChange("hubspot", "contacts", "properties__company", "column_gone", "since then")
    world.changes["hubspot"] = [change]
    world.fields["hubspot", "deals", "status"] = {"": 900, "open": 60, "won": 40}
    world.night_falls()


def _announced(world: Nights, source: str, days: int | None) -> None:
    said = {"where": "/api/2026-01/orders", "why": "moved"}
    if days is not None:
        said["sunset"] = (world.clock.now() + timedelta(days=days)).isoformat()
    world.details[source] = {"announced": said}
    world.night_falls()


@fault
def sunset_announced(world: Nights) -> None:
    _announced(world, "shopify", 120)


@fault
def sunset_soon(world: Nights) -> None:
    _announced(world, "shopify", 10)


@fault
def deprecated(world: Nights) -> None:
    _announced(world, "hubspot", None)


def _key_ends(world: Nights, source: str, days: int) -> None:
    ends = world.clock.now().date() + timedelta(days=days)
    world.around = replace(world.around, keys={source: ends})


@fault
def key_ends_soon(world: Nights) -> None:
    _key_ends(world, "hubspot", 21)


@fault
def key_ended(world: Nights) -> None:
    _key_ends(world, "stripe", -1)
    world.night_falls({"stripe": VendorRefusedError("stripe: GET /v1/x answered 401: no")})


@fault
def calls_nearly_used(world: Nights) -> None:
    world.details["hubspot"] = {"day": {"calls": 650_000, "left": 41_000}}
    world.night_falls()


@fault
def quarantine(world: Nights) -> None:
    world.aside["zendesk"] = TableRows(quarantined=60)
    world.night_falls()


@fault
def reconcile_behind(world: Nights) -> None:
    world.reconciles = False
    world.days(1)


@fault
def nights_creep(world: Nights) -> None:
    world.minutes = 120
    world.days(2)


@fault
def clock_wrong(world: Nights) -> None:
    for source in ALL:
        world.details[source] = {"skew_seconds": 612}
    world.night_falls()


@fault
def clock_set_back(world: Nights) -> None:
    world.clock.at -= timedelta(days=3)
    world.struck = world.clock.now()


@fault
def channel_deaf(world: Nights) -> None:
    world.deaf = {"desk"}
    world.night_falls({"zendesk": VendorBusyError("zendesk: GET /x answered 503: away")})
