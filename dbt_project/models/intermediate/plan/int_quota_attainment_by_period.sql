{{ config(materialized='table') }}

{%- set edges = {
    'begin': 'greatest(spans.period_start, quotas.period_start)',
    'end': 'least(spans.period_end, quotas.period_end)',
} %}

-- What was achieved against quotas by period: of bookings and of qualified opportunities, for the company and for
-- who carries them; of bookings also for territories with their sum. A quota of several months is spread over its
-- days: to each period goes what is due by its end less what was due by its beginning, both rounded, so that the
-- periods of every grain add up to the quota. What is achieved counts from the first day that any quota of its kind
-- is for.
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

first_days as (
    select
        quota_metric,
        min(period_start) as first_quota_on
    from quotas
    group by quota_metric
),

credited as (
    select
        'bookings' as quota_metric,
        segment_type,
        segment,
        close_date as achieved_on,
        coalesce(won_amount, 0) as achieved
    from {{ ref('int_opportunities_totalled_by_close_day') }}
    where segment_type in ('all', 'territory')
    union all
    select
        'bookings' as quota_metric,
        'owner' as segment_type,
        owner_id as segment,
        close_date as achieved_on,
        won_amount as achieved
    from {{ ref('int_bookings_credited') }}
    union all
    -- An opportunity that sales accepted is to the credit of who passed the lead.
    select
        'qualified_opportunities' as quota_metric,
        'all' as segment_type,
        'all' as segment,
        accepted_on as achieved_on,
        1 as achieved
    from {{ ref('int_accepted_opportunities') }}
    union all
    select
        'qualified_opportunities' as quota_metric,
        'owner' as segment_type,
        coalesce(from_user_id, '(none)') as segment,
        accepted_on as achieved_on,
        1 as achieved
    from {{ ref('int_accepted_opportunities') }}
),

achievements as (
    select credited.*
    from credited
    inner join first_days
        on
            credited.quota_metric = first_days.quota_metric
            and credited.achieved_on >= first_days.first_quota_on
    where credited.achieved_on <= cast('{{ var("as_of_date") }}' as date)
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
        quotas.quota_metric,
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
    {{ placed_in_periods('achievements', 'achieved_on') }}
),

parts as (
    select
        quota_metric,
        carried_for,
        period_grain,
        period_start,
        period_end,
        segment,
        0 as achieved,
        due_by_end - due_by_begin as quota,
        quota_id
    from due
    union all
    select
        quota_metric,
        'territory' as carried_for,
        period_grain,
        period_start,
        period_end,
        'all' as segment,
        0 as achieved,
        due_by_end - due_by_begin as quota,
        quota_id
    from due
    where carried_for = 'territory'
    union all
    select
        quota_metric,
        'company' as carried_for,
        period_grain,
        period_start,
        period_end,
        segment,
        achieved,
        0 as quota,
        null as quota_id
    from placed
    where segment_type = 'all'
    union all
    select
        quota_metric,
        'territory' as carried_for,
        period_grain,
        period_start,
        period_end,
        segment,
        achieved,
        0 as quota,
        null as quota_id
    from placed
    where segment_type in ('all', 'territory') and quota_metric = 'bookings'
    union all
    select
        quota_metric,
        'owner' as carried_for,
        period_grain,
        period_start,
        period_end,
        segment,
        achieved,
        0 as quota,
        null as quota_id
    from placed
    where segment_type = 'owner'
),

final as (
    select
        quota_metric,
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
        sum(achieved) as achieved,
        sum(quota) as quota,
        count(quota_id) as quota_count
    from parts
    group by
        quota_metric,
        carried_for,
        period_grain,
        period_start,
        period_end,
        segment
)

select * from final
