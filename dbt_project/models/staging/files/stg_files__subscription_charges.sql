{%- set original_texts = {
    'is_recurring': 'is_recurring',
    'segment_number': 'segment_number',
    'effective_from': 'effective_from',
    'effective_to': 'effective_to',
    'quantity': 'quantity',
    'unit_price_original': 'unit_price_original',
    'monthly_recurring_original': 'monthly_recurring_original',
    'billing_period_months': 'billing_period_months',
    'booked_at': 'booked_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'subscription_charge') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('is_recurring', blank=true) }} as typed_is_recurring,
        {{ parse_integer('segment_number') }} as typed_segment_number,
        {{ parse_date('effective_from') }} as typed_effective_from,
        {{ parse_date('effective_to') }} as typed_effective_to,
        {{ parse_decimal('quantity', 18, 4) }} as typed_quantity,
        {{ parse_decimal('unit_price_original') }} as typed_unit_price_original,
        {{ parse_decimal('monthly_recurring_original') }} as typed_monthly_recurring_original,
        {{ parse_integer('billing_period_months') }} as typed_billing_period_months,
        {{ parse_timestamp('booked_at') }} as typed_booked_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as subscription_charge_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'subscription_id') }} as subscription_id,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        {{ surrogate_key('_source_name', 'product_id') }} as product_id,
        {{ clean_text('charge_name') }} as charge_name,
        typed_is_recurring as is_recurring,
        cast(typed_segment_number as integer) as segment_number,
        typed_effective_from as effective_from,
        typed_effective_to as effective_to,
        typed_quantity as quantity,
        typed_unit_price_original as unit_price_original,
        typed_monthly_recurring_original as monthly_recurring_original,
        upper({{ clean_text('currency_code') }}) as currency_code,
        cast(typed_billing_period_months as integer) as billing_period_months,
        {{ clean_text('movement') }} as movement,
        typed_booked_at as booked_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
