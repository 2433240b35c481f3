-- A08: of the companies that marketing or sales touched in the period, how many both did within a few days.
with touched as (
    select * from {{ ref('int_orchestration_by_period') }}
),

segments as (
    select * from {{ ref('int_company_segments') }}
),

segmented as (
    {{ in_company_segments('touched') }}
),

totals as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) as touched_count,
        count(*) filter (where is_orchestrated) as orchestrated_count
    from segmented
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
),

final as (
    {{ kpi_rows('A08', 'headline', 'totals', numerator='orchestrated_count', denominator='touched_count') }}
)

select * from final
