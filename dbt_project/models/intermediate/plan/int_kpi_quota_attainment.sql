-- R01 and R02: bookings over the quotas in force, of the company, of owners and of territories, and how many of
-- those who carry a quota reach it. An owner gets the credit of what was theirs when it closed.
with attainment as (
    select * from {{ ref('int_quota_attainment_by_period') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

employees as (
    select
        employee_id,
        full_name
    from {{ ref('int_employees_prepared') }}
),

company as (
    select
        attainment.period_grain,
        attainment.period_start,
        attainment.period_end,
        attainment.segment_type,
        attainment.segment_id,
        coalesce(users.user_name, employees.full_name, attainment.segment) as segment,
        attainment.bookings,
        attainment.quota,
        attainment.quota_count
    from attainment
    left join users
        on attainment.segment_id = users.user_id
    left join employees
        on attainment.segment_id = employees.employee_id
    where attainment.carried_for in ('company', 'owner')
),

territory as (
    select * from attainment
    where carried_for = 'territory'
),

carriers as (
    select
        period_grain,
        period_start,
        period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        count(*) filter (where bookings >= quota) as attained_count,
        count(*) as carrier_count
    from attainment
    where carried_for = 'owner' and segment <> '(none)' and quota > 0
    group by
        period_grain,
        period_start,
        period_end
),

final as (
    {{ kpi_rows(
        'R01', 'bookings_usd', 'company',
        numerator='bookings',
        denominator='quota',
        n='quota_count'
    ) }}
    union all
    {{ kpi_rows(
        'R01', 'share_attained_bookings_usd', 'carriers',
        numerator='attained_count',
        denominator='carrier_count'
    ) }}
    union all
    {{ kpi_rows(
        'R02', 'headline', 'territory',
        numerator='bookings',
        denominator='quota',
        n='quota_count'
    ) }}
)

select * from final
