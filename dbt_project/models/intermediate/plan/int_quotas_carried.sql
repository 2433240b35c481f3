-- The quotas in force whose period has begun, as they count: once for the company, once for who carries them, and
-- those of bookings once for that one's territories, in equal parts. Who has no territory on the period's first day
-- carries nothing for any.
with quotas as (
    select * from {{ ref('int_quotas_prepared') }}
    where
        quota_metric in ('bookings', 'qualified_opportunities')
        and is_in_force
        and quota is not null
        and period_start <= cast('{{ var("as_of_date") }}' as date)
),

assignments as (
    select * from {{ ref('int_territory_assignments_prepared') }}
    where territory_name is not null
),

covered as (
    select
        quotas.quota_id,
        quotas.quota_metric,
        quotas.period_start,
        quotas.period_end,
        assignments.territory_name,
        quotas.quota,
        count(*) over (partition by quotas.quota_id) as territory_count
    from quotas
    inner join assignments
        on
            quotas.user_email = assignments.user_email
            and quotas.period_start >= assignments.valid_from
            and (quotas.period_start < assignments.valid_to or assignments.valid_to is null)
    where quotas.quota_metric = 'bookings'
),

final as (
    select
        quota_id,
        quota_metric,
        'company' as carried_for,
        'all' as segment,
        period_start,
        period_end,
        quota
    from quotas
    union all
    select
        quota_id,
        quota_metric,
        'owner' as carried_for,
        coalesce(user_id, employee_id, '(none)') as segment,
        period_start,
        period_end,
        quota
    from quotas
    union all
    select
        quota_id,
        quota_metric,
        'territory' as carried_for,
        territory_name as segment,
        period_start,
        period_end,
        cast({{ safe_divide('quota', 'territory_count') }} as decimal(18, 2)) as quota
    from covered
)

select * from final
