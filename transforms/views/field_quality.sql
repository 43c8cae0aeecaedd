-- field_quality: how good each field is now, system by system: shares from 0 to 1, of the last count.
--
-- `empty_share` is of all live rows, `invalid_share` and `unlisted_share` of those that hold something;
-- null where `transforms/fields.yaml` has no test or no list for the field. A field that a system does
-- not have is not listed. `is_nearly_blank`: it holds something in fewer than one row of ten, of twenty
-- rows or more.
--
-- grain   source, kind, field
-- reads   data_quality

with

told as (

    select
        data_quality.*,
        row_number() over (partition by source, kind, field order by turn desc) as place
    from data_quality

)

select
    source,
    kind,
    field,
    rows_count,
    1 - cast(filled_count as double) / rows_count as empty_share,
    1 - cast(valid_count as double) / nullif(filled_count, 0) as invalid_share,
    1 - cast(listed_count as double) / nullif(filled_count, 0) as unlisted_share,
    duplicates_count,
    rows_count >= 20 and filled_count * 10 < rows_count as is_nearly_blank,
    newest_at,
    seen_at
from told
where place = 1 and rows_count > 0
