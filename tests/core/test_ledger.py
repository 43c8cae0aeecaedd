"""The ledger remembers every run once, however it ended, on SQLite and on Postgres."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from core.clock import Clock
from core.errors import (
    BusyError,
    ConfigError,
    ContractError,
    DaybreakError,
    IncompleteError,
    VendorBusyError,
    VendorRefusedError,
)
from core.ledger import Counted, Horizon, Ledger, Profile, RunState, SchemaChange, TableRows
from core.ledger.alert import Finding, Severity
from core.ledger.ending import SUCCEEDED
from core.ledger.models import Base, RunRow
from core.window import Window

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)


class Hands(Clock):
    """A clock that is moved by hand."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def ledger(url: str) -> Ledger:
    return Ledger.open(url)


@pytest.fixture
def clock() -> Hands:
    return Hands()


def test_a_run_is_remembered_with_all_it_did(ledger: Ledger, clock: Hands) -> None:
    night = ledger.begin("night", at=NOON)
    with ledger.run("pull", "shopify", clock, parent=night, prefect_run_id="p-1") as log:
        log.tables["orders"] = TableRows(read=100, new=3, changed=2, deleted=1, quarantined=4)
        log.changes.append(SchemaChange("shopify", "orders", "note", "new_column", "text"))
        log.cursors_before, log.cursors_after = {"orders": "a"}, {"orders": "b"}
        log.meter.calls, log.meter.retries, log.meter.throttled_seconds = 7, 2, 1.5
        log.details["pages"] = 4
        clock.sleep(90)

    run = ledger.last_run("shopify")

    assert run is not None
    assert (run.state, run.started_at, run.ended_at) == (
        RunState.SUCCEEDED,
        NOON,
        NOON + timedelta(seconds=90),
    )
    assert run.tables == {"orders": TableRows(100, 3, 2, 1, 4)}
    assert run.rows.arrived == 6
    assert run.changes == (SchemaChange("shopify", "orders", "note", "new_column", "text"),)
    assert (run.cursors_before, run.cursors_after) == ({"orders": "a"}, {"orders": "b"})
    assert (run.calls, run.retries, run.throttled_seconds) == (7, 2, 1.5)
    assert (run.details, run.prefect_run_id, run.parent_id) == ({"pages": 4}, "p-1", night)


def test_a_failed_run_keeps_its_reason_and_next_step_and_what_arrived(
    ledger: Ledger, clock: Hands
) -> None:
    refusal = VendorRefusedError("stripe: 401 for /v1/charges", next_step="Check STRIPE_API_KEY.")
    with suppress(VendorRefusedError), ledger.run("pull", "stripe", clock) as log:
        log.tables["charges"] = TableRows(read=5, new=5)
        raise refusal

    run = ledger.last_run("stripe")

    assert run is not None
    assert run.state is RunState.FAILED
    assert (run.error_kind, run.error) == ("VendorRefusedError", "stripe: 401 for /v1/charges")
    assert run.next_step == "Check STRIPE_API_KEY."
    assert run.rows.new == 5
    assert ledger.last_success("stripe") is None


def test_a_pull_that_missed_a_table_is_partial_and_no_success(ledger: Ledger, clock: Hands) -> None:
    with pytest.raises(IncompleteError), ledger.run("pull", "zendesk", clock):
        raise IncompleteError("zendesk", {"tickets": VendorBusyError("zendesk: 503")})

    run = ledger.last_run("zendesk")

    assert run is not None
    assert (run.state, run.error_kind) == (RunState.PARTIAL, "VendorBusyError")
    assert ledger.last_success("zendesk") is None


def test_a_night_that_says_what_is_missing_did_take_place(ledger: Ledger, clock: Hands) -> None:
    with pytest.raises(IncompleteError), ledger.run("night", None, clock):
        raise IncompleteError("night", {"zendesk": VendorBusyError("zendesk: 503")})

    assert ledger.last_success(flow="night") == NOON


