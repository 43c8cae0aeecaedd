"""The state of who is who gives its memory away while the marts are made, and is kept after."""

from __future__ import annotations

from pathlib import Path

import pytest

from transforms.identity.cache import Cache

MANY = 1_000_000
LITTLE = "1MB"


def _silent(line: str) -> None:
    pytest.fail(line)


def _filled(cache: Cache) -> None:
    cache.session().execute(
        "insert into links select concat('shopify:', range), range, 1 from range($1)", [MANY]
    )


def test_a_state_that_gave_its_memory_away_is_kept_whole(tmp_path: Path) -> None:
    with Cache(tmp_path, _silent) as cache:
        _filled(cache)
        cache.rest(LITTLE)
    with Cache(tmp_path, _silent) as again:
        assert again.session().execute("select count(*) from links").fetchone() == (MANY,)


def test_a_state_that_is_kept_nowhere_has_no_disk_to_give_it_to() -> None:
    with Cache(None, _silent) as cache:
        limit = "select current_setting('memory_limit')"
        before = cache.session().execute(limit).fetchone()
        cache.rest(LITTLE)
        assert cache.session().execute(limit).fetchone() == before
