-- Use by people who count. Events of colleagues and of excluded workspaces are counted beside, so that
-- nothing that came in is lost.
with use_days as (
    select * from {{ ref('int_product_use_by_user_and_day') }}
),

excluded as (
    select
        entity,
        record_id
    from {{ source('hygiene', 'excluded_record') }}
    where entity in ('workspace', 'workspace_user')
),

final as (
    select
        use_days.*,
        excluded_workspaces.record_id is not null or excluded_users.record_id is not null as is_excluded
    from use_days
    left join excluded as excluded_workspaces
        on excluded_workspaces.entity = 'workspace' and use_days.workspace_id = excluded_workspaces.record_id
    left join excluded as excluded_users
        on excluded_users.entity = 'workspace_user' and use_days.workspace_user_id = excluded_users.record_id
)

select * from final
