"""What a person may set about identities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.ledger import Decision
from core.settings import load


class IdentitySettings(BaseSettings):
    """Environment prefix ``IDENTITY_``.

    Attributes:
        state: Folder of what makes a night quick, which may be lost (default: ``HOME/identity``).
        learn_from: Weights are learned once there are this many records; before that the ones
            that come with daybreak serve.
    """

    model_config = SettingsConfigDict(env_prefix="IDENTITY_", env_file=".env", extra="ignore")

    state: Path | None = None
    learn_from: int = Field(default=250, ge=100)


@dataclass(frozen=True, slots=True)
class Steering:
    """What one run is told about who is who.

    Attributes:
        state: Folder of what makes deciding quick, and may be lost; None keeps nothing.
        decisions: What stewards decided, all that is in force.
        retrain: Learn anew what evidence is worth, and decide everything by that.
        learn_from: How many records there must be to learn from.
    """

    state: Path | None = None
    decisions: Sequence[Decision] = ()
    retrain: bool = False
    learn_from: int = 2000

    @classmethod
    def at(
        cls, home: Path, decisions: Sequence[Decision] = (), *, retrain: bool = False
    ) -> Steering:
        """Return what holds for the daybreak that lives in ``home``."""
        settings = load(IdentitySettings)
        folder = settings.state or home / "identity"
        return cls(folder, decisions, retrain, settings.learn_from)
