with days as (
    select * from {{ ref('int_calendar_days') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

final as (
    select
        days.date_day,
        cast(days.calendar_year as integer) as calendar_year,
        cast(days.calendar_quarter as integer) as calendar_quarter,
        cast(days.calendar_month as integer) as calendar_month,
        cast(days.day_of_month as integer) as day_of_month,
        cast(days.day_of_week as integer) as day_of_week,
        cast(days.calendar_year as {{ dbt.type_string() }})
        || '-Q' || cast(days.calendar_quarter as {{ dbt.type_string() }}) as quarter_label,
        substr(cast(days.date_day as {{ dbt.type_string() }}), 1, 7) as month_label,
        days.week_start_date,
        days.week_end_date,
        days.month_start_date,
        days.month_end_date,
        days.quarter_start_date,
        days.quarter_end_date,
        days.year_start_date,
        days.year_end_date,
        cast(days.fiscal_year as integer) as fiscal_year,
        cast(days.fiscal_quarter as integer) as fiscal_quarter,
        cast(days.fiscal_month as integer) as fiscal_month,
        'FY' || cast(days.fiscal_year as {{ dbt.type_string() }})
        || '-Q' || cast(days.fiscal_quarter as {{ dbt.type_string() }}) as fiscal_quarter_label,
        days.fiscal_quarter_start_date,
        days.fiscal_quarter_end_date,
        days.fiscal_year_start_date,
        days.fiscal_year_end_date,
        days.day_of_week >= 6 as is_weekend,
        days.date_day = days.month_end_date as is_month_end,
        days.date_day = days.quarter_end_date as is_quarter_end,
        days.date_day = days.fiscal_quarter_end_date as is_fiscal_quarter_end,
        days.date_day = run_date.as_of_date as is_as_of_date,
        days.date_day > run_date.as_of_date as is_after_as_of_date
    from days
    cross join run_date
)

select * from final
