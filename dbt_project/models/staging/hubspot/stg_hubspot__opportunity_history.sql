{%- set state_properties = {
    'stage': 'dealstage',
    'amount': 'amount',
    'probability': 'hs_forecast_probability',
    'close_date': 'closedate',
    'forecast_category': 'hs_manual_forecast_category',
} -%}
{%- set original_texts = {
    'amount_original': 'amount_text',
    'probability': 'probability_text',
    'close_date': 'close_date_text',
    'forecast_category': 'forecast_category_text',
    'changed_at': 'changed_at_text',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'deal') }}
),

{{ hubspot_owners() }},

{{ hubspot_value_history(state_properties.values()) }},

{{ hubspot_deal_stages() }},

-- Properties that were set at the same instant are one change. An entry stays apart from its value: a
-- property that was emptied is known to be empty.
changes as (
    select
        _source_name,
        _record_id,
        changed_at,
        changed_at_text,
        min(changed_by_owner_id) as changed_by_owner_id,
        {%- for name, property in state_properties.items() %}
            max(case when property_name = '{{ property }}' then 'is ' || coalesce(new_value, '') end)
                as {{ name }}_entry
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from values_of
    group by _source_name, _record_id, changed_at, changed_at_text
),

numbered as (
    select
        *,
        {%- for name in state_properties %}
            count({{ name }}_entry) over record_changes as {{ name }}_number{% if not loop.last %},{% endif %}
        {%- endfor %}
    from changes
    window record_changes as (partition by _source_name, _record_id order by changed_at, changed_at_text)
),

-- What a change leaves alone is as the last change before it left it.
states as (
    select
        _source_name,
        _record_id,
        changed_at,
        changed_at_text,
        changed_by_owner_id,
        {%- for name in state_properties %}
            nullif(
                substr(max({{ name }}_entry) over (partition by _source_name, _record_id, {{ name }}_number), 4), ''
            ) as {{ name }}_text{% if not loop.last %},{% endif %}
        {%- endfor %}
    from numbered
),

typed as (
    select
        states.*,
        {{ parse_decimal('states.amount_text') }} as typed_amount_original,
        {{ parse_double('states.probability_text') }} as typed_probability,
        {{ hubspot_date_of_history('states.close_date_text') }} as typed_close_date,
        nullif({{ hubspot_forecast_category('states.forecast_category_text') }}, 'unmapped') as typed_forecast_category,
        states.changed_at as typed_changed_at,
        stages.stage,
        {{ parse_boolean('source.archived', blank=false) }} or coalesce(source._is_absent, false) as is_deleted
    from states
    inner join source
        on states._source_name = source._source_name and states._record_id = source._record_id
    left join stages
        on
            states._source_name = stages._source_name
            and {{ clean_text('source.pipeline') }} = stages.pipeline_id
            and states.stage_text = stages.stage_id
),

final as (
    select
        {{ hubspot_key("_record_id || '-' || changed_at_text") }} as opportunity_history_id,
        _source_name as source_name,
        _record_id || '-' || changed_at_text as source_record_id,
        {{ hubspot_key('_record_id') }} as opportunity_id,
        coalesce(stage, stage_text) as stage,
        typed_amount_original as amount_original,
        typed_probability as probability,
        {{ hubspot_expected_revenue('typed_amount_original', 'typed_probability') }} as expected_revenue_original,
        {{ hubspot_forecast_category('forecast_category_text') }} as forecast_category,
        typed_close_date as close_date,
        typed_changed_at as changed_at,
        {{ hubspot_key('changed_by_owner_id') }} as changed_by_user_id,
        typed_changed_at as created_at,
        typed_changed_at as modified_at,
        is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        cast(null as varchar) as custom_fields
    from typed
)

select * from final
