"""Many customers and ten facts each, spread over six systems as a merchant has them.

Customer ``k`` is known everywhere by the address p<k>. Facts fall on customers unevenly: half of
them on everybody in turn, half on one customer in ten. Row ``i`` of every table is of a customer
whose number ends like its own, so that one row in a hundred is one customer in a hundred.
"""

from __future__ import annotations

from benchmarks.raw import Rows

BEGUN = "timestamptz '2021-01-01 00:00:00+00'"
SPAN_MINUTES = 5 * 365 * 24 * 60
STEP = 7919
"""A prime: neighbours in number are far from each other in time, as ids and dates go in life."""


def crowd(customers: int) -> dict[str, Rows]:
    """Return what every raw table holds.

    Args:
        customers: How many; a multiple of 10,000, for each system knows a share of them.
    """
    n = customers
    return _people(n) | _shop(n) | _billing(n) | _support(n) | _marketing(n)


def facts(rows: dict[str, Rows]) -> int:
    """Return how many of these rows are facts: neither people nor products."""
    people = ("customers", "users", "contacts", "profiles", "people", "products")
    return sum(held.count for key, held in rows.items() if key.split(".")[1] not in people)


def _people(n: int) -> dict[str, Rows]:
    name = "'Given' || (i % 997) as first_name, 'Family' || (i % 7919) as last_name"
    mail = "'p' || i || '@shop.example'"
    seen = f"{_at(0)} as created_at, {_at(1)} as updated_at"
    return {
        "shopify.customers": Rows(
            n,
            f"{name}, {mail} as default_email_address__email_address,"
            " case when i // 100 % 2 = 0 then '+1415' || lpad((i + 2000000)::text, 7, '0') end as"
            " default_phone_number__phone_number,"
            " 'City ' || (i % 499) as default_address__city, i || ' Main St' as"
            " default_address__address1, 'US' as default_address__country_code, 'SUBSCRIBED' as"
            f" default_email_address__marketing_state, {seen}",
            "default_address__city = 'Elsewhere', updated_at = updated_at + to_hours(1)",
        ),
        "stripe.customers": Rows(
            n * 3 // 10,
            f"'Given' || (i % 997) || ' Family' || (i % 7919) as name, {mail} as email,"
            f" {_at(0)} as created",
            "phone = '+49302' || lpad(_hash::text, 7, '0')",
        ),
        "zendesk.users": Rows(
            n // 5,
            f"'Given' || (i % 997) || ' Family' || (i % 7919) as name, {mail} as email,"
            f" 'end-user' as role, {seen}",
            "locale = 'de', updated_at = updated_at + to_hours(1)",
        ),
        "hubspot.contacts": Rows(
            n // 5,
            "'Given' || (i % 997) as properties__firstname, 'Family' || (i % 7919) as"
            f" properties__lastname, {mail} as properties__email, 'Firm ' || (i % 5003) as"
            f" properties__company, 'Buyer' as properties__jobtitle, {seen}",
            "properties__jobtitle = 'Head of Tea', updated_at = updated_at + to_hours(1)",
        ),
        "klaviyo.profiles": Rows(
            n * 2 // 5,
            f"{name}, {mail} as email, 'SUBSCRIBED' as"
            f" subscriptions__email__marketing__consent, {_at(0)} as created, {_at(1)} as updated",
            "title = 'Dr', updated = updated + to_hours(1)",
        ),
        "events.people": Rows(
            n * 2 // 5,
            f"i::text as user_id, {name}, {mail} as email, {_at(0)} as first_seen_at,"
            f" {_at(1)} as updated_at",
            "city = 'Elsewhere', updated_at = updated_at + to_hours(1)",
        ),
    }


def _shop(n: int) -> dict[str, Rows]:
    money = "(i % 500 + 10)::text || '.90'"
    return {
        "shopify.products": Rows(
            5_000, f"'Tea ' || i as title, 'Tea' as product_type, {_at(0)} as created_at", ""
        ),
        "shopify.orders": Rows(
            n * 2,
            f"'#' || i as name, {_who(n)}::text as customer_id, 'EUR' as currency_code,"
            f" {money} as total_price_set__shop_money__amount, 'PAID' as display_financial_status,"
            f" 'web' as source_name, {_at()} as created_at, {_at()} as processed_at,"
            f" {_at()} as updated_at",
            "display_fulfillment_status = 'FULFILLED', updated_at = updated_at + to_hours(1)",
        ),
        "shopify.order_lines": Rows(
            n * 25 // 10,
            f"(i % {n * 2})::text as order_id, (i % 5000)::text as product_id, 'Tea' as title,"
            " 1 as quantity, 'EUR' as currency_code,"
            f" {money} as original_total_set__shop_money__amount",
            "quantity = 2",
        ),
        "shopify.refunds": Rows(
            n // 10,
            f"(i * 20 // 100 * 100 + i % 100)::text as order_id, '5.00' as amount,"
            f" 'EUR' as currency, 'damaged' as note, {_at()} as created_at",
            "amount = '6.00'",
        ),
    }


