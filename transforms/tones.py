"""The mood of what customers write: VADER reads English; who writes another language has none.

A text is known by its md5: staging keeps the key, ``message_tones`` what was read, and the words
stay in the raw rows alone. Only texts that are new or different are read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from sqlglot import exp

from transforms.bench import Bench, Changes
from transforms.kinds import Columns, view
from transforms.memory import Memory
from transforms.model import Model, folder

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

KIND, TABLE = "messages", "message_tones"
COLUMNS: Columns = {"text_key": "text", "language": "text", "sentiment": "bigint"}
ABOUT = (
    "the language of what customers wrote (ISO 639-1, as guessed) and its mood from -100 to 100;"
    " null if it is not English. `text_key` is the md5 of the text."
)
ENGLISH = "en"
# What is said is said at the beginning; the rest is signatures and what was quoted.
READ_UP_TO = 1_500


def prepare(bench: Bench, memory: Memory) -> None:
    """Create the table if it is not there; have every text read again if reading has changed."""
    fingerprint = _fingerprint()
    if memory.is_stale(TABLE, fingerprint) or not bench.exists(TABLE):
        bench.create(TABLE, COLUMNS)
        bench.changes[TABLE] = Changes(TABLE, 0, whole=True)
        for name in (view(KIND), *(m.name for m in folder("staging") if m.into == KIND)):
            memory.forget(name)
    memory.remember(TABLE, fingerprint)


def listen(model: Model, news: str, bench: Bench) -> list[str]:
    """Read the new texts among the raw rows that ``model`` was just staged from.

    The messages they belong to are news themselves, so nobody has to be told of new readings.

    Args:
        model: A staging model into messages; its ``text_key`` is made of ``md5(<the text>)``.
        news: The passing table of those raw rows.
        bench: The run so far.

    Returns:
        The passing table of what was read, if anything was.
    """
    key = next(each for each in model.query.selects if each.alias == "text_key")
    text = next(each.this for each in key.find_all(exp.MD5))
    told = exp.select(key.copy(), exp.alias_(text.copy(), "said")).distinct().from_(news)
    rows = bench.query(
        f"select text_key, min(said) as said from ({told.sql('duckdb')}) as t"
        " where text_key is not null"
        f" and text_key not in (select text_key from {TABLE}) group by text_key"
    )
    if not rows.num_rows:
        return []
    table = bench.load(f"{model.name}_tones", _read(rows))
    bench.execute(f"insert into {TABLE} select * from {table}")
    bench.settle(TABLE)
    return [table]


def forget(bench: Bench, heard: Sequence[str]) -> None:
    """Let go of readings of texts that no message has any more, or ever had.

    Args:
        bench: The run so far.
        heard: What `listen` returned: not of every raw row with a text a message is made.
    """
    changes = bench.changed(view(KIND))
    looked_at = [*heard, *([changes.relation] if changes else [])]
    if not looked_at:
        return
    touched = " union ".join(
        f"select text_key from {relation} where text_key is not null"
        for relation in ([TABLE] if changes.whole else looked_at)
    )
    held = f"select text_key from {view(KIND)} where text_key in ({touched})"
    gone = bench.keep(f"{TABLE}_gone", f"{touched} except {held}")
    bench.execute(f"delete from {TABLE} where text_key in (select text_key from {gone})")


def read_text(text: str) -> tuple[str, int | None]:
    """Return the language a text is in, and its mood from -100 to 100 if that is English.

    HTML tags and quoted lines (``> ...``) are not read.
    """
    plain = unescape(re.sub(r"<[^>]*>", " ", text))
    plain = "\n".join(line for line in plain.splitlines() if not line.lstrip().startswith(">"))
    plain = plain[:READ_UP_TO]
    language = str(_languages().classify(plain)[0])
    if language != ENGLISH:
        return language, None
    return language, round(100 * float(_moods().polarity_scores(plain)["compound"]))


def _read(rows: pa.Table) -> pa.Table:
    keys = rows.column("text_key").to_pylist()
    read = [read_text(str(said)) for said in rows.column("said").to_pylist()]
    return pa.table(
        {
            "text_key": pa.array(keys, pa.string()),
            "language": pa.array([language for language, _ in read], pa.string()),
            "sentiment": pa.array([mood for _, mood in read], pa.int64()),
        }
    )


@cache
def _fingerprint() -> str:
    """Return what changes when the same text would be read differently."""
    versions = [version(name) for name in ("vaderSentiment", "py3langid")]
    parts = [Path(__file__).read_bytes(), *(each.encode() for each in versions)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


# Made when the first text is read: the two take seconds to load.
@cache
def _moods() -> SentimentIntensityAnalyzer:
    from vaderSentiment.vaderSentiment import (  # noqa: PLC0415 - loads its lists
        SentimentIntensityAnalyzer,
    )

    return SentimentIntensityAnalyzer()


@cache
def _languages() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loads its model

    return LanguageIdentifier.from_model_file(MODEL_FILE)
