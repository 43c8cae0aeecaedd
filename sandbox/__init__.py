"""The outside world in miniature: one vendor a file; knows the vendors, never our code."""
