{{ config(alias='subscription') }}

with unioned as (
    {% for relation in [
        'stg_zuora__subscriptions',
        'stg_files__subscriptions'
    ] %}
        select
            subscription_id,
            source_name,
            source_record_id,
            subscription_name,
            account_id,
            billing_account_id,
            opportunity_id,
            status,
            currency_code,
            signed_on,
            started_on,
            term_months,
            term_started_on,
            term_ends_on,
            cancel_notice_on,
            ended_on,
            is_auto_renewed,
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ surviving_accounts() }},

{{ excluded_accounts() }},

excluded as (
    select
        unioned.*,
        coalesce(surviving_account.survivor_account_id, unioned.account_id) as survivor_account_id,
        case
            when {{ is_after_run_day('unioned.created_at') }} then 'not_yet_known'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
            when excluded_account.account_id is not null then 'account_excluded'
        end as exclusion_reason
    from unioned
    left join surviving_account on unioned.account_id = surviving_account.account_id
    left join excluded_account
        on coalesce(surviving_account.survivor_account_id, unioned.account_id) = excluded_account.account_id
),

final as (
    select
        subscription_id,
        source_name,
        source_record_id,
        subscription_name,
        survivor_account_id as account_id,
        billing_account_id,
        opportunity_id,
        status,
        currency_code,
        signed_on,
        started_on,
        term_months,
        term_started_on,
        term_ends_on,
        cancel_notice_on,
        ended_on,
        is_auto_renewed,
        created_at,
        modified_at,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