def test_secrets_and_personal_data_stay_out_of_the_ledger(ledger: Ledger, clock: Hands) -> None:
    with suppress(ValueError), ledger.run("pull", "hubspot", clock) as log:
        log.secrets.append("pat-eu1-abc")
        raise ValueError("pat-eu1-abc refused for ada@example.org\x00")

    run = ledger.last_run("hubspot")

    assert run is not None
    assert run.error is not None
    assert run.error.startswith("unexpected ValueError:")
    assert "pat-eu1-abc" not in run.error
    assert "ada@example.org" not in run.error
    assert run.next_step


def test_a_run_that_a_person_stops_is_over(ledger: Ledger, clock: Hands) -> None:
    with pytest.raises(KeyboardInterrupt), ledger.run("pull", "shopify", clock):
        raise KeyboardInterrupt

    run = ledger.last_run("shopify")

    assert run is not None
    assert (run.state, run.error) == (RunState.FAILED, "it was stopped before it ended")


def test_a_run_whose_process_was_killed_is_declared_crashed_when_the_next_begins(
    ledger: Ledger, url: str, clock: Hands
) -> None:
    killed = (
        "import os, sys; from datetime import UTC, datetime; from core.ledger import Ledger\n"
        "ledger = Ledger.open(sys.argv[1])\n"
        "ledger.begin('pull', 'shopify', at=datetime(2026, 1, 6, 11, tzinfo=UTC))\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", killed, url], check=False, timeout=120)  # noqa: S603 - our own words
    left = ledger.last_run("shopify")
    assert left is not None
    assert left.state is RunState.RUNNING

    with ledger.run("pull", "shopify", clock):
        [crashed] = [r for r in (ledger.last_run("shopify", ended=True),) if r]

    assert (crashed.id, crashed.state, crashed.ended_at) == (left.id, RunState.CRASHED, NOON)
    assert crashed.next_step


def test_a_run_that_still_goes_on_is_left_alone(ledger: Ledger) -> None:
    run_id = ledger.begin("pull", "shopify", at=NOON)

    assert ledger.crashed(NOON + timedelta(days=2)) == []
    assert ledger.begin("pull", "stripe", at=NOON) > run_id


def test_a_run_on_another_machine_is_given_up_after_half_a_day(ledger: Ledger) -> None:
    run_id = ledger.begin("pull", "shopify", at=NOON)
    with ledger._database.write() as session:
        session.get_one(RunRow, run_id).host = "elsewhere"

    assert ledger.crashed(NOON + timedelta(hours=11)) == []
    assert [run.id for run in ledger.crashed(NOON + timedelta(hours=13))] == [run_id]


def test_a_run_that_moves_is_alive_however_long_it_takes(ledger: Ledger, clock: Hands) -> None:
    with ledger.run("pull", "shopify", clock) as log:
        for _ in range(9):
            log.beat()
            clock.sleep(1800)
            assert ledger.crashed(clock.now()) == []


def test_a_run_that_has_not_moved_for_an_hour_is_declared_dead_and_its_own_word_holds(
    ledger: Ledger, clock: Hands
) -> None:
    with ledger.run("pull", "shopify", clock) as log:
        log.beat()
        clock.sleep(3601)
        [hung] = ledger.crashed(clock.now())
        assert (hung.state, hung.error_kind) == (RunState.CRASHED, "Hung")

    run = ledger.last_run("shopify")
    assert run is not None
    assert (run.state, run.error) == (RunState.SUCCEEDED, None)


def test_who_never_says_that_it_moves_is_not_taken_for_hung(ledger: Ledger, clock: Hands) -> None:
    with ledger.run("night", None, clock):
        clock.sleep(3 * 3600)
        assert ledger.crashed(clock.now()) == []


