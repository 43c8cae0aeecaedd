"""The suite sees what it claims to see: for each hazard a deliberate bug makes its story fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts.hazards import HAZARDS
from tests.contracts.mutants import MUTANTS, Mutant
from tests.contracts.proof import PROPERTY

ROOT = Path(__file__).parents[2]
CODE = ("core", "destinations", "sandbox", "schedules", "sources", "tests", "transforms")
STORY = "tests/contracts/test_hazards.py::test_nothing_is_lost_doubled_or_resurrected"


def test_there_is_a_bug_for_every_hazard() -> None:
    assert {mutant.hazard for mutant in MUTANTS} == set(HAZARDS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.hazard)
def test_a_bug_can_be_put_in(mutant: Mutant) -> None:
    for file, old, new in mutant.edits:
        assert (ROOT / file).read_text(encoding="utf-8").count(old) == 1
        assert old != new


@pytest.mark.proof
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.hazard)
def test_its_story_fails(
    mutant: Mutant, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property(PROPERTY, ["mutant", mutant.hazard, f"{mutant.source} {mutant.bug}"])
    for folder in CODE:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, old, new in mutant.edits:
        text = (tmp_path / file).read_text(encoding="utf-8")
        (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    test = f"{STORY}[{mutant.source}-{mutant.hazard}]"
    line = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "0", test]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    told = subprocess.run(  # noqa: S603 - our own command line, no shell
        line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1, told.stdout[-2000:] + told.stderr[-2000:]
    assert f"FAILED {test}" in told.stdout
