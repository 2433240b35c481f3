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
            is_in_sequence,
            is_marketable,
            consent_status,
            is_synchronised_with_marketing,
            lead_score,
            disqualified_reason,
            marketing_qualified_reason,
            review_on,
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

{{ values_before_later_changes('lead_history', 'lead_id', {
    'lead_status': "history.field_name = 'lead_status'",
    'owner_id': "history.field_name = 'owner_id'",
}, users=['owner_id']) }},

-- What was changed after the run's day is undone where the source tells; the rest is as it is now.
known as (
    select
        unioned.*,
        case
            when later_value.has_lead_status then later_value.lead_status else unioned.lead_status
        end as known_lead_status,
        case when later_value.has_owner_id then later_value.owner_id else unioned.owner_id end as known_owner_id,
        unioned.is_converted and {{ is_day_after_run_day('unioned.converted_date') }} as is_converted_later,
        {{ is_after_run_day('unioned.email_bounced_at') }} as is_bounced_later
    from unioned
    left join later_value
        on unioned.lead_id = later_value.lead_id
),

{{ surviving_accounts() }},

{{ excluded_domains() }},

{{ marketable_in_marketo('lead') }},

excluded as (
    select
        known.*,
        marketo_person.is_marketable as is_marketable_in_marketo,
        coalesce(surviving_account.survivor_account_id, known.converted_account_id) as survivor_account_id,
        case
            when {{ is_after_run_day('known.created_at') }} then 'not_yet_known'
            when known.merged_into_lead_id is not null and not {{ is_after_run_day('known.modified_at') }}
                then 'merged'
            when known.is_deleted and not {{ is_after_run_day('known.modified_at') }} then 'deleted'
            else coalesce(email_exclusion.reason, website_exclusion.reason)
        end as exclusion_reason
    from known
    left join marketo_person on known.lead_id = marketo_person.lead_id
    left join surviving_account on known.converted_account_id = surviving_account.account_id
    left join excluded_domain as email_exclusion on known.email_domain = email_exclusion.domain
    left join excluded_domain as website_exclusion on known.website_domain = website_exclusion.domain
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
        known_lead_status as lead_status,
        rating,
        campaign_id,
        known_owner_id as owner_id,
        is_converted and not is_converted_later as is_converted,
        case when not is_converted_later then converted_date end as converted_date,
        case when not is_converted_later then survivor_account_id end as converted_account_id,
        case when not is_converted_later then converted_contact_id end as converted_contact_id,
        case when not is_converted_later then converted_opportunity_id end as converted_opportunity_id,
        has_opted_out_of_email,
        is_do_not_call,
        is_email_bounced and not is_bounced_later as is_email_bounced,
        case when not is_bounced_later then email_bounced_at end as email_bounced_at,
        is_in_sequence,
        coalesce(is_marketable, is_marketable_in_marketo) as is_marketable,
        consent_status,
        is_synchronised_with_marketing,
        lead_score,
        disqualified_reason,
        marketing_qualified_reason,
        review_on,
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
