{%- set original_texts = {
    'survey_kind': 'survey_kind',
    'sent_at': 'sent_at',
    'answered_at': 'answered_at',
    'score': 'score',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'survey_response') }}
),

typed as (
    select
        source.*,
        nullif({{ survey_kind('survey_kind') }}, 'unmapped') as typed_survey_kind,
        {{ parse_timestamp('sent_at') }} as typed_sent_at,
        {{ parse_timestamp('answered_at') }} as typed_answered_at,
        {{ parse_integer('score') }} as typed_score,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as survey_response_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ survey_kind('survey_kind') }} as survey_kind,
        {{ website_domain('account_domain') }} as account_domain,
        lower({{ clean_text('respondent_email') }}) as respondent_email,
        {{ email_domain('respondent_email') }} as respondent_domain,
        typed_sent_at as sent_at,
        typed_answered_at as answered_at,
        cast(typed_score as integer) as score,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
