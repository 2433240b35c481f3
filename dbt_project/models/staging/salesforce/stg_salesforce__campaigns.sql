{%- set original_texts = {
    'start_date': 'StartDate',
    'end_date': 'EndDate',
    'budgeted_cost_original': 'BudgetedCost',
    'actual_cost_original': 'ActualCost',
    'is_active': 'IsActive',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'campaign') }}
),

typed as (
    select
        source.*,
        {{ parse_date('StartDate') }} as typed_start_date,
        {{ parse_date('EndDate') }} as typed_end_date,
        {{ parse_decimal('BudgetedCost') }} as typed_budgeted_cost_original,
        {{ parse_decimal('ActualCost') }} as typed_actual_cost_original,
        {{ parse_boolean('IsActive', blank=false) }} as typed_is_active,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as campaign_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ clean_text('Name') }} as campaign_name,
        {{ salesforce_key('ParentId') }} as parent_campaign_id,
        {{ clean_text('Type') }} as campaign_type,
        {{ clean_text('Status') }} as campaign_status,
        typed_start_date as start_date,
        typed_end_date as end_date,
        typed_budgeted_cost_original as budgeted_cost_original,
        typed_actual_cost_original as actual_cost_original,
        typed_is_active as is_active,
        {{ salesforce_owner_key('OwnerId') }} as owner_id,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