def test_what_each_night_brought_is_added_up_by_table(ledger: Ledger, clock: Hands) -> None:
    night = ledger.begin("night", at=NOON)
    for error in (VendorBusyError("stripe: 503"), None):
        with suppress(VendorBusyError), ledger.run("pull", "stripe", clock, parent=night) as log:
            log.tables["charges"] = TableRows(read=10, new=3, changed=1, quarantined=2)
            if error:
                raise error
    with ledger.run("pull", "stripe", clock) as log:
        log.tables["charges"] = TableRows(new=99)

    [one] = ledger.volumes(NOON - timedelta(days=1))

    assert (one.night, one.source, one.table, one.at) == (night, "stripe", "charges", NOON)
    assert (one.arrived, one.read, one.quarantined, one.is_whole) == (8, 20, 4, True)
    assert ledger.volumes(NOON + timedelta(days=1)) == []


def test_alerts_of_one_cause_are_one_incident_and_are_answered_together(ledger: Ledger) -> None:
    first, second = (
        Finding("failed", s, "network", "Busy", Severity.ERROR, "t", "d", "n", affects=("x",))
        for s in ("stripe", "shopify")
    )
    ledger.alerts.settle([first], [], [], NOON)
    [opened] = ledger.open_alerts()
    assert ledger.alerts.acknowledge(opened.incident, "Ops", NOON) == [opened.id]
    ledger.alerts.snooze(opened.incident, NOON + timedelta(hours=1))
    ledger.alerts.settle([second], [(opened.id, first)], [], NOON)

    one, other = ledger.open_alerts()

    assert one.incident == other.incident == opened.id
    assert (other.acknowledged_by, other.is_snoozed(NOON)) == ("Ops", True)
    assert other.finding == second
    assert ledger.alerts.acknowledge(999, "Ops", NOON) == []


def test_a_window_read_again_says_nothing_about_freshness(ledger: Ledger, clock: Hands) -> None:
    with ledger.run("pull", "shopify", clock, since=NOON - timedelta(days=9), until=NOON):
        pass

    assert ledger.last_success("shopify") is None
    assert ledger.last_run("shopify") is None


def test_an_ordinary_night_is_read_from_good_nights_after_the_first(
    ledger: Ledger, clock: Hands
) -> None:
    nights = []
    for new in (90_000, 10, 20, 30):
        with ledger.run("night", None, clock) as night:
            nights.append(night.id)
            with ledger.run("pull", "shopify", clock, parent=night.id) as log:
                log.tables["orders"] = TableRows(new=new)
    with ledger.run("pull", "shopify", clock) as by_day:
        by_day.tables["orders"] = TableRows(new=1)

    assert [run.rows.new for run in ledger.history("shopify")] == [30, 20, 10]
    assert [run.rows.new for run in ledger.history("shopify", before=nights[3])] == [20, 10]
    assert [run.rows.new for run in ledger.history("shopify", 1)] == [30]


def test_a_night_is_found_with_its_parts(ledger: Ledger, clock: Hands) -> None:
    assert ledger.night() is None
    with ledger.run("night", None, clock) as night:
        for source in ("stripe", "shopify"):
            with ledger.run("pull", source, clock, parent=night.id):
                pass
    with ledger.run("pull", "shopify", clock):
        pass

    found = ledger.night()

    assert found is not None
    assert found.run.id == night.id
    assert [part.source for part in found.parts] == ["stripe", "shopify"]
    assert ledger.night(night.id) == found


def test_finishing_a_run_that_never_began_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ContractError, match="no run 99"):
        ledger.finish(99, SUCCEEDED, NOON)


def test_a_moment_without_a_zone_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="no time zone"):
        ledger.begin("pull", "shopify", at=datetime(2026, 1, 6, 12))  # noqa: DTZ001 - the point


def test_many_threads_write_at_once_and_nothing_is_lost(ledger: Ledger, clock: Hands) -> None:
    def one(number: int) -> None:
        with ledger.run("pull", f"source{number % 4}", clock) as log:
            log.tables["orders"] = TableRows(read=1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(40)))

    with ledger._database.read() as session:
        states = list(session.scalars(text("select state from runs")))
    assert states == ["succeeded"] * 40


