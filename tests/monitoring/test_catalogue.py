"""docs/watch.md is played line by line: what is told, to whom, how soon, and nothing else."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from core.ledger import Ledger
from monitoring.notices import News, Notice
from tests.monitoring.catalogue import FAULTS
from tests.monitoring.nights import Nights, settled
from tests.monitoring.world import At

PAGE = Path(__file__).parents[2] / "docs" / "watch.md"
EVERY_DAY = ("dns", "disk_full", "pull_hangs", "nothing_arrived", "import_of_known_people")
# What is told besides, and rightly: the trouble that the deaf channel was to be told of.
BESIDES = {"channel_deaf": {"Zendesk failed"}}
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1)}
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the catalogue."""

    fault: str
    title: str
    severity: str
    whom: frozenset[str]
    within: timedelta


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one fault: who heard the right thing, how soon, and what else was said."""

    line: Line
    heard: frozenset[str]
    severity: str
    took: timedelta | None
    besides: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        line = self.line
        in_time = self.took is not None and self.took <= line.within
        return in_time and (self.heard, self.severity) == (line.whom, line.severity)


def catalogue() -> list[Line]:
    found = []
    for row in PAGE.read_text(encoding="utf-8").splitlines():
        if row.startswith("| `"):
            name, _, title, severity, whom, within = [c.strip() for c in row.strip("|").split("|")]
            number, unit = within.split()
            span = int(number) * UNITS[unit]
            people = frozenset(one.strip() for one in whom.split(","))
            found.append(Line(name.strip("`"), title, severity, people, span))
    return found


LINES = catalogue()


@pytest.fixture(scope="session")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return settled(tmp_path_factory.mktemp("house"))


def house(ordinary: Path, folder: Path, name: str) -> Nights:
    """Return a house after a month of ordinary nights, at the end of the last of them."""
    path = folder / f"{name}.sqlite"
    shutil.copy(ordinary, path)
    ledger = Ledger.open(f"sqlite:///{path}")
    night = ledger.night()
    assert night is not None
    assert night.run.ended_at is not None
    return Nights(ledger, At(night.run.ended_at))


def play(world: Nights, line: Line) -> Outcome:
    """Let the fault happen, look until it is told or too late, and then four times more."""
    world.look()
    assert world.told == []
    began = world.clock.now()
    FAULTS[line.fault](world)
    struck = world.struck or began
    while not _hits(world, line) and world.clock.now() <= struck + line.within + QUARTER:
        world.look()
        soon = line.within <= 3 * HOUR or world.clock.now() - struck < HOUR
        world.clock.at += QUARTER if soon else HOUR
    for _ in range(4):
        world.look()
        world.clock.at += QUARTER
    hits = _hits(world, line)
    allowed = {line.title} | BESIDES.get(line.fault, set())
    return Outcome(
        line,
        frozenset(name for name, _ in hits),
        hits[0][1].severity.value if hits else "",
        min(notice.at for _, notice in hits) - struck if hits else None,
        tuple(n.title for _, n in world.told if n.title not in allowed) + _repeated(world),
    )


def _hits(world: Nights, line: Line) -> list[tuple[str, Notice]]:
    found = [(name, n) for name, n in world.told if n.title == line.title]
    return sorted(found, key=lambda hit: -hit[1].severity.rank)


def _repeated(world: Nights) -> tuple[str, ...]:
    said = [(name, n.title) for name, n in world.told]
    return tuple(f"again: {title}" for name, title in set(said) if said.count((name, title)) > 1)


def test_the_catalogue_and_the_faults_are_the_same() -> None:
    assert [line.fault for line in LINES] == list(dict.fromkeys(line.fault for line in LINES))
    assert {line.fault for line in LINES} == FAULTS.keys()
    assert len(LINES) >= 40


@pytest.mark.parametrize("name", EVERY_DAY)
def test_a_fault_is_told_as_the_catalogue_says(name: str, ordinary: Path, tmp_path: Path) -> None:
    line = next(line for line in LINES if line.fault == name)

    outcome = play(house(ordinary, tmp_path, name), line)

    assert outcome.is_right, outcome
    assert outcome.besides == ()


def fortnight(world: Nights) -> None:
    """Live two weeks as they come: weekends, a slow Monday, a holiday's peak, a few odd records."""
    for _ in range(14):
        tomorrow = (world.clock.at + timedelta(days=1)).date()
        factor = {0: 0.65}.get(tomorrow.weekday(), 1.0)
        factor = 3.0 if tomorrow.day in {13, 14} else factor
        world.tonight(factor=dict.fromkeys(("shopify", "stripe", "hubspot", "zendesk"), factor))
        for _ in range(3):
            world.look()
            world.clock.at += timedelta(hours=5)


def test_a_fortnight_of_ordinary_nights_is_silent(ordinary: Path, tmp_path: Path) -> None:
    world = house(ordinary, tmp_path, "fortnight")
    fortnight(world)

    assert [(name, notice.title) for name, notice in world.told] == []


@pytest.mark.proof
@pytest.mark.timeout(2400)
def test_every_fault_is_found_and_nothing_else_is_told(
    ordinary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = [play(house(ordinary, tmp_path, line.fault), line) for line in LINES]
    false = 0
    for seed in range(5):
        quiet = house(ordinary, tmp_path, f"fortnight-{seed}")
        quiet.seed = 100 + seed
        fortnight(quiet)
        false += len(quiet.told)
    missed = [one for one in outcomes if not one.is_right]
    noise = sum(len(one.besides) for one in outcomes) + false
    right = len(outcomes) - len(missed)

    with capsys.disabled():
        print("\n" + report(outcomes))  # noqa: T201 - the proof prints what it found
        print(f"recall {right}/{len(outcomes)} = {right / len(outcomes):.3f}")  # noqa: T201 - as above
        print(f"precision {right}/{right + noise} = {right / (right + noise):.3f}")  # noqa: T201 - as above
    assert missed == []
    assert noise == 0


def report(outcomes: list[Outcome]) -> str:
    return "\n".join(
        f"{'ok ' if one.is_right and not one.besides else 'NO '} {one.line.fault:<24}"
        f"{one.severity:<10}{one.took!s:<18}{', '.join(sorted(one.heard)):<28}"
        f"{'; '.join(one.besides)}"
        for one in outcomes
    )


def test_nobody_is_named_in_anything_that_is_told(ordinary: Path, tmp_path: Path) -> None:
    from core.errors import VendorRefusedError  # noqa: PLC0415 - beside what it is about

    world = house(ordinary, tmp_path, "named")
    words = "stripe: no such customer ada@example.org, +49 30 1234567"
    world.night_falls({"stripe": VendorRefusedError(words)})
    world.look()

    assert world.told
    assert not re.search(r"ada@|1234567", str(world.told))
    assert {n.news for _, n in world.told} == {News.TROUBLE}
