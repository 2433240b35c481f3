{%- set original_texts = {
    'amount_original': 'amount_original',
    'probability': 'probability',
    'expected_revenue_original': 'expected_revenue_original',
    'close_date': 'close_date',
    'forecast_category': 'forecast_category',
    'is_closed_in_source': 'is_closed_in_source',
    'is_won_in_source': 'is_won_in_source',
    'next_step_date': 'next_step_date',
    'last_activity_date': 'last_activity_date',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
    'qualification_field_count': 'qualification_field_count',
} -%}

with source as (
    select * from {{ source('raw_files', 'opportunity') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('amount_original') }} as typed_amount_original,
        {{ parse_double('probability') }} as typed_probability,
        {{ parse_decimal('expected_revenue_original') }} as typed_expected_revenue_original,
        {{ parse_date('close_date') }} as typed_close_date,
        nullif({{ forecast_category('forecast_category') }}, 'unmapped') as typed_forecast_category,
        {{ parse_boolean('is_closed_in_source') }} as typed_is_closed_in_source,
        {{ parse_boolean('is_won_in_source') }} as typed_is_won_in_source,
        {{ parse_date('next_step_date') }} as typed_next_step_date,
        {{ parse_date('last_activity_date') }} as typed_last_activity_date,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_integer('qualification_field_count') }} as typed_qualification_field_count,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as opportunity_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        {{ surrogate_key('_source_name', 'merged_into_opportunity_id') }} as merged_into_opportunity_id,
        {{ clean_text('opportunity_name') }} as opportunity_name,
        {{ clean_text('opportunity_type') }} as opportunity_type,
        {{ clean_text('stage') }} as stage,
        typed_amount_original as amount_original,
        upper({{ clean_text('currency_code') }}) as currency_code,
        typed_probability as probability,
        typed_expected_revenue_original as expected_revenue_original,
        typed_close_date as close_date,
        {{ forecast_category('forecast_category') }} as forecast_category,
        {{ clean_text('lead_source') }} as lead_source,
        {{ sales_motion('motion') }} as motion,
        {{ clean_text('sourced_by_role') }} as sourced_by_role,
        typed_qualification_field_count as qualification_field_count,
        {{ surrogate_key('_source_name', 'campaign_id') }} as campaign_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        {{ surrogate_key('_source_name', 'owner_id') }} as owner_id,
        {{ clean_text('product_name') }} as product_name,
        {{ clean_text('next_step') }} as next_step,
        typed_next_step_date as next_step_date,
        {{ clean_text('loss_reason') }} as loss_reason,
        {{ clean_text('loss_reason_detail') }} as loss_reason_detail,
        typed_is_closed_in_source as is_closed_in_source,
        typed_is_won_in_source as is_won_in_source,
        typed_last_activity_date as last_activity_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
