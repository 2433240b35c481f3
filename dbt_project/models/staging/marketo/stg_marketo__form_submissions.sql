{%- set original_texts = {'submitted_at': 'activityDate'} -%}

with source as (
    select * from {{ source('raw_marketo', 'activity') }}
    where {{ clean_text('activityTypeId') }} = '2'
),

people as (
    select * from {{ ref('stg_marketo__people') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('activityDate') }} as typed_submitted_at,
        {{ surrogate_key('_source_name', 'leadId') }} as marketo_person_id,
        {{ json_pair_value('attributes', 'Webpage URL') }} as page_url
    from source
),

final as (
    select
        {{ surrogate_key('typed._source_name', 'typed._record_id') }} as form_submission_id,
        typed._source_name as source_name,
        {{ clean_text('typed._record_id') }} as source_record_id,
        {{ clean_text('typed.primaryAttributeValue') }} as form_name,
        typed.typed_submitted_at as submitted_at,
        typed.page_url,
        people.lead_id,
        people.contact_id,
        people.email,
        people.email_domain,
        typed.typed_submitted_at as created_at,
        typed.typed_submitted_at as modified_at,
        coalesce(typed._is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        typed._custom_fields as custom_fields
    from typed
    left join people
        on typed.marketo_person_id = people.marketing_person_id
)

select * from final
