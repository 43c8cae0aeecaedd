"""Nights that nobody thought of: a seed draws what changes, what breaks and when we are killed.

A failure prints its seed; ``pytest -m proof tests/contracts/test_random_nights.py --seed N`` lives
the same nights again, call by call: the sandbox's clock is the only one there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

import sources
from sandbox.happenings import Happening
from tests.contracts.conftest import Open
from tests.contracts.keepers import Memory, Real
from tests.contracts.proof import PROPERTY
from tests.contracts.story import SWEEPS, Keeper, Losses, Story

NIGHTS = 4
SECOND = timedelta(seconds=1)
EVERY_SO_MANY = 25
"""One seed in so many is lived through the real pipeline, in seconds and not in milliseconds."""
FAULTS: Sequence[dict[str, Any]] = (
    {"do": "status", "status": 500},
    {"do": "status", "status": 503, "times": 0},
    {"do": "status", "status": 429, "retry_after": 3},
    {"do": "status", "status": 429},
    {"do": "status", "status": 401},
    {"do": "html", "times": 8},
    {"do": "cut"},
    {"do": "invalid", "times": 8},
    {"do": "empty"},
    {"do": "reset"},
    {"do": "expire_tokens"},
    {"do": "duplicate_row", "row": 0, "times": 0},
    {"do": "duplicate_row", "row": 2},
)


def test_a_night_as_a_seed_draws_it(night_seed: int, opened: Open) -> None:
    _live(night_seed, opened, Memory)


@pytest.mark.proof
def test_any_night_at_all(
    proof_seed: int, opened: Open, record_property: Callable[[str, object], None]
) -> None:
    record_property(PROPERTY, ["seed", proof_seed])
    real = proof_seed % EVERY_SO_MANY == EVERY_SO_MANY - 1
    _live(proof_seed, opened, Real.duckdb if real else Memory)


def _live(seed: int, opened: Open, keep: Callable[[Path], Keeper]) -> None:
    dice = Random(f"nights:{seed}")
    names = sources.names()
    name = names[seed % len(names)]
    story = opened(name, keep)
    story.lives = dice.random() < 0.5
    there: list[str] = []
    for night in range(NIGHTS):
        _happen(story, dice, there, f"n{night}x")
        _misbehave(story, dice, there, f"m{night}x")
        die_after = dice.randrange(6) if dice.random() < 0.3 else None
        ahead = dice.choice((0, 0, 0, 300, -300)) * SECOND
        story.pull(die_after=die_after, ahead=ahead, full=dice.random() < 0.1)
        story.box.faults.clear()
        story.later(timedelta(hours=dice.choice((1, 24, 24, 72))))
    assert story.heal(by=SWEEPS).failures == {}
    assert story.losses() == Losses(), f"{name}: live it again with --seed {seed}"


def _happen(story: Story, dice: Random, there: list[str], label: str) -> None:
    """Let some come, change, go and become one."""
    for number in range(dice.randrange(1, 40)):
        there.append(f"{label}{number}")
        late = dice.random() * story.facts.lateness
        story.happen(story.crowd.joined(there[-1], story.now - late))
    for fact in _changes(story, dice, there, dice.randrange(8)):
        story.happen(fact)


def _misbehave(story: Story, dice: Random, there: list[str], label: str) -> None:
    """Let things happen while pages are read, and answers go wrong."""
    for fact in _changes(story, dice, there, dice.randrange(4)):
        story.meanwhile(dice.randrange(8), fact)
    if dice.random() < 0.3:
        newcomer = story.crowd.joined(label, story.now)
        there.append(label)
        story.meanwhile(dice.randrange(8), newcomer)
    if dice.random() < 0.6 and story.facts.asks:
        story.box.faults.add({**dice.choice(FAULTS), "after": dice.randrange(10)})


def _changes(story: Story, dice: Random, there: list[str], count: int) -> list[Happening]:
    facts: list[Happening] = []
    for _ in range(min(count, len(there))):
        name, chance = dice.choice(there), dice.random()
        if chance < 0.6:
            facts.append(story.crowd.edited(name, story.now, f"Was {dice.randrange(1_000)}"))
        elif chance < 0.8 or not story.crowd.can_merge or len(there) < 3:
            there.remove(name)
            facts.append(story.crowd.deleted(name, story.now))
        else:
            there.remove(name)
            facts.append(story.crowd.merged(dice.choice(there), name, story.now))
    return facts
