"""Whether the 360 can be read as this release knows it."""

from __future__ import annotations

from core.warehouse import Session
from transforms import segments, views
from transforms.model import folder

NEVER = "Nothing was reconciled here yet: run `daybreak night` first."
EARLIER = (
    "The 360 was made by another release ({tables} not as this one knows them): run"
    " `daybreak reconcile`."
)
NAMED = 2


def advice(session: Session) -> str:
    """Return what to do before the 360 can be read; empty if it can be."""
    if not session.columns("customers"):
        return NEVER
    late = behind(session)
    if not late:
        return ""
    named = ", ".join(late[:NAMED])
    more = f" and {len(late) - NAMED} more" if len(late) > NAMED else ""
    verb = "is" if len(late) == 1 else "are"
    return EARLIER.format(tables=f"{named}{more} {verb}")


def behind(session: Session) -> list[str]:
    """Return the tables and views that are not there, or lack a column, sorted."""
    wanted = {m.name: m.columns for m in (*folder("marts"), *views.models())}
    wanted[segments.TABLE] = tuple(segments.MEMBERS.columns)
    return sorted(
        name for name, columns in wanted.items() if set(columns) - set(session.columns(name))
    )
