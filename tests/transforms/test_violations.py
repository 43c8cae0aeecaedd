"""What breaks a rule is a row with an owner and an age, until the night it is mended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import ContractError
from core.warehouse import Session
from tests.transforms.raw import Raw
from tests.transforms.test_metrics import TODAY, ago, payer, subscription
from tests.transforms.told import one, reconciled, rows
from transforms import reconcile
from transforms.rates import ReportSettings
from transforms.violations import rules, waiting


def lead(raw: Raw, key: str, days: float, **more: Any) -> None:
    """A lead of Salesforce's that Ana looks after, last changed so many days ago."""
    told = {"email": f"{key}@lead.example", "owner_id": "005A", "created_date": ago(9), **more}
    raw.put("salesforce", "leads", id=key, system_modstamp=TODAY - timedelta(days=days), **told)


def deal(raw: Raw, key: str, changed: int, **more: Any) -> None:
    """An open deal of Zoho's that Ben looks after, with somebody, of an amount."""
    told = {"stage": "Proposal", "amount": 90.0, "contact_name__id": "z1", **more}
    owner = {"owner__id": "9", "owner__name": "Ben Berg"}
    times = {"created_time": ago(changed), "modified_time": ago(changed)}
    raw.put("zoho", "deals", id=key, currency="EUR", **{**told, **owner, **times})


def world() -> Raw:
    raw = Raw()
    raw.put("salesforce", "users", id="005A", name="Ana Arnold")
    lead(raw, "waits", 3)
    lead(raw, "fresh", 1)
    lead(raw, "planned", 3)
    lead(raw, "mute", 1, email="no address", phone="000000")
    lead(raw, "ancient", 300, created_date=ago(300))
    raw.put("salesforce", "tasks", id="t1", who_id="planned", created_date=ago(1), is_closed=False)
    raw.put("salesforce", "tasks", id="t2", activity_date=ago(3), is_closed=False)
    raw.put("salesforce", "tasks", id="t3", activity_date=ago(3), is_closed=True)
    raw.put("zoho", "contacts", id="z1", email="zed@zander.example", owner__id="9")
    raw.put("zoho", "contacts", id="z1", owner__name="Ben Berg")
    deal(raw, "moves", 3)
    deal(raw, "stands", 40)
    deal(raw, "won", 40, stage="Closed Won")
    deal(raw, "late", 3, closing_date=f"{ago(5):%Y-%m-%d}")
    deal(raw, "free", 3, amount=None)
    deal(raw, "alone", 3, contact_name__id=None)
    for key, days in (("soon", 330), ("later", 200)):
        payer(raw, key)
        subscription(raw, key, key, 9000, days)
        end = {"current_period_end": ago(days) + timedelta(days=365)}
        year = {"price__recurring__interval": "year", **end}
        raw.put("stripe", "subscription_items", subscription=key, id=f"i{key}", **year)
    ticket(raw, 1, "zed@zander.example", "closed", 20)
    ticket(raw, 2, "wim@wander.example", "open", 8)
    ticket(raw, 3, "wim@wander.example", "open", 2)
    raw.put("stripe", "customers", id="cus_z", email="zed@zander.example", name="Zed Zander")
    raw.put("zendesk", "users", id=5, name="Cyd Clark", role="agent")
    raw.put("stripe", "charges", id="ch", customer="cus_z", amount=500, currency="eur")
    raw.put("stripe", "refunds", id="re", charge="ch", amount=500, currency="eur")
    raw.put("stripe", "refunds", id="re", status="pending", created=ago(18))
    bill = {"customer": "cus_z", "currency": "eur", "total": 70, "amount_remaining": 70}
    raw.put("stripe", "invoices", id="due", status="open", due_date=ago(20), **bill)
    raw.put("stripe", "invoices", id="paid", status="paid", due_date=ago(20), **bill)
    return raw


def ticket(raw: Raw, key: int, mail: str, status: str, days: int) -> None:
    raw.put("zendesk", "users", id=10 + key, email=mail, name="Zed Zander", role="end-user")
    told = {"requester_id": 10 + key, "status": status, "assignee_id": 5}
    raw.put("zendesk", "tickets", id=key, created_at=ago(days + 1), updated_at=ago(days), **told)


@pytest.fixture(scope="module")
def town() -> Session:
    return reconciled(world())


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("people_unreachable", {"mute"}),
        ("leads_untouched", {"waits"}),
        ("deals_stuck", {"stands"}),
        ("deals_overdue", {"late"}),
        ("deals_without_amount", {"free"}),
        ("deals_of_nobody", {"alone"}),
        ("renewals_unprepared", {"soon"}),
        ("tickets_closed_refund_open", {"1"}),
        ("tickets_waiting", {"2"}),
        ("tasks_overdue", {"t2"}),
        ("invoices_overdue", {"due"}),
    ],
)
def test_each_rule_finds_what_breaks_it_and_nothing_else(
    town: Session, rule: str, broken: set[str]
) -> None:
    found = rows(town, "select item_id from open_violations where rule = ?", rule)
    assert {row["item_id"] for row in found} == broken


def test_every_rule_that_comes_along_is_told_above(town: Session) -> None:
    told = {row["rule"] for row in rows(town, "select rule from violations")}
    assert told == {model.name for model in rules()}


