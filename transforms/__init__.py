"""raw -> staging -> identity -> customer 360."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transforms.runner import Reconciled, reconcile

__all__ = ["Reconciled", "reconcile"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the runner calls so
    """Find what is reconciled with only when it is asked for: `daybreak identify` never does."""
    if name in __all__:
        return getattr(import_module("transforms.runner"), name)
    raise AttributeError(name)
