{%- set original_texts = {
    'is_archived': 'archived',
    'created_at': '"createdAt"',
    'modified_at': '"updatedAt"',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'owner') }}
),

-- Owners can own, users have properties; where a user is listed twice, the later one counts.
users as (
    select
        _source_name as user_source_name,
        {{ clean_text('hubspot_owner_id') }} as owner_id,
        hs_job_title,
        department,
        user_role,
        manager_owner_id,
        hs_standard_time_zone,
        region,
        _custom_fields as user_custom_fields,
        row_number() over (
            partition by _source_name, {{ clean_text('hubspot_owner_id') }}
            order by coalesce(_is_absent, false) asc, _record_id desc
        ) as place
    from {{ source('raw_hubspot', 'user') }}
),

typed as (
    select
        source.*,
        users.hs_job_title,
        users.department,
        users.user_role,
        users.manager_owner_id,
        users.hs_standard_time_zone,
        users.region,
        users.user_custom_fields,
        {{ parse_boolean('archived', blank=false) }} as typed_is_archived,
        {{ hubspot_timestamp('"createdAt"') }} as typed_created_at,
        {{ hubspot_timestamp('"updatedAt"') }} as typed_modified_at
    from source
    left join users
        on
            source._source_name = users.user_source_name
            and {{ clean_text('source._record_id') }} = users.owner_id
            and users.place = 1
),

final as (
    select
        {{ hubspot_key('_record_id') }} as user_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        nullif(concat_ws(' ', {{ clean_text('"firstName"') }}, {{ clean_text('"lastName"') }}), '') as user_name,
        lower({{ clean_text('email') }}) as email,
        {{ clean_text('hs_job_title') }} as title,
        {{ clean_text('department') }} as department,
        coalesce({{ clean_text('user_role') }}, {{ hubspot_primary_team('teams') }}) as role_name,
        {{ hubspot_key('manager_owner_id') }} as manager_user_id,
        {{ clean_text('hs_standard_time_zone') }} as time_zone,
        {{ clean_text('region') }} as region,
        -- Whoever may no longer log in is archived, and stays an owner.
        not typed_is_archived as is_active,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        user_custom_fields as custom_fields
    from typed
)

select * from final
