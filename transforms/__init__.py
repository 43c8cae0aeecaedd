"""raw -> staging -> identity -> customer 360."""

from transforms.runner import Reconciled, reconcile

__all__ = ["Reconciled", "reconcile"]
