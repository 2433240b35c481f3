{%- set original_texts = {
    'churned_on': 'churned_on',
    'reactivated_on': 'reactivated_on',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'churn_event') }}
),

typed as (
    select
        source.*,
        {{ parse_date('churned_on') }} as typed_churned_on,
        {{ parse_date('reactivated_on') }} as typed_reactivated_on,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as churn_event_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        typed_churned_on as churned_on,
        {{ clean_text('churn_reason') }} as churn_reason,
        typed_reactivated_on as reactivated_on,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
