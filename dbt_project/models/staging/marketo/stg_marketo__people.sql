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
        lower({{ clean_text('source.sfdcType') }}) as record_type
    from source
    left join crm
        on source._source_name = crm.source_name
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as marketo_person_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        lower({{ clean_text('email') }}) as email,
        {{ email_domain('email') }} as email_domain,
        {{ crm_key('coalesce(sfdcLeadId, case when record_type = \'lead\' then sfdcId end)') }} as lead_id,
        {{ crm_key('coalesce(sfdcContactId, case when record_type = \'contact\' then sfdcId end)') }} as contact_id,
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
