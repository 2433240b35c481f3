with quotas as (
    select * from {{ ref('int_quotas_prepared') }}
),

dates as (
    select
        date_day,
        fiscal_year,
        fiscal_quarter
    from {{ ref('int_calendar_days') }}
),

final as (
    select
        quotas.quota_id,
        quotas.source_name,
        quotas.source_record_id as source_quota_id,
        quotas.employee_id,
        quotas.user_id,
        quotas.quota_metric,
        quotas.period_start,
        quotas.period_end,
        cast(dates.fiscal_year as integer) as fiscal_year,
        cast(dates.fiscal_quarter as integer) as fiscal_quarter,
        quotas.in_force_from,
        quotas.in_force_until,
        quotas.is_in_force,
        quotas.currency_code,
        quotas.quota_original,
        cast(quotas.quota as decimal(18, 2)) as quota
    from quotas
    left join dates
        on quotas.period_start = dates.date_day
)

select * from final
