-- chargebee__subscription_items: one price of a subscription, brought to a month.
--
-- A month is a twelfth of a year of 52 weeks or 365 days. One-time charges come once, and metered
-- items say nothing in advance.
--
-- grain   source, subscription_id, subscription_item_id
-- by      subscription_id, subscription_item_id
-- reads   raw_chargebee.subscription_items(subscription_id, item_price_id as subscription_item_id)
-- into    subscription_items

with

items as (

    select
        subscription_id,
        item_price_id,
        upper(currency_code) as currency,
        least(coalesce(quantity, 1), 1000000) as quantity,
        billing_period_unit as period,
        greatest(coalesce(billing_period, 1), 1) as period_count,
        coalesce(item_type, 'plan') in ('plan', 'addon') and metered_quantity is null as is_recurring,
        coalesce(
            amount,
            unit_price * greatest(
                least(coalesce(quantity, 1), 1000000) - least(coalesce(free_quantity, 0), 1000000), 0
            )
        ) as amount,
        current_term_end,
        deleted_at
    from raw_chargebee.subscription_items

),

monthly as (

    select
        items.*,
        case period
            when 'day' then ratio(amount * 365, 12 * period_count)
            when 'week' then ratio(amount * 52, 12 * period_count)
            when 'month' then ratio(amount, period_count)
            when 'year' then ratio(amount, 12 * period_count)
        end as monthly_amount
    from items

)

select
    'chargebee' as source,
    item_price_id as subscription_item_id,
    subscription_id,
    item_price_id as price_id,
    item_price_id as plan,
    currency,
    quantity,
    period,
    period_count,
    case when is_recurring then monthly_amount else 0 end as monthly_minor,
    current_term_end as current_period_ends_at,
    deleted_at

from monthly
