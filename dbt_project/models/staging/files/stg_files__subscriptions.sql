{%- set original_texts = {
    'signed_on': 'signed_on',
    'started_on': 'started_on',
    'term_months': 'term_months',
    'term_started_on': 'term_started_on',
    'term_ends_on': 'term_ends_on',
    'cancel_notice_on': 'cancel_notice_on',
    'ended_on': 'ended_on',
    'is_auto_renewed': 'is_auto_renewed',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'subscription') }}
),

typed as (
    select
        source.*,
        {{ parse_date('signed_on') }} as typed_signed_on,
        {{ parse_date('started_on') }} as typed_started_on,
        {{ parse_integer('term_months') }} as typed_term_months,
        {{ parse_date('term_started_on') }} as typed_term_started_on,
        {{ parse_date('term_ends_on') }} as typed_term_ends_on,
        {{ parse_date('cancel_notice_on') }} as typed_cancel_notice_on,
        {{ parse_date('ended_on') }} as typed_ended_on,
        {{ parse_boolean('is_auto_renewed') }} as typed_is_auto_renewed,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as subscription_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('subscription_name') }} as subscription_name,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        {{ surrogate_key('_source_name', first_filled('billing_account_id', 'account_id')) }} as billing_account_id,
        {{ surrogate_key('_source_name', 'opportunity_id') }} as opportunity_id,
        {{ clean_text('status') }} as status,
        upper({{ clean_text('currency_code') }}) as currency_code,
        typed_signed_on as signed_on,
        typed_started_on as started_on,
        cast(typed_term_months as integer) as term_months,
        typed_term_started_on as term_started_on,
        typed_term_ends_on as term_ends_on,
        typed_cancel_notice_on as cancel_notice_on,
        typed_ended_on as ended_on,
        typed_is_auto_renewed as is_auto_renewed,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
