with responses as (
    select * from {{ ref('int_survey_responses_prepared') }}
),

final as (
    select
        survey_response_id,
        source_name,
        source_record_id as source_survey_response_id,
        survey_kind,
        account_domain,
        account_id,
        respondent_email,
        sent_at,
        sent_on,
        is_sent_after_as_of,
        is_answered,
        answered_at,
        answered_on,
        score,
        respondent_type,
        is_counted
    from responses
)

select * from final
