"""What was learned from the data, kept so that later runs only decide."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.identity.engine.commonness import Commonness
from transforms.identity.engine.model import Model


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Learned once, kept until told to learn anew.

    Attributes:
        home: The country of phone numbers whose record tells none.
        common: How common values are.
        model: The weights.
    """

    home: str | None
    common: Commonness
    model: Model
