"""The brief: one page in the morning that says whether last night's figures can be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.ledger import RunState, SchemaChange
from monitoring import completeness
from monitoring.night import Customers, Night, SourceNight
from monitoring.plain import cause, next_step
from monitoring.wording import counted, day, hour, listed, span, title

AS_USUAL = (0.5, 2.0)
FEW_ROWS = 20
NONE = "-"
CHANGES_SHOWN = 8
_WORST = {RunState.PARTIAL: "in part", None: "not asked"}


def write_brief(night: Night) -> str:
    """Return the brief of ``night`` as Markdown.

    It leads with the verdict, and leaves out every part that has nothing to say.
    """
    parts = [
        f"# The night of {day(night.began_at)}",
        f"**{verdict(night)}**",
        _arrived(night.sources),
        _section("What went wrong", _troubles(night)),
        _section("Held against the systems' own counts", _counts(night.sources)),
        _section("Customers", _customers(night.customers)),
        _section("Set aside", _quarantined(night.sources)),
        _section("New in the systems", _changes(night.sources)),
        _small_print(night),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def verdict(night: Night) -> str:
    """Say in a sentence or two whether the morning's figures can be trusted."""
    if night.state is RunState.RUNNING:
        return "The night is not over."
    if night.state is RunState.CRASHED:
        return "The night was stopped in the middle; what had arrived is kept."
    if not night.sources:
        return "No system is set up."
    missing = [title(s.source) for s in night.sources if not s.is_complete]
    short = [title(s.source) for s in night.sources if s.is_complete and s.short]
    return f"{_systems(len(night.sources), missing, short)} {_table(night, bool(missing))}"


def _systems(asked: int, missing: Sequence[str], short: Sequence[str]) -> str:
    if not missing and short:
        return f"Everything was read, but {listed(short)} did not come out complete."
    if not missing:
        return "Everything arrived."
    if len(missing) == asked:
        return "No system arrived complete."
    return f"{asked - len(missing)} of {asked} systems arrived; {listed(missing)} did not."


def _table(night: Night, missing: bool) -> str:  # noqa: FBT001 - read where it is passed
    if night.customers is None:
        return "The customer table was not rebuilt: it shows what was known before."
    if missing:
        return "The customer table is up to date, except for what did not arrive."
    return "The customer table is up to date."


def _arrived(sources: Sequence[SourceNight]) -> str:
    if not sources:
        return ""
    compared = any(source.ordinary is not None for source in sources)
    head = ["System", "New", "Changed", "Deleted", *(["Ordinary night"] if compared else []), ""]
    rows = [_row(source, compared=compared) for source in sources]
    note = (
        "An ordinary night is the median of the nights before, new, changed and deleted together."
    )
    table = _markdown_table(head, rows)
    return f"## What arrived\n\n{table}" + (f"\n\n*{note}*" if compared else "")


def _row(source: SourceNight, *, compared: bool) -> list[str]:
    rows = source.rows
    figures = [f"{n:,}" for n in (rows.new, rows.changed, rows.deleted)]
    if not source.is_complete and not rows.arrived:
        figures = [NONE, NONE, NONE]
    ordinary = f"{source.ordinary:,}" if source.ordinary is not None else NONE
    return [title(source.source), *figures, *([ordinary] if compared else []), _remark(source)]


def _remark(source: SourceNight) -> str:
    if not source.is_complete:
        arrived = "in part" if source.rows.arrived else "nothing arrived"
        return f"**{_WORST.get(source.state, arrived)}**"
    if source.first:
        return "first night: everything is new"
    if source.ordinary is None:
        return "nothing to compare with yet"
    return _compared(source.rows.arrived, source.ordinary)


def _compared(rows: int, ordinary: int) -> str:
    if abs(rows - ordinary) <= FEW_ROWS:
        return "as usual"
    if not rows:
        return "**nothing new**"
    ratio = rows / max(ordinary, 1)
    if AS_USUAL[0] <= ratio <= AS_USUAL[1]:
        return "as usual"
    return f"**{ratio:,.0f} times as many**" if ratio > 1 else f"**only {ratio:.0%} of that**"


def _troubles(night: Night) -> list[str]:
    told = {source.source for source in night.sources if not source.is_complete}
    lines = [_trouble(source) for source in night.sources if not source.is_complete]
    if night.reconcile_error:
        told.add("reconcile")
        lines.append(
            _told(
                "The customer table was not rebuilt",
                night.reconcile_error,
                "reconcile",
                night.reconcile_next_step,
            )
        )
    if night.state in {RunState.FAILED, RunState.CRASHED} and not lines:
        lines.append(_told("The night failed", night.error, "night", night.next_step))
    return lines + [
        f"**{title(late.subject)} has gone quiet.** No good run for {span(late.age)}, where "
        f"{span(late.limit)} is the limit."
        for late in night.silent
        if late.subject not in told and late.subject != "night"
    ]


