{{ config(alias='usage_record') }}

with records as (
    select * from {{ ref('stg_files__usage_records') }}
),

{{ surviving_accounts() }},

{{ excluded_accounts() }},

-- Use counts no more than its subscription.
excluded_subscription as (
    select subscription_id
    from {{ ref('canonical_subscription') }}
    where is_excluded
),

excluded as (
    select
        records.*,
        coalesce(surviving_account.survivor_account_id, records.account_id) as survivor_account_id,
        case
            when {{ is_day_after_run_day('records.used_on') }} then 'not_yet_known'
            when records.is_deleted and not {{ is_after_run_day('records.modified_at') }} then 'deleted'
            when excluded_account.account_id is not null then 'account_excluded'
            when excluded_subscription.subscription_id is not null then 'subscription_excluded'
        end as exclusion_reason
    from records
    left join surviving_account on records.account_id = surviving_account.account_id
    left join excluded_account
        on coalesce(surviving_account.survivor_account_id, records.account_id) = excluded_account.account_id
    left join excluded_subscription on records.subscription_id = excluded_subscription.subscription_id
),

final as (
    select
        usage_record_id,
        source_name,
        source_record_id,
        subscription_id,
        survivor_account_id as account_id,
        metering_id,
        used_on,
        feature_name,
        usage_quantity,
        modified_at,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
