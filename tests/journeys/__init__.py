"""Whole nights, end to end."""