def _trouble(source: SourceNight) -> str:
    name = title(source.source)
    good = source.last_success_at
    since = f" *Last complete:* {hour(good)}." if good else ""
    if source.state is None:
        return f"**{name} was not asked.** *Next step:* Run `daybreak doctor`.{since}"
    how = "arrived only in part" if source.rows.arrived else "did not arrive"
    return _told(f"{name} {how}", source.error, source.source, source.next_step) + since


def _told(what: str, error: str, subject: str, step: str) -> str:
    why = f" {cause(error, subject)}" if error else ""
    return f"**{what}.**{why} *Next step:* {next_step(step, error)}"


def _counts(sources: Iterable[SourceNight]) -> list[str]:
    """Say what is short, what was mended, and what nobody could count."""
    lines: list[str] = []
    for source in sources:
        name, counts = source.source, source.counts
        lines += [
            f"**{completeness.told(name, one)}** *Next step:* {completeness.next_step(name)}"
            for one in source.short
        ]
        lines += completeness.mended(name, counts)
        lines += completeness.unknown(name, counts)
    return lines


def _customers(figures: Customers | None) -> list[str]:
    if figures is None:
        return []
    lines = [f"**{counted(figures.total, 'customer')}**, {figures.new:,} of them new."]
    found = counted(figures.duplicates, "duplicate")
    if figures.duplicates:
        lines.append(f"**{found}** found: records that belong to a customer known from elsewhere.")
    else:
        lines.append("No duplicates found.")
    if figures.merged:
        lines.append(f"{counted(figures.merged, 'customer')} turned out to be the same as another.")
    if figures.split:
        lines.append(f"{counted(figures.split, 'customer')} turned out to be several people.")
    if figures.returned:
        lines.append(f"{counted(figures.returned, 'customer')} came back.")
    if figures.gone:
        lines.append(f"{counted(figures.gone, 'customer')} left: no record in any system.")
    return lines


def _quarantined(sources: Sequence[SourceNight]) -> list[str]:
    return [
        f"{title(source.source)}: {counted(rows.quarantined, 'record')} of {_spaced(table)} could "
        f"not be used; kept with the reason in `raw_{source.source}.quarantine`."
        for source in sources
        for table, rows in source.tables.items()
        if rows.quarantined
    ] + [
        f"{title(source.source)}: {counted(rows.healed, 'record')} of {_spaced(table)} healed from "
        "quarantine: what could not be used before is here now."
        for source in sources
        for table, rows in source.tables.items()
        if rows.healed
    ]


def _changes(sources: Iterable[SourceNight]) -> list[str]:
    changes = [change for source in sources for change in source.changes]
    lines = [_change(change) for change in changes[:CHANGES_SHOWN]]
    rest = len(changes) - len(lines)
    return lines + ([f"and {counted(rest, 'more change')}."] if rest else [])


def _change(change: SchemaChange) -> str:
    where = f"{title(change.source)}, {_spaced(change.table)}"
    if change.change == "new_column":
        return f"{where}: new field `{change.column}`."
    if change.change == "type_conflict":
        return f"{where}: `{change.column}` no longer always holds the same kind of value."
    return f"{where}: {_spaced(change.change)} `{change.column}`."


def _small_print(night: Night) -> str:
    calls = counted(sum(s.calls for s in night.sources), "request")
    took = f"Took {span(night.duration)}" if night.duration else "Goes on"
    waits = [
        f"{title(s.source)} made us wait {span(s.waited)}"
        for s in night.sources
        if s.waited.total_seconds() >= 1
    ]
    agreed = completeness.agreed([one for source in night.sources for one in source.counts])
    parts = [f"{took}, {calls}", *([agreed] if agreed else []), *waits]
    return f"---\n\n*{'; '.join(parts)}.*"


def _section(heading: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return f"## {heading}\n\n" + "\n".join(f"- {line}" for line in lines)


def _markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Pad the cells, so that the page is as readable as text as it is rendered."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    last = len(head) - 1

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(w) if i in {0, last} else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * w if i in {0, last} else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    return "\n".join([line(head), line(rule), *map(line, rows)])


def _spaced(name: str) -> str:
    return name.replace("_", " ")
