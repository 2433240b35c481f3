{%- set called_at = first_filled('timestamp', 'receivedAt') -%}

-- Of each trait the latest value counts. A user known by a cookie only is nobody yet.
with source as (
    select * from {{ source('raw_segment', 'identifies') }}
    where {{ clean_text('userId') }} is not null
),

calls as (
    select
        *,
        {{ clean_text('userId') }} as user_key,
        {{ parse_timestamp(called_at) }} as called_at,
        {{ json_text('context', 'groupId') }} as workspace_key,
        {{ json_text('traits', 'name') }} as user_name,
        lower({{ json_text('traits', 'email') }}) as email,
        coalesce({{ json_text('traits', 'created_at') }}, {{ json_text('traits', 'createdAt') }}) as created_text
    from source
),

typed as (
    select
        *,
        {{ parse_timestamp('created_text') }} as typed_created_at
    from calls
),

described as (
    select
        _source_name,
        user_key,
        {{ latest_filled('workspace_key', 'called_at', '_record_id') }} as workspace_key,
        {{ latest_filled('user_name', 'called_at', '_record_id') }} as user_name,
        {{ latest_filled('email', 'called_at', '_record_id') }} as email,
        {{ latest_filled('_custom_fields', 'called_at', '_record_id') }} as custom_fields,
        coalesce(min(typed_created_at), min(called_at)) as created_at,
        max(called_at) as modified_at,
        max(
            case
                when typed_created_at is null and created_text is not null
                    then 'created_at=' || created_text
            end
        ) as unreadable_values
    from typed
    group by
        _source_name,
        user_key
),

final as (
    select
        {{ surrogate_key('_source_name', 'user_key') }} as workspace_user_id,
        _source_name as source_name,
        user_key as source_record_id,
        {{ surrogate_key('_source_name', 'workspace_key') }} as workspace_id,
        user_name,
        email,
        {{ email_domain('email') }} as email_domain,
        created_at,
        modified_at,
        false as is_deleted,
        unreadable_values,
        custom_fields
    from described
)

select * from final
