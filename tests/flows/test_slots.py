"""One writer a raw file, and what becomes of a slot whose holder died."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client

from flows.slots import alone, limit_name


@pytest.fixture
def client(prefect: None) -> Iterator[SyncPrefectClient]:  # noqa: ARG001 - it must run
    """Speak to Prefect."""
    with get_client(sync_client=True) as client:
        yield client


def taken(client: SyncPrefectClient, source: str) -> int:
    return client.read_global_concurrency_limit_by_name(limit_name(source)).active_slots


def test_who_holds_a_raw_file_is_seen_in_prefect(client: SyncPrefectClient, tmp_path: Path) -> None:
    with alone(tmp_path, ["shop", "desk"]):
        assert [taken(client, "shop"), taken(client, "desk")] == [1, 1]

    assert [taken(client, "shop"), taken(client, "desk")] == [0, 0]


def test_a_slot_whose_holder_died_blocks_nobody(client: SyncPrefectClient, tmp_path: Path) -> None:
    with alone(tmp_path, ["shop"]):
        pass
    client.increment_concurrency_slots([limit_name("shop")], 1, "concurrency")
    assert taken(client, "shop") == 1

    with alone(tmp_path, ["shop"]):
        assert taken(client, "shop") == 1

    assert taken(client, "shop") == 0


@pytest.mark.usefixtures("prefect")
def test_the_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []
    second_came = threading.Event()

    def second() -> None:
        second_came.set()
        with alone(tmp_path, ["shop"]):
            order.append("second writes")

    with alone(tmp_path, ["shop"]):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert second_came.wait(30)
        waiting.join(1)
        order.append("first ends")
    waiting.join(60)

    assert order == ["first ends", "second writes"]
