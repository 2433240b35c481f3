-- P07: days from creation to closing, and beside it the age of what is still open, since only the
-- survivors have a cycle.
with cycles as (
    select * from {{ ref('int_opportunity_cycles_totalled') }}
),

opportunities as (
    select
        opportunity_id,
        days_open
    from {{ ref('int_opportunities_prepared') }}
    where is_open and not is_renewal and not is_created_after_as_of
),

segments as (
    select * from {{ ref('int_opportunity_segments') }}
),

ages as (
    select
        'day' as period_grain,
        cast('{{ var("as_of_date") }}' as date) as period_start,
        {{ add_days("cast('" ~ var("as_of_date") ~ "' as date)", 1) }} as period_end,
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        {{ median('opportunities.days_open') }} as open_age_median,
        count(opportunities.days_open) as open_age_count,
        count(opportunities.opportunity_id) - count(opportunities.days_open) as open_without_age_count
    from segments
    left join opportunities
        on segments.opportunity_id = opportunities.opportunity_id
    group by
        segments.segment_type,
        segments.segment_id,
        segments.segment
),

final as (
    select
        'P07' as kpi_id,
        'won_median' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(null as decimal(28, 4)) as numerator,
        cast(won_cycle_count as decimal(28, 4)) as denominator,
        won_cycle_median as value,
        won_cycle_count as n,
        won_without_cycle_count as n_excluded
    from cycles
    union all
    select
        'P07' as kpi_id,
        'won_mean' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(won_cycle_days as decimal(28, 4)) as numerator,
        cast(won_cycle_count as decimal(28, 4)) as denominator,
        {{ safe_divide('won_cycle_days', 'won_cycle_count') }} as value,
        won_cycle_count as n,
        won_without_cycle_count as n_excluded
    from cycles
    union all
    select
        'P07' as kpi_id,
        'lost_median' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(null as decimal(28, 4)) as numerator,
        cast(lost_cycle_count as decimal(28, 4)) as denominator,
        lost_cycle_median as value,
        lost_cycle_count as n,
        lost_without_cycle_count as n_excluded
    from cycles
    union all
    select
        'P07' as kpi_id,
        'lost_mean' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(lost_cycle_days as decimal(28, 4)) as numerator,
        cast(lost_cycle_count as decimal(28, 4)) as denominator,
        {{ safe_divide('lost_cycle_days', 'lost_cycle_count') }} as value,
        lost_cycle_count as n,
        lost_without_cycle_count as n_excluded
    from cycles
    union all
    select
        'P07' as kpi_id,
        'open_age_median' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(null as decimal(28, 4)) as numerator,
        cast(open_age_count as decimal(28, 4)) as denominator,
        open_age_median as value,
        open_age_count as n,
        open_without_age_count as n_excluded
    from ages
)

select * from final
