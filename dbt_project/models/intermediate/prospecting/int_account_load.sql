{{ config(materialized='table') }}

-- One row a segment (all, or whose accounts they are) and period with the companies that were being prospected on its
-- last day, and the representatives who prospect. A company is worked on while its last outbound touch in a spell
-- is recent; a dormant one is not.
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

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

prospecting as (
    select
        touches.company_id,
        spells.account_id,
        touches.occurred_on
    from touches
    inner join spells
        on
            touches.company_id = spells.company_id
            and touches.booked_at >= spells.started_at
            and (spells.next_started_at is null or touches.booked_at < spells.next_started_at)
    where not spells.is_expansion
),

worked_on as (
    select distinct
        days.measured_on,
        prospecting.company_id,
        prospecting.account_id
    from days
    inner join prospecting
        on
            days.measured_on >= prospecting.occurred_on
            and {{ days_between('prospecting.occurred_on', 'days.measured_on') }} < {{ var('active_prospecting_days') }}
),

owners as (
    select
        account_id,
        user_id,
        {{ business_date('valid_from_at') }} as valid_from_on,
        {{ business_date('valid_to_at') }} as valid_to_on
    from {{ ref('int_account_ownership') }}
    where is_prospecting
),

-- A company loads whose it is at the end of the day, whoever touched it.
carried as (
    select
        worked_on.measured_on,
        coalesce(owners.user_id, '(none)') as user_id,
        1 as company_count,
        0 as representative_count
    from worked_on
    left join owners
        on
            worked_on.account_id = owners.account_id
            and worked_on.measured_on >= owners.valid_from_on
            and (owners.valid_to_on is null or worked_on.measured_on < owners.valid_to_on)
    union all
    select
        days.measured_on,
        coalesce(representatives.user_id, '(none)') as user_id,
        0 as company_count,
        1 as representative_count
    from days
    inner join representatives
        on
            days.measured_on >= representatives.hired_on
            and (representatives.left_on is null or days.measured_on < representatives.left_on)
),

loaded as (
    select
        measured_on,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        sum(company_count) as company_count,
        sum(representative_count) as representative_count
    from carried
    group by measured_on
    union all
    select
        carried.measured_on,
        'owner' as segment_type,
        carried.user_id as segment_id,
        coalesce(users.user_name, carried.user_id) as segment,
        sum(carried.company_count) as company_count,
        sum(carried.representative_count) as representative_count
    from carried
    left join users
        on carried.user_id = users.user_id
    group by
        carried.measured_on,
        carried.user_id,
        users.user_name
),

began as (
    select min(occurred_on) as first_touched_on
    from prospecting
),

staffed as (
    select distinct measured_on
    from loaded
    where segment_type = 'all' and representative_count > 0
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        loaded.segment_type,
        loaded.segment_id,
        loaded.segment,
        loaded.company_count,
        loaded.representative_count
    from periods
    inner join staffed
        on periods.measured_on = staffed.measured_on
    inner join began
        on periods.measured_on >= began.first_touched_on
    inner join loaded
        on periods.measured_on = loaded.measured_on
)

select * from final
