-- deal_stages: the stages a deal went through, and how long it stood in each.
--
-- A deal stands in the stage it was first seen in since it was created; a move is dated with the night
-- that saw it. `left_at` is null for where it stands now. `days` is whole days, null while it stands there.
--
-- grain   source, deal_id, place
-- by      source, deal_id
-- reads   deals, deal_history

with

said as (

    select
        history.source,
        history.deal_id,
        deals.customer_id,
        deals.created_at,
        history.stage,
        history.is_won,
        history.is_closed,
        history.seen_at,
        history.turn,
        row_number() over (partition by history.source, history.deal_id order by history.turn) as nth,
        lag(history.stage) over (partition by history.source, history.deal_id order by history.turn) as came_from
    from deal_history as history
    inner join deals
        on deals.source = history.source
        and deals.deal_id = history.deal_id

),

moves as (

    select
        said.*,
        case when nth = 1 then least(coalesce(created_at, seen_at), seen_at) else seen_at end as entered_at,
        row_number() over (partition by source, deal_id order by turn) as place
    from said
    where nth = 1 or stage is distinct from came_from

),

stays as (

    select
        source,
        deal_id,
        place,
        customer_id,
        stage,
        came_from,
        is_won,
        is_closed,
        entered_at,
        lead(entered_at) over (partition by source, deal_id order by place) as left_at
    from moves

),

timed as (

    select
        source,
        deal_id,
        place,
        customer_id,
        stage,
        came_from,
        is_won,
        is_closed,
        entered_at,
        left_at,
        case
            when left_at >= entered_at
                then cast(minutes_between(date_trunc('day', entered_at), date_trunc('day', left_at)) // 1440 as bigint)
        end as days
    from stays

)

select * from timed
