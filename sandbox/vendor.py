"""What every vendor of the sandbox is, and how vendors are found.

A vendor is one file, ``sandbox/<vendor>.py``, with one class and the line ``VENDOR = TheClass``:
being there is being served. The class answers requests (`sandbox.routing.route`), hears happenings
(`hears`) and keeps its records in ``self.store``. It is written from the vendor's documents and
knows nothing of daybreak.

    class Stripe(Vendor):
        name, system = "stripe", "billing"

        def __init__(self, clock: Clock | None = None, *, per_second: float = 100) -> None:
            super().__init__(clock)
            self.charges = self.store.collection("charges", ("customer",))
            self.limits["api"] = RollingWindow(per_second, 1, self.seconds)

        @hears(Charged)
        def charged(self, fact: Charged) -> None: ...

        @route("GET", "/v1/charges/{id}")
        def charge(self, request: Request, id: str) -> Response: ...

    VENDOR = Stripe
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, TypeVar

import sandbox
from sandbox.clock import Clock, millis
from sandbox.faults import tampered
from sandbox.happenings import Happening
from sandbox.limits import Limiter
from sandbox.routing import Routed
from sandbox.store import Store

M = TypeVar("M", bound=Callable[..., None])
T = TypeVar("T")
_hearing: dict[Any, list[type[Happening]]] = {}


def hears(*kinds: type[Happening]) -> Callable[[M], M]:
    """Give happenings of these kinds to the method below."""

    def mark(method: M) -> M:
        _hearing.setdefault(method, []).extend(kinds)
        return method

    return mark


class Vendor(Routed):
    """A vendor in miniature. ``url`` is where it is served, "" while it is not.

    ``system``: what it is for; vendors of one system deal its people among them, each its
    ``share``. It hears of things it does not have, and lets them pass.
    """

    name: ClassVar[str] = ""
    system: ClassVar[str] = ""
    share: ClassVar[int] = 1
    _ears: ClassVar[dict[type[Happening], Callable[..., None]]] = {}

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        own = {
            kind: method
            for method in vars(cls).values()
            if callable(method)
            for kind in _hearing.get(method, ())
        }
        cls._ears = {**cls._ears, **own}

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.store = Store()
        self.limits: dict[str, Limiter] = {}
        self.url = ""

    def credentials(self) -> dict[str, str]:
        """Give the environment a connector needs to reach this vendor at ``self.url``."""
        return {}

    def expire_tokens(self) -> None:
        """Make every token handed out so far worthless. Nothing where tokens do not expire."""

    def settle(self) -> None:
        """Write out what waits, once a number of happenings was told; for those who write files."""

    def reset(self) -> None:
        """Forget every record. Vendors that hand out tokens forget those, too."""
        self.store.clear()

    def close(self) -> None:
        """Give the disk back."""
        self.store.close()

    @classmethod
    def hears_of(cls, kind: type[Happening]) -> bool:
        """Say whether facts of this kind mean anything here."""
        return kind in cls._ears

    def apply(self, happening: Happening) -> None:
        """Turn a happening into records; one that this vendor does not hear is nothing."""
        method = self._ears.get(type(happening))
        if method is not None:
            method(self, happening)

    def apply_many(self, happenings: Iterable[Happening]) -> None:
        """Apply a whole history."""
        for happening in happenings:
            self.apply(happening)

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what a perfect pull would hold, deleted and merged records marked as such.

        By table, then id: ``key`` (the world's), ``updated_at`` (ms), ``deleted``,
        ``merged_into``. Override it where a collection is no table of the vendor's.
        """
        return {
            name: {
                row.id: {
                    "key": row.key,
                    "updated_at": row.updated_at,
                    "deleted": row.deleted_at is not None,
                    "merged_into": row.merged_into,
                }
                for row in collection.all()
            }
            for name, collection in self.store.collections.items()
            if table in {None, name}
        }

    def shown(self, table: str, rows: list[T]) -> list[T]:
        """Let row faults at a page (JSON texts or dicts) before it is sent; free without them."""
        return tampered(table, rows)

    def seconds(self) -> float:
        """Give what limits count by; see `Clock.seconds`."""
        return self.clock.seconds()

    def millis(self) -> int:
        """Give the sandbox's time as the store orders it."""
        return millis(self.clock.now())


def discover() -> dict[str, type[Vendor]]:
    """Give every vendor there is a file for, by name, in order of name."""
    return {kind.name: kind for kind in sorted(_kinds(), key=lambda kind: kind.name)}


def _kinds() -> Iterator[type[Vendor]]:
    for module in pkgutil.iter_modules(sandbox.__path__):
        kind = getattr(importlib.import_module(f"sandbox.{module.name}"), "VENDOR", None)
        if kind is not None:
            yield kind
