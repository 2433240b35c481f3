-- A09: marketing qualified accounts, and how many of them had an opportunity some months later. Cohorts that are too
-- young to tell are left out and counted.
with qualifications as (
    select * from {{ ref('int_account_qualifications') }}
),

segments as (
    select * from {{ ref('int_company_segments') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

cases as (
    {{ in_company_segments('qualifications') }}
),

placed as (
    {{ placed_in_periods('cases', 'qualified_on') }}
),

totals as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) as qualified_count,
        count(*) filter (where is_mature) as mature_count,
        count(*) filter (where is_mature and is_converted) as converted_count
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
),

final as (
    {{ kpi_rows('A09', 'count', 'totals', numerator='qualified_count') }}
    union all
    {{ kpi_rows(
        'A09', 'to_opportunity', 'totals',
        numerator='converted_count',
        denominator='mature_count',
        n_excluded='qualified_count - mature_count'
    ) }}
)

select * from final
