{%- set original_texts = {
    'employee_count': 'employee_count',
    'annual_revenue_original': 'annual_revenue_original',
    'is_serviceable': 'is_serviceable',
    'valid_from': 'valid_from',
    'valid_to': 'valid_to',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'market_account') }}
),

typed as (
    select
        source.*,
        {{ parse_integer('employee_count') }} as typed_employee_count,
        {{ parse_decimal('annual_revenue_original') }} as typed_annual_revenue_original,
        {{ parse_boolean('is_serviceable') }} as typed_is_serviceable,
        {{ parse_date('valid_from') }} as typed_valid_from,
        {{ parse_date('valid_to') }} as typed_valid_to,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as market_account_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ website_domain('account_domain') }} as account_domain,
        {{ clean_text('account_name') }} as account_name,
        {{ clean_text('industry') }} as industry,
        typed_employee_count as employee_count,
        typed_annual_revenue_original as annual_revenue_original,
        upper({{ clean_text('currency_code') }}) as currency_code,
        upper({{ clean_text('country_code') }}) as country_code,
        {{ clean_text('region') }} as region,
        {{ clean_text('account_segment') }} as account_segment,
        typed_is_serviceable as is_serviceable,
        typed_valid_from as valid_from,
        typed_valid_to as valid_to,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
