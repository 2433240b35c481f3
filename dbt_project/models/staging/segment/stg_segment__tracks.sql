-- A view over files: what is not asked for is not read, so nothing is joined or judged here.
with source as (
    select * from {{ source('raw_segment', 'tracks') }}
),

final as (
    select
        {{ surrogate_key('_source_name', 'message_id') }} as product_event_id,
        _source_name as source_name,
        message_id as source_record_id,
        _lake_file as lake_file,
        coalesce(event_text, event) as event_name,
        {{ surrogate_key('_source_name', 'context_group_id') }} as workspace_id,
        context_group_id as source_workspace_id,
        {{ surrogate_key('_source_name', 'user_id') }} as workspace_user_id,
        coalesce(user_id, anonymous_id) as source_user_id,
        lower(context_traits_email) as email,
        source.timestamp as occurred_at,
        received_at,
        properties,
        _custom_fields as custom_fields
    from source
)

select * from final
