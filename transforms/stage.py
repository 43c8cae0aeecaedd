"""raw -> staging: read the raw rows that are newer than the watermark, and conform them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from core.connector import Table
from core.errors import ContractError
from transforms.bench import Bench, Changes
from transforms.build import build, create_staging
from transforms.kinds import KINDS, RAW, TYPES, view
from transforms.memory import Memory
from transforms.model import Model

Tables = Mapping[str, Table]


def check_kind(model: Model) -> None:
    """Refuse a staging model that does not deliver its kind.

    Raises:
        ContractError: naming the columns that are missing, unknown or out of order.
    """
    promised = tuple(KINDS.get(model.into, {}))
    given = model.columns[: len(promised)]
    extra = set(model.columns[len(promised) :]) - set(model.by)
    if not promised or len([r for r in model.reads if r.relation.startswith("raw_")]) != 1:
        raise ContractError(f"{model.name}: staging reads one raw table into one kind")
    if missing := [name for name in promised if name not in model.columns]:
        raise ContractError(f"{model.name}: into {model.into} lacks {', '.join(missing)}")
    if extra or given != promised:
        wrong = sorted(extra) or [g for g, p in zip(given, promised, strict=True) if g != p]
        raise ContractError(
            f"{model.name}: into {model.into} has {', '.join(wrong)} where its kind has"
            f" {', '.join(promised)}"
        )


def stage(model: Model, bench: Bench, memory: Memory, sources: Mapping[str, Tables]) -> Changes:
    """Bring one staging table up to date; a raw table that is not there counts as empty."""
    raw = model.reads[0].relation
    fresh = memory.is_stale(model.name, model.fingerprint)
    since = -1 if fresh or bench.everything else memory.watermark(model)
    columns = bench.session.columns(raw)
    version = _newest(bench, raw, since) if columns else None
    memory.remember(model.name, model.fingerprint, since if version is None else version)
    if version is not None:
        news = _news(model, bench, sources, columns, (since, version))
        bench.changes[raw] = Changes(news, bench.count(news))
        return build(model, bench, replaced=news, fresh=fresh)
    if fresh:
        create_staging(model, bench)
    bench.changes[model.name] = Changes(model.name, 0, whole=fresh)
    return bench.changes[model.name]


def news_of(model: Model, bench: Bench) -> str | None:
    """Return the passing table of the raw rows that ``model`` read tonight, if any."""
    relation = bench.changed(model.reads[0].relation).relation
    return relation if relation == f"tmp_{model.name}_news" else None


def _newest(bench: Bench, raw: str, since: int) -> int | None:
    found = bench.value(f"select max(_version) from {raw} where _version > {since}")
    return None if found is None else int(found)


def _news(
    model: Model,
    bench: Bench,
    sources: Mapping[str, Tables],
    there: Sequence[str],
    versions: tuple[int, int],
) -> str:
    """Keep raw rows newer than one version, up to another: what is loaded meanwhile can wait.

    All rows there are, the first time, are not written down twice.
    """
    keep = bench.show if versions[0] < 0 else bench.keep
    return keep(
        f"{model.name}_news",
        f"{raw_rows(model, bench, sources, there)}"
        f" where _version > {versions[0]} and _version <= {versions[1]}",
    )


def raw_rows(
    model: Model, bench: Bench, sources: Mapping[str, Tables], there: Sequence[str]
) -> str:
    """Return the select of the raw rows that a staging model reads, of the columns it names.

    A column that never had a value may not be there yet: it is then null, of its declared type.
    What a group is known by is text where the staging table has text, whatever the vendor numbers
    it with: Postgres compares no text with a number.
    """
    raw = model.reads[0].relation
    source, _, table = raw.removeprefix("raw_").partition(".")
    declared = sources.get(source, {}).get(table, Table()).columns
    elsewhere = {name for seed in model.looks for name in bench.session.columns(seed)}
    kinds = KINDS[model.into]
    known_by = {name: name for name in model.by} | dict(model.reads[0].columns)
    picked = []
    for name in _named(model):
        if name in there and name in known_by and kinds.get(known_by[name], "text") == "text":
            picked.append(f'cast("{name}" as varchar) as "{name}"')
        elif name in there:
            picked.append(f'"{name}"')
        elif name in declared or name not in elsewhere:
            kind = TYPES["duckdb"][RAW[declared.get(name, "text")]]
            picked.append(f'cast(null as {kind}) as "{name}"')
    return f"select {', '.join(picked)} from {raw}"


def _named(model: Model) -> list[str]:
    """Every column name in the query; one that a step of it made up is a harmless extra null."""
    names = {column.name for column in model.query.find_all(exp.Column)}
    names |= {column for column, _ in model.reads[0].columns}
    return sorted(names - {"_version"})


def unite(kind: str, models: Sequence[Model], bench: Bench, *, anew: bool) -> None:
    """Make the view over all staging models of ``kind`` and tell what changed in it."""
    columns = ", ".join(KINDS[kind])
    name = view(kind)
    if anew:
        parts = [f"select {columns} from {model.name}" for model in models]
        bench.execute(f"create view {name} as {' union all '.join(parts) or _none(kind)}")
    told = [bench.changed(model.name) for model in models]
    whole = anew or any(changes.whole for changes in told)
    changed = [f"select {columns} from {c.relation}" for c in told if c and not c.whole]
    relation = name
    if changed and not whole:
        relation = bench.keep(name, " union all ".join(changed))
    bench.changes[name] = Changes(relation, sum(c.rows for c in told), whole=whole)


def _none(kind: str) -> str:
    typed = ", ".join(
        f"cast(null as {TYPES['duckdb'][kind_of]}) as {name}"
        for name, kind_of in KINDS[kind].items()
    )
    return f"select {typed} where 1 = 0"
