-- deal_stages: the stages a deal went through, and how long it stood in each.
--
-- Where the CRM keeps a history its word is taken, `dated_by` is then `crm`: Salesforce and HubSpot.
-- Elsewhere, and before or after what the CRM tells, a move is dated with the night that saw it, and a
-- deal stands in the stage it was first seen in since it was created. Whether a stage is won or closed
-- is known where a night saw the deal in it, else null. `left_at` is null for where it stands now.
-- `days` is whole days, null while it stands there.
--
-- grain   source, deal_id, place
-- by      source, deal_id
-- reads   deals, deal_history, all_stage_changes

with

told as (

    select source, deal_id, change_id, stage, entered_at
    from all_stage_changes
    where deleted_at is null and entered_at is not null

),

spans as (

    select source, deal_id, min(entered_at) as first_at, max(entered_at) as last_at
    from told
    group by source, deal_id

),

flags as (

    select
        source,
        deal_id,
        stage,
        max(cast(is_won as integer)) = 1 as is_won,
        max(cast(is_closed as integer)) = 1 as is_closed
    from deal_history
    group by source, deal_id, stage

),

nights as (

    select
        history.source,
        history.deal_id,
        history.stage,
        history.is_won,
        history.is_closed,
        history.seen_at,
        history.turn
    from deal_history as history
    left join spans
        on spans.source = history.source
        and spans.deal_id = history.deal_id
    where spans.first_at is null or history.seen_at < spans.first_at or history.seen_at > spans.last_at

),

words as (

    select
        source,
        deal_id,
        'night' as dated_by,
        stage,
        is_won,
        is_closed,
        seen_at as at_moment,
        turn,
        '' as change_id
    from nights

    union all

    select
        told.source,
        told.deal_id,
        'crm' as dated_by,
        told.stage,
        flags.is_won,
        flags.is_closed,
        told.entered_at as at_moment,
        0 as turn,
        told.change_id
    from told
    left join flags
        on flags.source = told.source
        and flags.deal_id = told.deal_id
        and flags.stage is not distinct from told.stage

),

placed as (

    select
        words.source,
        words.deal_id,
        deals.customer_id,
        deals.created_at,
        words.dated_by,
        words.stage,
        words.is_won,
        words.is_closed,
        words.at_moment,
        -- What the nights saw is in their turns: a clock that was set back changes no order.
        row_number() over (
            partition by words.source, words.deal_id
            order by
                case
                    when words.dated_by = 'night' and spans.last_at is null then 1
                    when words.dated_by = 'night' and words.at_moment < spans.first_at then 1
                    when words.dated_by = 'night' then 3
                    else 2
                end,
                words.turn,
                words.at_moment,
                words.change_id
        ) as nth
    from words
    inner join deals
        on deals.source = words.source
        and deals.deal_id = words.deal_id
    left join spans
        on spans.source = words.source
        and spans.deal_id = words.deal_id

),

said as (

    select
        placed.*,
        lag(stage) over (partition by source, deal_id order by nth) as came_from
    from placed

),

moves as (

    select
        said.*,
        case
            when nth = 1 and dated_by = 'night' then least(coalesce(created_at, at_moment), at_moment)
            else at_moment
        end as entered_at,
        row_number() over (partition by source, deal_id order by nth) as place
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
        dated_by,
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
        dated_by,
        entered_at,
        left_at,
        case
            when left_at >= entered_at
                then cast(minutes_between(date_trunc('day', entered_at), date_trunc('day', left_at)) // 1440 as bigint)
        end as days
    from stays

)

select * from timed
