with opportunities as (
    select * from {{ published_ref('fct_opportunity') }}
),

accounts as (
    select * from {{ published_ref('dim_account') }}
),

users as (
    select * from {{ published_ref('dim_user') }}
),

-- An employee has one user; a user may be no employee.
employees as (
    select
        user_id,
        min(team) as team
    from {{ published_ref('dim_employee') }}
    group by user_id
),

campaigns as (
    select * from {{ published_ref('dim_campaign') }}
),

current_stages as (
    select
        opportunity_id,
        entered_on,
        days_in_stage
    from {{ published_ref('fct_opportunity_stage_visit') }}
    where is_current
),

visits as (
    select
        opportunity_id,
        count(*) filter (where is_regression) as stage_regression_count,
        count(*) filter (where is_reopening) as reopening_count
    from {{ published_ref('fct_opportunity_stage_visit') }}
    group by opportunity_id
),

scores as (
    select
        record_id,
        score,
        broken_rule_count
    from {{ published_source('hygiene', 'record_score') }}
    where entity = 'opportunity'
),

final as (
    select
        opportunities.opportunity_id,
        opportunities.opportunity_name,
        opportunities.opportunity_type,
        opportunities.stage,
        opportunities.stage_order,
        opportunities.state,
        opportunities.is_open,
        opportunities.is_won,
        opportunities.is_lost,
        opportunities.is_in_pipeline,
        opportunities.is_win_rate_eligible,
        opportunities.is_new_business,
        opportunities.is_renewal,
        opportunities.is_past_due,
        opportunities.amount,
        opportunities.probability,
        opportunities.weighted_amount,
        opportunities.forecast_category,
        opportunities.lead_source,
        opportunities.product_name,
        opportunities.loss_reason,
        opportunities.created_on,
        opportunities.close_date,
        opportunities.qualified_on,
        opportunities.days_to_close,
        opportunities.days_open,
        opportunities.last_activity_date,
        current_stages.entered_on as stage_entered_on,
        current_stages.days_in_stage,
        coalesce(visits.stage_regression_count, 0) as stage_regression_count,
        coalesce(visits.reopening_count, 0) as reopening_count,
        opportunities.account_id,
        accounts.account_name,
        accounts.account_segment,
        accounts.industry,
        accounts.territory,
        accounts.country,
        opportunities.owner_id,
        owners.user_name as owner_name,
        employees.team as owner_team,
        opportunities.owner_id_at_close,
        closers.user_name as owner_name_at_close,
        opportunities.campaign_id,
        campaigns.campaign_name,
        campaigns.campaign_type,
        scores.score as hygiene_score,
        coalesce(scores.broken_rule_count, 0) as broken_rule_count,
        opportunities.as_of_date
    from opportunities
    left join accounts on opportunities.account_id = accounts.account_id
    left join users as owners on opportunities.owner_id = owners.user_id
    left join users as closers on opportunities.owner_id_at_close = closers.user_id
    left join employees on opportunities.owner_id = employees.user_id
    left join campaigns on opportunities.campaign_id = campaigns.campaign_id
    left join current_stages on opportunities.opportunity_id = current_stages.opportunity_id
    left join visits on opportunities.opportunity_id = visits.opportunity_id
    left join scores on opportunities.opportunity_id = scores.record_id
)

select * from final
