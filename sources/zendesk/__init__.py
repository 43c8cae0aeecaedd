"""Zendesk Support: who asked for help, and how it went."""
