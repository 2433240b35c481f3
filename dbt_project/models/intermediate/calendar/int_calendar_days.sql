{{ config(materialized='table') }}

{%- set fiscal_year_start_month = var('fiscal_year_start_month') | int %}
-- One row a day with the periods it lies in, read by the date dimension and by the KPIs.
with bounds as (
    select * from {{ ref('int_business_date_bounds') }}
),

-- Periods are numbered over whole years, so that the first and last period of the range are whole too.
days as (
    {{ date_series("'1989-01-01'", "'2101-12-31'") }}
),

numbered as (
    select
        date_day,
        cast(extract(year from date_day) as integer) as calendar_year,
        cast(extract(month from date_day) as integer) as calendar_month,
        cast(extract(day from date_day) as integer) as day_of_month,
        {{ iso_day_of_week('date_day') }} as day_of_week,
        {{ date_start('week', 'date_day') }} as week_start_date,
        {{ date_start('month', 'date_day') }} as month_start_date,
        {{ date_start('quarter', 'date_day') }} as quarter_start_date,
        {{ date_start('year', 'date_day') }} as year_start_date
    from days
),

fiscal_months as (
    select
        *,
        case
            when calendar_month >= {{ fiscal_year_start_month }} then calendar_month - {{ fiscal_year_start_month - 1 }}
            else calendar_month + {{ 13 - fiscal_year_start_month }}
        end as fiscal_month,
        -- Named after the calendar year in which the fiscal year ends.
        case
            when {{ fiscal_year_start_month }} > 1 and calendar_month >= {{ fiscal_year_start_month }}
                then calendar_year + 1
            else calendar_year
        end as fiscal_year
    from numbered
),

quarters as (
    select
        *,
        case
            when calendar_month <= 3 then 1
            when calendar_month <= 6 then 2
            when calendar_month <= 9 then 3
            else 4
        end as calendar_quarter,
        case
            when fiscal_month <= 3 then 1
            when fiscal_month <= 6 then 2
            when fiscal_month <= 9 then 3
            else 4
        end as fiscal_quarter
    from fiscal_months
),

periods as (
    select
        *,
        max(date_day) over (partition by week_start_date) as week_end_date,
        max(date_day) over (partition by month_start_date) as month_end_date,
        max(date_day) over (partition by quarter_start_date) as quarter_end_date,
        max(date_day) over (partition by year_start_date) as year_end_date,
        min(date_day) over (partition by fiscal_year, fiscal_quarter) as fiscal_quarter_start_date,
        max(date_day) over (partition by fiscal_year, fiscal_quarter) as fiscal_quarter_end_date,
        min(date_day) over (partition by fiscal_year) as fiscal_year_start_date,
        max(date_day) over (partition by fiscal_year) as fiscal_year_end_date
    from quarters
),

final as (
    select periods.*
    from periods
    cross join bounds
    where periods.date_day between bounds.first_date and bounds.last_date
)

select * from final
