"""What the mapping says of files."""

from __future__ import annotations

import codecs
import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from sources._mapping import Feed

FORMATS = ("csv", "ndjson", "parquet")
ENDINGS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet"}
LINES = (".ndjson", ".jsonl", ".json")


class FileFeed(Feed):
    """Which files fill a table, and how they are written.

    Attributes:
        files: A pattern of names below the folder; ``**/`` at its start is any folder below.
        format: ``csv``, ``ndjson`` or ``parquet``; by the name's ending if left out.
        snapshot: ``newest``: the last file by order is all there is, and who is not in it is
            deleted. ``together``: the same of all the files in common. Left out, each file adds
            and changes.
        order: Which file is the newer: by ``name``, numbers in it counting as such, or by ``time``.
        delimiter: Of CSV; a tab for ``.tsv``.
        quote: Of CSV.
        encoding: Of CSV; a byte order mark is taken off.
        open_end: Whether the last line of CSV files lacks its end by habit. If not, such a file is
            taken for cut: its last value might be.
        header: The columns of CSV files that have no first line to name them.
    """

    files: str
    format: Literal["csv", "ndjson", "parquet"] | None = None
    snapshot: Literal["newest", "together"] | None = None
    order: Literal["name", "time"] = "name"
    delimiter: str = ""
    quote: str = '"'
    encoding: str = Field(default="utf-8", validate_default=True)
    open_end: bool = False
    header: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether what is absent from it is deleted."""
        return self.snapshot is not None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        try:
            found = codecs.lookup(name).name
        except LookupError:
            raise ValueError(f"there is no encoding {name}") from None
        return "utf-8-sig" if found == "utf-8" else found

    @field_validator("delimiter", "quote")
    @classmethod
    def _one_character(cls, mark: str) -> str:
        mark = {"tab": "\t", "\\t": "\t"}.get(mark, mark)
        if len(mark) > 1:
            raise ValueError("it is one character, or tab")
        return mark

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.format is None and not format_of(self.files):
            raise ValueError(f"format: say one of {', '.join(FORMATS)}")
        return self


def format_of(name: str) -> str:
    """Return the format that a name's ending tells; empty if it tells none."""
    plain = name.removesuffix(".gz")
    if plain.endswith(LINES):
        return "ndjson"
    return next((form for ending, form in ENDINGS.items() if plain.endswith(ending)), "")


def numbered(name: str) -> list[tuple[int, str]]:
    """Return what names are ordered by, so that ``orders-10`` comes after ``orders-9``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
