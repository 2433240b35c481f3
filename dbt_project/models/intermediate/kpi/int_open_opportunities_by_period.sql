-- One row a segment and period: what was open at the end of its last day, or of the run's day where the
-- period goes on. A state is never added up over periods.
with totals as (
    select * from {{ ref('int_open_opportunities_totalled') }}
),

periods as (
    select * from {{ ref('int_state_periods') }}
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
