"""What a query costs, in points.

A scalar costs nothing, an object 1, a connection 2 and, for its items, the cost of one item times
2 ln(n) rounded down. Money, edges and pageInfo cost nothing. The formula is no published one: it
is what costs measured on API 2025-07 agree with (third party; first: 3, 10, 100, 150, 200, 250).
"""

from math import log

CONNECTION = 2
OBJECT = 1
LIMIT = 1_000


def items(count: int) -> int:
    """Give how many items ``count`` items are paid as."""
    return max(1, int(2 * log(count))) if count > 0 else 0


def connection(count: int, item: int) -> int:
    """Give the cost of a connection of ``count`` items that cost ``item`` each."""
    return CONNECTION + items(count) * item
