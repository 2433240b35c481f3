{%- set original_texts = {
    'has_opted_out_of_email': 'unsubscribed',
    'created_at': 'createdAt',
    'modified_at': 'updatedAt',
} -%}

with source as (
    select * from {{ source('raw_marketo', 'lead') }}
),

-- A source that the company no longer has still has its rows.
crm as (
    select
        source_name,
        crm_source_name,
        crm_source_type
    from {{ source('config', 'source') }}
),

joined as (
    select
        source.*,
        crm.crm_source_name,
        crm.crm_source_type,
        lower({{ clean_text('source.sfdcType') }}) as record_type,
        {{ parse_boolean('source.unsubscribed') }} as typed_has_opted_out_of_email,
        {{ parse_timestamp('source.createdAt') }} as typed_created_at,
        {{ parse_timestamp('source.updatedAt') }} as typed_modified_at
    from source
    left join crm
        on source._source_name = crm.source_name
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as marketing_person_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ crm_key('coalesce(sfdcLeadId, case when record_type = \'lead\' then sfdcId end)') }} as lead_id,
        {{ crm_key('coalesce(sfdcContactId, case when record_type = \'contact\' then sfdcId end)') }} as contact_id,
        nullif(concat_ws(' ', {{ clean_text('firstName') }}, {{ clean_text('lastName') }}), '') as full_name,
        lower({{ clean_text('email') }}) as email,
        {{ email_domain('email') }} as email_domain,
        {{ clean_text('leadStatus') }} as lead_status,
        typed_has_opted_out_of_email as has_opted_out_of_email,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields,
        case
            when
                {{ parse_boolean('unsubscribed', blank=false) }}
                or {{ parse_boolean('marketingSuspended', blank=false) }}
                or {{ parse_boolean('blackListed', blank=false) }}
                then false
            else not {{ parse_boolean('emailInvalid') }}
        end as is_marketable
    from joined
)

select * from final
