"""Every rule of a score holds for somebody and says so; customers enter segments and leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import ContractError
from core.warehouse import Session
from tests.transforms.conftest import embedded
from tests.transforms.raw import Raw
from tests.transforms.test_metrics import TODAY, ago, payer, shopper, subscription
from tests.transforms.told import one, reconciled, rows
from transforms import reconcile
from transforms.rates import ReportSettings
from transforms.scores import Score, model, scores
from transforms.segments import segments

RULES = [(name, rule) for name, score in scores().items() for rule in score.rules]


def contact(raw: Raw, name: str, **more: Any) -> None:
    given = {"properties__email": f"{name}@home.example", "updated_at": ago(900)}
    names = {"properties__firstname": name, "properties__lastname": "Byron"}
    raw.put("hubspot", "contacts", id=name, **{**given, **names, **more})


def mail(raw: Raw, name: str, what: str, days: int) -> None:
    key, to = f"{name}{what}{days}", f"{name}@home.example"
    raw.put("hubspot", "email_events", id=key, recipient=to, type=what, created=ago(days))


def ask(raw: Raw, name: str, *statuses: str) -> None:
    number = sum(map(ord, name)) * 10
    who = {"name": f"{name} Byron", "email": f"{name}@home.example"}
    raw.put("zendesk", "users", id=number, created_at=ago(900), **who)
    for place, status in enumerate(statuses):
        key = number + place
        raw.put("zendesk", "tickets", id=key, requester_id=number, status=status)


def visit(raw: Raw, name: str, days: int, feature: str | None = None) -> None:
    raw.put("events", "people", id=name, user_id=name, email=f"{name}@home.example")
    what = {"type": "track" if feature else "page", "event": feature, "user_id": name}
    raw.put("events", "events", message_id=f"{name}{days}", timestamp=ago(days), **what)


@pytest.fixture(scope="module")
def town() -> Session:
    raw = Raw()
    shopper(raw, "best", *range(1, 90, 20), total="150.00")
    mail(raw, "best", "OPEN", 5)
    shopper(raw, "late", 60, 70, 80)
    shopper(raw, "lost", 400)
    contact(raw, "lost", properties__hs_email_optout="true")
    ask(raw, "lost", "open", "open", "open")
    rating = {"requester_id": sum(map(ord, "lost")) * 10, "score": "bad", "created_at": ago(9)}
    raw.put("zendesk", "satisfaction_ratings", id=1, ticket_id=1, **rating)
    plans: list[tuple[str, str, dict[str, Any]]] = [
        ("payer", "active", {}),
        ("ending", "active", {"cancel_at_period_end": True}),
        ("ended", "canceled", {"ended_at": ago(30)}),
    ]
    for name, status, more in plans:
        payer(raw, name)
        subscription(raw, name, name, 900, 300, status=status, **more)
    failed = {"customer": "ended", "amount": 900, "currency": "eur", "status": "failed"}
    raw.put("stripe", "charges", id="f", created=ago(31), **failed)
    ask(raw, "payer", "solved")
    angry = sum(map(ord, "lost")) * 10
    said = {"description": "This is terrible. I am very angry.", "created_at": ago(9)}
    raw.put("zendesk", "tickets", id=angry, submitter_id=angry, **said)
    raw.put("zendesk", "satisfaction_ratings", id=1, ticket_id=angry)
    reply = {"metric": "reply_time", "instance_id": 1, "type": "fulfill", "time": ago(6)}
    raw.put("zendesk", "ticket_metric_events", id=1, ticket_id=angry, **reply)
    for days in range(1, 9):
        visit(raw, "best", days, ("exported", "invited", "searched")[days % 3])
    visit(raw, "ended", 40, "exported")
    for days in range(2, 5):
        visit(raw, "chief", days)
    contact(raw, "chief", properties__jobtitle="CEO", properties__company="Acme")
    contact(raw, "chief", properties__lead_source="Partner Referral")
    contact(raw, "chief", properties__phone="+442079460018")
    mail(raw, "chief", "CLICK", 5)
    raw.put("hubspot", "deals", id="d", properties__dealstage="open", created_at=ago(5))
    raw.put(
        "hubspot", "associations", from_type="deals", from_id="d", to_type="contacts", to_id="chief"
    )
    raw.put("events", "people", id="v", user_id="v", email="chief@home.example", name="chief Byron")
    for number, minute in enumerate((0, 3)):
        at = ago(1).replace(minute=minute)
        page = {"type": "page", "user_id": "v", "properties__path": "/pricing", "timestamp": at}
        raw.put("events", "events", message_id=f"m{number}", **page)
    bought_list = {"properties__lead_source": "Purchased List", "properties__email": None}
    contact(raw, "intern", properties__jobtitle="Marketing Intern", **bought_list)
    out = {"properties__hs_email_optout": "true", "properties__lead_source": "Cold Call"}
    contact(raw, "manager", properties__jobtitle="Office Manager", **out)
    session = embedded()
    raw.land(session)
    reconcile(session, now=raw.now())
    raw.version += 1
    ask(raw, "payer", "open")
    raw.land(session)
    reconcile(session, now=raw.now())
    return session


def score(town: Session, name: str) -> tuple[int, str]:
    sql = (
        "select points, reasons from customer_scores as s inner join customers as c"
        " on c.customer_id = s.customer_id where c.full_name = ?"
    )
    row = one(town, sql, f"{name} Byron")
    return row["points"], row["reasons"]


@pytest.mark.parametrize(("name", "rule"), RULES, ids=[rule.because for _, rule in RULES])
def test_each_rule_holds_for_somebody_and_says_so(town: Session, name: str, rule: Any) -> None:
    told = rows(town, "select reasons from customer_scores where score = ?", name)
    words = f"{rule.points:+d} {rule.because}"
    assert any(words in r["reasons"].split("; ") for r in told)


def test_points_and_reasons_agree(town: Session) -> None:
    assert score(town, "manager") == (15, "+10 manages people; -15 wants no mails")
    assert score(town, "ending")[0] == 50 - 25
    for row in rows(town, "select * from customer_scores"):
        given = [int(reason.split()[0]) for reason in row["reasons"].split("; ") if reason]
        start = scores()[row["score"]].start
        assert row["points"] == max(0, min(100, start + sum(given)))


def test_interns_of_bought_lists_are_no_leads_and_chiefs_who_read_prices_are(town: Session) -> None:
    assert score(town, "intern")[0] == 0
    assert score(town, "chief")[0] == 100


def test_every_customer_has_one_score_and_a_lead_another_than_a_buyer(town: Session) -> None:
    told = rows(
        town,
        "select st.stage = 'lead' as is_lead, s.score from customer_stages as st"
        " left join customer_scores as s on s.customer_id = st.customer_id",
    )
    assert {(r["is_lead"], r["score"]) for r in told} == {(True, "lead"), (False, "health")}
    assert len(told) == len(rows(town, "select customer_id from customers"))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("health: [", "scores.yaml"),
        ("health: {about: x, for: 'true', start: 5, rules: []}", "rules"),
        ("health: {about: x, for: 'now() > today', start: 5, rules: [{}]}", "when"),
    ],
)
def test_a_file_of_rules_that_is_wrong_says_where(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "scores.yaml"
    path.write_text(text)
    with pytest.raises(ContractError, match=wrong):
        model(path)


def test_a_rule_may_not_ask_the_clock(tmp_path: Path) -> None:
    path = tmp_path / "scores.yaml"
    rule = "{when: last_purchase_at < now(), points: 1, because: y}"
    path.write_text(f"health: {{about: x, for: 'true', start: 5, rules: [{rule}]}}")
    with pytest.raises(ContractError, match="must give the same answer tomorrow"):
        model(path)
    assert Score.model_fields["start"].is_required()


BOUGHT_AND_DID_NOT_OPEN = """\
-- no_education: bought a mug within half a year and opened no mail of the educational series.
--
-- grain   customer_id
-- reads   order_lines, campaign_events, reconciled

