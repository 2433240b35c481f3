with source as (
    select * from {{ source('raw_hubspot', 'deal') }}
),

entries as (
    select
        _source_name,
        _record_id,
        {{ parse_boolean('archived', blank=false) }} or coalesce(_is_absent, false) as is_deleted,
        {{ unnest_json_list('associations', '$.contacts.results') }} as entry
    from source
),

labels as (
    select distinct
        _source_name,
        _record_id,
        is_deleted,
        {{ json_text('entry', 'id') }} as contact_id,
        {{ json_text('entry', 'type') }} as label
    from entries
    where {{ json_text('entry', 'id') }} is not null
),

-- Every associated contact has the plain type; labels that the account gives come beside it.
contacts as (
    select
        _source_name,
        _record_id,
        is_deleted,
        contact_id,
        bool_or(coalesce(label, '') = 'primary_contact') as is_primary,
        count(*) filter (where {{ hubspot_is_role('label') }}) as role_count
    from labels
    group by _source_name, _record_id, is_deleted, contact_id
),

roles as (
    select
        contacts.*,
        labels.label
    from contacts
    left join labels
        on
            contacts._source_name = labels._source_name
            and contacts._record_id = labels._record_id
            and contacts.contact_id = labels.contact_id
            and {{ hubspot_is_role('labels.label') }}
),

final as (
    select
        {{ hubspot_key("_record_id || '-' || contact_id || '-' || coalesce(label, '')") }}
            as opportunity_contact_role_id,
        _source_name as source_name,
        _record_id || '-' || contact_id || '-' || coalesce(label, '') as source_record_id,
        {{ hubspot_key('_record_id') }} as opportunity_id,
        {{ hubspot_key('contact_id') }} as contact_id,
        {{ title_of_name('label') }} as role,
        is_primary,
        -- An association says neither when it was made nor when it was changed.
        cast(null as timestamp with time zone) as created_at,
        cast(null as timestamp with time zone) as modified_at,
        is_deleted,
        cast(null as varchar) as unreadable_values,
        cast(null as varchar) as custom_fields
    from roles
)

select * from final
