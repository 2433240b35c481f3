with opportunities as (
    select * from {{ ref('int_opportunities_prepared') }}
),

stamps as (
    select * from {{ ref('int_opportunity_stamps') }}
),

final as (
    select
        opportunities.opportunity_id,
        opportunities.source_name,
        opportunities.source_opportunity_id,
        opportunities.opportunity_name,
        opportunities.account_id,
        opportunities.owner_id,
        opportunities.campaign_id,
        opportunities.contact_id,
        opportunities.opportunity_type,
        opportunities.lead_source,
        opportunities.product_name,
        opportunities.stage,
        opportunities.stage_original,
        cast(opportunities.stage_order as integer) as stage_order,
        opportunities.state,
        opportunities.is_open,
        opportunities.is_won,
        opportunities.is_lost,
        opportunities.is_closed,
        opportunities.is_in_pipeline,
        opportunities.is_win_rate_eligible,
        opportunities.is_new_business,
        opportunities.is_renewal,
        opportunities.is_past_due,
        opportunities.is_cycle_invalid,
        opportunities.forecast_category,
        opportunities.loss_reason,
        opportunities.next_step,
        opportunities.currency_code,
        cast(opportunities.amount_original as decimal(18, 2)) as amount_original,
        cast(opportunities.amount as decimal(18, 2)) as amount,
        cast(opportunities.probability as {{ type_double() }}) as probability,
        opportunities.probability_source,
        cast(opportunities.weighted_amount as decimal(18, 2)) as weighted_amount,
        cast(opportunities.stage_default_probability as {{ type_double() }}) as stage_default_probability,
        cast(opportunities.stage_weighted_amount as decimal(18, 2)) as stage_weighted_amount,
        opportunities.created_at,
        opportunities.created_on,
        opportunities.close_date,
        opportunities.modified_at,
        opportunities.last_activity_date,
        opportunities.custom_fields,
        cast(opportunities.days_to_close as integer) as days_to_close,
        cast(opportunities.days_open as integer) as days_open,
        opportunities.as_of_date,
        stamps.owner_id_at_creation,
        cast(stamps.amount_at_creation as decimal(18, 2)) as amount_at_creation,
        stamps.qualified_on,
        stamps.owner_id_at_qualification,
        cast(stamps.amount_at_qualification as decimal(18, 2)) as amount_at_qualification,
        coalesce(stamps.owner_id_at_close, case when opportunities.is_closed then opportunities.owner_id end)
            as owner_id_at_close
    from opportunities
    left join stamps
        on opportunities.opportunity_id = stamps.opportunity_id
)

select * from final
