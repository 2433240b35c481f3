{{ config(alias='workspace') }}

with unioned as (
    {% for relation in [
        'stg_segment__workspaces',
        'stg_files__workspaces'
    ] %}
        select
            workspace_id,
            source_name,
            source_record_id,
            workspace_name,
            account_id,
            customer_domain,
            signup_plan,
            plan,
            created_at,
            paid_at,
            unpaid_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ excluded_domains() }},

{{ surviving_accounts() }},

{{ excluded_accounts() }},

excluded as (
    select
        unioned.*,
        coalesce(surviving_account.survivor_account_id, unioned.account_id) as survivor_account_id,
        case
            when {{ is_after_run_day('unioned.created_at') }} then 'not_yet_known'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
            when excluded_domain.reason is not null then excluded_domain.reason
            when excluded_account.account_id is not null then 'account_excluded'
        end as exclusion_reason
    from unioned
    left join surviving_account on unioned.account_id = surviving_account.account_id
    left join excluded_domain on unioned.customer_domain = excluded_domain.domain
    left join excluded_account
        on coalesce(surviving_account.survivor_account_id, unioned.account_id) = excluded_account.account_id
),

final as (
    select
        workspace_id,
        source_name,
        source_record_id,
        workspace_name,
        survivor_account_id as account_id,
        customer_domain,
        signup_plan,
        plan,
        created_at,
        paid_at,
        unpaid_at,
        modified_at,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
