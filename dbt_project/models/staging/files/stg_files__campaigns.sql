{%- set original_texts = {
    'start_date': 'start_date',
    'end_date': 'end_date',
    'budgeted_cost_original': 'budgeted_cost_original',
    'actual_cost_original': 'actual_cost_original',
    'is_active': 'is_active',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'campaign') }}
),

typed as (
    select
        source.*,
        {{ parse_date('start_date') }} as typed_start_date,
        {{ parse_date('end_date') }} as typed_end_date,
        {{ parse_decimal('budgeted_cost_original') }} as typed_budgeted_cost_original,
        {{ parse_decimal('actual_cost_original') }} as typed_actual_cost_original,
        {{ parse_boolean('is_active') }} as typed_is_active,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as campaign_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('campaign_name') }} as campaign_name,
        {{ surrogate_key('_source_name', 'parent_campaign_id') }} as parent_campaign_id,
        {{ clean_text('campaign_type') }} as campaign_type,
        {{ clean_text('campaign_status') }} as campaign_status,
        typed_start_date as start_date,
        typed_end_date as end_date,
        typed_budgeted_cost_original as budgeted_cost_original,
        typed_actual_cost_original as actual_cost_original,
        typed_is_active as is_active,
        {{ surrogate_key('_source_name', 'owner_id') }} as owner_id,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
