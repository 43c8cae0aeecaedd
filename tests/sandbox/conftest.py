"""A served toy shop with a handful of customers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from sandbox.happenings import CustomerJoined
from sandbox.serve import Sandbox, serve
from tests.sandbox.toy import Toy

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with serve([Toy]) as sandbox:
        names = ["ada", "bob", "cem", "dee", "eva"]
        sandbox.happen(*(CustomerJoined(key=n, at=NOON, email=f"{n}@x.example") for n in names))
        yield sandbox


@pytest.fixture
def shop(box: Sandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {box.environment['TOY_TOKEN']}"}
    with httpx.Client(base_url=box.environment["TOY_URL"], headers=headers, timeout=5) as client:
        yield client


@pytest.fixture
def side(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{box.url}/__sim__", timeout=5) as client:
        yield client
