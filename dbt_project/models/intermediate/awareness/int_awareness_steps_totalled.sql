-- One row a step between stages (or all of them) and period in which it was made: how many days it took. Steps are
-- from one highest stage to the next; who falls back and comes again has made none.
with changes as (
    select
        changed_on,
        days_since_last_rise,
        cast(step_from_stage as {{ dbt.type_string() }})
        || ' to '
        || cast(stage_number as {{ dbt.type_string() }}) as step
    from {{ ref('int_awareness_changes') }}
    where is_rise and days_since_last_rise is not null
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

cases as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        changes.*
    from changes
    union all
    select
        'step' as segment_type,
        step as segment_id,
        step as segment,
        changes.*
    from changes
),

placed as (
    {{ placed_in_periods('cases', 'changed_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) as step_count,
        {{ median('days_since_last_rise') }} as days_median
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
