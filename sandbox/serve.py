"""The whole sandbox: every vendor on a port of its own, one clock, one world, one side-channel."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from sandbox.admin import Admin
from sandbox.clock import Clock, iso
from sandbox.dealing import Dealer
from sandbox.faults import Faults
from sandbox.happenings import Happening, from_json
from sandbox.http import Request, Response
from sandbox.journal import Journal
from sandbox.sabotage import Saboteur
from sandbox.server import Answer, Port
from sandbox.vendor import Vendor, discover
from sandbox.world import World, make
from sandbox.world.base import NIGHT

BATCH = 5_000


class Sandbox:
    """What `serve` gives: the vendors in force and everything that moves them.

    ``vendors`` by name; ``url`` is the first port, with the index and ``/__sim__/``.
    """

    def __init__(self, vendors: Iterable[Vendor], world: World, clock: Clock) -> None:
        self.vendors = {vendor.name: vendor for vendor in sorted(vendors, key=lambda v: v.name)}
        self.world = world
        self.clock = clock
        self.faults = Faults()
        self.journal = Journal()
        self.closing = threading.Event()
        self.url = ""
        self._saboteur = Saboteur(self.faults, self.happen_json, self.closing)
        self._dealer = Dealer(self.vendors.values())
        self._lock = threading.RLock()

    @property
    def environment(self) -> dict[str, str]:
        """What connectors need to reach every vendor here."""
        return {
            name: v for vendor in self.vendors.values() for name, v in vendor.credentials().items()
        }

    def answer(self, vendor: Vendor, request: Request) -> Response:
        """Answer for a vendor, faults included, and note it in the journal."""
        at, started = iso(self.clock.now()), time.perf_counter()
        response = self._saboteur.answer(vendor, request)
        ms = round((time.perf_counter() - started) * 1000, 3)
        how = response.wire.how
        self.journal.write(vendor.name, request, response.status, at=at, wire=how, ms=ms)
        return response

    def happen(self, *happenings: Happening, vendor: str = "") -> None:
        """Let facts come true in every vendor that hears of them, or in one vendor alone."""
        alone = [one for name, one in self.vendors.items() if name == vendor]
        for fact in happenings:
            for one in alone if vendor else self._dealer.audience(fact):
                one.apply(fact)
        for one in self.vendors.values():
            one.settle()

    def open(self) -> None:
        """Tell the world's history to the vendors and start the day."""
        with self._lock:
            self._tell(self.world.until(self.world.start))

    def evolve(self, nights: int = 1, until: datetime | None = None) -> None:
        """Let the world go on, some nights or up to a moment; the clock moves along."""
        with self._lock:
            end = until or self.world.now + nights * NIGHT
            self._tell(self.world.until(end))
            if end > self.clock.now():
                self.clock.set(end)

    def seed(self, spec: str | None = None, **options: int) -> None:
        """Start over in another world. ``options``: seed, people, nights; see `sandbox.world`."""
        with self._lock:
            self.world = make(spec or self.world.spec, **options)
            self._start_over()

    def reset(self) -> None:
        """Start over in the same world: records, clock, faults and journal as they began."""
        with self._lock:
            self.world = self.world.again()
            self._start_over()

    def _start_over(self) -> None:
        self.faults.clear()
        self.journal.clear()
        for vendor in self.vendors.values():
            vendor.reset()
        self.clock.set(self.world.start)
        self.open()

    def _tell(self, story: Iterator[Happening]) -> None:
        while batch := list(islice(story, BATCH)):
            self.happen(*batch)

    def happen_json(self, document: Mapping[str, Any]) -> None:
        """Let a fact given as JSON come true; ``at`` is now when left out."""
        rest = dict(document)
        vendor = rest.pop("vendor", "")
        rest.setdefault("at", self.clock.now())
        self.happen(from_json(rest), vendor=vendor)


@contextmanager
def serve(
    vendors: Iterable[Vendor | type[Vendor]] | None = None,
    world: World | str | None = None,
    *,
    port: int = 0,
    clock: Clock | None = None,
) -> Iterator[Sandbox]:
    """Serve vendors on loopback until the block ends.

    Args:
        vendors: Classes or objects; when left out, all that the world has records for.
        world: A world or its spec; the empty one when left out.
        port: Of the index; vendors take the ports after it, in order of name. 0 is any.
        clock: Starts where the world starts, ticking, when left out.
    """
    found = make(world or "empty") if isinstance(world, str | None) else world
    everybody = discover()
    told = [everybody[name] for name in found.vendors or everybody]
    wanted = told if vendors is None else list(vendors)
    own = clock or next((v.clock for v in wanted if isinstance(v, Vendor)), None)
    running = own or Clock(found.start)
    ready = [v if isinstance(v, Vendor) else v(running) for v in wanted]
    for vendor in ready:
        vendor.clock = running
    sandbox = Sandbox(ready, found, running)
    sandbox.open()
    with ExitStack() as stack:
        stack.callback(_close, sandbox)
        sandbox.url = _listen(stack, Admin(sandbox), running, port)
        for number, vendor in enumerate(sandbox.vendors.values(), start=1):
            answer = _answer(sandbox, vendor)
            vendor.url = _listen(stack, answer, running, port + number if port else 0, spare=True)
        stack.callback(sandbox.closing.set)
        yield sandbox


def _answer(sandbox: Sandbox, vendor: Vendor) -> Answer:
    return lambda request: sandbox.answer(vendor, request)


def _listen(
    stack: ExitStack, answer: Answer, clock: Clock, port: int, *, spare: bool = False
) -> str:
    try:
        listening = Port(answer, clock.now, port)
    except OSError:
        if not spare:
            raise
        listening = Port(answer, clock.now)
    stack.callback(listening.stop)
    return listening.url


def _close(sandbox: Sandbox) -> None:
    for vendor in sandbox.vendors.values():
        vendor.close()