@pytest.mark.parametrize(
    ("rule", "owner", "name", "days"),
    [
        ("leads_untouched", "005A", "Ana Arnold", 3),
        ("deals_stuck", "9", "Ben Berg", 40),
        ("tickets_waiting", "5", "Cyd Clark", 8),
        # An invoice has no owner: its customer's contact has.
        ("invoices_overdue", "9", "Ben Berg", 20),
        ("renewals_unprepared", None, None, 55),
    ],
)
def test_what_breaks_a_rule_has_the_owner_its_system_names_and_an_age(
    town: Session, rule: str, owner: str | None, name: str | None, days: int
) -> None:
    found = one(town, "select * from open_violations where rule = ?", rule)
    assert (found["owner_id"], found["owner_name"], found["age_days"]) == (owner, name, days)


def test_owners_of_every_crm_and_help_desk_are_called_by_name(session: Session) -> None:
    raw, old = Raw(), ago(90)
    raw.put("hubspot", "owners", id="7", first_name="Hanna", last_name="Huber")
    raw.put("hubspot", "deals", id="h", properties__dealstage="new", properties__amount="5",
            properties__hubspot_owner_id="7", created_at=old, updated_at=old)  # fmt: skip
    raw.put("dynamics", "opportunities", opportunityid="d", estimatedvalue=5.0, statecode=0,
            _ownerid_value="8", _ownerid_value_label="Dora Duda", createdon=old,
            modifiedon=old)  # fmt: skip
    raw.put("freshdesk", "agents", id=9, contact__name="Fred Frey")
    raw.put("freshdesk", "tickets", id=1, status=2, responder_id=9, created_at=old, updated_at=old)
    raw.put("intercom", "admins", id="6", name="Inga Ilic")
    raw.put("intercom", "conversations", id="c", state="open", admin_assignee_id=6,
            created_at=old, updated_at=old)  # fmt: skip
    raw.land(session)
    reconcile(session, now=TODAY)
    found = session.query("select distinct source, owner_name from open_violations").to_pylist()
    assert {row["source"]: row["owner_name"] for row in found} == {
        "hubspot": "Hanna Huber",
        "dynamics": "Dora Duda",
        "freshdesk": "Fred Frey",
        "intercom": "Inga Ilic",
    }
    assert {w.owner for w in waiting(session) if w.is_named} == {
        "Hanna Huber", "Dora Duda", "Fred Frey", "Inga Ilic"
    }  # fmt: skip


def test_what_waits_is_counted_by_owner_for_the_brief(town: Session) -> None:
    told = {(w.rule, w.source, w.owner): w for w in waiting(town)}

    mine = told["leads_untouched", "salesforce", "Ana Arnold"]
    assert mine.about == "leads of the last 30 days that nobody has touched for 48 hours"
    assert (mine.is_named, mine.count, mine.new) == (True, 1, 1)
    assert told["renewals_unprepared", "stripe", ""].count == 1


def test_a_violation_opens_one_night_and_closes_on_the_night_it_is_mended(
    session: Session,
) -> None:
    raw = Raw()
    lead(raw, "waits", 3)
    raw.land(session)
    reconcile(session, now=TODAY)
    raw.version += 1
    lead(raw, "waits", 3, owner_id="005B")
    raw.land(session)
    reconcile(session, now=TODAY + timedelta(days=1))
    open_one = one(session, "select * from open_violations")
    assert (open_one["opened_at"], open_one["owner_id"]) == (TODAY, "005B")
    assert (open_one["since"], open_one["age_days"]) == (TODAY - timedelta(days=3), 4)

    raw.version += 1
    lead(raw, "waits", -2)
    raw.land(session)
    mended = TODAY + timedelta(days=2)
    reconcile(session, now=mended)

    assert rows(session, "select * from open_violations") == []
    kept = one(session, "select opened_at, closed_at from violations")
    assert kept == {"opened_at": TODAY, "closed_at": mended}


MINE = """\
-- {name}: leads from Narnia.
--
-- grain   {grain}
-- reads   source_records

select 'person' as fact, source, source_id as item_id, customer_id, created_at as since
from source_records
where lead_source = 'Narnia'
"""


def test_a_rule_of_ones_own_is_a_file_and_says_what_it_selects(tmp_path: Path) -> None:
    raw = Raw()
    lead(raw, "faun", 0, lead_source="Narnia")
    grain = "fact, source, item_id"
    (tmp_path / "narnia.sql").write_text(MINE.format(name="narnia", grain=grain))
    session = reconciled(Raw())
    raw.land(session)
    reconcile(session, now=raw.now(), report=ReportSettings(rules=tmp_path))
    assert one(session, "select rule, item_id from violations")["rule"] == "narnia"

    (tmp_path / "deals_stuck.sql").write_text(MINE.format(name="deals_stuck", grain=grain))
    with pytest.raises(ContractError, match="two rules are called deals_stuck"):
        rules(tmp_path)
    (tmp_path / "deals_stuck.sql").write_text(MINE.format(name="x", grain="source"))
    with pytest.raises(ContractError, match="a rule's grain is"):
        rules(tmp_path)
