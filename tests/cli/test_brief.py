"""The brief can be read, kept as a page, and read by a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.ledger import Ledger
from tests.monitoring.world import World


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house in which two nights have passed, and the shell of somebody who asks about them."""
    world = World(Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))
    world.night()
    world.later(days=1)
    world.night()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAYBREAK_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["brief", *arguments])


@pytest.mark.usefixtures("home")
def test_the_brief_is_shown_with_what_every_domain_brought() -> None:
    told = ask().output

    assert "Everything arrived. The customer table is up to date." in told
    assert "Marketing" in told


def test_the_page_is_kept_beside_the_brief_or_where_one_asks_for_it(home: Path) -> None:
    assert ask("--html").exit_code == 0
    assert ask("--html", str(home / "mine.html")).output == f"The brief is in {home}/mine.html.\n"

    pages = {(home / name).read_text() for name in ("brief.html", "mine.html")}
    assert len(pages) == 1
    assert ask("--html", "-").output in pages


@pytest.mark.usefixtures("home")
def test_a_program_reads_the_facts_and_the_words() -> None:
    told = json.loads(ask("--json").output)

    assert told["page"]["verdict"].startswith("Everything arrived.")
    assert told["page"]["mood"] == "good"
    assert [source["source"] for source in told["sources"]] == [
        "hubspot",
        "shopify",
        "stripe",
        "zendesk",
    ]


@pytest.mark.usefixtures("home")
def test_a_path_without_a_page_is_wrong_use() -> None:
    assert ask("somewhere").exit_code == 2


def test_a_page_that_cannot_be_written_says_so(home: Path) -> None:
    told = ask("--html", str(home / "no" / "where.html"))

    assert "cannot be written" in str(told.exception)


@pytest.mark.usefixtures("home")
def test_owners_are_named_by_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEF_OWNERS", '{"operations": "Platform team"}')
    monkeypatch.setenv("SHOPIFY_SHOP", "set up, and was never asked in a night of these")
    monkeypatch.setenv("KLAVIYO_API_KEY", "the same")

    assert "Platform team: Klaviyo: Run daybreak doctor." in ask().output
