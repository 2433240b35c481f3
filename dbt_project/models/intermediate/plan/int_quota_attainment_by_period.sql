{{ config(materialized='table') }}

{%- set edges = {
    'begin': 'greatest(spans.period_start, quotas.period_start)',
    'end': 'least(spans.period_end, quotas.period_end)',
} %}

-- Bookings against quotas by period: those of the company, those of owners, and those of territories with
-- their sum. A quota of several months is spread over its days: to each period goes what is due by its end less
-- what was due by its beginning, both rounded, so that the periods of every grain add up to the quota. Bookings
-- count from the first day that any quota is for.
with quotas as (
    select * from {{ ref('int_quotas_carried') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

first_day as (
    select min(period_start) as first_quota_on
    from quotas
),

bookings as (
    select
        totals.segment_type,
        totals.segment,
        totals.close_date,
        coalesce(totals.won_amount, 0) as won_amount
    from {{ ref('int_opportunities_totalled_by_close_day') }} as totals
    cross join first_day
    where
        totals.segment_type in ('all', 'territory')
        and totals.close_date >= first_day.first_quota_on
        and totals.close_date <= cast('{{ var("as_of_date") }}' as date)
    union all
    select
        'owner' as segment_type,
        credited.owner_id as segment,
        credited.close_date,
        credited.won_amount
    from {{ ref('int_bookings_credited') }} as credited
    cross join first_day
    where
        credited.close_date >= first_day.first_quota_on
        and credited.close_date <= cast('{{ var("as_of_date") }}' as date)
),

spans as (
    select distinct
        period_grain,
        period_start,
        period_end
    from periods
    union all
    select
        period_grain,
        period_start,
        period_end
    from all_time
),

due as (
    select
        spans.period_grain,
        spans.period_start,
        spans.period_end,
        quotas.carried_for,
        quotas.segment,
        quotas.quota_id,
        {%- for bound, edge in edges.items() %}
            cast(
                cast(quotas.quota as {{ type_double() }})
                * {{ safe_divide(
                    days_between('quotas.period_start', edge),
                    days_between('quotas.period_start', 'quotas.period_end')
                ) }}
                as decimal(18, 2)
            ) as due_by_{{ bound }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from quotas
    inner join spans
        on
            quotas.period_start < spans.period_end
            and quotas.period_end > spans.period_start
),

placed as (
    {{ placed_in_periods('bookings', 'close_date') }}
),

parts as (
    select
        carried_for,
        period_grain,
        period_start,
        period_end,
        segment,
        0 as bookings,
        due_by_end - due_by_begin as quota,
        quota_id
    from due
    union all
    select
        'territory' as carried_for,
        period_grain,
        period_start,
        period_end,
        'all' as segment,
        0 as bookings,
        due_by_end - due_by_begin as quota,
        quota_id
    from due
    where carried_for = 'territory'
    union all
    select
        'company' as carried_for,
        period_grain,
        period_start,
        period_end,
        segment,
        won_amount as bookings,
        0 as quota,
        null as quota_id
    from placed
    where segment_type = 'all'
    union all
    select
        'territory' as carried_for,
        period_grain,
        period_start,
        period_end,
        segment,
        won_amount as bookings,
        0 as quota,
        null as quota_id
    from placed
    where segment_type in ('all', 'territory')
    union all
    select
        'owner' as carried_for,
        period_grain,
        period_start,
        period_end,
        segment,
        won_amount as bookings,
        0 as quota,
        null as quota_id
    from placed
    where segment_type = 'owner'
),

final as (
    select
        carried_for,
        period_grain,
        period_start,
        period_end,
        case
            when carried_for = 'owner' then 'owner'
            when segment = 'all' then 'all'
            else 'territory'
        end as segment_type,
        segment as segment_id,
        segment,
        sum(bookings) as bookings,
        sum(quota) as quota,
        count(quota_id) as quota_count
    from parts
    group by
        carried_for,
        period_grain,
        period_start,
        period_end,
        segment
)

select * from final
