{{ config(alias='lead') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__leads',
        'stg_hubspot__leads',
        'stg_files__leads'
    ] %}
        select
            lead_id,
            source_name,
            source_record_id,
            merged_into_lead_id,
            first_name,
            last_name,
            full_name,
            title,
            company_name,
            email,
            email_domain,
            phone,
            mobile_phone,
            website,
            website_domain,
            industry,
            annual_revenue,
            employee_count,
            city,
            state,
            postal_code,
            country,
            lead_source,
            motion,
            lead_status,
            rating,
            campaign_id,
            owner_id,
            is_converted,
            converted_date,
            converted_account_id,
            converted_contact_id,
            converted_opportunity_id,
            has_opted_out_of_email,
            is_do_not_call,
            is_email_bounced,
            email_bounced_at,
            last_activity_date,
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ surviving_accounts() }},

{{ excluded_domains() }},

excluded as (
    select
        unioned.*,
        coalesce(surviving_account.survivor_account_id, unioned.converted_account_id) as survivor_account_id,
        case
            when unioned.merged_into_lead_id is not null then 'merged'
            when unioned.is_deleted then 'deleted'
            else coalesce(email_exclusion.reason, website_exclusion.reason)
        end as exclusion_reason
    from unioned
    left join surviving_account on unioned.converted_account_id = surviving_account.account_id
    left join excluded_domain as email_exclusion on unioned.email_domain = email_exclusion.domain
    left join excluded_domain as website_exclusion on unioned.website_domain = website_exclusion.domain
),

final as (
    select
        lead_id,
        source_name,
        source_record_id,
        merged_into_lead_id,
        first_name,
        last_name,
        full_name,
        title,
        company_name,
        email,
        email_domain,
        phone,
        mobile_phone,
        website,
        website_domain,
        industry,
        annual_revenue,
        employee_count,
        city,
        state,
        postal_code,
        country,
        lead_source,
        motion,
        lead_status,
        rating,
        campaign_id,
        owner_id,
        is_converted,
        converted_date,
        survivor_account_id as converted_account_id,
        converted_contact_id,
        converted_opportunity_id,
        has_opted_out_of_email,
        is_do_not_call,
        is_email_bounced,
        email_bounced_at,
        last_activity_date,
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
