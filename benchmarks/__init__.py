"""What measures speed, memory and exactness; never part of the tests."""
