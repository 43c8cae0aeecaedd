"""A town small enough for every day: one vendor of each kind; what is true of all is a proof."""

from __future__ import annotations

from sandbox.vendor import Vendor, discover

SMALL = ("hubspot", "shopify", "stripe", "zendesk")
PAIR = ("hubspot", "shopify")
"""Two of them, for stories of whole nights: a CRM and a shop."""


def vendors(names: tuple[str, ...] = SMALL) -> list[type[Vendor]]:
    """Return the vendors of these names, in miniature."""
    return [discover()[name] for name in names]
