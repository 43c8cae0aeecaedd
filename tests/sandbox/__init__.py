"""The sandbox is tested as its clients see it."""
