{%- set original_texts = {
    'amount_original': 'amount',
    'probability': first_filled('hs_forecast_probability', 'hs_deal_stage_probability'),
    'close_date': 'closedate',
    'forecast_category': 'hs_manual_forecast_category',
    'is_closed_in_source': 'hs_is_closed',
    'is_won_in_source': 'hs_is_closed_won',
    'next_step_date': 'next_step_date',
    'last_activity_date': 'notes_last_updated',
    'created_at': first_filled('createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
    'qualification_field_count': 'qualification_fields',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'deal') }}
),

{{ hubspot_deal_stages() }},

{{ hubspot_merged() }},

typed as (
    select
        source.*,
        {{ parse_decimal('amount') }} as typed_amount_original,
        {{ parse_double(first_filled('hs_forecast_probability', 'hs_deal_stage_probability')) }} as typed_probability,
        {{ hubspot_date('closedate') }} as typed_close_date,
        nullif({{ hubspot_forecast_category('hs_manual_forecast_category') }}, 'unmapped') as typed_forecast_category,
        {{ parse_boolean('hs_is_closed', blank=false) }} as typed_is_closed_in_source,
        {{ parse_boolean('hs_is_closed_won', blank=false) }} as typed_is_won_in_source,
        {{ parse_date('next_step_date') }} as typed_next_step_date,
        {{ hubspot_day_of('notes_last_updated') }} as typed_last_activity_date,
        {{ hubspot_timestamp(first_filled('createdate', '"createdAt"')) }} as typed_created_at,
        {{ hubspot_timestamp(first_filled('hs_lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
        {{ parse_integer('qualification_fields') }} as typed_qualification_field_count,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted,
        stages.stage,
        merged.survivor_id
    from source
    left join stages
        on
            source._source_name = stages._source_name
            and {{ clean_text('source.pipeline') }} = stages.pipeline_id
            and {{ clean_text('source.dealstage') }} = stages.stage_id
    left join merged
        on source._source_name = merged._source_name and source._record_id = merged.merged_id
),

final as (
    select
        {{ hubspot_key('_record_id') }} as opportunity_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ hubspot_key(hubspot_associated_id('companies', 'deal_to_company')) }} as account_id,
        {{ hubspot_key('survivor_id') }} as merged_into_opportunity_id,
        {{ clean_text('dealname') }} as opportunity_name,
        {{ clean_text('dealtype') }} as opportunity_type,
        {{ first_filled('stage', 'dealstage') }} as stage,
        typed_amount_original as amount_original,
        upper({{ clean_text('deal_currency_code') }}) as currency_code,
        typed_probability as probability,
        {{ hubspot_expected_revenue('typed_amount_original', 'typed_probability') }} as expected_revenue_original,
        typed_close_date as close_date,
        {{ hubspot_forecast_category('hs_manual_forecast_category') }} as forecast_category,
        {{ first_filled('lead_source', 'hs_analytics_source') }} as lead_source,
        {{ sales_motion('motion') }} as motion,
        {{ clean_text('sourced_by_role') }} as sourced_by_role,
        typed_qualification_field_count as qualification_field_count,
        {{ hubspot_key('source_campaign') }} as campaign_id,
        {{ hubspot_key('primary_contact') }} as contact_id,
        {{ hubspot_key('hubspot_owner_id') }} as owner_id,
        {{ clean_text('product_name') }} as product_name,
        {{ clean_text('hs_next_step') }} as next_step,
        typed_next_step_date as next_step_date,
        {{ clean_text('closed_lost_reason') }} as loss_reason,
        {{ clean_text('loss_detail') }} as loss_reason_detail,
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
