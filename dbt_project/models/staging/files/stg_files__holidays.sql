{%- set original_texts = {
    'holiday_on': 'holiday_on',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'holiday') }}
),

typed as (
    select
        source.*,
        {{ parse_date('holiday_on') }} as typed_holiday_on,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as holiday_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        upper({{ clean_text('country_code') }}) as country_code,
        typed_holiday_on as holiday_on,
        {{ clean_text('holiday_name') }} as holiday_name,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
