"""How sure it is who is who: a line of the brief."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitoring.wording import counted


def told(quality: Mapping[str, Any]) -> list[str]:
    """Say how much of what was joined the evidence believes in, and how large customers get."""
    measures, belief = quality.get("measures"), quality.get("belief")
    if not measures or not measures["joined"]:
        return []
    size = f"the largest customer has {counted(measures['largest'], 'record')}"
    lines = [f"{_believed(belief)}; {size}." if belief else f"{size[0].upper()}{size[1:]}."]
    if quality["verdict"] == "anyway":
        lines.append("They are published beyond their limits because somebody said so.")
    return lines


def _believed(belief: Mapping[str, Any]) -> str:
    """Say an estimate as one: nobody has looked at the pairs."""
    low, high = _share(belief["low"]), _share(belief["high"])
    return (
        f"By the evidence alone about **{_share(belief['middle'])}** of the pairs that were joined "
        f"are one person ({low} to {high}; an estimate, nobody has looked)"
    )


def _share(share: float) -> str:
    """Return a share as per cent; nothing is ever quite certain."""
    return "over 99.9%" if share > 0.999 else f"{share:.1%}"  # noqa: PLR2004 - what is said
