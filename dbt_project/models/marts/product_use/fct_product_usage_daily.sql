with use_days as (
    select * from {{ ref('int_product_use_counted') }}
),

workspaces as (
    select
        workspace_id,
        account_id
    from {{ ref('int_workspaces_prepared') }}
),

added_up as (
    select
        source_name,
        workspace_id,
        event_on,
        coalesce(sum(event_count) filter (where not is_excluded), 0) as event_count,
        coalesce(sum(key_event_count) filter (where not is_excluded), 0) as key_event_count,
        count(distinct case when event_count > 0 and not is_excluded then source_user_id end) as active_user_count,
        sum(duplicate_count) as duplicate_count,
        coalesce(sum(event_count) filter (where is_excluded), 0) as excluded_event_count
    from use_days
    group by
        source_name,
        workspace_id,
        event_on
),

final as (
    select
        {{ surrogate_key(
            'added_up.source_name',
            "coalesce(added_up.workspace_id, '(none)') || '|' || cast(added_up.event_on as " ~ dbt.type_string() ~ ")"
        ) }} as product_usage_id,
        added_up.source_name,
        added_up.workspace_id,
        workspaces.account_id,
        added_up.event_on,
        cast(added_up.event_count as bigint) as event_count,
        cast(added_up.key_event_count as bigint) as key_event_count,
        cast(added_up.active_user_count as bigint) as active_user_count,
        cast(added_up.duplicate_count as bigint) as duplicate_count,
        cast(added_up.excluded_event_count as bigint) as excluded_event_count
    from added_up
    left join workspaces
        on added_up.workspace_id = workspaces.workspace_id
)

select * from final
