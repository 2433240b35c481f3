{{ config(meta={'dagster': {'ref': {'name': 'dim_date'}}}) }}

-- A missing day drops its deals from every period. A failing row follows a gap, or lies outside its own
-- periods.
with days as (
    select
        *,
        lag(date_day) over (order by date_day) as previous_day
    from {{ ref('dim_date') }}
)

select *
from days
where
    {{ days_between('previous_day', 'date_day') }} <> 1
    or date_day not between week_start_date and week_end_date
    or date_day not between month_start_date and month_end_date
    or date_day not between quarter_start_date and quarter_end_date
    or date_day not between year_start_date and year_end_date
    or date_day not between fiscal_quarter_start_date and fiscal_quarter_end_date
    or date_day not between fiscal_year_start_date and fiscal_year_end_date
