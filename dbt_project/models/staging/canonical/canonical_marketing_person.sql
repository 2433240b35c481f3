{{ config(alias='marketing_person') }}

with unioned as (
    {% for relation in [
        'stg_marketo__people',
        'stg_files__marketing_persons'
    ] %}
        select
            marketing_person_id,
            source_name,
            source_record_id,
            lead_id,
            contact_id,
            full_name,
            email,
            email_domain,
            lead_status,
            has_opted_out_of_email,
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
        marketing_person_id,
        source_name,
        source_record_id,
        lead_id,
        contact_id,
        full_name,
        email,
        email_domain,
        lead_status,
        has_opted_out_of_email,
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