def test_threads_and_processes_may_open_a_new_ledger_at_once(url: str) -> None:
    opening = "import sys; from core.ledger import Ledger; Ledger.open(sys.argv[1])"
    others = [subprocess.Popen([sys.executable, "-c", opening, url]) for _ in range(3)]  # noqa: S603 - our own words
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(Ledger.open, [url] * 4))

    assert [other.wait(120) for other in others] == [0, 0, 0]
    assert all(ledger.open_alerts() == [] for ledger in opened)


def counted(table: str, until: datetime, **more: Any) -> Counted:
    given = {"window": Window(until - timedelta(days=1), until), "theirs": 12, "ours": 12, **more}
    return Counted(table=table, at=NOON, **given)


def test_what_was_counted_is_remembered_with_what_was_done_about_it(ledger: Ledger) -> None:
    counts = (
        counted("orders", NOON, healed=3, window=Window(None, NOON)),
        counted("customers", NOON, theirs=None, ours=0, note="no exact number"),
        counted("events", NOON, how="sample", ours=13, explained=-1),
    )
    with ledger.run("pull", "shopify", Hands()) as log:
        log.counts = list(counts)
    run = ledger.last_run("shopify")
    assert run is not None
    assert run.counts == counts
    assert run.is_complete


def test_a_run_is_complete_when_every_table_is_that_could_be_counted(ledger: Ledger) -> None:
    verdicts = []
    for counts in ([], [counted("a", NOON, theirs=None)], [counted("a", NOON, ours=11)]):
        with ledger.run("pull", "shopify", Hands()) as log:
            log.counts = counts
        run = ledger.last_run("shopify")
        assert run is not None
        verdicts.append(run.is_complete)
    assert verdicts == [None, None, False]


def test_how_far_each_table_was_found_complete_is_known(ledger: Ledger) -> None:
    day = timedelta(days=1)

    def night(*counts: Counted, since: datetime | None = None) -> None:
        with ledger.run("pull", "shopify", Hands(), since=since) as log:
            log.counts = list(counts)

    night(counted("orders", NOON, window=Window(None, NOON)), counted("lists", NOON, theirs=13))
    night(counted("orders", NOON + day), counted("lists", NOON, theirs=13))
    night(counted("orders", NOON + 2 * day, theirs=14))
    night(counted("orders", NOON + 3 * day, theirs=None))
    night(counted("orders", NOON - 300 * day), since=NOON - 301 * day)
    assert ledger.horizons("shopify") == {
        "orders": Horizon(NOON + day, NOON, missing=2),
        "lists": Horizon(missing=1),
    }
    assert ledger.horizons("stripe") == {}


def test_the_migrations_make_what_the_models_say(ledger: Ledger) -> None:
    with ledger._database._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_ledger_of_a_newer_daybreak_is_not_touched(ledger: Ledger, url: str) -> None:
    with ledger._database.write() as session:
        session.execute(text("update alembic_version set version_num = '9999'"))

    with pytest.raises(ConfigError, match="newer daybreak"):
        Ledger.open(url)


@pytest.mark.parametrize(
    "wrong",
    ["", "ledger", "mysql://x@y/z", "oracle://x", "sqlite://", "sqlite:///:memory:", "http://[x"],
)
def test_a_wrong_url_names_the_setting_and_the_forms(wrong: str) -> None:
    with pytest.raises(ConfigError, match=r"DAYBREAK_LEDGER.*sqlite:///FILE or postgresql://"):
        Ledger.open(wrong)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, just a long enough text\n" * 40)

    with pytest.raises(ConfigError, match=r"notes\.txt cannot be used as a ledger"):
        Ledger.open(f"sqlite:///{tmp_path / 'notes.txt'}")
    with pytest.raises(ConfigError, match="DAYBREAK_LEDGER"):
        Ledger.open(f"sqlite:///{tmp_path / 'notes.txt' / 'ledger.sqlite'}")
    with pytest.raises(ConfigError, match="DAYBREAK_LEDGER"):
        Ledger.open(f"sqlite:///{tmp_path}")


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(BusyError, match="DAYBREAK_LEDGER") as caught:
        Ledger.open("postgresql://ada:s3cret@127.0.0.1:9/books")

    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_database_that_does_not_exist_is_named(postgres_server: str) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        Ledger.open(f"{postgres_server}/nowhere")


