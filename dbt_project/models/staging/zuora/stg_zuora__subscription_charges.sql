{%- set original_texts = {
    'segment_number': 'Segment',
    'effective_from': 'EffectiveStartDate',
    'effective_to': 'EffectiveEndDate',
    'quantity': 'Quantity',
    'unit_price_original': 'Price',
    'monthly_recurring_original': 'MRR',
    'booked_at': 'CreatedDate',
    'modified_at': 'UpdatedDate',
} -%}

with source as (
    select * from {{ source('raw_zuora', 'rate_plan_charge') }}
),

typed as (
    select
        source.*,
        {{ parse_integer('Segment') }} as typed_segment_number,
        {{ parse_date('EffectiveStartDate') }} as typed_effective_from,
        {{ parse_date('EffectiveEndDate') }} as typed_effective_to,
        {{ parse_decimal('Quantity', 18, 4) }} as typed_quantity,
        {{ parse_decimal('Price') }} as typed_unit_price_original,
        {{ parse_decimal('MRR') }} as typed_monthly_recurring_original,
        {{ parse_timestamp('CreatedDate') }} as typed_booked_at,
        {{ parse_timestamp('UpdatedDate') }} as typed_modified_at
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as subscription_charge_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'SubscriptionId') }} as subscription_id,
        cast(null as varchar) as account_id,
        {{ surrogate_key('_source_name', 'ProductId') }} as product_id,
        {{ clean_text('Name') }} as charge_name,
        coalesce(lower({{ clean_text('ChargeType') }}) = 'recurring', true) as is_recurring,
        cast(typed_segment_number as integer) as segment_number,
        typed_effective_from as effective_from,
        typed_effective_to as effective_to,
        typed_quantity as quantity,
        typed_unit_price_original as unit_price_original,
        typed_monthly_recurring_original as monthly_recurring_original,
        upper({{ clean_text('Currency') }}) as currency_code,
        case lower(replace(replace({{ clean_text('BillingPeriod') }}, '_', ''), '-', ''))
            when 'month' then 1
            when 'quarter' then 3
            when 'semiannual' then 6
            when 'annual' then 12
            when 'eighteenmonths' then 18
            when 'twoyears' then 24
            when 'threeyears' then 36
            when 'fiveyears' then 60
        end as billing_period_months,
        {{ clean_text('Movement__c') }} as movement,
        typed_booked_at as booked_at,
        typed_modified_at as modified_at,
        coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
