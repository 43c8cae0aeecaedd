"""A steward decides from the command line, and asks why a customer is one."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import ConfigError
from core.ledger import Ledger
from destinations.warehouses import open_warehouse
from tests.transforms.raw import Raw
from transforms import reconcile
from transforms.identity.settings import Steering


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAYBREAK_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    night(tmp_path)
    return tmp_path


def night(home: Path, *more: str) -> None:
    """Live a night over two people, one of whom has two records; ``more`` call themselves Eve."""
    raw = Raw(version=2 if more else 1)
    for number, name in enumerate(more, 10):
        raw.put(
            "shopify",
            "customers",
            id=str(number),
            first_name=name,
            last_name="Noether",
            default_email_address__email_address="eve@x.example",
        )
    for key, email in (
        ("1", "ada@firm.example"),
        ("2", "ADA@firm.example"),
        ("3", "bob@x.example"),
    ):
        raw.put("shopify", "customers", id=key, default_email_address__email_address=email)
    ledger = Ledger.open(f"sqlite:///{home / 'ledger.sqlite'}")
    with open_warehouse(f"duckdb:///{home / 'warehouse'}").session([]) as session:
        raw.land(session)
        steering = Steering.at(home, ledger.decisions.in_force())
        reconcile(session, now=raw.now(), steering=steering)


def daybreak(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_a_decision_is_listed_with_who_took_it_holds_and_is_undone(home: Path) -> None:
    made = daybreak("decide", "merge", "c0000000001", "c0000000002", "--by", "Ada")
    assert made.output.startswith("1: merge c0000000001 c0000000002; about 3 records.")
    night(home)
    shown = orjson.loads(daybreak("customer", "c0000000002", "--json").output)
    assert shown["customer_id"] == "c0000000001"

    daybreak("decide", "undo", "1", "--by", "Bob")
    (listed,) = orjson.loads(daybreak("decide", "list", "--json").output)
    assert (listed["by"], listed["undone_by"], listed["number"]) == ("Ada", "Bob", 1)
    night(home)
    assert orjson.loads(daybreak("customer", "c0000000001", "--json").output)["fields"]
    assert "Ada" in daybreak("decide").output


def test_what_was_not_said_whole_is_refused() -> None:
    for words in (("merge", "c0000000001"), ("undo",), ("undo", "first")):
        assert isinstance(daybreak("decide", *words).exception, ConfigError)


def test_why_a_customer_is_one_is_told_with_weights_and_the_weakest_bridge() -> None:
    told = daybreak("customer", "ada@firm.example", "--why").output
    assert "c0000000001 is held together by 1 link." in told
    assert "The weakest bridge is shopify:1 to shopify:2: mail +" in told
    as_json = orjson.loads(daybreak("customer", "c0000000001", "--why", "--json").output)
    assert as_json["why"]["weakest"]["groups"]["mail"] > 0
    alone = daybreak("customer", "bob@x.example", "--why").output
    assert "is one record alone; nothing had to be decided." in alone


def test_a_review_asks_and_shows_what_to_answer(home: Path) -> None:
    assert "nothing is in doubt" in daybreak("decide", "review").output
    night(home, "Bill", "William")
    told = daybreak("decide", "review").output
    assert "1. Is c0000000003 two people?" in told
    assert "shopify:10 and shopify:11; 1 record, 0 orders would move." in told
    assert "yes: daybreak decide split c0000000003 shopify:11" in told
    assert "no:  daybreak decide merge shopify:10 shopify:11" in told
    (question,) = orjson.loads(daybreak("decide", "review", "--limit", "1", "--json").output)
    assert question["moves"]["record"] == "shopify:11"

    daybreak("decide", "merge", "shopify:10", "shopify:11")
    night(home, "Bill", "William")
    assert "nothing is in doubt" in daybreak("decide", "review").output


def test_a_customer_is_shown_as_they_were_on_a_past_day(home: Path) -> None:
    daybreak("decide", "merge", "c0000000001", "c0000000002")
    night(home, "Eve")
    then = daybreak("customer", "c0000000002", "--as-of", "2026-01-06").output
    assert "c0000000002 on 2026-01-06 23:59 UTC: 1 record" in then
    assert "shopify:3" in then
    (now,) = orjson.loads(
        daybreak("customer", "bob@x.example", "--as-of", "2026-01-07", "--json").output
    )
    assert (now["customer_id"], len(now["records"])) == ("c0000000001", 3)
    before = daybreak("customer", "c0000000001", "--as-of", "2025-12-31")
    assert "nobody was known as c0000000001 on 2025-12-31" in before.output
