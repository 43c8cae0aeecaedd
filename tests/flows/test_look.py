"""A look where no Prefect is costs what it must."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_whoever_only_looks_does_not_wait_for_prefect_to_be_imported() -> None:
    asked = "import sys, cli.stage, flows.look; print('prefect' in sys.modules)"
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"
