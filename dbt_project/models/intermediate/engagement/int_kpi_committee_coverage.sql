-- A07: engaged people, several of them, and functions of ours, an open opportunity; by the owner of that day.
with states as (
    select * from {{ ref('int_committee_states') }}
),

segments as (
    select * from {{ ref('int_opportunity_segments') }}
    where segment_type in ('all', 'owner', 'opportunity_type', 'account_segment')
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

periods as (
    select * from {{ ref('int_state_periods') }}
),

cases as (
    {{ in_segments_as_of('states') }}
),

totals as (
    select
        measured_on,
        segment_type,
        segment_id,
        segment,
        count(*) as open_count,
        sum(engaged_individual_count) as engaged_individual_count,
        count(*) filter (where is_multi_threaded) as multi_threaded_count,
        sum(own_function_count) as own_function_count
    from cases
    group by
        measured_on,
        segment_type,
        segment_id,
        segment
),

placed as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        totals.*
    from totals
    inner join periods
        on totals.measured_on = periods.measured_on
),

final as (
    {{ kpi_rows(
        'A07', 'engaged_contacts', 'placed', numerator='engaged_individual_count', denominator='open_count'
    ) }}
    union all
    {{ kpi_rows('A07', 'multi_threaded', 'placed', numerator='multi_threaded_count', denominator='open_count') }}
    union all
    {{ kpi_rows('A07', 'our_functions', 'placed', numerator='own_function_count', denominator='open_count') }}
)

select * from final
