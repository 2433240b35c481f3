-- Won and lost, by the close date.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

final as (
    select
        'opportunities_won_count' as kpi_id,
        'headline' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(won_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(won_count as {{ type_double() }}) as value,
        won_count as n,
        0 as n_excluded
    from periods
    union all
    select
        'opportunities_won_amount' as kpi_id,
        'headline' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(won_amount as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(won_amount as {{ type_double() }}) as value,
        won_count - won_without_amount_count as n,
        won_without_amount_count as n_excluded
    from periods
    union all
    select
        'opportunities_lost_count' as kpi_id,
        'headline' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(lost_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(lost_count as {{ type_double() }}) as value,
        lost_count as n,
        0 as n_excluded
    from periods
    union all
    select
        'opportunities_lost_amount' as kpi_id,
        'headline' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(lost_amount as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(lost_amount as {{ type_double() }}) as value,
        lost_count - lost_without_amount_count as n,
        lost_without_amount_count as n_excluded
    from periods
)

select * from final