def test_the_same_trouble_opens_one_alert_however_many_look(ledger: Ledger) -> None:
    trouble = Finding("failed", "stripe", "401", "Refused", Severity.ERROR, "t", "d", "n")
    barrier = threading.Barrier(4)

    def look() -> None:
        barrier.wait(30)
        ledger.alerts.settle([trouble], [], [], NOON)

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(look) for _ in range(4)]:
            future.result()

    [alert] = ledger.open_alerts()
    assert alert.finding == trouble


def test_a_claim_keeps_others_from_telling_until_it_is_given_back_or_forgotten(
    ledger: Ledger,
) -> None:
    trouble = Finding("failed", "stripe", "401", "Refused", Severity.ERROR, "t", "d", "n")
    ledger.alerts.settle([trouble], [], [], NOON)
    [number] = [alert.id for alert in ledger.open_alerts()]
    alerts, later = ledger.alerts, NOON + timedelta(minutes=11)

    assert alerts.claim([number], "slack", "e", NOON) == [number]
    assert alerts.claim([number], "slack", "e", NOON) == []
    assert alerts.claim([number], "sentry", "e", NOON) == [number]
    alerts.release([number], "slack", "e")
    assert alerts.claim([number], "slack", "e", NOON) == [number]
    assert alerts.claim([number], "slack", "e", later) == [number]
    alerts.told([number], "slack", "e", later)
    assert alerts.claim([number], "slack", "e", later + timedelta(days=1)) == []


@pytest.mark.parametrize("kind", [ConfigError, BusyError, VendorBusyError, ContractError])
def test_every_error_of_ours_can_be_written_down(
    ledger: Ledger, clock: Hands, kind: type[DaybreakError]
) -> None:
    with pytest.raises(kind), ledger.run("pull", "shopify", clock):
        raise kind("no", next_step="yes")

    run = ledger.last_run("shopify")

    assert run is not None
    assert (run.error_kind, run.error, run.next_step) == (kind.__name__, "no", "yes")


def test_a_ledger_url_may_be_sqlalchemys_own(tmp_path: Path) -> None:
    Ledger.open(f"sqlite+pysqlite:///{tmp_path / 'l.sqlite'}")

    engine = create_engine(f"sqlite:///{tmp_path / 'l.sqlite'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    engine.dispose()


def test_what_fields_hold_is_remembered_and_can_be_asked_for_alone(ledger: Ledger) -> None:
    told = (
        Profile("hubspot", "contacts", "email", 100, 90, valid=80, listed=None),
        Profile("hubspot", "deals", "stage", 100, 90, values={"": 10, "won": 90}),
        Profile("shopify", "orders", "total_minor", 100, 100, middle=4_950.0),
    )
    night = ledger.begin("night", at=Hands().now())
    with ledger.run("reconcile", None, Hands(), parent=night) as log:
        log.profiles = list(told)

    runs = ledger.reconciles(until=night)

    (known,) = ledger.profiles(runs)
    assert sorted(known.profiles, key=str) == sorted(told, key=str)
    assert {p.field for p in ledger.profiles(runs, steered=True)[0].profiles} == {
        "stage",
        "total_minor",
    }


def test_how_well_fields_were_filled_is_remembered_night_by_night(ledger: Ledger) -> None:
    numbers = []
    for filled in (96, 69):
        night = ledger.begin("night", at=Hands().now())
        with ledger.run("reconcile", None, Hands(), parent=night) as log:
            log.profiles = [Profile("hubspot", "source_records", "company", 100, filled)]
        numbers.append(night)

    latest, before = ledger.profiles(ledger.reconciles(until=numbers[-1]))

    assert [one.filled for one in latest.profiles] == [69]
    assert before.profiles[0].empty_share == pytest.approx(0.04)
    assert [run.parent_id for run in ledger.reconciles(until=numbers[0])] == numbers[:1]
