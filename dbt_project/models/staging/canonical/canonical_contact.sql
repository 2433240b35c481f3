{{ config(alias='contact') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__contacts',
        'stg_hubspot__contacts',
        'stg_files__contacts'
    ] %}
        select
            contact_id,
            source_name,
            source_record_id,
            account_id,
            merged_into_contact_id,
            first_name,
            last_name,
            full_name,
            title,
            department,
            email,
            email_domain,
            phone,
            mobile_phone,
            city,
            state,
            postal_code,
            country,
            lead_source,
            awareness_stage,
            owner_id,
            has_opted_out_of_email,
            is_do_not_call,
            is_email_bounced,
            email_bounced_at,
            is_in_sequence,
            is_marketable,
            consent_status,
            is_synchronised_with_marketing,
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

{{ values_before_later_changes('contact_history', 'contact_id', {
    'awareness_stage': "history.field_name = 'awareness_stage'",
    'owner_id': "history.field_name = 'owner_id'",
}, users=['owner_id']) }},

{{ excluded_domains() }},

{{ surviving_accounts() }},

{{ excluded_accounts() }},

{{ marketable_in_marketo('contact') }},

excluded as (
    select
        unioned.*,
        marketo_person.is_marketable as is_marketable_in_marketo,
        coalesce(surviving_account.survivor_account_id, unioned.account_id) as survivor_account_id,
        case
            when later_value.has_awareness_stage then later_value.awareness_stage else unioned.awareness_stage
        end as known_awareness_stage,
        case when later_value.has_owner_id then later_value.owner_id else unioned.owner_id end as known_owner_id,
        case
            when {{ is_after_run_day('unioned.created_at') }} then 'not_yet_known'
            when unioned.merged_into_contact_id is not null and not {{ is_after_run_day('unioned.modified_at') }}
                then 'merged'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
            when email_exclusion.reason is not null then email_exclusion.reason
            when excluded_account.account_id is not null then 'account_excluded'
        end as exclusion_reason
    from unioned
    left join later_value on unioned.contact_id = later_value.contact_id
    left join marketo_person on unioned.contact_id = marketo_person.contact_id
    left join surviving_account on unioned.account_id = surviving_account.account_id
    left join excluded_domain as email_exclusion on unioned.email_domain = email_exclusion.domain
    left join excluded_account
        on coalesce(surviving_account.survivor_account_id, unioned.account_id) = excluded_account.account_id
),

final as (
    select
        contact_id,
        source_name,
        source_record_id,
        survivor_account_id as account_id,
        merged_into_contact_id,
        first_name,
        last_name,
        full_name,
        title,
        department,
        email,
        email_domain,
        phone,
        mobile_phone,
        city,
        state,
        postal_code,
        country,
        lead_source,
        known_awareness_stage as awareness_stage,
        known_owner_id as owner_id,
        has_opted_out_of_email,
        is_do_not_call,
        is_email_bounced and not {{ is_after_run_day('email_bounced_at') }} as is_email_bounced,
        case when not {{ is_after_run_day('email_bounced_at') }} then email_bounced_at end as email_bounced_at,
        is_in_sequence,
        coalesce(is_marketable, is_marketable_in_marketo) as is_marketable,
        consent_status,
        is_synchronised_with_marketing,
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
