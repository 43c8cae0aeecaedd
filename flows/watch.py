"""Who failed, who is silent: told once, and once more when it is over."""

from __future__ import annotations
