-- Requests for a score as they were known at the end of the run's day. Who is asked often counts once in
-- survey_repeat_days: of the answers of one person to one kind of survey the latest does.
with responses as (
    select * from {{ source('resolved', 'survey_response') }}
),

accounts_by_domain as (
    select * from {{ ref('int_accounts_by_domain') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

dated as (
    select
        responses.survey_response_id,
        responses.source_name,
        responses.source_record_id,
        coalesce(responses.survey_kind, 'unmapped') as survey_kind,
        responses.account_domain,
        accounts_by_domain.account_id,
        responses.respondent_email,
        -- Who is not named is nobody else.
        coalesce(responses.respondent_email, responses.survey_response_id) as respondent,
        responses.sent_at,
        {{ business_date('responses.sent_at') }} as sent_on,
        coalesce({{ business_date('responses.answered_at') }} <= run_date.as_of_date, false) as is_answered,
        responses.answered_at,
        responses.score,
        coalesce({{ business_date('responses.sent_at') }} > run_date.as_of_date, false) as is_sent_after_as_of
    from responses
    cross join run_date
    left join accounts_by_domain
        on responses.account_domain = accounts_by_domain.website_domain
),

known as (
    select
        survey_response_id,
        source_name,
        source_record_id,
        survey_kind,
        account_domain,
        account_id,
        respondent_email,
        respondent,
        sent_at,
        sent_on,
        is_answered,
        case when is_answered then answered_at end as answered_at,
        case when is_answered then {{ business_date('answered_at') }} end as answered_on,
        case when is_answered then score end as score,
        is_sent_after_as_of
    from dated
),

followed as (
    select
        survey_response_id,
        lead(answered_on) over (
            partition by respondent, survey_kind order by answered_at, survey_response_id
        ) as next_answered_on
    from known
    where score is not null
),

final as (
    select
        known.survey_response_id,
        known.source_name,
        known.source_record_id,
        known.survey_kind,
        known.account_domain,
        known.account_id,
        known.respondent_email,
        known.sent_at,
        known.sent_on,
        known.is_sent_after_as_of,
        known.is_answered,
        known.answered_at,
        known.answered_on,
        known.score,
        case
            when known.score >= 9 then 'promoter'
            when known.score >= 7 then 'passive'
            when known.score >= 0 then 'detractor'
        end as respondent_type,
        known.score is not null
        and (
            followed.next_answered_on is null
            or {{ days_between('known.answered_on', 'followed.next_answered_on') }}
            >= {{ var('survey_repeat_days') }}
        ) as is_counted
    from known
    left join followed
        on known.survey_response_id = followed.survey_response_id
)

select * from final
