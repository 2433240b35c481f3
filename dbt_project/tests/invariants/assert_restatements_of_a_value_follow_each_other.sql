{{ config(meta={'dagster': {'ref': {'name': 'fct_restatement'}}}) }}

-- Each change begins where the one before it ended, the first one at the frozen value. A failing row is a
-- change that somebody forgot, or told twice.
with changes as (
    select
        changes.kpi_value_id,
        changes.restatement_number,
        changes.seen_on,
        changes.frozen_on,
        changes.from_value,
        case
            when changes.restatement_number = 1 then frozen.value
            else lag(changes.to_value) over (
                partition by changes.kpi_value_id order by changes.restatement_number
            )
        end as value_before,
        row_number() over (partition by changes.kpi_value_id order by changes.restatement_number) as position
    from {{ ref('fct_restatement') }} as changes
    left join {{ ref('fct_kpi_frozen') }} as frozen
        on changes.kpi_value_id = frozen.kpi_value_id
)

select *
from changes
where
    restatement_number <> position
    or seen_on < frozen_on
    or {{ is_value_changed('value_before', 'from_value') }}
