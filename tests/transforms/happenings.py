"""What may happen to raw rows between two nights, drawn at random or from a seed.

Few people, mailboxes and phones, so that records meet, part and meet again all the time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.transforms.raw import START, Raw

NAMES = ["Ada Lovelace", "Bob Lovelace", "A. Lovelace", "Ada", "Åda Lovelace", "", "Acme GmbH"]
EMAILS = [
    "ada@gmail.com",
    "A.da+shop@googlemail.com",
    "bob@firm.example",
    "info@firm.example",
    "test@test.com",
    "not an address",
    "till@shop.example",
    "",
    None,
]
PHONES = ["+44 20 7946 0018", "020 7946 0018", "000000", None, "+49 30 901820"]
SAID = ["I am very angry.", "Thank you, that was great!", "Wo bleibt mein Paket?", "", None]
CURRENCIES = ["EUR", "JPY", "KWD", None]
IDS = ["1", "2", "3", "4"]
Happening = Callable[[Raw, Random], None]


def _when(dice: Random) -> datetime:
    return START - timedelta(days=dice.randrange(300))


def _amount(dice: Random) -> str | None:
    return dice.choice(["12.50", "0", "1000", "3.005", "n/a", None])


def shopper(raw: Raw, dice: Random) -> None:
    first, _, last = dice.choice(NAMES).partition(" ")
    raw.put(
        "shopify",
        "customers",
        id=dice.choice(IDS),
        first_name=first,
        last_name=last,
        default_email_address__email_address=dice.choice(EMAILS),
        default_phone_number__phone_number=dice.choice(PHONES),
        default_address__country_code=dice.choice(["GB", None]),
        default_address__city=dice.choice(["London", "", None]),
        default_email_address__marketing_state=dice.choice(["SUBSCRIBED", "UNSUBSCRIBED", None]),
        default_email_address__marketing_updated_at=_when(dice),
        default_phone_number__marketing_state=dice.choice(["SUBSCRIBED", "NOT_SUBSCRIBED"]),
        created_at=_when(dice),
        updated_at=_when(dice),
    )


def order(raw: Raw, dice: Random) -> None:
    name = dice.choice(IDS)
    raw.put(
        "shopify",
        "orders",
        id=f"o{name}",
        name=f"#{name}",
        customer_id=dice.choice([*IDS, None, None]),
        email=dice.choice(EMAILS),
        billing_address__name=dice.choice(NAMES),
        currency_code=dice.choice(CURRENCIES),
        total_price_set__shop_money__amount=_amount(dice),
        test=dice.random() < 0.1,
        cancelled_at=dice.choice([None, None, _when(dice)]),
        created_at=_when(dice),
        updated_at=_when(dice),
    )


def line(raw: Raw, dice: Random) -> None:
    raw.put(
        "shopify",
        "order_lines",
        id=f"l{dice.choice(IDS)}",
        order_id=f"o{dice.choice(IDS)}",
        title="Tea",
        quantity=dice.randrange(1, 4),
        currency_code=dice.choice(CURRENCIES),
        original_total_set__shop_money__amount=_amount(dice),
    )


def refund(raw: Raw, dice: Random) -> None:
    raw.put(
        "shopify",
        "refunds",
        id=f"r{dice.choice(IDS)}",
        order_id=f"o{dice.choice(IDS)}",
        amount=_amount(dice),
        currency=dice.choice(CURRENCIES),
        created_at=_when(dice),
    )


def payer(raw: Raw, dice: Random) -> None:
    raw.put(
        "stripe",
        "customers",
        id=f"cus_{dice.choice(IDS)}",
        name=dice.choice(NAMES),
        email=dice.choice(EMAILS),
        phone=dice.choice(PHONES),
        metadata__shopify_customer_id=dice.choice([*IDS, None, None, None]),
        created=_when(dice),
    )


def charge(raw: Raw, dice: Random) -> None:
    name = dice.choice(IDS)
    raw.put(
        "stripe",
        "charges",
        id=f"ch_{name}",
        customer=dice.choice([f"cus_{name}", None]),
        billing_details__email=dice.choice(EMAILS),
        billing_details__name=dice.choice(NAMES),
        amount=dice.randrange(5000),
        amount_refunded=0,
        currency=(dice.choice(CURRENCIES) or "eur").lower(),
        status=dice.choice(["succeeded", "failed"]),
        created=_when(dice),
    )
    raw.put(
        "stripe",
        "refunds",
        id=f"re_{dice.choice(IDS)}",
        charge=f"ch_{dice.choice(IDS)}",
        amount=dice.randrange(100),
        currency="eur",
        status="succeeded",
        created=_when(dice),
    )


def subscription(raw: Raw, dice: Random) -> None:
    name = dice.choice(IDS)
    raw.put(
        "stripe",
        "subscriptions",
        id=f"sub_{name}",
        customer=f"cus_{dice.choice(IDS)}",
        status=dice.choice(["active", "canceled", "trialing"]),
        start_date=_when(dice),
    )
    raw.put(
        "stripe",
        "subscription_items",
        subscription=f"sub_{name}",
        id=f"si_{dice.choice(IDS)}",
        quantity=dice.randrange(1, 4),
        price__unit_amount=dice.randrange(5000),
        price__currency="eur",
        price__nickname=dice.choice(["Pro", "Team"]),
        price__recurring__interval=dice.choice(["day", "week", "month", "year"]),
        price__recurring__interval_count=dice.choice([1, 3]),
    )


def requester(raw: Raw, dice: Random) -> None:
    raw.put(
        "zendesk",
        "users",
        id=int(dice.choice(IDS)),
        name=dice.choice(NAMES),
        email=dice.choice(EMAILS),
        phone=dice.choice(PHONES),
        external_id=dice.choice([*IDS, None, None, "cus_1"]),
        role=dice.choice(["end-user", "end-user", "end-user", "agent"]),
        created_at=_when(dice),
        updated_at=_when(dice),
    )


def ticket(raw: Raw, dice: Random) -> None:
    raw.put(
        "zendesk",
        "tickets",
        id=int(dice.choice(IDS)),
        requester_id=dice.choice([1, 2, 3, None]),
        subject="Help",
        description=dice.choice(SAID),
        submitter_id=dice.choice([1, None]),
        status=dice.choice(["open", "solved"]),
        created_at=_when(dice),
        updated_at=_when(dice),
    )
    raw.put(
        "zendesk",
        "satisfaction_ratings",
        id=int(dice.choice(IDS)),
        ticket_id=int(dice.choice(IDS)),
        requester_id=dice.choice([1, 2, 3]),
        score=dice.choice(["good", "bad", "offered"]),
        created_at=_when(dice),
    )


def answer(raw: Raw, dice: Random) -> None:
    """Something is said on a ticket, or a clock of it stops."""
    raw.put(
        "zendesk",
        "ticket_metric_events",
        id=int(dice.choice(IDS)),
        ticket_id=int(dice.choice(IDS)),
        instance_id=dice.choice([1, 2]),
        metric=dice.choice(["reply_time", "requester_wait_time"]),
        type=dice.choice(["activate", "fulfill"]),
        time=_when(dice),
    )
    raw.put(
        "intercom",
        "conversations",
        id=dice.choice(IDS),
        contact_id=dice.choice(IDS),
        state=dice.choice(["open", "closed"]),
        source__delivered_as=dice.choice(["customer_initiated", "admin_initiated"]),
        source__body=dice.choice(SAID),
        conversation_rating__rating=dice.choice([1, 5, None]),
        created_at=_when(dice),
    )
    raw.put(
        "intercom",
        "conversation_parts",
        id=f"p{dice.choice(IDS)}",
        conversation_id=dice.choice(IDS),
        part_type=dice.choice(["comment", "note", "close"]),
        body=dice.choice(SAID),
        author__type=dice.choice(["user", "admin", "bot"]),
        created_at=_when(dice),
    )


def follow_up(raw: Raw, dice: Random) -> None:
    """Somebody of ours does something about somebody, or about a deal."""
    raw.put(
        "zoho",
        "deals",
        id=f"d{dice.choice(IDS)}",
        stage=dice.choice(["Open", "Talking", "Closed Won"]),
        created_time=_when(dice),
    )
    raw.put(
        "zoho",
        "tasks",
        id=dice.choice(IDS),
        who_id__id=dice.choice([*IDS, None]),
        what_id__id=dice.choice(["d1", "d2", None]),
        status=dice.choice(["Completed", "Open", None]),
        created_time=_when(dice),
    )
    raw.put("zoho", "contacts", id=dice.choice(IDS), email=dice.choice(EMAILS))


def contact(raw: Raw, dice: Random) -> None:
    first, _, last = dice.choice(NAMES).partition(" ")
    raw.put(
        "hubspot",
        "contacts",
        id=dice.choice(IDS),
        properties__firstname=first,
        properties__lastname=last,
        properties__email=dice.choice(EMAILS),
        properties__hs_additional_emails=dice.choice([None, "bob@firm.example;ada@gmail.com"]),
        properties__phone=dice.choice(PHONES),
        properties__country=dice.choice(["United Kingdom", "Narnia", None]),
        properties__shopify_customer_id=dice.choice([*IDS, None, None]),
        properties__hs_email_optout=dice.choice(["true", None]),
        properties__hs_legal_basis=dice.choice(["Legitimate interest", None]),
        properties__lead_source=dice.choice(["Web", "Narnia", None]),
        properties__date_of_birth=dice.choice(["14.03.1985", "4/3/1985", "2031-01-01", "?", None]),
        properties__jobtitle=dice.choice(["Head of Sales", "Intern", None]),
        created_at=_when(dice),
        updated_at=_when(dice),
    )


def deal(raw: Raw, dice: Random) -> None:
    name = dice.choice(IDS)
    raw.put(
        "hubspot",
        "deals",
        id=name,
        properties__dealname="Sale",
        properties__amount=_amount(dice),
        properties__dealstage=dice.choice(["closedwon", "open"]),
        properties__closedate=dice.choice(["2025-06-01T00:00:00Z", "soon", None]),
        created_at=_when(dice),
    )
    raw.put(
        "hubspot",
        "stage_history",
        id=f"s{dice.choice(IDS)}",
        deal_id=dice.choice(IDS),
        stage=dice.choice(["closedwon", "open", None]),
        entered_at=dice.choice([_when(dice), None]),
    )
    raw.put(
        "hubspot",
        "associations",
        from_type="deals",
        from_id=dice.choice(IDS),
        to_type="contacts",
        to_id=dice.choice(IDS),
    )


def lead(raw: Raw, dice: Random) -> None:
    """A lead, somebody who looks after it, and perhaps something they are to do."""
    name, owner = f"lead{dice.choice(IDS)}", f"u{dice.choice(IDS)}"
    raw.put(
        "salesforce",
        "leads",
        id=name,
        last_name=dice.choice(NAMES),
        email=dice.choice(EMAILS),
        phone=dice.choice(PHONES),
        owner_id=dice.choice([owner, None]),
        lead_source=dice.choice(["Web", "Narnia", None]),
        created_date=START - timedelta(days=dice.randrange(40)),
        system_modstamp=START - timedelta(days=dice.randrange(9)),
    )
    raw.put("salesforce", "users", id=owner, name=dice.choice(NAMES))
    raw.put(
        "salesforce",
        "tasks",
        id=dice.choice(IDS),
        who_id=dice.choice([name, None]),
        is_closed=dice.random() < 0.5,
        activity_date=dice.choice([_when(dice), None]),
        created_date=_when(dice),
    )


def mail(raw: Raw, dice: Random) -> None:
    raw.put(
        "hubspot",
        "email_events",
        id=f"e{dice.choice(IDS)}",
        recipient=dice.choice(EMAILS),
        type=dice.choice(["OPEN", "SENT", "BOUNCE", "STATUSCHANGE"]),
        created=_when(dice),
    )


def visit(raw: Raw, dice: Random) -> None:
    who = dice.choice(IDS)
    raw.put("events", "people", id=who, user_id=who, email=dice.choice(EMAILS))
    raw.put(
        "events",
        "events",
        message_id=f"m{dice.randrange(9)}",
        type=dice.choice(["page", "track", "identify"]),
        user_id=dice.choice([*IDS, None]),
        event=dice.choice(["exported", "", None]),
        properties__path=dice.choice(["/pricing", "/"]),
        timestamp=START + timedelta(minutes=dice.randrange(90)),
    )


def vanish(raw: Raw, dice: Random) -> None:
    """Something is deleted, perhaps because it was merged into its like."""
    tables = sorted(raw.rows)
    if tables:
        source, table = dice.choice(tables)
        key = dice.choice(sorted(raw.rows[source, table]))
        into = dice.choice([None, dice.choice(IDS)]) if table == "contacts" else None
        raw.gone(source, table, *key, merged_into=into)


def return_(raw: Raw, dice: Random) -> None:
    """Something deleted is there again."""
    tables = sorted(raw.rows)
    if tables:
        source, table = dice.choice(tables)
        raw.back(source, table, *dice.choice(sorted(raw.rows[source, table])))


ALL: tuple[Happening, ...] = (
    shopper, order, line, refund, payer, charge, subscription, requester, ticket, contact, deal,
    lead, answer, follow_up, mail, visit, vanish, vanish, vanish, return_, return_,
)  # fmt: skip


def night(raw: Raw, dice: Random, count: int) -> None:
    """Let ``count`` things happen, and one more pull be over."""
    raw.version += 1
    for _ in range(count):
        dice.choice(ALL)(raw, dice)


def record(raw: Raw) -> dict[str, Any]:
    """Return what there is, for a failing test to show."""
    return {f"{source}.{table}": list(rows) for (source, table), rows in raw.rows.items()}
