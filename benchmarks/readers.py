"""Four ways to read the same orders, each run in a process of its own: ``python -m`` with its name.

daybreak     our Shopify orders stream through the pipeline: flattened, typed, compared with
             what is held, merged into DuckDB
httpx        a loop that writes each order as a line of JSON: no warehouse at all
dlt          the same pages given to dlt as they come, default settings, appended to DuckDB
dlt-parquet  the same, with parquet between extract and load
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from benchmarks.cost import Cost

PAGE = 250


def daybreak(environment: dict[str, str], home: Path, *, full: bool = False) -> dict[str, Any]:
    """Pull the orders as a night does, without the night around it."""
    from core.pipeline import Extraction, raw_tables
    from core.pull import Pull, Stream
    from core.settings import load
    from destinations.warehouses.duckdb import DuckDBWarehouse
    from sources.shopify import ShopifySettings, connector

    def build(settings: ShopifySettings, pull: Pull) -> list[Stream]:
        streams = connector.build(settings, pull)
        return [stream for stream in streams if stream.table == "orders"]

    orders = replace(connector, build=build)
    warehouse = DuckDBWarehouse(home / "warehouse")
    pull = Pull(home=home, known=warehouse.known("shopify", raw_tables(orders)), full=full)
    pulled = Extraction(orders, load(ShopifySettings, environment), pull, warehouse).execute()
    log = pulled.tables["orders"]
    return {"rows": log.read, "arrived": log.new + log.changed, "calls": pull.meter.calls}


def httpx(environment: dict[str, str], home: Path) -> dict[str, Any]:
    """Write every order as a line of JSON."""
    rows = 0
    with (home / "orders.jsonl").open("w") as file:
        for page in _pages(environment):
            for order in page:
                file.write(json.dumps(order) + "\n")
            rows += len(page)
    return {"rows": rows}


def dlt(
    environment: dict[str, str], home: Path, form: Literal["parquet"] | None = None
) -> dict[str, Any]:
    """Give dlt the pages."""
    import os

    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
    import dlt as library

    rows = 0

    @library.resource(name="orders")
    def orders() -> Iterator[list[dict[str, Any]]]:
        nonlocal rows
        for page in _pages(environment):
            rows += len(page)
            yield page

    pipeline = library.pipeline(
        "bare",
        destination=library.destinations.duckdb(str(home / "bare.duckdb")),
        dataset_name="raw_bare",
        pipelines_dir=str(home / "dlt"),
    )
    pipeline.run(orders(), loader_file_format=form)  # type: ignore[arg-type]  # None is its own default
    return {"rows": rows}


def _pages(environment: dict[str, str]) -> Iterator[list[dict[str, Any]]]:
    """Ask what our connector asks, in its words, with the same page sizes."""
    import httpx as client

    from sources.shopify.queries import changed

    url = f"{environment['SHOPIFY_BASE_URL']}/admin/api/2026-07/graphql.json"
    headers = {"X-Shopify-Access-Token": environment["SHOPIFY_ACCESS_TOKEN"]}
    variables: dict[str, Any] = {"lines": 10, "first": PAGE, "query": None, "after": None}
    with client.Client(headers=headers, timeout=120) as session:
        while True:
            body = {"query": changed("orders"), "variables": variables}
            page = session.post(url, json=body).raise_for_status().json()["data"]["page"]
            yield page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            variables["after"] = page["pageInfo"]["endCursor"]


def main() -> None:
    """Read with the reader named first; print what it cost as a line of JSON."""
    name, environment, home = sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3])
    home.mkdir(parents=True, exist_ok=True)
    readers = {
        "daybreak": lambda: daybreak(environment, home),
        "daybreak-full": lambda: daybreak(environment, home, full=True),
        "httpx": lambda: httpx(environment, home),
        "dlt": lambda: dlt(environment, home),
        "dlt-parquet": lambda: dlt(environment, home, "parquet"),
    }
    Cost.tell(readers[name])


if __name__ == "__main__":
    main()
