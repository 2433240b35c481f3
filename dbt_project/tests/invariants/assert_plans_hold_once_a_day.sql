{{ config(meta={'dagster': {'ref': {'name': 'fct_quota'}}}) }}

-- Within a file landing refuses overlaps; two sources may still plan for the same. A failing row is a span
-- that begins before an earlier one of the same key ends, so that a day has two figures.
with spans as (
    select
        'fct_quota' as mart,
        coalesce(employee_id, user_id, quota_id) || '|' || quota_metric as span_key,
        quota_id as record_id,
        period_start as valid_from,
        period_end as valid_to
    from {{ ref('fct_quota') }}
    where is_in_force
    union all
    select
        'fct_territory_assignment' as mart,
        coalesce(employee_id, user_id, territory_assignment_id) || '|' || territory_id || '|' || sales_role as span_key,
        territory_assignment_id as record_id,
        valid_from,
        valid_to
    from {{ ref('fct_territory_assignment') }}
    union all
    select
        'fct_target_list_membership' as mart,
        coalesce(account_domain, target_account_id) || '|' || coalesce(target_list_name, '') as span_key,
        target_account_id as record_id,
        valid_from,
        valid_to
    from {{ ref('fct_target_list_membership') }}
),

followed as (
    select
        *,
        lead(valid_from) over (partition by mart, span_key order by valid_from, record_id) as next_valid_from
    from spans
)

select *
from followed
where next_valid_from < valid_to or (next_valid_from is not null and valid_to is null)
