{{ config(materialized='table') }}

-- One row a period with the companies that were being prospected on its last day, and the representatives who
-- prospect. A company is worked on while its last outbound touch in a spell is recent; a dormant one is not.
with periods as (
    select * from {{ ref('int_state_periods') }}
),

touches as (
    select * from {{ ref('int_sales_touches') }}
    where
        direction = 'outbound'
        and not is_about_opportunity
        and not is_customer_care
        and not is_planned
        and company_id is not null
),

spells as (
    select
        *,
        lead(started_at) over (partition by company_id order by started_at) as next_started_at
    from {{ ref('int_prospecting_spells') }}
),

representatives as (
    select * from {{ ref('int_employees_prepared') }}
    where sales_role = 'sales_development_representative'
),

days as (
    select distinct measured_on
    from periods
),

prospecting as (
    select distinct
        touches.company_id,
        touches.occurred_on
    from touches
    inner join spells
        on
            touches.company_id = spells.company_id
            and touches.booked_at >= spells.started_at
            and (spells.next_started_at is null or touches.booked_at < spells.next_started_at)
    where not spells.is_expansion
),

loaded as (
    select
        days.measured_on,
        count(distinct prospecting.company_id) as company_count
    from days
    inner join prospecting
        on
            days.measured_on >= prospecting.occurred_on
            and {{ days_between('prospecting.occurred_on', 'days.measured_on') }} < {{ var('active_prospecting_days') }}
    group by days.measured_on
),

staffed as (
    select
        days.measured_on,
        count(*) as representative_count
    from days
    inner join representatives
        on
            days.measured_on >= representatives.hired_on
            and (representatives.left_on is null or days.measured_on < representatives.left_on)
    group by days.measured_on
),

began as (
    select min(occurred_on) as first_touched_on
    from prospecting
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        coalesce(loaded.company_count, 0) as company_count,
        staffed.representative_count
    from periods
    inner join staffed
        on periods.measured_on = staffed.measured_on
    inner join began
        on periods.measured_on >= began.first_touched_on
    left join loaded
        on periods.measured_on = loaded.measured_on
)

select * from final
