-- One row an employee who was hired since the first quota and ever carried one: when the first of two months in a
-- row began in each of which at least ramped_share of the full quota was achieved. The full quota is the highest of
-- a month; whoever carries two kinds is ramped up with either. Whoever left before counts as not ramped up.
with months as (
    select
        quota_metric,
        segment as carrier_id,
        period_start,
        period_end,
        achieved,
        max(quota) over (partition by quota_metric, segment) as full_quota
    from {{ ref('int_quota_attainment_by_period') }}
    where
        carried_for = 'owner'
        and period_grain = 'month'
        and period_start <= cast('{{ var("as_of_date") }}' as date)
),

employees as (
    select
        *,
        coalesce(user_id, employee_id) as carrier_id,
        -- Of somebody employed twice the later time counts.
        row_number() over (
            partition by coalesce(user_id, employee_id) order by hired_on desc, employee_id asc
        ) as place
    from {{ ref('int_employees_prepared') }}
    where hired_on is not null
),

first_day as (
    select min(period_start) as first_quota_on
    from {{ ref('int_quotas_carried') }}
),

judged as (
    select
        quota_metric,
        carrier_id,
        period_start,
        period_end,
        full_quota,
        achieved >= {{ var('ramped_share') }} * full_quota as is_full
    from months
    where full_quota > 0
),

paired as (
    select
        *,
        is_full
        and lead(is_full) over month_order
        and lead(period_start) over month_order = period_end as is_followed
    from judged
    window month_order as (partition by quota_metric, carrier_id order by period_start)
),

carriers as (
    select
        carrier_id,
        min(period_start) filter (where is_followed) as ramped_month
    from paired
    group by carrier_id
),

final as (
    select
        employees.employee_id,
        employees.user_id,
        employees.sales_role,
        employees.hired_on,
        employees.left_on,
        carriers.ramped_month,
        carriers.ramped_month is not null as is_ramped,
        cast(
            {{ months_between(date_start('month', 'employees.hired_on'), 'carriers.ramped_month') }} as integer
        ) as ramp_months
    from carriers
    inner join employees
        on carriers.carrier_id = employees.carrier_id and employees.place = 1
    cross join first_day
    where employees.hired_on >= first_day.first_quota_on
)

select * from final