def _billing(n: int) -> dict[str, Rows]:
    payers, subscriptions = n * 3 // 10, n // 10
    return {
        "stripe.charges": Rows(
            n * 12 // 10,
            f"{_who(payers)}::text as customer, (i % 500 + 10) * 100 + 90 as amount, 'eur' as"
            " currency, case when i % 20 = 0 then 'failed' else 'succeeded' end as status,"
            f" case when i < {payers} and i // 100 % 2 = 0 then i::text end as metadata__order_id,"
            f" 'card' as payment_method_details__type, {_at()} as created",
            "amount_refunded = 100",
        ),
        "stripe.refunds": Rows(
            n // 20,
            "(i * 20 // 100 * 100 + i % 100)::text as charge, 100 as amount, 'eur' as currency,"
            f" 'succeeded' as status, 'requested_by_customer' as reason, {_at()} as created",
            "amount = 200",
        ),
        "stripe.subscriptions": Rows(
            subscriptions,
            f"{_who(payers)}::text as customer, 'active' as status, {_at()} as start_date,"
            f" {_at()} as created",
            "cancel_at_period_end = true",
        ),
        "stripe.subscription_items": Rows(
            subscriptions,
            "i::text as subscription, 'price' || (i % 20) as price__id, 'Box' as price__nickname,"
            " 'eur' as price__currency, 1500 + i % 20 as price__unit_amount, 1 as quantity,"
            f" 'month' as price__recurring__interval, {_at()} as created",
            "quantity = 2",
        ),
        "stripe.invoices": Rows(
            n * 3 // 10,
            f"{_who(payers)}::text as customer, 'paid' as status, 1500 as total,"
            " 1500 as amount_paid, 0 as amount_remaining, 'eur' as currency,"
            f" (i % {subscriptions})::text as parent__subscription_details__subscription,"
            f" {_at()} as created",
            "amount_paid = 1400",
        ),
    }


def _support(n: int) -> dict[str, Rows]:
    tickets, askers = n // 2, n // 5
    return {
        "zendesk.tickets": Rows(
            tickets,
            f"{_who(askers)} as requester_id, 'Where is it' as subject,"
            " case when i % 50 = 0 then 'open' else 'closed' end as status,"
            f" 'email' as via__channel, {_at()} as created_at, {_at()} as updated_at",
            "status = 'solved', updated_at = updated_at + to_hours(1)",
        ),
        "zendesk.ticket_metric_events": Rows(
            tickets * 2,
            f"i % {tickets} as ticket_id, case when i < {tickets} then 'reply_time' else"
            f" 'resolution_time' end as metric, 'fulfill' as type, 1 as instance_id,"
            f" {_at(2)} as time",
            "time = time + to_hours(1)",
        ),
        "zendesk.satisfaction_ratings": Rows(
            n // 10,
            f"i as ticket_id, {_who(askers)} as requester_id, case when i % 7 = 0 then 'bad' else"
            f" 'good' end as score, {_at()} as created_at",
            "score = 'bad'",
        ),
    }


def _marketing(n: int) -> dict[str, Rows]:
    known, deals = n * 2 // 5, n // 10
    metrics = "['Received Email', 'Opened Email', 'Clicked Email'][i // 100 % 3 + 1]"
    return {
        "klaviyo.events": Rows(
            n * 15 // 10,
            f"{_who(known)}::text as profile_id, {metrics} as metric_name, 'm' || (i % 300) as"
            f" message_id, 'Tea no. ' || (i % 300) as subject, {_at()} as datetime",
            "subject = 'Another'",
        ),
        "hubspot.deals": Rows(
            deals,
            "'Deal ' || i as properties__dealname, 'default' as properties__pipeline,"
            " case when i % 3 = 0 then 'closedwon' else 'appointmentscheduled' end as"
            " properties__dealstage, 'EUR' as properties__deal_currency_code,"
            f" '990.00' as properties__amount, {_at()} as created_at, {_at()} as updated_at",
            "properties__amount = '1990.00'",
        ),
        "hubspot.associations": Rows(
            deals,
            f"'deals' as from_type, i::text as from_id, 'contacts' as to_type,"
            f" {_who(n // 5)}::text as to_id",
            "",
        ),
        "events.events": Rows(
            n * 6 // 10,
            f"i as message_id, 'page' as type, {_who(n * 2 // 5)}::text as user_id,"
            f" '/tea/' || (i % 40) as properties__path, 'Tea' as name, {_at()} as timestamp",
            "properties__path = '/pricing'",
        ),
    }


def _who(known: int) -> str:
    """Return the number of a row's customer, of the first ``known``."""
    few = max(known // 10, 100)
    return f"(case when i // 100 % 2 = 0 then i % {known} else i % {few} end)"


def _at(turn: int = 0) -> str:
    return f"{BEGUN} + to_minutes((i * {STEP} + {turn} * 60) % {SPAN_MINUTES})"
