-- P09: the whole company's velocity is the sum of its segments', which sell at different rates and speeds.
with velocities as (
    select
        *,
        cast(amount_per_day as decimal(28, 4)) as rounded_amount_per_day
    from {{ ref('int_pipeline_velocity') }}
),

state_periods as (
    select * from {{ ref('int_state_periods') }}
),

in_segments as (
    select
        measured_on,
        'all' as segment_type,
        'all' as segment_id,
        -- Of decimals, since a sum of doubles depends on the order in which they are added.
        cast(sum(cast(amount_per_day as decimal(38, 12))) as {{ type_double() }}) as amount_per_day,
        sum(rounded_amount_per_day) as rounded_amount_per_day,
        sum(open_count) as open_count,
        sum(stale_count) as stale_count
    from velocities
    group by measured_on
    union all
    select
        measured_on,
        'account_segment' as segment_type,
        account_segment as segment_id,
        amount_per_day,
        rounded_amount_per_day,
        open_count,
        stale_count
    from velocities
),

periods as (
    select
        state_periods.period_grain,
        state_periods.period_start,
        state_periods.period_end,
        in_segments.*,
        in_segments.segment_id as segment
    from in_segments
    inner join state_periods
        on in_segments.measured_on = state_periods.measured_on
),

final as (
    {{ kpi_rows(
        'P09', 'amount_per_day', 'periods',
        numerator='rounded_amount_per_day',
        value='amount_per_day',
        n='open_count',
        n_excluded='stale_count'
    ) }}
)

select * from final
