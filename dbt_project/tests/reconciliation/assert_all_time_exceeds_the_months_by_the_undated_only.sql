{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- A deal without a close date, or with one outside the calendar, is in no month but still in all_time. A
-- failing row is a count where the difference is not the number of those deals.
with undated as (
    select
        count(*) filter (where opportunities.is_won) as opportunities_won_count,
        count(*) filter (where opportunities.is_lost) as opportunities_lost_count
    from {{ ref('fct_opportunity') }} as opportunities
    left join {{ ref('dim_date') }} as dates
        on opportunities.close_date = dates.date_day
    where dates.date_day is null
),

expected as (
    select
        'opportunities_won_count' as kpi_id,
        opportunities_won_count as undated_count
    from undated
    union all
    select
        'opportunities_lost_count' as kpi_id,
        opportunities_lost_count as undated_count
    from undated
),

totals as (
    select
        kpi_id,
        coalesce(sum(numerator) filter (where period_grain = 'all_time'), 0) as all_time,
        coalesce(sum(numerator) filter (where period_grain = 'month'), 0) as months
    from {{ ref('fct_kpi') }}
    where segment_type = 'all'
    group by kpi_id
)

select
    totals.*,
    expected.undated_count
from totals
inner join expected
    on totals.kpi_id = expected.kpi_id
where totals.all_time - totals.months <> expected.undated_count
