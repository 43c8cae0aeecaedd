-- ticket_handling: how a request for help went: when it was answered and solved, and how it was taken.
--
-- Minutes by the clock, nights and weekends among them; null where the helpdesk does not tell, or tells
-- what cannot be. `resolved_at` is when it was last solved, of one that is not open now.
-- `reopened_count` is how often it was solved before, by the helpdesk or by what our nights saw,
-- whichever is more. `csat` (0 to 100) is the last verdict, `sentiment` (-100 to 100) the mean over what
-- the customer wrote.
--
-- grain   source, ticket_id
-- reads   tickets, all_ticket_events, messages, ratings, ticket_history
-- checks  not_null(reopened_count, messages_count)

with

told as (

    select
        source,
        ticket_id,
        min(case when event_type = 'replied' then occurred_at end) as replied_at,
        max(case when event_type = 'solved' then occurred_at end) as solved_at,
        count(distinct case when event_type = 'solved' then occurred_at end) as solved_count
    from all_ticket_events
    where deleted_at is null
    group by source, ticket_id

),

asked as (

    select source, ticket_id, min(sent_at) as asked_at
    from messages
    where deleted_at is null and direction = 'in'
    group by source, ticket_id

),

said as (

    select
        messages.source,
        messages.ticket_id,
        count(*) filter (where messages.direction in ('in', 'out')) as messages_count,
        count(*) filter (where messages.direction = 'in') as customer_messages_count,
        min(case when messages.direction = 'out' and messages.sent_at >= asked.asked_at then messages.sent_at end)
            as answered_at,
        -- Shifted, because whole numbers below zero are divided differently by different engines.
        ratio(
            cast(sum(messages.sentiment + 100) as bigint), nullif(count(messages.sentiment), 0)
        ) - 100 as sentiment
    from messages
    left join asked
        on asked.source = messages.source
        and asked.ticket_id = messages.ticket_id
    where messages.deleted_at is null
    group by messages.source, messages.ticket_id

),

rated as (

    select
        source,
        ticket_id,
        csat,
        row_number() over (
            partition by source, ticket_id order by rated_at desc nulls last, rating_id desc
        ) as rn
    from ratings
    where deleted_at is null and csat is not null

),

turns as (

    select
        source,
        ticket_id,
        is_open,
        lag(is_open) over (partition by source, ticket_id order by turn) as was_open
    from ticket_history

),

reopened as (

    select source, ticket_id, count(*) as reopened_count
    from turns
    where is_open and not was_open
    group by source, ticket_id

),

dated as (

    select
        tickets.source,
        tickets.ticket_id,
        tickets.customer_id,
        tickets.source_id,
        tickets.created_at as opened_at,
        coalesce(told.replied_at, said.answered_at) as first_reply_at,
        case when not tickets.is_open then told.solved_at end as resolved_at,
        greatest(
            coalesce(reopened.reopened_count, 0),
            coalesce(told.solved_count, 0) - case when tickets.is_open then 0 else 1 end
        ) as reopened_count,
        coalesce(said.messages_count, 0) as messages_count,
        coalesce(said.customer_messages_count, 0) as customer_messages_count,
        rated.csat,
        said.sentiment,
        tickets.deleted_at

    from tickets

    left join told
        on told.source = tickets.source
        and told.ticket_id = tickets.ticket_id

    left join said
        on said.source = tickets.source
        and said.ticket_id = tickets.ticket_id

    left join rated
        on rated.source = tickets.source
        and rated.ticket_id = tickets.ticket_id
        and rated.rn = 1

    left join reopened
        on reopened.source = tickets.source
        and reopened.ticket_id = tickets.ticket_id

),

handled as (

    select
        source,
        ticket_id,
        customer_id,
        source_id,
        opened_at,
        first_reply_at,
        case
            when first_reply_at >= opened_at then cast(minutes_between(opened_at, first_reply_at) as bigint)
        end as first_reply_minutes,
        resolved_at,
        case
            when resolved_at >= opened_at then cast(minutes_between(opened_at, resolved_at) as bigint)
        end as resolution_minutes,
        reopened_count,
        messages_count,
        customer_messages_count,
        csat,
        sentiment,
        deleted_at
    from dated

)

select * from handled
