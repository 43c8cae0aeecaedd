"""What a pull asked of its vendor's limits, beside what an ideal client would have needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sandbox.limits import Bucket, Limiter, Verdict
from sandbox.vendor import Vendor

DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to one limit: what it cost, when (seconds), and what the limit said.

    A negative cost was given back.
    """

    limit: str
    cost: float
    at: float
    verdict: Verdict


class Gauge:
    """Listens to all limits of a vendor from now on.

    How much of a budget was used is told by time, which means the same for every kind of limit,
    and for several at once: the same calls in the same order are put to fresh limits of the same
    figures by a client that sees into them and waits exactly until it may go on. What that client
    needs, over what the pull took, is the share of the allowed rate at which the pull went.
    """

    def __init__(self, vendor: Vendor) -> None:
        self.asked: list[Asked] = []
        self._vendor = vendor
        for name, limit in vendor.limits.items():
            limit.heard = partial(self._note, name)

    def refused(self) -> list[Asked]:
        """Return what was refused."""
        return [one for one in self.asked if not one.verdict.allowed]

    def foreseeable(self) -> list[Asked]:
        """Return what was refused although the answer before had told that too little was left."""
        found, before = [], dict[str, Verdict]()
        for one in self.asked:
            told = before.get(one.limit)
            if self._vendor.limits[one.limit].told and not one.verdict.allowed and told:
                found += [one] if told.remaining < one.cost else []
            before[one.limit] = one.verdict
        return found

    def used(self) -> float:
        """Return the share of the allowed rate that was used; 0 where no limit bound the pull."""
        needed = self.needed()
        return needed / self.took() if needed else 0.0

    def took(self) -> float:
        """Return the seconds from the first call to the last."""
        return self.asked[-1].at - self.asked[0].at if self.asked else 0.0

    def needed(self) -> float:
        """Return the seconds that an ideal client would have needed for what was answered."""
        if not self.asked:
            return 0.0
        hour = began = self.asked[0].at

        def now() -> float:
            return hour

        limits = {name: limit.anew(now) for name, limit in self._binding()}
        for one in self.asked:
            limit = limits.get(one.limit)
            if limit is None or not one.verdict.allowed:
                continue
            if one.cost < 0 and isinstance(limit, Bucket):
                limit.give_back(-one.cost)
                continue
            while not (verdict := limit.take(one.cost)).allowed:
                hour += verdict.wait
        return hour - began

    def _binding(self) -> Iterator[tuple[str, Limiter]]:
        """Yield the limits that a pull can be bound by; a day's is none to wait for."""
        yield from ((n, one) for n, one in self._vendor.limits.items() if one.whole < DAY_SECONDS)

    def _note(self, name: str, cost: float, verdict: Verdict) -> None:
        self.asked.append(Asked(name, cost, self._vendor.seconds(), verdict))
