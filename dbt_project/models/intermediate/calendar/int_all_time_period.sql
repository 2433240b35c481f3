-- One row: the whole calendar as a period, half-open.
with final as (
    select
        'all_time' as period_grain,
        min(date_day) as period_start,
        {{ add_days('max(date_day)', 1) }} as period_end
    from {{ ref('int_calendar_days') }}
)

select * from final
