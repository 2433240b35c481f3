{%- set original_texts = {
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'territory') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as territory_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('territory_name') }} as territory_name,
        {{ clean_text('region') }} as region,
        {{ clean_text('account_segment') }} as account_segment,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
