{{ config(alias='churn_event') }}

with records as (
    select * from {{ ref('stg_files__churn_events') }}
),

{{ surviving_accounts() }},

{{ excluded_accounts() }},

excluded as (
    select
        records.*,
        coalesce(surviving_account.survivor_account_id, records.account_id) as survivor_account_id,
        case
            when {{ is_day_after_run_day('records.churned_on') }} then 'not_yet_known'
            when records.is_deleted and not {{ is_after_run_day('records.modified_at') }} then 'deleted'
            when excluded_account.account_id is not null then 'account_excluded'
        end as exclusion_reason
    from records
    left join surviving_account on records.account_id = surviving_account.account_id
    left join excluded_account
        on coalesce(surviving_account.survivor_account_id, records.account_id) = excluded_account.account_id
),

final as (
    select
        churn_event_id,
        source_name,
        source_record_id,
        survivor_account_id as account_id,
        churned_on,
        churn_reason,
        case when not {{ is_day_after_run_day('reactivated_on') }} then reactivated_on end as reactivated_on,
        modified_at,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
