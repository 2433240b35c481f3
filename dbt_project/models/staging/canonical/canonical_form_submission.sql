{{ config(alias='form_submission') }}

with unioned as (
    {% for relation in [
        'stg_hubspot__form_submissions',
        'stg_files__form_submissions',
        'stg_marketo__form_submissions'
    ] %}
        select
            form_submission_id,
            source_name,
            source_record_id,
            form_name,
            submitted_at,
            page_url,
            lead_id,
            contact_id,
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
            when unioned.is_deleted then 'deleted'
            else email_exclusion.reason
        end as exclusion_reason
    from unioned
    left join excluded_domain as email_exclusion on unioned.email_domain = email_exclusion.domain
),

final as (
    select
        form_submission_id,
        source_name,
        source_record_id,
        form_name,
        submitted_at,
        page_url,
        lead_id,
        contact_id,
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
