-- One row a period: individuals who were active in it, by an act or a change of their awareness, and how many of
-- them rose; and the steps back.
with changes as (
    select * from {{ ref('int_awareness_changes') }}
),

engagements as (
    select distinct
        individual_id,
        occurred_on
    from {{ ref('int_engagements') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

acts as (
    select
        individual_id,
        changed_on as occurred_on,
        is_rise,
        is_regression
    from changes
    union all
    select
        individual_id,
        occurred_on,
        false as is_rise,
        false as is_regression
    from engagements
),

placed as (
    {{ placed_in_periods('acts', 'occurred_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        count(distinct individual_id) as active_count,
        count(distinct individual_id) filter (where is_rise) as risen_count,
        count(*) filter (where is_regression) as regression_count
    from placed
    group by
        period_grain,
        period_start,
        period_end
)

select * from final
