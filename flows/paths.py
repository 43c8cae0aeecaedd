"""Where flows leave what people read."""

from __future__ import annotations

from pathlib import Path


def brief_path(home: Path) -> Path:
    """Return where the newest brief is kept."""
    return home / "brief.md"


def brief_page_path(home: Path) -> Path:
    """Return where the newest brief is kept as a page for a browser."""
    return home / "brief.html"
