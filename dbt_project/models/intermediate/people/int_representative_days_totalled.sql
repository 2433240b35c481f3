-- One row a period: amount won, and the days that those who win and keep customers worked.
with won as (
    select
        close_date as day_on,
        coalesce(won_amount, 0) as won_amount
    from {{ ref('int_opportunities_totalled_by_close_day') }}
    where segment_type = 'all'
),

worked as (
    select
        date_day as day_on,
        representative_count
    from {{ ref('int_representative_days') }}
    where sales_role in ('account_executive', 'account_manager')
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

days as (
    select
        day_on,
        won_amount,
        0 as representative_count
    from won
    where day_on <= cast('{{ var("as_of_date") }}' as date)
    union all
    select
        day_on,
        0 as won_amount,
        representative_count
    from worked
),

placed as (
    {{ placed_in_periods('days', 'day_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        sum(won_amount) as won_amount,
        sum(representative_count) as representative_day_count
    from placed
    group by
        period_grain,
        period_start,
        period_end
)

select * from final
