-- Workspaces with at least one event in the month. One that is active in three months counts once in each,
-- so months never add up to a quarter.
with use_days as (
    select * from {{ ref('int_product_use_counted') }}
    where
        not is_excluded
        and event_count > 0
        and workspace_id is not null
        and event_on <= cast('{{ var("as_of_date") }}' as date)
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain = 'month'
),

months as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        count(distinct use_days.workspace_id) as workspace_count
    from use_days
    inner join periods
        on use_days.event_on = periods.date_day
    group by
        periods.period_grain,
        periods.period_start,
        periods.period_end
),

final as (
    {{ kpi_rows('active_workspaces', 'headline', 'months', numerator='workspace_count') }}
)

select * from final
