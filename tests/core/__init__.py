"""Core: the ground."""
