-- segment_audience: who of a segment may be written to or called, and where; consent has the last word.
--
-- grain   segment, customer_id, channel
-- reads   segment_members, marketable_customers

select
    members.segment,
    allowed.customer_id,
    allowed.channel,
    allowed.address

from segment_members as members

inner join marketable_customers as allowed on allowed.customer_id = members.customer_id

where members.left_at is null
