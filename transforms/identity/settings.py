"""What a person may set about identities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.ledger import Decision
from core.settings import load
from transforms.identity.gates import Limits


class IdentitySettings(BaseSettings):
    """Environment prefix ``IDENTITY_``.

    Attributes:
        state: Folder of what makes a night quick, which may be lost (default: ``HOME/identity``).
        learn_from: Weights are learned once there are this many records; before that the ones
            that come with daybreak serve.
        most_records: The most records one customer may have.
        large_from: A customer of more records than this is a large one ...
        most_large: ... and no more than this share of customers may be.
        most_contradictions: The share of customers with several births, or more than three names.
        most_bridged: The share of customers that a single link holds together.
        most_churn: The share of customers that may be merged, split or gone in one night.
    """

    model_config = SettingsConfigDict(env_prefix="IDENTITY_", env_file=".env", extra="ignore")

    state: Path | None = None
    learn_from: int = Field(default=250, ge=100)
    most_records: int = Field(default=200, ge=1)
    large_from: int = Field(default=50, ge=1)
    most_large: float = Field(default=0.01, ge=0, le=1)
    most_contradictions: float = Field(default=0.05, ge=0, le=1)
    most_bridged: float = Field(default=0.05, ge=0, le=1)
    most_churn: float = Field(default=0.2, ge=0, le=1)


@dataclass(frozen=True, slots=True)
class Steering:
    """What one run is told about who is who.

    Attributes:
        state: Folder of what makes deciding quick, and may be lost; None keeps nothing.
        decisions: What stewards decided, all that is in force.
        retrain: Learn anew what evidence is worth, and decide everything by that.
        learn_from: How many records there must be to learn from.
        limits: How far a night may go before its customers are not published.
        anyway: Publish them all the same.
    """

    state: Path | None = None
    decisions: Sequence[Decision] = ()
    retrain: bool = False
    learn_from: int = 2000
    limits: Limits = field(default_factory=Limits)
    anyway: bool = False

    @classmethod
    def at(
        cls,
        home: Path,
        decisions: Sequence[Decision] = (),
        *,
        retrain: bool = False,
        anyway: bool = False,
    ) -> Steering:
        """Return what holds for the daybreak that lives in ``home``."""
        settings = load(IdentitySettings)
        folder = settings.state or home / "identity"
        limits = Limits(**{name: getattr(settings, name) for name in Limits.__slots__})
        return cls(folder, decisions, retrain, settings.learn_from, limits, anyway)
