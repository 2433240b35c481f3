with memberships as (
    select * from {{ ref('int_target_list_memberships_prepared') }}
),

final as (
    select
        target_account_id,
        source_name,
        source_record_id as source_target_account_id,
        target_list_name,
        account_domain,
        account_id,
        tier,
        valid_from,
        valid_to,
        is_current
    from memberships
)

select * from final
