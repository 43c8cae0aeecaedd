"""The first port: an index of the vendors, and the side-channel under ``/__sim__/``.

GET    /                       the index: clock, world, vendors with their environment
GET    /__sim__/clock          {"now", "frozen"}
POST   /__sim__/clock          {"set": iso} | {"advance": seconds} | {"freeze": bool}
POST   /__sim__/reset          everything as it was when the doors opened
POST   /__sim__/seed           {"world": spec, "seed": n, "people": n, "nights": n}
POST   /__sim__/evolve         {"nights": 1} | {"until": iso}: the world and its clock go on
POST   /__sim__/apply          one happening as JSON (see `sandbox.happenings`), or a list;
                               "vendor" keeps it to one vendor, "at" is now when left out
GET    /__sim__/faults         all faults in force, with how often each was seen and fired
POST   /__sim__/faults         a fault (see `sandbox.faults`), or a list of them
DELETE /__sim__/faults[/{id}]  all of them, or one
POST   /__sim__/limits         {"vendor": name, "times": n}: rate limits n times as wide
POST   /__sim__/expire         {"vendor": name}: every token handed out is worthless
GET    /__sim__/journal        ?vendor=&path=&limit= : requests received, and their counts
DELETE /__sim__/journal        forget them
GET    /__sim__/truth          ?vendor=&table= : what a perfect pull holds; &counts=1 for counts
GET    /__sim__/people         ?limit= : who is behind every record
"""

from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from sandbox.clock import parse
from sandbox.http import Json, Request, Response
from sandbox.routing import Routed, route

if TYPE_CHECKING:
    from sandbox.serve import Sandbox

PATHS = ("clock", "reset", "seed", "evolve", "apply", "faults", "limits", "expire", "journal")
KNOWING = ("truth", "people")


