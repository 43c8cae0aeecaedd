"""Which model comes after which."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import TopologicalSorter

from transforms.model import Model


def in_order(models: Iterable[Model]) -> list[Model]:
    """Sort models so that each comes after what it reads."""
    by_name = {model.name: model for model in models}
    graph = {
        model.name: [item.relation for item in model.reads if item.relation in by_name]
        for model in by_name.values()
    }
    return [by_name[name] for name in TopologicalSorter(graph).static_order()]
