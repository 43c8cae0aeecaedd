"""Knowledge as bytes and back, so that a state keeps what was learned."""

from __future__ import annotations

import io

import numpy as np

from transforms.identity.engine.commonness import Counts
from transforms.identity.engine.knowledge import Knowledge
from transforms.identity.engine.model import Model


def dumped(knowledge: Knowledge) -> bytes:
    """Return knowledge as the bytes of a NumPy archive."""
    arrays: dict[str, np.ndarray] = {
        "home": np.array(knowledge.home or ""),
        "priors": knowledge.model.priors,
    }
    for group, table in knowledge.model.tables.items():
        arrays[f"table/{group}"] = table
    for field, c in knowledge.common.items():
        parts = {"values": c.values, "counts": c.counts, "places": c.places, "totals": c.totals}
        arrays |= {f"common/{field}/{name}": part for name, part in parts.items()}
        arrays[f"common/{field}/mean"] = np.array(c.mean)
    target = io.BytesIO()
    np.savez_compressed(target, allow_pickle=False, **arrays)
    return target.getvalue()


def loaded(data: bytes) -> Knowledge:
    """Return knowledge from what ``dumped`` gave."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        tables = {n[6:]: arrays[n] for n in arrays.files if n.startswith("table/")}
        fields = sorted({n.split("/")[1] for n in arrays.files if n.startswith("common/")})
        common = {
            f: Counts(
                arrays[f"common/{f}/values"],
                arrays[f"common/{f}/counts"],
                arrays[f"common/{f}/places"],
                arrays[f"common/{f}/totals"],
                float(arrays[f"common/{f}/mean"]),
            )
            for f in fields
        }
        model = Model(arrays["priors"], tables)
        return Knowledge(str(arrays["home"]) or None, common, model)
