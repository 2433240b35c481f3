{{ config(alias='survey_response') }}

with records as (
    select * from {{ ref('stg_files__survey_responses') }}
),

{{ excluded_domains() }},

excluded as (
    select
        records.*,
        case
            when {{ is_after_run_day('records.sent_at') }} then 'not_yet_known'
            when records.is_deleted then 'deleted'
            else coalesce(respondent_exclusion.reason, account_exclusion.reason)
        end as exclusion_reason
    from records
    left join excluded_domain as respondent_exclusion on records.respondent_domain = respondent_exclusion.domain
    left join excluded_domain as account_exclusion on records.account_domain = account_exclusion.domain
),

final as (
    select
        survey_response_id,
        source_name,
        source_record_id,
        survey_kind,
        account_domain,
        respondent_email,
        respondent_domain,
        sent_at,
        answered_at,
        score,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
