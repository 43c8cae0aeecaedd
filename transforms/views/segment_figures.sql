-- segment_figures: how many are in a segment, how many of them may get a mail, and what they brought.
--
-- grain   segment
-- reads   segment_members, segment_audience, customer_metrics

with

members as (

    select
        members.segment,
        count(*) as members_count,
        cast(coalesce(sum(metrics.lifetime_value_minor), 0) as bigint) as lifetime_value_minor,
        cast(coalesce(sum(metrics.given_back_minor), 0) as bigint) as given_back_minor,
        cast(coalesce(sum(metrics.recurring_minor), 0) as bigint) as recurring_minor,
        cast(coalesce(sum(metrics.tickets_count), 0) as bigint) as tickets_count
    from segment_members as members
    left join customer_metrics as metrics on metrics.customer_id = members.customer_id
    where members.left_at is null
    group by members.segment

),

mailable as (

    select segment, count(*) as mailable_count
    from segment_audience
    where channel = 'email'
    group by segment

),

figures as (

    select
        members.segment,
        members.members_count,
        coalesce(mailable.mailable_count, 0) as mailable_count,
        members.lifetime_value_minor,
        members.given_back_minor,
        members.recurring_minor,
        members.tickets_count
    from members
    left join mailable on mailable.segment = members.segment

)

select * from figures
