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

{{ surviving_accounts() }},

{{ excluded_accounts() }},

excluded as (
    select
        unioned.*,
        coalesce(surviving_account.survivor_account_id, unioned.account_id) as survivor_account_id,
        case
            when unioned.is_deleted then 'deleted'
            when excluded_account.account_id is not null then 'account_excluded'
        end as exclusion_reason
    from unioned
    left join surviving_account on unioned.account_id = surviving_account.account_id
    left join excluded_account
        on coalesce(surviving_account.survivor_account_id, unioned.account_id) = excluded_account.account_id
),

final as (
    select
        opportunity_id,
        source_name,
        source_record_id,
        survivor_account_id as account_id,
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
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
