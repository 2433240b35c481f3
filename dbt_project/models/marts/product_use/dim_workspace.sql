with workspaces as (
    select * from {{ ref('int_workspaces_prepared') }}
),

use_days as (
    select
        workspace_id,
        min(event_on) as first_active_on,
        max(event_on) as last_active_on
    from {{ ref('int_product_use_counted') }}
    where not is_excluded and event_count > 0 and event_on <= cast('{{ var("as_of_date") }}' as date)
    group by workspace_id
),

final as (
    select
        workspaces.workspace_id,
        workspaces.source_name,
        workspaces.source_workspace_id,
        workspaces.workspace_name,
        workspaces.account_id,
        workspaces.account_match_method,
        workspaces.customer_domain,
        workspaces.signup_plan,
        workspaces.plan,
        workspaces.is_paid,
        workspaces.is_reversed,
        workspaces.created_at,
        workspaces.created_on,
        workspaces.paid_on,
        workspaces.unpaid_on,
        workspaces.is_paid_within_30_days,
        workspaces.is_paid_within_90_days,
        workspaces.is_older_than_30_days,
        workspaces.is_older_than_90_days,
        use_days.first_active_on,
        use_days.last_active_on,
        workspaces.custom_fields
    from workspaces
    left join use_days
        on workspaces.workspace_id = use_days.workspace_id
)

select * from final
