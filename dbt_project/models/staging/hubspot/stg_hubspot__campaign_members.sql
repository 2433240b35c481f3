{%- set original_texts = {
    'has_responded': 'has_responded',
    'first_responded_date': 'first_responded_on',
    'created_at': first_filled('hs_createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'campaign_member') }}
),

people as (
    select
        _source_name,
        _record_id as person_id,
        {{ hubspot_was_lead() }} as was_lead,
        {{ hubspot_is_contact() }} as is_contact
    from {{ source('raw_hubspot', 'contact') }}
),

typed as (
    select
        source.*,
        {{ hubspot_associated_id('contacts') }} as person_id,
        {{ parse_boolean('has_responded', blank=false) }} as typed_has_responded,
        {{ hubspot_date('first_responded_on') }} as typed_first_responded_date,
        {{ hubspot_timestamp(first_filled('hs_createdate', '"createdAt"')) }} as typed_created_at,
        {{ hubspot_timestamp(first_filled('hs_lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted
    from source
),

-- A member is a contact where the person is one by now, and also the lead that it once was.
related as (
    select
        typed.*,
        case when people.was_lead then typed.person_id end as lead_record_id,
        case when people.is_contact or people.person_id is null then typed.person_id end as contact_record_id
    from typed
    left join people
        on typed._source_name = people._source_name and typed.person_id = people.person_id
),

final as (
    select
        {{ hubspot_key('_record_id') }} as campaign_member_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ hubspot_key('campaign') }} as campaign_id,
        {{ hubspot_key('lead_record_id') }} as lead_id,
        {{ hubspot_key('contact_record_id') }} as contact_id,
        {{ clean_text('member_status') }} as member_status,
        typed_has_responded as has_responded,
        typed_first_responded_date as first_responded_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from related
)

select * from final
