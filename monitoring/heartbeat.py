"""A dead man's switch: an address that is asked after every good night."""

from __future__ import annotations

import time

import httpx

from monitoring.channels.post import Post, Sleep

TIMEOUT_SECONDS = 10.0


def beat(url: str, sleep: Sleep = time.sleep) -> None:
    """Ask ``url``; nothing is said but that we live.

    Raises:
        ChannelError: it cannot be reached or does not take it.
    """
    post = Post("heartbeat", "DAYBREAK_HEARTBEAT_URL", TIMEOUT_SECONDS, sleep)
    post.attempt(lambda: httpx.get(url, timeout=TIMEOUT_SECONDS))
