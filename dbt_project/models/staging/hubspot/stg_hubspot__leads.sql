{%- set original_texts = {
    'annual_revenue': 'annualrevenue',
    'employee_count': 'numemployees',
    'converted_at': 'hs_v2_date_entered_opportunity',
    'has_opted_out_of_email': 'hs_email_optout',
    'is_synchronised_with_marketing': 'is_synchronised_with_marketing',
    'is_do_not_call': 'do_not_call',
    'email_bounced_at': 'hs_email_bounced_at',
    'is_in_sequence': 'hs_sequences_is_enrolled',
    'is_marketable': 'hs_marketable_status',
    'lead_score': 'hubspotscore',
    'review_on': 'lead_review_date',
    'last_activity_date': 'notes_last_updated',
    'created_at': 'hs_v2_date_entered_lead',
    'modified_at': first_filled('lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'contact') }}
    where {{ hubspot_was_lead() }}
),

{{ hubspot_merged() }},

{{ hubspot_owners() }},

{{ hubspot_value_history(['hubspot_owner_id']) }},

-- After the conversion the contact may go to somebody else: the lead was whose it was then.
owners_at_conversion as (
    select
        values_of._source_name,
        values_of._record_id,
        values_of.new_value as owner_id,
        row_number() over (
            partition by values_of._source_name, values_of._record_id order by values_of.place desc
        ) as place_from_end
    from values_of
    inner join source
        on values_of._source_name = source._source_name and values_of._record_id = source._record_id
    where values_of.changed_at <= {{ hubspot_timestamp('source.hs_v2_date_entered_opportunity') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('annualrevenue') }} as typed_annual_revenue,
        {{ parse_integer('numemployees') }} as typed_employee_count,
        {{ hubspot_timestamp('hs_v2_date_entered_opportunity') }} as typed_converted_at,
        {{ parse_boolean('hs_email_optout', blank=false) }} as typed_has_opted_out_of_email,
        {{ parse_boolean('is_synchronised_with_marketing') }} as typed_is_synchronised_with_marketing,
        {{ parse_boolean('do_not_call', blank=false) }} as typed_is_do_not_call,
        {{ hubspot_timestamp('hs_email_bounced_at') }} as typed_email_bounced_at,
        {{ parse_boolean('hs_sequences_is_enrolled') }} as typed_is_in_sequence,
        {{ parse_boolean('hs_marketable_status') }} as typed_is_marketable,
        {{ parse_double('hubspotscore') }} as typed_lead_score,
        {{ parse_date('lead_review_date') }} as typed_review_on,
        {{ hubspot_day_of('notes_last_updated') }} as typed_last_activity_date,
        {{ hubspot_timestamp('hs_v2_date_entered_lead') }} as typed_created_at,
        {{ hubspot_timestamp(first_filled('lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted,
        {{ clean_text('hs_v2_date_entered_opportunity') }} is not null as is_converted,
        merged.survivor_id,
        -- Blank for an open lead, whose owner is today's.
        coalesce(owners_at_conversion.owner_id, source.hubspot_owner_id) as lead_owner_id
    from source
    left join merged
        on source._source_name = merged._source_name and source._record_id = merged.merged_id
    left join owners_at_conversion
        on
            source._source_name = owners_at_conversion._source_name
            and source._record_id = owners_at_conversion._record_id
            and owners_at_conversion.place_from_end = 1
),

final as (
    select
        {{ hubspot_key('_record_id') }} as lead_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ hubspot_key('survivor_id') }} as merged_into_lead_id,
        {{ clean_text('firstname') }} as first_name,
        {{ clean_text('lastname') }} as last_name,
        nullif(concat_ws(' ', {{ clean_text('firstname') }}, {{ clean_text('lastname') }}), '') as full_name,
        {{ clean_text('jobtitle') }} as title,
        {{ clean_text('company') }} as company_name,
        lower({{ clean_text('email') }}) as email,
        {{ email_domain('email') }} as email_domain,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('mobilephone') }} as mobile_phone,
        {{ clean_text('website') }} as website,
        {{ website_domain('website') }} as website_domain,
        {{ clean_text('industry') }} as industry,
        typed_annual_revenue as annual_revenue,
        typed_employee_count as employee_count,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('zip') }} as postal_code,
        {{ clean_text('country') }} as country,
        {{ first_filled('lead_source', 'hs_analytics_source') }} as lead_source,
        {{ sales_motion('motion') }} as motion,
        {{ clean_text('hs_lead_status') }} as lead_status,
        {{ clean_text('lead_rating') }} as rating,
        {{ hubspot_key('source_campaign') }} as campaign_id,
        {{ hubspot_key('lead_owner_id') }} as owner_id,
        is_converted,
        {{ business_date('typed_converted_at') }} as converted_date,
        case when is_converted then {{ hubspot_key(hubspot_company_id()) }} end as converted_account_id,
        case when is_converted then {{ hubspot_key('_record_id') }} end as converted_contact_id,
        case when is_converted then {{ hubspot_key('converted_deal') }} end as converted_opportunity_id,
        typed_has_opted_out_of_email as has_opted_out_of_email,
        typed_is_do_not_call as is_do_not_call,
        {{ clean_text('hs_email_hard_bounce_reason_enum') }} is not null as is_email_bounced,
        typed_email_bounced_at as email_bounced_at,
        typed_is_in_sequence as is_in_sequence,
        typed_is_marketable as is_marketable,
        {{ clean_text('hs_legal_basis') }} as consent_status,
        typed_is_synchronised_with_marketing as is_synchronised_with_marketing,
        typed_lead_score as lead_score,
        {{ clean_text('disqualified_reason') }} as disqualified_reason,
        {{ clean_text('marketing_qualified_reason') }} as marketing_qualified_reason,
        typed_review_on as review_on,
        typed_last_activity_date as last_activity_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
