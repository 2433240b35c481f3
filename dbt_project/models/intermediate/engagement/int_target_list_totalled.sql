-- One row a segment and period: how far the accounts on target lists had got at its end.
with states as (
    select * from {{ ref('int_target_list_states') }}
),

periods as (
    select * from {{ ref('int_state_periods') }}
),

segmented as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        states.*
    from states
    union all
    select
        'tier' as segment_type,
        coalesce(tier, '(none)') as segment_id,
        coalesce('tier ' || tier, '(none)') as segment,
        states.*
    from states
),

totals as (
    select
        measured_on,
        segment_type,
        segment_id,
        segment,
        count(*) filter (where list_basis = 'as_of_day') as target_count,
        count(*) filter (where list_basis = 'at_month_start') as target_at_month_start_count,
        {%- for name, condition in {
            'engaged': 'engaged_individual_count >= 1',
            'opportunity': 'has_opportunity',
            'won': 'has_won',
        }.items() %}
            count(*) filter (where list_basis = 'as_of_day' and {{ condition }}) as {{ name }}_count,
        {%- endfor %}
        count(*) filter (
            where list_basis = 'as_of_day' and engaged_individual_count >= {{ var('engaged_individuals') }}
        ) as several_engaged_count,
        count(*) filter (
            where list_basis = 'at_month_start' and engaged_individual_count >= {{ var('engaged_individuals') }}
        ) as several_engaged_at_month_start_count
    from segmented
    group by
        measured_on,
        segment_type,
        segment_id,
        segment
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        totals.*
    from totals
    inner join periods
        on totals.measured_on = periods.measured_on
)

select * from final
