"""What hangs together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from transforms.identity.engine.clusters import components

COUNT = 24
NODE = st.integers(0, COUNT - 1)


@given(st.lists(st.tuples(NODE, NODE), max_size=40))
def test_components_are_those_that_scipy_finds_and_numbered_alike(
    edges: list[tuple[int, int]],
) -> None:
    one, two = (np.array([edge[end] for edge in edges], dtype=np.int32) for end in (0, 1))
    graph = coo_matrix((np.ones(len(edges)), (one, two)), shape=(COUNT, COUNT))
    expected = connected_components(graph, directed=False)[1]
    assert components(COUNT, one, two).tolist() == expected.tolist()
