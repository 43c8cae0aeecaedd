"""The shop that is pulled: the sandbox's Shopify in a process of its own, limits out of the way.

/admin/api/...       the sandbox itself; a question it was asked before is answered with the
                     same bytes, so that no reader waits longer than the next
/x10/admin/api/...   the same orders ten times over, each round under ids of its own: a shop
                     of half a million orders without the hour it takes to answer for one
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import orjson

from sandbox.http import Request, Response
from sandbox.routing import route
from sandbox.serve import serve
from sandbox.shopify.shop import Shopify
from sandbox.world import make

WIDE = 1_000_000.0
"""How many times wider than Shopify's the limits are."""
ORDERS_A_HEAD = 25
TIMES = 10
"""How often the large shop repeats its orders."""
NUMBERED = (b"Order/", b"LineItem/", b"Refund/")


class Remembering(Shopify):
    """A shop that answers the same question with the same bytes."""

    def __init__(self) -> None:
        super().__init__()
        self._answered: dict[bytes, bytes] = {}

    def _answer(self, text: str, variables: Mapping[str, Any], name: str | None) -> Response:
        question = orjson.dumps([text, dict(variables), name])
        if question not in self._answered:
            self._answered[question] = super()._answer(text, variables, name).payload()
        return Response(200, self._answered[question])

    @route("POST", "/x{times}/admin/api/{version}/graphql.json")
    def repeated(self, request: Request, times: str, version: str) -> Response:
        """Answer as a shop with so many times the orders."""
        asked = request.json()
        variables = asked.get("variables") or {}
        number, _, after = (variables.get("after") or "0~").partition("~")
        inner = Request(
            "POST",
            request.path,
            headers=request.headers,
            body=orjson.dumps({**asked, "variables": {**variables, "after": after or None}}),
        )
        answer = self.graphql(inner, version)
        return Response(200, _renumbered(answer.payload(), int(number), int(times)))


def _renumbered(payload: bytes, number: int, times: int) -> bytes:
    """Put a page into round ``number``: ids of its own, and a way on to the next round."""
    body = orjson.loads(payload)
    data = body.get("data") or {}
    if "total" in data:
        data["total"]["count"] *= times
    page = data.get("page")
    if page:
        info = page["pageInfo"]
        last = not info["hasNextPage"]
        info["endCursor"] = f"{number + 1}~" if last else f"{number}~{info['endCursor']}"
        info["hasNextPage"] = not last or number + 1 < times
        for node in page["nodes"]:
            for each in (node, *node["lineItems"]["nodes"], *node["refunds"]):
                each["legacyResourceId"] = f"{number}{each.get('legacyResourceId') or ''}"
    renumbered = orjson.dumps(body)
    for kind in NUMBERED:
        renumbered = renumbered.replace(
            b"gid://shopify/" + kind, b"gid://shopify/" + kind + str(number).encode()
        )
    return renumbered


@contextmanager
def open_shop(orders: int) -> Iterator[str]:
    """Serve a shop of so many orders from another process; yield the sandbox's address."""
    line = [sys.executable, "-m", "benchmarks.shop", str(orders)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().strip() if process.stdout else ""
            if not address:
                raise RuntimeError("the shop did not open")
            yield address
        finally:
            process.terminate()


def environment(url: str, times: int = 1) -> dict[str, str]:
    """Return what a connector needs to reach the shop, or the one so many times as large."""
    listing = httpx.get(f"{url}/", timeout=60).raise_for_status().json()
    found: dict[str, str] = dict(listing["vendors"]["shopify"]["environment"])
    if times > 1:
        found["SHOPIFY_BASE_URL"] += f"/x{times}"
    return found


def main() -> None:
    """Serve until told to end; the first line printed is the address."""
    orders = int(sys.argv[1])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    people = max(400, orders // ORDERS_A_HEAD)
    world = make(f"seeded:orders={orders}", seed=7, people=people)
    with serve([Remembering()], world) as sandbox:
        for limit in sandbox.vendors["shopify"].limits.values():
            limit.scale = WIDE
        print(sandbox.url, flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
