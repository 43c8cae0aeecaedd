"""The health score finds those who are about to leave, in a world where leaving shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.leaving import auc, backtest


def test_the_chance_to_rank_a_leaver_first_is_one_for_a_seer_and_half_for_dice() -> None:
    left = np.array([True, False, True, False])
    assert auc(np.array([9, 1, 8, 2]), left) == 1
    assert auc(np.array([1, 9, 2, 8]), left) == 0
    assert auc(np.array([5, 5, 5, 5]), left) == 0.5


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_health_ranks_leavers_before_those_who_stay(tmp_path: Path) -> None:
    found = backtest(tmp_path, people=600)
    assert found["leavers"] >= 15
    assert found["health"] > 0.58
