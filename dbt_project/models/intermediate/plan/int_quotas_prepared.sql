{{ config(materialized='table') }}

-- A quota that is changed keeps its period and gets a further record with the day of the change; each day has
-- the figure that was in force on it (rule G20). Amounts are turned into the reporting currency at the rate of
-- the period's first day, so that a quota does not move with the market.
with quotas as (
    select * from {{ source('resolved', 'quota') }}
),

staff as (
    select * from {{ ref('int_staff_by_email') }}
),

rates as (
    select * from {{ ref('int_currency_rates_bounded') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

spanned as (
    select
        quotas.*,
        set_on as in_force_from,
        lead(set_on) over (
            partition by source_name, user_email, quota_metric, period_start, period_end
            order by set_on nulls first, quota_id
        ) as in_force_until
    from quotas
),

final as (
    select
        spanned.quota_id,
        spanned.source_name,
        spanned.source_record_id,
        spanned.user_email,
        staff.employee_id,
        staff.user_id,
        spanned.quota_metric,
        spanned.period_start,
        spanned.period_end,
        spanned.in_force_from,
        spanned.in_force_until,
        (spanned.in_force_from is null or spanned.in_force_from <= run_date.as_of_date)
        and (spanned.in_force_until is null or spanned.in_force_until > run_date.as_of_date) as is_in_force,
        spanned.currency_code,
        spanned.quota_original,
        case
            when
                spanned.quota_metric <> 'bookings'
                or coalesce(spanned.currency_code, '{{ var("reporting_currency") }}')
                = '{{ var("reporting_currency") }}'
                then spanned.quota_original
            else {{ converted_amount('spanned.quota_original', 'rates.rate_to_reporting') }}
        end as quota
    from spanned
    cross join run_date
    left join staff
        on spanned.user_email = staff.email
    left join rates
        on
            spanned.currency_code = rates.currency_code
            and spanned.period_start >= rates.valid_from
            and (spanned.period_start < rates.valid_until or rates.valid_until is null)
)

select * from final