select distinct lines.customer_id
from order_lines as lines
cross join reconciled
where
    lines.title = 'Mug'
    and lines.deleted_at is null
    and lines.placed_at > reconciled.reconciled_at - interval '6' month
    and not exists (
        select 1
        from campaign_events as events
        where
            events.customer_id = lines.customer_id
            and events.campaign_name = 'Education'
            and events.event_type = 'opened'
    )
"""


def bought(raw: Raw, name: str, days: int, title: str, state: str = "SUBSCRIBED") -> None:
    shopper(raw, name, days)
    raw.put("shopify", "customers", id=name, default_email_address__marketing_state=state)
    raw.put("shopify", "order_lines", id=f"l{name}", order_id=f"{name}{days}", title=title)


def test_who_bought_a_mug_and_did_not_open_the_series(session: Session, tmp_path: Path) -> None:
    (tmp_path / "no_education.sql").write_text(BOUGHT_AND_DID_NOT_OPEN)
    report, raw = ReportSettings(segments=tmp_path), Raw()
    bought(raw, "ada", 30, "Mug")
    bought(raw, "bob", 30, "Lamp")
    bought(raw, "cyd", 300, "Mug")
    bought(raw, "dan", 30, "Mug", "UNSUBSCRIBED")
    bought(raw, "eve", 30, "Mug")
    opened = {"recipient": "eve@home.example", "type": "OPEN", "subject": "Education"}
    raw.put("hubspot", "email_events", id="e", created=ago(3), **opened)
    raw.land(session)
    reconcile(session, now=TODAY, report=report)
    assert people(session, "segment_members") == ["ada", "dan"]
    assert people(session, "segment_audience") == ["ada"]

    opened["recipient"] = "ada@home.example"
    raw.version += 1
    raw.put("hubspot", "email_events", id="f", created=ago(0), **opened)
    raw.land(session)
    reconcile(session, now=raw.now(), report=report)
    left = one(session, "select * from segment_members where left_at is not null")
    assert (left["entered_at"], left["left_at"]) == (TODAY, raw.now())
    assert people(session, "segment_members") == ["ada", "dan"]

    reconcile(session, now=raw.now(), report=ReportSettings())
    mine = "segment = 'no_education' and left_at is null"
    assert rows(session, f"select * from segment_members where {mine}") == []


def people(session: Session, table: str) -> list[str]:
    sql = (
        f"select distinct c.first_name as name from {table} as t inner join customers as c"
        " on c.customer_id = t.customer_id where t.segment = 'no_education' order by 1"
    )
    return [row["name"] for row in rows(session, sql)]


def test_a_segment_selects_customers_and_has_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "best_customers.sql").write_text(BOUGHT_AND_DID_NOT_OPEN)
    with pytest.raises(ContractError, match="two segments are called best_customers"):
        segments(tmp_path)
    odd = (
        "-- odd: of orders.\n--\n-- grain order_id\n-- reads orders\n\nselect order_id from orders"
    )
    (tmp_path / "best_customers.sql").write_text(odd)
    with pytest.raises(ContractError, match="grain is customer_id"):
        segments(tmp_path)


def test_the_segments_that_come_along_have_the_people_they_name() -> None:
    raw = Raw()
    shopper(raw, "best", *range(1, 170, 20), total="150.00")
    shopper(raw, "slow", 200, 260)
    shopper(raw, "deaf", 10)
    mail(raw, "deaf", "SENT", 20)
    contact(raw, "hot", properties__jobtitle="CEO", properties__company="Acme")
    contact(raw, "hot", properties__phone="+442079460018")
    session = reconciled(raw)
    sql = (
        "select t.segment, c.first_name as name from segment_members as t"
        " inner join customers as c on c.customer_id = t.customer_id order by 1"
    )
    assert [(r["segment"], r["name"]) for r in rows(session, sql)] == [
        ("best_customers", "best"),
        ("hot_leads", "hot"),
        ("slipping_away", "slow"),
        ("unopened", "deaf"),
    ]
    figures = {r["segment"]: r for r in rows(session, "select * from segment_figures")}
    assert figures["best_customers"]["lifetime_value_minor"] == 9 * 15_000
    assert figures["best_customers"]["mailable_count"] == 0
