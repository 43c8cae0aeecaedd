"""Products, prices, subscriptions and their items in the shape of version 2026-10-28.endive."""

from sandbox.happenings import SubscriptionStarted
from sandbox.stripe.parts import Body, after, epoch, ident, listing


def product(name: str, created: int) -> Body:
    """Give the product that a plan of this name sells."""
    return {
        "id": ident("prod", name),
        "object": "product",
        "active": True,
        "created": created,
        "default_price": None,
        "description": None,
        "images": [],
        "livemode": True,
        "marketing_features": [],
        "metadata": {},
        "name": name,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": created,
        "url": None,
    }


def price(fact: SubscriptionStarted, created: int) -> Body:
    """Give the price of a plan: one for each amount, currency and interval."""
    terms = f"{fact.plan}:{fact.amount}:{fact.currency}:{fact.interval}"
    return {
        "id": ident("price", terms),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": fact.currency.lower(),
        "custom_unit_amount": None,
        "livemode": True,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": ident("prod", fact.plan),
        "recurring": {
            "interval": fact.interval,
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": fact.amount,
        "unit_amount_decimal": str(fact.amount),
    }


def plan(priced: Body) -> Body:
    """Give a price in the form of its forerunner, which items still carry."""
    return {
        "id": priced["id"],
        "object": "plan",
        "active": True,
        "amount": priced["unit_amount"],
        "amount_decimal": priced["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": priced["created"],
        "currency": priced["currency"],
        "interval": priced["recurring"]["interval"],
        "interval_count": 1,
        "livemode": True,
        "metadata": {},
        "meter": None,
        "nickname": None,
        "product": priced["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def item(fact: SubscriptionStarted, priced: Body) -> Body:
    """Give the one item of a subscription; the paid period lives here, not on its parent."""
    start = epoch(fact.at)
    end = epoch(fact.trial_until) if fact.trial_until else after(fact.at, fact.interval)
    return {
        "id": ident("si", fact.key),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": start,
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": {},
        "plan": plan(priced),
        "price": priced,
        "quantity": fact.quantity,
        "subscription": ident("sub", fact.key),
        "tax_rates": [],
    }


def subscription(fact: SubscriptionStarted, only: Body) -> Body:
    """Give a subscription of one item."""
    start = epoch(fact.at)
    trial_end = epoch(fact.trial_until) if fact.trial_until else None
    found = ident("sub", fact.key)
    return {
        "id": found,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": trial_end or start,
        "billing_cycle_anchor_config": None,
        "billing_mode": {"type": "classic"},
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": start,
        "currency": fact.currency.lower(),
        "customer": ident("cus", fact.payer),
        "days_until_due": None,
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": listing([only], f"/v1/subscription_items?subscription={found}"),
        "latest_invoice": None,
        "livemode": True,
        "metadata": {},
        "next_pending_invoice_item_invoice": None,
        "on_behalf_of": None,
        "pause_collection": None,
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": start,
        "status": "trialing" if fact.trial_until else fact.status,
        "test_clock": None,
        "transfer_data": None,
        "trial_end": trial_end,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": start if trial_end else None,
    }
