"""What the mapping says of a database."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sources._mapping import Feed


class TableFeed(Feed):
    """Which table or query fills one of our tables, and how to find what is new in it.

    Attributes:
        from_: A table or a view, with its schema before a dot where it needs one; ``from`` in the
            mapping.
        query: A select instead.
        incremental: The column by which what is new is found: a moment, or a number that only
            grows. Left out, it is ``updated``; without either everything is read each time.
        overlap: How far behind the newest row each pull begins, in seconds, or in numbers of a
            column of numbers: rows are committed later than they are stamped.
        sweep: Compare all keys in each pull: who is gone is deleted, whom no stamp told of is read.
            Turn it off where a query shows but a part of what there is.
    """

    from_: str = Field(default="", alias="from")
    query: str = ""
    incremental: str = ""
    overlap: int = Field(default=600, ge=0)
    sweep: bool = True

    @model_validator(mode="after")
    def _something(self) -> Self:
        if bool(self.from_) == bool(self.query):
            raise ValueError("say either the table it comes from or a query")
        return self

    @property
    def is_whole(self) -> bool:
        """Whether what is absent from it is deleted."""
        return self.sweep

    @property
    def by(self) -> str:
        """Return the column by which what is new is found; empty if there is none."""
        return self.incremental or self.updated or ""

    @property
    def told(self) -> str:
        """Return what people call the place it reads."""
        return self.from_ or "the query"

    def needed(self) -> dict[str, str]:
        """Return the source's columns that must be there -> what they are for."""
        return {**({self.by: "incremental"} if self.by else {}), **super().needed()}
