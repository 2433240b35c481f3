{{ config(alias='workspace_user') }}

with unioned as (
    {% for relation in [
        'stg_segment__workspace_users'
    ] %}
        select
            workspace_user_id,
            source_name,
            source_record_id,
            workspace_id,
            user_name,
            email,
            email_domain,
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ excluded_domains() }},

excluded as (
    select
        unioned.*,
        case
            when {{ is_after_run_day('unioned.created_at') }} then 'not_yet_known'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
            else excluded_domain.reason
        end as exclusion_reason
    from unioned
    left join excluded_domain on unioned.email_domain = excluded_domain.domain
),

final as (
    select
        workspace_user_id,
        source_name,
        source_record_id,
        workspace_id,
        user_name,
        email,
        email_domain,
        created_at,
        modified_at,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
