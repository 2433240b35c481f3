-- P08: won of won and lost. What is still open is in neither part.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

cohorts as (
    select * from {{ ref('int_opportunity_cohorts_totalled') }}
),

final as (
    select
        'P08' as kpi_id,
        'count' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(eligible_won_count as decimal(28, 4)) as numerator,
        cast(eligible_closed_count as decimal(28, 4)) as denominator,
        {{ safe_divide('eligible_won_count', 'eligible_closed_count') }} as value,
        eligible_closed_count as n,
        0 as n_excluded
    from periods
    union all
    select
        'P08' as kpi_id,
        'value' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(eligible_won_amount as decimal(28, 4)) as numerator,
        cast(eligible_closed_amount as decimal(28, 4)) as denominator,
        {{ safe_divide('eligible_won_amount', 'eligible_closed_amount') }} as value,
        eligible_closed_with_amount_count as n,
        eligible_closed_count - eligible_closed_with_amount_count as n_excluded
    from periods
    union all
    select
        'P08' as kpi_id,
        'created_cohort' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(eligible_won_count as decimal(28, 4)) as numerator,
        cast(eligible_closed_count as decimal(28, 4)) as denominator,
        {{ safe_divide('eligible_won_count', 'eligible_closed_count') }} as value,
        eligible_closed_count as n,
        0 as n_excluded
    from cohorts
)

select * from final
