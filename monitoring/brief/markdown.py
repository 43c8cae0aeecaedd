"""The brief as Markdown, as readable as text as it is rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitoring.brief.compose import compose
from monitoring.brief.page import Domain, Page, Section, System
from monitoring.night import Night

NONE = "-"
NOTE = (
    "*New, changed and deleted rows together. An ordinary night is the median of the nights "
    "before, system by system.*"
)


def write_brief(night: Night, owners: Mapping[str, str] | None = None) -> str:
    """Return the brief of ``night`` as Markdown."""
    return render(compose(night, owners))


def render(page: Page) -> str:
    """Return ``page`` as Markdown."""
    parts = [
        f"# {page.title}",
        f"**{page.verdict}**",
        *map(_section, page.first),
        _arrived(page),
        *map(_section, page.rest),
        _systems(page),
        f"---\n\n*{page.small_print}*",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def figure(number: int | None) -> str:
    """Return a figure as people write it, or a dash where nobody knows."""
    return NONE if number is None else f"{number:,}"


def _section(section: Section) -> str:
    return f"## {section.heading}\n\n" + "\n".join(f"- {line}" for line in section.lines)


def _arrived(page: Page) -> str:
    if not page.domains:
        return ""
    compared = page.is_compared
    head = ["", "Rows", *(["Ordinary night"] if compared else []), "Among them", ""]
    rows = [_domain(domain, compared=compared) for domain in page.domains]
    note = f"\n\n{NOTE}" if compared else ""
    return f"## What arrived\n\n{_table(head, rows, numbers=2 if compared else 1)}{note}"


def _domain(domain: Domain, *, compared: bool) -> list[str]:
    ordinary = [figure(domain.ordinary)] if compared else []
    return [domain.name, figure(domain.arrived), *ordinary, domain.brought, domain.remark]


def _systems(page: Page) -> str:
    if not page.systems:
        return ""
    compared = page.is_compared
    head = ["System", "New", "Changed", "Deleted", *(["Ordinary night"] if compared else []), ""]
    rows = [_system(system, compared=compared) for system in page.systems]
    return f"## System by system\n\n{_table(head, rows, numbers=4 if compared else 3)}"


def _system(system: System, *, compared: bool) -> list[str]:
    figures = [figure(n) for n in (system.new, system.changed, system.deleted)]
    ordinary = [figure(system.ordinary)] if compared else []
    return [system.name, *figures, *ordinary, system.remark]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int) -> str:
    """Pad the cells; the ``numbers`` columns after the first stand to the right."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(w) if 0 < i <= numbers else cell.ljust(w)
            for i, (cell, w) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * (w - 1) + ":" if 0 < i <= numbers else "-" * max(w, 1) for i, w in enumerate(widths)
    ]
    return "\n".join([line(head), line(rule), *map(line, rows)])
