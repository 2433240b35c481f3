{{ config(alias='subscription_charge') }}

with unioned as (
    {% for relation in [
        'stg_zuora__subscription_charges',
        'stg_files__subscription_charges'
    ] %}
        select
            subscription_charge_id,
            source_name,
            source_record_id,
            subscription_id,
            account_id,
            product_id,
            charge_name,
            is_recurring,
            segment_number,
            effective_from,
            effective_to,
            quantity,
            unit_price_original,
            monthly_recurring_original,
            currency_code,
            billing_period_months,
            movement,
            booked_at,
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

-- A charge counts no more than its subscription.
excluded_subscription as (
    select subscription_id
    from {{ ref('canonical_subscription') }}
    where is_excluded
),

excluded as (
    select
        unioned.*,
        coalesce(surviving_account.survivor_account_id, unioned.account_id) as survivor_account_id,
        case
            when {{ is_after_run_day('unioned.booked_at') }} then 'not_yet_known'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
            when excluded_account.account_id is not null then 'account_excluded'
            when excluded_subscription.subscription_id is not null then 'subscription_excluded'
        end as exclusion_reason
    from unioned
    left join surviving_account on unioned.account_id = surviving_account.account_id
    left join excluded_account
        on coalesce(surviving_account.survivor_account_id, unioned.account_id) = excluded_account.account_id
    left join excluded_subscription on unioned.subscription_id = excluded_subscription.subscription_id
),

final as (
    select
        subscription_charge_id,
        source_name,
        source_record_id,
        subscription_id,
        survivor_account_id as account_id,
        product_id,
        charge_name,
        is_recurring,
        segment_number,
        effective_from,
        effective_to,
        quantity,
        unit_price_original,
        monthly_recurring_original,
        currency_code,
        billing_period_months,
        movement,
        booked_at,
        modified_at,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
