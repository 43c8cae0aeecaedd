"""The brief says in a minute whether last night's figures can be trusted."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console
from rich.markdown import Markdown

from core.ledger import Counted, RunState, SchemaChange, TableRows
from core.ledger.counted import INEXACT
from core.window import Window
from monitoring.brief.markdown import write_brief
from monitoring.freshness import Stale
from monitoring.night import SourceNight
from tests.monitoring.brief.nights import IN_PART, ORDINARY, REFUSED, TWO, good


def test_an_ordinary_night_is_told_in_a_sentence_and_a_table() -> None:
    brief = write_brief(ORDINARY)

    assert brief.startswith("# The night of Tuesday 6 January 2026\n\n**Everything arrived. ")
    assert "| Marketing |   100 |            100 | 100 contacts | as usual" in brief
    assert "| HubSpot |   100 |       0 |       0 |            100 | as usual" in brief
    assert "**9,120 customers**, 81 of them new." in brief
    assert "**14 duplicates** found" in brief
    assert "Took 3 minutes 12 seconds, 80 requests." in brief


def test_what_has_nothing_to_say_is_left_out() -> None:
    brief = write_brief(ORDINARY)

    assert [line for line in brief.splitlines() if line.startswith("#")] == [
        "# The night of Tuesday 6 January 2026",
        "## What arrived",
        "## Customers",
        "## System by system",
    ]


@pytest.mark.parametrize(
    ("rows", "ordinary", "remark"),
    [
        (0, 10, "as usual"),
        (110, 100, "as usual"),
        (0, 100, "**nothing new**"),
        (30, 100, "**only 30% of the usual**"),
        (5000, 100, "**50 times as many as usual**"),
        (100, None, "nothing to compare with yet"),
        (500, 0, "**500 times as many as usual**"),
    ],
)
def test_each_source_is_held_against_its_ordinary_night(
    rows: int, ordinary: int | None, remark: str
) -> None:
    night = replace(ORDINARY, sources=(good("shopify", rows, ordinary), good("hubspot")))

    [line] = [line for line in write_brief(night).splitlines() if line.startswith("| Shopify")]
    assert line.split("|")[-2].strip() == remark


def test_a_first_night_says_so_and_compares_nothing() -> None:
    first = replace(good("shopify", ordinary=None), first=True)

    brief = write_brief(replace(ORDINARY, sources=(first,)))

    assert "first night: everything is new" in brief
    assert "rdinary" not in brief
    assert "**Shopify arrived." not in brief
    assert "**Everything arrived." in brief


def test_a_terrible_night_names_each_cause_and_what_to_do() -> None:
    crashed = SourceNight("hubspot", RunState.CRASHED, error="it was stopped in the middle")
    night = replace(
        ORDINARY,
        state=RunState.PARTIAL,
        sources=(crashed, good("shopify"), REFUSED, IN_PART, SourceNight("mailchimp", None)),
        customers=None,
        reconcile_error="warehouse: held by process 4711",
        reconcile_next_step="Stop it.",
    )

    brief = write_brief(night)

    assert (
        "**1 of 5 systems arrived; HubSpot, Stripe, Zendesk and Mailchimp did not. "
        "The customer table was not rebuilt: it shows what was known before.**" in brief
    )
    assert (
        "- **Stripe did not arrive.** It does not accept our key (`GET /v1/charges answered 401: "
        "Invalid API Key`). *Last complete:* 5 January 02:00 UTC." in brief
    )
    assert (
        "- **Zendesk arrived only in part.** Missing: ticket events and users. Its servers were in "
        "trouble (`GET /api/v2/users answered 503: x`). Nothing to do yet: the next night" in brief
    )
    assert "- **HubSpot did not arrive.** It was stopped in the middle." in brief
    assert "- **Mailchimp was not asked.**" in brief
    assert "- **The customer table was not rebuilt.** Warehouse: held by process 4711." in brief


def test_a_source_that_failed_is_not_told_again_as_silent() -> None:
    quiet = [
        Stale(f"pull-{s}", s, TWO, timedelta(hours=80), timedelta(hours=26))
        for s in ("stripe", "klaviyo")
    ]
    night = replace(ORDINARY, sources=(good("shopify"), REFUSED), silent=tuple(quiet))

    brief = write_brief(night)

    assert brief.count("**Stripe") == 1
    assert (
        "**Klaviyo has gone quiet.** No good run for 3 days 8 hours, where 1 day 2 hours" in brief
    )


def test_records_that_could_not_be_used_and_new_fields_are_told() -> None:
    odd = replace(
        good("shopify"),
        tables={"orders": TableRows(quarantined=3)},
        changes=(
            SchemaChange("shopify", "orders", "note", "new_column", "text"),
            SchemaChange(
                "shopify", "orders", "total", "type_conflict", "not every value is bigint"
            ),
            *(SchemaChange("shopify", "orders", f"c{n}", "new_column") for n in range(10)),
            SchemaChange("shopify", "customers", "email", "column_gone"),
        ),
    )

    brief = write_brief(replace(ORDINARY, sources=(odd,)))

    assert "- Shopify: 3 records of orders could not be used" in brief
    told = brief.partition("## New in the systems")[2]
    assert told.index("`email` is no longer sent; every record had it.") < told.index("`total` no")
    assert "- Shopify, orders: new fields `note`, `c0`, `c1`, `c2`, `c3` and 6 more." in told


def test_waiting_for_a_vendor_is_told_in_the_small_print() -> None:
    slow = replace(good("shopify"), waited=timedelta(seconds=95))

    assert "; Shopify made us wait 1 minute 35 seconds.*" in write_brief(
        replace(ORDINARY, sources=(slow,))
    )


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.CRASHED, RunState.FAILED])
def test_a_night_that_is_not_whole_says_so(state: RunState) -> None:
    night = replace(
        ORDINARY,
        state=state,
        ended_at=None,
        sources=(),
        customers=None,
        error="no source is set up",
    )

    brief = write_brief(night)

    assert {
        RunState.RUNNING: "The night is not over.",
        RunState.CRASHED: "stopped in the middle",
        RunState.FAILED: "No system is set up.",
    }[state] in brief


def test_a_vendors_words_cannot_break_the_page() -> None:
    hostile = replace(
        REFUSED, error="stripe: answered 503: a | b\n# not a heading `x` **y**\n\n- z"
    )

    brief = write_brief(replace(ORDINARY, sources=(hostile,)))

    assert [line for line in brief.splitlines() if line.startswith("#")][1:] == [
        "## What went wrong",
        "## Needs a person today",
        "## What arrived",
        "## Customers",
        "## System by system",
    ]


def test_of_a_vendors_long_apology_the_beginning_is_told() -> None:
    wordy = replace(REFUSED, error="stripe: GET /v1/charges answered 500: " + "very sorry, " * 40)

    [line] = [
        x for x in write_brief(replace(ORDINARY, sources=(wordy,))).splitlines() if "500" in x
    ]
    assert "its servers were in trouble" in line.lower()
    assert "very ...`)" in line
    assert line.count("very sorry") < 10


def test_the_page_reads_well_in_a_terminal() -> None:
    out = io.StringIO()
    Console(file=out, width=100).print(Markdown(write_brief(ORDINARY)))

    assert "HubSpot" in out.getvalue()
    assert "**" not in out.getvalue()
    assert max(len(line.rstrip()) for line in out.getvalue().splitlines()) <= 100


def counted(table: str, theirs: int | None, ours: int, **more: Any) -> Counted:
    given = {"window": Window(TWO - timedelta(days=2), TWO), **more}
    return Counted(table, theirs=theirs, ours=ours, at=TWO, **given)


def told_of(*counts: Counted, source: str = "shopify") -> str:
    shop = replace(good(source), counts=counts)
    return write_brief(replace(ORDINARY, sources=(good("hubspot"), shop)))


def test_tables_that_are_complete_by_the_vendors_own_count_are_small_print() -> None:
    brief = told_of(
        counted("orders", 12, 12), counted("customers", 3, 3), counted("x", None, 0, note=INEXACT)
    )
    assert "**Everything arrived. The" in brief
    assert "80 requests; 2 tables counted and complete." in brief
    assert "own counts" not in brief


def test_a_table_that_is_short_is_told_with_both_figures_and_what_to_do() -> None:
    brief = told_of(counted("orders", 1204, 1203), counted("customers", 3, 3))
    assert "**Everything was read, but Shopify did not come out complete. The" in brief
    assert (
        "- **Shopify says 1,204 orders changed since 4 January 02:00 UTC, 1,203 are here. "
        "Asked and read again, still one short.** Nothing to do yet" in brief
    )
    assert "`daybreak pull shopify --full`" in brief
    assert "1 of 2 tables that were counted complete" in brief


def test_rows_the_vendor_no_longer_has_are_told_as_such() -> None:
    brief = told_of(counted("orders", 10, 12, window=Window(None, TWO)))
    assert "Shopify says 10 orders exist, 12 are here." in brief
    assert "Asked again, 2 are still here that it no longer has." in brief


def test_what_was_missing_at_first_and_read_again_is_told_as_mended() -> None:
    brief = told_of(counted("orders", 9, 9, healed=3), counted("order_lines", 4, 4, healed=1))
    assert "**Everything arrived." in brief
    assert (
        "- Shopify: 3 of its orders and 1 of its order lines were missing at first; they were "
        "noticed by counting, and read again." in brief
    )


def test_what_could_not_be_counted_is_told_with_the_reason_once() -> None:
    busy = "zendesk: GET /api/v2/search/count answered 503: closed"
    brief = told_of(
        counted("tickets", None, 0, note=busy),
        counted("users", None, 0, note=busy),
        counted("ratings", None, 0, note=INEXACT),
        source="zendesk",
    )
    assert "- Zendesk: tickets and users could not be counted. Its servers were in trouble" in brief
    assert "ratings" not in brief
    assert "**Everything arrived." in brief


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("sample", "Shopify showed 5 orders a second time, 4 of them are here."),
        ("reference", "Other records of Shopify name 5 orders, 4 are here."),
    ],
)
def test_other_witnesses_are_told_for_what_they_are(how: str, words: str) -> None:
    assert words in told_of(counted("orders", 5, 4, how=how))
