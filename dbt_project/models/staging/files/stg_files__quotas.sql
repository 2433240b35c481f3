{%- set original_texts = {
    'quota_metric': 'quota_metric',
    'period_start': 'period_start',
    'period_end': 'period_end',
    'quota_original': 'quota_original',
    'set_on': 'set_on',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'quota') }}
),

typed as (
    select
        source.*,
        nullif({{ quota_metric('quota_metric') }}, 'unmapped') as typed_quota_metric,
        {{ parse_date('period_start') }} as typed_period_start,
        {{ parse_date('period_end') }} as typed_period_end,
        {{ parse_decimal('quota_original') }} as typed_quota_original,
        {{ parse_date('set_on') }} as typed_set_on,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as quota_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        lower({{ clean_text('user_email') }}) as user_email,
        {{ quota_metric('quota_metric') }} as quota_metric,
        typed_period_start as period_start,
        typed_period_end as period_end,
        typed_quota_original as quota_original,
        upper({{ clean_text('currency_code') }}) as currency_code,
        typed_set_on as set_on,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
