-- stripe__subscription_items: one price of a subscription, brought to a month.
--
-- A month is a twelfth of a year of 52 weeks or 365 days. Metered prices say nothing in advance.
--
-- grain   source, subscription_id, subscription_item_id
-- by      subscription_id, subscription_item_id
-- reads   raw_stripe.subscription_items(subscription as subscription_id, id as subscription_item_id)
-- looks   currencies
-- into    subscription_items

with

items as (

    select
        subscription,
        id,
        price__id,
        coalesce(filled(price__nickname), filled(price__lookup_key), price__product) as plan,
        upper(price__currency) as currency,
        least(coalesce(quantity, 1), 1000000) as quantity,
        price__recurring__interval as period,
        greatest(coalesce(price__recurring__interval_count, 1), 1) as period_count,
        coalesce(price__recurring__usage_type, 'licensed') as usage_type,
        -- In hundredths of a minor unit: a price may be a fraction of a cent.
        coalesce(minor_units(price__unit_amount_decimal, 100), price__unit_amount * 100) as hundredths,
        current_period_end,
        deleted_at
    from raw_stripe.subscription_items

),

monthly as (

    select
        items.*,
        currencies.factor,
        currencies.stripe_factor,
        case period
            when 'day' then ratio(hundredths * quantity * 365, 1200 * period_count)
            when 'week' then ratio(hundredths * quantity * 52, 1200 * period_count)
            when 'month' then ratio(hundredths * quantity, 100 * period_count)
            when 'year' then ratio(hundredths * quantity, 1200 * period_count)
        end as amount
    from items
    left join currencies on currencies.currency = items.currency

)

select
    'stripe' as source,
    id as subscription_item_id,
    subscription as subscription_id,
    price__id as price_id,
    plan,
    currency,
    quantity,
    period,
    period_count,
    case
        when usage_type = 'licensed' then rescaled(amount, stripe_factor, factor) else 0
    end as monthly_minor,
    current_period_end as current_period_ends_at,
    deleted_at

from monthly
