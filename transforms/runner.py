"""raw -> staging -> identity -> marts: one night, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.connector import Table
from core.settings import load
from core.warehouse import Session
from transforms import (
    history,
    indexes,
    quality,
    rates,
    seeds,
    segments,
    stays,
    tones,
    views,
    violations,
    written_back,
)
from transforms import model as models
from transforms.bench import Bench
from transforms.build import build
from transforms.identity.cache import Cache
from transforms.identity.publish import Quality
from transforms.identity.resolve import Night, Resolved, resolve
from transforms.identity.settings import Steering
from transforms.identity.standardise import standardise
from transforms.kinds import KINDS, view
from transforms.memory import Memory
from transforms.model import Model
from transforms.order import in_order
from transforms.rates import ReportSettings
from transforms.stage import check_kind, news_of, stage, unite


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one model: rows that are different now, and the seconds it took."""

    model: str
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The figures of one reconcile.

    Attributes:
        total: Customers there are now.
        records: Source records that are new, different or deleted.
        new: Customers that began tonight.
        merged: Customers that turned out to be another one.
        split: Customers that came off another one.
        gone: Customers whose last record was deleted.
        returned: Customers who were gone and are back.
        duplicates: Records that joined a customer whom another record had begun.
        learned: Of how many records the weights of evidence were learned; 0 if those before serve.
        facts: Mart -> rows that are new, different or no more.
        built: Every model, in the order it was built.
        seconds: How long it took in all.
        quality: What who is who looks like; None before anybody was decided about.
    """

    total: int
    records: int
    new: int
    merged: int
    split: int
    gone: int
    returned: int
    duplicates: int
    learned: int
    facts: dict[str, int]
    built: tuple[Built, ...]
    seconds: float
    quality: Quality | None = None


Sources = Mapping[str, Mapping[str, Table]]
Observe = Callable[[str], None]


@dataclass(slots=True)
class _Watch:
    """Times each step and tells whoever looks on."""

    observe: Observe
    built: list[Built] = field(default_factory=list)
    since: float = field(default_factory=time.perf_counter)

    def note(self, name: str, rows: int) -> None:
        now = time.perf_counter()
        self.built.append(Built(name, rows, now - self.since))
        self.since = now
        self.observe(f"{name}: {rows:,} rows changed, {self.built[-1].seconds:.2f} s")


def reconcile(
    session: Session,
    *,
    now: datetime,
    full: bool = False,
    observe: Observe = lambda _: None,
    sources: Sources | None = None,
    steering: Steering | None = None,
    report: ReportSettings | None = None,
) -> Reconciled:
    """Bring the 360 up to date with the raw rows: all of it, or nothing.

    Safe to repeat, and to be cut at any moment: what was read, decided and built is committed
    together.

    Args:
        session: The warehouse, with the raw tables in sight; one never pulled counts as empty.
        now: The moment that changes of identity are dated with; aware.
        full: Take everything as changed. Customer ids stay.
        observe: Told in a line of each model as soon as it is built.
        sources: Source -> its tables as declared, for columns that a raw table lacks.
        steering: What is told about who is who; None decides by evidence alone, and keeps no state.
        report: What reports are made of; from the environment if not given.

    Raises:
        ContractError: a model's grain or check does not hold; names at most five keys.
        UnpublishedError: who is who is beyond its limits; the 360 is as it was.
    """
    began = time.perf_counter()
    watch = _Watch(observe)
    told = steering or Steering()
    with (
        Cache(told.state, observe) as cache,
        session.transaction(),
        Bench(session, everything=full) as bench,
    ):
        memory = Memory(bench)
        report = report or load(ReportSettings)
        seeds.plant(bench, memory)
        rates.plant(bench, memory, report)
        watch.note("seeds", 0)
        _stage(bench, memory, sources or {}, watch)
        night = Night(bench, cache, told, now.astimezone(UTC), observe)
        resolved = _identify(night, memory, watch)
        cache.rest()
        session.spread()
        marts = in_order(models.folder("marts"))
        _clear_the_way(bench, memory, marts)
        watch.note("views_down", 0)
        for model in marts:
            _build(model, bench, memory, watch)
            history.follow(model.name, bench, now.astimezone(UTC))
        watch.note("data_quality", quality.count(bench, memory, now.astimezone(UTC)))
        views.put_up(bench, memory, now.astimezone(UTC))
        watch.note("views", 0)
        segments.assign(bench, now.astimezone(UTC), report.segments)
        watch.note(segments.TABLE, 0)
        violations.find(bench, now.astimezone(UTC), report.rules)
        watch.note(violations.TABLE, 0)
        indexes.put_up(bench)
        watch.note("indexes", 0)
        memory.save()
        return _figures(bench, resolved, marts, watch, time.perf_counter() - began)


def _stage(bench: Bench, memory: Memory, sources: Sources, watch: _Watch) -> None:
    staging, heard = models.folder("staging"), list[str]()
    tones.prepare(bench, memory)
    anew = _anew(memory, staging)
    for kind in anew:
        bench.session.execute(f"drop view if exists {view(kind)}")
    for model in staging:
        check_kind(model)
        changes = stage(model, bench, memory, sources)
        news = news_of(model, bench)
        if model.into == tones.KIND and news:
            heard += tones.listen(model, news, bench)
        watch.note(model.name, changes.rows)
    for kind in KINDS:
        unite(kind, [m for m in staging if m.into == kind], bench, anew=kind in anew)
    tones.forget(bench, heard)


def _anew(memory: Memory, staging: Iterable[Model]) -> set[str]:
    """Return the kinds whose view must be made again: a member of it changed its text."""
    stale = set()
    for kind in KINDS:
        members = [m for m in staging if m.into == kind]
        fingerprint = ",".join(f"{m.name}={m.fingerprint}" for m in members) + str(KINDS[kind])
        if memory.is_stale(view(kind), fingerprint):
            stale.add(kind)
        memory.remember(view(kind), fingerprint)
    return stale


def _identify(night: Night, memory: Memory, watch: _Watch) -> Resolved:
    values, claims, records = (
        next(m for m in models.folder("identity") if m.name == f"identity_{name}")
        for name in ("values", "claims", "records")
    )
    _build(values, night.bench, memory, watch)
    standardise(night.bench, memory)
    watch.note("identity_readings", 0)
    _build(claims, night.bench, memory, watch)
    _build(records, night.bench, memory, watch)
    resolved = resolve(night, memory)
    watch.note("identities", night.bench.changed("identities").rows)
    return resolved


def _clear_the_way(bench: Bench, memory: Memory, marts: Sequence[Model]) -> None:
    """Take down what stands on the marts; make the tables that are kept, where they are not."""
    views.take_down(bench, memory, marts)
    written_back.take_in(bench)
    history.prepare(bench)
    stays.prepare(segments.MEMBERS, bench)
    stays.prepare(violations.VIOLATIONS, bench)
    quality.prepare(bench)


def _build(model: Model, bench: Bench, memory: Memory, watch: _Watch) -> None:
    changes = build(model, bench, fresh=memory.is_stale(model.name, model.fingerprint))
    memory.remember(model.name, model.fingerprint)
    watch.note(model.name, changes.rows)


def _figures(
    bench: Bench, resolved: Resolved, marts: Iterable[Model], watch: _Watch, seconds: float
) -> Reconciled:
    return Reconciled(
        total=bench.count("customers"),
        records=bench.changed(view("source_records")).rows,
        new=resolved.count("born"),
        merged=resolved.count("merged"),
        split=resolved.count("split"),
        gone=resolved.count("gone"),
        returned=resolved.count("returned"),
        duplicates=resolved.duplicates,
        learned=resolved.learned,
        facts={model.name: bench.changed(model.name).rows for model in marts},
        built=tuple(watch.built),
        seconds=seconds,
        quality=resolved.quality,
    )
