"""`daybreak new source` writes a source that works, and CONTRIBUTING says what to do with it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli import new
from core.errors import ConfigError

ROOT = Path(__file__).parents[2]
TREE = (
    *("cli", "core", "destinations", "flows", "monitoring", "sandbox", "schedules", "sources"),
    *("tests", "transforms"),
)
PROGRAMS = {
    ".venv/bin/daybreak": ["-m", "cli.main"],
    ".venv/bin/pytest": ["-m", "pytest", "-p", "no:cacheprovider"],
}
STORIES = 25


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder that looks like the repository's and has no source in it."""
    for folder in new.FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def test_the_walk_through_in_contributing_works_word_for_word(tmp_path: Path) -> None:
    for folder in TREE:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in ("pyproject.toml", "prefect.yaml"):
        shutil.copy2(ROOT / name, tmp_path)
    commands = walk_through()
    told = [run(tmp_path, command) for command in commands]
    assert [done.returncode for done in told] == [0] * len(commands), told[-1].stdout
    passed = re.search(r"(\d+) passed", told[-1].stdout)
    assert passed
    assert int(passed[1]) > STORIES
    assert "CONTRIBUTING.md walks through it" in told[0].stdout
    assert "name: pull-acme" in (tmp_path / "prefect.yaml").read_text()
    linted = subprocess.run(  # noqa: S603 - our own program
        [Path(sys.executable).with_name("ruff"), "check", "--no-cache", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def walk_through() -> list[list[str]]:
    """Return the commands of the walk-through, as CONTRIBUTING has them."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page.partition("## A new source in an afternoon")[2].partition("\n## ")[0]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block
    return [shlex.split(line) for line in block[1].splitlines()]


def run(at: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command of the walk-through with the programs of this environment."""
    program, *arguments = command
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, *PROGRAMS[program], *arguments],
        cwd=at,
        env={**kept, "PYTHONPATH": str(at), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_name_in_the_skeleton_becomes_the_vendors() -> None:
    made = new.skeleton(new.Kind.SOURCE, "my_shop2")
    assert {str(path) for path in made} == {
        "sources/my_shop2.py",
        "sandbox/my_shop2.py",
        "schedules/my_shop2.py",
        "transforms/staging/my_shop2__customers.sql",
        "tests/sources/test_my_shop2.py",
    }
    whole = "\n".join(made.values())
    assert "acme" not in whole.lower()
    assert "class MyShop2Settings" in whole
    assert "MY_SHOP2_ACCESS_TOKEN" in whole
    for path, text in made.items():
        if path.suffix == ".py":
            compile(text, str(path), "exec")


@pytest.mark.parametrize(
    "name",
    ["", "Acme", "2shop", "my-shop", "my__shop", "_shop", "shop_", "class", "../shop", "s" * 31],
)
def test_a_name_that_cannot_be_one_is_refused(name: str, checkout: Path) -> None:
    with pytest.raises(ConfigError) as told:
        new.check(name, checkout)
    assert told.value.next_step


def test_elsewhere_than_in_a_checkout_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no sources/"):
        new.check("acme", tmp_path)


def test_a_source_that_is_a_folder_is_not_put_beside_itself(checkout: Path) -> None:
    (checkout / "sources" / "acme").mkdir()
    with pytest.raises(ConfigError, match="acme is taken"):
        new.check("acme", checkout)


def test_nothing_is_overwritten_and_then_nothing_is_written(checkout: Path) -> None:
    (checkout / "schedules" / "acme.py").write_text("mine")
    with pytest.raises(ConfigError, match=r"schedules/acme\.py would be overwritten"):
        new.write(new.skeleton(new.Kind.SOURCE, "acme"), checkout)
    assert (checkout / "schedules" / "acme.py").read_text() == "mine"
    assert not (checkout / "sources" / "acme.py").exists()


def test_it_is_scheduled_in_a_minute_of_its_own() -> None:
    assert new.free_minute(["0 2 * * *", "1 6-22/4 * * *", "3 4 * * *"]) == 2
    made = new.skeleton(new.Kind.SOURCE, "acme")
    assert new.MINUTE not in made[Path("schedules/acme.py")]