class Admin(Routed):
    """Answers on the first port."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def __call__(self, request: Request) -> Response:
        """Answer; what the sandbox cannot make sense of is a 400 that says why."""
        try:
            return super().__call__(request)
        except (ValueError, KeyError, TypeError) as error:
            return self.refuse(400, f"{type(error).__name__}: {error}")

    @route("GET", "/")
    def index(self, _: Request) -> Response:
        """List the vendors."""
        box = self._sandbox
        vendors = {
            name: {"url": vendor.url, "system": vendor.system, "environment": vendor.credentials()}
            for name, vendor in box.vendors.items()
        }
        admin = {name: f"{box.url}/__sim__/{name}" for name in (*PATHS, *KNOWING)}
        world = {"spec": box.world.spec, "now": box.world.now.isoformat()}
        body = {"sandbox": "daybreak", "clock": self._clock(), "world": world}
        return Response(200, {**body, "vendors": vendors, "admin": admin})

    @route("GET", "/__sim__/clock")
    def clock(self, _: Request) -> Response:
        """Tell the time."""
        return Response(200, self._clock())

    @route("POST", "/__sim__/clock")
    def move_clock(self, request: Request) -> Response:
        """Change the time."""
        wish, clock = _document(request), self._sandbox.clock
        if "freeze" in wish:
            clock.freeze(bool(wish["freeze"]))
        if "set" in wish:
            clock.set(parse(wish["set"]))
        if "advance" in wish:
            clock.advance(float(wish["advance"]))
        return Response(200, self._clock())

    @route("POST", "/__sim__/reset")
    def reset(self, request: Request) -> Response:
        """Start over."""
        self._sandbox.reset()
        return self.index(request)

    @route("POST", "/__sim__/seed")
    def seed(self, request: Request) -> Response:
        """Start over in another world."""
        wish = _document(request)
        options = {name: int(wish[name]) for name in ("seed", "people", "nights") if name in wish}
        self._sandbox.seed(wish.get("world"), **options)
        return self.index(request)

    @route("POST", "/__sim__/evolve")
    def evolve(self, request: Request) -> Response:
        """Let the world go on."""
        wish = _document(request)
        until = parse(wish["until"]) if "until" in wish else None
        self._sandbox.evolve(int(wish.get("nights", 1)), until)
        return self.index(request)

    @route("POST", "/__sim__/apply")
    def apply(self, request: Request) -> Response:
        """Let something come true."""
        found = request.json()
        facts = found if isinstance(found, list) else [found]
        for fact in facts:
            self._sandbox.happen_json(fact)
        return Response(200, {"applied": len(facts)})

    @route("GET", "/__sim__/faults")
    def faults(self, _: Request) -> Response:
        """List the faults in force."""
        return Response(200, {"faults": [asdict(fault) for fault in self._sandbox.faults.all()]})

    @route("POST", "/__sim__/faults")
    def add_faults(self, request: Request) -> Response:
        """Script faults."""
        found = request.json()
        added = [
            self._sandbox.faults.add(one) for one in (found if isinstance(found, list) else [found])
        ]
        return Response(201, {"faults": [asdict(fault) for fault in added]})

    @route("DELETE", "/__sim__/faults")
    def clear_faults(self, _: Request) -> Response:
        """Take all faults back."""
        self._sandbox.faults.clear()
        return Response(204)

    @route("DELETE", "/__sim__/faults/{fault}")
    def clear_fault(self, _: Request, fault: str) -> Response:
        """Take one fault back."""
        self._sandbox.faults.clear(int(fault))
        return Response(204)

    @route("POST", "/__sim__/limits")
    def widen_limits(self, request: Request) -> Response:
        """Make rate limits wider, or narrower."""
        wish = _document(request)
        for name, vendor in self._sandbox.vendors.items():
            for limiter in vendor.limits.values():
                if wish.get("vendor", name) == name:
                    limiter.scale = float(wish["times"])
        return Response(204)

    @route("POST", "/__sim__/expire")
    def expire(self, request: Request) -> Response:
        """Make tokens worthless."""
        wish = _document(request)
        for name, vendor in self._sandbox.vendors.items():
            if wish.get("vendor", name) == name:
                vendor.expire_tokens()
        return Response(204)

    @route("GET", "/__sim__/journal")
    def journal(self, request: Request) -> Response:
        """Read what was received."""
        journal = self._sandbox.journal
        limit = int(request.arg("limit", "100"))
        entries = journal.read(request.arg("vendor"), request.arg("path"), limit)
        counts = {
            vendor: {str(status): times for status, times in by_status.items()}
            for vendor, by_status in journal.counts().items()
        }
        return Response(200, {"counts": counts, "entries": [asdict(entry) for entry in entries]})

    @route("DELETE", "/__sim__/journal")
    def clear_journal(self, _: Request) -> Response:
        """Forget what was received."""
        self._sandbox.journal.clear()
        return Response(204)

    @route("GET", "/__sim__/truth")
    def truth(self, request: Request) -> Response:
        """Tell what a perfect pull would hold."""
        wanted, table = request.arg("vendor"), request.arg("table") or None
        found = {
            name: vendor.truth(table)
            for name, vendor in self._sandbox.vendors.items()
            if wanted in {"", name}
        }
        return Response(200, {name: _told(request, tables) for name, tables in found.items()})

    @route("GET", "/__sim__/people")
    def people(self, request: Request) -> Response:
        """Tell who is behind every record."""
        limit = int(request.arg("limit", "0")) or None
        told = islice(self._sandbox.world.people(), limit)
        return Response(200, {"people": [asdict(person) for person in told]})

    def _clock(self) -> dict[str, Any]:
        clock = self._sandbox.clock
        return {"now": clock.now().isoformat(), "frozen": clock.frozen}


def _document(request: Request) -> dict[str, Any]:
    found = request.json() or {}
    if not isinstance(found, dict):
        raise TypeError("the body must be a JSON object")
    return found


def _told(request: Request, tables: dict[str, dict[Any, dict[str, Any]]]) -> Json:
    if request.arg("counts"):
        return {
            table: {
                "all": len(rows),
                "live": sum(not r["deleted"] and r["merged_into"] is None for r in rows.values()),
                "deleted": sum(bool(r["deleted"]) for r in rows.values()),
            }
            for table, rows in tables.items()
        }
    return {table: {str(i): row for i, row in rows.items()} for table, rows in tables.items()}
