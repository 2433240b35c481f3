{%- set original_texts = {
    'valid_from': 'valid_from',
    'valid_to': 'valid_to',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'target_account') }}
),

typed as (
    select
        source.*,
        {{ parse_date('valid_from') }} as typed_valid_from,
        {{ parse_date('valid_to') }} as typed_valid_to,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as target_account_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('target_list_name') }} as target_list_name,
        {{ website_domain('account_domain') }} as account_domain,
        {{ clean_text('tier') }} as tier,
        typed_valid_from as valid_from,
        typed_valid_to as valid_to,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
