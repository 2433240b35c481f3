{{ config(alias='opportunity') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__opportunities',
        'stg_hubspot__opportunities',
        'stg_files__opportunities'
    ] %}
        select
            opportunity_id,
            source_name,
            source_record_id,
            account_id,
            merged_into_opportunity_id,
            opportunity_name,
            opportunity_type,
            stage,
            amount_original,
            currency_code,
            probability,
            expected_revenue_original,
            close_date,
            forecast_category,
            lead_source,
            motion,
            sourced_by_role,
            qualification_field_count,
            campaign_id,
            contact_id,
            owner_id,
            product_name,
            next_step,
            next_step_date,
            loss_reason,
            loss_reason_detail,
            is_closed_in_source,
            is_won_in_source,
            last_activity_date,
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ values_before_later_changes('opportunity_field_history', 'opportunity_id', {
    'stage': opportunity_attribute('history.field_name') ~ " = 'stage'",
    'amount': opportunity_attribute('history.field_name') ~ " = 'amount'",
    'close_date': opportunity_attribute('history.field_name') ~ " = 'close_date'",
    'owner': opportunity_attribute('history.field_name') ~ " = 'owner'",
}, users=['owner']) }},

-- Of a history of whole records, the last one by the end of the run's day, where there is a later one.
history_position as (
    select
        *,
        {{ is_after_run_day('changed_at') }} as is_later,
        row_number() over (
            partition by opportunity_id, {{ is_after_run_day('changed_at') }}
            order by changed_at desc, opportunity_history_id desc
        ) as position_from_end
    from {{ ref('canonical_opportunity_history') }}
    where changed_at is not null and not coalesce(is_deleted, false)
),

changed_later as (
    select distinct opportunity_id
    from history_position
    where is_later
),

-- A history that never tells what the record has does not track it.
tracked as (
    select
        opportunity_id,
        count(amount_original) > 0 as has_amount,
        count(close_date) > 0 as has_close_date,
        count(probability) > 0 as has_probability,
        count(forecast_category) > 0 as has_forecast_category
    from history_position
    group by opportunity_id
),

past as (
    select
        history_position.*,
        tracked.has_amount,
        tracked.has_close_date,
        tracked.has_probability,
        tracked.has_forecast_category
    from history_position
    inner join changed_later
        on history_position.opportunity_id = changed_later.opportunity_id
    inner join tracked
        on history_position.opportunity_id = tracked.opportunity_id
    where not history_position.is_later and history_position.position_from_end = 1
),

-- What was changed after the run's day is undone where the source tells; the rest is as it is now.
known as (
    select
        unioned.*,
        case
            when past.stage is not null then past.stage
            when later_value.has_stage then coalesce(later_value.stage, unioned.stage)
            else unioned.stage
        end as known_stage,
        case
            when past.has_amount then past.amount_original
            when later_value.has_amount then {{ parse_decimal('later_value.amount') }}
            else unioned.amount_original
        end as known_amount_original,
        case
            when past.has_close_date then past.close_date
            when later_value.has_close_date then {{ parse_date('later_value.close_date', "'ymd'") }}
            else unioned.close_date
        end as known_close_date,
        case when past.has_probability then past.probability else unioned.probability end as known_probability,
        case
            when past.has_forecast_category then past.forecast_category else unioned.forecast_category
        end as known_forecast_category,
        case when later_value.has_owner then later_value.owner else unioned.owner_id end as known_owner_id
    from unioned
    left join past
        on unioned.opportunity_id = past.opportunity_id
    left join later_value
        on unioned.opportunity_id = later_value.opportunity_id
),

{{ surviving_accounts() }},

{{ excluded_accounts() }},

excluded as (
    select
        known.*,
        coalesce(surviving_account.survivor_account_id, known.account_id) as survivor_account_id,
        coalesce(known.stage <> known.known_stage, false) as has_moved_later,
        case
            when {{ is_after_run_day('known.created_at') }} then 'not_yet_known'
            when known.merged_into_opportunity_id is not null and not {{ is_after_run_day('known.modified_at') }}
                then 'merged'
            when known.is_deleted and not {{ is_after_run_day('known.modified_at') }} then 'deleted'
            when excluded_account.account_id is not null then 'account_excluded'
        end as exclusion_reason
    from known
    left join surviving_account on known.account_id = surviving_account.account_id
    left join excluded_account
        on coalesce(surviving_account.survivor_account_id, known.account_id) = excluded_account.account_id
),

final as (
    select
        opportunity_id,
        source_name,
        source_record_id,
        survivor_account_id as account_id,
        merged_into_opportunity_id,
        opportunity_name,
        opportunity_type,
        known_stage as stage,
        known_amount_original as amount_original,
        currency_code,
        known_probability as probability,
        case when not has_moved_later then expected_revenue_original end as expected_revenue_original,
        known_close_date as close_date,
        known_forecast_category as forecast_category,
        lead_source,
        motion,
        sourced_by_role,
        qualification_field_count,
        campaign_id,
        contact_id,
        known_owner_id as owner_id,
        product_name,
        next_step,
        next_step_date,
        case when not has_moved_later then loss_reason end as loss_reason,
        case when not has_moved_later then loss_reason_detail end as loss_reason_detail,
        case when not has_moved_later then is_closed_in_source end as is_closed_in_source,
        case when not has_moved_later then is_won_in_source end as is_won_in_source,
        last_activity_date,
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
