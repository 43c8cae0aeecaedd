-- customer_consents: what a customer allows us on one channel, and what says so.
--
-- The most restrictive answer across all systems wins: opted_out, suppressed (cannot be reached),
-- pending (not confirmed), opted_in, permitted (a legal basis without an answer). So opting out in
-- one system is opting out in all. Unsubscribing and complaining in a mail count as answers, unless
-- the same system was told yes later; a bounce counts until a later mail arrives.
--
-- grain   customer_id, channel
-- by      customer_id
-- reads   consents, source_records, campaign_events
-- checks  accepted(state: opted_out, suppressed, pending, opted_in, permitted), not_null(source, source_id, raw_value)

with

told as (

    select
        customer_id, channel, state, source, source_id, coalesce(raw_value, state) as raw_value, legal_basis,
        is_double_opt_in, decided_at
    from consents
    where deleted_at is null and customer_id is not null

),

-- What a record says where its system has no more to tell of it.
ticked as (

    select
        customer_id, 'email' as channel, email_consent as state, source, source_id,
        email_consent as raw_value, cast(null as varchar) as legal_basis, false as is_double_opt_in,
        coalesce(updated_at, created_at) as decided_at
    from source_records as records
    where
        deleted_at is null
        and customer_id is not null
        and email_consent in ('opted_in', 'opted_out')
        and not exists (
            select 1
            from told
            where
                told.customer_id = records.customer_id
                and told.source = records.source
                and told.source_id = records.source_id
                and told.channel = 'email'
        )

),

mailed as (

    select customer_id, source, event_id, source_id, event_type, occurred_at
    from campaign_events
    where deleted_at is null and customer_id is not null and occurred_at is not null

),

acted as (

    select
        customer_id,
        'email' as channel,
        case event_type when 'bounced' then 'suppressed' else 'opted_out' end as state,
        source,
        coalesce(source_id, event_id) as source_id,
        event_type as raw_value,
        cast(null as varchar) as legal_basis,
        false as is_double_opt_in,
        occurred_at as decided_at
    from mailed as acts
    where
        (
            event_type in ('unsubscribed', 'complained')
            and not exists (
                select 1
                from told
                where
                    told.customer_id = acts.customer_id
                    and told.source = acts.source
                    and told.channel = 'email'
                    and told.state = 'opted_in'
                    and told.decided_at > acts.occurred_at
            )
        )
        or (
            event_type = 'bounced'
            and not exists (
                select 1
                from mailed as later
                where
                    later.customer_id = acts.customer_id
                    and later.event_type in ('delivered', 'opened', 'clicked')
                    and later.occurred_at > acts.occurred_at
            )
        )

),

answers as (

    select * from told
    union all
    select * from ticked
    union all
    select * from acted

),

ranked as (

    select
        answers.*,
        count(*) over (partition by customer_id, channel) as answer_count,
        row_number() over (
            partition by customer_id, channel
            order by
                case state
                    when 'opted_out' then 1
                    when 'suppressed' then 2
                    when 'pending' then 3
                    when 'opted_in' then 4
                    else 5
                end,
                case when is_double_opt_in then 1 else 2 end,
                decided_at desc nulls last,
                source,
                source_id,
                raw_value
        ) as rn
    from answers

),

strictest as (

    select
        customer_id,
        channel,
        state,
        source,
        source_id,
        raw_value,
        decided_at,
        legal_basis,
        is_double_opt_in,
        answer_count
    from ranked
    where rn = 1

)

select * from strictest
