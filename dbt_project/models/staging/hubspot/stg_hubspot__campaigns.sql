{%- set original_texts = {
    'start_date': 'hs_start_date',
    'end_date': 'hs_end_date',
    'budgeted_cost_original': 'hs_budget_items_sum_amount',
    'actual_cost_original': 'hs_spend_items_sum_amount',
    'created_at': '"createdAt"',
    'modified_at': '"updatedAt"',
    'is_deleted': 'archived',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'campaign') }}
),

typed as (
    select
        source.*,
        {{ hubspot_date('hs_start_date') }} as typed_start_date,
        {{ hubspot_date('hs_end_date') }} as typed_end_date,
        {{ parse_decimal('hs_budget_items_sum_amount') }} as typed_budgeted_cost_original,
        {{ parse_decimal('hs_spend_items_sum_amount') }} as typed_actual_cost_original,
        {{ hubspot_timestamp('"createdAt"') }} as typed_created_at,
        {{ hubspot_timestamp('"updatedAt"') }} as typed_modified_at,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ hubspot_key('_record_id') }} as campaign_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('hs_name') }} as campaign_name,
        {{ hubspot_key('parent_campaign') }} as parent_campaign_id,
        {{ clean_text('campaign_type') }} as campaign_type,
        {{ clean_text('hs_campaign_status') }} as campaign_status,
        typed_start_date as start_date,
        typed_end_date as end_date,
        typed_budgeted_cost_original as budgeted_cost_original,
        typed_actual_cost_original as actual_cost_original,
        lower({{ clean_text('hs_campaign_status') }}) in ('in_progress', 'active') as is_active,
        {{ hubspot_key('hs_owner') }} as owner_id,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
