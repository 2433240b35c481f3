{%- set original_texts = {
    'amount_original': 'Amount',
    'probability': 'Probability',
    'expected_revenue_original': 'ExpectedRevenue',
    'close_date': 'CloseDate',
    'forecast_category': first_filled('ForecastCategory', 'ForecastCategoryName'),
    'is_closed_in_source': 'IsClosed',
    'is_won_in_source': 'IsWon',
    'next_step_date': 'NextStepDate',
    'last_activity_date': 'LastActivityDate',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
    'qualification_field_count': 'QualificationFieldCount',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'opportunity') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('Amount') }} as typed_amount_original,
        {{ safe_divide(parse_double('Probability'), 100) }} as typed_probability,
        {{ parse_decimal('ExpectedRevenue') }} as typed_expected_revenue_original,
        {{ parse_date('CloseDate') }} as typed_close_date,
        nullif(
            {{ forecast_category(first_filled('ForecastCategory', 'ForecastCategoryName')) }}, 'unmapped'
        ) as typed_forecast_category,
        {{ parse_boolean('IsClosed', blank=false) }} as typed_is_closed_in_source,
        {{ parse_boolean('IsWon', blank=false) }} as typed_is_won_in_source,
        {{ parse_date('NextStepDate') }} as typed_next_step_date,
        {{ parse_date('LastActivityDate') }} as typed_last_activity_date,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_integer('QualificationFieldCount') }} as typed_qualification_field_count,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as opportunity_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key('AccountId') }} as account_id,
        cast(null as varchar) as merged_into_opportunity_id,
        {{ clean_text('Name') }} as opportunity_name,
        {{ clean_text('Type') }} as opportunity_type,
        {{ clean_text('StageName') }} as stage,
        typed_amount_original as amount_original,
        upper({{ clean_text('CurrencyIsoCode') }}) as currency_code,
        typed_probability as probability,
        typed_expected_revenue_original as expected_revenue_original,
        typed_close_date as close_date,
        {{ forecast_category(first_filled('ForecastCategory', 'ForecastCategoryName')) }} as forecast_category,
        {{ clean_text('LeadSource') }} as lead_source,
        {{ sales_motion('Motion') }} as motion,
        {{ clean_text('SourcedByRole') }} as sourced_by_role,
        typed_qualification_field_count as qualification_field_count,
        {{ salesforce_key('CampaignId') }} as campaign_id,
        {{ salesforce_key('ContactId') }} as contact_id,
        {{ salesforce_owner_key('OwnerId') }} as owner_id,
        {{ clean_text('ProductName') }} as product_name,
        {{ clean_text('NextStep') }} as next_step,
        typed_next_step_date as next_step_date,
        {{ clean_text('LossReason') }} as loss_reason,
        {{ clean_text('LossReasonDetail') }} as loss_reason_detail,
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
