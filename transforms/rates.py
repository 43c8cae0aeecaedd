"""What a currency is worth in the one that reports are in, from a day on.

``rates.csv`` is one day's rates, rounded and unverified: enough for a first look. Whoever
reports money names a file of their own in REPORT_RATES: day, currency, per_euro (how many of it one
euro buys), as many days as they like.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from pyarrow import csv
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError
from transforms import seeds
from transforms.bench import Bench, Changes
from transforms.memory import Memory

TABLE = "rates"
COLUMNS = dict.fromkeys(("currency", "day", "rate", "rate_on", "reporting_currency"), "text")
FIRST_LOOK = Path(__file__).parent / "rates.csv"
EURO, CENTS, PLACES = "EUR", 100, Decimal("0.000000000001")
NAMES = ("day", "currency", "per_euro")
Quotes = dict[str, list[tuple[date, Decimal]]]


class ReportSettings(BaseSettings):
    """What reports are made of. Environment prefix ``REPORT_``.

    Attributes:
        currency: The reporting currency, by its ISO 4217 code.
        rates: A CSV file of day, currency, per_euro; empty means the rates that come along.
        segments: A folder of segments of one's own, one .sql file each.
        rules: A folder of rules of one's own, one .sql file each.
    """

    model_config = SettingsConfigDict(env_prefix="REPORT_", env_file=".env", extra="ignore")

    currency: str = Field(default=EURO, pattern="^[A-Z]{3}$")
    rates: Path | None = None
    segments: Path | None = None
    rules: Path | None = None


class Rate(NamedTuple):
    """How many minor units of the reporting currency one minor unit of ``currency`` was worth.

    One for every day from the first that is known to the last; ``rate_on`` is the day it is from.
    All text: no engine rounds a rate on the way, and days compare as they are written.
    """

    currency: str
    day: str
    rate: str
    rate_on: str
    reporting_currency: str


def plant(bench: Bench, memory: Memory, settings: ReportSettings) -> None:
    """Write the table of rates, if a rate or the reporting currency is another than last time.

    Raises:
        ConfigError: the file of rates cannot be read.
    """
    path = settings.rates or FIRST_LOOK
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"REPORT_RATES: {path} cannot be read: {error.strerror}") from None
    fingerprint = hashlib.sha256(content + settings.currency.encode()).hexdigest()[:16]
    if memory.is_stale(TABLE, fingerprint):
        found = list(rates(_quotes(path), settings.currency))
        bench.create(TABLE, COLUMNS)
        rows = pa.table(dict(zip(COLUMNS, map(list, zip(*found, strict=True)), strict=True)))
        bench.execute(f"insert into {TABLE} select * from {bench.load('rates', rows)}")
        bench.changes[TABLE] = Changes(TABLE, len(found), whole=True)
    memory.remember(TABLE, fingerprint)


def rates(quotes: Quotes, reporting: str) -> Iterator[Rate]:
    """Yield the rate of every currency on every day.

    Args:
        quotes: Currency -> (day, how many of it one euro buys), sorted; each has one at least.
        reporting: The reporting currency. Where nothing tells its rate, it is worth itself.
    """
    told = sorted({day for quoted in quotes.values() for day, _ in quoted})
    span = (told[-1] - told[0]).days + 1 if told else 0
    days = [told[0] + timedelta(days=n) for n in range(span)]
    quotes = {**quotes, EURO: [(day, Decimal(1)) for day in told]}
    for text in [f"{day}" for day in days] or [""]:
        yield Rate(reporting, text, "1", text, reporting)
    for currency in sorted(quotes.keys() - {reporting}):
        if quotes.get(reporting) and quotes[currency]:
            yield from _rates(currency, reporting, quotes, days)


def _rates(currency: str, reporting: str, quotes: Quotes, days: list[date]) -> Iterator[Rate]:
    factors = {row["currency"]: row["factor"] for row in seeds.read("currencies").to_pylist()}
    scale = Decimal(factors.get(reporting, CENTS)) / Decimal(factors.get(currency, CENTS))
    for day in days:
        since, ours = _on(quotes[reporting], day)
        until, theirs = _on(quotes[currency], day)
        text = f"{(scale * ours / theirs).quantize(PLACES):f}"
        yield Rate(currency, f"{day}", text, f"{min(since, until)}", reporting)


def _on(quoted: list[tuple[date, Decimal]], day: date) -> tuple[date, Decimal]:
    """Return the last quote by a day, else the first there is."""
    place = bisect_right(quoted, day, key=itemgetter(0))
    return quoted[max(place - 1, 0)]


def _quotes(path: Path) -> Quotes:
    text = csv.ConvertOptions(column_types=dict.fromkeys(NAMES, pa.string()))
    found: Quotes = defaultdict(list)
    try:
        rows = csv.read_csv(path, convert_options=text).to_pylist()
        for row in sorted(rows, key=lambda row: str(row["day"])):
            quote = date.fromisoformat(row["day"]), _positive(row["per_euro"])
            found[row["currency"].strip().upper()].append(quote)
    except (pa.ArrowInvalid, KeyError, ValueError, InvalidOperation, TypeError) as error:
        raise ConfigError(f"REPORT_RATES: {path}: {error}") from None
    found.pop(EURO, None)
    return dict(found)


def _positive(text: str) -> Decimal:
    rate = Decimal(text)
    if not rate > 0:
        raise ValueError(f"a rate of {text}")
    return rate
