{%- set original_texts = {
    'handed_off_at': first_filled('handed_off_at', 'hs_createdate'),
    'attempt_number': 'attempt',
    'awareness_stage': 'awareness_stage',
    'context_field_count': 'context_fields_filled',
    'decided_at': 'decided_at',
    'created_at': first_filled('hs_createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'hand_off') }}
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
        {{ hubspot_associated_id('companies') }} as company_id,
        {{ hubspot_associated_id('deals') }} as deal_id,
        {{ hubspot_timestamp(first_filled('handed_off_at', 'hs_createdate')) }} as typed_handed_off_at,
        {{ parse_integer('attempt') }} as typed_attempt_number,
        {{ parse_integer('awareness_stage') }} as typed_awareness_stage,
        {{ parse_integer('context_fields_filled') }} as typed_context_field_count,
        {{ hubspot_timestamp('decided_at') }} as typed_decided_at,
        {{ hubspot_timestamp(first_filled('hs_createdate', '"createdAt"')) }} as typed_created_at,
        {{ hubspot_timestamp(first_filled('hs_lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted
    from source
),

-- What was passed is the lead, also where the person is a contact by now.
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
        {{ hubspot_key('_record_id') }} as hand_off_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ hubspot_key('lead_record_id') }} as lead_id,
        {{ hubspot_key('contact_record_id') }} as contact_id,
        {{ hubspot_key('company_id') }} as account_id,
        {{ hubspot_key('from_owner') }} as from_user_id,
        {{ hubspot_key(first_filled('to_owner', 'hubspot_owner_id')) }} as to_user_id,
        typed_handed_off_at as handed_off_at,
        typed_attempt_number as attempt_number,
        typed_awareness_stage as awareness_stage,
        typed_context_field_count as context_field_count,
        {{ hand_off_decision('decision') }} as decision,
        typed_decided_at as decided_at,
        {{ clean_text('rejection_reason') }} as rejection_reason,
        {{ hubspot_key('deal_id') }} as opportunity_id,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from related
)

select * from final
