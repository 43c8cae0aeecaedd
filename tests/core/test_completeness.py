"""What a vendor counts is held against what landed: told on a shop of toys, without a warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from core.connector import Connector, Count, Reference, Sample, Table
from core.errors import VendorBusyError, VendorRefusedError
from core.ledger import Counted, Horizon
from core.ledger.counted import DOUBTFUL
from core.pull import Gone, Page, Pull, Record, Stream
from core.window import Window
from sandbox.clock import Clock
from tests.patience import Patience
from tests.sources.recount import Recount
from tests.sources.shaped import ShapedShelf

TWO = datetime(2026, 1, 6, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TABLE = Table(columns={"updated_at": "timestamp", "owner": "text"})
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class NoSettings(BaseSettings):
    """Nothing to set."""


@dataclass
class Shop:
    """Toys by id, with the moment each was last changed; what it hides is on no page.

    Attributes:
        toys: What there is.
        hidden: Ids that a page leaves out.
        counting: What happens when it is asked to count.
        asked: How often it was asked to count.
        read: The windows it was read by.
    """

    clock: Clock
    toys: dict[str, datetime] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    counting: Callable[[], None] = lambda: None
    asked: int = 0
    read: list[tuple[datetime | None, datetime | None]] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)

    def build(self, settings: NoSettings, pull: Pull) -> Sequence[Stream]:
        def pages() -> Iterator[Page]:
            since, until = pull.since, pull.until
            self.read.append((since, until))
            if not pull.window and not pull.full and pull.cursor("toys"):
                since = datetime.fromisoformat(pull.cursor("toys"))
            found = self.within(since, until)
            yield [self.row(key) for key in found if key not in self.hidden]
            pull.advance("toys", max(found.values(), default=EVER).isoformat())

        return [Stream("toys", pages)]

    def row(self, key: str) -> Record:
        return {"id": key, "updated_at": self.toys[key].isoformat(), "owner": self.owners.get(key)}

    def within(self, since: datetime | None, until: datetime | None) -> dict[str, datetime]:
        return {
            key: at
            for key, at in sorted(self.toys.items())
            if (since is None or at >= since) and (until is None or at < until)
        }

    def count(self, since: datetime | None, until: datetime | None) -> int | None:
        self.asked += 1
        self.counting()
        return len(self.within(since, until))

    def stock(self, number: int, since: datetime = TWO - 30 * DAY) -> None:
        """Put toys on the shelf, a minute apart."""
        for n in range(number):
            self.toys[f"{n:05}"] = since + n * timedelta(minutes=1)


@dataclass
class Play:
    """A shop of toys, what was pulled of it, and how far it was found complete."""

    shop: Shop
    shelf: ShapedShelf
    clock: Clock
    horizons: dict[str, Horizon] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def connector(self) -> Connector[NoSettings]:
        counts = {"toys": Count(self.shop.count, "updated_at")}
        given = {"counts": lambda _s, _p: counts, **self.more}
        tables = {"toys": TABLE, "owners": Table()}
        return Connector("toyland", NoSettings, self.shop.build, tables, "shop", **given)

    def pull(
        self, *, finds: bool = True, calls: int = 10, **window: datetime
    ) -> dict[str, Counted]:
        """Pull and count; what a page hid it shows when read again, unless not ``finds``."""

        def show() -> None:
            if finds:
                self.shop.hidden.clear()
            self.shop.asked, self.shop.read = 0, []

        source = Recount(self.connector, NoSettings(), self.shelf, self.clock, self.horizons)
        return {one.table: one for one in source.pull(show, calls=calls, **window)}


@pytest.fixture
def play(tmp_path: Path) -> Play:
    clock = Clock(TWO, frozen=True)
    shop = Shop(clock)
    shop.stock(400)
    return Play(shop, ShapedShelf(tmp_path), clock)


def next_night(play: Play) -> None:
    play.clock.set(play.clock.now() + DAY)


def test_a_complete_pull_costs_one_question_a_table(play: Play) -> None:
    toys = play.pull()["toys"]
    assert (toys.theirs, toys.ours, toys.healed, toys.is_complete) == (400, 400, 0, True)
    assert play.shop.asked == 1
    assert play.shop.read == []


def test_a_row_that_a_page_left_out_is_found_and_read_again(play: Play) -> None:
    play.shop.hidden = {"00123"}
    toys = play.pull()["toys"]
    assert (toys.theirs, toys.ours, toys.healed, toys.is_complete) == (400, 400, 1, True)
    assert "00123" in play.shelf.live("toys")
    [(since, until)] = play.shop.read
    assert since is not None
    assert until is not None
    assert until - since <= timedelta(minutes=60)


def test_a_slice_that_vanished_is_found_and_read_again(play: Play) -> None:
    play.shop.hidden = {f"{n:05}" for n in range(100, 250)}
    toys = play.pull()["toys"]
    assert (toys.healed, toys.is_complete) == (150, True)
    assert len(play.shelf.live("toys")) == 400


def test_an_edit_that_was_left_out_is_found_on_the_night_it_was_lost(play: Play) -> None:
    play.pull()
    next_night(play)
    play.shop.toys["00007"] = TWO + HOUR
    play.shop.toys["00008"] = TWO + HOUR
    play.shop.hidden = {"00007"}
    toys = play.pull()["toys"]
    assert (toys.theirs, toys.ours, toys.healed) == (2, 2, 1)
    assert play.shelf.live("toys")["00007"]["updated_at"] == TWO + HOUR


def test_an_ordinary_night_counts_what_changed_since_it_was_complete(play: Play) -> None:
    play.pull()
    next_night(play)
    window = play.pull()["toys"].window
    settled = TWO - timedelta(minutes=5)
    assert window == Window(settled, settled + DAY)
    assert play.shop.asked == 1


def test_an_edit_that_is_lost_the_night_after_another_of_the_same_row_is_found(play: Play) -> None:
    play.pull()
    for _ in range(3):
        next_night(play)
        play.shop.toys["00007"] = play.clock.now() - HOUR
        play.shop.hidden = {"00007"}
        assert play.pull()["toys"].healed == 1


def test_a_week_later_the_older_rows_are_counted_again_too(play: Play) -> None:
    play.pull()
    del play.shelf.tables["toys"]["00001",]
    for _ in range(6):
        next_night(play)
        play.pull()
        assert play.shop.asked == 1
    next_night(play)
    toys = play.pull()["toys"]
    assert toys.window.is_whole
    assert (toys.healed, toys.is_complete) == (1, True)
    next_night(play)
    assert not play.pull()["toys"].window.is_whole


def test_an_edit_lost_on_the_day_of_the_older_rows_is_found(play: Play) -> None:
    play.pull()
    for _ in range(7):
        next_night(play)
    play.shop.toys["00007"] = play.clock.now() - HOUR
    play.shop.hidden = {"00007"}
    assert play.pull()["toys"].is_complete
    assert play.shelf.live("toys")["00007"]["updated_at"] == play.clock.now() - HOUR


def test_a_pull_that_was_killed_before_it_counted_is_counted_by_the_next(play: Play) -> None:
    play.pull()
    next_night(play)
    play.shop.toys["00007"] = play.clock.now() - HOUR
    play.shop.hidden = {"00007"}
    pull = Pull(
        home=play.shelf.home, clock=Patience(play.clock), known=play.shelf, state=play.shelf.state
    )
    play.shelf.read(play.connector, pull, play.shop.build(NoSettings(), pull))
    next_night(play)
    next_night(play)
    assert play.pull()["toys"].healed == 1
    assert play.shelf.live("toys")["00007"]["updated_at"] == TWO + DAY - HOUR


def test_edits_while_we_count_raise_no_alarm(play: Play) -> None:
    def edit() -> None:
        play.shop.toys["00005"] = play.clock.now()

    play.shop.counting = edit
    toys = play.pull()["toys"]
    assert (toys.missing, toys.healed, toys.is_complete) == (0, 0, True)


def test_a_vendor_that_never_stands_still_raises_no_alarm(play: Play) -> None:
    moving = iter(sorted(play.shop.toys))

    def edit() -> None:
        play.shop.toys[next(moving)] = play.clock.now()

    play.shop.counting = edit
    toys = play.pull()["toys"]
    assert (toys.missing, toys.healed, toys.is_complete) == (0, 0, True)
    assert toys.note == "changed while they were counted"


def test_a_loss_is_found_though_others_change_while_we_count(play: Play) -> None:
    moving = iter(sorted(play.shop.toys))

    def edit() -> None:
        play.shop.toys[next(moving)] = play.clock.now()

    play.shop.hidden = {"00100", "00200"}
    play.shop.counting = edit
    toys = play.pull()["toys"]
    assert toys.is_complete
    assert {"00100", "00200"} <= set(play.shelf.live("toys"))


def test_a_row_that_stays_away_is_told_as_short(play: Play) -> None:
    play.shop.hidden = {"00123"}
    toys = play.pull(finds=False)["toys"]
    assert (toys.theirs, toys.ours, toys.missing, toys.is_complete) == (400, 399, 1, False)


def test_what_could_not_be_mended_is_told_each_night_and_worked_at_once_a_week(play: Play) -> None:
    play.shop.hidden = {"00123"}
    play.pull(finds=False)
    next_night(play)
    toys = play.pull(finds=False)["toys"]
    assert (toys.missing, play.shop.asked, play.shop.read) == (1, 1, [])
    for _ in range(4):
        next_night(play)
    assert play.clock.now().strftime("%A") == "Sunday"
    assert play.pull()["toys"].healed == 1


def test_a_row_the_vendor_no_longer_has_is_told_when_the_next_pull_has_it_still(
    play: Play,
) -> None:
    play.pull()
    play.horizons.clear()
    del play.shop.toys["00123"]
    toys = play.pull()["toys"]
    assert (toys.theirs, toys.ours, toys.is_complete, toys.note) == (399, 400, None, DOUBTFUL)
    next_night(play)
    toys = play.pull()["toys"]
    assert (toys.theirs, toys.ours, toys.missing, toys.is_complete) == (399, 400, -1, False)


def test_a_row_that_was_deleted_while_we_counted_is_no_alarm(play: Play) -> None:
    def delete() -> None:
        play.shop.toys.pop("00123", None)

    play.shop.counting = delete
    assert play.pull()["toys"].is_complete is None
    next_night(play)
    del play.shelf.tables["toys"]["00123",]
    assert play.pull()["toys"].is_complete


def test_a_record_without_its_key_is_explained_by_the_quarantine(play: Play) -> None:
    row = play.shop.row
    play.shop.row = lambda key: {**row(key), "id": None} if key == "00123" else row(key)  # type: ignore[method-assign] # one toy has no label
    toys = play.pull()["toys"]
    assert (toys.theirs, toys.ours, toys.explained, toys.is_complete) == (400, 399, 1, True)
    assert toys.note == "set aside in quarantine"


def test_a_vendor_that_refuses_to_count_fails_nothing(play: Play) -> None:
    def refuse() -> None:
        raise VendorRefusedError("toyland: GET /count answered 403: no")

    play.shop.counting = refuse
    toys = play.pull()["toys"]
    assert (toys.theirs, toys.is_complete) == (None, None)
    assert toys.note == "toyland: GET /count answered 403: no"


def test_a_count_in_a_shape_we_do_not_know_fails_nothing(play: Play) -> None:
    def stumble() -> None:
        raise KeyError("count")

    play.shop.counting = stumble
    assert play.pull()["toys"].note == "answered in a shape we do not know: KeyError"


def test_a_vendor_that_is_busy_is_not_asked_for_the_next_table(play: Play) -> None:
    def busy() -> None:
        raise VendorBusyError("toyland: GET /count answered 503: closed")

    play.shop.counting = busy
    count = Count(play.shop.count, "updated_at")
    play.more["counts"] = lambda _s, _p: {"toys": count, "owners": count}
    found = play.pull()
    assert [one.theirs for one in found.values()] == [None, None]
    assert play.shop.asked == 1


def test_a_table_that_could_not_be_read_is_not_counted(play: Play) -> None:
    def closed() -> Iterator[Page]:
        raise VendorBusyError("toyland: GET /toys answered 503: closed")
        yield []

    play.shop.build = lambda _s, _p: [Stream("toys", closed)]  # type: ignore[method-assign,assignment] # its door is shut
    assert play.pull() == {}


def test_a_window_that_was_read_again_is_counted_by_itself(play: Play) -> None:
    play.pull()
    start = TWO - 30 * DAY
    play.shop.hidden = {"00010"}
    del play.shelf.tables["toys"]["00010",]
    toys = play.pull(since=start, until=start + HOUR)["toys"]
    assert (toys.window.since, toys.window.until) == (start, start + HOUR)
    assert (toys.theirs, toys.healed, toys.is_complete) == (60, 1, True)


def test_a_table_that_is_only_counted_whole_is_read_again_whole(play: Play) -> None:
    play.more["counts"] = lambda _s, _p: {"toys": Count(lambda _a, _b: play.shop.count(None, None))}
    play.shop.hidden = {"00123"}
    toys = play.pull()["toys"]
    assert (toys.healed, toys.is_complete) == (1, True)
    assert play.shop.asked == 3


def test_a_second_look_finds_what_nobody_counts(play: Play) -> None:
    play.more = {
        "counts": lambda _s, _p: {},
        "samples": lambda _s, _p: {
            "toys": Sample(lambda a, b: pages(play.shop, a, b), "updated_at")
        },
    }
    play.shop.hidden = {"00040"}
    toys = play.pull(calls=1_000)["toys"]
    assert (toys.how, toys.theirs, toys.ours, toys.healed) == ("count", 400, 400, 1)
    assert play.shop.read == [
        (play.shop.toys["00040"], play.shop.toys["00040"] + timedelta(seconds=1))
    ]


def test_a_second_look_takes_no_more_pages_than_it_may(play: Play) -> None:
    looks: list[int] = []

    def ask(since: datetime | None, until: datetime | None) -> Iterator[Mapping[str, datetime]]:
        for page in pages(play.shop, since, until):
            looks.append(len(page))
            yield page

    play.more = {
        "counts": lambda _s, _p: {},
        "samples": lambda _s, _p: {"toys": Sample(ask, "updated_at")},
    }
    toys = play.pull(calls=100)["toys"]
    assert (toys.how, toys.is_complete) == ("sample", True)
    assert looks == [100, 100]


def test_what_other_rows_name_and_is_not_here_is_looked_up_once(play: Play) -> None:
    play.shop.owners = {"00001": "ann", "00002": "bob"}
    looked: list[Mapping[str, Sequence[str]]] = []

    def named(_s: NoSettings, _p: Pull, keys: Mapping[str, Sequence[str]]) -> list[Stream]:
        looked.append(keys)
        page = [{"id": "ann"}, Gone(id="bob", deleted_at=TWO.isoformat())]
        return [Stream("owners", lambda: [page])]

    play.more = {"references": (Reference("toys", "owner", "owners"),), "named": named}
    owners = play.pull()["owners"]
    assert (owners.how, owners.healed, owners.is_complete) == ("reference", 1, True)
    assert set(play.shelf.live("owners")) == {"ann"}
    assert "owners" not in play.pull()
    assert looked == [{"owners": ["ann", "bob"]}]


def pages(
    shop: Shop, since: datetime | None, until: datetime | None, size: int = 100
) -> Iterator[Mapping[str, datetime]]:
    found = list(shop.within(since, until).items())
    for start in range(0, len(found), size):
        yield dict(found[start : start + size])
