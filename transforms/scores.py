"""customer_scores: rules in ``scores.yaml`` become one view, points and reasons side by side."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlglot import exp

from core.errors import ContractError
from transforms.model import Model, folder, parse

RULES = Path(__file__).parent / "scores.yaml"
TELLING = ("customers", "customer_metrics", "customer_stages", "customer_usage")
READS = (*TELLING, "reconciled")
HEADER = """\
-- customer_scores: {about}, in points from 0 to 100, with the reasons in words.
--
-- The rules are in `transforms/scores.yaml`. A reason is told with the points it gave or took.
--
-- grain   customer_id, score
-- reads   {reads}
"""


class Rule(BaseModel):
    """Points for whoever a condition holds for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: str
    points: int
    because: str


class Score(BaseModel):
    """A score and its rules."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    whom: str = Field(alias="for")
    start: int = Field(ge=0, le=100)
    rules: tuple[Rule, ...] = Field(min_length=1)


@cache
def scores(path: Path = RULES) -> dict[str, Score]:
    """Read the rules.

    Raises:
        ContractError: the file is not what it should be; says where.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(dict[str, Score]).validate_python(content)
    except (yaml.YAMLError, ValidationError) as error:
        raise ContractError(f"{path.name}: {error}") from None


@cache
def model(path: Path = RULES) -> Model:
    """Return the view of all scores.

    Raises:
        ContractError: a condition is no SQL that every engine reads alike.
    """
    told = scores(path)
    about = "; ".join(f"`{name}`, {score.about}" for name, score in told.items())
    facts = _facts()
    parts = "\nunion all\n".join(_select(name, score, facts) for name, score in told.items())
    text = HEADER.format(about=about, reads=", ".join(READS))
    return parse("customer_scores", f"{text}\n{parts}\n")


def _facts() -> str:
    """Select every column that a condition may name; a column of stages wins over one before."""
    owners = {"customer_id": "customers"}
    for name in TELLING:
        found = next(m for m in (*folder("marts"), *folder("views")) if m.name == name)
        owners |= {column: name for column in found.columns if column != "customer_id"}
    columns = ", ".join(f"{owner}.{column}" for column, owner in owners.items())
    joins = " ".join(
        f"inner join {name} on {name}.customer_id = customers.customer_id" for name in TELLING[1:]
    )
    return (
        f"select {columns}, reconciled.reconciled_at as today"
        f" from customers {joins} cross join reconciled"
    )


def _select(name: str, score: Score, facts: str) -> str:
    # The facts stand in each part: as one CTE they would be worked out for everybody first.
    points = " + ".join(
        [str(score.start), *(f"case when {r.when} then {r.points} else 0 end" for r in score.rules)]
    )
    reasons = ", ".join(
        f"case when {r.when} then {_text(f'; {r.points:+d} {r.because}')} else '' end"
        for r in score.rules
    )
    return (
        f"select customer_id, {_text(name)} as score,"
        f" greatest(0, least(100, {points})) as points,"
        f" substring(concat({reasons}), 3) as reasons"
        f" from ({facts}) as facts where {score.whom}"
    )


def _text(words: str) -> str:
    return str(exp.Literal.string(words).sql("duckdb"))
