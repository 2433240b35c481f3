{{ config(alias='support_ticket') }}

with records as (
    select * from {{ ref('stg_files__support_tickets') }}
),

{{ surviving_accounts() }},

{{ excluded_accounts() }},

excluded as (
    select
        records.*,
        coalesce(surviving_account.survivor_account_id, records.account_id) as survivor_account_id,
        case
            when {{ is_after_run_day('records.opened_at') }} then 'not_yet_known'
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
        support_ticket_id,
        source_name,
        source_record_id,
        survivor_account_id as account_id,
        contact_id,
        subject,
        ticket_status,
        priority,
        opened_at,
        case when not {{ is_after_run_day('first_responded_at') }} then first_responded_at end as first_responded_at,
        case when not {{ is_after_run_day('closed_at') }} then closed_at end as closed_at,
        modified_at,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
