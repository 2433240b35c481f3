-- One row a day and period grain: the period the day lies in, half-open.
with dates as (
    select * from {{ ref('int_calendar_days') }}
),

periods as (
    {%- for period_grain in ['week', 'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year'] %}
        select
            date_day,
            '{{ period_grain }}' as period_grain,
            {{ period_grain }}_start_date as period_start,
            {{ period_grain }}_end_date as last_day
        from dates
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        date_day,
        period_grain,
        period_start,
        {{ add_days('last_day', 1) }} as period_end
    from periods
)

select * from final
