{%- set original_texts = {
    'created_at': 'created_at',
    'paid_at': 'paid_at',
    'unpaid_at': 'unpaid_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'workspace') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('paid_at') }} as typed_paid_at,
        {{ parse_timestamp('unpaid_at') }} as typed_unpaid_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as workspace_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('workspace_name') }} as workspace_name,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        coalesce({{ email_domain('customer_domain') }}, {{ website_domain('customer_domain') }}) as customer_domain,
        {{ clean_text('signup_plan') }} as signup_plan,
        {{ clean_text('plan') }} as plan,
        typed_created_at as created_at,
        typed_paid_at as paid_at,
        typed_unpaid_at as unpaid_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
