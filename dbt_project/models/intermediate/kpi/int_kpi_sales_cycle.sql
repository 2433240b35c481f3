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
        {{ as_of_period() }},
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
    {{ kpi_rows(
        'P07', 'won_median', 'cycles',
        denominator='won_cycle_count',
        value='won_cycle_median',
        n_excluded='won_without_cycle_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'won_mean', 'cycles',
        numerator='won_cycle_days',
        denominator='won_cycle_count',
        n_excluded='won_without_cycle_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'lost_median', 'cycles',
        denominator='lost_cycle_count',
        value='lost_cycle_median',
        n_excluded='lost_without_cycle_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'lost_mean', 'cycles',
        numerator='lost_cycle_days',
        denominator='lost_cycle_count',
        n_excluded='lost_without_cycle_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'open_age_median', 'ages',
        denominator='open_age_count',
        value='open_age_median',
        n_excluded='open_without_age_count'
    ) }}
)

select * from final
