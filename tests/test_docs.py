"""What the documents say is so: commands, settings, folders, links."""

from __future__ import annotations

import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings
from typer.testing import CliRunner

import sources
from cli.main import COMMANDS, app
from core.settings import (
    BriefSettings,
    DaybreakSettings,
    EmailSettings,
    PagerDutySettings,
    SentrySettings,
    SlackSettings,
    TeamsSettings,
    WatchSettings,
    WebhookSettings,
)
from transforms.identity.settings import IdentitySettings
from transforms.rates import ReportSettings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SETTINGS: list[type[BaseSettings]] = [
    BriefSettings,
    DaybreakSettings,
    SentrySettings,
    SlackSettings,
    TeamsSettings,
    PagerDutySettings,
    WebhookSettings,
    EmailSettings,
    WatchSettings,
    IdentitySettings,
    ReportSettings,
    *(sources.load(name).settings for name in sources.names()),
]


def _prefix(kind: type[BaseSettings]) -> str:
    return str(kind.model_config["env_prefix"])


def test_every_setting_is_in_the_example_and_every_line_there_is_a_setting() -> None:
    said = re.findall(r"^# ([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    kept = [f"{_prefix(kind)}{name.upper()}" for kind in SETTINGS for name in kind.model_fields]

    assert sorted(said) == sorted(kept)


def test_every_line_of_the_example_says_what_it_is_for() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    for before, line in pairwise(lines):
        if re.match(r"# [A-Z_]+=", line):
            assert before.startswith("# "), line
            assert not re.match(r"# [A-Z_]+=", before), line


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_what_it_does_shows_an_example_and_is_in_the_readme(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"]).output

    assert f"Example: daybreak {name}" in " ".join(told.split())
    assert f"daybreak {name}" in README


def test_the_readme_names_no_command_that_is_not_there() -> None:
    fenced = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
    named = set(re.findall(r"daybreak ([a-z]+)", fenced))

    assert named <= set(COMMANDS)
    targets = set(re.findall(r"(?:`|\n)make ([a-z]+)", README))
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets <= made


def test_the_tree_in_the_readme_is_the_tree_there_is() -> None:
    tree = README.partition("## Where things are")[2].partition("\n## ")[0]
    told = set(re.findall(r"^\| `(\w+)/` \|", tree, re.MULTILINE))
    folders = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}

    assert told == folders | {"docs"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("name", sources.names())
def test_every_source_has_its_line_in_the_table_of_vendors(name: str) -> None:
    connector = import_module(f"sources.{name}").connector
    line = next(line for line in README.splitlines() if line.startswith(f"| `{connector.name}`"))

    assert connector.domain in line


def test_the_changelog_is_kept() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(r"^## \[Unreleased\]$", text, re.MULTILINE)
    kinds = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_documents_use_the_words_of_the_glossary(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()

    for word in ("etl", "ingest", "golden customer", "sync job"):
        assert not re.search(rf"\b{word}\w*", text), f"{page.name} says {word}"
