{%- set original_texts = {
    'amount_original': 'amount_original',
    'probability': 'probability',
    'expected_revenue_original': 'expected_revenue_original',
    'forecast_category': 'forecast_category',
    'close_date': 'close_date',
    'changed_at': 'changed_at',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'opportunity_history') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('amount_original') }} as typed_amount_original,
        {{ parse_double('probability') }} as typed_probability,
        {{ parse_decimal('expected_revenue_original') }} as typed_expected_revenue_original,
        nullif({{ forecast_category('forecast_category') }}, 'unmapped') as typed_forecast_category,
        {{ parse_date('close_date') }} as typed_close_date,
        {{ parse_timestamp('changed_at') }} as typed_changed_at,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as opportunity_history_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'opportunity_id') }} as opportunity_id,
        {{ clean_text('stage') }} as stage,
        typed_amount_original as amount_original,
        typed_probability as probability,
        typed_expected_revenue_original as expected_revenue_original,
        {{ forecast_category('forecast_category') }} as forecast_category,
        typed_close_date as close_date,
        typed_changed_at as changed_at,
        {{ surrogate_key('_source_name', 'changed_by_user_id') }} as changed_by_user_id,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
