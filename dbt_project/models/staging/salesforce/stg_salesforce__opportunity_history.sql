{%- set original_texts = {
    'amount_original': 'Amount',
    'probability': 'Probability',
    'expected_revenue_original': 'ExpectedRevenue',
    'forecast_category': 'ForecastCategory',
    'close_date': 'CloseDate',
    'changed_at': 'CreatedDate',
    'modified_at': 'SystemModstamp',
    'is_deleted': 'IsDeleted',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'opportunity_history') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('Amount') }} as typed_amount_original,
        {{ safe_divide(parse_double('Probability'), 100) }} as typed_probability,
        {{ parse_decimal('ExpectedRevenue') }} as typed_expected_revenue_original,
        nullif({{ forecast_category('ForecastCategory') }}, 'unmapped') as typed_forecast_category,
        {{ parse_date('CloseDate') }} as typed_close_date,
        {{ parse_timestamp('CreatedDate') }} as typed_changed_at,
        {{ parse_timestamp('SystemModstamp') }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as opportunity_history_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key('OpportunityId') }} as opportunity_id,
        {{ clean_text('StageName') }} as stage,
        typed_amount_original as amount_original,
        typed_probability as probability,
        typed_expected_revenue_original as expected_revenue_original,
        {{ forecast_category('ForecastCategory') }} as forecast_category,
        typed_close_date as close_date,
        typed_changed_at as changed_at,
        {{ salesforce_key('CreatedById') }} as changed_by_user_id,
        typed_changed_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
